//! Sign-ups themselves, the browsers that may continue them, the prefixes they hold.

use jiff::Timestamp;
use model::ids::{SignUpId, TenantId, UserId};
use model::organisation::Organisation;
use model::sign_up::{Details, Draft, Goal, State};
use serde::de::DeserializeOwned;

use crate::db::{DbError, FromRow, Row, Scope, Single};
use crate::error::Error;
use crate::moment::Moment;
use crate::params;

/// A sign-up as it is stored.
#[derive(Clone, Debug)]
pub struct SignUp {
    pub id: SignUpId,
    pub goal: Goal,
    /// As its owner wrote it, plus tag included.
    pub email: String,
    pub email_canonical: String,
    pub email_domain: String,
    pub language: String,
    pub proven_at: Timestamp,
    pub expires_at: Timestamp,
    pub state: State,
}

fn parsed<T: DeserializeOwned>(row: &Row, column: &str) -> Result<Option<T>, DbError> {
    let text: Option<String> = row.get(column)?;
    text.map(|text| serde_json::from_str(&text).map_err(|error| DbError::Shape(format!("{column}: {error}"))))
        .transpose()
}

fn state(row: &Row) -> Result<State, DbError> {
    let state: String = row.get("state")?;
    match state.as_str() {
        "open" => Ok(State::Open(Box::new(Draft {
            discovery_settled: row.get("discovery_settled")?,
            organisation: parsed::<Organisation>(row, "organisation")?,
            details: parsed::<Details>(row, "details")?,
            payment_setup: row.get("payment_setup")?,
        }))),
        "completed" => Ok(State::Completed {
            tenant: row.get("tenant_id")?,
            user: row.get("user_id")?,
            at: row.get("ended_at")?,
        }),
        "access-requested" => Ok(State::AccessRequested),
        "expired" => Ok(State::Expired),
        other => Err(DbError::Shape(format!("sign-up state {other}"))),
    }
}

impl FromRow for SignUp {
    fn from_row(row: &Row) -> Result<Self, DbError> {
        let goal: String = row.get("goal")?;
        Ok(Self {
            id: row.get("id")?,
            goal: Goal::parse(&goal).ok_or_else(|| DbError::Shape(format!("goal {goal}")))?,
            email: row.get("email")?,
            email_canonical: row.get("email_canonical")?,
            email_domain: row.get("email_domain")?,
            language: row.get("language")?,
            proven_at: row.get("proven_at")?,
            expires_at: row.get("expires_at")?,
            state: state(row)?,
        })
    }
}

const COLUMNS: &str = "id, goal, email, email_canonical, email_domain, language, state, discovery_settled, organisation, \
                       details, payment_setup, proven_at, expires_at, ended_at, tenant_id, user_id";

pub async fn find(scope: &mut Scope, id: SignUpId) -> Result<Option<SignUp>, Error> {
    Ok(scope.optional(&format!("SELECT {COLUMNS} FROM sign_up WHERE id = $1"), params![id]).await?)
}

/// The open sign-up of a mailbox; there is at most one.
pub async fn find_open(scope: &mut Scope, email_canonical: &str) -> Result<Option<SignUp>, Error> {
    let sql = format!("SELECT {COLUMNS} FROM sign_up WHERE email_canonical = $1 AND state = 'open'");
    Ok(scope.optional(&sql, params![email_canonical]).await?)
}

/// The last sign-up of a mailbox that made a tenant.
pub async fn find_completed(scope: &mut Scope, email_canonical: &str) -> Result<Option<SignUp>, Error> {
    let sql = format!(
        "SELECT {COLUMNS} FROM sign_up WHERE email_canonical = $1 AND state = 'completed' ORDER BY ended_at DESC LIMIT 1"
    );
    Ok(scope.optional(&sql, params![email_canonical]).await?)
}

pub async fn insert(scope: &mut Scope, sign_up: &SignUp) -> Result<(), Error> {
    let sql = "INSERT INTO sign_up (id, goal, email, email_canonical, email_domain, language, state, discovery_settled, \
               started_at, proven_at, expires_at) VALUES ($1, $2, $3, $4, $5, $6, 'open', $7, $8, $8, $9)";
    let params = params![
        sign_up.id,
        sign_up.goal.as_str(),
        &sign_up.email,
        &sign_up.email_canonical,
        &sign_up.email_domain,
        &sign_up.language,
        false,
        sign_up.proven_at,
        sign_up.expires_at,
    ];
    scope.execute(sql, params).await?;
    Ok(())
}

