use model::applications::ClaimsMapping;
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
            mapping: ClaimsMapping {
                display_name: row.get("display_name")?,
                description: row.get("description")?,
                definition: row.get("definition")?,
            },
        })
    }
}

const COLUMNS: &str =
    "p.id AS id, p.display_name AS display_name, p.description AS description, p.definition AS definition";

pub async fn insert(scope: &mut TenantScope<'_>, policy: &Policy) -> Result<(), Error> {
    let sql = "INSERT INTO claims_mapping_policy (tenant_id, id, display_name, description, definition) \
               VALUES ($1, $2, $3, $4, $5)";
    let mapping = &policy.mapping;
    let (name, about) = (mapping.display_name.as_str(), mapping.description.as_ref());
    scope.execute(sql, params![policy.id, name, about, &mapping.definition]).await?;
    Ok(())
}

pub async fn update(scope: &mut TenantScope<'_>, policy: &Policy) -> Result<(), Error> {
    let sql = "UPDATE claims_mapping_policy SET display_name = $3, description = $4, definition = $5 \
               WHERE tenant_id = $1 AND id = $2";
    let mapping = &policy.mapping;
    let (name, about) = (mapping.display_name.as_str(), mapping.description.as_ref());
    scope.execute(sql, params![policy.id, name, about, &mapping.definition]).await?;
    Ok(())
}

pub async fn delete(scope: &mut TenantScope<'_>, id: Uuid) -> Result<(), Error> {
    scope.execute("DELETE FROM claims_mapping_policy WHERE tenant_id = $1 AND id = $2", params![id]).await?;
    Ok(())
}

pub async fn find(scope: &mut TenantScope<'_>, id: Uuid) -> Result<Option<Policy>, Error> {
    let sql = format!("SELECT {COLUMNS} FROM claims_mapping_policy p WHERE p.tenant_id = $1 AND p.id = $2");
    Ok(scope.optional(&sql, params![id]).await?)
}

pub async fn list(scope: &mut TenantScope<'_>, limit: i64) -> Result<Vec<Policy>, Error> {
    let sql = format!(
        "SELECT {COLUMNS} FROM claims_mapping_policy p WHERE p.tenant_id = $1 ORDER BY p.id LIMIT $2"
    );
    Ok(scope.all(&sql, params![limit]).await?)
}

pub async fn count(scope: &mut TenantScope<'_>) -> Result<i64, Error> {
    let sql = "SELECT count(*) FROM claims_mapping_policy WHERE tenant_id = $1";
    let Single(count) = scope.one(sql, params![]).await?;
    Ok(count)
}

pub async fn assign(scope: &mut TenantScope<'_>, principal: ObjectId, policy: Uuid) -> Result<bool, Error> {
    let sql = "INSERT INTO claims_mapping_policy_assignment (tenant_id, service_principal_id, policy_id) \
               VALUES ($1, $2, $3) ON CONFLICT DO NOTHING";
    Ok(scope.execute(sql, params![principal, policy]).await? > 0)
}

pub async fn unassign(scope: &mut TenantScope<'_>, principal: ObjectId, policy: Uuid) -> Result<bool, Error> {
    let sql = "DELETE FROM claims_mapping_policy_assignment WHERE tenant_id = $1 AND service_principal_id = $2 \
               AND policy_id = $3";
    Ok(scope.execute(sql, params![principal, policy]).await? > 0)
}

pub async fn of_principal(scope: &mut TenantScope<'_>, principal: ObjectId) -> Result<Option<Policy>, Error> {
    let sql = format!(
        "SELECT {COLUMNS} FROM claims_mapping_policy_assignment a JOIN claims_mapping_policy p \
         ON p.tenant_id = a.tenant_id AND p.id = a.policy_id WHERE a.tenant_id = $1 AND a.service_principal_id = $2"
    );
    Ok(scope.optional(&sql, params![principal]).await?)
}

/// The service principals that a policy applies to.
pub async fn principals_of(scope: &mut TenantScope<'_>, policy: Uuid) -> Result<Vec<ObjectId>, Error> {
    let sql = "SELECT service_principal_id FROM claims_mapping_policy_assignment WHERE tenant_id = $1 AND policy_id = $2";
    let rows: Vec<Single<ObjectId>> = scope.all(sql, params![policy]).await?;
    Ok(rows.into_iter().map(|Single(id)| id).collect())
}

pub async fn count_assigned(scope: &mut TenantScope<'_>, policy: Uuid) -> Result<i64, Error> {
    let sql = "SELECT count(*) FROM claims_mapping_policy_assignment WHERE tenant_id = $1 AND policy_id = $2";
    let Single(count) = scope.one(sql, params![policy]).await?;
    Ok(count)
}
