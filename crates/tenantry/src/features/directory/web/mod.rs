//! `/people`: the list, one person, and a page for each change that says what will happen.

mod asked;
mod change;
mod check;
mod create;
mod edit;
mod export;
mod factors;
mod fields;
mod list;
mod manager;
mod one;
mod password;
pub mod photo;
mod role;

use axum::Router;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use model::ids::UserId;

use crate::app::App;
use crate::error::Error;
use crate::web::upload::own_limit;
use change::Change;

pub fn routes() -> Router<App> {
    Router::new()
        .route("/people", get(list::show))
        .route("/people/new", get(create::show).post(create::send))
        .route("/people/new/check", post(check::new))
        .route("/people/{id}/check", post(check::one))
        .route("/people/export", post(export::send))
        .route("/people/{id}", get(one::show))
        .route("/people/{id}/edit", get(edit::show).post(edit::send))
        .route("/people/{id}/reset-password", get(password::show).post(password::send))
        .route("/people/{id}/second-factors", get(factors::show).post(factors::send))
        .route("/people/{id}/disable", change::post(Change::Disable).get(change::show_disable))
        .route("/people/{id}/enable", change::post(Change::Enable))
        .route("/people/{id}/delete", change::post(Change::Delete).get(change::show_delete))
        .route("/people/{id}/restore", get(change::show_restore).post(change::restore))
        .route("/people/{id}/manager", get(manager::show).post(manager::send))
        .route("/people/{id}/photo", get(photo::show).post(photo::send).layer(own_limit()))
        .route("/people/{id}/photo/picture", get(photo::picture))
        .route("/people/{id}/photo/remove", post(photo::remove))
        .route("/people/{id}/sessions", change::post(Change::EndSessions))
        .route("/people/{id}/sessions/{session}/end", post(change::end_session))
        .route("/people/{id}/roles", get(role::show).post(role::assign))
        .route("/people/{id}/roles/remove", get(role::show_remove).post(role::remove))
}

/// An id of the address; one that isn't an id is unknown like any other.
fn id_of(text: &str) -> Result<UserId, Error> {
    text.parse().map_err(|_| Error::not_found())
}

/// Back to a person's page with a word on what was done.
fn done(user: UserId, what: &str) -> Response {
    Redirect::to(&format!("/people/{user}?done={what}")).into_response()
}
