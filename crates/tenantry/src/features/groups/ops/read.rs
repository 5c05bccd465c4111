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

/// Which of their own groups somebody asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Own {
    All,
    Owned,
}

/// One page of the groups that the actor is in or owns, which nobody needs a role to see.
///
/// # Errors
/// The actor is no person, or the engine fails.
pub async fn own_groups(
    scope: &mut TenantScope<'_>,
    actor: &Actor,
    own: Own,
    mut query: ObjectQuery,
) -> Result<Slice<Group>, Error> {
    let user = actor.person()?;
    match own {
        Own::All => objects::narrow_to_own(&mut query.condition, user.0),
        Own::Owned => objects::narrow_to_holders(&mut query.condition, user.0, Relation::Owner, false),
    }
    objects::list::<GroupProperties>(scope, &query).await
}

async fn is_in_it(scope: &mut TenantScope<'_>, actor: &Actor, group: ObjectId) -> Result<bool, Error> {
    match actor.owner(Permission::ReadDirectory) {
        Some(user) => objects::contains(scope, group, Relation::Member, user.0).await,
        None => Ok(false),
    }
}

/// May the actor read the group? Its members and owners may without any role.
///
/// # Errors
/// When the engine fails.
pub async fn may_read(scope: &mut TenantScope<'_>, actor: &Actor, group: ObjectId) -> Result<bool, Error> {
    Ok(actor.may(Permission::ReadDirectory)
        || owns(scope, actor, group, Permission::ReadDirectory).await?
        || is_in_it(scope, actor, group).await?)
}

/// A group, deleted or not.
///
/// # Errors
/// Not allowed, or not there.
pub async fn find_group(scope: &mut TenantScope<'_>, actor: &Actor, group: ObjectId) -> Result<Group, Error> {
    if !may_read(scope, actor, group).await? {
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
