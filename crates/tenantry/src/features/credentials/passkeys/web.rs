//! The challenge's way to the browser and back. Passkeys need a script, so it is told as JSON to a script of ours.

use axum::response::{IntoResponse, Response};
use http::header::CONTENT_TYPE;
use http::{HeaderMap, HeaderValue, StatusCode};
use model::ids::UserId;
use serde_json::Value;

use super::ceremony::{Answer, Asked, LASTS, Owner, Purpose, Registration, create_options, get_options};
use super::store;
use crate::access::session::SignedIn;
use crate::app::App;
use crate::db::TenantScope;
use crate::error::Error;
use crate::moment::Moment;
use crate::web::forms::Fields;
use crate::web::{cookies, sealed};

fn told(app: &App, asked: Asked, options: &Value, moment: &Moment) -> Result<Response, Error> {
    let mut response = (StatusCode::OK, options.to_string()).into_response();
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    sealed::put(app, headers, cookies::PASSKEY, asked, LASTS, moment)?;
    Ok(response)
}

/// Asks for any passkey that somebody has here. The same for everybody.
///
/// # Errors
/// When the challenge can't be encrypted.
pub fn begin_sign_in(app: &App, moment: &Moment) -> Result<Response, Error> {
    let asked = Asked::new(Purpose::SignIn, moment);
    let options = get_options(app, &asked, &[]);
    told(app, asked, &options, moment)
}

/// Asks for one of a person's passkeys.
///
/// # Errors
/// When the engine fails.
pub async fn begin_with(
    app: &App,
    scope: &mut TenantScope<'_>,
    user: UserId,
    purpose: Purpose,
    moment: &Moment,
) -> Result<Response, Error> {
    let asked = Asked::new(purpose, moment);
    let allowed: Vec<_> =
        store::all(scope, user).await?.into_iter().filter(|passkey| !passkey.is_suspected).collect();
    let options = get_options(app, &asked, &allowed);
    told(app, asked, &options, moment)
}

/// Asks for a new passkey, on an authenticator that has none of this person yet.
///
/// # Errors
/// When the engine fails.
pub async fn registering(
    app: &App,
    scope: &mut TenantScope<'_>,
    (who, user): (&SignedIn, UserId),
    moment: &Moment,
) -> Result<Response, Error> {
    let asked = Asked::new(Purpose::Register(who.session), moment);
    let known = store::all(scope, user).await?;
    let owner = Owner {
        tenant: who.actor.tenant(),
        user,
        user_name: &who.user_name,
        display_name: &who.display_name,
    };
    let options = create_options(app, &asked, &owner, &known);
    told(app, asked, &options, moment)
}

fn challenge(app: &App, headers: &HeaderMap, purpose: Purpose, moment: &Moment) -> Option<[u8; 32]> {
    let asked: Asked = sealed::get(app, headers, cookies::PASSKEY, moment)?;
    (asked.purpose == purpose).then_some(asked.challenge)
}

/// The answer in a form, if this browser was asked for this.
#[must_use]
pub fn answered(
    app: &App,
    headers: &HeaderMap,
    fields: &Fields,
    purpose: Purpose,
    moment: &Moment,
) -> Option<Answer> {
    Answer::of(challenge(app, headers, purpose, moment)?, fields)
}

/// The new passkey in a form, if this session asked for one.
#[must_use]
pub fn registration(
    app: &App,
    headers: &HeaderMap,
    fields: &Fields,
    who: &SignedIn,
    moment: &Moment,
) -> Option<Registration> {
    Registration::of(challenge(app, headers, Purpose::Register(who.session), moment)?, fields)
}
