//! Reading the log: page by page, or one event; and forgetting what is too old.

use jiff::Timestamp;
use model::audit::Activity;
use model::ids::{AuditEventId, UserId};
use model::roles::Permission;
use uuid::Uuid;

use crate::access::Actor;
use crate::db::{Position, Slice, TenantScope};
use crate::error::Error;
use crate::features::audit::store::{self, Entry};

/// Events on one page.
pub const PAGE: usize = 50;

/// Which events.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// One of these.
    pub activities: Option<Vec<Activity>>,
    /// What this person did, or what was done to them.
    pub person: Option<UserId>,
    /// What one of these did.
    pub actors: Option<Vec<UserId>>,
    /// A part of the name of who did it, or of what it was done to.
    pub name: String,
    pub succeeded: Option<bool>,
    pub since: Option<Timestamp>,
    /// Up to this instant, without it.
    pub until: Option<Timestamp>,
    /// All of these.
    pub exactly: Vec<Exactly>,
    pub oldest_first: bool,
}

/// A value that an event must have.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Exactly {
    Id(Uuid),
    Actor(UserId),
    ActorName(String),
    /// People, or else applications, the operator and the service itself.
    People(bool),
    /// The client id of an application that acted for itself.
    Application(Uuid),
    Target(String),
    TargetName(String),
    Correlation(Uuid),
    /// What no event has.
    Nothing,
}

/// One page of the log, newest first unless the filter says otherwise.
///
/// # Errors
/// Not allowed, or the engine fails.
pub async fn list(
    scope: &mut TenantScope<'_>,
    actor: &Actor,
    filter: &Filter,
    from: Option<&Position>,
    limit: usize,
) -> Result<Slice<Entry>, Error> {
    actor.require(Permission::ReadAudit)?;
    let rows = store::list(scope, filter, from, limit + 1).await?;
    Ok(Slice::new(rows, limit, from, |entry| (String::new(), entry.id.0)))
}

/// How many events match.
///
/// # Errors
/// Not allowed, or the engine fails.
pub async fn count(scope: &mut TenantScope<'_>, actor: &Actor, filter: &Filter) -> Result<i64, Error> {
    actor.require(Permission::ReadAudit)?;
    store::count(scope, filter).await
}

/// One event.
///
/// # Errors
/// Not allowed, or not there.
pub async fn get(scope: &mut TenantScope<'_>, actor: &Actor, id: AuditEventId) -> Result<Entry, Error> {
    actor.require(Permission::ReadAudit)?;
    store::find(scope, id).await?.ok_or_else(Error::not_found)
}

/// The newest events, for pages that show a few of them.
///
/// # Errors
/// Not allowed, or the engine fails.
pub async fn latest(
    scope: &mut TenantScope<'_>,
    actor: &Actor,
    person: Option<UserId>,
    limit: usize,
) -> Result<Vec<Entry>, Error> {
    actor.require(Permission::ReadAudit)?;
    store::list(scope, &Filter { person, ..Filter::default() }, None, limit).await
}

/// The newest events about an object that isn't a person.
///
/// # Errors
/// Not allowed, or the engine fails.
pub async fn latest_about(
    scope: &mut TenantScope<'_>,
    actor: &Actor,
    object: Uuid,
    limit: usize,
) -> Result<Vec<Entry>, Error> {
    // Ids are of one space, whatever they name.
    latest(scope, actor, Some(UserId(object)), limit).await
}

/// A log of a tenant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Log {
    Events,
    SignIns,
}

impl Log {
    const fn table(self) -> &'static str {
        match self {
            Self::Events => "audit_event",
            Self::SignIns => "sign_in",
        }
    }
}

/// What a log holds of the last days as (day, succeeded, refused), the oldest first; `days` at most 90.
///
/// # Errors
/// Not allowed, or the engine fails.
pub async fn by_day(
    scope: &mut TenantScope<'_>,
    actor: &Actor,
    log: Log,
    days: i64,
    now: Timestamp,
) -> Result<Vec<(Timestamp, i64, i64)>, Error> {
    actor.require(Permission::ReadAudit)?;
    let today = now.as_microsecond().div_euclid(DAY);
    let first = today - days.clamp(1, 90) + 1;
    let start = |day: i64| Timestamp::from_microsecond(day * DAY).map_err(Error::internal);
    let counted = store::count_by_day(scope, log.table(), start(first)?, DAY).await?;
    (first..=today)
        .map(|day| {
            let of = |wanted: bool| {
                let found = counted.iter().find(|(on, succeeded, _)| *on == day && *succeeded == wanted);
                found.map_or(0, |(_, _, count)| *count)
            };
            Ok((start(day)?, of(true), of(false)))
        })
        .collect()
}

/// Forgets the oldest of what a log holds from before an instant, and tells whether there may be more of it.
///
/// # Errors
/// When the engine fails.
pub async fn forget(scope: &mut TenantScope<'_>, log: Log, before: Timestamp) -> Result<bool, Error> {
    const BATCH: i64 = 1_000;
    let forgotten = store::forget(scope, log.table(), before, BATCH).await?;
    Ok(i64::try_from(forgotten).is_ok_and(|forgotten| forgotten >= BATCH))
}

/// Microseconds of a day in UTC.
const DAY: i64 = 86_400_000_000;
