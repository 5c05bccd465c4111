//! `/access-requests` for those who decide, `/invitation/…` for those who were let in, `/people/invite` for those who let them in.

mod again;
mod decide;
mod invitation;
mod invite;

use axum::Router;
use axum::routing::{get, post};
use model::ids::AccessRequestId;

use crate::app::App;
use crate::error::Error;

pub fn routes() -> Router<App> {
    Router::new()
        .route("/access-requests", get(decide::list))
        .route("/access-requests/{id}", get(decide::show))
        .route("/access-requests/{id}/approve", post(decide::approve_it))
        .route("/access-requests/{id}/refuse", post(decide::refuse_it))
        .route("/access-requests/{id}/invitation", post(again::resend))
        .route("/access-requests/{id}/invitation/revoke", post(again::revoke))
        .route("/people/invite", get(invite::show).post(invite::send))
        .route("/people/{id}/invitation", get(invite::pending).post(invite::resend))
        .route("/people/{id}/invitation/revoke", post(invite::revoke))
        .route("/invitation/{token}", get(invitation::show).post(invitation::send))
}

fn id_of(text: &str) -> Result<AccessRequestId, Error> {
    text.parse().map_err(|_| Error::not_found())
}
