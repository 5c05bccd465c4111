//! The pages under `/reset`.

mod code;
mod factor;
mod name;
mod password;

use axum::Router;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use http::HeaderMap;

use super::ops::{Asked, Owed};
use crate::app::App;
use crate::moment::Moment;
use crate::web::{cookies, sealed};

/// `/reset` with its steps.
pub fn routes() -> Router<App> {
    Router::new()
        .route("/reset", get(name::show).post(name::send))
        .route("/reset/code", get(code::show).post(code::send))
        .route("/reset/second-factor", get(factor::show).post(factor::send))
        .route("/reset/second-factor/passkey", post(factor::passkey))
        .route("/reset/second-factor/passkey/begin", post(factor::begin_passkey))
        .route("/reset/password", get(password::show).post(password::send))
        .route("/reset/password/check", post(password::check))
}

fn asked_of(app: &App, headers: &HeaderMap, moment: &Moment) -> Option<Asked> {
    sealed::get(app, headers, cookies::RESET, moment)
}

fn start_again() -> Response {
    Redirect::to("/reset?expired").into_response()
}

fn page_of(owed: Owed) -> &'static str {
    match owed {
        Owed::SecondFactor(_) => "/reset/second-factor",
        Owed::NewPassword => "/reset/password",
    }
}
