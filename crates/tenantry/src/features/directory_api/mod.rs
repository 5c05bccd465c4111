//! The directory in Microsoft Graph's shape (facts §7), so that its clients work here by changing the base address.
//!
//! One folder a resource; what spans several kinds (members, owners, deleted items, batches, changes) stands beside them,
//! which is why the API is one feature above those that own the objects.

mod deleted;
mod users;

use axum::Router;

use crate::app::App;

/// Everything below `/v1.0` but the checks.
pub fn routes() -> Router<App> {
    users::routes().merge(deleted::routes())
}
