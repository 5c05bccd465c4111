//! The table `domain`; of `users` only who has a name under a domain.

use jiff::Timestamp;
use model::domains::life::Life;
use model::ids::TenantId;

use crate::db::{DbError, FromRow, Row, Single, TenantScope};
use crate::error::Error;
use crate::params;

/// One name of a tenant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Name {
    /// Lower-case ASCII.
    pub name: String,
    pub is_initial: bool,
    pub is_primary: bool,
    /// What the record to publish holds; empty for the initial name.
    pub token: String,
    pub added_at: Timestamp,
    pub verified_at: Option<Timestamp>,
    /// The name above it whose proof covers it.
    pub verified_with: Option<String>,
    /// When DNS was last asked to verify it.
    pub checked_at: Option<Timestamp>,
    /// When its record, or that of the name above it, stood there last.
    pub proven_at: Option<Timestamp>,
    pub warned_at: Option<Timestamp>,
    pub lapsed_at: Option<Timestamp>,
    /// When evidence of the proof was written last.
    pub evidenced_at: Option<Timestamp>,
    /// What the name is meant for, as the directory API names it.
    pub supported_services: Vec<String>,
    /// An identity provider of the organisation's own signs in its people.
    pub is_federated: bool,
    pub life: Life,
}

impl Name {
    /// Verified by a record of its own, so that names below it are verified with it.
    #[must_use]
    pub fn is_proven_itself(&self) -> bool {
        self.life.takes_new_names() && self.verified_with.is_none() && !self.is_initial
    }
}

/// A name with how many people sign in under it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listed {
    pub name: Name,
    pub people: i64,
}

impl FromRow for Name {
    fn from_row(row: &Row) -> Result<Self, DbError> {
        Ok(Self {
            name: row.get("name")?,
            is_initial: row.get("is_initial")?,
            is_primary: row.get("is_primary")?,
            token: row.get("token")?,
            added_at: row.get("added_at")?,
            verified_at: row.get("verified_at")?,
            verified_with: row.get("verified_with")?,
            checked_at: row.get("checked_at")?,
            proven_at: row.get("proven_at")?,
            warned_at: row.get("warned_at")?,
            lapsed_at: row.get("lapsed_at")?,
            evidenced_at: row.get("evidenced_at")?,
            supported_services: words(&row.get::<String>("supported_services")?),
            is_federated: row.get("is_federated")?,
            life: life_of(row)?,
        })
    }
}

fn words(text: &str) -> Vec<String> {
    text.split_whitespace().map(str::to_owned).collect()
}

fn life_of(row: &Row) -> Result<Life, DbError> {
    let at = |column| row.get::<Option<Timestamp>>(column);
    let Some(verified_at) = at("verified_at")? else {
        return Ok(match (at("claiming_until")?, at("waiting_until")?) {
            (Some(decided_at), _) => Life::Claiming { decided_at },
            (None, Some(decided_at)) => Life::Waiting { decided_at },
            (None, None) => Life::Claimed,
        });
    };
    if let Some(since) = at("removing_since")? {
        return Ok(Life::Removing { since });
    }
    let Some(since) = at("failing_since")? else {
        return Ok(Life::Verified { proven_at: at("proven_at")?.unwrap_or(verified_at) });
    };
    if let Some(lapsed_at) = at("lapsed_at")? {
        return Ok(match at("contested_until")? {
            Some(decided_at) => Life::Contested { since, lapsed_at, decided_at },
            None => Life::Lapsed { since, at: lapsed_at },
        });
    }
    Ok(match (at("warned_at")?, at("lapses_at")?) {
        (Some(at), Some(lapses_at)) => Life::Warned { since, at, lapses_at },
        _ => Life::Failing { since },
    })
}

impl FromRow for Listed {
    fn from_row(row: &Row) -> Result<Self, DbError> {
        Ok(Self { name: Name::from_row(row)?, people: row.get("people")? })
    }
}