/// The mailbox was proven again: by another device, for another goal.
pub async fn renew(scope: &mut Scope, sign_up: &SignUp) -> Result<(), Error> {
    let sql = "UPDATE sign_up SET goal = $2, proven_at = $3, expires_at = $4, email = $5 WHERE id = $1 AND state = 'open'";
    let params =
        params![sign_up.id, sign_up.goal.as_str(), sign_up.proven_at, sign_up.expires_at, &sign_up.email];
    scope.execute(sql, params).await?;
    Ok(())
}

/// Lets a browser continue a sign-up.
pub async fn grant_browser(
    scope: &mut Scope,
    id: SignUpId,
    browser_hash: Vec<u8>,
    now: Timestamp,
) -> Result<(), Error> {
    let sql = "INSERT INTO sign_up_access (sign_up_id, browser_hash, granted_at) VALUES ($1, $2, $3) \
               ON CONFLICT (sign_up_id, browser_hash) DO NOTHING";
    scope.execute(sql, params![id, browser_hash, now]).await?;
    Ok(())
}

pub async fn browser_may(scope: &mut Scope, id: SignUpId, browser_hash: Vec<u8>) -> Result<bool, Error> {
    let sql = "SELECT count(*) FROM sign_up_access WHERE sign_up_id = $1 AND browser_hash = $2";
    let count: Single<i64> = scope.one(sql, params![id, browser_hash]).await?;
    Ok(count.0 > 0)
}

async fn set(scope: &mut Scope, id: SignUpId, column: &'static str, value: String) -> Result<(), Error> {
    let sql = format!("UPDATE sign_up SET {column} = $2 WHERE id = $1 AND state = 'open'");
    scope.execute(&sql, params![id, value]).await?;
    Ok(())
}

pub async fn set_discovery_settled(scope: &mut Scope, id: SignUpId, goal: Goal) -> Result<(), Error> {
    let sql = "UPDATE sign_up SET discovery_settled = $2, goal = $3 WHERE id = $1 AND state = 'open'";
    scope.execute(sql, params![id, true, goal.as_str()]).await?;
    Ok(())
}

pub async fn set_organisation(
    scope: &mut Scope,
    id: SignUpId,
    organisation: &Organisation,
) -> Result<(), Error> {
    set(scope, id, "organisation", serde_json::to_string(organisation).map_err(Error::internal)?).await
}

pub async fn set_details(scope: &mut Scope, id: SignUpId, details: &Details) -> Result<(), Error> {
    set(scope, id, "details", serde_json::to_string(details).map_err(Error::internal)?).await
}

pub async fn set_payment_setup(scope: &mut Scope, id: SignUpId, setup: &str) -> Result<(), Error> {
    set(scope, id, "payment_setup", setup.to_owned()).await
}

/// Ends a sign-up with its tenant, once; what was entered lives on in the tenant alone.
pub async fn complete(
    scope: &mut Scope,
    id: SignUpId,
    tenant: TenantId,
    user: UserId,
    now: Timestamp,
) -> Result<bool, Error> {
    let sql = "UPDATE sign_up SET state = 'completed', tenant_id = $2, user_id = $3, ended_at = $4, organisation = NULL, \
               details = NULL WHERE id = $1 AND state = 'open'";
    Ok(scope.execute(sql, params![id, tenant, user, now]).await? == 1)
}

/// Ends a sign-up without a tenant (`access-requested` or `expired`) and forgets what was entered.
pub async fn end(
    scope: &mut Scope,
    id: SignUpId,
    state: &'static str,
    now: Timestamp,
) -> Result<bool, Error> {
    let sql = "UPDATE sign_up SET state = $2, ended_at = $3, organisation = NULL, details = NULL, payment_setup = NULL \
               WHERE id = $1 AND state = 'open'";
    let ended = scope.execute(sql, params![id, state, now]).await? == 1;
    release_prefixes(scope, id, "").await?;
    Ok(ended)
}

/// Open sign-ups that expire before a time and whose owner wasn't told of it.
pub async fn to_notice(scope: &mut Scope, before: Timestamp) -> Result<Vec<SignUp>, Error> {
    let sql = format!(
        "SELECT {COLUMNS} FROM sign_up WHERE state = 'open' AND expires_at <= $1 AND noticed_at IS NULL LIMIT 100"
    );
    Ok(scope.all(&sql, params![before]).await?)
}

pub async fn mark_noticed(scope: &mut Scope, id: SignUpId, now: Timestamp) -> Result<(), Error> {
    scope.execute("UPDATE sign_up SET noticed_at = $2 WHERE id = $1", params![id, now]).await?;
    Ok(())
}

