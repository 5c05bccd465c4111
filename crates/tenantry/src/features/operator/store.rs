//! Global tables as the operator sees them: `tenant`, `verified_domain`, `initial_prefix`, `sign_up_reached`.

use jiff::Timestamp;
use model::ids::TenantId;
use model::refusal::{Code, Refusal};

use super::ops::first_day;
use crate::db::{DbError, FromRow, Row, Scope, Single};
use crate::error::Error;
use crate::features::tenants::{self, Tenant};
use crate::params;

/// A tenant with its verified names, the initial one among them.
#[derive(Clone, Debug)]
pub struct Overview {
    pub tenant: Tenant,
    pub domains: Vec<String>,
}

/// How many reached a step of sign-up on a day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FunnelStep {
    pub day: String,
    pub step: String,
    pub reached: i64,
}

impl FromRow for FunnelStep {
    fn from_row(row: &Row) -> Result<Self, DbError> {
        Ok(Self { day: row.get("day")?, step: row.get("step")?, reached: row.get("reached")? })
    }
}

/// Up to `limit` tenants in the order they were made, those behind `after`.
///
/// # Errors
/// When the engine fails.
pub async fn list(scope: &mut Scope, after: Option<TenantId>, limit: u32) -> Result<Vec<Overview>, Error> {
    let ids: Vec<Single<TenantId>> = match after {
        Some(after) => {
            let sql = "SELECT id FROM tenant WHERE id > $1 ORDER BY id LIMIT $2";
            scope.all(sql, params![after, i64::from(limit)]).await?
        }
        None => scope.all("SELECT id FROM tenant ORDER BY id LIMIT $1", params![i64::from(limit)]).await?,
    };
    let mut tenants = Vec::with_capacity(ids.len());
    for Single(id) in ids {
        if let Some(tenant) = tenants::find(scope, id).await? {
            let domains = domains(scope, id).await?;
            tenants.push(Overview { tenant, domains });
        }
    }
    Ok(tenants)
}

pub(super) async fn domains(scope: &mut Scope, tenant: TenantId) -> Result<Vec<String>, Error> {
    let sql = "SELECT name FROM verified_domain WHERE tenant_id = $1 ORDER BY name";
    let names: Vec<Single<String>> = scope.all(sql, params![tenant]).await?;
    Ok(names.into_iter().map(|Single(name)| name).collect())
}

pub(super) async fn holder(scope: &mut Scope, domain: &str) -> Result<Option<TenantId>, Error> {
    let sql = "SELECT tenant_id FROM verified_domain WHERE name = $1";
    let holder: Option<Single<TenantId>> = scope.optional(sql, params![domain]).await?;
    Ok(holder.map(|Single(tenant)| tenant))
}

/// Takes a prefix for a tenant. One that a sign-up still holds stays with it.
pub(super) async fn claim_prefix(
    scope: &mut Scope,
    prefix: &str,
    skeleton: &str,
    tenant: TenantId,
    now: Timestamp,
) -> Result<(), Error> {
    let taken = || Error::from(Refusal::new(Code::DomainPrefixTaken).on("prefix"));
    let sql = "DELETE FROM initial_prefix WHERE skeleton = $1 AND tenant_id IS NULL AND held_until < $2";
    scope.execute(sql, params![skeleton, now]).await?;
    let sql = "SELECT count(*) FROM initial_prefix WHERE skeleton = $1";
    let Single(holders): Single<i64> = scope.one(sql, params![skeleton]).await?;
    if holders > 0 {
        return Err(taken());
    }
    let sql = "INSERT INTO initial_prefix (prefix, skeleton, tenant_id) VALUES ($1, $2, $3)";
    match scope.execute(sql, params![prefix, skeleton, tenant]).await {
        Ok(_) => Ok(()),
        Err(DbError::Unique) => Err(taken()),
        Err(error) => Err(error.into()),
    }
}

/// How many reached each step on each of the last days, today included, newest day first.
///
/// # Errors
/// When the engine fails.
pub async fn funnel(scope: &mut Scope, now: Timestamp, days: u16) -> Result<Vec<FunnelStep>, Error> {
    let sql = "SELECT day, step, CAST(sum(reached) AS bigint) AS reached FROM sign_up_reached WHERE day >= $1 \
               GROUP BY day, step ORDER BY day DESC, step";
    Ok(scope.all(sql, params![first_day(now, days)]).await?)
}
