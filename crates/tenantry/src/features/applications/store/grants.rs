use uuid::Uuid;

use crate::db::{DbError, FromRow, Row, Single, TenantScope, Value};
use crate::error::Error;
use crate::features::applications::ops::grants::{Grant, GrantQuery};
use crate::params;

const COLUMNS: &str = "id, client_id, resource_id, consent_type, principal_id, scope";

impl FromRow for Grant {
    fn from_row(row: &Row) -> Result<Self, DbError> {
        Ok(Self {
            id: row.get("id")?,
            client_id: row.get("client_id")?,
            resource_id: row.get("resource_id")?,
            consent_type: row.get("consent_type")?,
            principal_id: row.get("principal_id")?,
            scope: row.get("scope")?,
        })
    }
}

pub async fn insert(scope: &mut TenantScope<'_>, grant: &Grant) -> Result<(), Error> {
    let sql = "INSERT INTO oauth2_permission_grant (tenant_id, id, client_id, resource_id, consent_type, principal_id, scope) \
               VALUES ($1, $2, $3, $4, $5, $6, $7)";
    let (consent, text) = (grant.consent_type.as_str(), grant.scope.as_str());
    let params = params![grant.id, grant.client_id, grant.resource_id, consent, grant.principal_id, text];
    scope.execute(sql, params).await?;
    Ok(())
}

pub async fn update(scope: &mut TenantScope<'_>, id: Uuid, text: &str) -> Result<(), Error> {
    let sql = "UPDATE oauth2_permission_grant SET scope = $3 WHERE tenant_id = $1 AND id = $2";
    scope.execute(sql, params![id, text]).await?;
    Ok(())
}

pub async fn delete(scope: &mut TenantScope<'_>, id: Uuid) -> Result<(), Error> {
    scope
        .execute("DELETE FROM oauth2_permission_grant WHERE tenant_id = $1 AND id = $2", params![id])
        .await?;
    Ok(())
}

pub async fn get(scope: &mut TenantScope<'_>, id: Uuid) -> Result<Option<Grant>, Error> {
    let sql = format!("SELECT {COLUMNS} FROM oauth2_permission_grant WHERE tenant_id = $1 AND id = $2");
    Ok(scope.optional(&sql, params![id]).await?)
}

/// Grants between objects that aren't deleted, in the order of ids.
pub async fn list(
    scope: &mut TenantScope<'_>,
    query: &GrantQuery,
    after: Uuid,
    limit: i64,
) -> Result<Vec<Grant>, Error> {
    let mut sql = format!(
        "SELECT {COLUMNS} FROM oauth2_permission_grant g WHERE tenant_id = $1 AND id > $2 \
         AND EXISTS (SELECT 1 FROM directory_object c WHERE c.tenant_id = $1 AND c.id = g.client_id AND c.deleted_at IS NULL) \
         AND EXISTS (SELECT 1 FROM directory_object r WHERE r.tenant_id = $1 AND r.id = g.resource_id AND r.deleted_at IS NULL)"
    );
    let mut params: Vec<Value> = vec![after.into()];
    for (column, id) in
        [("client_id", query.client), ("resource_id", query.resource), ("principal_id", query.principal)]
    {
        if let Some(id) = id {
            params.push(id.into());
            sql.push_str(&format!(" AND {column} = ${}", params.len() + 1));
        }
    }
    if let Some(consent) = &query.consent_type {
        params.push(consent.as_str().into());
        sql.push_str(&format!(" AND consent_type = ${}", params.len() + 1));
    }
    sql.push_str(&format!(" ORDER BY id LIMIT {limit}"));
    Ok(scope.all(&sql, &params).await?)
}

/// What one client may do for a person: what everybody gave it, and what they did.
pub async fn for_person(
    scope: &mut TenantScope<'_>,
    client: Uuid,
    person: Uuid,
) -> Result<Vec<Grant>, Error> {
    // Two looks at an index: a client may have a grant of each person.
    let of_one = |whose: &str| {
        format!(
            "SELECT {COLUMNS} FROM oauth2_permission_grant g WHERE tenant_id = $1 AND client_id = $2 AND principal_id {whose} \
             AND EXISTS (SELECT 1 FROM directory_object r WHERE r.tenant_id = $1 AND r.id = g.resource_id AND r.deleted_at IS NULL)"
        )
    };
    let sql = format!("{} UNION ALL {}", of_one("= $3"), of_one("IS NULL"));
    Ok(scope.all(&sql, params![client, person]).await?)
}

/// What a client may do at a resource, whoever gave it: each list of permissions once.
pub async fn scopes_at(
    scope: &mut TenantScope<'_>,
    client: Uuid,
    resource: Uuid,
) -> Result<Vec<String>, Error> {
    let sql = "SELECT DISTINCT scope FROM oauth2_permission_grant WHERE tenant_id = $1 AND client_id = $2 AND resource_id = $3";
    let found: Vec<Single<String>> = scope.all(sql, params![client, resource]).await?;
    Ok(found.into_iter().map(|Single(scope)| scope).collect())
}

pub async fn exists(scope: &mut TenantScope<'_>, grant: &Grant) -> Result<bool, Error> {
    let sql = "SELECT 1 FROM oauth2_permission_grant WHERE tenant_id = $1 AND client_id = $2 AND resource_id = $3 \
               AND consent_type = $4 AND coalesce(principal_id, client_id) = coalesce($5, client_id)";
    let params = params![grant.client_id, grant.resource_id, grant.consent_type.as_str(), grant.principal_id];
    let found: Option<Single<i64>> = scope.optional(sql, params).await?;
    Ok(found.is_some())
}

pub async fn forget_principal(scope: &mut TenantScope<'_>, principal: Uuid) -> Result<(), Error> {
    let sql = "DELETE FROM oauth2_permission_grant WHERE tenant_id = $1 AND principal_id = $2";
    scope.execute(sql, params![principal]).await?;
    Ok(())
}
