//! Sessions: a random secret in a cookie, its hash in the database, one tenant each.
//!
//! The cookie holds tenant, session id and secret. The first two only say where to look; nothing counts before the
//! secret matches and tenant, person and session are all alive.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::Timestamp;
use model::ids::{SessionId, TenantId, UserId};
use uuid::Uuid;

use super::rights::rights_of;
use super::{Actor, ActorKind, Credential, Origin, ended};
use crate::app::App;
use crate::db::{DbError, FromRow, GrantReason, Row, Single, TenantGrant, TenantScope};
use crate::error::Error;
use crate::moment::Moment;
use crate::params;
use crate::secrets::Secret;

const PURPOSE: &str = "session";

/// What a new session starts with.
pub struct NewSession<'a> {
    pub user: UserId,
    /// Asked to stay signed in.
    pub remembered: bool,
    /// A second factor was checked in this sign-in.
    pub second_factor: bool,
    pub origin: &'a Origin,
}

/// A person signed in to a tenant.
#[derive(Clone, Debug)]
pub struct SignedIn {
    pub actor: Actor,
    pub session: SessionId,
    pub tenant_name: String,
    pub primary_domain: String,
    pub display_name: String,
    pub user_name: String,
    /// When a password or another first factor was last checked.
    pub authenticated_at: Timestamp,
    pub second_factor_at: Option<Timestamp>,
    /// The person has a second factor: an authenticator app or unused recovery codes.
    pub has_second_factor: bool,
}

/// What an administrator still owes before anything else is open to them (SPEC §8).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    Full,
    /// Has no second factor yet: must set one up.
    MustEnrol,
    /// Has one, but this session began without it: must sign in again.
    MustProve,
}

impl SignedIn {
    #[must_use]
    pub fn standing(&self) -> Standing {
        let administrator = self.actor.rights().are_administrative();
        match (administrator, self.has_second_factor, self.second_factor_at) {
            (false, ..) | (true, true, Some(_)) => Standing::Full,
            (true, false, _) => Standing::MustEnrol,
            (true, true, None) => Standing::MustProve,
        }
    }
}

/// Makes a session and gives its cookie value and when it expires.
///
/// # Errors
/// When the engine fails.
pub async fn create(
    app: &App,
    scope: &mut TenantScope<'_>,
    new: &NewSession<'_>,
    moment: &Moment,
) -> Result<(Secret, Timestamp), Error> {
    let id = SessionId(moment.uuid());
    let secret: [u8; 32] = moment.bytes();
    let sessions = &app.config.sessions;
    let hours = if new.remembered { sessions.remembered_days * 24 } else { sessions.hours };
    let expires_at = moment.after_seconds(hours * 3600);
    let hash = app.keys.hash(PURPOSE, id.0.as_bytes(), &URL_SAFE_NO_PAD.encode(secret));
    scope
        .execute(
            "INSERT INTO session (tenant_id, id, user_id, secret_hash, created_at, expires_at, last_seen_at, authenticated_at, \
             second_factor_at, remembered, ip, user_agent) VALUES ($1, $2, $3, $4, $5, $6, $5, $5, $7, $8, $9, $10)",
            params![
                id,
                new.user,
                hash,
                moment.now,
                expires_at,
                new.second_factor.then_some(moment.now),
                new.remembered,
                &new.origin.ip,
                new.origin.user_agent.chars().take(300).collect::<String>(),
            ],
        )
        .await?;
    let mut cookie = scope.tenant().0.as_bytes().to_vec();
    cookie.extend(id.0.as_bytes());
    cookie.extend(secret);
    Ok((Secret::new(URL_SAFE_NO_PAD.encode(cookie)), expires_at))
}

struct Found {
    user: UserId,
    secret_hash: Vec<u8>,
    tenant_name: String,
    primary_domain: String,
    display_name: String,
    user_name: String,
    authenticated_at: Timestamp,
    second_factor_at: Option<Timestamp>,
    has_second_factor: bool,
}

impl FromRow for Found {
    fn from_row(row: &Row) -> Result<Self, DbError> {
        Ok(Self {
            user: row.get("user_id")?,
            secret_hash: row.get("secret_hash")?,
            tenant_name: row.get("tenant_name")?,
            primary_domain: row.get("primary_domain")?,
            display_name: row.get("display_name")?,
            user_name: row.get("user_name")?,
            authenticated_at: row.get("authenticated_at")?,
            second_factor_at: row.get("second_factor_at")?,
            has_second_factor: row.get("has_second_factor")?,
        })
    }
}

const ALIVE: &str = "SELECT s.user_id, s.secret_hash, s.authenticated_at, s.second_factor_at, \
    t.display_name AS tenant_name, d.name AS primary_domain, u.display_name, u.user_name || '@' || u.domain_name AS user_name, \
    (EXISTS (SELECT 1 FROM authenticator a WHERE a.tenant_id = s.tenant_id AND a.user_id = s.user_id AND a.secret IS NOT NULL) \
    OR EXISTS (SELECT 1 FROM recovery_code r WHERE r.tenant_id = s.tenant_id AND r.user_id = s.user_id AND r.used_at IS NULL)) \
    AS has_second_factor \
    FROM session s JOIN users u ON u.tenant_id = s.tenant_id AND u.id = s.user_id \
    JOIN tenant t ON t.id = s.tenant_id JOIN domain d ON d.tenant_id = s.tenant_id AND d.is_primary \
    WHERE s.tenant_id = $1 AND s.id = $2 AND s.revoked_at IS NULL AND s.expires_at > $3 \
    AND u.account_enabled AND u.deleted_at IS NULL AND t.deleted_at IS NULL";

