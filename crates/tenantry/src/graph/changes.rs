//! The tenant's own record of what changed in its directory, in order: delta queries and webhooks follow it.

use std::collections::BTreeMap;

use jiff::Timestamp;
use model::ids::TenantId;
use model::objects::{ChangeKind, ChangedKind, ObjectKind};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::db::{DbError, FromRow, Row, Single, TenantScope};
use crate::error::Error;
use crate::jobs;
use crate::moment::Moment;
use crate::params;

/// Days that changes are kept: whoever asks with an older token starts again (facts §7.4).
pub const DAYS_KEPT: i64 = 7;

/// The kind of job that is enqueued with a change where somebody follows the tenant's changes: once, until that job says
/// with [`caught_up`] that it reads on. Whoever follows registers it.
pub const FOLLOW: &str = "follow-directory-changes";

/// What that job is stored as.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Followed {
    pub tenant: TenantId,
}

/// Whether the tenant's changes are followed. The numbers are stored.
const NOBODY: i64 = 0;
const FOLLOWED: i64 = 1;
const JOB_WAITS: i64 = 2;

/// One change.
#[derive(Clone, Debug)]
pub struct DirectoryChange {
    pub sequence: i64,
    pub kind: ChangedKind,
    pub at: Timestamp,
    /// Nil for a domain name, which has no id.
    pub object: Uuid,
    /// Of a domain name.
    pub name: Option<String>,
    pub change: ChangeKind,
    /// The member that was added or removed.
    pub other: Option<(Uuid, ObjectKind)>,
}

impl DirectoryChange {
    /// How addresses and events name what changed.
    #[must_use]
    pub fn reference(&self) -> String {
        self.name.clone().unwrap_or_else(|| self.object.to_string())
    }
}

impl FromRow for DirectoryChange {
    fn from_row(row: &Row) -> Result<Self, DbError> {
        let unknown = |text: String| DbError::Shape(format!("{text} in directory_change"));
        let change: String = row.get("change")?;
        let other: Option<Uuid> = row.get("other_id")?;
        let kind: String = row.get("kind")?;
        let other_kind: Option<String> = row.get("other_kind")?;
        let other_kind = other_kind.map(|kind| kind.parse().map_err(|_| unknown(kind))).transpose()?;
        Ok(Self {
            sequence: row.get("sequence")?,
            kind: kind.parse().map_err(|_| unknown(kind))?,
            at: row.get("at")?,
            object: row.get("object_id")?,
            name: row.get("name")?,
            change: change.parse().map_err(|_| unknown(change))?,
            other: other.zip(other_kind),
        })
    }
}

/// Notes a change in its own transaction.
///
/// # Errors
/// When the engine fails.
pub async fn note(
    scope: &mut TenantScope<'_>,
    (kind, object): (ObjectKind, Uuid),
    change: ChangeKind,
    other: Option<(Uuid, ObjectKind)>,
    moment: &Moment,
) -> Result<(), Error> {
    let sequence = next_number(scope).await?;
    let sql = "INSERT INTO directory_change (tenant_id, sequence, kind, object_id, change, other_id, other_kind, at) \
               VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
    let (other, other_kind) = other.unzip();
    let other_kind = other_kind.map(ObjectKind::as_str);
    let params = params![sequence.0, kind.as_str(), object, change.as_str(), other, other_kind, moment.now];
    scope.execute(sql, params).await?;
    wake_after(scope, sequence, moment).await
}

/// Notes in its own transaction what happened to a domain name.
///
/// # Errors
/// When the engine fails.
pub async fn note_domain(
    scope: &mut TenantScope<'_>,
    name: &str,
    change: ChangeKind,
    moment: &Moment,
) -> Result<(), Error> {
    let sequence = next_number(scope).await?;
    let sql = "INSERT INTO directory_change (tenant_id, sequence, kind, object_id, name, change, at) \
               VALUES ($1, $2, $3, $4, $5, $6, $7)";
    let kind = ChangedKind::Domain.as_str();
    let params = params![sequence.0, kind, Uuid::nil(), name, change.as_str(), moment.now];
    scope.execute(sql, params).await?;
    wake_after(scope, sequence, moment).await
}

/// The number of a change, and whether the tenant's changes are followed.
type Number = (i64, i64);

async fn next_number(scope: &mut TenantScope<'_>) -> Result<Number, Error> {
    // The row's lock puts the transactions of a tenant in order, so that no number appears after a higher one was read.
    let sql = "INSERT INTO directory_sequence (tenant_id, last) VALUES ($1, 1) \
               ON CONFLICT (tenant_id) DO UPDATE SET last = directory_sequence.last + 1 RETURNING last, followed";
    let row: Row = scope.one(sql, params![]).await?;
    Ok((row.get("last")?, row.get("followed")?))
}

async fn wake_after(
    scope: &mut TenantScope<'_>,
    (_, followed): Number,
    moment: &Moment,
) -> Result<(), Error> {
    if followed == FOLLOWED { wake_followers(scope, moment).await } else { Ok(()) }
}

