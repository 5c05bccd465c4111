//! Sessions: a random secret in a cookie, its hash in the database, one tenant each.
//!
//! The cookie holds tenant, session id and secret. The first two only say where to look; nothing counts before the
//! secret matches and tenant, person and session are all alive.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::Timestamp;
use model::authentication::{Method, Methods};
use model::ids::{SessionId, TenantId, UserId};
use uuid::Uuid;

use super::rights::{needs_second_factor, rights_of};
use super::{Actor, ActorKind, Credential, Origin, ended};
use crate::app::App;
use crate::db::{DbError, FromRow, GrantReason, Row, Single, TenantGrant, TenantScope};
use crate::error::Error;
use crate::moment::Moment;
use crate::secrets::Secret;
use crate::{params, transaction};

const PURPOSE: &str = "session";

/// What a new session starts with.
pub struct NewSession<'a> {
    pub user: UserId,
    /// Asked to stay signed in.
    pub remembered: bool,
    /// A second factor was checked in this sign-in.
    pub second_factor: bool,
    /// What was shown.
    pub methods: Methods,
    /// When it was shown, where that was earlier.
    pub authenticated_at: Option<Timestamp>,
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
    /// When something was last asked in this session, to within [`SEEN_EVERY`].
    pub last_seen_at: Timestamp,
    pub second_factor_at: Option<Timestamp>,
    /// The person has a second factor: an authenticator app, unused recovery codes or a passkey.
    pub has_second_factor: bool,
    /// What was shown in this session.
    pub methods: Methods,
    /// By when they must have a second factor, as the tenant's security defaults want it; administrators must at once.
    pub second_factor_due_at: Option<Timestamp>,
    must_have_second_factor: bool,
}

/// What an administrator, or anybody who had their time, still owes before anything else is open to them (SPEC §8).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    Full,
    /// Has no second factor yet: must set one up.
    MustEnrol,
    /// Has one, but this session began without it: must sign in again.
    MustProve,
}

impl SignedIn {
    /// What the sign-in rests on, as the claim `amr` tells it.
    #[must_use]
    pub fn amr(&self) -> Vec<&'static str> {
        self.methods.amr(self.second_factor_at.is_some())
    }

    #[must_use]
    pub fn standing(&self) -> Standing {
        match (self.must_have_second_factor, self.has_second_factor, self.second_factor_at) {
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
             second_factor_at, remembered, ip, user_agent, methods) VALUES ($1, $2, $3, $4, $5, $6, $5, $12, $7, $8, $9, $10, $11)",
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
                new.methods.written(),
                new.authenticated_at.unwrap_or(moment.now),
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
    last_seen_at: Timestamp,
    second_factor_at: Option<Timestamp>,
    has_second_factor: bool,
    methods: String,
    second_factor_due_at: Option<Timestamp>,
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
            last_seen_at: row.get("last_seen_at")?,
            second_factor_at: row.get("second_factor_at")?,
            has_second_factor: row.get("has_second_factor")?,
            methods: row.get("methods")?,
            second_factor_due_at: row.get("second_factor_due_at")?,
        })
    }
}

const ALIVE: &str = "SELECT s.user_id, s.secret_hash, s.authenticated_at, s.last_seen_at, s.second_factor_at, s.methods, \
    CASE WHEN t.security_defaults THEN u.second_factor_due_at END AS second_factor_due_at, \
    t.display_name AS tenant_name, d.name AS primary_domain, u.display_name, u.user_name || '@' || u.domain_name AS user_name, \
    (EXISTS (SELECT 1 FROM authenticator a WHERE a.tenant_id = s.tenant_id AND a.user_id = s.user_id AND a.secret IS NOT NULL) \
    OR EXISTS (SELECT 1 FROM recovery_code r WHERE r.tenant_id = s.tenant_id AND r.user_id = s.user_id AND r.used_at IS NULL) \
    OR EXISTS (SELECT 1 FROM passkey p WHERE p.tenant_id = s.tenant_id AND p.user_id = s.user_id)) \
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
    let must_have_second_factor = needs_second_factor(rights, found.second_factor_due_at, moment.now);
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
        last_seen_at: found.last_seen_at,
        second_factor_at: found.second_factor_at,
        has_second_factor: found.has_second_factor,
        methods: Methods::read(&found.methods),
        second_factor_due_at: found.second_factor_due_at,
        must_have_second_factor,
    }))
}

/// Seconds after which it is noted anew that a session is used.
const SEEN_EVERY: i64 = 10 * 60;

/// Notes that a session is used, if that wasn't noted lately.
///
/// # Errors
/// When the engine fails.
pub async fn seen(app: &App, who: &SignedIn, moment: &Moment) -> Result<(), Error> {
    if moment.now.duration_since(who.last_seen_at).as_secs() < SEEN_EVERY {
        return Ok(());
    }
    let sql = "UPDATE session SET last_seen_at = $3 WHERE tenant_id = $1 AND id = $2 AND revoked_at IS NULL \
               AND last_seen_at < $3";
    transaction!(app.db, |scope| {
        let mut scope = scope.tenant(who.actor.grant()).await?;
        scope.execute(sql, params![who.session, moment.now]).await?;
        Ok(())
    })
}

