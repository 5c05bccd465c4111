//! Codes sent to mailboxes.

use jiff::Timestamp;
use model::sign_up::{Goal, code};
use uuid::Uuid;

use crate::db::{DbError, FromRow, Row, Scope, Single};
use crate::error::Error;
use crate::moment::Moment;
use crate::params;

/// A code to be sent.
pub struct SentCode<'a> {
    pub id: Uuid,
    pub goal: Goal,
    pub email: &'a str,
    pub email_canonical: &'a str,
    pub email_domain: &'a str,
    pub code_hash: Vec<u8>,
    pub browser_hash: Vec<u8>,
    pub network: &'a str,
    pub language: &'a str,
}

/// A mailbox whose code may still be entered.
pub struct ProvenMailbox {
    pub goal: Goal,
    pub email: String,
    pub email_canonical: String,
    pub email_domain: String,
    pub language: String,
    pub code_hash: Vec<u8>,
    pub browser_hash: Vec<u8>,
    pub sent_at: Timestamp,
    /// Tries that are left after this one.
    pub tries_left: u32,
}

impl FromRow for ProvenMailbox {
    fn from_row(row: &Row) -> Result<Self, DbError> {
        let goal: String = row.get("goal")?;
        Ok(Self {
            goal: Goal::parse(&goal).ok_or_else(|| DbError::Shape(format!("goal {goal}")))?,
            email: row.get("email")?,
            email_canonical: row.get("email_canonical")?,
            email_domain: row.get("email_domain")?,
            language: row.get("language")?,
            code_hash: row.get("code_hash")?,
            browser_hash: row.get("browser_hash")?,
            sent_at: row.get("sent_at")?,
            tries_left: code::TRIES.saturating_sub(row.get("tries")?),
        })
    }
}

const COLUMNS: &str =
    "goal, email, email_canonical, email_domain, language, code_hash, browser_hash, sent_at, tries";
const ALIVE: &str = "used_at IS NULL AND voided_at IS NULL";

/// Stores a code and voids every earlier one of the same mailbox.
pub async fn insert_code(scope: &mut Scope, sent: &SentCode<'_>, moment: &Moment) -> Result<(), Error> {
    let sql = format!("UPDATE mail_code SET voided_at = $2 WHERE email_canonical = $1 AND {ALIVE}");
    scope.execute(&sql, params![sent.email_canonical, moment.now]).await?;
    let sql = "INSERT INTO mail_code (id, goal, email, email_canonical, email_domain, code_hash, browser_hash, network, \
               language, sent_at, expires_at, tries) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, 0)";
    let params = params![
        sent.id,
        sent.goal.as_str(),
        sent.email,
        sent.email_canonical,
        sent.email_domain,
        sent.code_hash.clone(),
        sent.browser_hash.clone(),
        sent.network,
        sent.language,
        moment.now,
        moment.after_seconds(code::VALID_SECONDS),
    ];
    scope.execute(sql, params).await?;
    Ok(())
}

/// How many codes went to a mailbox (`email_canonical`) or were asked for from a `network` since a time, and when the
/// first and the last of them did.
pub async fn sent_since(
    scope: &mut Scope,
    column: &'static str,
    value: &str,
    since: Timestamp,
) -> Result<(i64, Option<Timestamp>, Option<Timestamp>), Error> {
    let sql = format!(
        "SELECT count(*) AS sent, min(sent_at) AS first, max(sent_at) AS last FROM mail_code WHERE {column} = $1 AND sent_at > $2"
    );
    let row: Row = scope.one(&sql, params![value, since]).await?;
    Ok((row.get("sent")?, row.get("first")?, row.get("last")?))
}

/// Takes one of a code's tries, atomically; `None` when the code is used, voided, expired or out of tries.
pub async fn take_try(scope: &mut Scope, id: Uuid, now: Timestamp) -> Result<Option<ProvenMailbox>, Error> {
    let sql = format!(
        "UPDATE mail_code SET tries = tries + 1 WHERE id = $1 AND tries < $3 AND expires_at > $2 AND {ALIVE} RETURNING {COLUMNS}"
    );
    Ok(scope.optional(&sql, params![id, now, code::TRIES]).await?)
}

/// Consumes a code; false when somebody else did.
pub async fn use_code(scope: &mut Scope, id: Uuid, now: Timestamp) -> Result<bool, Error> {
    let sql = format!("UPDATE mail_code SET used_at = $2 WHERE id = $1 AND {ALIVE}");
    Ok(scope.execute(&sql, params![id, now]).await? == 1)
}

/// The code that a browser waits for, whether or not it is still good.
pub async fn find_code(scope: &mut Scope, id: Uuid) -> Result<Option<ProvenMailbox>, Error> {
    let sql = format!("SELECT {COLUMNS} FROM mail_code WHERE id = $1");
    Ok(scope.optional(&sql, params![id]).await?)
}

/// Forgets codes of long ago; the rate limits look back one hour.
pub async fn purge_codes(scope: &mut Scope, before: Timestamp) -> Result<u64, Error> {
    Ok(scope.execute("DELETE FROM mail_code WHERE sent_at < $1", params![before]).await?)
}

/// Another sign-up at this mail domain than that mailbox's own, the furthest first.
pub async fn colleagues(scope: &mut Scope, domain: &str, but: &str) -> Result<Vec<Row>, Error> {
    let sql = "SELECT id, email, state, tenant_id, started_at FROM sign_up WHERE email_domain = $1 AND email_canonical <> $2 \
               AND state IN ('completed', 'open') ORDER BY state, started_at DESC LIMIT 5";
    Ok(scope.all(sql, params![domain, but]).await?)
}

/// Counts somebody who reached a step today, in one of sixteen rows, so that sign-ups at the same moment seldom wait for
/// each other's count.
pub async fn count_in_funnel(scope: &mut Scope, step: &str, moment: &Moment) -> Result<(), Error> {
    let sql = "INSERT INTO sign_up_reached (day, step, slice, reached) VALUES ($1, $2, $3, 1) \
               ON CONFLICT (day, step, slice) DO UPDATE SET reached = sign_up_reached.reached + 1";
    let day = moment.now.strftime("%Y-%m-%d").to_string();
    let slice = i64::from(moment.uuid().as_bytes()[15] % 16);
    scope.execute(sql, params![day, step, slice]).await?;
    Ok(())
}

/// Is a verified domain this tenant's, and whose?
pub async fn tenant_of_domain(scope: &mut Scope, name: &str) -> Result<Option<model::ids::TenantId>, Error> {
    let sql = "SELECT tenant_id FROM verified_domain WHERE name = $1";
    let found: Option<Single<model::ids::TenantId>> = scope.optional(sql, params![name]).await?;
    Ok(found.map(|single| single.0))
}
