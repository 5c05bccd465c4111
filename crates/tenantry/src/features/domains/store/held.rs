//! The global tables `verified_domain` and `domain_epoch`: whose a name is, and when DNS is asked for it again.

use jiff::Timestamp;
use model::ids::TenantId;

use crate::db::{DbError, FromRow, Row, Scope, Single, TenantScope, Value};
use crate::error::Error;
use crate::params;

/// Who holds a name.
#[derive(Clone, Copy, Debug)]
pub struct Held {
    pub tenant: TenantId,
    pub lapsed_at: Option<Timestamp>,
}

impl FromRow for Held {
    fn from_row(row: &Row) -> Result<Self, DbError> {
        Ok(Self { tenant: row.get("tenant_id")?, lapsed_at: row.get("lapsed_at")? })
    }
}

pub async fn holder(scope: &mut Scope, name: &str) -> Result<Option<Held>, Error> {
    let sql = "SELECT tenant_id, lapsed_at FROM verified_domain WHERE name = $1";
    Ok(scope.optional(sql, params![name]).await?)
}

struct Epoch {
    number: u32,
    tenant: Option<TenantId>,
}

impl FromRow for Epoch {
    fn from_row(row: &Row) -> Result<Self, DbError> {
        Ok(Self { number: row.get("epoch")?, tenant: row.get("tenant_id")? })
    }
}

/// A name that was taken, and the other tenant that had it before.
pub struct Taken {
    pub from: Option<TenantId>,
}

/// Takes a name for the tenant, in a new epoch; `None` where it is taken. Without `due_at` DNS isn't asked for it.
pub async fn take(
    scope: &mut TenantScope<'_>,
    name: &str,
    due_at: Option<Timestamp>,
    now: Timestamp,
) -> Result<Option<Taken>, Error> {
    let tenant: TenantId = scope.tenant();
    let global = scope.global();
    let sql = "SELECT epoch, tenant_id FROM domain_epoch WHERE name = $1";
    let last: Option<Epoch> = global.optional(sql, params![name]).await?;
    let number = last.as_ref().map_or(0, |epoch| epoch.number) + 1;
    let from = last.and_then(|epoch| epoch.tenant).filter(|before| *before != tenant);
    let sql = "INSERT INTO verified_domain (name, tenant_id, epoch, verified_at, due_at) VALUES ($1, $2, $3, $4, $5) \
               ON CONFLICT DO NOTHING";
    if global.execute(sql, params![name, tenant, number, now, due_at]).await? == 0 {
        return Ok(None);
    }
    let sql = "INSERT INTO domain_epoch (name, epoch, tenant_id, changed_at) VALUES ($1, $2, $3, $4) \
               ON CONFLICT (name) DO UPDATE SET epoch = excluded.epoch, tenant_id = excluded.tenant_id, \
               changed_at = coalesce(excluded.changed_at, domain_epoch.changed_at)";
    global.execute(sql, params![name, number, tenant, from.map(|_| now)]).await?;
    Ok(Some(Taken { from }))
}

pub async fn release(scope: &mut TenantScope<'_>, name: &str) -> Result<(), Error> {
    let tenant: TenantId = scope.tenant();
    let sql = "DELETE FROM verified_domain WHERE name = $1 AND tenant_id = $2";
    scope.global().execute(sql, params![name, tenant]).await?;
    Ok(())
}

pub async fn set_lapsed(
    scope: &mut TenantScope<'_>,
    name: &str,
    lapsed_at: Option<Timestamp>,
) -> Result<(), Error> {
    let tenant: TenantId = scope.tenant();
    let sql = "UPDATE verified_domain SET lapsed_at = $3 WHERE name = $1 AND tenant_id = $2";
    scope.global().execute(sql, params![name, tenant, lapsed_at]).await?;
    Ok(())
}

/// When DNS is asked again.
pub async fn set_due(
    scope: &mut TenantScope<'_>,
    name: &str,
    due_at: Option<Timestamp>,
) -> Result<(), Error> {
    let tenant: TenantId = scope.tenant();
    let sql = "UPDATE verified_domain SET due_at = $3 WHERE name = $1 AND tenant_id = $2";
    scope.global().execute(sql, params![name, tenant, due_at]).await?;
    Ok(())
}

/// A name whose proof is due.
pub struct Due {
    pub name: String,
    pub tenant: TenantId,
}

impl FromRow for Due {
    fn from_row(row: &Row) -> Result<Self, DbError> {
        Ok(Self { name: row.get("name")?, tenant: row.get("tenant_id")? })
    }
}

/// The names that are due longest. They aren't due again before `until`, so that two rounds don't ask for the same, and
/// a round that dies loses none.
pub async fn claim_due(
    scope: &mut Scope,
    until: Timestamp,
    now: Timestamp,
    limit: usize,
) -> Result<Vec<Due>, Error> {
    let sql = format!(
        "UPDATE verified_domain SET due_at = $2 WHERE name IN (SELECT name FROM verified_domain \
         WHERE due_at IS NOT NULL AND due_at <= $1 ORDER BY due_at LIMIT {limit}) RETURNING name, tenant_id"
    );
    Ok(scope.all(&sql, params![now, until]).await?)
}

/// Did any of these names go from one tenant to another since then?
pub async fn changed_since(scope: &mut Scope, names: &[&str], since: Timestamp) -> Result<bool, Error> {
    let places: Vec<_> = (2..names.len() + 2).map(|at| format!("${at}")).collect();
    let sql = format!(
        "SELECT count(*) FROM domain_epoch WHERE changed_at > $1 AND name IN ({})",
        places.join(", ")
    );
    let mut params: Vec<Value> = vec![since.into()];
    params.extend(names.iter().map(|name| Value::from(*name)));
    let Single(count): Single<i64> = scope.one(&sql, &params).await?;
    Ok(count > 0)
}
