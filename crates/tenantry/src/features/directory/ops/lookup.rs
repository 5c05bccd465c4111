//! What pages and other features look up about people.

use std::collections::BTreeSet;

use jiff::Timestamp;
use model::ids::UserId;
use model::refusal::{Code, Refusal};
use model::roles::{Permission, Permissions};

use super::create::{ContactEmail, SignInName};
use uuid::Uuid;

use crate::access::{Actor, rights};
use crate::db::TenantScope;
use crate::error::Error;
use crate::features::directory::store;
use crate::features::roles::{self, Held};

/// Names that one statement looks up.
const NAMES_AT_ONCE: usize = 200;

/// What sign-in knows of an account. A deleted person has none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignInAccount {
    pub id: UserId,
    pub display_name: String,
    pub user_name: String,
    pub domain_name: String,
    pub account_enabled: bool,
    pub contact_email: Option<String>,
}

/// A person of the tenant.
#[derive(Clone, Debug)]
pub struct Person {
    pub id: UserId,
    pub user_name: String,
    pub domain_name: String,
    pub display_name: String,
    pub given_name: Option<String>,
    pub surname: Option<String>,
    pub contact: Option<ContactEmail>,
    pub account_enabled: bool,
    pub created_at: Timestamp,
    pub created_by: String,
    pub last_sign_in_at: Option<Timestamp>,
    pub deleted_at: Option<Timestamp>,
}

impl Person {
    /// `user_name@domain_name`.
    #[must_use]
    pub fn sign_in_name(&self) -> String {
        format!("{}@{}", self.user_name, self.domain_name)
    }
}

/// A person with what their page shows.
#[derive(Clone, Debug)]
pub struct PersonDetail {
    pub person: Person,
    pub roles: Vec<Held>,
    /// What they come to.
    pub rights: Permissions,
    /// Sessions that are alive.
    pub sessions: i64,
    /// `None` without a password, else whether it must be changed.
    pub must_change_password: Option<bool>,
    /// They were invited and haven't accepted yet.
    pub invited: bool,
    /// Where they sign in, if that isn't here.
    pub elsewhere: Option<Elsewhere>,
}

/// An identity provider of the organisation's own, as far as it matters to its people.
#[derive(Clone, Debug)]
pub struct Elsewhere {
    pub issuer: String,
    /// A second factor that it tells of counts here.
    pub trusts_second_factor: bool,
}

/// How many people a tenant has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Counts {
    /// Not deleted, enabled or not.
    pub people: i64,
    pub global_administrators: i64,
}

/// The account with this name, enabled or not.
///
/// # Errors
/// When the engine fails.
pub async fn find_for_sign_in(
    scope: &mut TenantScope<'_>,
    user_name: &str,
    domain_name: &str,
) -> Result<Option<SignInAccount>, Error> {
    store::find_for_sign_in(scope, &SignInName::new(user_name, domain_name)).await
}

/// One person, deleted or not.
///
/// # Errors
/// Not allowed, or not there.
pub async fn get(
    scope: &mut TenantScope<'_>,
    actor: &Actor,
    user: UserId,
    now: Timestamp,
) -> Result<PersonDetail, Error> {
    actor.require(Permission::ReadDirectory)?;
    let person = store::person(scope, user).await?.ok_or_else(Error::not_found)?;
    let roles = roles::held_by(scope, user).await?;
    let rights = rights::rights_of(scope, user).await?;
    let sessions = store::live_sessions(scope, user, now).await?;
    let must_change_password = store::must_change_password(scope, user).await?;
    let invited = !store::invited_among(scope, &[user]).await?.is_empty();
    let elsewhere = store::provider_at(scope, &person.domain_name).await?;
    Ok(PersonDetail { person, roles, rights, sessions, must_change_password, invited, elsewhere })
}

/// Verified domain names of the tenant that people may get names under, the primary one first.
///
/// # Errors
/// When the engine fails.
pub async fn verified_domains(scope: &mut TenantScope<'_>) -> Result<Vec<String>, Error> {
    store::verified_domains(scope).await
}

