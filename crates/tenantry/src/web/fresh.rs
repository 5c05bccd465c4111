//! The password again before an act that a stolen or forgotten session must not do. What was filled in waits meanwhile in the
//! person's own browser, sealed, for the session and the page that it was sent from; they look at it again and send it again.

use std::convert::Infallible;

use axum::extract::FromRequestParts;
use axum::response::{IntoResponse, Redirect, Response};
use http::HeaderMap;
use http::request::Parts;
use model::ids::SessionId;
use serde::{Deserialize, Serialize};

use super::forms::Fields;
use super::layout::Page;
use super::{cookies, sealed};
use crate::access::session::SignedIn;
use crate::app::App;
use crate::moment::Moment;

/// Seconds for which a sign-in counts as fresh.
const FRESH: i64 = 15 * 60;

/// Seconds for which a form waits.
const WAITS: i64 = 10 * 60;

/// Bytes of a form that a cookie holds once they are sealed; browsers take 4096.
const LARGEST: usize = 2600;

/// Characters of a path that a cookie can carry to a provider and back.
pub const LONGEST_WAY: usize = 2300;

/// Where the sign-in is too old for a change: to the password, and back to a page of this service after it.
#[must_use]
pub fn stale(who: &SignedIn, back: &str, moment: &Moment) -> Option<Response> {
    let age = moment.now.duration_since(who.authenticated_at).as_secs();
    let back = percent_encoding::utf8_percent_encode(back, percent_encoding::NON_ALPHANUMERIC);
    (age >= FRESH).then(|| Redirect::to(&format!("/account/confirm?next={back}")).into_response())
}

/// The same for a form: these of its fields wait for the page that `back` is. Passwords and secrets of clients are never among them;
/// the address of a webhook, which may be one, is.
#[must_use]
pub fn stale_form(
    app: &App,
    who: &SignedIn,
    back: &str,
    (typed, kept): (&Fields, &[&str]),
    moment: &Moment,
) -> Option<Response> {
    let mut response = stale(who, back, moment)?;
    let waits = Waiting {
        session: who.session,
        path: back.split('?').next().unwrap_or_default().to_owned(),
        typed: typed.pairs().filter(|(name, _)| kept.contains(&name.as_str())).collect(),
    };
    // A form that is too long is filled in again, as any was before.
    if let Err(error) = put(app, response.headers_mut(), &waits, moment) {
        tracing::warn!(%error, "a form can't wait");
    }
    Some(response)
}

#[derive(Serialize, Deserialize)]
struct Waiting {
    session: SessionId,
    path: String,
    typed: Vec<(String, String)>,
}

fn put(
    app: &App,
    headers: &mut HeaderMap,
    waits: &Waiting,
    moment: &Moment,
) -> Result<(), crate::error::Error> {
    let size: usize = waits.typed.iter().map(|(name, value)| name.len() + value.len() + 8).sum();
    if size > LARGEST {
        cookies::clear(app, headers, cookies::WAITING);
        return Ok(());
    }
    sealed::put(app, headers, cookies::WAITING, waits, WAITS, moment)
}

/// What waits for the page that is asked for.
pub struct Kept {
    app: App,
    waits: Option<Waiting>,
}

impl FromRequestParts<App> for Kept {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Infallible> {
        let waits: Option<Waiting> = sealed::get(app, &parts.headers, cookies::WAITING, &app.moment());
        Ok(Self { app: app.clone(), waits: waits.filter(|waits| waits.path == parts.uri.path()) })
    }
}

impl Kept {
    /// The fields of the same session, and the page that says where they come from.
    #[must_use]
    pub fn of(&self, who: &SignedIn, page: Page) -> (Page, Option<Fields>) {
        let Some(waits) = self.waits.as_ref().filter(|waits| waits.session == who.session) else {
            return (page, None);
        };
        let mut fields = Fields::new();
        for (name, value) in &waits.typed {
            fields = fields.also(name, value);
        }
        let told = page.l.t("fresh-kept");
        (page.with_toast(told), Some(fields))
    }

    /// The page with them in it: they are shown once.
    #[must_use]
    pub fn shown(&self, mut response: Response) -> Response {
        if self.waits.is_some() {
            cookies::clear(&self.app, response.headers_mut(), cookies::WAITING);
        }
        response
    }
}
