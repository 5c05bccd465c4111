//! Pages for those who work on Tenantry: every piece of the pages once, with sample data.
//!
//! and `/dev/mailbox` with the mail that isn't sent. `/dev/pieces` is served only where the configuration says development. Its samples double as the test that
//! renders every shared template.

mod mailbox;
mod web;

use axum::Router;

use crate::app::App;

/// What only a deployment on this machine serves.
pub fn routes() -> Router<App> {
    web::routes().merge(mailbox::routes())
}
