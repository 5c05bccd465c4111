use jiff::Timestamp;

use crate::db::{Single, TenantScope};
use crate::error::Error;
use crate::params;

/// Takes a turn at a time, unless one at that time or earlier is taken. Gives its number.
pub async fn take(scope: &mut TenantScope<'_>, at: Timestamp) -> Result<Option<i64>, Error> {
    let sql = "INSERT INTO webhook_turn (tenant_id, number, at) VALUES ($1, 1, $2) ON CONFLICT (tenant_id) DO UPDATE \
               SET number = webhook_turn.number + 1, at = $2 WHERE webhook_turn.at IS NULL OR webhook_turn.at > $2 \
               RETURNING number";
    let taken: Option<Single<i64>> = scope.optional(sql, params![at]).await?;
    Ok(taken.map(|Single(number)| number))
}

/// Ends a turn and takes the next one. `None` where this turn was overtaken, or no other is needed.
pub async fn pass(
    scope: &mut TenantScope<'_>,
    number: i64,
    next: Option<Timestamp>,
) -> Result<Option<i64>, Error> {
    let sql = "UPDATE webhook_turn SET number = number + 1, at = $3 WHERE tenant_id = $1 AND number = $2 RETURNING number";
    let passed: Option<Single<i64>> = scope.optional(sql, params![number, next]).await?;
    Ok(passed.map(|Single(number)| number).filter(|_| next.is_some()))
}

/// Is it this turn's time still?
pub async fn is(scope: &mut TenantScope<'_>, number: i64) -> Result<bool, Error> {
    let sql = "SELECT number FROM webhook_turn WHERE tenant_id = $1 AND number = $2";
    let found: Option<Single<i64>> = scope.optional(sql, params![number]).await?;
    Ok(found.is_some())
}
