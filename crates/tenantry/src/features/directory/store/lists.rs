//! Many people at once.

use model::ids::{TenantId, UserId};
use model::objects::ObjectKind;
use uuid::Uuid;

use crate::db::{DbError, FromRow, Row, Single, TenantScope, Value};
use crate::error::Error;
use crate::features::directory::ops::list::{Filter, ListQuery, Sort};
use crate::features::directory::ops::lookup::Elsewhere;
use crate::features::directory::resource::USERS;
use crate::features::roles::narrow_to_role;
use crate::graph::filter::{Condition, folded};
use crate::graph::index::has_words;
use crate::graph::query::{ObjectQuery, Order};
use crate::params;

/// Open invitations, expired or not, of people who have set no password since.
const INVITED: &str = "FROM invitation i WHERE i.tenant_id = $1 AND i.consumed_at IS NULL AND i.revoked_at IS NULL \
    AND NOT EXISTS (SELECT 1 FROM user_password p WHERE p.tenant_id = $1 AND p.user_id = i.user_id \
    AND p.changed_at > i.created_at) \
    AND NOT EXISTS (SELECT 1 FROM federated_identity f WHERE f.tenant_id = $1 AND f.user_id = i.user_id)";

/// Those of the people who were invited and haven't accepted yet.
pub async fn invited_among(scope: &mut TenantScope<'_>, people: &[UserId]) -> Result<Vec<UserId>, Error> {
    if people.is_empty() {
        return Ok(Vec::new());
    }
    let places: Vec<String> = (0..people.len()).map(|number| format!("${}", number + 2)).collect();
    let sql = format!("SELECT DISTINCT i.user_id {INVITED} AND i.user_id IN ({})", places.join(", "));
    let params: Vec<Value> = people.iter().map(|user| Value::from(*user)).collect();
    let rows: Vec<Single<UserId>> = scope.all(&sql, &params).await?;
    Ok(rows.into_iter().map(|Single(user)| user).collect())
}

/// What a page of the list asks.
pub fn listing(query: &ListQuery, limit: usize) -> ObjectQuery {
    let mut condition = Condition::default();
    match query.filter {
        Filter::Everyone | Filter::Deleted => {}
        Filter::Enabled => condition.and("account_enabled = TRUE"),
        Filter::Disabled => condition.and("account_enabled = FALSE"),
        Filter::Invited => condition.and(&format!("id IN (SELECT i.user_id {INVITED})")),
        Filter::WithRoles => {
            condition.and(
                "id IN (SELECT user_id FROM role_assignment WHERE tenant_id = $1 UNION ALL \
                 SELECT l.target_id FROM object_role_assignment a JOIN directory_object o ON o.tenant_id = a.tenant_id \
                 AND o.id = a.object_id AND o.deleted_at IS NULL JOIN directory_link l ON l.tenant_id = a.tenant_id \
                 AND l.source_id = a.object_id AND l.relation = 'member' WHERE a.tenant_id = $1 AND a.object_kind = 'group')",
            );
        }
    }
    has_words(&mut condition, ObjectKind::User, &query.search);
    if let Some(kind) = query.user_type {
        of_value(&mut condition, "userType", kind.as_str());
    }
    if !query.department.is_empty() {
        of_value(&mut condition, "department", &query.department);
    }
    if let Some(role) = query.role {
        narrow_to_role(&mut condition, role.template_id());
    }
    if !query.domain.is_empty() {
        of_domain(&mut condition, &query.domain);
    }
    ObjectQuery {
        condition,
        deleted: query.filter == Filter::Deleted,
        order: order(query.sort),
        descending: query.descending,
        from: query.from.clone(),
        limit,
    }
}

fn order(sort: Sort) -> Order {
    match sort {
        Sort::Name => Order::Text("lower(display_name)"),
        Sort::UserName => Order::Text("user_name"),
        Sort::Created => Order::Id,
    }
}

/// What gives a person, deleted or not, their place in a list beside their id.
pub async fn sort_key(
    scope: &mut TenantScope<'_>,
    sort: Sort,
    user: UserId,
) -> Result<Option<String>, Error> {
    let key = match order(sort) {
        Order::Text(expression) => expression,
        Order::Id | Order::Any | Order::Moment(_) => "''",
    };
    let sql = format!("SELECT CAST({key} AS text) AS sort_key FROM users WHERE tenant_id = $1 AND id = $2");
    let found: Option<Single<String>> = scope.optional(&sql, params![user]).await?;
    Ok(found.map(|Single(key)| key))
}

fn of_value(condition: &mut Condition, property: &str, value: &str) {
    let (property, value) = (condition.bind(USERS.key(property)), condition.bind(folded(value)));
    condition.and(&format!(
        "id IN (SELECT object_id FROM directory_index WHERE tenant_id = $1 AND property = {property} \
         AND value = {value})"
    ));
}

/// Read off the tenant's counter; counted anew where there is none yet.
pub async fn count(scope: &mut TenantScope<'_>) -> Result<i64, Error> {
    let sql = "SELECT COALESCE((SELECT people FROM people_counter WHERE tenant_id = $1), \
               (SELECT count(*) FROM users WHERE tenant_id = $1 AND deleted_at IS NULL))";
    let Single(count) = scope.one(sql, params![]).await?;
    Ok(count)
}

/// Moves the tenant's counter after people have come or gone, and gives where it stands. The first time it counts.
pub async fn count_on(scope: &mut TenantScope<'_>, by: i64) -> Result<i64, Error> {
    let sql = "UPDATE people_counter SET people = people + $2 WHERE tenant_id = $1 RETURNING people";
    if let Some(Single(people)) = scope.optional(sql, params![by]).await? {
        return Ok(people);
    }
    let sql = "INSERT INTO people_counter (tenant_id, people) VALUES ($1, (SELECT count(*) FROM users WHERE tenant_id = $1 \
               AND deleted_at IS NULL)) ON CONFLICT (tenant_id) DO UPDATE SET people = people_counter.people + $2 RETURNING people";
    let Single(people) = scope.one(sql, params![by]).await?;
    Ok(people)
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

/// Whether an identity provider of the organisation's own signs in the people of a domain name.
pub async fn signs_in_elsewhere(scope: &mut TenantScope<'_>, domain: &str) -> Result<bool, Error> {
    let tenant: TenantId = scope.tenant();
    let sql = "SELECT count(*) FROM verified_domain WHERE name = $1 AND tenant_id = $2 AND identity_provider IS NOT NULL";
    let Single(count): Single<i64> = scope.global().one(sql, params![domain, tenant]).await?;
    Ok(count > 0)
}

impl FromRow for Elsewhere {
    fn from_row(row: &Row) -> Result<Self, DbError> {
        Ok(Self { issuer: row.get("issuer")?, trusts_second_factor: row.get("trusts_second_factor")? })
    }
}

/// The provider that signs in the people of a domain name.
pub async fn provider_at(scope: &mut TenantScope<'_>, domain: &str) -> Result<Option<Elsewhere>, Error> {
    let sql = "SELECT p.issuer, p.trusts_second_factor FROM verified_domain v JOIN identity_provider p \
               ON p.tenant_id = v.tenant_id AND p.domain_name = v.name AND p.stage = 'enforced' \
               WHERE v.tenant_id = $1 AND v.name = $2 AND v.identity_provider IS NOT NULL";
    Ok(scope.optional(sql, params![domain]).await?)
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