/// Enqueues the job of those who follow, unless it waits already or nobody follows.
///
/// # Errors
/// When the engine fails.
pub async fn wake_followers(scope: &mut TenantScope<'_>, moment: &Moment) -> Result<(), Error> {
    let sql = "UPDATE directory_sequence SET followed = $3 WHERE tenant_id = $1 AND followed = $2";
    if scope.execute(sql, params![FOLLOWED, JOB_WAITS]).await? > 0 {
        let job = Followed { tenant: scope.tenant() };
        jobs::enqueue_kind(scope.global(), FOLLOW, &job, moment).await?;
    }
    Ok(())
}

/// Says whether somebody follows the changes from now on, and gives the number of the newest.
///
/// # Errors
/// When the engine fails.
pub async fn follow(scope: &mut TenantScope<'_>, anybody: bool) -> Result<i64, Error> {
    let sql = "INSERT INTO directory_sequence (tenant_id, last, followed) VALUES ($1, 0, $2) ON CONFLICT (tenant_id) \
               DO UPDATE SET followed = CASE WHEN $2 = $3 OR directory_sequence.followed = $3 THEN $2 \
               ELSE directory_sequence.followed END RETURNING last";
    let followed = if anybody { FOLLOWED } else { NOBODY };
    let Single(last): Single<i64> = scope.one(sql, params![followed, NOBODY]).await?;
    Ok(last)
}

/// The job of those who follow reads now: a change after this enqueues it again. The row's lock keeps this apart from a
/// change that is being noted.
///
/// # Errors
/// When the engine fails.
pub async fn caught_up(scope: &mut TenantScope<'_>) -> Result<(), Error> {
    let sql = "UPDATE directory_sequence SET followed = $2 WHERE tenant_id = $1 AND followed = $3";
    scope.execute(sql, params![FOLLOWED, JOB_WAITS]).await?;
    Ok(())
}

/// Changes of all kinds after a number, the oldest first.
///
/// # Errors
/// When the engine fails.
pub async fn all_after(
    scope: &mut TenantScope<'_>,
    sequence: i64,
    limit: i64,
) -> Result<Vec<DirectoryChange>, Error> {
    let sql = "SELECT sequence, kind, at, object_id, name, change, other_id, other_kind FROM directory_change \
               WHERE tenant_id = $1 AND sequence > $2 ORDER BY sequence LIMIT $3";
    Ok(scope.all(sql, params![sequence, limit]).await?)
}

/// The number of the newest change; 0 where nothing ever changed.
///
/// # Errors
/// When the engine fails.
pub async fn newest(scope: &mut TenantScope<'_>) -> Result<i64, DbError> {
    let sql = "SELECT last FROM directory_sequence WHERE tenant_id = $1";
    let found: Option<Single<i64>> = scope.optional(sql, params![]).await?;
    Ok(found.map_or(0, |Single(last)| last))
}

/// The number of the oldest change that is still kept, where one is.
///
/// # Errors
/// When the engine fails.
pub async fn oldest(scope: &mut TenantScope<'_>) -> Result<Option<i64>, DbError> {
    let sql = "SELECT sequence FROM directory_change WHERE tenant_id = $1 ORDER BY sequence LIMIT 1";
    let found: Option<Single<i64>> = scope.optional(sql, params![]).await?;
    Ok(found.map(|Single(sequence)| sequence))
}

/// Changes of one kind of object after a number, the oldest first.
///
/// # Errors
/// When the engine fails.
pub async fn after(
    scope: &mut TenantScope<'_>,
    kind: ObjectKind,
    sequence: i64,
    limit: i64,
) -> Result<Vec<DirectoryChange>, DbError> {
    let sql = "SELECT sequence, kind, at, object_id, name, change, other_id, other_kind FROM directory_change \
               WHERE tenant_id = $1 AND kind = $2 AND sequence > $3 ORDER BY sequence LIMIT $4";
    scope.all(sql, params![kind.as_str(), sequence, limit]).await
}

/// Forgets changes from before a moment, but for the newest, which the count goes on from.
///
/// # Errors
/// When the engine fails.
pub async fn forget_before(scope: &mut TenantScope<'_>, before: Timestamp) -> Result<(), DbError> {
    let sql = "DELETE FROM directory_change WHERE tenant_id = $1 AND at < $2 AND sequence < \
               (SELECT last FROM directory_sequence WHERE tenant_id = $1)";
    scope.execute(sql, params![before]).await?;
    Ok(())
}

/// What became of each object, the last word on each, in the order of ids.
#[must_use]
pub fn last_of_each(changes: &[DirectoryChange]) -> BTreeMap<Uuid, ChangeKind> {
    let is_own = |change: &&DirectoryChange| change.other.is_none();
    changes.iter().filter(is_own).map(|change| (change.object, change.change)).collect()
}
