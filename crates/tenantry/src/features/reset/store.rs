//! The tables `password_reset` and `password_reset_guard`.

use jiff::Timestamp;
use model::ids::UserId;
use model::reset::{CODE_LASTS, Guard, RESET_LASTS};
use uuid::Uuid;

use crate::db::{DbError, FromRow, Row, Single, TenantScope};
use crate::moment::Moment;
use crate::params;

/// One reset under way.
pub struct Reset {
    pub code_hash: Vec<u8>,
    pub code_until: Timestamp,
    pub ends_at: Timestamp,
    pub code_proven: bool,
    pub second_factor: bool,
    pub used: bool,
}

impl FromRow for Reset {
    fn from_row(row: &Row) -> Result<Self, DbError> {
        let set = |column| row.get::<Option<Timestamp>>(column).map(|at| at.is_some());
        Ok(Self {
            code_hash: row.get("code_hash")?,
            code_until: row.get("code_until")?,
            ends_at: row.get("ends_at")?,
            code_proven: set("code_proven_at")?,
            second_factor: set("second_factor_at")?,
            used: set("used_at")?,
        })
    }
}

pub(super) async fn find(
    scope: &mut TenantScope<'_>,
    user: UserId,
    id: Uuid,
) -> Result<Option<Reset>, DbError> {
    let sql = "SELECT code_hash, code_until, ends_at, code_proven_at, second_factor_at, used_at FROM password_reset \
               WHERE tenant_id = $1 AND id = $2 AND user_id = $3 AND NOT EXISTS (SELECT 1 FROM user_password \
               WHERE user_password.tenant_id = $1 AND user_password.user_id = $3 \
               AND user_password.changed_at > password_reset.sent_at)";
    scope.optional(sql, params![id, user]).await
}

pub(super) async fn insert(
    scope: &mut TenantScope<'_>,
    user: UserId,
    id: Uuid,
    code_hash: &[u8],
    moment: &Moment,
) -> Result<bool, DbError> {
    let sql = "INSERT INTO password_reset (tenant_id, id, user_id, code_hash, sent_at, code_until, ends_at) \
               VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (tenant_id, id) DO NOTHING";
    let (code_until, ends_at) = (moment.after_seconds(CODE_LASTS), moment.after_seconds(RESET_LASTS));
    Ok(scope.execute(sql, params![id, user, code_hash, moment.now, code_until, ends_at]).await? == 1)
}

pub(super) async fn sent_since(
    scope: &mut TenantScope<'_>,
    user: UserId,
    since: Timestamp,
) -> Result<i64, DbError> {
    let sql = "SELECT count(*) FROM password_reset WHERE tenant_id = $1 AND user_id = $2 AND sent_at > $3";
    Ok(scope.one::<Single<i64>>(sql, params![user, since]).await?.0)
}

/// Forgets the resets of a person that ended before a time.
pub(super) async fn forget_before(
    scope: &mut TenantScope<'_>,
    user: UserId,
    time: Timestamp,
) -> Result<(), DbError> {
    let sql = "DELETE FROM password_reset WHERE tenant_id = $1 AND user_id = $2 AND sent_at < $3";
    scope.execute(sql, params![user, time]).await?;
    Ok(())
}

pub(super) async fn prove_code(
    scope: &mut TenantScope<'_>,
    id: Uuid,
    now: Timestamp,
) -> Result<bool, DbError> {
    let sql = "UPDATE password_reset SET code_proven_at = $3 \
               WHERE tenant_id = $1 AND id = $2 AND code_proven_at IS NULL AND used_at IS NULL";
    Ok(scope.execute(sql, params![id, now]).await? == 1)
}

pub(super) async fn prove_second_factor(
    scope: &mut TenantScope<'_>,
    id: Uuid,
    now: Timestamp,
) -> Result<(), DbError> {
    let sql = "UPDATE password_reset SET second_factor_at = $3 WHERE tenant_id = $1 AND id = $2";
    scope.execute(sql, params![id, now]).await?;
    Ok(())
}

pub(super) async fn consume(scope: &mut TenantScope<'_>, id: Uuid, now: Timestamp) -> Result<bool, DbError> {
    let sql = "UPDATE password_reset SET used_at = $3 WHERE tenant_id = $1 AND id = $2 AND used_at IS NULL";
    Ok(scope.execute(sql, params![id, now]).await? == 1)
}

struct Stored(Guard);

impl FromRow for Stored {
    fn from_row(row: &Row) -> Result<Self, DbError> {
        Ok(Self(match row.get::<Option<Timestamp>>("shut_until")? {
            Some(until) => Guard::Shut { until },
            None => Guard::Open { failures: row.get("failures")?, since: row.get("counted_since")? },
        }))
    }
}

pub(super) async fn guard(
    scope: &mut TenantScope<'_>,
    user: UserId,
    now: Timestamp,
) -> Result<Guard, DbError> {
    let sql = "SELECT failures, counted_since, shut_until FROM password_reset_guard WHERE tenant_id = $1 AND user_id = $2";
    let stored = scope.optional::<Stored>(sql, params![user]).await?;
    Ok(stored.map_or_else(|| Guard::open(now), |stored| stored.0))
}

pub(super) async fn put_guard(
    scope: &mut TenantScope<'_>,
    user: UserId,
    guard: Guard,
    now: Timestamp,
) -> Result<(), DbError> {
    let (failures, since, until) = match guard {
        Guard::Open { failures, since } => (failures, since, None),
        Guard::Shut { until } => (0, now, Some(until)),
    };
    let sql = "INSERT INTO password_reset_guard (tenant_id, user_id, failures, counted_since, shut_until) \
               VALUES ($1, $2, $3, $4, $5) ON CONFLICT (tenant_id, user_id) DO UPDATE SET failures = excluded.failures, \
               counted_since = excluded.counted_since, shut_until = excluded.shut_until";
    scope.execute(sql, params![user, failures, since, until]).await?;
    Ok(())
}

pub(super) async fn forget_guard(scope: &mut TenantScope<'_>, user: UserId) -> Result<(), DbError> {
    let sql = "DELETE FROM password_reset_guard WHERE tenant_id = $1 AND user_id = $2";
    scope.execute(sql, params![user]).await?;
    Ok(())
}
