//! The pages of groups.

mod change;
mod edit;
mod form;
mod list;
mod members;
mod mine;
mod one;

use axum::Router;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use model::ids::ObjectId;

use crate::app::App;
use crate::error::Error;

pub fn routes() -> Router<App> {
    Router::new()
        .route("/groups", get(list::show))
        .route("/groups/new", get(edit::show_new).post(edit::create))
        .route("/groups/{id}", get(one::show))
        .route("/groups/{id}/edit", get(edit::show).post(edit::send))
        .route("/groups/{id}/add", get(members::show).post(members::add))
        .route("/groups/{id}/remove", post(members::remove))
        .route("/groups/{id}/delete", get(change::show_delete).post(change::delete))
        .route("/groups/{id}/restore", post(change::restore))
        .route("/my-groups", get(mine::show))
}

/// An id of the address; one that isn't an id is unknown like any other.
fn id_of(text: &str) -> Result<ObjectId, Error> {
    text.parse().map_err(|_| Error::not_found())
}

/// Back to a group's page with a word on what was done.
fn done(group: ObjectId, what: &str) -> Response {
    Redirect::to(&format!("/groups/{group}?done={what}")).into_response()
}
