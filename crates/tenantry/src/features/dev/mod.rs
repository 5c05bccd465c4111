//! Pages for those who work on Tenantry, served only where the public address is on this machine: `/dev/pieces` shows
//! every piece of the pages once, with sample data, and `/dev/mailbox` the mail that is kept instead of being sent. The
//! samples double as the test that renders every shared template.

mod mailbox;
mod web;

use axum::Router;

use crate::app::App;

/// What only a deployment on this machine serves.
pub fn routes() -> Router<App> {
    web::routes().merge(mailbox::routes())
}
