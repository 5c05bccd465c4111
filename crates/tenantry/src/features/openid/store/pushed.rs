//! The table `pushed_request`.

use jiff::Timestamp;
use uuid::Uuid;

use crate::db::{Single, TenantScope};
use crate::error::Error;
use crate::moment::Moment;
use crate::params;

pub async fn insert(
    scope: &mut TenantScope<'_>,
    (id, client): (Uuid, Uuid),
    parameters: &str,
    expires_at: Timestamp,
) -> Result<(), Error> {
    let sql = "INSERT INTO pushed_request (tenant_id, id, client_id, parameters, expires_at) VALUES ($1, $2, $3, $4, $5)";
    scope.execute(sql, params![id, client, parameters, expires_at]).await?;
    Ok(())
}

/// Those of a client that ended before a time.
pub async fn forget(scope: &mut TenantScope<'_>, client: Uuid, before: Timestamp) -> Result<(), Error> {
    let sql = "DELETE FROM pushed_request WHERE tenant_id = $1 AND client_id = $2 AND expires_at < $3";
    scope.execute(sql, params![client, before]).await?;
    Ok(())
}

/// Uses the name up, once.
pub async fn open(
    scope: &mut TenantScope<'_>,
    (id, client): (Uuid, Uuid),
    moment: &Moment,
) -> Result<bool, Error> {
    let sql = "UPDATE pushed_request SET opened_at = $4 WHERE tenant_id = $1 AND id = $2 AND client_id = $3 \
               AND opened_at IS NULL AND expires_at > $4";
    Ok(scope.execute(sql, params![id, client, moment.now]).await? == 1)
}

pub async fn opened(
    scope: &mut TenantScope<'_>,
    (id, client): (Uuid, Uuid),
    since: Timestamp,
) -> Result<Option<String>, Error> {
    let sql = "SELECT parameters FROM pushed_request WHERE tenant_id = $1 AND id = $2 AND client_id = $3 \
               AND opened_at > $4 AND closed_at IS NULL";
    let found: Option<Single<String>> = scope.optional(sql, params![id, client, since]).await?;
    Ok(found.map(|Single(parameters)| parameters))
}

pub async fn close(scope: &mut TenantScope<'_>, id: Uuid, moment: &Moment) -> Result<bool, Error> {
    let sql =
        "UPDATE pushed_request SET closed_at = $3 WHERE tenant_id = $1 AND id = $2 AND closed_at IS NULL";
    Ok(scope.execute(sql, params![id, moment.now]).await? == 1)
}
