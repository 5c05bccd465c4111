//! The page that asks which account to go on with.

use askama::Template;
use axum::response::Response;
use http::StatusCode;

use super::authorize::{CHOSEN, Known};
use crate::access::session::SignedIn;
use crate::app::App;
use crate::web::layout::{Page, render};

#[derive(Template)]
#[template(path = "openid/choose.html")]
struct Choose {
    page: Page,
    application: String,
    user_name: String,
    tenant: String,
    /// Where this account goes on, if it may.
    go_on: String,
    /// Where another one signs in.
    other: String,
}

/// The page that asks.
pub fn ask(app: &App, page: Page, known: &Known, who: SignedIn) -> Response {
    let own = known.sent.get("id_token_hint").is_none()
        && known.sent.get("claims").is_none()
        && known.issuer.contains(&who.actor.tenant().to_string());
    let chosen = known.address(&[(CHOSEN, &known.mark(app, CHOSEN, "1"))]);
    let view = Choose {
        page,
        application: known.identified.client.name().to_owned(),
        user_name: who.user_name,
        tenant: who.tenant_name,
        go_on: if own { chosen.clone() } else { String::new() },
        other: chosen,
    };
    render(&view, StatusCode::OK)
}
