use model::ids::ObjectId;
use uuid::Uuid;

use crate::db::{DbError, FromRow, Row, TenantScope};
use crate::error::Error;
use crate::params;

pub async fn insert(
    scope: &mut TenantScope<'_>,
    object: ObjectId,
    key: Uuid,
    hash: Vec<u8>,
) -> Result<(), Error> {
    let sql =
        "INSERT INTO application_secret (tenant_id, object_id, key_id, secret_hash) VALUES ($1, $2, $3, $4)";
    scope.execute(sql, params![object, key, hash]).await?;
    Ok(())
}

pub async fn delete(scope: &mut TenantScope<'_>, object: ObjectId, key: Uuid) -> Result<(), Error> {
    let sql = "DELETE FROM application_secret WHERE tenant_id = $1 AND object_id = $2 AND key_id = $3";
    scope.execute(sql, params![object, key]).await?;
    Ok(())
}

/// The hash of a secret that one of two objects has.
#[derive(Clone)]
pub struct Hashed {
    pub object: ObjectId,
    pub key: Uuid,
    pub hash: Vec<u8>,
}

impl FromRow for Hashed {
    fn from_row(row: &Row) -> Result<Self, DbError> {
        Ok(Self { object: row.get("object_id")?, key: row.get("key_id")?, hash: row.get("secret_hash")? })
    }
}

pub async fn hashes(
    scope: &mut TenantScope<'_>,
    (one, other): (ObjectId, ObjectId),
) -> Result<Vec<Hashed>, Error> {
    let sql = "SELECT object_id, key_id, secret_hash FROM application_secret WHERE tenant_id = $1 AND object_id IN ($2, $3)";
    Ok(scope.all(sql, params![one, other]).await?)
}
