use model::ids::ObjectId;
use uuid::Uuid;

use crate::db::{Single, TenantScope};
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

pub async fn hash(
    scope: &mut TenantScope<'_>,
    object: ObjectId,
    key: Uuid,
) -> Result<Option<Vec<u8>>, Error> {
    let sql =
        "SELECT secret_hash FROM application_secret WHERE tenant_id = $1 AND object_id = $2 AND key_id = $3";
    let found: Option<Single<Vec<u8>>> = scope.optional(sql, params![object, key]).await?;
    Ok(found.map(|Single(hash)| hash))
}
