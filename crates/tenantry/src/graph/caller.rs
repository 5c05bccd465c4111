//! Who asks: the person or the application whose token stands in the Authorization header (RFC 6750, RFC 9449).

use axum::extract::{FromRequestParts, OriginalUri};
use http::Method;
use http::header::AUTHORIZATION;
use http::request::Parts;
use model::refusal::Code;

use super::address::NamedTenant;
use crate::access::{Actor, token};
use crate::app::App;
use crate::error::Error;
use crate::moment::Moment;
use crate::signing::dpop;
use crate::web::client::Client;
use crate::web::denied::Asker;

/// Somebody with a token that is alive. A session's cookie opens no API: no page of another site can use it here.
pub struct Caller(pub Actor);

/// A few questions are asked by posting them.
fn changes_something(method: &Method, path: &str) -> bool {
    const QUESTIONS: [&str; 6] = [
        "/getByIds",
        "/checkMemberGroups",
        "/checkMemberObjects",
        "/getMemberGroups",
        "/getMemberObjects",
        "/evaluateDynamicMembership",
    ];
    method != Method::GET && !QUESTIONS.iter().any(|question| path.ends_with(question))
}

/// The proof that stands beside a token, for the address as it was asked (RFC 9449 §7.1).
fn proof(parts: &Parts, app: &App, token: &str, moment: &Moment) -> Option<dpop::Proof> {
    let asked = parts.extensions.get::<OriginalUri>().map_or(parts.uri.path(), |uri| uri.0.path());
    let address = app.link(asked);
    let request = (parts.method.as_str(), address.as_str());
    match dpop::shown(&parts.headers, request, Some(token), moment.now) {
        dpop::Shown::Proof(proof) => Some(proof),
        dpop::Shown::Nothing | dpop::Shown::Wrong => None,
    }
}

impl FromRequestParts<App> for Caller {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Error> {
        let refused = || Error::from(Code::TokenInvalid);
        let header =
            parts.headers.get(AUTHORIZATION).and_then(|value| value.to_str().ok()).ok_or_else(refused)?;
        let (scheme, shown) = header.split_once(' ').ok_or_else(refused)?;
        let shown = shown.trim().to_owned();
        let moment = app.moment();
        let proof = match scheme.to_ascii_lowercase().as_str() {
            "bearer" => None,
            "dpop" => Some(proof(parts, app, &shown, &moment).ok_or_else(refused)?),
            _ => return Err(refused()),
        };
        let Ok(client) = <Client as FromRequestParts<App>>::from_request_parts(parts, app).await;
        let key = proof.as_ref().map(|proof| proof.thumbprint.as_str());
        let actor = token::admit(app, (&shown, key), client.origin(), &moment).await?;
        let actor = actor.ok_or_else(refused)?;
        if let Some(proof) = &proof
            && !dpop::spend(app, proof).await?
        {
            return Err(refused());
        }
        Asker::note(parts, &actor, None);
        if let Some(who) = actor.object_id() {
            app.limits.count_api(actor.tenant(), who, changes_something(&parts.method, parts.uri.path()))?;
        }
        match parts.extensions.get::<NamedTenant>() {
            Some(named) if named.0 != actor.tenant().0 => Err(Error::not_found()),
            _ => Ok(Self(actor)),
        }
    }
}
