//! `/v1.0/applications`: applications in Microsoft Graph's shape (facts §7.1, §7.2).

mod extensions;
mod federated;
mod keys;
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
use model::roles::Permission;

use super::collection;
use crate::access::Actor;
use crate::app::App;
use crate::db::TenantScope;
use crate::error::Error;
use crate::features::applications::{find_by_app_id, find_by_unique_name, get_application};
use crate::features::objects::Object;
use crate::openapi::{Answer, Described, Operation, reference, text};
pub(super) use keys::{add as add_key, described as keys_described, remove as remove_key};
pub(super) use passwords::described as passwords_described;
pub(super) use passwords::{add_password, remove_password};
use serde_json::json;
pub(super) use write::{made, sent};

pub fn routes() -> Router<App> {
    Router::new()
        .route("/v1.0/applications", get(collection::page::<Object<Application>>).post(write::create))
        .route("/v1.0/applications/$count", get(collection::number::<Object<Application>>))
        .route("/v1.0/applications/{id}", get(read::one).patch(write::update).delete(write::delete))
        .route("/v1.0/applications/{id}/addPassword", post(add_password::<Application>))
        .route("/v1.0/applications/{id}/removePassword", post(remove_password::<Application>))
        .route("/v1.0/applications/{id}/addKey", post(keys::add::<Application>))
        .route("/v1.0/applications/{id}/removeKey", post(keys::remove::<Application>))
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

/// How an address names an application by its unique name.
const UNIQUE_NAME: &str = "uniqueName=";

/// The application that an address names: by its id, or `appId=` or `uniqueName=` and that. Whoever may not see the directory finds
/// what they own alone by the latter two.
pub(super) async fn find(scope: &mut TenantScope<'_>, actor: &Actor, text: &str) -> Result<ObjectId, Error> {
    let found = if let Some(app_id) = text.strip_prefix("appId=") {
        find_by_app_id(scope, app_id.parse().map_err(|_| Error::not_found())?).await?
    } else if let Some(name) = text.strip_prefix(UNIQUE_NAME) {
        find_by_unique_name(scope, name).await?
    } else {
        return text.parse().map_err(|_| Error::not_found());
    };
    match found {
        Some(found) => Ok(get_application(scope, actor, found.id).await?.id),
        None => Err(unseen(actor)),
    }
}

/// The answer to a name that nothing has: the same that somebody gets who may not see what has it.
pub(super) fn unseen(actor: &Actor) -> Error {
    actor.require(Permission::ReadDirectory).err().unwrap_or_else(Error::not_found)
}

/// What the routes take and answer.
pub fn described() -> Described {
    let one = "/v1.0/applications/{id}";
    let federated = format!("{one}/federatedIdentityCredentials");
    let credential = format!("{federated}/{{credential}}");
    let publisher = json!({ "type": "object", "properties": { "verifiedPublisherId": text() } });
    let all = vec![
        Operation::get("/v1.0/applications", "List applications").lists("application"),
        Operation::post("/v1.0/applications", "Register an application").makes("application"),
        Operation::get("/v1.0/applications/$count", "Count applications").counts(),
        Operation::get(one, "An application").shows("application"),
        Operation::patch(one, "Change an application, or register the one with a unique name")
            .takes(reference("application.change"))
            .answers(201, Answer::Json(reference("application"))),
        Operation::delete(one, "Delete an application; restorable for 30 days"),
        Operation::post(
            format!("{one}/setVerifiedPublisher"),
            "Nobody is a verified publisher here: refused",
        )
        .takes(publisher)
        .nothing(),
        Operation::post(format!("{one}/unsetVerifiedPublisher"), "Take a verified publisher away").nothing(),
        Operation::get(&federated, "List federated credentials").lists("federatedIdentityCredential"),
        Operation::post(&federated, "Let another issuer vouch for the application")
            .makes("federatedIdentityCredential"),
        Operation::get(format!("{federated}/$count"), "Count federated credentials").counts(),
        Operation::get(&credential, "A federated credential").shows("federatedIdentityCredential"),
        Operation::patch(&credential, "Change a federated credential")
            .takes(reference("federatedIdentityCredential.change")),
        Operation::delete(&credential, "Take a federated credential away"),
    ];
    Described::of(all.into_iter().chain(passwords::described(one)).chain(keys::described(one)))
        .merge(owners::described())
        .merge(extensions::described())
        .merge(logo::described())
        .shape(&shape::described())
        .shape(&federated::described())
        .schema("passwordCredential", passwords::shape())
}
