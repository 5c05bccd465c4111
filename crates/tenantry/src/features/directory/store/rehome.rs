//! People by their domain name; of `session`, `access_token` and `password_reset` what ends with it.

use jiff::Timestamp;
use model::ids::UserId;

use super::people::COLUMNS;
use crate::db::{TenantScope, Value};
use crate::error::Error;
use crate::features::directory::ops::lookup::Person;
use crate::features::directory::resource::USERS;
use crate::graph::filter::folded_backwards;
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

/// The ids of those whom the index finds by a contact address at a domain name or below it, as a condition with two
/// parameters from `$2` on for either.
fn found_at(domain: &str) -> (String, Vec<Value>) {
    let key = format!("{}~", USERS.key("mail"));
    let mut sql = Vec::new();
    let mut params: Vec<Value> = vec![key.into()];
    for before in ['@', '.'] {
        let first = folded_backwards(&format!("{before}{domain}"));
        let mut behind = first.clone();
        if let Some(last) = behind.last_mut() {
            *last += 1;
        }
        sql.push(format!("(value >= ${} AND value < ${})", params.len() + 2, params.len() + 3));
        params.push(first.as_slice().into());
        params.push(behind.as_slice().into());
    }
    let sql = format!(
        "SELECT object_id FROM directory_index WHERE tenant_id = $1 AND property = $2 AND ({})",
        sql.join(" OR ")
    );
    (sql, params)
}

pub async fn forget_contacts_at(
    scope: &mut TenantScope<'_>,
    domain: &str,
    now: Timestamp,
) -> Result<u64, Error> {
    let (found, mut params) = found_at(domain);
    let sql = format!(
        "UPDATE users SET contact_email = NULL, contact_email_canonical = NULL WHERE tenant_id = $1 AND id IN ({found})"
    );
    let forgotten = scope.execute(&sql, &params).await?;
    let sql = format!(
        "UPDATE password_reset SET used_at = ${} WHERE tenant_id = $1 AND used_at IS NULL AND user_id IN ({found})",
        params.len() + 2
    );
    params.push(now.into());
    scope.execute(&sql, &params).await?;
    Ok(forgotten)
}

/// People without a contact address whom the index still finds by one.
pub async fn still_found_at(
    scope: &mut TenantScope<'_>,
    domain: &str,
    limit: usize,
) -> Result<Vec<Person>, Error> {
    let (found, params) = found_at(domain);
    let sql = format!(
        "SELECT {COLUMNS} FROM users WHERE tenant_id = $1 AND contact_email IS NULL AND id IN ({found}) \
         ORDER BY id LIMIT {limit}"
    );
    Ok(scope.all(&sql, &params).await?)
}
