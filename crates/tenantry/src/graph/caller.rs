//! Who asks: the person or the application whose token stands in the Authorization header (RFC 6750).

use axum::extract::FromRequestParts;
use http::Method;
use http::header::AUTHORIZATION;
use http::request::Parts;
use model::refusal::Code;

use super::address::NamedTenant;
use crate::access::{Actor, token};
use crate::app::App;
use crate::error::Error;
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

impl FromRequestParts<App> for Caller {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Error> {
        let refused = || Error::from(Code::TokenInvalid);
        let header =
            parts.headers.get(AUTHORIZATION).and_then(|value| value.to_str().ok()).ok_or_else(refused)?;
        let (scheme, shown) = header.split_once(' ').ok_or_else(refused)?;
        if !scheme.eq_ignore_ascii_case("bearer") {
            return Err(refused());
        }
        let shown = shown.trim().to_owned();
        let Ok(client) = <Client as FromRequestParts<App>>::from_request_parts(parts, app).await;
        let actor = token::admit(app, &shown, client.origin(), &app.moment()).await?;
        let actor = actor.ok_or_else(refused)?;
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