pub async fn expired(scope: &mut Scope, now: Timestamp) -> Result<Vec<SignUp>, Error> {
    let sql = format!("SELECT {COLUMNS} FROM sign_up WHERE state = 'open' AND expires_at <= $1 LIMIT 100");
    Ok(scope.all(&sql, params![now]).await?)
}

/// Removes sign-ups that ended without a tenant before a time.
pub async fn purge(scope: &mut Scope, before: Timestamp) -> Result<u64, Error> {
    let sql = "DELETE FROM sign_up WHERE state IN ('expired', 'access-requested') AND ended_at < $1";
    Ok(scope.execute(sql, params![before]).await?)
}

/// What became of asking for an initial-domain prefix.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Hold {
    Held,
    Taken,
}

/// Holds a prefix for a sign-up and releases the one it held before. Look-alikes of taken ones are taken too.
pub async fn hold_prefix(
    scope: &mut Scope,
    id: SignUpId,
    prefix: &str,
    skeleton: &str,
    moment: &Moment,
) -> Result<Hold, Error> {
    if is_taken(scope, prefix, skeleton, Some(id), moment.now).await? {
        return Ok(Hold::Taken);
    }
    let sql = "DELETE FROM initial_prefix WHERE tenant_id IS NULL AND (prefix = $1 OR skeleton = $2 OR sign_up_id = $3)";
    scope.execute(sql, params![prefix, skeleton, id]).await?;
    let sql = "INSERT INTO initial_prefix (prefix, skeleton, sign_up_id, held_until) VALUES ($1, $2, $3, $4)";
    scope.execute(sql, params![prefix, skeleton, id, moment.after_seconds(7 * 86_400)]).await?;
    Ok(Hold::Held)
}

/// Is a prefix, or one that looks like it, taken by a tenant or held for another sign-up?
pub async fn is_taken(
    scope: &mut Scope,
    prefix: &str,
    skeleton: &str,
    but: Option<SignUpId>,
    now: Timestamp,
) -> Result<bool, Error> {
    let sql = "SELECT count(*) FROM initial_prefix WHERE (prefix = $1 OR skeleton = $2) \
               AND (tenant_id IS NOT NULL OR (held_until > $4 AND sign_up_id <> $3))";
    let but = but.unwrap_or(SignUpId(uuid::Uuid::nil()));
    let count: Single<i64> = scope.one(sql, params![prefix, skeleton, but, now]).await?;
    Ok(count.0 > 0)
}

/// Gives the held prefix to the tenant for good; false when the hold is gone.
pub async fn take_prefix(
    scope: &mut Scope,
    id: SignUpId,
    prefix: &str,
    tenant: TenantId,
) -> Result<bool, Error> {
    let sql = "UPDATE initial_prefix SET tenant_id = $3, held_until = NULL WHERE prefix = $1 AND sign_up_id = $2 AND tenant_id IS NULL";
    Ok(scope.execute(sql, params![prefix, id, tenant]).await? == 1)
}

pub async fn release_prefixes(scope: &mut Scope, id: SignUpId, but: &str) -> Result<(), Error> {
    let sql = "DELETE FROM initial_prefix WHERE sign_up_id = $1 AND tenant_id IS NULL AND prefix <> $2";
    scope.execute(sql, params![id, but]).await?;
    Ok(())
}

/// A colleague who waits for a sign-up to end.
pub struct Follower {
    pub email: String,
    pub email_canonical: String,
    pub name: String,
    pub language: String,
}

impl FromRow for Follower {
    fn from_row(row: &Row) -> Result<Self, DbError> {
        Ok(Self {
            email: row.get("email")?,
            email_canonical: row.get("email_canonical")?,
            name: row.get("name")?,
            language: row.get("language")?,
        })
    }
}

pub async fn follow(
    scope: &mut Scope,
    id: SignUpId,
    follower: &Follower,
    now: Timestamp,
) -> Result<(), Error> {
    let sql = "INSERT INTO sign_up_follower (sign_up_id, email_canonical, email, name, language, asked_at) \
               VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (sign_up_id, email_canonical) DO NOTHING";
    let params =
        params![id, &follower.email_canonical, &follower.email, &follower.name, &follower.language, now];
    scope.execute(sql, params).await?;
    Ok(())
}

pub async fn followers(scope: &mut Scope, id: SignUpId) -> Result<Vec<Follower>, Error> {
    let sql = "SELECT email, email_canonical, name, language FROM sign_up_follower WHERE sign_up_id = $1 ORDER BY asked_at";
    Ok(scope.all(sql, params![id]).await?)
}
