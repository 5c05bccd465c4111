//! Which roles there are, and who could be given one.

use model::objects::ObjectKind;
use model::roles::{Permission, Role};
use uuid::Uuid;

use super::types::{Holder, RoleDefinition};
use crate::access::Actor;
use crate::db::TenantScope;
use crate::error::Error;
use crate::features::roles::store;
use crate::graph::filter::Condition;

/// Every role, the built-in ones first. Everybody may know which roles there are and what they allow.
///
/// # Errors
/// When the engine fails.
pub async fn list_roles(scope: &mut TenantScope<'_>) -> Result<Vec<RoleDefinition>, Error> {
    let built_in = Role::ALL.iter().map(|role| RoleDefinition::built_in(*role));
    Ok(built_in.chain(store::definitions(scope).await?).collect())
}

/// The role with this id.
///
/// # Errors
/// Not there.
pub async fn find_role(scope: &mut TenantScope<'_>, id: Uuid) -> Result<RoleDefinition, Error> {
    match Role::from_template_id(id) {
        Some(role) => Ok(RoleDefinition::built_in(role)),
        None => store::definition(scope, id).await?.ok_or_else(Error::not_found),
    }
}

/// How many hold each role.
pub struct HolderCounts(Vec<(Uuid, i64)>);

impl HolderCounts {
    #[must_use]
    pub fn of(&self, role: Uuid) -> i64 {
        self.0.iter().find(|(id, _)| *id == role).map_or(0, |(_, count)| *count)
    }
}

/// # Errors
/// Not allowed, or the engine fails.
pub async fn holder_counts(scope: &mut TenantScope<'_>, actor: &Actor) -> Result<HolderCounts, Error> {
    actor.require(Permission::ReadDirectory)?;
    Ok(HolderCounts(store::holder_counts(scope).await?))
}

/// Roles that the actor may grant: those that allow no more than they may.
///
/// # Errors
/// When the engine fails.
pub async fn grantable(scope: &mut TenantScope<'_>, actor: &Actor) -> Result<Vec<RoleDefinition>, Error> {
    if !actor.may(Permission::ManageRoles) {
        return Ok(Vec::new());
    }
    let all = list_roles(scope).await?.into_iter();
    Ok(all.filter(|role| role.is_enabled && actor.rights().covers(role.permissions)).collect())
}

/// Whoever the role could be given to and a search finds, at most so many of each kind.
///
/// # Errors
/// Not allowed, or the engine fails.
pub async fn candidates(
    scope: &mut TenantScope<'_>,
    actor: &Actor,
    role: Uuid,
    search: &str,
    limit: usize,
) -> Result<Vec<Holder>, Error> {
    actor.require(Permission::ReadDirectory)?;
    let mut found = Vec::new();
    for kind in [ObjectKind::User, ObjectKind::Group, ObjectKind::ServicePrincipal] {
        found.extend(store::candidates(scope, kind, search, role, limit).await?);
    }
    Ok(found)
}

/// Narrows a list of objects of any kind to those who hold a role themselves.
pub fn narrow_to_role(condition: &mut Condition, role: Uuid) {
    store::with_role(condition, role);
}
