//! Who may read and change an application: administrators of applications, and its owners. Whoever changes one that holds
//! roles could act as it, with a secret of their own, so they need its rights too.

use model::applications::{Application, ServicePrincipal};
use model::ids::ObjectId;
use model::objects::{ObjectKind, Relation};
use model::refusal::Code;
use model::roles::{Permission, Permissions};
use uuid::Uuid;

use super::application::having;
use super::own_api;
use crate::access::Actor;
use crate::db::TenantScope;
use crate::error::Error;
use crate::features::applications::SERVICE_PRINCIPALS;
use crate::features::{objects, roles};
use crate::graph::query::ObjectQuery;

/// Does the person own it, or the application that it stands for?
async fn owns(
    scope: &mut TenantScope<'_>,
    actor: &Actor,
    id: ObjectId,
    instead_of: Permission,
) -> Result<bool, Error> {
    let Some(user) = actor.owner(instead_of) else { return Ok(false) };
    if objects::is_linked(scope, id, Relation::Owner, user.0).await? {
        return Ok(true);
    }
    match objects::kind_of(scope, id).await? {
        Some(ObjectKind::ServicePrincipal) => {
            let Some(found) = objects::find::<ServicePrincipal>(scope, id).await? else { return Ok(false) };
            objects::is_linked(scope, ObjectId(found.properties.application), Relation::Owner, user.0).await
        }
        _ => Ok(false),
    }
}

/// # Errors
/// Neither allowed to see the directory nor an owner.
pub(super) async fn may_read(scope: &mut TenantScope<'_>, actor: &Actor, id: ObjectId) -> Result<(), Error> {
    if actor.may(Permission::ReadDirectory) || owns(scope, actor, id, Permission::ReadDirectory).await? {
        return Ok(());
    }
    actor.require(Permission::ReadDirectory)
}

/// # Errors
/// Neither allowed to manage applications nor an owner, or the application holds roles beyond the actor's own rights.
pub async fn may_change(scope: &mut TenantScope<'_>, actor: &Actor, id: ObjectId) -> Result<(), Error> {
    if !actor.may(Permission::ManageApplications)
        && !owns(scope, actor, id, Permission::ManageApplications).await?
    {
        actor.require(Permission::ManageApplications)?;
    }
    if own_api::is_own_api(scope, id).await? {
        return Err(Code::ServicePrincipalOfService.into());
    }
    require_to_give(scope, actor, id).await
}

/// # Errors
/// Not allowed to say who has roles of this application. Those of the directory API are given by nobody who has less.
pub(super) async fn may_assign(
    scope: &mut TenantScope<'_>,
    actor: &Actor,
    (resource, role): (ObjectId, Uuid),
    principal: Uuid,
) -> Result<(), Error> {
    if !own_api::is_own_api(scope, resource).await? {
        return may_change(scope, actor, resource).await;
    }
    actor.require(Permission::ManageApplications)?;
    require_to_give(scope, actor, ObjectId(principal)).await?;
    own_api::require_to_give_role(actor, role)
}

/// Refuses to change what an application gets or tells where it may do more than the actor.
///
/// # Errors
/// It holds, or could come to hold, more than the actor.
pub(super) async fn require_to_give(
    scope: &mut TenantScope<'_>,
    actor: &Actor,
    id: ObjectId,
) -> Result<(), Error> {
    if actor.rights() == Permissions::all() {
        return Ok(());
    }
    let Some(brief) = objects::brief(scope, id).await? else { return Ok(()) };
    match brief.kind {
        ObjectKind::ServicePrincipal => give_principal(scope, actor, id, &brief.display_name).await,
        ObjectKind::Application => {
            let Some(found) = objects::find::<Application>(scope, id).await? else { return Ok(()) };
            let app_id = found.properties.app_id.to_string();
            // A deleted one comes back with its roles, and with what was added to the application meanwhile.
            for deleted in [false, true] {
                let condition = having(&SERVICE_PRINCIPALS, "appId", false, &app_id)?;
                let query = ObjectQuery { deleted, ..ObjectQuery::of(condition, 100) };
                for principal in objects::list::<ServicePrincipal>(scope, &query).await?.items {
                    give_principal(scope, actor, principal.id, &principal.display_name).await?;
                }
            }
            Ok(())
        }
        ObjectKind::User | ObjectKind::Group | ObjectKind::AdministrativeUnit => Ok(()),
    }
}

/// What it holds are roles of the directory and permissions of the directory API, for itself and for people who use it:
/// whoever changes where its codes go acts with those.
async fn give_principal(
    scope: &mut TenantScope<'_>,
    actor: &Actor,
    id: ObjectId,
    name: &str,
) -> Result<(), Error> {
    roles::require_to_give(scope, actor, id.0, name).await?;
    let rights = own_api::rights_of(scope, id).await?.and(own_api::rights_for_people(scope, id).await?);
    actor.require_to_cover(rights, name)
}

/// The application, not deleted, for somebody who may change it.
pub(super) async fn application(
    scope: &mut TenantScope<'_>,
    actor: &Actor,
    id: ObjectId,
) -> Result<objects::Object<Application>, Error> {
    may_change(scope, actor, id).await?;
    objects::get(scope, id).await
}
