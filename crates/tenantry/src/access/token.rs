//! Tokens for the API that the operator hands out: a random secret, its hash in the database, one person each.
//!
//! A token holds tenant, token id and secret, as a session's cookie does, and passes the same gate: tenant, person and
//! token must be alive when it is shown and again when something is written.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::Timestamp;
use model::ids::{AccessTokenId, TenantId, UserId};
use uuid::Uuid;

use super::session::roles_of;
use super::{Actor, ActorKind, Credential, Origin};
use crate::app::App;
use crate::db::{DbError, FromRow, GrantReason, Row, TenantGrant, TenantScope};
use crate::error::Error;
use crate::moment::Moment;
use crate::params;
use crate::secrets::Secret;

const PURPOSE: &str = "access token";
/// So that a token is known for what it is where it turns up: in a repository, in a log.
const PREFIX: &str = "tenantry_";

/// Makes a token for a person.
///
/// # Errors
/// When the engine fails.
pub async fn create(
    app: &App,
    scope: &mut TenantScope<'_>,
    user: UserId,
    expires_at: Timestamp,
    moment: &Moment,
) -> Result<(AccessTokenId, Secret), Error> {
    let id = AccessTokenId(moment.uuid());
    let secret: [u8; 32] = moment.bytes();
    let hash = app.keys.hash(PURPOSE, id.0.as_bytes(), &URL_SAFE_NO_PAD.encode(secret));
    let sql = "INSERT INTO access_token (tenant_id, id, user_id, secret_hash, created_at, expires_at) \
               VALUES ($1, $2, $3, $4, $5, $6)";
    scope.execute(sql, params![id, user, hash, moment.now, expires_at]).await?;
    let bytes = [scope.tenant().0.as_bytes().as_slice(), id.0.as_bytes(), &secret].concat();
    Ok((id, Secret::new(format!("{PREFIX}{}", URL_SAFE_NO_PAD.encode(bytes)))))
}

struct Found {
    user: UserId,
    secret_hash: Vec<u8>,
    display_name: String,
}

impl FromRow for Found {
    fn from_row(row: &Row) -> Result<Self, DbError> {
        Ok(Self {
            user: row.get("user_id")?,
            secret_hash: row.get("secret_hash")?,
            display_name: row.get("display_name")?,
        })
    }
}

const ALIVE: &str = "SELECT a.user_id, a.secret_hash, u.display_name FROM access_token a \
    JOIN users u ON u.tenant_id = a.tenant_id AND u.id = a.user_id JOIN tenant t ON t.id = a.tenant_id \
    WHERE a.tenant_id = $1 AND a.id = $2 AND a.revoked_at IS NULL AND a.expires_at > $3 \
    AND u.account_enabled AND u.deleted_at IS NULL AND t.deleted_at IS NULL";

/// The admission gate of the API: whom a token stands for.
///
/// # Errors
/// When the database can't tell. A token that isn't admitted is `None`.
pub async fn admit(app: &App, token: &str, origin: Origin, moment: &Moment) -> Result<Option<Actor>, Error> {
    let Some((tenant, id, secret)) = parse(token) else { return Ok(None) };
    let mut scope = app.db.read().await?;
    let mut scope = scope.tenant(TenantGrant::issue(tenant, GrantReason::Authentication)).await?;
    let Some(found) = scope.optional::<Found>(ALIVE, params![id, moment.now]).await? else { return Ok(None) };
    if !app.keys.matches(PURPOSE, id.0.as_bytes(), &secret, &found.secret_hash) {
        return Ok(None);
    }
    let roles = roles_of(&mut scope, found.user).await?;
    let kind = ActorKind::User { id: found.user, credential: Some(Credential::Token(id)) };
    Ok(Some(Actor { tenant, kind, name: found.display_name, roles, origin }))
}

fn parse(token: &str) -> Option<(TenantId, AccessTokenId, String)> {
    let bytes: [u8; 64] = URL_SAFE_NO_PAD.decode(token.strip_prefix(PREFIX)?).ok()?.try_into().ok()?;
    let tenant = Uuid::from_slice(&bytes[..16]).ok()?;
    let id = Uuid::from_slice(&bytes[16..32]).ok()?;
    Some((TenantId(tenant), AccessTokenId(id), URL_SAFE_NO_PAD.encode(&bytes[32..])))
}
