//! Roles that the tenant made.

use jiff::Timestamp;
use model::roles::Permissions;
use uuid::Uuid;

use crate::db::{DbError, FromRow, Row, Single, TenantScope};
use crate::error::Error;
use crate::features::roles::ops::types::{RoleDefinition, RoleName};
use crate::params;

const COLUMNS: &str = "id, template_id, display_name, description, version, is_enabled, permissions, blocks";

impl FromRow for RoleDefinition {
    fn from_row(row: &Row) -> Result<Self, DbError> {
        let blocks: String = row.get("blocks")?;
        Ok(Self {
            id: row.get("id")?,
            template_id: row.get("template_id")?,
            name: RoleName::Own(row.get("display_name")?),
            description: row.get("description")?,
            version: row.get("version")?,
            is_enabled: row.get("is_enabled")?,
            permissions: Permissions::named(&row.get::<String>("permissions")?),
            blocks: serde_json::from_str(&blocks)
                .map_err(|error| DbError::Shape(format!("role_definition.blocks: {error}")))?,
        })
    }
}

fn written(role: &RoleDefinition) -> Result<String, Error> {
    serde_json::to_string(&role.blocks).map_err(Error::internal)
}

/// `false` where another role has the name.
pub async fn insert(
    scope: &mut TenantScope<'_>,
    role: &RoleDefinition,
    now: Timestamp,
) -> Result<bool, Error> {
    let sql = "INSERT INTO role_definition (tenant_id, id, template_id, display_name, description, version, is_enabled, \
               permissions, blocks, created_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)";
    let params = params![
        role.id,
        role.template_id,
        role.name.plain(),
        &role.description,
        role.version.as_ref(),
        role.is_enabled,
        role.permissions.names(),
        written(role)?,
        now,
    ];
    free(scope.execute(sql, params).await)
}

/// The same of one that is there.
pub async fn update(scope: &mut TenantScope<'_>, role: &RoleDefinition) -> Result<bool, Error> {
    let sql = "UPDATE role_definition SET display_name = $3, description = $4, version = $5, is_enabled = $6, \
               permissions = $7, blocks = $8 WHERE tenant_id = $1 AND id = $2";
    let params = params![
        role.id,
        role.name.plain(),
        &role.description,
        role.version.as_ref(),
        role.is_enabled,
        role.permissions.names(),
        written(role)?,
    ];
    free(scope.execute(sql, params).await)
}

fn free(written: Result<u64, DbError>) -> Result<bool, Error> {
    match written {
        Ok(_) => Ok(true),
        Err(DbError::Unique) => Ok(false),
        Err(other) => Err(other.into()),
    }
}

/// Takes a role out, with what is left of those who held it and are deleted.
pub async fn delete(scope: &mut TenantScope<'_>, role: Uuid) -> Result<(), Error> {
    for sql in [
        "DELETE FROM role_assignment WHERE tenant_id = $1 AND role_id = $2",
        "DELETE FROM object_role_assignment WHERE tenant_id = $1 AND role_id = $2",
        "DELETE FROM role_definition WHERE tenant_id = $1 AND id = $2",
    ] {
        scope.execute(sql, params![role]).await?;
    }
    Ok(())
}

pub async fn definition(scope: &mut TenantScope<'_>, role: Uuid) -> Result<Option<RoleDefinition>, Error> {
    let sql = format!("SELECT {COLUMNS} FROM role_definition WHERE tenant_id = $1 AND id = $2");
    Ok(scope.optional(&sql, params![role]).await?)
}

/// All of them; there are few.
pub async fn definitions(scope: &mut TenantScope<'_>) -> Result<Vec<RoleDefinition>, Error> {
    let sql = format!(
        "SELECT {COLUMNS} FROM role_definition WHERE tenant_id = $1 ORDER BY lower(display_name), id"
    );
    Ok(scope.all(&sql, params![]).await?)
}

pub async fn count_definitions(scope: &mut TenantScope<'_>) -> Result<i64, Error> {
    let Single(count) =
        scope.one("SELECT count(*) FROM role_definition WHERE tenant_id = $1", params![]).await?;
    Ok(count)
}

pub async fn is_name_taken(
    scope: &mut TenantScope<'_>,
    name: &str,
    by_other_than: Uuid,
) -> Result<bool, Error> {
    let sql = "SELECT count(*) FROM role_definition WHERE tenant_id = $1 AND lower(display_name) = lower($2) AND id <> $3";
    let Single(count): Single<i64> = scope.one(sql, params![name, by_other_than]).await?;
    Ok(count > 0)
}
