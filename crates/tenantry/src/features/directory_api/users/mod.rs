//! `/v1.0/users` and `/v1.0/me`: people in Microsoft Graph's shape (facts §7.1, §7.2).

mod read;
mod shape;
mod write;

use axum::Router;
use axum::routing::{get, post};

use crate::app::App;
use crate::db::TenantScope;
use crate::error::Error;
use crate::features::directory::{SignInName, find_named};
use model::ids::UserId;

pub fn routes() -> Router<App> {
    Router::new()
        .route("/v1.0/me", get(read::me))
        .route("/v1.0/users", get(read::list).post(write::create))
        .route("/v1.0/users/$count", get(read::count))
        .route("/v1.0/users/{id}", get(read::one).patch(write::update).delete(write::delete))
        .route("/v1.0/users/{id}/revokeSignInSessions", post(write::revoke_sessions))
}

/// The person with this id or, as Graph allows, with this user principal name.
async fn find(scope: &mut TenantScope<'_>, id: &str) -> Result<UserId, Error> {
    if let Ok(id) = id.parse() {
        return Ok(id);
    }
    let (user, domain) = id.rsplit_once('@').ok_or_else(Error::not_found)?;
    find_named(scope, &SignInName::new(user, domain)).await?.ok_or_else(Error::not_found)
}