/// Notes that the person showed again in this session who they are.
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
    who: &SignedIn,
    method: Method,
    moment: &Moment,
) -> Result<(), Error> {
    let sql = "UPDATE session SET second_factor_at = $3, methods = $4 WHERE tenant_id = $1 AND id = $2 AND revoked_at IS NULL";
    let methods = who.methods.clone().and(method).written();
    scope.execute(sql, params![who.session, moment.now, methods]).await?;
    Ok(())
}

/// Which sessions of a person end.
enum Ended {
    One(SessionId),
    AllBut(SessionId),
}

/// The one place where sessions end: the applications that got something in them are told, before their grants end too.
async fn end(
    scope: &mut TenantScope<'_>,
    user: UserId,
    which: &Ended,
    moment: &Moment,
) -> Result<u64, Error> {
    let sql =
        "UPDATE session SET revoked_at = $3 WHERE tenant_id = $1 AND user_id = $2 AND revoked_at IS NULL";
    Ok(match which {
        Ended::One(one) => {
            let count = scope.execute(&format!("{sql} AND id = $4"), params![user, moment.now, *one]).await?;
            if count > 0 {
                ended::tell_of(scope, user, *one, moment).await?;
            }
            count
        }
        Ended::AllBut(kept) => {
            ended::tell_of_all(scope, user, *kept, moment).await?;
            scope.execute(&format!("{sql} AND id <> $4"), params![user, moment.now, *kept]).await?
        }
    })
}

/// Ends one session of a person, since they leave it. What they let applications do without them stays.
///
/// # Errors
/// When the engine fails.
pub async fn leave(
    scope: &mut TenantScope<'_>,
    user: UserId,
    session: SessionId,
    moment: &Moment,
) -> Result<bool, Error> {
    Ok(end(scope, user, &Ended::One(session), moment).await? > 0)
}

/// Revokes one session of a person, with all that applications were granted in it.
///
/// # Errors
/// When the engine fails.
pub async fn revoke(
    scope: &mut TenantScope<'_>,
    user: UserId,
    session: SessionId,
    moment: &Moment,
) -> Result<bool, Error> {
    let ended = end(scope, user, &Ended::One(session), moment).await? > 0;
    let sql = "UPDATE application_grant SET revoked_at = $3 WHERE tenant_id = $1 AND user_id = $2 AND session_id = $4 \
               AND revoked_at IS NULL";
    scope.execute(sql, params![user, moment.now, session]).await?;
    Ok(ended)
}

/// Revokes every way in that a person holds, but for the session they sit in where one is given. Tells how many there were: sessions,
/// applications that outlived theirs, and tokens of programs.
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
    let sql = "SELECT count(*) FROM application_grant g WHERE g.tenant_id = $1 AND g.user_id = $2 AND g.revoked_at IS NULL \
               AND g.offline_until > $3 AND NOT EXISTS (SELECT 1 FROM session s WHERE s.tenant_id = g.tenant_id AND s.id = g.session_id \
               AND s.revoked_at IS NULL)";
    let Single(outlived): Single<i64> = scope.one(sql, params![user, moment.now]).await?;
    let sessions = end(scope, user, &Ended::AllBut(except), moment).await? + outlived.unsigned_abs();
    let sql = "UPDATE application_grant SET revoked_at = $3 WHERE tenant_id = $1 AND user_id = $2 AND session_id <> $4 \
               AND revoked_at IS NULL";
    scope.execute(sql, params![user, moment.now, except]).await?;
    let sql = "UPDATE access_token SET revoked_at = $3 WHERE tenant_id = $1 AND user_id = $2 AND revoked_at IS NULL";
    Ok(sessions + scope.execute(sql, params![user, moment.now]).await?)
}

/// Sessions that had ended before an instant, at most so many.
///
/// # Errors
/// When the engine fails.
pub async fn ended_before(
    scope: &mut TenantScope<'_>,
    before: Timestamp,
    most: i64,
) -> Result<Vec<Uuid>, Error> {
    let sql = "SELECT id FROM session WHERE tenant_id = $1 AND (expires_at < $2 OR revoked_at < $2) LIMIT $3";
    let found: Vec<Single<Uuid>> = scope.all(sql, params![before, most]).await?;
    Ok(found.into_iter().map(|Single(id)| id).collect())
}

/// Forgets one that ended.
///
/// # Errors
/// When the engine fails.
pub async fn forget(scope: &mut TenantScope<'_>, ended: Uuid) -> Result<(), Error> {
    scope.execute("DELETE FROM session WHERE tenant_id = $1 AND id = $2", params![ended]).await?;
    Ok(())
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
