//! The tables `domain`, `verified_domain` and `domain_epoch`; of `users` only who has a name under a domain.

use jiff::Timestamp;
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
}

impl Name {
    /// Verified by a record of its own, so that names below it are verified with it.
    #[must_use]
    pub fn is_proven_itself(&self) -> bool {
        self.verified_at.is_some() && self.verified_with.is_none() && !self.is_initial
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
        })
    }
}

impl FromRow for Listed {
    fn from_row(row: &Row) -> Result<Self, DbError> {
        Ok(Self { name: Name::from_row(row)?, people: row.get("people")? })
    }
}

const COLUMNS: &str = "name, is_initial, is_primary, token, added_at, verified_at, verified_with, checked_at";

pub(super) async fn find(scope: &mut TenantScope<'_>, name: &str) -> Result<Option<Name>, Error> {
    let sql = format!("SELECT {COLUMNS} FROM domain WHERE tenant_id = $1 AND name = $2");
    Ok(scope.optional(&sql, params![name]).await?)
}

/// Names after the given one, in alphabetical order.
pub(super) async fn page(scope: &mut TenantScope<'_>, after: &str, count: i64) -> Result<Vec<Listed>, Error> {
    let sql = format!(
        "SELECT {COLUMNS}, (SELECT count(*) FROM users u WHERE u.tenant_id = $1 AND u.domain_name = domain.name \
         AND u.deleted_at IS NULL) AS people FROM domain WHERE tenant_id = $1 AND name > $2 ORDER BY name LIMIT $3"
    );
    Ok(scope.all(&sql, params![after, count]).await?)
}

pub(super) async fn count(scope: &mut TenantScope<'_>) -> Result<i64, Error> {
    let Single(count) = scope.one("SELECT count(*) FROM domain WHERE tenant_id = $1", &[]).await?;
    Ok(count)
}

/// The custom names that are verified.
pub(super) async fn verified(scope: &mut TenantScope<'_>) -> Result<Vec<String>, Error> {
    let sql = "SELECT name FROM domain WHERE tenant_id = $1 AND verified_at IS NOT NULL AND NOT is_initial ORDER BY name";
    names(scope, sql, &[]).await
}

/// The claims of this tenant below a name that aren't verified yet.
pub(super) async fn claims_below(scope: &mut TenantScope<'_>, name: &str) -> Result<Vec<Name>, Error> {
    let sql = format!(
        "SELECT {COLUMNS} FROM domain WHERE tenant_id = $1 AND verified_at IS NULL AND name LIKE $2 ESCAPE '\\' ORDER BY name"
    );
    Ok(scope.all(&sql, params![format!("%.{name}")]).await?)
}

