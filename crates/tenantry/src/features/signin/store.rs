//! What sign-in asks and tells the global tables and the person's row.

use jiff::Timestamp;
use model::ids::{TenantId, UserId};
use uuid::Uuid;

use crate::db::{DbError, FromRow, Row, Scope, Single, TenantScope};
use crate::moment::Moment;
use crate::params;

pub(super) struct Home {
    pub tenant: TenantId,
    pub name: String,
    pub provider: Option<Uuid>,
}

impl FromRow for Home {
    fn from_row(row: &Row) -> Result<Self, DbError> {
        Ok(Self {
            tenant: row.get("tenant_id")?,
            name: row.get("display_name")?,
            provider: row.get("identity_provider")?,
        })
    }
}

/// The tenant that a verified domain name leads to, unless it was deleted.
pub(super) async fn home_of(scope: &mut Scope, domain: &str) -> Result<Option<Home>, DbError> {
    let sql = "SELECT v.tenant_id, t.display_name, v.identity_provider FROM verified_domain v JOIN tenant t ON t.id = v.tenant_id \
               WHERE v.name = $1 AND t.deleted_at IS NULL";
    scope.optional(sql, params![domain]).await
}

pub(super) async fn display_name(
    scope: &mut TenantScope<'_>,
    user: UserId,
) -> Result<Option<String>, DbError> {
    let sql = "SELECT display_name FROM users WHERE tenant_id = $1 AND id = $2";
    let found: Option<Single<String>> = scope.optional(sql, params![user]).await?;
    Ok(found.map(|Single(name)| name))
}

/// Asks somebody who has no second factor for one, if the tenant wants it and they weren't asked before.
pub(super) async fn ask_for_second_factor(
    scope: &mut TenantScope<'_>,
    user: UserId,
    due: Timestamp,
) -> Result<(), DbError> {
    let sql = "UPDATE users SET second_factor_due_at = $3 WHERE tenant_id = $1 AND id = $2 AND second_factor_due_at IS NULL \
               AND EXISTS (SELECT 1 FROM tenant t WHERE t.id = $1 AND t.security_defaults = TRUE)";
    scope.execute(sql, params![user, due]).await?;
    Ok(())
}

/// Keeps when a person signed in last.
pub(super) async fn note_sign_in(
    scope: &mut TenantScope<'_>,
    user: UserId,
    moment: &Moment,
) -> Result<(), DbError> {
    let sql = "INSERT INTO last_sign_in (tenant_id, user_id, at) VALUES ($1, $2, $3) \
               ON CONFLICT (tenant_id, user_id) DO UPDATE SET at = excluded.at";
    scope.execute(sql, params![user, moment.now]).await?;
    Ok(())
}
