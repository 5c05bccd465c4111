//! One person.

use jiff::Timestamp;
use model::ids::UserId;
use model::roles::Role;

use crate::db::{DbError, FromRow, Row, Single, TenantScope};
use crate::error::Error;
use crate::features::directory::ops::create::{NewUser, SignInName};
use crate::features::directory::ops::lookup::SignInAccount;
use crate::params;

impl FromRow for SignInAccount {
    fn from_row(row: &Row) -> Result<Self, DbError> {
        Ok(Self {
            id: row.get("id")?,
            display_name: row.get("display_name")?,
            user_name: row.get("user_name")?,
            domain_name: row.get("domain_name")?,
            account_enabled: row.get("account_enabled")?,
            contact_email: row.get("contact_email")?,
        })
    }
}

pub async fn insert(
    scope: &mut TenantScope<'_>,
    id: UserId,
    new: &NewUser,
    name: &SignInName,
    created_by: &str,
    now: Timestamp,
) -> Result<(), Error> {
    let sql = "INSERT INTO users (tenant_id, id, user_name, domain_name, display_name, given_name, surname, contact_email, \
               contact_email_canonical, account_enabled, created_at, created_by) \
               VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, TRUE, $10, $11)";
    let contact = new.contact_email.as_ref();
    let params = params![
        id,
        &name.user,
        &name.domain,
        &new.display_name,
        new.given_name.as_ref(),
        new.surname.as_ref(),
        contact.map(|email| &email.address),
        contact.map(|email| &email.canonical),
        now,
        created_by,
    ];
    named(scope.execute(sql, params).await, name).map(drop)
}

/// A name that was taken between the look and the write is refused like one that was taken before.
fn named(result: Result<u64, DbError>, name: &SignInName) -> Result<u64, Error> {
    match result {
        Err(DbError::Unique) => Err(name.taken().into()),
        other => Ok(other?),
    }
}

pub async fn is_verified_domain(scope: &mut TenantScope<'_>, domain: &str) -> Result<bool, Error> {
    let sql = "SELECT count(*) FROM domain WHERE tenant_id = $1 AND name = $2 AND verified_at IS NOT NULL";
    let Single(count): Single<i64> = scope.one(sql, params![domain]).await?;
    Ok(count > 0)
}

pub async fn holder_of(scope: &mut TenantScope<'_>, name: &SignInName) -> Result<Option<UserId>, Error> {
    let sql = "SELECT id FROM users WHERE tenant_id = $1 AND domain_name = $2 AND user_name = $3 AND deleted_at IS NULL";
    let found: Option<Single<UserId>> = scope.optional(sql, params![&name.domain, &name.user]).await?;
    Ok(found.map(|Single(id)| id))
}

pub async fn find_for_sign_in(
    scope: &mut TenantScope<'_>,
    name: &SignInName,
) -> Result<Option<SignInAccount>, Error> {
    let sql = "SELECT id, display_name, user_name, domain_name, account_enabled, contact_email FROM users \
               WHERE tenant_id = $1 AND domain_name = $2 AND user_name = $3 AND deleted_at IS NULL";
    Ok(scope.optional(sql, params![&name.domain, &name.user]).await?)
}

pub async fn set_password(
    scope: &mut TenantScope<'_>,
    user: UserId,
    hash: &str,
    must_change: bool,
    now: Timestamp,
) -> Result<(), Error> {
    let sql = "INSERT INTO user_password (tenant_id, user_id, hash, changed_at, must_change) VALUES ($1, $2, $3, $4, $5) \
               ON CONFLICT (tenant_id, user_id) DO UPDATE SET hash = excluded.hash, changed_at = excluded.changed_at, \
               must_change = excluded.must_change";
    scope.execute(sql, params![user, hash, now, must_change]).await?;
    Ok(())
}

pub async fn assign_role(
    scope: &mut TenantScope<'_>,
    user: UserId,
    role: Role,
    assigned_by: &str,
    now: Timestamp,
) -> Result<bool, Error> {
    let sql = "INSERT INTO role_assignment (tenant_id, user_id, role_template_id, assigned_at, assigned_by) \
               VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING";
    Ok(scope.execute(sql, params![user, role.template_id(), now, assigned_by]).await? > 0)
}
