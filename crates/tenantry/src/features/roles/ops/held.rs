//! What somebody holds, and where it comes from.

use model::ids::UserId;
use model::objects::ObjectKind;
use model::roles::Role;
use uuid::Uuid;

use super::read::list_roles;
use super::types::{RoleDefinition, RoleName};
use crate::db::TenantScope;
use crate::error::Error;
use crate::features::roles::store::{self, HeldRow};

/// A role with its sources.
#[derive(Clone, Debug)]
pub struct Held {
    pub role: RoleDefinition,
    /// Assigned to the person themselves.
    pub directly: bool,
    /// Groups that give it, by id and name.
    pub groups: Vec<(Uuid, String)>,
}

/// What a person holds, the strongest built-in role first. Roles that are disabled are among them.
///
/// # Errors
/// When the engine fails.
pub async fn held_by(scope: &mut TenantScope<'_>, user: UserId) -> Result<Vec<Held>, Error> {
    let rows = store::held_by_person(scope, user.0).await?;
    put_together(scope, rows).await
}

/// The same of whoever or whatever has this id; nothing where nobody has.
///
/// # Errors
/// When the engine fails.
pub async fn held_by_any(scope: &mut TenantScope<'_>, id: Uuid) -> Result<Vec<Held>, Error> {
    let rows = match store::holder(scope, id).await?.map(|holder| holder.kind) {
        Some(ObjectKind::User) => store::held_by_person(scope, id).await?,
        Some(_) => store::held_by_object(scope, id).await?,
        None => Vec::new(),
    };
    put_together(scope, rows).await
}

async fn put_together(scope: &mut TenantScope<'_>, rows: Vec<HeldRow>) -> Result<Vec<Held>, Error> {
    if rows.is_empty() {
        return Ok(Vec::new());
    }
    let mut held: Vec<Held> = Vec::new();
    for role in list_roles(scope).await? {
        let of_role = || rows.iter().filter(|row| row.role == role.id);
        if of_role().next().is_some() {
            let directly = of_role().any(|row| row.via.is_none());
            let groups = of_role().filter_map(|row| row.via.clone()).collect();
            held.push(Held { role, directly, groups });
        }
    }
    Ok(held)
}

/// The names of the roles that people hold themselves.
///
/// # Errors
/// When the engine fails.
pub async fn names_of(
    scope: &mut TenantScope<'_>,
    people: &[UserId],
) -> Result<Vec<(UserId, RoleName)>, Error> {
    let people: Vec<Uuid> = people.iter().map(|user| user.0).collect();
    let rows = store::roles_of_people(scope, &people).await?;
    let mut named: Vec<(UserId, RoleName)> = rows
        .into_iter()
        .filter_map(|(user, role, own)| {
            let name = Role::from_template_id(role).map(RoleName::BuiltIn).or(own.map(RoleName::Own))?;
            Some((UserId(user), name))
        })
        .collect();
    named.sort_by_key(|(_, name)| match name {
        RoleName::BuiltIn(role) => *role as usize,
        RoleName::Own(_) => Role::ALL.len(),
    });
    Ok(named)
}
