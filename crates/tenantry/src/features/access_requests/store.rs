//! The tables `access_request` and `invitation`.

use jiff::Timestamp;
use model::ids::{AccessRequestId, UserId};
use uuid::Uuid;

use super::ops::invitation::Invited;
use super::ops::list::{AccessRequest, State};
use super::ops::renew::{Invitation, InvitationState};
use super::ops::request::NewRequest;
use crate::db::{DbError, FromRow, Position, Row, Single, TenantScope, Value};
use crate::error::Error;
use crate::params;

impl FromRow for AccessRequest {
    fn from_row(row: &Row) -> Result<Self, DbError> {
        let state: String = row.get("state")?;
        Ok(Self {
            id: row.get("id")?,
            email: row.get("email")?,
            email_canonical: row.get("email_canonical")?,
            name: row.get("name")?,
            message: row.get("message")?,
            language: row.get("language")?,
            state: State::parse(&state)
                .ok_or_else(|| DbError::Shape(format!("state of a request: {state}")))?,
            requested_at: row.get("requested_at")?,
            decided_at: row.get("decided_at")?,
            decided_by: row.get("decided_by")?,
            reason: row.get("reason")?,
            user: row.get("user_id")?,
        })
    }
}

const COLUMNS: &str = "id, email, email_canonical, name, message, language, state, requested_at, decided_at, decided_by, \
    reason, user_id";

pub async fn insert(
    scope: &mut TenantScope<'_>,
    id: AccessRequestId,
    new: &NewRequest,
    (name, message): (&str, &str),
    now: Timestamp,
) -> Result<(), Error> {
    let sql = "INSERT INTO access_request (tenant_id, id, email, email_canonical, name, message, language, state, requested_at) \
               VALUES ($1, $2, $3, $4, $5, $6, $7, 'open', $8)";
    let params = params![id, &new.email, &new.canonical, name, message, &new.language, now];
    match scope.execute(sql, params).await {
        // The same mailbox asked twice at once: the other request stands, and this one may be sent again.
        Err(DbError::Unique) => Err(DbError::Conflict.into()),
        other => Ok(other.map(drop)?),
    }
}

pub async fn open_of(scope: &mut TenantScope<'_>, canonical: &str) -> Result<Option<AccessRequestId>, Error> {
    let sql =
        "SELECT id FROM access_request WHERE tenant_id = $1 AND email_canonical = $2 AND state = 'open'";
    let found: Option<Single<AccessRequestId>> = scope.optional(sql, params![canonical]).await?;
    Ok(found.map(|Single(id)| id))
}

pub async fn count_since(scope: &mut TenantScope<'_>, since: Timestamp) -> Result<i64, Error> {
    let sql = "SELECT count(*) FROM access_request WHERE tenant_id = $1 AND requested_at > $2";
    let Single(count) = scope.one(sql, params![since]).await?;
    Ok(count)
}

pub async fn count_of(scope: &mut TenantScope<'_>, canonical: &str, since: Timestamp) -> Result<i64, Error> {
    let sql = "SELECT count(*) FROM access_request WHERE tenant_id = $1 AND requested_at > $2 AND email_canonical = $3";
    let Single(count) = scope.one(sql, params![since, canonical]).await?;
    Ok(count)
}

pub async fn open_count(scope: &mut TenantScope<'_>) -> Result<i64, Error> {
    let sql = "SELECT count(*) FROM access_request WHERE tenant_id = $1 AND state = 'open'";
    let Single(count) = scope.one(sql, params![]).await?;
    Ok(count)
}

pub async fn find(scope: &mut TenantScope<'_>, id: AccessRequestId) -> Result<Option<AccessRequest>, Error> {
    let sql = format!("SELECT {COLUMNS} FROM access_request WHERE tenant_id = $1 AND id = $2");
    Ok(scope.optional(&sql, params![id]).await?)
}

pub async fn list(
    scope: &mut TenantScope<'_>,
    open: bool,
    from: Option<&Position>,
    limit: usize,
) -> Result<Vec<AccessRequest>, Error> {
    let state = if open { "state = 'open'" } else { "state IN ('approved', 'refused', 'expired')" };
    let backward = from.is_some_and(|from| from.backward);
    let (sign, order) = if backward { (">", "ASC") } else { ("<", "DESC") };
    let start = if from.is_some() { format!(" AND id {sign} $2") } else { String::new() };
    let sql = format!(
        "SELECT {COLUMNS} FROM access_request WHERE tenant_id = $1 AND {state}{start} ORDER BY id {order} LIMIT {limit}"
    );
    let params: Vec<Value> = from.map(|from| from.id.into()).into_iter().collect();
    Ok(scope.all(&sql, &params).await?)
}