// Cases are between tenants and stand in global tables; of each only what concerns this tenant is read.
const COLUMNS: &str = "name, is_initial, is_primary, token, added_at, verified_at, verified_with, checked_at, proven_at, \
    failing_since, warned_at, lapses_at, lapsed_at, removing_since, evidenced_at, supported_services, \
    EXISTS (SELECT 1 FROM verified_domain v WHERE v.name = domain.name AND v.tenant_id = $1 \
    AND v.identity_provider IS NOT NULL) AS is_federated, \
    (SELECT c.decided_at FROM domain_case c WHERE c.name = coalesce(domain.verified_with, domain.name) \
    AND c.holder_id = $1) AS contested_until, \
    (SELECT c.decided_at FROM domain_case c WHERE c.name = domain.name AND c.claimant_id = $1) AS claiming_until, \
    (SELECT c.decided_at FROM domain_case_waiting w JOIN domain_case c ON c.name = w.name \
    WHERE w.name = domain.name AND w.tenant_id = $1) AS waiting_until";

pub async fn find(scope: &mut TenantScope<'_>, name: &str) -> Result<Option<Name>, Error> {
    let sql = format!("SELECT {COLUMNS} FROM domain WHERE tenant_id = $1 AND name = $2");
    Ok(scope.optional(&sql, params![name]).await?)
}

/// Names after the given one, in alphabetical order.
pub async fn page(scope: &mut TenantScope<'_>, after: &str, count: i64) -> Result<Vec<Listed>, Error> {
    let sql = format!(
        "SELECT {COLUMNS}, (SELECT count(*) FROM users u WHERE u.tenant_id = $1 AND u.domain_name = domain.name \
         AND u.deleted_at IS NULL) AS people FROM domain WHERE tenant_id = $1 AND name > $2 ORDER BY name LIMIT $3"
    );
    Ok(scope.all(&sql, params![after, count]).await?)
}

pub async fn count(scope: &mut TenantScope<'_>) -> Result<i64, Error> {
    let Single(count) = scope.one("SELECT count(*) FROM domain WHERE tenant_id = $1", &[]).await?;
    Ok(count)
}

/// The custom names that are verified and may become the primary one.
pub async fn verified(scope: &mut TenantScope<'_>) -> Result<Vec<String>, Error> {
    let sql = "SELECT name FROM domain WHERE tenant_id = $1 AND verified_at IS NOT NULL AND lapsed_at IS NULL \
               AND removing_since IS NULL AND NOT is_initial ORDER BY name";
    names(scope, sql, &[]).await
}

/// Every custom name that is verified, lapsed or not.
pub async fn all_verified(scope: &mut TenantScope<'_>) -> Result<Vec<String>, Error> {
    let sql = "SELECT name FROM domain WHERE tenant_id = $1 AND verified_at IS NOT NULL AND NOT is_initial ORDER BY name";
    names(scope, sql, &[]).await
}

/// The claims of this tenant below a name that aren't verified yet.
pub async fn claims_below(scope: &mut TenantScope<'_>, name: &str) -> Result<Vec<Name>, Error> {
    let sql = format!(
        "SELECT {COLUMNS} FROM domain WHERE tenant_id = $1 AND verified_at IS NULL AND name LIKE $2 ESCAPE '\\' ORDER BY name"
    );
    Ok(scope.all(&sql, params![format!("%.{name}")]).await?)
}

/// The names that are verified with this one.
pub async fn verified_with(scope: &mut TenantScope<'_>, name: &str) -> Result<Vec<String>, Error> {
    let sql = "SELECT name FROM domain WHERE tenant_id = $1 AND verified_with = $2 ORDER BY name";
    names(scope, sql, params![name]).await
}

async fn names(
    scope: &mut TenantScope<'_>,
    sql: &str,
    params: &[crate::db::Value],
) -> Result<Vec<String>, Error> {
    let rows: Vec<Single<String>> = scope.all(sql, params).await?;
    Ok(rows.into_iter().map(|Single(name)| name).collect())
}

/// How many people sign in under a name.
pub async fn count_people(scope: &mut TenantScope<'_>, name: &str) -> Result<i64, Error> {
    let sql = "SELECT count(*) FROM users WHERE tenant_id = $1 AND domain_name = $2 AND deleted_at IS NULL";
    let Single(count) = scope.one(sql, params![name]).await?;
    Ok(count)
}

