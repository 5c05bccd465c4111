//! The global tables `domain_case` and `domain_case_waiting`.

use jiff::Timestamp;
use model::ids::TenantId;
use uuid::Uuid;

use crate::db::{DbError, FromRow, Row, Scope, Single};
use crate::error::Error;
use crate::params;

/// Another tenant has proven a name that its holder let lapse.
#[derive(Clone, Debug)]
pub struct Case {
    pub id: Uuid,
    pub name: String,
    pub holder: TenantId,
    pub claimant: TenantId,
    pub decided_at: Timestamp,
}

impl FromRow for Case {
    fn from_row(row: &Row) -> Result<Self, DbError> {
        Ok(Self {
            id: row.get("id")?,
            name: row.get("name")?,
            holder: row.get("holder_id")?,
            claimant: row.get("claimant_id")?,
            decided_at: row.get("decided_at")?,
        })
    }
}

const COLUMNS: &str = "id, name, holder_id, claimant_id, decided_at";

pub async fn of(scope: &mut Scope, name: &str) -> Result<Option<Case>, Error> {
    let sql = format!("SELECT {COLUMNS} FROM domain_case WHERE name = $1");
    Ok(scope.optional(&sql, params![name]).await?)
}

pub async fn open(scope: &mut Scope, case: &Case, now: Timestamp) -> Result<(), Error> {
    let sql = "INSERT INTO domain_case (name, id, holder_id, claimant_id, opened_at, decided_at, look_at) \
               VALUES ($1, $2, $3, $4, $5, $6, $6)";
    let params = params![&case.name, case.id, case.holder, case.claimant, now, case.decided_at];
    scope.execute(sql, params).await?;
    Ok(())
}

pub async fn close(scope: &mut Scope, name: &str) -> Result<(), Error> {
    scope.execute("DELETE FROM domain_case WHERE name = $1", params![name]).await?;
    Ok(())
}

/// The case is to be decided now: its holder gave the name up.
pub async fn hasten(scope: &mut Scope, name: &str, now: Timestamp) -> Result<(), Error> {
    let sql = "UPDATE domain_case SET decided_at = $2, look_at = $2 WHERE name = $1 AND decided_at > $2";
    scope.execute(sql, params![name, now]).await?;
    Ok(())
}

/// The cases whose time is over. They aren't looked at again before `until`.
pub async fn claim_due(
    scope: &mut Scope,
    until: Timestamp,
    now: Timestamp,
    limit: usize,
) -> Result<Vec<Case>, Error> {
    let sql = format!(
        "UPDATE domain_case SET look_at = $2 WHERE name IN (SELECT name FROM domain_case WHERE look_at <= $1 \
         ORDER BY look_at LIMIT {limit}) RETURNING {COLUMNS}"
    );
    Ok(scope.all(&sql, params![now, until]).await?)
}

/// Puts a tenant behind the others who wait; false where it waits already.
pub async fn wait(scope: &mut Scope, name: &str, tenant: TenantId, now: Timestamp) -> Result<bool, Error> {
    let sql = "INSERT INTO domain_case_waiting (name, tenant_id, proven_at) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING";
    Ok(scope.execute(sql, params![name, tenant, now]).await? > 0)
}

/// Who waits, the first proof first.
pub async fn waiting(scope: &mut Scope, name: &str) -> Result<Vec<TenantId>, Error> {
    let sql = "SELECT tenant_id FROM domain_case_waiting WHERE name = $1 ORDER BY proven_at, tenant_id";
    let rows: Vec<Single<TenantId>> = scope.all(sql, params![name]).await?;
    Ok(rows.into_iter().map(|Single(tenant)| tenant).collect())
}

pub async fn stop_waiting(scope: &mut Scope, name: &str, tenant: TenantId) -> Result<(), Error> {
    let sql = "DELETE FROM domain_case_waiting WHERE name = $1 AND tenant_id = $2";
    scope.execute(sql, params![name, tenant]).await?;
    Ok(())
}

pub async fn forget_waiting(scope: &mut Scope, name: &str) -> Result<(), Error> {
    scope.execute("DELETE FROM domain_case_waiting WHERE name = $1", params![name]).await?;
    Ok(())
}
