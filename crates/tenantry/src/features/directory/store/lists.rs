//! Many people at once.

use model::directory::search_words;
use uuid::Uuid;

use super::people::COLUMNS;
use crate::db::{DbError, FromRow, Row, Single, TenantScope, Value};
use crate::error::Error;
use crate::features::directory::ops::list::{Filter, ListQuery, Sort};
use crate::features::directory::ops::lookup::Person;
use crate::graph::filter::Condition;
use crate::params;

/// A person with the key that the list is sorted by.
struct Keyed(Person, String);

impl FromRow for Keyed {
    fn from_row(row: &Row) -> Result<Self, DbError> {
        Ok(Self(Person::from_row(row)?, row.get("sort_key")?))
    }
}

/// Words of a query that are looked for.
const WORDS: usize = 4;

/// The rows after, or before, where the query starts, nearest first.
pub async fn list(
    scope: &mut TenantScope<'_>,
    query: &ListQuery,
    limit: usize,
) -> Result<Vec<(Person, String)>, Error> {
    let mut params: Vec<Value> = Vec::new();
    let key = match query.sort {
        Sort::Name => "lower(display_name)",
        Sort::UserName => "user_name",
        Sort::Created => "''",
    };
    let shown = match query.filter {
        Filter::Everyone => "deleted_at IS NULL",
        Filter::Enabled => "deleted_at IS NULL AND account_enabled = TRUE",
        Filter::Disabled => "deleted_at IS NULL AND account_enabled = FALSE",
        Filter::WithRoles => {
            "deleted_at IS NULL AND id IN (SELECT user_id FROM role_assignment WHERE tenant_id = $1 UNION ALL \
             SELECT l.target_id FROM object_role_assignment a JOIN directory_object o ON o.tenant_id = a.tenant_id \
             AND o.id = a.object_id AND o.deleted_at IS NULL JOIN directory_link l ON l.tenant_id = a.tenant_id \
             AND l.source_id = a.object_id AND l.relation = 'member' WHERE a.tenant_id = $1 AND a.object_kind = 'group')"
        }
        Filter::Deleted => "deleted_at IS NOT NULL",
    };
    let mut sql = format!("SELECT {COLUMNS}, {key} AS sort_key FROM users WHERE tenant_id = $1 AND {shown}");
    for word in search_words(&query.search).into_iter().take(WORDS) {
        let first = params.len() + 2;
        sql.push_str(&format!(
            " AND id IN (SELECT object_id FROM directory_index WHERE tenant_id = $1 AND property = 'user#word' \
             AND value >= ${first} AND value < ${})",
            first + 1
        ));
        let mut end = word.clone().into_bytes();
        // 0xFF stands in no UTF-8 text, so it is above every word that begins so.
        end.push(0xFF);
        params.push(word.into_bytes().into());
        params.push(end.into());
    }
    let backward = query.from.as_ref().is_some_and(|from| from.backward);
    let (sign, order) = if query.descending == backward { (">", "ASC") } else { ("<", "DESC") };
    let by_id = query.sort == Sort::Created;
    if let Some(from) = &query.from {
        let first = params.len() + 2;
        if by_id {
            sql.push_str(&format!(" AND id {sign} ${first}"));
        } else {
            sql.push_str(&format!(" AND ({key}, id) {sign} (${first}, ${})", first + 1));
            params.push(from.key.as_str().into());
        }
        params.push(from.id.into());
    }
    let keys = if by_id { format!("id {order}") } else { format!("{key} {order}, id {order}") };
    sql.push_str(&format!(" ORDER BY {keys} LIMIT {limit}"));
    let rows: Vec<Keyed> = scope.all(&sql, &params).await?;
    Ok(rows.into_iter().map(|Keyed(person, key)| (person, key)).collect())
}

pub async fn count(scope: &mut TenantScope<'_>) -> Result<i64, Error> {
    let sql = "SELECT count(*) FROM users WHERE tenant_id = $1 AND deleted_at IS NULL";
    let Single(count) = scope.one(sql, params![]).await?;
    Ok(count)
}

pub async fn is_verified_domain(scope: &mut TenantScope<'_>, domain: &str) -> Result<bool, Error> {
    let sql = "SELECT count(*) FROM domain WHERE tenant_id = $1 AND name = $2 AND verified_at IS NOT NULL";
    let Single(count): Single<i64> = scope.one(sql, params![domain]).await?;
    Ok(count > 0)
}

pub async fn verified_domains(scope: &mut TenantScope<'_>) -> Result<Vec<String>, Error> {
    let sql = "SELECT name FROM domain WHERE tenant_id = $1 AND verified_at IS NOT NULL ORDER BY is_primary DESC, name";
    let rows: Vec<Single<String>> = scope.all(sql, params![]).await?;
    Ok(rows.into_iter().map(|Single(name)| name).collect())
}

/// Narrows a list to the one whom a person reports to.
pub fn the_manager_of(condition: &mut Condition, user: Uuid) {
    let user = condition.bind(user);
    condition.and(&format!("id = (SELECT manager_id FROM users WHERE tenant_id = $1 AND id = {user})"));
}

/// Narrows a list to the people who report to somebody directly.
pub fn reports_of(condition: &mut Condition, manager: Uuid) {
    let manager = condition.bind(manager);
    condition.and(&format!("manager_id = {manager}"));
}

/// Narrows a list to the people who sign in under a domain name.
pub fn of_domain(condition: &mut Condition, domain: &str) {
    let domain = condition.bind(domain);
    condition.and(&format!("domain_name = {domain}"));
}
