//! Who holds which role: a table of people and one of the directory's other objects, each with its foreign key.

use jiff::Timestamp;
use model::objects::ObjectKind;
use model::roles::{Permissions, Role};
use uuid::Uuid;

use crate::db::rights::{could_hold, held, sum};
use crate::db::{DbError, FromRow, Position, Row, Single, TenantScope, Value};
use crate::error::Error;
use crate::features::roles::ops::types::{Assignment, Holder};
use crate::graph::filter::Condition;
use crate::params;

fn kind(row: &Row) -> Result<ObjectKind, DbError> {
    let kind: String = row.get("kind")?;
    kind.parse().map_err(|_| DbError::Shape(format!("{kind} holds a role")))
}

impl FromRow for Holder {
    fn from_row(row: &Row) -> Result<Self, DbError> {
        Ok(Self {
            id: row.get("holder_id")?,
            kind: kind(row)?,
            name: row.get("name")?,
            sign_in_name: row.get("sign_in_name")?,
        })
    }
}

impl FromRow for Assignment {
    fn from_row(row: &Row) -> Result<Self, DbError> {
        Ok(Self {
            holder: Holder::from_row(row)?,
            role: row.get("role_id")?,
            at: row.get("assigned_at")?,
            by: row.get("assigned_by")?,
        })
    }
}

/// Somebody or something that isn't deleted.
pub async fn holder(scope: &mut TenantScope<'_>, id: Uuid) -> Result<Option<Holder>, Error> {
    let sql = "SELECT id AS holder_id, 'user' AS kind, display_name AS name, user_name || '@' || domain_name AS sign_in_name \
               FROM users WHERE tenant_id = $1 AND id = $2 AND deleted_at IS NULL UNION ALL \
               SELECT id, kind, display_name, '' FROM directory_object WHERE tenant_id = $1 AND id = $2 AND deleted_at IS NULL";
    Ok(scope.optional(sql, params![id]).await?)
}

/// `false` where it was held already.
pub async fn assign(
    scope: &mut TenantScope<'_>,
    holder: &Holder,
    role: Uuid,
    by: &str,
    now: Timestamp,
) -> Result<bool, Error> {
    let done = match holder.kind {
        ObjectKind::User => {
            let sql = "INSERT INTO role_assignment (tenant_id, user_id, role_id, assigned_at, assigned_by) \
                       VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING";
            scope.execute(sql, params![holder.id, role, now, by]).await?
        }
        other => {
            let sql = "INSERT INTO object_role_assignment (tenant_id, object_id, object_kind, role_id, assigned_at, assigned_by) \
                       VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING";
            scope.execute(sql, params![holder.id, other.as_str(), role, now, by]).await?
        }
    };
    Ok(done > 0)
}

/// `false` where it wasn't held.
pub async fn remove(scope: &mut TenantScope<'_>, holder: &Holder, role: Uuid) -> Result<bool, Error> {
    let sql = match holder.kind {
        ObjectKind::User => {
            "DELETE FROM role_assignment WHERE tenant_id = $1 AND user_id = $2 AND role_id = $3"
        }
        _ => "DELETE FROM object_role_assignment WHERE tenant_id = $1 AND object_id = $2 AND role_id = $3",
    };
    Ok(scope.execute(sql, params![holder.id, role]).await? > 0)
}

/// Which assignments, in the order of holders and roles.
#[derive(Clone, Debug, Default)]
pub struct Wanted {
    pub holder: Option<Uuid>,
    pub role: Option<Uuid>,
    /// The last one of the page before: `key` is its holder.
    pub from: Option<Position>,
    pub limit: usize,
}

/// Assignments whose holders aren't deleted.
pub async fn assignments(scope: &mut TenantScope<'_>, wanted: &Wanted) -> Result<Vec<Assignment>, Error> {
    let mut params: Vec<Value> = Vec::new();
    let mut narrowed = [String::new(), String::new()];
    let mut and = |text: &str, values: Vec<Value>| {
        let places: Vec<String> =
            (0..values.len()).map(|index| format!("${}", params.len() + index + 2)).collect();
        for (narrowed, column) in narrowed.iter_mut().zip(["user_id", "object_id"]) {
            let mut text = text.replace("HOLDER", column);
            for place in &places {
                text = text.replacen('?', place, 1);
            }
            narrowed.push_str(&text);
        }
        params.extend(values);
    };
    if let Some(holder) = wanted.holder {
        and(" AND a.HOLDER = ?", vec![holder.into()]);
    }
    if let Some(role) = wanted.role {
        and(" AND a.role_id = ?", vec![role.into()]);
    }
    if let Some(from) = &wanted.from {
        let holder: Uuid = from.key.parse().unwrap_or(Uuid::nil());
        and(" AND (a.HOLDER, a.role_id) > (?, ?)", vec![holder.into(), from.id.into()]);
    }
    let [people, objects] = narrowed;
    let sql = format!(
        "SELECT a.user_id AS holder_id, 'user' AS kind, a.role_id, a.assigned_at, a.assigned_by, u.display_name AS name, \
         u.user_name || '@' || u.domain_name AS sign_in_name FROM role_assignment a JOIN users u ON u.tenant_id = a.tenant_id \
         AND u.id = a.user_id AND u.deleted_at IS NULL WHERE a.tenant_id = $1{people} UNION ALL \
         SELECT a.object_id, a.object_kind, a.role_id, a.assigned_at, a.assigned_by, o.display_name, '' \
         FROM object_role_assignment a JOIN directory_object o ON o.tenant_id = a.tenant_id AND o.id = a.object_id \
         AND o.deleted_at IS NULL WHERE a.tenant_id = $1{objects} ORDER BY holder_id, role_id LIMIT {}",
        wanted.limit
    );
    Ok(scope.all(&sql, &params).await?)
}

