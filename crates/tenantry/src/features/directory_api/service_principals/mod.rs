//! `/v1.0/servicePrincipals`: what the tenant knows of applications, and who may use them (facts §7.1, §7.2).

mod assignments;
mod grants;
mod read;
pub(super) mod shape;
mod signing;
mod write;

use axum::Router;
use axum::routing::{get, post};
use model::applications::ServicePrincipal;
use model::ids::ObjectId;

use super::applications::{add_key, add_password, keys_described, remove_key, remove_password, unseen};
use super::related::{self, Related};
use super::{collection, memberships};
use crate::access::Actor;
use crate::app::App;
use crate::db::TenantScope;
use crate::error::Error;
use crate::features::applications::{find_service_principal_of, get_service_principal};
use crate::features::directory_api::applications::passwords_described;
use crate::features::objects::Object;
use crate::openapi::{Described, Operation, reference};

pub fn routes() -> Router<App> {
    Router::new()
        .route(
            "/v1.0/servicePrincipals",
            get(collection::page::<Object<ServicePrincipal>>).post(write::create),
        )
        .route("/v1.0/servicePrincipals/$count", get(collection::number::<Object<ServicePrincipal>>))
        .route("/v1.0/servicePrincipals/{id}", get(read::one).patch(write::update).delete(write::delete))
        .route("/v1.0/servicePrincipals/{id}/addPassword", post(add_password::<ServicePrincipal>))
        .route("/v1.0/servicePrincipals/{id}/removePassword", post(remove_password::<ServicePrincipal>))
        .route("/v1.0/servicePrincipals/{id}/addKey", post(add_key::<ServicePrincipal>))
        .route("/v1.0/servicePrincipals/{id}/removeKey", post(remove_key::<ServicePrincipal>))
        .route("/v1.0/servicePrincipals/{id}/addTokenSigningCertificate", post(signing::add))
        .route("/v1.0/servicePrincipals/{id}/oauth2PermissionGrants", get(grants::of_client))
        .route("/v1.0/users/{id}/oauth2PermissionGrants", get(grants::of_user))
        .route("/v1.0/oauth2PermissionGrants", get(grants::list).post(grants::create))
        .route(
            "/v1.0/oauth2PermissionGrants/{id}",
            get(grants::one).patch(grants::update).delete(grants::delete),
        )
        .merge(assignments::routes())
        .merge(in_groups())
}

/// The groups that a service principal is in, and what it owns.
fn in_groups() -> Router<App> {
    let (of, all_of, owned) = (Related::MemberOf, Related::TransitiveMemberOf, Related::OwnedObjects);
    Router::new()
        .route("/v1.0/servicePrincipals/{id}/memberOf", related::list(of))
        .route("/v1.0/servicePrincipals/{id}/memberOf/$count", related::count(of))
        .route("/v1.0/servicePrincipals/{id}/memberOf/{other}", related::one_or_cast(of))
        .route("/v1.0/servicePrincipals/{id}/transitiveMemberOf", related::list(all_of))
        .route("/v1.0/servicePrincipals/{id}/transitiveMemberOf/$count", related::count(all_of))
        .route("/v1.0/servicePrincipals/{id}/transitiveMemberOf/{other}", related::one_or_cast(all_of))
        .route("/v1.0/servicePrincipals/{id}/ownedObjects", related::list(owned))
        .route("/v1.0/servicePrincipals/{id}/ownedObjects/$count", related::count(owned))
        .route("/v1.0/servicePrincipals/{id}/ownedObjects/{other}", related::one_or_cast(owned))
        .route("/v1.0/servicePrincipals/{id}/checkMemberGroups", post(memberships::check_groups))
        .route("/v1.0/servicePrincipals/{id}/checkMemberObjects", post(memberships::check_objects))
        .route("/v1.0/servicePrincipals/{id}/getMemberGroups", post(memberships::groups))
        .route("/v1.0/servicePrincipals/{id}/getMemberObjects", post(memberships::objects_of))
}

/// The service principal that an address names: by its id, or `appId=` and the client id, which finds nobody more than
/// they may see.
pub(super) async fn find(scope: &mut TenantScope<'_>, actor: &Actor, text: &str) -> Result<ObjectId, Error> {
    match text.strip_prefix("appId=") {
        Some(app_id) => {
            let app_id = app_id.parse().map_err(|_| Error::not_found())?;
            match find_service_principal_of(scope, app_id).await? {
                Some(found) => Ok(get_service_principal(scope, actor, found.id).await?.id),
                None => Err(unseen(actor)),
            }
        }
        None => text.parse().map_err(|_| Error::not_found()),
    }
}

/// What the routes take and answer.
pub fn described() -> Described {
    let one = "/v1.0/servicePrincipals/{id}";
    let mut all = vec![
        Operation::get("/v1.0/servicePrincipals", "List service principals").lists("servicePrincipal"),
        Operation::post("/v1.0/servicePrincipals", "Add a service principal").makes("servicePrincipal"),
        Operation::get("/v1.0/servicePrincipals/$count", "Count service principals").counts(),
        Operation::get(one, "A service principal").shows("servicePrincipal"),
        Operation::patch(one, "Change a service principal").takes(reference("servicePrincipal.change")),
        Operation::delete(one, "Delete a service principal; restorable for 30 days"),
    ];
    for name in ["memberOf", "transitiveMemberOf", "ownedObjects"] {
        all.extend(related::described(one, name));
    }
    all.extend(memberships::described(one));
    all.extend(passwords_described(one));
    all.extend(keys_described(one));
    all.extend(grants::operations());
    all.push(signing::described());
    all.extend(assignments::operations());
    Described::of(all).shape(&shape::described()).shape(&grants::described()).shape(&assignments::described())
}
