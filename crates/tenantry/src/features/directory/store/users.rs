//! People with all their properties, and the rows that they are found by.

use model::ids::UserId;
use model::properties::Properties;

use super::people::COLUMNS;
use crate::db::{DbError, FromRow, Row, Single, TenantScope};
use crate::error::Error;
use crate::features::directory::ops::directory_user::DirectoryUser;
use crate::features::directory::ops::lookup::Person;
use crate::features::directory::resource::rows;
use crate::graph::query::{ObjectQuery, sort_key};
use crate::params;

const PROPERTIES: &str = "properties, user_type, version, (SELECT changed_at FROM user_password \
    WHERE user_password.tenant_id = users.tenant_id AND user_password.user_id = users.id) AS password_changed_at";

impl FromRow for DirectoryUser {
    fn from_row(row: &Row) -> Result<Self, DbError> {
        let properties: String = row.get("properties")?;
        Ok(Self {
            person: Person::from_row(row)?,
            properties: serde_json::from_str(&properties)
                .map_err(|error| DbError::Shape(error.to_string()))?,
            user_type: row.get("user_type")?,
            version: row.get("version")?,
            password_changed_at: row.get("password_changed_at")?,
        })
    }
}

struct Keyed(DirectoryUser, String);

impl FromRow for Keyed {
    fn from_row(row: &Row) -> Result<Self, DbError> {
        Ok(Self(DirectoryUser::from_row(row)?, sort_key(row)?))
    }
}

pub async fn directory_user(
    scope: &mut TenantScope<'_>,
    user: UserId,
) -> Result<Option<DirectoryUser>, Error> {
    let sql = format!("SELECT {COLUMNS}, {PROPERTIES} FROM users WHERE tenant_id = $1 AND id = $2");
    Ok(scope.optional(&sql, params![user]).await?)
}

pub async fn count_found(scope: &mut TenantScope<'_>, query: &ObjectQuery) -> Result<i64, Error> {
    let (sql, params) = query.counting("users");
    let Single(count) = scope.one(&sql, &params).await?;
    Ok(count)
}

/// One row more than the page holds, from where the query starts.
pub async fn query(
    scope: &mut TenantScope<'_>,
    query: &ObjectQuery,
) -> Result<Vec<(DirectoryUser, String)>, Error> {
    let (sql, params) = query.reading(&format!("{COLUMNS}, {PROPERTIES}"), "users");
    let rows: Vec<Keyed> = scope.all(&sql, &params).await?;
    Ok(rows.into_iter().map(|Keyed(user, key)| (user, key)).collect())
}

pub async fn write_properties(
    scope: &mut TenantScope<'_>,
    user: UserId,
    properties: &Properties,
) -> Result<(), Error> {
    let text = serde_json::to_string(properties).map_err(Error::internal)?;
    let sql = "UPDATE users SET properties = $3 WHERE tenant_id = $1 AND id = $2";
    scope.execute(sql, params![user, text]).await?;
    Ok(())
}

/// Writes what a person is found by anew, and counts the change.
pub async fn index(scope: &mut TenantScope<'_>, id: UserId) -> Result<(), Error> {
    let Some(found) = directory_user(scope, id).await? else { return Ok(()) };
    let sql = "UPDATE users SET version = version + 1 WHERE tenant_id = $1 AND id = $2";
    scope.execute(sql, params![id]).await?;
    rows(&found).write(scope, id.0).await?;
    Ok(())
}

/// People of whom the index knows nothing: whoever stands in it has a name there.
pub async fn unindexed(scope: &mut TenantScope<'_>, limit: usize) -> Result<Vec<UserId>, Error> {
    let sql = format!(
        "SELECT id FROM users WHERE tenant_id = $1 AND NOT EXISTS (SELECT 1 FROM directory_index \
         WHERE directory_index.tenant_id = $1 AND directory_index.object_id = users.id) LIMIT {limit}"
    );
    let rows: Vec<Single<UserId>> = scope.all(&sql, params![]).await?;
    Ok(rows.into_iter().map(|Single(id)| id).collect())
}
