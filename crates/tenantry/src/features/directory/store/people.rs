//! One person.

use jiff::Timestamp;
use model::ids::UserId;

use crate::db::{DbError, FromRow, Row, Single, TenantScope, Value};
use crate::error::Error;
use crate::features::directory::ops::create::{ContactEmail, NewUser, SignInName};
use crate::features::directory::ops::lookup::{Person, SignInAccount};
use crate::features::directory::ops::sessions::OpenSession;
use crate::features::directory::ops::update::Profile;
use crate::params;

pub(super) const COLUMNS: &str = "id, user_name, domain_name, display_name, given_name, surname, contact_email, \
    contact_email_canonical, account_enabled, created_at, created_by, deleted_at, \
    coalesce((SELECT l.at FROM last_sign_in l WHERE l.tenant_id = users.tenant_id AND l.user_id = users.id \
    AND (users.last_sign_in_at IS NULL OR users.last_sign_in_at < l.at)), last_sign_in_at) AS last_sign_in_at";

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

impl FromRow for Person {
    fn from_row(row: &Row) -> Result<Self, DbError> {
        let address: Option<String> = row.get("contact_email")?;
        let canonical: Option<String> = row.get("contact_email_canonical")?;
        Ok(Self {
            id: row.get("id")?,
            user_name: row.get("user_name")?,
            domain_name: row.get("domain_name")?,
            display_name: row.get("display_name")?,
            given_name: row.get("given_name")?,
            surname: row.get("surname")?,
            contact: address.zip(canonical).map(|(address, canonical)| ContactEmail { address, canonical }),
            account_enabled: row.get("account_enabled")?,
            created_at: row.get("created_at")?,
            created_by: row.get("created_by")?,
            last_sign_in_at: row.get("last_sign_in_at")?,
            deleted_at: row.get("deleted_at")?,
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
    named(scope.execute(sql, params).await, name)
}

/// A name that was taken between the look and the write is refused like one that was taken before.
fn named(result: Result<u64, DbError>, name: &SignInName) -> Result<(), Error> {
    match result {
        Err(DbError::Unique) => Err(name.taken().into()),
        other => Ok(other.map(drop)?),
    }
}

pub async fn rename(scope: &mut TenantScope<'_>, user: UserId, name: &SignInName) -> Result<(), Error> {
    let sql = "UPDATE users SET user_name = $3, domain_name = $4 WHERE tenant_id = $1 AND id = $2";
    named(scope.execute(sql, params![user, &name.user, &name.domain]).await, name)
}

pub async fn update(scope: &mut TenantScope<'_>, user: UserId, profile: &Profile) -> Result<(), Error> {
    let sql = "UPDATE users SET display_name = $3, given_name = $4, surname = $5, contact_email = $6, \
               contact_email_canonical = $7 WHERE tenant_id = $1 AND id = $2";
    let contact = profile.contact.as_ref();
    let params = params![
        user,
        &profile.display_name,
        profile.given_name.as_ref(),
        profile.surname.as_ref(),
        contact.map(|email| &email.address),
        contact.map(|email| &email.canonical),
    ];
    scope.execute(sql, params).await?;
    Ok(())
}

pub async fn set_enabled(scope: &mut TenantScope<'_>, user: UserId, enabled: bool) -> Result<(), Error> {
    let sql = "UPDATE users SET account_enabled = $3 WHERE tenant_id = $1 AND id = $2";
    scope.execute(sql, params![user, enabled]).await?;
    Ok(())
}

pub async fn set_deleted(
    scope: &mut TenantScope<'_>,
    user: UserId,
    deleted_at: Option<Timestamp>,
) -> Result<(), Error> {
    let sql = "UPDATE users SET deleted_at = $3 WHERE tenant_id = $1 AND id = $2";
    scope.execute(sql, params![user, deleted_at]).await?;
    Ok(())
}

pub async fn person(scope: &mut TenantScope<'_>, user: UserId) -> Result<Option<Person>, Error> {
    let sql = format!("SELECT {COLUMNS} FROM users WHERE tenant_id = $1 AND id = $2");
    Ok(scope.optional(&sql, params![user]).await?)
}

pub async fn holder_of(scope: &mut TenantScope<'_>, name: &SignInName) -> Result<Option<UserId>, Error> {
    let sql = "SELECT id FROM users WHERE tenant_id = $1 AND domain_name = $2 AND user_name = $3 AND deleted_at IS NULL";
    let found: Option<Single<UserId>> = scope.optional(sql, params![&name.domain, &name.user]).await?;
    Ok(found.map(|Single(id)| id))
}

pub async fn with_contact(scope: &mut TenantScope<'_>, canonical: &str) -> Result<Option<Person>, Error> {
    let sql = format!(
        "SELECT {COLUMNS} FROM users WHERE tenant_id = $1 AND contact_email_canonical = $2 \
         AND contact_email IS NOT NULL AND deleted_at IS NULL LIMIT 1"
    );
    Ok(scope.optional(&sql, params![canonical]).await?)
}

/// Those of the user names that somebody has at a domain name.
pub async fn taken(scope: &mut TenantScope<'_>, domain: &str, users: &[&str]) -> Result<Vec<String>, Error> {
    let places: Vec<String> = (0..users.len()).map(|index| format!("${}", index + 3)).collect();
    let sql = format!(
        "SELECT user_name FROM users WHERE tenant_id = $1 AND domain_name = $2 AND user_name IN ({}) \
         AND deleted_at IS NULL",
        places.join(", ")
    );
    let params: Vec<Value> = std::iter::once(domain).chain(users.iter().copied()).map(Value::from).collect();
    let rows: Vec<Single<String>> = scope.all(&sql, &params).await?;
    Ok(rows.into_iter().map(|Single(name)| name).collect())
}

pub async fn set_user_type(scope: &mut TenantScope<'_>, user: UserId, kind: &str) -> Result<(), Error> {
    let sql = "UPDATE users SET user_type = $3 WHERE tenant_id = $1 AND id = $2";
    scope.execute(sql, params![user, kind]).await?;
    Ok(())
}

pub async fn find_for_sign_in(
    scope: &mut TenantScope<'_>,
    name: &SignInName,
) -> Result<Option<SignInAccount>, Error> {
    let sql = "SELECT id, display_name, user_name, domain_name, account_enabled, contact_email FROM users \
               WHERE tenant_id = $1 AND domain_name = $2 AND user_name = $3 AND deleted_at IS NULL";
    Ok(scope.optional(sql, params![&name.domain, &name.user]).await?)
}

pub async fn must_change_password(scope: &mut TenantScope<'_>, user: UserId) -> Result<Option<bool>, Error> {
    let sql = "SELECT must_change FROM user_password WHERE tenant_id = $1 AND user_id = $2";
    let found: Option<Single<bool>> = scope.optional(sql, params![user]).await?;
    Ok(found.map(|Single(must_change)| must_change))
}

pub async fn live_sessions(scope: &mut TenantScope<'_>, user: UserId, now: Timestamp) -> Result<i64, Error> {
    let sql = "SELECT count(*) FROM session WHERE tenant_id = $1 AND user_id = $2 AND revoked_at IS NULL AND expires_at > $3";
    let Single(count) = scope.one(sql, params![user, now]).await?;
    Ok(count)
}

impl FromRow for OpenSession {
    fn from_row(row: &Row) -> Result<Self, DbError> {
        Ok(Self {
            id: row.get("id")?,
            created_at: row.get("created_at")?,
            last_seen_at: row.get("last_seen_at")?,
            expires_at: row.get("expires_at")?,
            ip: row.get("ip")?,
            user_agent: row.get("user_agent")?,
            name: row.get("name")?,
        })
    }
}

pub async fn open_sessions(
    scope: &mut TenantScope<'_>,
    user: UserId,
    now: Timestamp,
    limit: usize,
) -> Result<Vec<OpenSession>, Error> {
    let sql = format!(
        "SELECT id, created_at, last_seen_at, expires_at, ip, user_agent, name FROM session WHERE tenant_id = $1 \
         AND user_id = $2 AND revoked_at IS NULL AND expires_at > $3 ORDER BY created_at DESC, id LIMIT {limit}"
    );
    Ok(scope.all(&sql, params![user, now]).await?)
}

pub async fn manager_of(scope: &mut TenantScope<'_>, user: UserId) -> Result<Option<UserId>, Error> {
    let sql = "SELECT manager_id FROM users WHERE tenant_id = $1 AND id = $2";
    let found: Option<Single<Option<UserId>>> = scope.optional(sql, params![user]).await?;
    Ok(found.and_then(|Single(manager)| manager))
}

pub async fn set_manager(
    scope: &mut TenantScope<'_>,
    user: UserId,
    manager: Option<UserId>,
) -> Result<(), Error> {
    let sql = "UPDATE users SET manager_id = $3 WHERE tenant_id = $1 AND id = $2";
    scope.execute(sql, params![user, manager]).await?;
    Ok(())
}

/// Removes a person with all that belongs to them, by the cascades of their tables; the log keeps what they did.
pub async fn remove(scope: &mut TenantScope<'_>, user: UserId) -> Result<(), Error> {
    scope
        .execute("DELETE FROM directory_index WHERE tenant_id = $1 AND object_id = $2", params![user])
        .await?;
    scope
        .execute("UPDATE users SET manager_id = NULL WHERE tenant_id = $1 AND manager_id = $2", params![user])
        .await?;
    scope.execute("DELETE FROM users WHERE tenant_id = $1 AND id = $2", params![user]).await?;
    Ok(())
}
