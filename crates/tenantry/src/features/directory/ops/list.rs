//! The list of people, page by page.

use model::ids::UserId;
use model::roles::Permission;

use super::lookup::Person;
use crate::access::Actor;
use crate::db::{Position, Slice, TenantScope};
use crate::error::Error;
use crate::features::directory::store;
use crate::features::roles::{self, RoleName};

/// People on one page.
pub const PAGE: usize = 25;

/// Whom to list.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Filter {
    #[default]
    Everyone,
    Enabled,
    Disabled,
    /// Those who hold a role.
    WithRoles,
    Deleted,
}

/// In which order.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Sort {
    #[default]
    Name,
    UserName,
    /// In the order of creation.
    Created,
}

/// What to list.
#[derive(Clone, Debug, Default)]
pub struct ListQuery {
    /// Beginnings of words of names, user names and addresses; all must be found.
    pub search: String,
    pub filter: Filter,
    pub sort: Sort,
    pub descending: bool,
    pub from: Option<Position>,
}

/// A person in the list.
#[derive(Clone, Debug)]
pub struct Listed {
    pub person: Person,
    /// Those that they hold themselves.
    pub roles: Vec<RoleName>,
}

/// One page of the tenant's people.
///
/// # Errors
/// Not allowed, or the engine fails.
pub async fn list(
    scope: &mut TenantScope<'_>,
    actor: &Actor,
    query: &ListQuery,
) -> Result<Slice<Listed>, Error> {
    actor.require(Permission::ReadDirectory)?;
    let rows = store::list(scope, query, PAGE + 1).await?;
    let slice = Slice::new(rows, PAGE, query.from.as_ref(), |(person, key)| (key.clone(), person.id.0));
    let people: Vec<Person> = slice.items.into_iter().map(|(person, _)| person).collect();
    let ids: Vec<UserId> = people.iter().map(|person| person.id).collect();
    let roles = roles::names_of(scope, &ids).await?;
    let items = people
        .into_iter()
        .map(|person| {
            let held = roles.iter().filter(|(user, _)| *user == person.id).map(|(_, name)| name.clone());
            Listed { roles: held.collect(), person }
        })
        .collect();
    Ok(Slice { items, previous: slice.previous, next: slice.next })
}
