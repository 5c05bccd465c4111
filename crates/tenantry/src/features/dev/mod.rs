//! Pages for those who work on Tenantry, served only where the public address is on this machine: `/dev/pieces` shows
//! every piece of the pages once, with sample data, and `/dev/mailbox` the mail that is kept instead of being sent. The
//! samples double as the test that renders every shared template.
//!
//! For all who aren't on this machine (or listed in `server.development_peers`) these pages don't exist: a service that
//! listens to a network by mistake shows nobody's codes.

mod mailbox;
mod web;

use axum::Router;
use axum::extract::Request;
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse, Response};

use crate::app::App;
use crate::error::Error;
use crate::web::client::Near;

/// What only a deployment on this machine serves.
pub fn routes(app: &App) -> Router<App> {
    web::routes().merge(mailbox::routes()).route_layer(from_fn_with_state(app.clone(), only_near))
}

async fn only_near(Near(near): Near, request: Request, next: Next) -> Response {
    if near { next.run(request).await } else { Error::not_found().into_response() }
}