/// The admission gate: who a cookie stands for, if tenant, person and session are alive and the secret matches.
///
/// # Errors
/// When the database can't tell. A cookie that isn't admitted is `None`.
pub async fn admit(
    app: &App,
    cookie: &str,
    origin: Origin,
    moment: &Moment,
) -> Result<Option<SignedIn>, Error> {
    let Some((tenant, session, secret)) = parse(cookie) else { return Ok(None) };
    let mut scope = app.db.read().await?;
    let mut scope = scope.tenant(TenantGrant::issue(tenant, GrantReason::Authentication)).await?;
    let Some(found) = scope.optional::<Found>(ALIVE, params![session, moment.now]).await? else {
        return Ok(None);
    };
    if !app.keys.matches(PURPOSE, session.0.as_bytes(), &secret, &found.secret_hash) {
        return Ok(None);
    }
    let rights = rights_of(&mut scope, found.user).await?;
    let kind = ActorKind::User { id: found.user, credential: Some(Credential::Session(session)) };
    let name = found.display_name.clone();
    let actor = Actor { tenant, kind, name, rights, granted: None, origin };
    Ok(Some(SignedIn {
        actor,
        session,
        tenant_name: found.tenant_name,
        primary_domain: found.primary_domain,
        display_name: found.display_name,
        user_name: found.user_name,
        authenticated_at: found.authenticated_at,
        second_factor_at: found.second_factor_at,
        has_second_factor: found.has_second_factor,
    }))
}

/// Notes that the person showed the password again in this session.
///
/// # Errors
/// When the engine fails.
pub async fn proven_again(
    scope: &mut TenantScope<'_>,
    session: SessionId,
    moment: &Moment,
) -> Result<(), Error> {
    let sql =
        "UPDATE session SET authenticated_at = $3 WHERE tenant_id = $1 AND id = $2 AND revoked_at IS NULL";
    scope.execute(sql, params![session, moment.now]).await?;
    Ok(())
}

/// Notes that a second factor belongs to this session, since it was set up or shown in it.
///
/// # Errors
/// When the engine fails.
pub async fn second_factor_shown(
    scope: &mut TenantScope<'_>,
    session: SessionId,
    moment: &Moment,
) -> Result<(), Error> {
    let sql =
        "UPDATE session SET second_factor_at = $3 WHERE tenant_id = $1 AND id = $2 AND revoked_at IS NULL";
    scope.execute(sql, params![session, moment.now]).await?;
    Ok(())
}

/// Revokes one session of a person.
///
/// # Errors
/// When the engine fails.
pub async fn revoke(
    scope: &mut TenantScope<'_>,
    user: UserId,
    session: SessionId,
    moment: &Moment,
) -> Result<bool, Error> {
    let sql = "UPDATE session SET revoked_at = $4 WHERE tenant_id = $1 AND user_id = $2 AND id = $3 AND revoked_at IS NULL";
    let ended = scope.execute(sql, params![user, session, moment.now]).await? > 0;
    if ended {
        ended::tell_of(scope, user, session, moment).await?;
    }
    Ok(ended)
}

/// Revokes every way in that a person holds, sessions and tokens of programs, but for the session they sit in where one is
/// given. Tells how many there were.
///
/// # Errors
/// When the engine fails.
pub async fn revoke_all(
    scope: &mut TenantScope<'_>,
    user: UserId,
    except: Option<SessionId>,
    moment: &Moment,
) -> Result<u64, Error> {
    let except = except.unwrap_or(SessionId(Uuid::nil()));
    ended::tell_of_all(scope, user, except, moment).await?;
    let sql = "UPDATE session SET revoked_at = $4 WHERE tenant_id = $1 AND user_id = $2 AND id <> $3 AND revoked_at IS NULL";
    let sessions = scope.execute(sql, params![user, except, moment.now]).await?;
    let sql = "UPDATE application_grant SET revoked_at = $3 WHERE tenant_id = $1 AND user_id = $2 AND session_id <> $4 \
               AND revoked_at IS NULL";
    scope.execute(sql, params![user, moment.now, except]).await?;
    let sql = "UPDATE access_token SET revoked_at = $3 WHERE tenant_id = $1 AND user_id = $2 AND revoked_at IS NULL";
    Ok(sessions + scope.execute(sql, params![user, moment.now]).await?)
}

/// Was any session of a person ended, or their password changed, since a time?
///
/// # Errors
/// When the engine fails.
pub async fn was_ended(scope: &mut TenantScope<'_>, user: UserId, since: Timestamp) -> Result<bool, Error> {
    let sql = "SELECT (SELECT count(*) FROM session WHERE tenant_id = $1 AND user_id = $2 AND revoked_at IS NOT NULL) \
               + (SELECT count(*) FROM user_password WHERE tenant_id = $1 AND user_id = $2 AND changed_at > $3) AS ended";
    let Single(ended): Single<i64> = scope.one(sql, params![user, since]).await?;
    Ok(ended > 0)
}

fn parse(cookie: &str) -> Option<(TenantId, SessionId, String)> {
    let bytes: [u8; 64] = URL_SAFE_NO_PAD.decode(cookie).ok()?.try_into().ok()?;
    let tenant = Uuid::from_slice(&bytes[..16]).ok()?;
    let session = Uuid::from_slice(&bytes[16..32]).ok()?;
    Some((TenantId(tenant), SessionId(session), URL_SAFE_NO_PAD.encode(&bytes[32..])))
}
