//! New names for people whose domain name goes: the same user name under another domain name, with a number behind where
//! somebody has that one. Whoever is renamed is signed out everywhere, and what was sent to let them in counts no more.

use model::audit::{Activity, Change, TargetKind};
use model::domains::rename::numbered;
use model::eligibility::username::MAX_LOCAL;
use model::ids::UserId;
use model::objects::ChangeKind;

use super::create::SignInName;
use super::directory_user::noted;
use super::lookup::Person;
use crate::access::Actor;
use crate::db::TenantScope;
use crate::error::Error;
use crate::features::audit::{self, Event};
use crate::features::directory::store;
use crate::features::directory::store::rehome::Whose;
use crate::moment::Moment;

/// Somebody who got another name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rehomed {
    pub user: UserId,
    pub old: String,
    pub new: String,
    /// The plain name was taken.
    pub is_suffixed: bool,
}

/// The first living people under a domain name, in the order of their ids.
///
/// # Errors
/// When the engine fails.
pub async fn people_under(
    scope: &mut TenantScope<'_>,
    domain: &str,
    limit: usize,
) -> Result<Vec<Person>, Error> {
    store::rehome::people_under(scope, domain, limit).await
}

/// Renames one person to a name under another domain name. [`follow_rehomed`] is to come after it.
///
/// # Errors
/// When the engine fails.
pub async fn rehome(
    scope: &mut TenantScope<'_>,
    person: &Person,
    to: &str,
    moment: &Moment,
) -> Result<Rehomed, Error> {
    store::rehome::end_all(scope, Whose::Person(person.id), moment.now).await?;
    let (name, is_suffixed) = free_name(scope, person, to).await?;
    store::rename(scope, person.id, &name).await?;
    Ok(Rehomed { user: person.id, old: person.sign_in_name(), new: name.to_string(), is_suffixed })
}

/// Renames everybody under a domain name in a few statements, however many they are, and gives those who got a number.
/// [`follow_rehomed`] is to come after it for each.
///
/// # Errors
/// When the engine fails.
pub async fn rehome_everybody(
    scope: &mut TenantScope<'_>,
    from: &str,
    to: &str,
    moment: &Moment,
) -> Result<Vec<Rehomed>, Error> {
    store::rehome::end_all(scope, Whose::Under(from), moment.now).await?;
    let mut suffixed = Vec::new();
    for person in store::rehome::collisions(scope, from, to).await? {
        suffixed.push(rehome(scope, &person, to, moment).await?);
    }
    store::rehome::move_all(scope, from, to).await?;
    Ok(suffixed)
}

/// Moves people who are deleted, so that nobody is restored under a name that isn't the tenant's any more.
///
/// # Errors
/// When the engine fails.
pub async fn rehome_deleted(
    scope: &mut TenantScope<'_>,
    from: &str,
    to: &str,
    moment: &Moment,
) -> Result<(), Error> {
    store::rehome::end_all(scope, Whose::DeletedUnder(from), moment.now).await?;
    store::rehome::move_deleted(scope, from, to).await
}

/// Tells the index, the log and those who follow changes that a person was renamed, and gives where to write to them.
///
/// # Errors
/// When the engine fails.
pub async fn follow_rehomed(
    scope: &mut TenantScope<'_>,
    actor: &Actor,
    rehomed: &Rehomed,
    moment: &Moment,
) -> Result<Option<String>, Error> {
    let Some(person) = store::person(scope, rehomed.user).await? else { return Ok(None) };
    noted(scope, person.id, ChangeKind::Updated, moment).await?;
    let event = Event::new(Activity::UserUpdated, TargetKind::User, person.id, &rehomed.new)
        .changes(Change::between("userPrincipalName", &rehomed.old, &rehomed.new));
    audit::record(scope, actor, event, moment).await?;
    let reachable = person.deleted_at.is_none() && person.account_enabled;
    Ok(person.contact.filter(|_| reachable).map(|contact| contact.address))
}

/// Takes away the contact addresses at a domain name that went to somebody else, who reads what is sent there now. The
/// index follows with [`follow_forgotten`].
///
/// # Errors
/// When the engine fails.
pub async fn forget_contacts_at(
    scope: &mut TenantScope<'_>,
    domain: &str,
    moment: &Moment,
) -> Result<u64, Error> {
    store::rehome::forget_contacts_at(scope, domain, moment.now).await
}

/// Lets the index forget the next of those addresses; false at the end.
///
/// # Errors
/// When the engine fails.
pub async fn follow_forgotten(
    scope: &mut TenantScope<'_>,
    actor: &Actor,
    domain: &str,
    limit: usize,
    moment: &Moment,
) -> Result<bool, Error> {
    let people = store::rehome::still_found_at(scope, domain, limit).await?;
    for person in &people {
        store::rehome::forgotten(scope, person.id).await?;
        noted(scope, person.id, ChangeKind::Updated, moment).await?;
        let change = Change { property: "contactEmail".into(), old: Some(format!("@{domain}")), new: None };
        let event = Event::new(Activity::UserUpdated, TargetKind::User, person.id, person.sign_in_name());
        audit::record(scope, actor, event.changes([change]), moment).await?;
    }
    Ok(people.len() == limit)
}

/// The plain name where nobody has it, else the first free one with a number; whether it has one. People who still wait
/// for their own move keep the names that they will get.
async fn free_name(
    scope: &mut TenantScope<'_>,
    person: &Person,
    to: &str,
) -> Result<(SignInName, bool), Error> {
    let plain = SignInName::new(&person.user_name, to);
    if store::holder_of(scope, &plain).await?.is_none() {
        return Ok((plain, false));
    }
    for number in 2.. {
        let name = SignInName::new(&numbered(&person.user_name, number, MAX_LOCAL), to);
        let before = SignInName::new(&name.user, &person.domain_name);
        if store::holder_of(scope, &name).await?.is_none()
            && store::holder_of(scope, &before).await?.is_none()
        {
            return Ok((name, true));
        }
    }
    Err(Error::internal("no number is left"))
}
