//! People with all their properties, and the rows that they are found by.

use std::collections::BTreeSet;

use model::directory::search_words;
use model::ids::{TenantId, UserId};
use model::properties::Properties;

use super::people::COLUMNS;
use crate::db::{DbError, FromRow, Row, Scope, Single, TenantScope, Value};
use crate::error::Error;
use crate::features::directory::ops::directory_user::{DirectoryUser, Order, UserQuery};
use crate::features::directory::ops::lookup::Person;
use crate::graph::filter::{folded, folded_backwards};
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
        Ok(Self(DirectoryUser::from_row(row)?, row.get("sort_key")?))
    }
}

pub async fn directory_user(
    scope: &mut TenantScope<'_>,
    user: UserId,
) -> Result<Option<DirectoryUser>, Error> {
    let sql = format!("SELECT {COLUMNS}, {PROPERTIES} FROM users WHERE tenant_id = $1 AND id = $2");
    Ok(scope.optional(&sql, params![user]).await?)
}

fn shown(query: &UserQuery) -> String {
    let deleted = if query.deleted { "deleted_at IS NOT NULL" } else { "deleted_at IS NULL" };
    if query.condition.sql.is_empty() {
        deleted.into()
    } else {
        format!("{deleted} AND {}", query.condition.sql)
    }
}

pub async fn count_found(scope: &mut TenantScope<'_>, query: &UserQuery) -> Result<i64, Error> {
    let sql = format!("SELECT count(*) FROM users WHERE tenant_id = $1 AND {}", shown(query));
    let Single(count) = scope.one(&sql, &query.condition.params).await?;
    Ok(count)
}

/// One row more than the page holds, from where the query starts.
pub async fn query(
    scope: &mut TenantScope<'_>,
    query: &UserQuery,
) -> Result<Vec<(DirectoryUser, String)>, Error> {
    let key = match query.order {
        Order::Id => "''",
        Order::DisplayName => "lower(display_name)",
        Order::UserPrincipalName => "user_name",
        Order::CreatedDateTime => "created_at",
    };
    let (sign, order) = if query.descending { ("<", "DESC") } else { (">", "ASC") };
    let mut params: Vec<Value> = query.condition.params.clone();
    let mut sql = format!(
        "SELECT {COLUMNS}, {PROPERTIES}, CAST({key} AS text) AS sort_key FROM users WHERE tenant_id = $1 AND {}",
        shown(query)
    );
    if let Some(from) = &query.from {
        let first = params.len() + 2;
        match query.order {
            Order::Id => sql.push_str(&format!(" AND id {sign} ${first}")),
            Order::CreatedDateTime => {
                sql.push_str(&format!(" AND (created_at, id) {sign} (${first}, ${})", first + 1));
                params.push(Value::Int(from.key.parse().unwrap_or_default()));
            }
            Order::DisplayName | Order::UserPrincipalName => {
                sql.push_str(&format!(" AND ({key}, id) {sign} (${first}, ${})", first + 1));
                params.push(from.key.as_str().into());
            }
        }
        params.push(from.id.into());
    }
    let keys =
        if query.order == Order::Id { format!("id {order}") } else { format!("{key} {order}, id {order}") };
    sql.push_str(&format!(" ORDER BY {keys} LIMIT {}", query.limit + 1));
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
    let sql = "DELETE FROM directory_index WHERE tenant_id = $1 AND object_id = $2";
    scope.execute(sql, params![id]).await?;
    let rows = rows(&found);
    for chunk in rows.iter().collect::<Vec<_>>().chunks(50) {
        let mut params: Vec<Value> = vec![id.into()];
        let mut places = Vec::with_capacity(chunk.len());
        for (property, value) in chunk {
            let first = params.len() + 2;
            places.push(format!("($1, ${first}, ${}, $2)", first + 1));
            params.push(property.as_str().into());
            params.push(value.as_slice().into());
        }
        let sql = format!(
            "INSERT INTO directory_index (tenant_id, property, value, object_id) VALUES {}",
            places.join(", ")
        );
        scope.execute(&sql, &params).await?;
    }
    Ok(())
}

/// Tenants in the order of their ids.
pub async fn tenants_after(
    scope: &mut Scope,
    after: Option<TenantId>,
    limit: i64,
) -> Result<Vec<TenantId>, Error> {
    let sql = "SELECT id FROM tenant WHERE id > $1 ORDER BY id LIMIT $2";
    let after = after.unwrap_or(TenantId(uuid::Uuid::nil()));
    let rows: Vec<Single<TenantId>> = scope.all(sql, params![after, limit]).await?;
    Ok(rows.into_iter().map(|Single(id)| id).collect())
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

fn rows(found: &DirectoryUser) -> BTreeSet<(String, Vec<u8>)> {
    let person = &found.person;
    let name = person.sign_in_name();
    let mail = person.contact.as_ref().map(|contact| contact.address.as_str());
    let mut texts: Vec<(&str, &str)> =
        found.properties.texts.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    texts.extend([("displayName", person.display_name.as_str()), ("userPrincipalName", &name)]);
    texts.push(("userType", &found.user_type));
    texts.extend(person.given_name.as_deref().map(|text| ("givenName", text)));
    texts.extend(person.surname.as_deref().map(|text| ("surname", text)));
    texts.extend(mail.map(|text| ("mail", text)));
    texts.extend(found.properties.business_phones.iter().map(|text| ("businessPhones", text.as_str())));
    texts.extend(found.properties.other_mails.iter().map(|text| ("otherMails", text.as_str())));
    let mut rows = BTreeSet::new();
    for (property, text) in texts {
        if matches!(property, "mail" | "userPrincipalName" | "otherMails") {
            rows.insert((format!("user.{property}~"), folded_backwards(text)));
        }
        rows.insert((format!("user.{property}"), folded(text)));
    }
    let words = [person.display_name.as_str(), &name, mail.unwrap_or_default()];
    let words = words.into_iter().flat_map(search_words);
    rows.extend(words.map(|word| ("user#word".to_owned(), word.into_bytes())));
    rows
}
