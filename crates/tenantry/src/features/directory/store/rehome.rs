//! People by their domain name; of `session`, `access_token`, `password_reset` and `invitation` what ends with it, or with
//! a contact address.

use jiff::Timestamp;
use model::ids::UserId;

use super::people::COLUMNS;
use crate::db::{TenantScope, Value};
use crate::error::Error;
use crate::features::directory::ops::lookup::Person;
use crate::params;

/// People whose ways in are closed.
#[derive(Clone, Copy)]
pub enum Whose<'a> {
    Person(UserId),
    /// Deleted or not.
    Under(&'a str),
    DeletedUnder(&'a str),
}

impl Whose<'_> {
    fn condition(self) -> (&'static str, Value) {
        match self {
            Self::Person(user) => ("$2", user.into()),
            Self::Under(domain) => {
                ("SELECT id FROM users WHERE tenant_id = $1 AND domain_name = $2", domain.into())
            }
            Self::DeletedUnder(domain) => (
                "SELECT id FROM users WHERE tenant_id = $1 AND domain_name = $2 AND deleted_at IS NOT NULL",
                domain.into(),
            ),
        }
    }
}

/// Ends sessions, tokens of the API, and codes to set a new password.
pub async fn end_all(scope: &mut TenantScope<'_>, whose: Whose<'_>, now: Timestamp) -> Result<(), Error> {
    let (whose, value) = whose.condition();
    for (table, ended) in
        [("session", "revoked_at"), ("access_token", "revoked_at"), ("password_reset", "used_at")]
    {
        let sql = format!(
            "UPDATE {table} SET {ended} = $3 WHERE tenant_id = $1 AND user_id IN ({whose}) AND {ended} IS NULL"
        );
        scope.execute(&sql, &[value.clone(), now.into()]).await?;
    }
    Ok(())
}

/// Ends codes to set a new password, and invitations, of a person: they went to an address that was theirs.
pub async fn end_mailed(scope: &mut TenantScope<'_>, user: UserId, now: Timestamp) -> Result<(), Error> {
    for sql in [
        "UPDATE password_reset SET used_at = $3 WHERE tenant_id = $1 AND user_id = $2 AND used_at IS NULL",
        "UPDATE invitation SET revoked_at = $3 WHERE tenant_id = $1 AND user_id = $2 AND consumed_at IS NULL \
         AND revoked_at IS NULL",
    ] {
        scope.execute(sql, params![user, now]).await?;
    }
    Ok(())
}

pub async fn people_under(
    scope: &mut TenantScope<'_>,
    domain: &str,
    limit: usize,
) -> Result<Vec<Person>, Error> {
    let sql = format!(
        "SELECT {COLUMNS} FROM users WHERE tenant_id = $1 AND domain_name = $2 AND deleted_at IS NULL \
         ORDER BY id LIMIT {limit}"
    );
    Ok(scope.all(&sql, params![domain]).await?)
}

/// Living people under one domain name whose user name somebody has under the other.
pub async fn collisions(scope: &mut TenantScope<'_>, from: &str, to: &str) -> Result<Vec<Person>, Error> {
    let sql = format!(
        "SELECT {COLUMNS} FROM users WHERE tenant_id = $1 AND domain_name = $2 AND deleted_at IS NULL AND user_name IN \
         (SELECT other.user_name FROM users other WHERE other.tenant_id = $1 AND other.domain_name = $3 \
         AND other.deleted_at IS NULL) ORDER BY id"
    );
    Ok(scope.all(&sql, params![from, to]).await?)
}

pub async fn move_all(scope: &mut TenantScope<'_>, from: &str, to: &str) -> Result<(), Error> {
    let sql = "UPDATE users SET domain_name = $3 WHERE tenant_id = $1 AND domain_name = $2";
    scope.execute(sql, params![from, to]).await?;
    Ok(())
}

pub async fn move_deleted(scope: &mut TenantScope<'_>, from: &str, to: &str) -> Result<(), Error> {
    let sql = "UPDATE users SET domain_name = $3 WHERE tenant_id = $1 AND domain_name = $2 AND deleted_at IS NOT NULL";
    scope.execute(sql, params![from, to]).await?;
    Ok(())
}

/// The contact address stands at a domain name or below it, as `$2` and `$3` say. The canonical form has the name in
/// ASCII, however the address was typed.
const AT: &str = "(contact_email_canonical LIKE $2 OR contact_email_canonical LIKE $3)";

fn at(domain: &str) -> [String; 2] {
    [format!("%@{domain}"), format!("%.{domain}")]
}

/// The canonical form stays until [`forgotten`] is done with the person.
pub async fn forget_contacts_at(
    scope: &mut TenantScope<'_>,
    domain: &str,
    now: Timestamp,
) -> Result<u64, Error> {
    let [name, below] = at(domain);
    let sql = format!(
        "UPDATE password_reset SET used_at = $4 WHERE tenant_id = $1 AND used_at IS NULL \
         AND user_id IN (SELECT id FROM users WHERE tenant_id = $1 AND {AT})"
    );
    scope.execute(&sql, params![&name, &below, now]).await?;
    let sql = format!("UPDATE users SET contact_email = NULL WHERE tenant_id = $1 AND {AT}");
    Ok(scope.execute(&sql, params![&name, &below]).await?)
}

/// People whose contact address was forgotten, and whom the index still finds by it.
pub async fn still_found_at(
    scope: &mut TenantScope<'_>,
    domain: &str,
    limit: usize,
) -> Result<Vec<Person>, Error> {
    let [name, below] = at(domain);
    let sql = format!(
        "SELECT {COLUMNS} FROM users WHERE tenant_id = $1 AND contact_email IS NULL AND {AT} LIMIT {limit}"
    );
    Ok(scope.all(&sql, params![&name, &below]).await?)
}

pub async fn forgotten(scope: &mut TenantScope<'_>, user: UserId) -> Result<(), Error> {
    let sql = "UPDATE users SET contact_email_canonical = NULL WHERE tenant_id = $1 AND id = $2";
    scope.execute(sql, params![user]).await?;
    Ok(())
}
