//! The tables `passkey` and `passkey_challenge`.

use jiff::Timestamp;
use model::ids::UserId;
use protocol::webauthn::{Algorithm, PublicKey};
use uuid::Uuid;

use super::ceremony::LASTS;
use super::signature;
use crate::db::{DbError, FromRow, Row, TenantScope};
use crate::error::Error;
use crate::moment::Moment;
use crate::params;

/// A passkey, as its owner sees it.
#[derive(Clone, Debug)]
pub struct Passkey {
    pub id: Uuid,
    pub credential_id: Vec<u8>,
    pub transports: String,
    pub name: String,
    pub created_at: Timestamp,
    pub last_used_at: Option<Timestamp>,
    /// Kept by several devices, not bound to one.
    pub is_synced: bool,
    /// It came with an older count than before: it opens nothing any more.
    pub is_suspected: bool,
}

impl FromRow for Passkey {
    fn from_row(row: &Row) -> Result<Self, DbError> {
        Ok(Self {
            id: row.get("id")?,
            credential_id: row.get("credential_id")?,
            transports: row.get("transports")?,
            name: row.get("name")?,
            created_at: row.get("created_at")?,
            last_used_at: row.get("last_used_at")?,
            is_synced: row.get("backup_eligible")?,
            is_suspected: row.get::<Option<Timestamp>>("suspected_at")?.is_some(),
        })
    }
}

pub(super) async fn all(scope: &mut TenantScope<'_>, user: UserId) -> Result<Vec<Passkey>, Error> {
    let sql = "SELECT id, credential_id, transports, name, created_at, last_used_at, backup_eligible, suspected_at FROM passkey \
               WHERE tenant_id = $1 AND user_id = $2 ORDER BY created_at, id LIMIT 100";
    Ok(scope.all(sql, params![user]).await?)
}

/// What an assertion is checked with.
pub(super) struct Found {
    pub id: Uuid,
    pub key: PublicKey,
    pub backup_eligible: bool,
    pub name: String,
    pub person: String,
}

impl FromRow for Found {
    fn from_row(row: &Row) -> Result<Self, DbError> {
        let algorithm = Algorithm::numbered(row.get("algorithm")?);
        let algorithm = algorithm.ok_or_else(|| DbError::Shape("an algorithm that isn't known".into()))?;
        Ok(Self {
            id: row.get("id")?,
            key: PublicKey { algorithm, bytes: row.get("public_key")? },
            backup_eligible: row.get("backup_eligible")?,
            name: row.get("name")?,
            person: row.get("display_name")?,
        })
    }
}

/// The passkey of a person with this credential id, unless it is suspected.
pub(super) async fn find(
    scope: &mut TenantScope<'_>,
    user: UserId,
    credential_id: &[u8],
) -> Result<Option<Found>, Error> {
    let sql = "SELECT p.id, p.algorithm, p.public_key, p.backup_eligible, p.name, u.display_name FROM passkey p \
               JOIN users u ON u.tenant_id = p.tenant_id AND u.id = p.user_id \
               WHERE p.tenant_id = $1 AND p.user_id = $2 AND p.credential_id = $3 AND p.suspected_at IS NULL";
    Ok(scope.optional(sql, params![user, credential_id]).await?)
}

pub(super) struct New<'a> {
    pub id: Uuid,
    pub user: UserId,
    pub credential_id: &'a [u8],
    pub key: &'a PublicKey,
    pub counter: u32,
    pub aaguid: Uuid,
    pub transports: &'a str,
    pub backup_eligible: bool,
    pub name: &'a str,
}

/// `false` where somebody, here or elsewhere, has this credential.
pub(super) async fn insert(
    scope: &mut TenantScope<'_>,
    new: &New<'_>,
    moment: &Moment,
) -> Result<bool, Error> {
    let sql = "INSERT INTO passkey (tenant_id, id, user_id, credential_id, algorithm, public_key, sign_count, aaguid, transports, \
               backup_eligible, name, created_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) ON CONFLICT DO NOTHING";
    let params = params![
        new.id,
        new.user,
        new.credential_id,
        new.key.algorithm.number(),
        new.key.bytes.as_slice(),
        i64::from(new.counter),
        new.aaguid,
        new.transports,
        new.backup_eligible,
        new.name,
        moment.now,
    ];
    Ok(scope.execute(sql, params).await? == 1)
}

pub(super) async fn rename(
    scope: &mut TenantScope<'_>,
    user: UserId,
    id: Uuid,
    name: &str,
) -> Result<(), Error> {
    let sql = "UPDATE passkey SET name = $4 WHERE tenant_id = $1 AND user_id = $2 AND id = $3";
    scope.execute(sql, params![user, id, name]).await?;
    Ok(())
}

pub(super) async fn delete(scope: &mut TenantScope<'_>, user: UserId, id: Uuid) -> Result<(), Error> {
    let sql = "DELETE FROM passkey WHERE tenant_id = $1 AND user_id = $2 AND id = $3";
    scope.execute(sql, params![user, id]).await?;
    Ok(())
}

pub(super) async fn delete_all(scope: &mut TenantScope<'_>, user: UserId) -> Result<(), Error> {
    scope.execute("DELETE FROM passkey WHERE tenant_id = $1 AND user_id = $2", params![user]).await?;
    Ok(())
}

/// Notes a use. `false` where the count isn't higher than the last, unless the authenticator never counts.
pub(super) async fn count_use(
    scope: &mut TenantScope<'_>,
    id: Uuid,
    counter: u32,
    moment: &Moment,
) -> Result<bool, Error> {
    let sql = "UPDATE passkey SET sign_count = $3, last_used_at = $4 WHERE tenant_id = $1 AND id = $2 \
               AND (sign_count < $3 OR (sign_count = 0 AND $3 = 0))";
    Ok(scope.execute(sql, params![id, i64::from(counter), moment.now]).await? == 1)
}

pub(super) async fn suspect(scope: &mut TenantScope<'_>, id: Uuid, moment: &Moment) -> Result<bool, Error> {
    let sql =
        "UPDATE passkey SET suspected_at = $3 WHERE tenant_id = $1 AND id = $2 AND suspected_at IS NULL";
    Ok(scope.execute(sql, params![id, moment.now]).await? == 1)
}

/// Uses a challenge up; `false` where it was.
pub(super) async fn use_challenge(
    scope: &mut TenantScope<'_>,
    challenge: &[u8],
    moment: &Moment,
) -> Result<bool, Error> {
    let sql = "DELETE FROM passkey_challenge WHERE tenant_id = $1 AND until < $2";
    scope.execute(sql, params![moment.now]).await?;
    let sql =
        "INSERT INTO passkey_challenge (tenant_id, hash, until) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING";
    let hash = signature::hash(challenge);
    Ok(scope.execute(sql, params![hash.as_slice(), moment.after_seconds(LASTS)]).await? == 1)
}
