//! People by what they may do, and whoever a role can be given to by name.

use model::objects::ObjectKind;
use model::roles::Permissions;
use uuid::Uuid;

use crate::db::rights::of_role;
use crate::db::{DbError, FromRow, Row, TenantScope, Value};
use crate::error::Error;
use crate::features::roles::ops::types::Holder;
use crate::features::roles::ops::who::Contact;
use crate::graph::filter::{Condition, folded};
use crate::graph::index::has_words;

impl FromRow for Contact {
    fn from_row(row: &Row) -> Result<Self, DbError> {
        Ok(Self {
            id: row.get("id")?,
            display_name: row.get("display_name")?,
            contact_email: row.get("contact_email")?,
        })
    }
}

fn places(ids: &[Uuid], params: &mut Vec<Value>) -> String {
    let first = params.len() + 2;
    params.extend(ids.iter().map(|id| Value::from(*id)));
    (0..ids.len()).map(|index| format!("${}", first + index)).collect::<Vec<_>>().join(", ")
}

/// Enabled people who hold one of these roles, themselves or by a group, in the order of their names.
pub async fn people_with_roles(
    scope: &mut TenantScope<'_>,
    roles: &[Uuid],
    limit: usize,
) -> Result<Vec<Contact>, Error> {
    if roles.is_empty() {
        return Ok(Vec::new());
    }
    let mut params = Vec::new();
    let places = places(roles, &mut params);
    let sql = format!(
        "SELECT id, display_name, contact_email FROM users WHERE tenant_id = $1 AND account_enabled = TRUE AND deleted_at IS NULL \
         AND id IN (SELECT user_id FROM role_assignment WHERE tenant_id = $1 AND role_id IN ({places}) UNION ALL \
         SELECT l.target_id FROM object_role_assignment a JOIN directory_object o ON o.tenant_id = a.tenant_id \
         AND o.id = a.object_id AND o.deleted_at IS NULL JOIN directory_link l ON l.tenant_id = a.tenant_id \
         AND l.source_id = a.object_id AND l.relation = 'member' WHERE a.tenant_id = $1 AND a.object_kind = 'group' \
         AND a.role_id IN ({places})) ORDER BY lower(display_name), id LIMIT {limit}"
    );
    Ok(scope.all(&sql, &params).await?)
}

/// What each of these people may do, one role a row.
pub async fn rights_of_people(
    scope: &mut TenantScope<'_>,
    people: &[Uuid],
) -> Result<Vec<(Uuid, Permissions)>, Error> {
    if people.is_empty() {
        return Ok(Vec::new());
    }
    let mut params = Vec::new();
    let places = places(people, &mut params);
    let sql = format!(
        "SELECT h.user_id, h.role_id, d.permissions FROM (SELECT user_id, role_id FROM role_assignment \
         WHERE tenant_id = $1 AND user_id IN ({places}) UNION ALL SELECT l.target_id, a.role_id FROM object_role_assignment a \
         JOIN directory_object o ON o.tenant_id = a.tenant_id AND o.id = a.object_id AND o.deleted_at IS NULL \
         JOIN directory_link l ON l.tenant_id = a.tenant_id AND l.source_id = a.object_id AND l.relation = 'member' \
         WHERE a.tenant_id = $1 AND a.object_kind = 'group' AND l.target_id IN ({places})) h \
         LEFT JOIN role_definition d ON d.tenant_id = $1 AND d.id = h.role_id AND d.is_enabled = TRUE"
    );
    let rows: Vec<Row> = scope.all(&sql, &params).await?;
    rows.iter()
        .map(|row| Ok((row.get("user_id")?, of_role(row.get("role_id")?, row.get("permissions")?))))
        .collect()
}

/// Those of a kind whom a role can be given to, who don't hold it themselves, and whom a search finds.
pub async fn candidates(
    scope: &mut TenantScope<'_>,
    kind: ObjectKind,
    search: &str,
    role: Uuid,
    limit: usize,
) -> Result<Vec<Holder>, Error> {
    let mut condition = Condition::default();
    let held = condition.bind(role);
    has_words(&mut condition, kind, search);
    let columns = match kind {
        ObjectKind::User => {
            condition.and(&format!(
                "NOT EXISTS (SELECT 1 FROM role_assignment a WHERE a.tenant_id = $1 AND a.user_id = users.id AND a.role_id = {held})"
            ));
            "id AS holder_id, 'user' AS kind, display_name AS name, user_name || '@' || domain_name AS sign_in_name FROM users"
        }
        other => {
            condition.and(&format!(
                "kind = '{}' AND NOT EXISTS (SELECT 1 FROM object_role_assignment a WHERE a.tenant_id = $1 \
                 AND a.object_id = directory_object.id AND a.role_id = {held})",
                other.as_str()
            ));
            "id AS holder_id, kind, display_name AS name, '' AS sign_in_name FROM directory_object"
        }
    };
    if kind == ObjectKind::Group {
        let is_for_roles = condition.bind(folded("true"));
        condition.and(&format!(
            "id IN (SELECT object_id FROM directory_index WHERE tenant_id = $1 \
             AND property = 'group.isAssignableToRole' AND value = {is_for_roles})"
        ));
    }
    let sql = format!(
        "SELECT {columns} WHERE tenant_id = $1 AND deleted_at IS NULL AND {} ORDER BY lower(display_name), id LIMIT {limit}",
        condition.sql
    );
    Ok(scope.all(&sql, &condition.params).await?)
}