/// How many hold each role, those who are deleted left out.
pub async fn holder_counts(scope: &mut TenantScope<'_>) -> Result<Vec<(Uuid, i64)>, Error> {
    let sql = "SELECT role_id, count(*) AS holders FROM (SELECT a.role_id FROM role_assignment a JOIN users u \
               ON u.tenant_id = a.tenant_id AND u.id = a.user_id AND u.deleted_at IS NULL WHERE a.tenant_id = $1 UNION ALL \
               SELECT a.role_id FROM object_role_assignment a JOIN directory_object o ON o.tenant_id = a.tenant_id \
               AND o.id = a.object_id AND o.deleted_at IS NULL WHERE a.tenant_id = $1) h GROUP BY role_id";
    let rows: Vec<Row> = scope.all(sql, params![]).await?;
    rows.iter().map(|row| Ok((row.get("role_id")?, row.get("holders")?))).collect()
}

/// A role with the group that gives it, if it isn't somebody's own.
pub struct HeldRow {
    pub role: Uuid,
    pub via: Option<(Uuid, String)>,
}

impl FromRow for HeldRow {
    fn from_row(row: &Row) -> Result<Self, DbError> {
        let group: Option<Uuid> = row.get("group_id")?;
        let name: Option<String> = row.get("group_name")?;
        Ok(Self { role: row.get("role_id")?, via: group.zip(name) })
    }
}

/// The roles of a person, their own and those of groups.
pub async fn held_by_person(scope: &mut TenantScope<'_>, user: Uuid) -> Result<Vec<HeldRow>, Error> {
    Ok(scope.all(held!("role_assignment", "user_id", "$2"), params![user]).await?)
}

/// The same of another object.
pub async fn held_by_object(scope: &mut TenantScope<'_>, object: Uuid) -> Result<Vec<HeldRow>, Error> {
    Ok(scope.all(held!("object_role_assignment", "object_id", "$2"), params![object]).await?)
}

/// What a group could give those who are in it, or a service principal could do, were disabled roles enabled.
pub async fn possible_rights_of_object(
    scope: &mut TenantScope<'_>,
    object: Uuid,
) -> Result<Permissions, Error> {
    let rows: Vec<Row> =
        scope.all(could_hold!("object_role_assignment", "object_id", "$2"), params![object]).await?;
    Ok(sum(&rows)?)
}

/// The own roles of people, one a row.
pub async fn roles_of_people(
    scope: &mut TenantScope<'_>,
    people: &[Uuid],
) -> Result<Vec<(Uuid, Uuid, Option<String>)>, Error> {
    if people.is_empty() {
        return Ok(Vec::new());
    }
    let places: Vec<String> = (0..people.len()).map(|index| format!("${}", index + 2)).collect();
    let sql = format!(
        "SELECT a.user_id, a.role_id, d.display_name FROM role_assignment a LEFT JOIN role_definition d \
         ON d.tenant_id = a.tenant_id AND d.id = a.role_id WHERE a.tenant_id = $1 AND a.user_id IN ({}) \
         ORDER BY a.user_id, a.role_id",
        places.join(", ")
    );
    let ids: Vec<Value> = people.iter().map(|person| (*person).into()).collect();
    let rows: Vec<Row> = scope.all(&sql, &ids).await?;
    rows.iter().map(|row| Ok((row.get("user_id")?, row.get("role_id")?, row.get("display_name")?))).collect()
}

/// Narrows a list of objects of any kind to those who hold a role themselves.
pub fn with_role(condition: &mut Condition, role: Uuid) {
    let role = condition.bind(role);
    condition.and(&format!(
        "id IN (SELECT user_id FROM role_assignment WHERE tenant_id = $1 AND role_id = {role} UNION ALL \
         SELECT object_id FROM object_role_assignment WHERE tenant_id = $1 AND role_id = {role})"
    ));
}

/// Does the person hold the role of Global administrator themselves, and can they sign in?
pub async fn is_global_administrator(scope: &mut TenantScope<'_>, user: Uuid) -> Result<bool, Error> {
    let sql = "SELECT count(*) FROM role_assignment a JOIN users u ON u.tenant_id = a.tenant_id AND u.id = a.user_id \
               WHERE a.tenant_id = $1 AND a.user_id = $2 AND a.role_id = $3 AND u.account_enabled = TRUE AND u.deleted_at IS NULL";
    let Single(count): Single<i64> =
        scope.one(sql, params![user, Role::GlobalAdministrator.template_id()]).await?;
    Ok(count > 0)
}

/// People who hold that role themselves and can sign in, but this one.
pub async fn other_global_administrators(scope: &mut TenantScope<'_>, user: Uuid) -> Result<i64, Error> {
    let sql = "SELECT count(*) FROM role_assignment a JOIN users u ON u.tenant_id = a.tenant_id AND u.id = a.user_id \
               WHERE a.tenant_id = $1 AND a.role_id = $2 AND u.account_enabled = TRUE AND u.deleted_at IS NULL AND u.id <> $3 \
               AND EXISTS (SELECT 1 FROM user_password p WHERE p.tenant_id = $1 AND p.user_id = u.id) \
               AND NOT EXISTS (SELECT 1 FROM verified_domain v WHERE v.name = u.domain_name AND v.tenant_id = $1 \
               AND v.identity_provider IS NOT NULL)";
    let Single(count) = scope.one(sql, params![Role::GlobalAdministrator.template_id(), user]).await?;
    Ok(count)
}
