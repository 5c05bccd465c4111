//! Many people at once.

use model::directory::search_words;
use model::ids::UserId;
use model::roles::Role;
use uuid::Uuid;

use crate::db::{DbError, Row, Single, TenantScope, Value};
use crate::error::Error;
use crate::features::directory::ops::list::{Filter, ListQuery, Sort};
use crate::features::directory::resource::USERS;
use crate::graph::filter::{Condition, folded};
use crate::graph::query::{ObjectQuery, Order};
use crate::params;

/// Words of a query that are looked for.
const WORDS: usize = 4;

/// What a page of the list asks.
pub fn listing(query: &ListQuery, limit: usize) -> ObjectQuery {
    let mut condition = Condition::default();
    match query.filter {
        Filter::Everyone | Filter::Deleted => {}
        Filter::Enabled => condition.and("account_enabled = TRUE"),
        Filter::Disabled => condition.and("account_enabled = FALSE"),
        Filter::WithRoles => {
            condition.and("id IN (SELECT user_id FROM role_assignment WHERE tenant_id = $1)")
        }
    }
    for word in search_words(&query.search).into_iter().take(WORDS) {
        let mut end = word.clone().into_bytes();
        // 0xFF stands in no UTF-8 text, so it is above every word that begins so.
        end.push(0xFF);
        let (from, until) = (condition.bind(word.into_bytes()), condition.bind(end));
        condition.and(&format!(
            "id IN (SELECT object_id FROM directory_index WHERE tenant_id = $1 AND property = 'user#word' \
             AND value >= {from} AND value < {until})"
        ));
    }
    if let Some(kind) = query.user_type {
        of_value(&mut condition, "userType", kind.as_str());
    }
    if !query.department.is_empty() {
        of_value(&mut condition, "department", &query.department);
    }
    if let Some(role) = query.role {
        with_role(&mut condition, role);
    }
    if !query.domain.is_empty() {
        of_domain(&mut condition, &query.domain);
    }
    let order = match query.sort {
        Sort::Name => Order::Text("lower(display_name)"),
        Sort::UserName => Order::Text("user_name"),
        Sort::Created => Order::Id,
    };
    ObjectQuery {
        condition,
        deleted: query.filter == Filter::Deleted,
        order,
        descending: query.descending,
        from: query.from.clone(),
        limit,
    }
}

fn of_value(condition: &mut Condition, property: &str, value: &str) {
    let (property, value) = (condition.bind(USERS.key(property)), condition.bind(folded(value)));
    condition.and(&format!(
        "id IN (SELECT object_id FROM directory_index WHERE tenant_id = $1 AND property = {property} \
         AND value = {value})"
    ));
}

pub async fn roles_of_all(
    scope: &mut TenantScope<'_>,
    people: &[UserId],
) -> Result<Vec<(UserId, Role)>, Error> {
    if people.is_empty() {
        return Ok(Vec::new());
    }
    let places: Vec<String> = (0..people.len()).map(|index| format!("${}", index + 2)).collect();
    let sql = format!(
        "SELECT user_id, role_template_id FROM role_assignment WHERE tenant_id = $1 AND user_id IN ({})",
        places.join(", ")
    );
    let ids: Vec<Value> = people.iter().map(|id| (*id).into()).collect();
    let rows: Vec<Row> = scope.all(&sql, &ids).await?;
    let mut roles = Vec::with_capacity(rows.len());
    for row in &rows {
        let role = Role::from_template_id(row.get::<Uuid>("role_template_id")?);
        roles.extend(role.map(|role| Ok::<_, DbError>((row.get("user_id")?, role))).transpose()?);
    }
    roles.sort();
    Ok(roles)
}

/// Enabled Global administrators but this one.
pub async fn other_global_administrators(scope: &mut TenantScope<'_>, user: UserId) -> Result<i64, Error> {
    let sql = "SELECT count(*) FROM role_assignment JOIN users ON users.tenant_id = role_assignment.tenant_id \
               AND users.id = role_assignment.user_id WHERE role_assignment.tenant_id = $1 \
               AND role_assignment.role_template_id = $2 AND users.account_enabled = TRUE AND users.deleted_at IS NULL \
               AND users.id <> $3 AND EXISTS (SELECT 1 FROM user_password WHERE user_password.tenant_id = $1 \
               AND user_password.user_id = users.id)";
    let Single(count) = scope.one(sql, params![Role::GlobalAdministrator.template_id(), user]).await?;
    Ok(count)
}

pub async fn count(scope: &mut TenantScope<'_>) -> Result<i64, Error> {
    let sql = "SELECT count(*) FROM users WHERE tenant_id = $1 AND deleted_at IS NULL";
    let Single(count) = scope.one(sql, params![]).await?;
    Ok(count)
}

