//! Who may read and change an application: administrators of applications, and its owners.

use model::applications::{Application, ServicePrincipal};
use model::ids::ObjectId;
use model::objects::{ObjectKind, Relation};
use model::roles::Permission;

use crate::access::Actor;
use crate::db::TenantScope;
use crate::error::Error;
use crate::features::objects;

/// Does the person own it, or the application that it stands for?
async fn owns(scope: &mut TenantScope<'_>, actor: &Actor, id: ObjectId) -> Result<bool, Error> {
    let Some(user) = actor.user_id() else { return Ok(false) };
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
    if actor.may(Permission::ReadDirectory) || owns(scope, actor, id).await? {
        return Ok(());
    }
    actor.require(Permission::ReadDirectory)
}

/// # Errors
/// Neither allowed to manage applications nor an owner.
pub async fn may_change(scope: &mut TenantScope<'_>, actor: &Actor, id: ObjectId) -> Result<(), Error> {
    if actor.may(Permission::ManageApplications) || owns(scope, actor, id).await? {
        return Ok(());
    }
    actor.require(Permission::ManageApplications)
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
