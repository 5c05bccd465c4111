//! The own row of `users`, and the own rows of `session`.

use jiff::Timestamp;
use model::ids::{SessionId, UserId};

use crate::db::{DbError, FromRow, Row, TenantScope};
use crate::params;

/// What a person reads about themselves.
pub struct Profile {
    pub given_name: Option<String>,
    pub surname: Option<String>,
    pub contact_email: Option<String>,
    pub created_at: Timestamp,
}

impl FromRow for Profile {
    fn from_row(row: &Row) -> Result<Self, DbError> {
        Ok(Self {
            given_name: row.get("given_name")?,
            surname: row.get("surname")?,
            contact_email: row.get("contact_email")?,
            created_at: row.get("created_at")?,
        })
    }
}

pub(super) async fn profile(scope: &mut TenantScope<'_>, user: UserId) -> Result<Profile, DbError> {
    let sql =
        "SELECT given_name, surname, contact_email, created_at FROM users WHERE tenant_id = $1 AND id = $2";
    scope.one(sql, params![user]).await
}

/// One browser in which the person is signed in.
pub struct OpenSession {
    pub id: SessionId,
    pub created_at: Timestamp,
    pub last_seen_at: Timestamp,
    pub ip: String,
    pub user_agent: String,
    pub name: Option<String>,
}

impl FromRow for OpenSession {
    fn from_row(row: &Row) -> Result<Self, DbError> {
        Ok(Self {
            id: row.get("id")?,
            created_at: row.get("created_at")?,
            last_seen_at: row.get("last_seen_at")?,
            ip: row.get("ip")?,
            user_agent: row.get("user_agent")?,
            name: row.get("name")?,
        })
    }
}

pub(super) async fn open_sessions(
    scope: &mut TenantScope<'_>,
    user: UserId,
    now: Timestamp,
) -> Result<Vec<OpenSession>, DbError> {
    let sql = "SELECT id, created_at, last_seen_at, ip, user_agent, name FROM session \
               WHERE tenant_id = $1 AND user_id = $2 AND revoked_at IS NULL AND expires_at > $3 \
               ORDER BY created_at DESC, id DESC LIMIT 100";
    scope.all(sql, params![user, now]).await
}

pub(super) async fn rename_session(
    scope: &mut TenantScope<'_>,
    user: UserId,
    session: SessionId,
    name: Option<&str>,
) -> Result<bool, DbError> {
    let sql = "UPDATE session SET name = $4 WHERE tenant_id = $1 AND user_id = $2 AND id = $3 AND revoked_at IS NULL";
    Ok(scope.execute(sql, params![user, session, name]).await? == 1)
}
