//! What every change to a group asks first.

use model::groups::GroupProperties;
use model::ids::ObjectId;
use model::objects::Relation;
use model::roles::Permission;

use crate::access::Actor;
use crate::db::TenantScope;
use crate::error::Error;
use crate::features::groups::Group;
use crate::features::{objects, roles};

/// Does the actor own the group, where that takes the place of a permission?
pub(super) async fn owns(
    scope: &mut TenantScope<'_>,
    actor: &Actor,
    group: ObjectId,
    instead_of: Permission,
) -> Result<bool, Error> {
    match actor.owner(instead_of) {
        Some(user) => objects::is_linked(scope, group, Relation::Owner, user.0).await,
        None => Ok(false),
    }
}

/// What makes such a group, and changes one without owning it.
#[must_use]
pub fn needed(properties: &GroupProperties) -> Permission {
    if properties.is_role_assignable() { Permission::ManageRoles } else { Permission::ManageGroups }
}

/// May the actor change the group, by a role or as an owner?
///
/// # Errors
/// When the engine fails.
pub async fn may_change(scope: &mut TenantScope<'_>, actor: &Actor, group: &Group) -> Result<bool, Error> {
    let by_owning = !group.properties.is_role_assignable();
    Ok(actor.may(needed(&group.properties))
        || by_owning && owns(scope, actor, group.id, Permission::ManageGroups).await?)
}

/// # Errors
/// Not allowed, or the engine fails.
pub async fn require_to_change(
    scope: &mut TenantScope<'_>,
    actor: &Actor,
    group: &Group,
) -> Result<(), Error> {
    if may_change(scope, actor, group).await? { Ok(()) } else { actor.require(needed(&group.properties)) }
}

/// Finds a group that the actor may change, deleted or not as asked.
pub(super) async fn target(
    scope: &mut TenantScope<'_>,
    actor: &Actor,
    group: ObjectId,
    deleted: bool,
) -> Result<Group, Error> {
    let found: Option<Group> = objects::find(scope, group).await?;
    let Some(found) = found.filter(|found| found.deleted_at.is_some() == deleted) else {
        // Who may not even look learns nothing of what is there.
        if !actor.may(Permission::ReadDirectory) {
            actor.require(Permission::ManageGroups)?;
        }
        return Err(Error::not_found());
    };
    require_to_change(scope, actor, &found).await?;
    Ok(found)
}

/// Refuses to say who is in a group, or who owns it, that gives more than the actor may: a member gets what it holds.
pub(super) async fn require_to_give(
    scope: &mut TenantScope<'_>,
    actor: &Actor,
    group: &Group,
) -> Result<(), Error> {
    if !group.properties.is_role_assignable() {
        return Ok(());
    }
    roles::require_to_give(scope, actor, group.id.0, &group.display_name).await
}
