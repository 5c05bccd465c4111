//! Sign-ins to applications, ended from outside: with what they rested on.

use model::ids::UserId;
use uuid::Uuid;

use crate::db::TenantScope;
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
