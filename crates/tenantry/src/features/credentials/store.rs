//! The tables `user_password`, `authenticator`, `recovery_code` and `lockout`.

use jiff::Timestamp;
use model::ids::UserId;
use model::lockout::{Lockout, Recent};
use uuid::Uuid;

use super::check::Factors;
use crate::db::{DbError, FromRow, Row, Single, TenantScope};
use crate::error::Error;
use crate::moment::Moment;
use crate::params;

/// A stored password.
#[derive(Clone)]
pub struct Password {
    /// The PHC string.
    pub hash: String,
    pub changed_at: Timestamp,
    /// Somebody else set it: it must be changed at the next sign-in.
    pub must_change: bool,
}

impl FromRow for Password {
    fn from_row(row: &Row) -> Result<Self, DbError> {
        Ok(Self {
            hash: row.get("hash")?,
            changed_at: row.get("changed_at")?,
            must_change: row.get("must_change")?,
        })
    }
}

/// Sets or replaces a person's password; `must_change` where somebody else chose it. The caller audits what it did.
///
/// # Errors
/// When the engine fails.
pub async fn set_password(
    scope: &mut TenantScope<'_>,
    user: UserId,
    hash: &str,
    must_change: bool,
    moment: &Moment,
) -> Result<(), Error> {
    let sql = "INSERT INTO user_password (tenant_id, user_id, hash, changed_at, must_change) VALUES ($1, $2, $3, $4, $5) \
               ON CONFLICT (tenant_id, user_id) DO UPDATE SET hash = excluded.hash, changed_at = excluded.changed_at, \
               must_change = excluded.must_change";
    scope.execute(sql, params![user, hash, moment.now, must_change]).await?;
    Ok(())
}

/// The stored password of a person, if they have one.
///
/// # Errors
/// When the engine fails.
pub async fn password_of(scope: &mut TenantScope<'_>, user: UserId) -> Result<Option<Password>, Error> {
    let sql = "SELECT hash, changed_at, must_change FROM user_password WHERE tenant_id = $1 AND user_id = $2";
    Ok(scope.optional(sql, params![user]).await?)
}

/// Stores the same password hashed with today's parameters, unless it was changed meanwhile.
///
/// # Errors
/// When the engine fails.
pub async fn upgrade_hash(
    scope: &mut TenantScope<'_>,
    user: UserId,
    old: &str,
    new: &str,
) -> Result<(), Error> {
    let sql = "UPDATE user_password SET hash = $4 WHERE tenant_id = $1 AND user_id = $2 AND hash = $3";
    scope.execute(sql, params![user, old, new]).await?;
    Ok(())
}

/// A person's authenticator app, as stored.
pub(super) struct Authenticator {
    pub secret: Option<Vec<u8>>,
    pub pending_secret: Option<Vec<u8>>,
    pub pending_until: Option<Timestamp>,
}

impl FromRow for Authenticator {
    fn from_row(row: &Row) -> Result<Self, DbError> {
        Ok(Self {
            secret: row.get("secret")?,
            pending_secret: row.get("pending_secret")?,
            pending_until: row.get("pending_until")?,
        })
    }
}

pub(super) async fn authenticator(
    scope: &mut TenantScope<'_>,
    user: UserId,
) -> Result<Option<Authenticator>, DbError> {
    let sql = "SELECT secret, pending_secret, pending_until FROM authenticator WHERE tenant_id = $1 AND user_id = $2";
    scope.optional(sql, params![user]).await
}

pub(super) async fn put_pending(
    scope: &mut TenantScope<'_>,
    user: UserId,
    secret: &[u8],
    until: Timestamp,
) -> Result<(), DbError> {
    let sql = "INSERT INTO authenticator (tenant_id, user_id, accepted_step, pending_secret, pending_until) \
               VALUES ($1, $2, 0, $3, $4) ON CONFLICT (tenant_id, user_id) DO UPDATE SET \
               pending_secret = excluded.pending_secret, pending_until = excluded.pending_until";
    scope.execute(sql, params![user, secret, until]).await?;
    Ok(())
}

pub(super) async fn take_pending(
    scope: &mut TenantScope<'_>,
    user: UserId,
    step: i64,
    now: Timestamp,
) -> Result<bool, DbError> {
    let sql = "UPDATE authenticator SET secret = pending_secret, added_at = $4, accepted_step = $3, pending_secret = NULL, \
               pending_until = NULL WHERE tenant_id = $1 AND user_id = $2 AND pending_secret IS NOT NULL";
    Ok(scope.execute(sql, params![user, step, now]).await? == 1)
}

pub(super) async fn accept_step(
    scope: &mut TenantScope<'_>,
    user: UserId,
    step: i64,
) -> Result<bool, DbError> {
    let sql = "UPDATE authenticator SET accepted_step = $3 \
               WHERE tenant_id = $1 AND user_id = $2 AND secret IS NOT NULL AND accepted_step < $3";
    Ok(scope.execute(sql, params![user, step]).await? == 1)
}

pub(super) async fn delete_authenticator(scope: &mut TenantScope<'_>, user: UserId) -> Result<bool, DbError> {
    let sql = "DELETE FROM authenticator WHERE tenant_id = $1 AND user_id = $2 AND secret IS NOT NULL";
    Ok(scope.execute(sql, params![user]).await? == 1)
}

/// With one that waits for its first code.
pub(super) async fn forget_authenticator(scope: &mut TenantScope<'_>, user: UserId) -> Result<(), DbError> {
    scope.execute("DELETE FROM authenticator WHERE tenant_id = $1 AND user_id = $2", params![user]).await?;
    Ok(())
}

