use model::applications::{PolicyKind, PolicyProperties};
use model::ids::ObjectId;
use uuid::Uuid;

use crate::db::{DbError, FromRow, Row, Single, TenantScope};
use crate::error::Error;
use crate::features::applications::ops::policies::Policy;
use crate::params;

impl FromRow for Policy {
    fn from_row(row: &Row) -> Result<Self, DbError> {
        Ok(Self {
            id: row.get("id")?,
            properties: PolicyProperties {
                display_name: row.get("display_name")?,
                description: row.get("description")?,
                definition: row.get("definition")?,
            },
        })
    }
}

const COLUMNS: &str =
    "p.id AS id, p.display_name AS display_name, p.description AS description, p.definition AS definition";

/// Each kind has a table of its own, and one that says to which service principals they apply.
fn table(kind: PolicyKind) -> &'static str {
    match kind {
        PolicyKind::ClaimsMapping => "claims_mapping_policy",
        PolicyKind::TokenIssuance => "token_issuance_policy",
    }
}

pub async fn insert(scope: &mut TenantScope<'_>, kind: PolicyKind, policy: &Policy) -> Result<(), Error> {
    let sql = format!(
        "INSERT INTO {} (tenant_id, id, display_name, description, definition) VALUES ($1, $2, $3, $4, $5)",
        table(kind)
    );
    let own = &policy.properties;
    let (name, about) = (own.display_name.as_str(), own.description.as_ref());
    scope.execute(&sql, params![policy.id, name, about, &own.definition]).await?;
    Ok(())
}

pub async fn update(scope: &mut TenantScope<'_>, kind: PolicyKind, policy: &Policy) -> Result<(), Error> {
    let sql = format!(
        "UPDATE {} SET display_name = $3, description = $4, definition = $5 WHERE tenant_id = $1 AND id = $2",
        table(kind)
    );
    let own = &policy.properties;
    let (name, about) = (own.display_name.as_str(), own.description.as_ref());
    scope.execute(&sql, params![policy.id, name, about, &own.definition]).await?;
    Ok(())
}

pub async fn delete(scope: &mut TenantScope<'_>, kind: PolicyKind, id: Uuid) -> Result<(), Error> {
    let sql = format!("DELETE FROM {} WHERE tenant_id = $1 AND id = $2", table(kind));
    scope.execute(&sql, params![id]).await?;
    Ok(())
}

pub async fn find(scope: &mut TenantScope<'_>, kind: PolicyKind, id: Uuid) -> Result<Option<Policy>, Error> {
    let sql = format!("SELECT {COLUMNS} FROM {} p WHERE p.tenant_id = $1 AND p.id = $2", table(kind));
    Ok(scope.optional(&sql, params![id]).await?)
}

pub async fn list(scope: &mut TenantScope<'_>, kind: PolicyKind, limit: i64) -> Result<Vec<Policy>, Error> {
    let sql =
        format!("SELECT {COLUMNS} FROM {} p WHERE p.tenant_id = $1 ORDER BY p.id LIMIT $2", table(kind));
    Ok(scope.all(&sql, params![limit]).await?)
}

pub async fn count(scope: &mut TenantScope<'_>, kind: PolicyKind) -> Result<i64, Error> {
    let sql = format!("SELECT count(*) FROM {} WHERE tenant_id = $1", table(kind));
    let Single(count) = scope.one(&sql, params![]).await?;
    Ok(count)
}

pub async fn assign(
    scope: &mut TenantScope<'_>,
    kind: PolicyKind,
    principal: ObjectId,
    policy: Uuid,
) -> Result<bool, Error> {
    let sql = format!(
        "INSERT INTO {}_assignment (tenant_id, service_principal_id, policy_id) VALUES ($1, $2, $3) \
         ON CONFLICT DO NOTHING",
        table(kind)
    );
    Ok(scope.execute(&sql, params![principal, policy]).await? > 0)
}

pub async fn unassign(
    scope: &mut TenantScope<'_>,
    kind: PolicyKind,
    principal: ObjectId,
    policy: Uuid,
) -> Result<bool, Error> {
    let sql = format!(
        "DELETE FROM {}_assignment WHERE tenant_id = $1 AND service_principal_id = $2 AND policy_id = $3",
        table(kind)
    );
    Ok(scope.execute(&sql, params![principal, policy]).await? > 0)
}

pub async fn of_principal(
    scope: &mut TenantScope<'_>,
    kind: PolicyKind,
    principal: ObjectId,
) -> Result<Option<Policy>, Error> {
    let table = table(kind);
    let sql = format!(
        "SELECT {COLUMNS} FROM {table}_assignment a JOIN {table} p ON p.tenant_id = a.tenant_id \
         AND p.id = a.policy_id WHERE a.tenant_id = $1 AND a.service_principal_id = $2"
    );
    Ok(scope.optional(&sql, params![principal]).await?)
}

/// The service principals that a policy applies to.
pub async fn principals_of(
    scope: &mut TenantScope<'_>,
    kind: PolicyKind,
    policy: Uuid,
) -> Result<Vec<ObjectId>, Error> {
    let sql = format!(
        "SELECT service_principal_id FROM {}_assignment WHERE tenant_id = $1 AND policy_id = $2",
        table(kind)
    );
    let rows: Vec<Single<ObjectId>> = scope.all(&sql, params![policy]).await?;
    Ok(rows.into_iter().map(|Single(id)| id).collect())
}

pub async fn count_assigned(
    scope: &mut TenantScope<'_>,
    kind: PolicyKind,
    policy: Uuid,
) -> Result<i64, Error> {
    let sql =
        format!("SELECT count(*) FROM {}_assignment WHERE tenant_id = $1 AND policy_id = $2", table(kind));
    let Single(count) = scope.one(&sql, params![policy]).await?;
    Ok(count)
}
