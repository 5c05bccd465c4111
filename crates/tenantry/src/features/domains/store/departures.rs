//! The tables `domain_departure` and `domain_rename`.

use jiff::Timestamp;
use model::ids::UserId;
use uuid::Uuid;

use crate::db::{DbError, FromRow, Row, Single, TenantScope};
use crate::error::Error;
use crate::features::directory::Rehomed;
use crate::params;

/// A name that goes, or went.
#[derive(Clone, Debug)]
pub struct Departure {
    pub name: String,
    /// To another tenant, in contrast to removed by force.
    pub is_lost: bool,
    pub started_at: Timestamp,
    pub started_by: String,
    /// How many people, groups and identifiers of applications there were to rename.
    pub total: i64,
    pub renamed: i64,
    pub finished_at: Option<Timestamp>,
}

impl FromRow for Departure {
    fn from_row(row: &Row) -> Result<Self, DbError> {
        let reason: String = row.get("reason")?;
        Ok(Self {
            name: row.get("name")?,
            is_lost: reason == "lost",
            started_at: row.get("started_at")?,
            started_by: row.get("started_by")?,
            total: row.get("total")?,
            renamed: row.get("renamed")?,
            finished_at: row.get("finished_at")?,
        })
    }
}

/// One new name.
#[derive(Clone, Debug)]
pub struct Rename {
    /// `user`, `group` or `application`.
    pub kind: String,
    pub object: Uuid,
    pub old: String,
    pub new: String,
    /// The plain name was taken.
    pub is_suffixed: bool,
}

impl FromRow for Rename {
    fn from_row(row: &Row) -> Result<Self, DbError> {
        Ok(Self {
            kind: row.get("kind")?,
            object: row.get("object_id")?,
            old: row.get("old_name")?,
            new: row.get("new_name")?,
            is_suffixed: row.get("suffixed")?,
        })
    }
}

pub async fn find(scope: &mut TenantScope<'_>, name: &str) -> Result<Option<Departure>, Error> {
    let sql = "SELECT name, reason, started_at, started_by, total, finished_at, (SELECT count(*) FROM domain_rename r \
               WHERE r.tenant_id = $1 AND r.name = domain_departure.name) AS renamed \
               FROM domain_departure WHERE tenant_id = $1 AND name = $2";
    Ok(scope.optional(sql, params![name]).await?)
}

/// Puts a departure in the place of an earlier one of the same name.
pub async fn start(
    scope: &mut TenantScope<'_>,
    (name, reason, by): (&str, &str, &str),
    total: i64,
    now: Timestamp,
) -> Result<(), Error> {
    scope.execute("DELETE FROM domain_departure WHERE tenant_id = $1 AND name = $2", params![name]).await?;
    let sql = "INSERT INTO domain_departure (tenant_id, name, reason, started_at, started_by, total) \
               VALUES ($1, $2, $3, $4, $5, $6)";
    scope.execute(sql, params![name, reason, now, by, total]).await?;
    Ok(())
}

pub async fn finish(scope: &mut TenantScope<'_>, name: &str, now: Timestamp) -> Result<(), Error> {
    let sql = "UPDATE domain_departure SET finished_at = $3 WHERE tenant_id = $1 AND name = $2";
    scope.execute(sql, params![name, now]).await?;
    Ok(())
}

/// Writes down one new name.
pub async fn note(scope: &mut TenantScope<'_>, name: &str, rename: &Rename, told: bool) -> Result<(), Error> {
    let sql = "INSERT INTO domain_rename (tenant_id, name, kind, old_name, object_id, new_name, suffixed, told) \
               VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT DO NOTHING";
    let params =
        params![name, &rename.kind, &rename.old, rename.object, &rename.new, rename.is_suffixed, told];
    scope.execute(sql, params).await?;
    Ok(())
}

/// Writes down what everybody under a domain name will be called who isn't written down yet; nobody is told.
pub async fn note_everybody(
    scope: &mut TenantScope<'_>,
    name: &str,
    (from, to): (&str, &str),
) -> Result<(), Error> {
    let sql = "INSERT INTO domain_rename (tenant_id, name, kind, old_name, object_id, new_name, suffixed, told) \
               SELECT tenant_id, $2, 'user', user_name || '@' || domain_name, id, user_name || '@' || $4, FALSE, FALSE \
               FROM users WHERE tenant_id = $1 AND domain_name = $3 AND deleted_at IS NULL";
    scope.execute(sql, params![name, from, to]).await?;
    Ok(())
}

/// What is written down of somebody who got a number.
pub async fn correct(scope: &mut TenantScope<'_>, name: &str, rehomed: &Rehomed) -> Result<(), Error> {
    let sql = "UPDATE domain_rename SET new_name = $4, suffixed = TRUE WHERE tenant_id = $1 AND name = $2 AND kind = 'user' \
               AND old_name = $3";
    scope.execute(sql, params![name, &rehomed.old, &rehomed.new]).await?;
    Ok(())
}

/// The next people whose new names nobody was told.
pub async fn untold(scope: &mut TenantScope<'_>, name: &str, limit: usize) -> Result<Vec<Rehomed>, Error> {
    let sql = format!(
        "SELECT kind, object_id, old_name, new_name, suffixed FROM domain_rename WHERE tenant_id = $1 AND name = $2 \
         AND told = FALSE ORDER BY object_id LIMIT {limit}"
    );
    let rows: Vec<Rename> = scope.all(&sql, params![name]).await?;
    let rehomed = |rename: Rename| Rehomed {
        user: UserId(rename.object),
        old: rename.old,
        new: rename.new,
        is_suffixed: rename.is_suffixed,
    };
    Ok(rows.into_iter().map(rehomed).collect())
}

pub async fn set_told(scope: &mut TenantScope<'_>, name: &str, old: &str) -> Result<(), Error> {
    let sql = "UPDATE domain_rename SET told = TRUE WHERE tenant_id = $1 AND name = $2 AND kind = 'user' AND old_name = $3";
    scope.execute(sql, params![name, old]).await?;
    Ok(())
}

/// New names with a number first, then the others by their old names.
pub async fn renames(scope: &mut TenantScope<'_>, name: &str, limit: usize) -> Result<Vec<Rename>, Error> {
    let sql = format!(
        "SELECT kind, object_id, old_name, new_name, suffixed FROM domain_rename WHERE tenant_id = $1 AND name = $2 \
         ORDER BY suffixed DESC, kind DESC, old_name LIMIT {limit}"
    );
    Ok(scope.all(&sql, params![name]).await?)
}

pub async fn count_suffixed(scope: &mut TenantScope<'_>, name: &str) -> Result<i64, Error> {
    let sql = "SELECT count(*) FROM domain_rename WHERE tenant_id = $1 AND name = $2 AND suffixed = TRUE";
    let Single(count) = scope.one(sql, params![name]).await?;
    Ok(count)
}

/// Names that went, the newest first.
pub async fn recent(scope: &mut TenantScope<'_>, since: Timestamp) -> Result<Vec<Departure>, Error> {
    let sql = "SELECT name, reason, started_at, started_by, total, finished_at, (SELECT count(*) FROM domain_rename r \
               WHERE r.tenant_id = $1 AND r.name = domain_departure.name) AS renamed FROM domain_departure \
               WHERE tenant_id = $1 AND started_at > $2 ORDER BY started_at DESC LIMIT 5";
    Ok(scope.all(sql, params![since]).await?)
}