pub async fn contacts_with_role(scope: &mut TenantScope<'_>, roles: &[Role]) -> Result<Vec<String>, Error> {
    let places: Vec<String> = (0..roles.len()).map(|index| format!("${}", index + 2)).collect();
    let sql = format!(
        "SELECT DISTINCT users.contact_email FROM role_assignment JOIN users ON users.tenant_id = role_assignment.tenant_id \
         AND users.id = role_assignment.user_id WHERE role_assignment.tenant_id = $1 \
         AND role_assignment.role_template_id IN ({}) AND users.account_enabled = TRUE AND users.deleted_at IS NULL \
         AND users.contact_email IS NOT NULL ORDER BY users.contact_email LIMIT 50",
        places.join(", ")
    );
    let ids: Vec<Value> = roles.iter().map(|role| role.template_id().into()).collect();
    let rows: Vec<Single<String>> = scope.all(&sql, &ids).await?;
    Ok(rows.into_iter().map(|Single(address)| address).collect())
}

/// Whether people may newly get names under a domain name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    NotVerified,
    Usable,
    /// Its record is gone for so long that nobody new comes under it.
    Lapsed,
    /// It is being removed.
    Leaving,
}

pub async fn standing_of(scope: &mut TenantScope<'_>, domain: &str) -> Result<Standing, Error> {
    let sql = "SELECT CASE WHEN removing_since IS NOT NULL THEN 'leaving' WHEN lapsed_at IS NOT NULL THEN 'lapsed' \
               ELSE 'usable' END FROM domain WHERE tenant_id = $1 AND name = $2 AND verified_at IS NOT NULL";
    let found: Option<Single<String>> = scope.optional(sql, params![domain]).await?;
    Ok(match found.as_ref().map(|Single(word)| word.as_str()) {
        None => Standing::NotVerified,
        Some("leaving") => Standing::Leaving,
        Some("lapsed") => Standing::Lapsed,
        Some(_) => Standing::Usable,
    })
}

pub async fn verified_domains(scope: &mut TenantScope<'_>) -> Result<Vec<String>, Error> {
    let sql = "SELECT name FROM domain WHERE tenant_id = $1 AND verified_at IS NOT NULL AND lapsed_at IS NULL \
               AND removing_since IS NULL ORDER BY is_primary DESC, name";
    let rows: Vec<Single<String>> = scope.all(sql, params![]).await?;
    Ok(rows.into_iter().map(|Single(name)| name).collect())
}

/// Verified names that take nobody new.
pub async fn closed_domains(scope: &mut TenantScope<'_>) -> Result<Vec<String>, Error> {
    let sql = "SELECT name FROM domain WHERE tenant_id = $1 AND verified_at IS NOT NULL \
               AND (lapsed_at IS NOT NULL OR removing_since IS NOT NULL) ORDER BY name";
    let rows: Vec<Single<String>> = scope.all(sql, params![]).await?;
    Ok(rows.into_iter().map(|Single(name)| name).collect())
}

/// Narrows a list to the people who hold a role.
pub fn with_role(condition: &mut Condition, role: Role) {
    let role = condition.bind(role.template_id());
    condition.and(&format!(
        "id IN (SELECT user_id FROM role_assignment WHERE tenant_id = $1 AND role_template_id = {role})"
    ));
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

/// Who holds which role: of one person or all, one role or all; people who are deleted left out.
pub async fn assignments(
    scope: &mut TenantScope<'_>,
    user: Option<UserId>,
    role: Option<Uuid>,
    limit: usize,
) -> Result<Vec<(UserId, Role)>, Error> {
    let mut condition = Condition::default();
    if let Some(user) = user {
        let user = condition.bind(user);
        condition.and(&format!("user_id = {user}"));
    }
    if let Some(role) = role {
        let role = condition.bind(role);
        condition.and(&format!("role_template_id = {role}"));
    }
    condition.and(
        "EXISTS (SELECT 1 FROM users WHERE users.tenant_id = $1 AND users.id = user_id AND users.deleted_at IS NULL)",
    );
    let sql = format!(
        "SELECT user_id, role_template_id FROM role_assignment WHERE tenant_id = $1 AND {} \
         ORDER BY user_id, role_template_id LIMIT {limit}",
        condition.sql
    );
    let rows: Vec<Row> = scope.all(&sql, &condition.params).await?;
    let mut found = Vec::with_capacity(rows.len());
    for row in &rows {
        let role = Role::from_template_id(row.get::<Uuid>("role_template_id")?);
        found.extend(role.map(|role| Ok::<_, DbError>((row.get("user_id")?, role))).transpose()?);
    }
    Ok(found)
}
