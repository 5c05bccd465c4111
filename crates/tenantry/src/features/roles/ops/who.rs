//! Who may do something, and who can give the right to it.

use model::ids::UserId;
use model::roles::{Permission, Permissions};
use uuid::Uuid;

use super::read::list_roles;
use super::types::RoleDefinition;
use crate::db::TenantScope;
use crate::error::Error;
use crate::features::roles::store;

/// Somebody to turn to.
#[derive(Clone, Debug)]
pub struct Contact {
    pub id: UserId,
    pub display_name: String,
    pub contact_email: Option<String>,
}

/// Administrators of whom one is looked for who can grant something.
const LOOKED_AT: usize = 200;

fn ids_that_allow(roles: &[RoleDefinition], permission: Permission) -> Vec<Uuid> {
    let allow = roles.iter().filter(|role| role.is_enabled && role.permissions.contains(permission));
    allow.map(|role| role.id).collect()
}

/// Enabled people whose roles, their own or by a group, allow something; at most `limit`.
///
/// # Errors
/// When the engine fails.
pub async fn people_who_may(
    scope: &mut TenantScope<'_>,
    permission: Permission,
    limit: usize,
) -> Result<Vec<Contact>, Error> {
    let roles = list_roles(scope).await?;
    store::people_with_roles(scope, &ids_that_allow(&roles, permission), limit).await
}

/// People who grant roles, each with what they may do themselves.
pub struct Grantors(Vec<(Contact, Permissions)>);

impl Grantors {
    /// # Errors
    /// When the engine fails.
    pub async fn load(scope: &mut TenantScope<'_>) -> Result<Self, Error> {
        let people = people_who_may(scope, Permission::ManageRoles, LOOKED_AT).await?;
        let ids: Vec<Uuid> = people.iter().map(|contact| contact.id.0).collect();
        let rights = store::rights_of_people(scope, &ids).await?;
        let of = |id: UserId| {
            let theirs = rights.iter().filter(|(holder, _)| *holder == id.0);
            theirs.fold(Permissions::default(), |all, (_, rights)| all.and(*rights))
        };
        Ok(Self(
            people
                .into_iter()
                .map(|contact| (of(contact.id), contact))
                .map(|(all, contact)| (contact, all))
                .collect(),
        ))
    }

    /// The first of them who can give one of these roles, but `not` themselves.
    pub fn of<'a>(
        &'a self,
        roles: &'a [RoleDefinition],
        not: Option<UserId>,
        most: usize,
    ) -> impl Iterator<Item = &'a Contact> {
        let can = move |rights: &Permissions| roles.iter().any(|role| rights.covers(role.permissions));
        let others = self.0.iter().filter(move |(contact, _)| Some(contact.id) != not);
        others.filter(move |(_, rights)| can(rights)).map(|(contact, _)| contact).take(most)
    }
}