/// How a request ended.
pub struct Settled<'a> {
    pub state: State,
    pub by: &'a str,
    pub reason: Option<&'a str>,
    pub user: Option<UserId>,
}

/// Settles a request that is still open.
pub async fn settle(
    scope: &mut TenantScope<'_>,
    id: AccessRequestId,
    settled: &Settled<'_>,
    now: Timestamp,
) -> Result<bool, Error> {
    let sql = "UPDATE access_request SET state = $3, decided_at = $4, decided_by = $5, reason = $6, user_id = $7 \
               WHERE tenant_id = $1 AND id = $2 AND state = 'open'";
    let params = params![id, settled.state.as_str(), now, settled.by, settled.reason, settled.user];
    Ok(scope.execute(sql, params).await? > 0)
}

pub async fn tenant_name(scope: &mut TenantScope<'_>) -> Result<String, Error> {
    let tenant = scope.tenant();
    let sql = "SELECT display_name FROM tenant WHERE id = $1";
    let Single(name) = scope.global().one(sql, params![tenant]).await?;
    Ok(name)
}

/// A link that can be used, if its secret matches.
pub struct FoundInvitation {
    pub secret_hash: Vec<u8>,
    pub invited: Invited,
}

impl FromRow for FoundInvitation {
    fn from_row(row: &Row) -> Result<Self, DbError> {
        let (user, domain): (String, String) = (row.get("user_name")?, row.get("domain_name")?);
        let invited = Invited {
            user: row.get("user_id")?,
            sign_in_name: format!("{user}@{domain}"),
            display_name: row.get("display_name")?,
            organization: row.get("organization")?,
        };
        Ok(Self { secret_hash: row.get("secret_hash")?, invited })
    }
}

pub async fn insert_invitation(
    scope: &mut TenantScope<'_>,
    (id, user): (Uuid, UserId),
    hash: &[u8],
    now: Timestamp,
    expires_at: Timestamp,
) -> Result<(), Error> {
    let sql = "INSERT INTO invitation (tenant_id, id, user_id, secret_hash, created_at, expires_at) \
               VALUES ($1, $2, $3, $4, $5, $6)";
    scope.execute(sql, params![id, user, hash, now, expires_at]).await?;
    Ok(())
}

pub async fn find_invitation(
    scope: &mut TenantScope<'_>,
    id: Uuid,
    now: Timestamp,
) -> Result<Option<FoundInvitation>, Error> {
    let sql = "SELECT invitation.user_id, invitation.secret_hash, users.user_name, users.domain_name, users.display_name, \
               tenant.display_name AS organization FROM invitation \
               JOIN users ON users.tenant_id = invitation.tenant_id AND users.id = invitation.user_id \
               JOIN tenant ON tenant.id = invitation.tenant_id \
               WHERE invitation.tenant_id = $1 AND invitation.id = $2 AND invitation.consumed_at IS NULL AND invitation.revoked_at IS NULL \
               AND invitation.expires_at > $3 AND users.account_enabled = TRUE AND users.deleted_at IS NULL \
               AND tenant.deleted_at IS NULL AND NOT EXISTS (SELECT 1 FROM user_password \
               WHERE user_password.tenant_id = $1 AND user_password.user_id = invitation.user_id \
               AND user_password.changed_at > invitation.created_at)";
    Ok(scope.optional(sql, params![id, now]).await?)
}

/// A link that was used, if its secret matches.
pub struct UsedInvitation {
    pub secret_hash: Vec<u8>,
    pub organization: String,
}

impl FromRow for UsedInvitation {
    fn from_row(row: &Row) -> Result<Self, DbError> {
        Ok(Self { secret_hash: row.get("secret_hash")?, organization: row.get("organization")? })
    }
}

/// Whatever has become of the account since: whoever used the link knows that it was there.
pub async fn find_used_invitation(
    scope: &mut TenantScope<'_>,
    id: Uuid,
) -> Result<Option<UsedInvitation>, Error> {
    let sql = "SELECT invitation.secret_hash, tenant.display_name AS organization FROM invitation \
               JOIN tenant ON tenant.id = invitation.tenant_id WHERE invitation.tenant_id = $1 AND invitation.id = $2 \
               AND invitation.consumed_at IS NOT NULL AND tenant.deleted_at IS NULL";
    Ok(scope.optional(sql, params![id]).await?)
}

pub async fn consume_invitation(
    scope: &mut TenantScope<'_>,
    id: Uuid,
    now: Timestamp,
) -> Result<bool, Error> {
    let sql = "UPDATE invitation SET consumed_at = $3 WHERE tenant_id = $1 AND id = $2 AND consumed_at IS NULL \
               AND revoked_at IS NULL";
    Ok(scope.execute(sql, params![id, now]).await? > 0)
}

