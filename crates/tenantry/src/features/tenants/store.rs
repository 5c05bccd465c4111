//! The tables `tenant`, `verified_domain` and, for the initial name, `domain`.

use jiff::Timestamp;
use model::ids::TenantId;
use model::organisation::Contacts;

use super::ops::NewTenant;
use crate::db::{DbError, FromRow, Row, Scope, Single, TenantScope};
use crate::error::Error;
use crate::params;

/// A tenant as it is stored.
#[derive(Clone, Debug)]
pub struct Tenant {
    pub id: TenantId,
    pub display_name: String,
    pub country: String,
    pub technical_contact: String,
    pub created_at: Timestamp,
    pub deleted_at: Option<Timestamp>,
    pub contacts: Contacts,
}

impl FromRow for Tenant {
    fn from_row(row: &Row) -> Result<Self, DbError> {
        let contacts: Option<String> = row.get("contacts")?;
        let contacts = contacts.map(|text| serde_json::from_str(&text)).transpose();
        Ok(Self {
            id: row.get("id")?,
            display_name: row.get("display_name")?,
            country: row.get("country")?,
            technical_contact: row.get("technical_contact")?,
            created_at: row.get("created_at")?,
            deleted_at: row.get("deleted_at")?,
            contacts: contacts.map_err(|error| DbError::Shape(error.to_string()))?.unwrap_or_default(),
        })
    }
}

/// The tenant with this id.
///
/// # Errors
/// When the engine fails.
pub async fn find(scope: &mut Scope, id: TenantId) -> Result<Option<Tenant>, Error> {
    let sql = "SELECT id, display_name, country, technical_contact, created_at, deleted_at, contacts \
               FROM tenant WHERE id = $1";
    Ok(scope.optional(sql, params![id]).await?)
}

/// The next tenants in the order of their ids: jobs go through all of them so, some at a time.
///
/// # Errors
/// When the engine fails.
pub async fn after(scope: &mut Scope, after: Option<TenantId>, limit: i64) -> Result<Vec<TenantId>, Error> {
    let sql = "SELECT id FROM tenant WHERE id > $1 ORDER BY id LIMIT $2";
    let after = after.unwrap_or(TenantId(uuid::Uuid::nil()));
    let rows: Vec<Single<TenantId>> = scope.all(sql, params![after, limit]).await?;
    Ok(rows.into_iter().map(|Single(id)| id).collect())
}

pub(super) async fn set_contacts(scope: &mut Scope, id: TenantId, contacts: &Contacts) -> Result<(), Error> {
    let text = serde_json::to_string(contacts).map_err(Error::internal)?;
    scope.execute("UPDATE tenant SET contacts = $2 WHERE id = $1", params![id, text]).await?;
    Ok(())
}

pub(super) async fn insert_tenant(
    scope: &mut Scope,
    new: &NewTenant<'_>,
    now: Timestamp,
) -> Result<(), Error> {
    let sql = "INSERT INTO tenant (id, display_name, country, technical_contact, created_at) VALUES ($1, $2, $3, $4, $5)";
    scope.execute(sql, params![new.id, new.display_name, new.country, new.technical_contact, now]).await?;
    Ok(())
}

pub(super) async fn insert_verified_domain(
    scope: &mut Scope,
    new: &NewTenant<'_>,
    now: Timestamp,
) -> Result<(), Error> {
    let sql = "INSERT INTO verified_domain (name, tenant_id, epoch, verified_at) VALUES ($1, $2, 1, $3)";
    scope.execute(sql, params![new.initial_domain, new.id, now]).await?;
    Ok(())
}

pub(super) async fn insert_domain(
    scope: &mut TenantScope<'_>,
    new: &NewTenant<'_>,
    now: Timestamp,
) -> Result<(), Error> {
    let sql = "INSERT INTO domain (tenant_id, name, is_initial, is_primary, token, added_at, verified_at, checked_at) \
               VALUES ($1, $2, $3, $3, '', $4, $4, $4)";
    scope.execute(sql, params![new.initial_domain, true, now]).await?;
    Ok(())
}

/// Whether everybody must have a second factor.
pub async fn security_defaults(scope: &mut TenantScope<'_>) -> Result<bool, Error> {
    let tenant = scope.tenant();
    let sql = "SELECT security_defaults FROM tenant WHERE id = $1";
    let Single(on) = scope.global().one(sql, params![tenant]).await?;
    Ok(on)
}

pub async fn set_security_defaults(scope: &mut TenantScope<'_>, on: bool) -> Result<(), Error> {
    let tenant = scope.tenant();
    let sql = "UPDATE tenant SET security_defaults = $2 WHERE id = $1";
    scope.global().execute(sql, params![tenant, on]).await?;
    Ok(())
}

/// Nobody is asked for a second factor until they sign in without one again.
pub async fn forget_second_factor_due(scope: &mut TenantScope<'_>) -> Result<(), Error> {
    let sql = "UPDATE users SET second_factor_due_at = NULL WHERE tenant_id = $1 AND second_factor_due_at IS NOT NULL";
    scope.execute(sql, &[]).await?;
    Ok(())
}
