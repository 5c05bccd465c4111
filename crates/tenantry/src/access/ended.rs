//! Sessions that end: the applications that got tokens in them are told, by a job of the feature that knows how.

use model::ids::{SessionId, TenantId, UserId};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::db::{DbError, FromRow, Row, TenantScope};
use crate::error::Error;
use crate::jobs;
use crate::moment::Moment;
use crate::params;

/// The kind of the job.
pub const TELL: &str = "tell-session-ended";

/// Sessions of a person that ended together.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Ended {
    pub tenant: TenantId,
    pub user: UserId,
    pub heard: Vec<Heard>,
}

/// An application that has something of a session.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Heard {
    /// Its service principal.
    pub client: Uuid,
    pub session: SessionId,
}

impl FromRow for Heard {
    fn from_row(row: &Row) -> Result<Self, DbError> {
        Ok(Self { client: row.get("client_id")?, session: SessionId(row.get("session_id")?) })
    }
}

/// Applications that are told of what ends at once.
const MOST: i64 = 500;

/// Applications with a living grant of a session.
///
/// # Errors
/// When the engine fails.
pub async fn heard(
    scope: &mut TenantScope<'_>,
    user: UserId,
    session: SessionId,
) -> Result<Vec<Heard>, Error> {
    let sql = "SELECT DISTINCT client_id, session_id FROM application_grant WHERE tenant_id = $1 AND session_id = $3 \
               AND user_id = $2 AND revoked_at IS NULL AND redeemed_at IS NOT NULL LIMIT $4";
    Ok(scope.all(sql, params![user, session, MOST]).await?)
}

/// Has the applications of a session told that ends in this transaction.
///
/// # Errors
/// When the engine fails.
pub(super) async fn tell_of(
    scope: &mut TenantScope<'_>,
    user: UserId,
    session: SessionId,
    moment: &Moment,
) -> Result<(), Error> {
    let heard = heard(scope, user, session).await?;
    tell(scope, user, heard, moment).await
}

/// The same of all sessions of a person but one, before their grants end too.
///
/// # Errors
/// When the engine fails.
pub(super) async fn tell_of_all(
    scope: &mut TenantScope<'_>,
    user: UserId,
    except: SessionId,
    moment: &Moment,
) -> Result<(), Error> {
    let sql = "SELECT DISTINCT client_id, session_id FROM application_grant WHERE tenant_id = $1 AND user_id = $2 \
               AND session_id <> $3 AND revoked_at IS NULL AND redeemed_at IS NOT NULL LIMIT $4";
    let heard = scope.all(sql, params![user, except, MOST]).await?;
    tell(scope, user, heard, moment).await
}

async fn tell(
    scope: &mut TenantScope<'_>,
    user: UserId,
    heard: Vec<Heard>,
    moment: &Moment,
) -> Result<(), Error> {
    if heard.is_empty() {
        return Ok(());
    }
    let ended = Ended { tenant: scope.tenant(), user, heard };
    jobs::enqueue_kind(scope.global(), TELL, &ended, moment).await
}