pub async fn newest_invitation(
    scope: &mut TenantScope<'_>,
    user: UserId,
    now: Timestamp,
) -> Result<Option<Invitation>, Error> {
    let sql = "SELECT invitation.created_at, invitation.expires_at, invitation.revoked_at, users.user_name, users.domain_name, \
               users.account_enabled, users.deleted_at, user_password.changed_at FROM invitation \
               JOIN users ON users.tenant_id = invitation.tenant_id AND users.id = invitation.user_id \
               LEFT JOIN user_password ON user_password.tenant_id = users.tenant_id AND user_password.user_id = users.id \
               WHERE invitation.tenant_id = $1 AND invitation.user_id = $2 \
               ORDER BY CASE WHEN invitation.revoked_at IS NULL THEN 0 ELSE 1 END, invitation.created_at DESC LIMIT 1";
    let Some(row): Option<Row> = scope.optional(sql, params![user]).await? else { return Ok(None) };
    let (name, domain): (String, String) = (row.get("user_name")?, row.get("domain_name")?);
    let (password, deleted, revoked): (Option<Timestamp>, Option<Timestamp>, Option<Timestamp>) =
        (row.get("changed_at")?, row.get("deleted_at")?, row.get("revoked_at")?);
    let (enabled, expires_at): (bool, Timestamp) = (row.get("account_enabled")?, row.get("expires_at")?);
    let state = match (deleted.is_some() || !enabled, password, revoked) {
        (true, ..) => InvitationState::Closed,
        (_, Some(_), _) => InvitationState::Accepted,
        (_, _, Some(_)) => InvitationState::Revoked,
        _ if expires_at <= now => InvitationState::Expired,
        _ => InvitationState::Open,
    };
    let sent_at = row.get("created_at")?;
    Ok(Some(Invitation { user, sign_in_name: format!("{name}@{domain}"), state, sent_at, expires_at }))
}

pub async fn invitations_since(
    scope: &mut TenantScope<'_>,
    user: UserId,
    since: Timestamp,
) -> Result<i64, Error> {
    let sql = "SELECT count(*) FROM invitation WHERE tenant_id = $1 AND user_id = $2 AND created_at > $3";
    let Single(count) = scope.one(sql, params![user, since]).await?;
    Ok(count)
}

/// Every link of the person that wasn't used.
pub async fn revoke_invitations(
    scope: &mut TenantScope<'_>,
    user: UserId,
    now: Timestamp,
) -> Result<(), Error> {
    let sql = "UPDATE invitation SET revoked_at = $3 WHERE tenant_id = $1 AND user_id = $2 AND consumed_at IS NULL \
               AND revoked_at IS NULL";
    scope.execute(sql, params![user, now]).await?;
    Ok(())
}

/// Open requests of mailboxes at a domain name or below it.
pub async fn open_at(scope: &mut TenantScope<'_>, domain: &str) -> Result<Vec<AccessRequestId>, Error> {
    let sql = "SELECT id FROM access_request WHERE tenant_id = $1 AND state = 'open' \
               AND (email_canonical LIKE $2 OR email_canonical LIKE $3) ORDER BY id";
    let params = params![format!("%@{domain}"), format!("%.{domain}")];
    let rows: Vec<Single<AccessRequestId>> = scope.all(sql, params).await?;
    Ok(rows.into_iter().map(|Single(id)| id).collect())
}

/// Takes back the links of people under a domain name, and of those whose request came from a mailbox there or who are
/// written to there.
pub async fn revoke_invitations_at(
    scope: &mut TenantScope<'_>,
    domain: &str,
    now: Timestamp,
) -> Result<(), Error> {
    let sql = "UPDATE invitation SET revoked_at = $5 WHERE tenant_id = $1 AND consumed_at IS NULL AND revoked_at IS NULL \
               AND (user_id IN (SELECT id FROM users WHERE tenant_id = $1 AND (domain_name = $2 \
               OR contact_email_canonical LIKE $3 OR contact_email_canonical LIKE $4)) \
               OR user_id IN (SELECT user_id FROM access_request WHERE tenant_id = $1 AND user_id IS NOT NULL \
               AND (email_canonical LIKE $3 OR email_canonical LIKE $4)))";
    let params = params![domain, format!("%@{domain}"), format!("%.{domain}"), now];
    scope.execute(sql, params).await?;
    Ok(())
}

/// From then on no link goes to the mailboxes of requests that came from a domain name.
pub async fn part_from_people(scope: &mut TenantScope<'_>, domain: &str) -> Result<(), Error> {
    let sql = "UPDATE access_request SET user_id = NULL WHERE tenant_id = $1 AND user_id IS NOT NULL \
               AND (email_canonical LIKE $2 OR email_canonical LIKE $3)";
    scope.execute(sql, params![format!("%@{domain}"), format!("%.{domain}")]).await?;
    Ok(())
}
