//! The table `token_key`.

use jiff::Timestamp;

use super::key::Algorithm;
use super::managed::Entry;
use super::{Kept, Made};
use crate::db::{DbError, FromRow, Row, Scope, Single};
use crate::error::Error;
use crate::moment::Moment;
use crate::params;

impl FromRow for Kept {
    fn from_row(row: &Row) -> Result<Self, DbError> {
        Ok(Self { id: row.get("id")?, algorithm: algorithm_of(row)?, active_at: row.get("active_at")? })
    }
}

impl FromRow for Entry {
    fn from_row(row: &Row) -> Result<Self, DbError> {
        Ok(Self {
            id: row.get("id")?,
            algorithm: algorithm_of(row)?,
            created_at: row.get("created_at")?,
            active_at: row.get("active_at")?,
            revoked_at: row.get("revoked_at")?,
        })
    }
}

fn algorithm_of(row: &Row) -> Result<Algorithm, DbError> {
    let name: String = row.get("algorithm")?;
    Algorithm::named(&name).ok_or_else(|| DbError::Shape(format!("{name} in token_key")))
}

const COLUMNS: &str = "id, algorithm, active_at";

pub(super) async fn alive(scope: &mut Scope) -> Result<Vec<Kept>, Error> {
    let sql = format!("SELECT {COLUMNS} FROM token_key WHERE revoked_at IS NULL ORDER BY active_at, id");
    Ok(scope.all(&sql, params![]).await?)
}

pub async fn all(scope: &mut Scope) -> Result<Vec<Entry>, Error> {
    let sql = "SELECT id, algorithm, created_at, active_at, revoked_at FROM token_key ORDER BY algorithm, active_at DESC, id";
    Ok(scope.all(sql, params![]).await?)
}

/// `false` if it was revoked before.
pub async fn revoke(scope: &mut Scope, id: &str, at: Timestamp) -> Result<bool, Error> {
    let sql = "UPDATE token_key SET revoked_at = $2 WHERE id = $1 AND revoked_at IS NULL";
    Ok(scope.execute(sql, params![id, at]).await? == 1)
}

pub(super) async fn private(scope: &mut Scope, id: &str) -> Result<Option<Vec<u8>>, Error> {
    let sql = "SELECT private_key FROM token_key WHERE id = $1 AND revoked_at IS NULL";
    let found: Option<Single<Vec<u8>>> = scope.optional(sql, params![id]).await?;
    Ok(found.map(|Single(key)| key))
}

pub(super) async fn insert(
    scope: &mut Scope,
    Made { kept, private }: &Made,
    moment: &Moment,
) -> Result<(), Error> {
    let sql = "INSERT INTO token_key (id, algorithm, private_key, created_at, active_at) VALUES ($1, $2, $3, $4, $5)";
    let algorithm = kept.algorithm.as_str();
    let private = private.as_slice();
    scope.execute(sql, params![&kept.id, algorithm, private, moment.now, kept.active_at]).await?;
    Ok(())
}

pub async fn forget_before(scope: &mut Scope, active_at: Timestamp) -> Result<(), Error> {
    scope.execute("DELETE FROM token_key WHERE active_at < $1", params![active_at]).await?;
    Ok(())
}

/// Notes a proof that was shown; `false` if it was noted before.
pub async fn see_proof(scope: &mut Scope, seen: &[u8], until: Timestamp) -> Result<bool, Error> {
    let sql = "INSERT INTO proof_seen (hash, until) VALUES ($1, $2) ON CONFLICT (hash) DO NOTHING";
    Ok(scope.execute(sql, params![seen, until]).await? == 1)
}

pub async fn forget_proofs(scope: &mut Scope, before: Timestamp) -> Result<(), Error> {
    scope.execute("DELETE FROM proof_seen WHERE until < $1", params![before]).await?;
    Ok(())
}