pub(super) async fn authenticator_added_at(
    scope: &mut TenantScope<'_>,
    user: UserId,
) -> Result<Option<Timestamp>, DbError> {
    let sql = "SELECT added_at FROM authenticator WHERE tenant_id = $1 AND user_id = $2";
    let found = scope.optional::<Single<Option<Timestamp>>>(sql, params![user]).await?;
    Ok(found.and_then(|Single(at)| at))
}

pub(super) async fn delete_recovery_codes(scope: &mut TenantScope<'_>, user: UserId) -> Result<(), DbError> {
    scope.execute("DELETE FROM recovery_code WHERE tenant_id = $1 AND user_id = $2", params![user]).await?;
    Ok(())
}

pub(super) async fn add_recovery_code(
    scope: &mut TenantScope<'_>,
    user: UserId,
    hash: &[u8],
    moment: &Moment,
) -> Result<(), DbError> {
    let sql =
        "INSERT INTO recovery_code (tenant_id, id, user_id, code_hash, made_at) VALUES ($1, $2, $3, $4, $5)";
    scope.execute(sql, params![moment.uuid(), user, hash, moment.now]).await?;
    Ok(())
}

pub(super) async fn consume_recovery_code(
    scope: &mut TenantScope<'_>,
    user: UserId,
    hash: &[u8],
    now: Timestamp,
) -> Result<bool, DbError> {
    let sql = "UPDATE recovery_code SET used_at = $4 \
               WHERE tenant_id = $1 AND user_id = $2 AND code_hash = $3 AND used_at IS NULL";
    Ok(scope.execute(sql, params![user, hash, now]).await? == 1)
}

/// The newest of somebody's recovery codes: another one as soon as they are made anew.
pub async fn newest_recovery_code(
    scope: &mut TenantScope<'_>,
    user: UserId,
) -> Result<Option<Uuid>, DbError> {
    let sql = "SELECT id FROM recovery_code WHERE tenant_id = $1 AND user_id = $2 ORDER BY id DESC LIMIT 1";
    Ok(scope.optional::<Single<Uuid>>(sql, params![user]).await?.map(|Single(id)| id))
}

impl FromRow for Factors {
    fn from_row(row: &Row) -> Result<Self, DbError> {
        Ok(Self {
            authenticator: row.get::<i64>("authenticators")? > 0,
            recovery_codes: row.get("recovery_codes")?,
            passkeys: row.get("passkeys")?,
        })
    }
}

/// What a person has of each kind that counts now.
pub(super) async fn factors(scope: &mut TenantScope<'_>, user: UserId) -> Result<Factors, DbError> {
    let sql = "SELECT (SELECT count(*) FROM authenticator WHERE tenant_id = $1 AND user_id = $2 AND secret IS NOT NULL) AS authenticators, \
               (SELECT count(*) FROM recovery_code WHERE tenant_id = $1 AND user_id = $2 AND used_at IS NULL) AS recovery_codes, \
               (SELECT count(*) FROM passkey WHERE tenant_id = $1 AND user_id = $2) AS passkeys";
    scope.one(sql, params![user]).await
}

struct Stored(Lockout);

impl FromRow for Stored {
    fn from_row(row: &Row) -> Result<Self, DbError> {
        let recent = Recent::from_bytes(&row.get::<Vec<u8>>("recent")?);
        Ok(Self(match row.get::<Option<Timestamp>>("locked_until")? {
            Some(until) => Lockout::Locked { rounds: row.get("rounds")?, until, recent },
            None => Lockout::Open {
                failures: row.get("failures")?,
                last_failure: row.get("last_failure_at")?,
                recent,
            },
        }))
    }
}

pub(super) async fn lockout(
    scope: &mut TenantScope<'_>,
    user: UserId,
    familiar: bool,
) -> Result<Lockout, DbError> {
    let sql = "SELECT failures, last_failure_at, rounds, locked_until, recent FROM lockout \
               WHERE tenant_id = $1 AND user_id = $2 AND familiar = $3";
    Ok(scope
        .optional::<Stored>(sql, params![user, familiar])
        .await?
        .map_or_else(Lockout::default, |row| row.0))
}

pub(super) async fn put_lockout(
    scope: &mut TenantScope<'_>,
    user: UserId,
    familiar: bool,
    state: &Lockout,
) -> Result<(), DbError> {
    let (failures, last_failure, rounds, until, recent) = match state {
        Lockout::Open { failures, last_failure, recent } => (*failures, *last_failure, 0, None, recent),
        Lockout::Locked { rounds, until, recent } => (0, None, *rounds, Some(*until), recent),
    };
    let sql = "INSERT INTO lockout (tenant_id, user_id, familiar, failures, last_failure_at, rounds, locked_until, recent) \
               VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (tenant_id, user_id, familiar) DO UPDATE SET \
               failures = excluded.failures, last_failure_at = excluded.last_failure_at, rounds = excluded.rounds, \
               locked_until = excluded.locked_until, recent = excluded.recent";
    scope
        .execute(sql, params![user, familiar, failures, last_failure, rounds, until, recent.to_bytes()])
        .await?;
    Ok(())
}

pub(super) async fn forget_lockout(
    scope: &mut TenantScope<'_>,
    user: UserId,
    familiar: bool,
) -> Result<(), DbError> {
    let sql = "DELETE FROM lockout WHERE tenant_id = $1 AND user_id = $2 AND familiar = $3";
    scope.execute(sql, params![user, familiar]).await?;
    Ok(())
}

/// Counts stand for names too that nobody has, so no cascade takes them along.
pub(super) async fn forget_person(scope: &mut TenantScope<'_>, user: UserId) -> Result<(), DbError> {
    for table in ["lockout", "password_reset_guard"] {
        let sql = format!("DELETE FROM {table} WHERE tenant_id = $1 AND user_id = $2");
        scope.execute(&sql, params![user]).await?;
    }
    Ok(())
}