/// The first people under a name, by the part before the @.
pub async fn first_people(scope: &mut TenantScope<'_>, name: &str, count: i64) -> Result<Vec<String>, Error> {
    let sql = "SELECT user_name FROM users WHERE tenant_id = $1 AND domain_name = $2 AND deleted_at IS NULL \
               ORDER BY user_name LIMIT $3";
    names(scope, sql, params![name, count]).await
}

/// Adds a claim; false where the tenant has the name already.
pub async fn insert(
    scope: &mut TenantScope<'_>,
    name: &str,
    token: &str,
    now: Timestamp,
) -> Result<bool, Error> {
    let sql = "INSERT INTO domain (tenant_id, name, is_initial, is_primary, token, added_at) \
               VALUES ($1, $2, FALSE, FALSE, $3, $4) ON CONFLICT DO NOTHING";
    Ok(scope.execute(sql, params![name, token, now]).await? > 0)
}

/// Whatever was wrong with the name before is over.
pub async fn set_verified(
    scope: &mut TenantScope<'_>,
    name: &str,
    with: Option<&str>,
    now: Timestamp,
) -> Result<(), Error> {
    let sql = "UPDATE domain SET verified_at = $3, checked_at = $3, proven_at = $3, verified_with = $4, failing_since = NULL, \
               warned_at = NULL, lapses_at = NULL, lapsed_at = NULL, removing_since = NULL WHERE tenant_id = $1 AND name = $2";
    scope.execute(sql, params![name, now, with]).await?;
    Ok(())
}

/// What is left of a name that another tenant got: a claim with a new record to publish.
pub async fn set_claimed(scope: &mut TenantScope<'_>, name: &str, token: &str) -> Result<(), Error> {
    let sql = "UPDATE domain SET token = $3, is_primary = FALSE, verified_at = NULL, verified_with = NULL, checked_at = NULL, \
               proven_at = NULL, failing_since = NULL, warned_at = NULL, lapses_at = NULL, lapsed_at = NULL, \
               removing_since = NULL, evidenced_at = NULL WHERE tenant_id = $1 AND name = $2";
    scope.execute(sql, params![name, token]).await?;
    Ok(())
}

/// Where a held name stands, with all that is verified with it.
pub async fn write_life(scope: &mut TenantScope<'_>, name: &str, life: Life) -> Result<(), Error> {
    let (mut proven_at, mut warned_at, mut lapses_at, mut lapsed_at) = (None, None, None, None);
    match life {
        Life::Verified { proven_at: at } => proven_at = Some(at),
        Life::Warned { at, lapses_at: lapses, .. } => (warned_at, lapses_at) = (Some(at), Some(lapses)),
        Life::Lapsed { at, .. } | Life::Contested { lapsed_at: at, .. } => lapsed_at = Some(at),
        _ => {}
    }
    // The days of warning and of the last proof stay with a lapsed name, for people to read.
    let sql = "UPDATE domain SET proven_at = coalesce($3, proven_at), failing_since = $4, \
               warned_at = CASE WHEN $5 THEN warned_at ELSE $6 END, lapses_at = $7, lapsed_at = $8 \
               WHERE tenant_id = $1 AND (name = $2 OR verified_with = $2)";
    let params =
        params![name, proven_at, life.failing_since(), life.is_lapsed(), warned_at, lapses_at, lapsed_at];
    scope.execute(sql, params).await?;
    Ok(())
}

pub async fn set_removing(scope: &mut TenantScope<'_>, name: &str, now: Timestamp) -> Result<(), Error> {
    let sql =
        "UPDATE domain SET removing_since = $3 WHERE tenant_id = $1 AND (name = $2 OR verified_with = $2)";
    scope.execute(sql, params![name, now]).await?;
    Ok(())
}

pub async fn set_evidenced(scope: &mut TenantScope<'_>, name: &str, now: Timestamp) -> Result<(), Error> {
    let sql = "UPDATE domain SET evidenced_at = $3 WHERE tenant_id = $1 AND name = $2";
    scope.execute(sql, params![name, now]).await?;
    Ok(())
}

