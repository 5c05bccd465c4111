//! Reading names.

use jiff::Timestamp;
use model::domains::{advised_primary, parents};
use model::roles::Permission;

use crate::access::Actor;
use crate::db::{Scope, TenantScope};
use crate::error::Error;
use crate::features::domains::store::departures::Departure;
use crate::features::domains::store::{self, Listed, Name};
use crate::moment::Moment;

/// How many names a page of the list has.
const PAGE: usize = 50;
/// Seconds that the loss of a name is shown: thirty days.
const SHOWN_FOR: i64 = 30 * 86_400;

/// A page of a tenant's names.
#[derive(Clone, Debug)]
pub struct Names {
    pub listed: Vec<Listed>,
    pub count: i64,
    /// The last name of this page, where others follow.
    pub more: Option<String>,
    /// The verified name that suits the head office better than the present primary one.
    pub advised: Option<String>,
}

/// The names that stand after the given one in alphabetical order; an empty one gives the first page.
///
/// # Errors
/// [`model::refusal::Code::NotAllowed`].
pub async fn list(scope: &mut TenantScope<'_>, actor: &Actor, after: &str) -> Result<Names, Error> {
    actor.require(Permission::ReadDirectory)?;
    let mut listed = store::page(scope, after, PAGE as i64 + 1).await?;
    let more = listed.len() > PAGE;
    listed.truncate(PAGE);
    let more = listed.last().filter(|_| more).map(|last| last.name.name.clone());
    Ok(Names { listed, count: store::count(scope).await?, more, advised: advice(scope).await? })
}

async fn advice(scope: &mut TenantScope<'_>) -> Result<Option<String>, Error> {
    let (verified, primary) = (store::verified(scope).await?, store::primary(scope).await?);
    let names: Vec<_> = verified.iter().map(String::as_str).collect();
    let country = store::country(scope).await?;
    let advised = advised_primary(&names, &country).map(str::to_owned);
    Ok(advised.filter(|advised| primary.as_ref() != Some(advised)))
}

/// One name of the tenant, with how many people sign in under it.
///
/// # Errors
/// [`model::refusal::Code::NotAllowed`]; [`model::refusal::Code::NotFound`] for a name that the tenant doesn't have,
/// whether or not another one does.
pub async fn get(scope: &mut TenantScope<'_>, actor: &Actor, name: &str) -> Result<Listed, Error> {
    actor.require(Permission::ReadDirectory)?;
    let name = store::find(scope, name).await?.ok_or_else(Error::not_found)?;
    let people = store::count_people(scope, &name.name).await?;
    Ok(Listed { name, people })
}

/// Names about which somebody has to do or know something, at most twenty, and those that went lately.
///
/// # Errors
/// [`model::refusal::Code::NotAllowed`].
pub async fn troubled(
    scope: &mut TenantScope<'_>,
    actor: &Actor,
    moment: &Moment,
) -> Result<(Vec<Name>, Vec<Departure>), Error> {
    actor.require(Permission::ReadDirectory)?;
    let departures = store::departures::recent(scope, moment.after_seconds(-SHOWN_FOR)).await?;
    let names = store::troubled(scope).await?;
    Ok((names, departures.into_iter().filter(|departure| departure.is_lost).collect()))
}

/// Did this domain name, or one above it, go from one tenant to another since then? Who proved a mailbox there before
/// that may be somebody else by now.
///
/// # Errors
/// When the engine fails.
pub async fn changed_hands_since(scope: &mut Scope, domain: &str, since: Timestamp) -> Result<bool, Error> {
    let names: Vec<&str> = std::iter::once(domain).chain(parents(domain)).collect();
    store::held::changed_since(scope, &names, since).await
}

/// Whether another tenant holds the name and proves it: for somebody whose own record for it stands in DNS, nobody else.
///
/// # Errors
/// When the engine fails.
pub async fn is_proven_elsewhere(scope: &mut TenantScope<'_>, name: &str) -> Result<bool, Error> {
    let tenant = scope.tenant();
    Ok(store::held::holder(scope.global(), name)
        .await?
        .is_some_and(|held| held.tenant != tenant && held.lapsed_at.is_none()))
}
