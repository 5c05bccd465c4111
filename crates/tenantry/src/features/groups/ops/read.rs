//! Groups, listed and one by one.

use model::groups::GroupProperties;
use model::ids::ObjectId;
use model::objects::Relation;
use model::roles::Permission;

use super::guard::owns;
use crate::access::Actor;
use crate::db::{Slice, TenantScope};
use crate::error::Error;
use crate::features::groups::Group;
use crate::features::objects;
use crate::graph::query::ObjectQuery;

/// One page of groups.
///
/// # Errors
/// Not allowed, or the engine fails.
pub async fn list_groups(
    scope: &mut TenantScope<'_>,
    actor: &Actor,
    query: &ObjectQuery,
) -> Result<Slice<Group>, Error> {
    actor.require(Permission::ReadDirectory)?;
    objects::list::<GroupProperties>(scope, query).await
}

/// How many groups a query finds.
///
/// # Errors
/// Not allowed, or the engine fails.
pub async fn count_groups(
    scope: &mut TenantScope<'_>,
    actor: &Actor,
    query: &ObjectQuery,
) -> Result<i64, Error> {
    actor.require(Permission::ReadDirectory)?;
    objects::count::<GroupProperties>(scope, query).await
}

async fn is_in_it(scope: &mut TenantScope<'_>, actor: &Actor, group: ObjectId) -> Result<bool, Error> {
    match actor.owner(Permission::ReadDirectory) {
        Some(user) => objects::contains(scope, group, Relation::Member, user.0).await,
        None => Ok(false),
    }
}

/// A group, deleted or not. Its members and owners may read it without any role.
///
/// # Errors
/// Not allowed, or not there.
pub async fn find_group(scope: &mut TenantScope<'_>, actor: &Actor, group: ObjectId) -> Result<Group, Error> {
    let is_theirs = !actor.may(Permission::ReadDirectory)
        && (owns(scope, actor, group, Permission::ReadDirectory).await?
            || is_in_it(scope, actor, group).await?);
    if !is_theirs {
        actor.require(Permission::ReadDirectory)?;
    }
    let found: Option<Group> = objects::find(scope, group).await?;
    found.ok_or_else(Error::not_found)
}

/// A group that isn't deleted.
///
/// # Errors
/// Not allowed, or not there.
pub async fn get_group(scope: &mut TenantScope<'_>, actor: &Actor, group: ObjectId) -> Result<Group, Error> {
    let found = find_group(scope, actor, group).await?;
    if found.deleted_at.is_some() { Err(Error::not_found()) } else { Ok(found) }
}

/// May the actor see who is in the group? Some groups hide that from everybody else.
///
/// # Errors
/// When the engine fails.
pub async fn sees_members(scope: &mut TenantScope<'_>, actor: &Actor, group: &Group) -> Result<bool, Error> {
    Ok(!group.properties.hides_members() || objects::sees_members(scope, actor, group.id).await?)
}
