//! The password again before an act that a stolen or forgotten session must not do.

use axum::response::{IntoResponse, Redirect, Response};

use crate::access::session::SignedIn;
use crate::moment::Moment;

/// Seconds for which a sign-in counts as fresh.
const FRESH: i64 = 15 * 60;

/// Where the sign-in is too old for a change: to the password, and back to a page of this service after it.
#[must_use]
pub fn stale(who: &SignedIn, back: &str, moment: &Moment) -> Option<Response> {
    let age = moment.now.duration_since(who.authenticated_at).as_secs();
    let back = percent_encoding::utf8_percent_encode(back, percent_encoding::NON_ALPHANUMERIC);
    (age >= FRESH).then(|| Redirect::to(&format!("/account/confirm?next={back}")).into_response())
}
