//! The list of people, page by page.

use model::ids::UserId;
use model::properties::Properties;
use model::roles::{Permission, Role};

use super::create::SignInName;
use super::directory_user::DirectoryUser;
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
    /// Those who were invited and haven't accepted yet.
    Invited,
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
    /// Of this kind only.
    pub user_type: Option<UserType>,
    /// Those who hold this role.
    pub role: Option<Role>,
    /// Those who sign in under this domain name; empty for all.
    pub domain: String,
    /// Those of this department, however it is capitalised; empty for all.
    pub department: String,
    pub sort: Sort,
    pub descending: bool,
    pub from: Option<Position>,
}

/// Who somebody is to the organisation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UserType {
    Member,
    /// Invited from outside.
    Guest,
}

impl UserType {
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Member => "Member",
            Self::Guest => "Guest",
        }
    }
}

/// A person in the list.
#[derive(Clone, Debug)]
pub struct Listed {
    pub person: Person,
    pub user_type: String,
    pub properties: Properties,
    /// Those that they hold themselves.
    pub roles: Vec<RoleName>,
    /// Invited, without having accepted yet.
    pub invited: bool,
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
    some(scope, actor, query, PAGE).await
}

/// Where a list goes on behind somebody, who may have left it since.
///
/// # Errors
/// Not allowed, not there, or the engine fails.
pub async fn behind(
    scope: &mut TenantScope<'_>,
    actor: &Actor,
    sort: Sort,
    user: UserId,
) -> Result<Position, Error> {
    actor.require(Permission::ReadDirectory)?;
    let key = store::sort_key(scope, sort, user).await?.ok_or_else(Error::not_found)?;
    Ok(Position { backward: false, key, id: user.0 })
}

/// Who was deleted last under a name, which others may have had before or since.
///
/// # Errors
/// Not allowed, or the engine fails.
pub async fn last_deleted(
    scope: &mut TenantScope<'_>,
    actor: &Actor,
    name: &SignInName,
) -> Result<Option<UserId>, Error> {
    let name = name.to_string();
    let mut query = ListQuery { search: name.clone(), filter: Filter::Deleted, ..ListQuery::default() };
    let mut last: Option<Person> = None;
    loop {
        let slice = list(scope, actor, &query).await?;
        let named = slice.items.into_iter().map(|listed| listed.person);
        let named = named.filter(|person| person.sign_in_name() == name);
        last = last.into_iter().chain(named).max_by_key(|person| person.deleted_at);
        query.from = slice.next;
        if query.from.is_none() {
            return Ok(last.map(|person| person.id));
        }
    }
}

/// So many of the tenant's people.
pub(super) async fn some(
    scope: &mut TenantScope<'_>,
    actor: &Actor,
    query: &ListQuery,
    limit: usize,
) -> Result<Slice<Listed>, Error> {
    actor.require(Permission::ReadDirectory)?;
    let rows = store::query(scope, &store::listing(query, limit)).await?;
    let place = |(user, key): &(DirectoryUser, String)| (key.clone(), user.person.id.0);
    let slice = Slice::new(rows, limit, query.from.as_ref(), place);
    let ids: Vec<UserId> = slice.items.iter().map(|(user, _)| user.person.id).collect();
    let roles = roles::names_of(scope, &ids).await?;
    let invited = store::invited_among(scope, &ids).await?;
    let items = slice.items.into_iter().map(|(user, _)| {
        let DirectoryUser { person, properties, user_type, .. } = user;
        let held = roles.iter().filter(|(holder, _)| *holder == person.id).map(|(_, name)| name.clone());
        let invited = invited.contains(&person.id);
        Listed { roles: held.collect(), invited, person, user_type, properties }
    });
    Ok(Slice { items: items.collect(), previous: slice.previous, next: slice.next })
}
