//! What somebody may do, read where it is needed in every transaction: roles of their own and of groups that they are
//! in, one statement for all. Beside it what they could come to: who prepares somebody's way is asked that.

use model::roles::{Permissions, Role};
use uuid::Uuid;

use super::DbError;
use super::row::Row;

/// The roles of the person (or service principal) in the parameter, one a row: `role_id`, what it allows where the tenant made
/// it, and the group that gives it. `$own` is the table with their own assignments and its column. Groups that hold roles are few in a tenant
/// and groups that a person is in may be thousands, so it is the former that are gone through: CROSS JOIN keeps SQLite to it.
macro_rules! roles {
    ($table:literal, $column:literal, $who:literal, $enabled:literal, $living:literal) => {
        concat!(
            "SELECT a.role_id, d.permissions, NULL AS group_id, NULL AS group_name FROM ",
            $table,
            " a LEFT JOIN role_definition d ON d.tenant_id = a.tenant_id AND d.id = a.role_id",
            $enabled,
            " WHERE a.tenant_id = $1 AND a.",
            $column,
            " = ",
            $who,
            " UNION ALL SELECT a.role_id, d.permissions, o.id AS group_id, o.display_name AS group_name \
             FROM object_role_assignment a CROSS JOIN directory_link l CROSS JOIN directory_object o \
             LEFT JOIN role_definition d ON d.tenant_id = a.tenant_id AND d.id = a.role_id",
            $enabled,
            " WHERE a.tenant_id = $1 AND a.object_kind = 'group' AND l.tenant_id = a.tenant_id AND l.source_id = a.object_id \
             AND l.relation = 'member' AND l.target_id = ",
            $who,
            " AND o.tenant_id = a.tenant_id AND o.id = a.object_id",
            $living
        )
    };
}
pub(crate) use roles;

/// What counts now: roles that are enabled, groups that aren't deleted.
macro_rules! held {
    ($table:literal, $column:literal, $who:literal) => {
        $crate::db::rights::roles!(
            $table,
            $column,
            $who,
            " AND d.is_enabled = TRUE",
            " AND o.deleted_at IS NULL"
        )
    };
}
pub(crate) use held;

/// What could count again: disabled roles may be enabled, deleted groups restored.
macro_rules! could_hold {
    ($table:literal, $column:literal, $who:literal) => {
        $crate::db::rights::roles!($table, $column, $who, "", "")
    };
}
pub(crate) use could_hold;

/// What the rows of these come to.
pub(crate) fn sum(rows: &[Row]) -> Result<Permissions, DbError> {
    let mut all = Permissions::default();
    for row in rows {
        all = all.and(of_role(row.get("role_id")?, row.get("permissions")?));
    }
    Ok(all)
}

/// What a role allows: a built-in one by its id, one of the tenant's by what is kept of it. One that is disabled or
/// unknown allows nothing.
#[must_use]
pub(crate) fn of_role(id: Option<Uuid>, kept: Option<String>) -> Permissions {
    match id.and_then(Role::from_template_id) {
        Some(role) => role.permissions(),
        None => kept.map_or_else(Permissions::default, |names| Permissions::named(&names)),
    }
}
