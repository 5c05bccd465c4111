//! The table `sign_in`.

use jiff::Timestamp;
use model::ids::UserId;
use uuid::Uuid;

use super::kept;
use super::narrowed::Narrowed;
use crate::db::{DbError, FromRow, Position, Row, Single, TenantScope};
use crate::error::Error;
use crate::features::audit::ops::sign_ins::SignInFilter;
use crate::params;

/// One sign-in, done or refused.
#[derive(Clone, Debug)]
pub struct SignIn {
    pub id: Uuid,
    pub at: Timestamp,
    pub user: UserId,
    /// As it was then, in lower case.
    pub user_name: String,
    pub display_name: String,
    pub application: Uuid,
    pub application_name: String,
    pub ip: String,
    pub user_agent: String,
    /// The name of a [`model::audit::SignInResult`].
    pub result: String,
    pub second_factor: bool,
    /// Whether the person had signed in from this browser before.
    pub familiar: bool,
    pub correlation: Option<Uuid>,
}

fn text(row: &Row, column: &str) -> Result<String, DbError> {
    let bytes: Vec<u8> = row.get(column)?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

impl FromRow for SignIn {
    fn from_row(row: &Row) -> Result<Self, DbError> {
        Ok(Self {
            id: row.get("id")?,
            at: row.get("at")?,
            user: row.get("user_id")?,
            user_name: text(row, "user_name")?,
            display_name: row.get("display_name")?,
            application: row.get("application_id")?,
            application_name: row.get("application_name")?,
            ip: text(row, "ip")?,
            user_agent: row.get("user_agent")?,
            result: row.get("result")?,
            second_factor: row.get("second_factor")?,
            familiar: row.get("familiar")?,
            correlation: row.get("correlation_id")?,
        })
    }
}

const COLUMNS: &str = "id, at, user_id, user_name, display_name, application_id, application_name, ip, user_agent, \
    result, second_factor, familiar, correlation_id";

pub async fn insert(scope: &mut TenantScope<'_>, new: &SignIn) -> Result<(), Error> {
    let sql = "INSERT INTO sign_in (tenant_id, id, at, user_id, user_name, display_name, application_id, \
               application_name, ip, user_agent, result, second_factor, familiar, correlation_id) \
               VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14) \
               ON CONFLICT (tenant_id, id) DO NOTHING";
    let user_name = new.user_name.to_lowercase().into_bytes();
    let params = params![
        new.id,
        new.at,
        new.user,
        user_name,
        kept(&new.display_name),
        new.application,
        kept(&new.application_name),
        new.ip.as_bytes(),
        kept(&new.user_agent),
        &new.result,
        new.second_factor,
        new.familiar,
        new.correlation,
    ];
    scope.execute(sql, params).await?;
    Ok(())
}

fn narrowed(filter: &SignInFilter) -> Narrowed {
    let mut narrowed = Narrowed::default();
    if let Some(since) = filter.since {
        narrowed.since(since);
    }
    if let Some(until) = filter.until {
        narrowed.until(until);
    }
    match filter.succeeded {
        Some(true) => narrowed.and("result = 'success'"),
        Some(false) => narrowed.and("result <> 'success'"),
        None => {}
    }
    for (column, value) in [
        ("id =", filter.id),
        ("application_id =", filter.application),
        ("correlation_id =", filter.correlation),
    ] {
        if let Some(value) = value {
            narrowed.compare(column, value);
        }
    }
    if let Some(user) = filter.user {
        narrowed.compare("user_id =", user);
    }
    if let Some(name) = &filter.user_name {
        narrowed.compare("user_name =", name.to_lowercase().into_bytes());
    }
    if let Some(beginning) = &filter.user_name_begins {
        narrowed.begins("user_name", &beginning.to_lowercase());
    }
    if let Some(ip) = &filter.ip {
        narrowed.compare("ip =", ip.as_bytes());
    }
    if let Some(beginning) = &filter.ip_begins {
        narrowed.begins("ip", beginning);
    }
    if let Some(result) = filter.result {
        narrowed.compare("result =", result.as_str());
    }
    if filter.nothing {
        narrowed.and("1 = 0");
    }
    narrowed
}

pub async fn list(
    scope: &mut TenantScope<'_>,
    filter: &SignInFilter,
    from: Option<&Position>,
    limit: usize,
) -> Result<Vec<SignIn>, Error> {
    let (sql, params) = narrowed(filter).page(("sign_in", COLUMNS), from, filter.oldest_first, limit);
    Ok(scope.all(&sql, &params).await?)
}

pub async fn count(scope: &mut TenantScope<'_>, filter: &SignInFilter) -> Result<i64, Error> {
    let (sql, params) = narrowed(filter).count("sign_in");
    let Single(count) = scope.one(&sql, &params).await?;
    Ok(count)
}
