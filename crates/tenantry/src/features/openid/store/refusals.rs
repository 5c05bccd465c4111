//! The table `client_refusal`.

use jiff::Timestamp;
use uuid::Uuid;

use crate::db::{Single, TenantScope};
use crate::error::Error;
use crate::moment::Moment;
use crate::params;

pub async fn told_at(scope: &mut TenantScope<'_>, client: Uuid) -> Result<Option<Timestamp>, Error> {
    let sql = "SELECT told_at FROM client_refusal WHERE tenant_id = $1 AND client_id = $2";
    Ok(scope.optional::<Single<Timestamp>>(sql, params![client]).await?.map(|Single(at)| at))
}

/// Notes that it is told now; `false` where that was after a time already.
pub async fn tell(
    scope: &mut TenantScope<'_>,
    client: Uuid,
    after: Timestamp,
    moment: &Moment,
) -> Result<bool, Error> {
    let sql = "INSERT INTO client_refusal (tenant_id, client_id, told_at) VALUES ($1, $2, $3) \
               ON CONFLICT (tenant_id, client_id) DO UPDATE SET told_at = excluded.told_at WHERE client_refusal.told_at <= $4";
    Ok(scope.execute(sql, params![client, moment.now, after]).await? == 1)
}