/// Verified domain names that take nobody new: lapsed, or being removed.
///
/// # Errors
/// When the engine fails.
pub async fn closed_domains(scope: &mut TenantScope<'_>) -> Result<Vec<String>, Error> {
    store::closed_domains(scope).await
}

/// Whether an identity provider of the organisation's own signs in the people of a domain name: their passwords open nothing.
///
/// # Errors
/// When the engine fails.
pub async fn signs_in_elsewhere(scope: &mut TenantScope<'_>, domain: &str) -> Result<bool, Error> {
    store::signs_in_elsewhere(scope, domain).await
}

/// The same, for what sets passwords.
///
/// # Errors
/// [`Code::PasswordElsewhere`].
pub async fn require_password_here(scope: &mut TenantScope<'_>, domain: &str) -> Result<(), Error> {
    match signs_in_elsewhere(scope, domain).await? {
        true => Err(Refusal::new(Code::PasswordElsewhere).with("domain", domain).into()),
        false => Ok(()),
    }
}

/// People and Global administrators who can sign in.
///
/// # Errors
/// When the engine fails.
pub async fn counts(scope: &mut TenantScope<'_>) -> Result<Counts, Error> {
    let global_administrators = roles::global_administrators(scope).await?;
    Ok(Counts { people: store::count(scope).await?, global_administrators })
}

/// Contact addresses of the enabled people whose roles allow something; at most 50.
///
/// # Errors
/// When the engine fails.
pub async fn contacts_who_may(
    scope: &mut TenantScope<'_>,
    permission: Permission,
) -> Result<Vec<String>, Error> {
    let people = roles::people_who_may(scope, permission, 200).await?;
    let contacts: BTreeSet<String> = people.into_iter().filter_map(|contact| contact.contact_email).collect();
    Ok(contacts.into_iter().take(50).collect())
}

/// The person with this sign-in name, who isn't deleted.
///
/// # Errors
/// When the engine fails.
pub async fn find_named(scope: &mut TenantScope<'_>, name: &SignInName) -> Result<Option<UserId>, Error> {
    store::holder_of(scope, name).await
}

/// Whom somebody means who writes a sign-in name or an object id; whether there is an object of that id isn't asked.
///
/// # Errors
/// When the engine fails.
pub async fn find_meant(scope: &mut TenantScope<'_>, typed: &str) -> Result<Option<Uuid>, Error> {
    let typed = typed.trim();
    Ok(match (typed.parse::<Uuid>(), typed.rsplit_once('@')) {
        (Ok(id), _) => Some(id),
        (_, Some((user, domain))) => find_named(scope, &SignInName::new(user, domain)).await?.map(|id| id.0),
        _ => None,
    })
}

/// The person with this id, deleted or not, for features that have asked whether the actor may know.
///
/// # Errors
/// When the engine fails.
pub async fn find_person(scope: &mut TenantScope<'_>, user: UserId) -> Result<Option<Person>, Error> {
    store::person(scope, user).await
}

/// The person, not deleted, who is written to at this mailbox.
///
/// # Errors
/// When the engine fails.
pub async fn with_contact(scope: &mut TenantScope<'_>, canonical: &str) -> Result<Option<Person>, Error> {
    store::with_contact(scope, canonical).await
}

/// Those of the names that somebody has, sorted.
///
/// # Errors
/// When the engine fails.
pub async fn taken_names(
    scope: &mut TenantScope<'_>,
    names: &[SignInName],
) -> Result<Vec<SignInName>, Error> {
    let mut taken = Vec::new();
    let mut domains: Vec<&str> = names.iter().map(|name| name.domain.as_str()).collect();
    domains.sort_unstable();
    domains.dedup();
    for domain in domains {
        let users: Vec<&str> =
            names.iter().filter(|name| name.domain == domain).map(|name| name.user.as_str()).collect();
        for some in users.chunks(NAMES_AT_ONCE) {
            let found = store::taken(scope, domain, some).await?;
            taken.extend(found.into_iter().map(|user| SignInName { user, domain: domain.to_owned() }));
        }
    }
    taken.sort();
    Ok(taken)
}
