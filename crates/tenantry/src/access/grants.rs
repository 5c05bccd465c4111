//! Sign-ins to applications, ended from outside: with what they rested on. What ended is forgotten in time.

use jiff::Timestamp;
use model::ids::UserId;
use uuid::Uuid;

use crate::db::{Single, TenantScope};
use crate::error::Error;
use crate::moment::Moment;
use crate::params;

/// Ends what people let a client do, its tokens with it: of everybody, or of one person.
///
/// # Errors
/// When the engine fails.
pub async fn end_of_client(
    scope: &mut TenantScope<'_>,
    client: Uuid,
    person: Option<UserId>,
    moment: &Moment,
) -> Result<(), Error> {
    const ALL: &str = "UPDATE application_grant SET revoked_at = $3 WHERE tenant_id = $1 AND client_id = $2 \
                       AND revoked_at IS NULL";
    match person {
        None => scope.execute(ALL, params![client, moment.now]).await?,
        Some(user) => {
            scope.execute(&format!("{ALL} AND user_id = $4"), params![client, moment.now, user]).await?
        }
    };
    Ok(())
}

/// Sign-ins to applications that had ended before an instant, or never came to anything, at most so many. One that its session
/// outlives is still told of its end.
///
/// # Errors
/// When the engine fails.
pub async fn ended_before(
    scope: &mut TenantScope<'_>,
    before: Timestamp,
    most: i64,
) -> Result<Vec<Uuid>, Error> {
    let sql = "SELECT g.id FROM application_grant g WHERE g.tenant_id = $1 AND g.created_at < $2 AND (g.redeemed_at IS NULL \
               OR g.revoked_at < $2 OR ((g.offline_until IS NULL OR g.offline_until < $2) AND NOT EXISTS (SELECT 1 FROM session s \
               WHERE s.tenant_id = g.tenant_id AND s.id = g.session_id AND s.expires_at > $2 \
               AND (s.revoked_at IS NULL OR s.revoked_at > $2)))) LIMIT $3";
    let found: Vec<Single<Uuid>> = scope.all(sql, params![before, most]).await?;
    Ok(found.into_iter().map(|Single(id)| id).collect())
}

/// Forgets one that ended.
///
/// # Errors
/// When the engine fails.
pub async fn forget(scope: &mut TenantScope<'_>, ended: Uuid) -> Result<(), Error> {
    scope.execute("DELETE FROM application_grant WHERE tenant_id = $1 AND id = $2", params![ended]).await?;
    Ok(())
}