pub async fn set_services(scope: &mut TenantScope<'_>, name: &str, services: &[String]) -> Result<(), Error> {
    let sql = "UPDATE domain SET supported_services = $3 WHERE tenant_id = $1 AND name = $2";
    scope.execute(sql, params![name, services.join(" ")]).await?;
    Ok(())
}

/// The name is proven by its own record from now on.
pub async fn stand_alone(scope: &mut TenantScope<'_>, name: &str) -> Result<(), Error> {
    let sql = "UPDATE domain SET verified_with = NULL WHERE tenant_id = $1 AND name = $2";
    scope.execute(sql, params![name]).await?;
    Ok(())
}

pub async fn set_checked(scope: &mut TenantScope<'_>, name: &str, now: Timestamp) -> Result<(), Error> {
    let sql = "UPDATE domain SET checked_at = $3 WHERE tenant_id = $1 AND name = $2";
    scope.execute(sql, params![name, now]).await?;
    Ok(())
}

/// The name that new people get.
///
/// # Errors
/// When the engine fails.
pub async fn primary(scope: &mut TenantScope<'_>) -> Result<Option<String>, Error> {
    let sql = "SELECT name FROM domain WHERE tenant_id = $1 AND is_primary";
    let found: Option<Single<String>> = scope.optional(sql, &[]).await?;
    Ok(found.map(|Single(name)| name))
}

pub async fn set_primary(scope: &mut TenantScope<'_>, name: &str) -> Result<(), Error> {
    // One after the other, since an index allows a single primary name at any time.
    let sql = "UPDATE domain SET is_primary = FALSE WHERE tenant_id = $1 AND is_primary";
    scope.execute(sql, &[]).await?;
    let sql = "UPDATE domain SET is_primary = TRUE WHERE tenant_id = $1 AND name = $2";
    scope.execute(sql, params![name]).await?;
    Ok(())
}

pub async fn delete(scope: &mut TenantScope<'_>, name: &str) -> Result<(), Error> {
    scope.execute("DELETE FROM domain WHERE tenant_id = $1 AND name = $2", params![name]).await?;
    Ok(())
}

/// The tenant's initial name.
pub async fn initial(scope: &mut TenantScope<'_>) -> Result<String, Error> {
    let sql = "SELECT name FROM domain WHERE tenant_id = $1 AND is_initial";
    let Single(name) = scope.one(sql, &[]).await?;
    Ok(name)
}

/// Names about which somebody has to do or know something.
pub async fn troubled(scope: &mut TenantScope<'_>) -> Result<Vec<Name>, Error> {
    let sql = format!(
        "SELECT {COLUMNS} FROM domain WHERE tenant_id = $1 AND verified_with IS NULL AND (warned_at IS NOT NULL \
         OR lapsed_at IS NOT NULL OR removing_since IS NOT NULL OR (verified_at IS NULL AND EXISTS \
         (SELECT 1 FROM domain_case c LEFT JOIN domain_case_waiting w ON w.name = c.name AND w.tenant_id = $1 \
         WHERE c.name = domain.name AND (c.claimant_id = $1 OR w.tenant_id IS NOT NULL)))) ORDER BY name LIMIT 20"
    );
    Ok(scope.all(&sql, &[]).await?)
}

/// The name of the tenant's organisation.
pub async fn tenant_name(scope: &mut TenantScope<'_>) -> Result<String, Error> {
    let tenant: TenantId = scope.tenant();
    let sql = "SELECT display_name FROM tenant WHERE id = $1";
    let found: Option<Single<String>> = scope.global().optional(sql, params![tenant]).await?;
    Ok(found.map(|Single(name)| name).unwrap_or_default())
}

/// The country of the tenant's organisation, ISO 3166-1 alpha-2.
pub async fn country(scope: &mut TenantScope<'_>) -> Result<String, Error> {
    let tenant: TenantId = scope.tenant();
    let found: Option<Single<String>> =
        scope.global().optional("SELECT country FROM tenant WHERE id = $1", params![tenant]).await?;
    Ok(found.map(|Single(country)| country).unwrap_or_default())
}
