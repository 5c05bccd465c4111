//! The pages under `/account`.

mod confirm;
mod factors;
mod home;
mod passkeys;
mod password;
mod photo;

use axum::Router;
use axum::routing::{get, post};

use crate::access::session::SignedIn;
use crate::app::App;
use crate::web::layout::{Page, Section};
use crate::web::upload::own_limit;
use crate::web::who::FIRST_SECOND_FACTOR;

/// `/account` and what belongs to it.
pub fn routes() -> Router<App> {
    Router::new()
        .route("/account", get(home::show))
        .route("/account/confirm", get(confirm::show).post(confirm::send))
        .route("/account/confirm/passkey", post(confirm::passkey))
        .route("/account/confirm/passkey/begin", post(confirm::begin_passkey))
        .route("/account/passkeys", post(passkeys::send))
        .route(passkeys::NEW, get(passkeys::show))
        .route("/account/passkeys/begin", post(passkeys::begin))
        .route("/account/passkeys/{id}/name", post(passkeys::rename))
        .route("/account/passkeys/{id}/remove", post(passkeys::remove))
        .route("/account/photo", get(photo::show).post(photo::send).layer(own_limit()))
        .route("/account/photo/picture", get(photo::picture))
        .route("/account/photo/remove", post(photo::remove))
        .route("/account/password", get(password::show).post(password::send))
        .route("/account/password/check", post(password::check))
        .route(FIRST_SECOND_FACTOR, get(factors::first))
        .route("/account/second-factor/authenticator", get(factors::app).post(factors::begin))
        .route("/account/second-factor/authenticator/confirm", post(factors::confirm))
        .route("/account/second-factor/authenticator/remove", post(factors::remove))
        .route("/account/second-factor/codes", post(factors::codes))
        .route("/account/sessions/end-others", post(home::end_others))
        .route("/account/sessions/end-all", post(home::end_all))
        .route("/account/sessions/{id}/end", post(home::end_one))
        .route("/account/sessions/{id}/name", post(home::rename))
}

fn mine(page: Page, who: &SignedIn) -> Page {
    who.on(page).in_section(Section::Account)
}
