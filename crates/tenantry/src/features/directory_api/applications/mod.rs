//! `/v1.0/applications`: applications in Microsoft Graph's shape (facts §7.1, §7.2).

mod extensions;
mod federated;
mod logo;
mod owners;
mod passwords;
mod read;
pub(super) mod shape;
mod write;

use axum::Router;
use axum::routing::{get, post};
use model::applications::Application;
use model::ids::ObjectId;

use crate::app::App;
use crate::db::TenantScope;
use crate::error::Error;
use crate::features::applications::find_by_app_id;

pub(super) use passwords::{add_password, remove_password};
pub(super) use write::{made, sent};

pub fn routes() -> Router<App> {
    Router::new()
        .route("/v1.0/applications", get(read::list).post(write::create))
        .route("/v1.0/applications/$count", get(read::count))
        .route("/v1.0/applications/{id}", get(read::one).patch(write::update).delete(write::delete))
        .route("/v1.0/applications/{id}/addPassword", post(add_password::<Application>))
        .route("/v1.0/applications/{id}/removePassword", post(remove_password::<Application>))
        .route("/v1.0/applications/{id}/setVerifiedPublisher", post(write::set_publisher))
        .route("/v1.0/applications/{id}/unsetVerifiedPublisher", post(write::unset_publisher))
        .route(
            "/v1.0/applications/{id}/federatedIdentityCredentials",
            get(federated::list).post(federated::create),
        )
        .route("/v1.0/applications/{id}/federatedIdentityCredentials/$count", get(federated::count))
        .route(
            "/v1.0/applications/{id}/federatedIdentityCredentials/{credential}",
            get(federated::one).patch(federated::update).delete(federated::delete),
        )
        .route("/v1.0/applications/{id}/extensionProperties", get(extensions::list).post(extensions::create))
        .route(
            "/v1.0/applications/{id}/extensionProperties/{property}",
            get(extensions::one).delete(extensions::delete),
        )
        .route("/v1.0/applications/{id}/logo", logo::routes())
        .merge(owners::routes())
}

/// The application that an address names: by its id, or `appId=` and its client id.
pub(super) async fn find(scope: &mut TenantScope<'_>, text: &str) -> Result<ObjectId, Error> {
    match text.strip_prefix("appId=") {
        Some(app_id) => {
            let app_id = app_id.parse().map_err(|_| Error::not_found())?;
            Ok(find_by_app_id(scope, app_id).await?.ok_or_else(Error::not_found)?.id)
        }
        None => text.parse().map_err(|_| Error::not_found()),
    }
}
