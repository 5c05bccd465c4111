//! Reading the log: page by page, one event, or all that an export holds.

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
/// Events in one export, the newest first. A longer log is exported month by month.
pub const EXPORT: usize = 10_000;

/// Which events.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    pub activity: Option<Activity>,
    /// What this person did, or what was done to them.
    pub person: Option<UserId>,
    /// A part of the name of who did it, or of what it was done to.
    pub name: String,
    pub since: Option<Timestamp>,
    /// Up to this instant, without it.
    pub until: Option<Timestamp>,
}

/// One page of the log, newest first.
///
/// # Errors
/// Not allowed, or the engine fails.
pub async fn list(
    scope: &mut TenantScope<'_>,
    actor: &Actor,
    filter: &Filter,
    from: Option<&Position>,
) -> Result<Slice<Entry>, Error> {
    actor.require(Permission::ReadAudit)?;
    let rows = store::list(scope, filter, from, PAGE + 1).await?;
    Ok(Slice::new(rows, PAGE, from, |entry| (String::new(), entry.id.0)))
}

/// One event.
///
/// # Errors
/// Not allowed, or not there.
pub async fn get(scope: &mut TenantScope<'_>, actor: &Actor, id: AuditEventId) -> Result<Entry, Error> {
    actor.require(Permission::ReadAudit)?;
    store::find(scope, id).await?.ok_or_else(Error::not_found)
}

/// The newest events that match, at most [`EXPORT`].
///
/// # Errors
/// Not allowed, or the engine fails.
pub async fn export(
    scope: &mut TenantScope<'_>,
    actor: &Actor,
    filter: &Filter,
) -> Result<Vec<Entry>, Error> {
    actor.require(Permission::ReadAudit)?;
    store::list(scope, filter, None, EXPORT).await
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

/// Sign-ins of the last days as (day, succeeded, refused), the oldest first; `days` at most 90.
///
/// # Errors
/// Not allowed, or the engine fails.
pub async fn sign_ins_by_day(
    scope: &mut TenantScope<'_>,
    actor: &Actor,
    days: i64,
    now: Timestamp,
) -> Result<Vec<(Timestamp, i64, i64)>, Error> {
    actor.require(Permission::ReadAudit)?;
    let today = now.as_microsecond().div_euclid(DAY);
    let first = today - days.clamp(1, 90) + 1;
    let start = |day: i64| Timestamp::from_microsecond(day * DAY).map_err(Error::internal);
    let counted = store::count_by_day(scope, start(first)?, DAY).await?;
    (first..=today)
        .map(|day| {
            let of = |activity: Activity| {
                let found = counted.iter().find(|(name, on, _)| *on == day && name == activity.as_str());
                found.map_or(0, |(_, _, count)| *count)
            };
            Ok((start(day)?, of(Activity::SignedIn), of(Activity::SignInRefused)))
        })
        .collect()
}

/// Microseconds of a day in UTC.
const DAY: i64 = 86_400_000_000;