/// The names that are verified with this one.
pub(super) async fn verified_with(scope: &mut TenantScope<'_>, name: &str) -> Result<Vec<String>, Error> {
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
pub(super) async fn count_people(scope: &mut TenantScope<'_>, name: &str) -> Result<i64, Error> {
    let sql = "SELECT count(*) FROM users WHERE tenant_id = $1 AND domain_name = $2 AND deleted_at IS NULL";
    let Single(count) = scope.one(sql, params![name]).await?;
    Ok(count)
}

/// The first people under a name, by the part before the @.
pub(super) async fn first_people(
    scope: &mut TenantScope<'_>,
    name: &str,
    count: i64,
) -> Result<Vec<String>, Error> {
    let sql = "SELECT user_name FROM users WHERE tenant_id = $1 AND domain_name = $2 AND deleted_at IS NULL \
               ORDER BY user_name LIMIT $3";
    names(scope, sql, params![name, count]).await
}

/// Adds a claim; false where the tenant has the name already.
pub(super) async fn insert(
    scope: &mut TenantScope<'_>,
    name: &str,
    token: &str,
    now: Timestamp,
) -> Result<bool, Error> {
    let sql = "INSERT INTO domain (tenant_id, name, is_initial, is_primary, token, added_at) \
               VALUES ($1, $2, FALSE, FALSE, $3, $4) ON CONFLICT DO NOTHING";
    Ok(scope.execute(sql, params![name, token, now]).await? > 0)
}

/// Takes a name for the tenant, in a new epoch; false where it is taken.
pub(super) async fn take(scope: &mut TenantScope<'_>, name: &str, now: Timestamp) -> Result<bool, Error> {
    let tenant: TenantId = scope.tenant();
    let global = scope.global();
    let last: Option<Single<u32>> =
        global.optional("SELECT epoch FROM domain_epoch WHERE name = $1", params![name]).await?;
    let epoch = last.map_or(0, |Single(epoch)| epoch) + 1;
    let sql = "INSERT INTO verified_domain (name, tenant_id, epoch, verified_at) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING";
    if global.execute(sql, params![name, tenant, epoch, now]).await? == 0 {
        return Ok(false);
    }
    let sql = "INSERT INTO domain_epoch (name, epoch) VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET epoch = excluded.epoch";
    global.execute(sql, params![name, epoch]).await?;
    Ok(true)
}

/// Whose a name is, if it is proven.
pub(super) async fn holder(scope: &mut TenantScope<'_>, name: &str) -> Result<Option<TenantId>, Error> {
    let sql = "SELECT tenant_id FROM verified_domain WHERE name = $1";
    let found: Option<Single<TenantId>> = scope.global().optional(sql, params![name]).await?;
    Ok(found.map(|Single(tenant)| tenant))
}

pub(super) async fn release(scope: &mut TenantScope<'_>, name: &str) -> Result<(), Error> {
    let tenant: TenantId = scope.tenant();
    let sql = "DELETE FROM verified_domain WHERE name = $1 AND tenant_id = $2";
    scope.global().execute(sql, params![name, tenant]).await?;
    Ok(())
}

pub(super) async fn set_verified(
    scope: &mut TenantScope<'_>,
    name: &str,
    with: Option<&str>,
    now: Timestamp,
) -> Result<(), Error> {
    let sql = "UPDATE domain SET verified_at = $3, checked_at = $3, verified_with = $4 WHERE tenant_id = $1 AND name = $2";
    scope.execute(sql, params![name, now, with]).await?;
    Ok(())
}

/// The name is proven by its own record from now on.
pub(super) async fn stand_alone(scope: &mut TenantScope<'_>, name: &str) -> Result<(), Error> {
    let sql = "UPDATE domain SET verified_with = NULL WHERE tenant_id = $1 AND name = $2";
    scope.execute(sql, params![name]).await?;
    Ok(())
}

pub(super) async fn set_checked(
    scope: &mut TenantScope<'_>,
    name: &str,
    now: Timestamp,
) -> Result<(), Error> {
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

pub(super) async fn set_primary(scope: &mut TenantScope<'_>, name: &str) -> Result<(), Error> {
    // One after the other, since an index allows a single primary name at any time.
    let sql = "UPDATE domain SET is_primary = FALSE WHERE tenant_id = $1 AND is_primary";
    scope.execute(sql, &[]).await?;
    let sql = "UPDATE domain SET is_primary = TRUE WHERE tenant_id = $1 AND name = $2";
    scope.execute(sql, params![name]).await?;
    Ok(())
}

pub(super) async fn delete(scope: &mut TenantScope<'_>, name: &str) -> Result<(), Error> {
    scope.execute("DELETE FROM domain WHERE tenant_id = $1 AND name = $2", params![name]).await?;
    Ok(())
}

/// The country of the tenant's organisation, ISO 3166-1 alpha-2.
pub(super) async fn country(scope: &mut TenantScope<'_>) -> Result<String, Error> {
    let tenant: TenantId = scope.tenant();
    let found: Option<Single<String>> =
        scope.global().optional("SELECT country FROM tenant WHERE id = $1", params![tenant]).await?;
    Ok(found.map(|Single(country)| country).unwrap_or_default())
}
