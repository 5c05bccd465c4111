//! What somebody may do, and which of a tenant's own roles would allow it.

use jiff::Timestamp;
use model::ids::UserId;
use model::roles::{Permission, Permissions};

use crate::db::rights::{could_hold, held, sum};
use crate::db::{Row, Single, TenantScope};
use crate::error::Error;
use crate::params;

/// What a person may do by all roles that they hold, their own and those of groups they are in.
///
/// # Errors
/// When the engine fails.
pub async fn rights_of(scope: &mut TenantScope<'_>, user: UserId) -> Result<Permissions, Error> {
    let rows: Vec<Row> = scope.all(held!("role_assignment", "user_id", "$2"), params![user]).await?;
    Ok(sum(&rows)?)
}

/// The rule of [`must_have_second_factor`], of somebody who must have one by `due_at`, if their tenant's security defaults are on.
#[must_use]
pub fn needs_second_factor(rights: Permissions, due_at: Option<Timestamp>, now: Timestamp) -> bool {
    rights.are_administrative() || due_at.is_some_and(|due_at| due_at <= now)
}

/// Whether somebody must show a second factor before anything is open to them, in a session and by whatever comes of it:
/// whoever administers, and anybody whose days of the tenant's security defaults are over (SPEC §8).
///
/// # Errors
/// When the engine fails.
pub async fn must_have_second_factor(
    scope: &mut TenantScope<'_>,
    user: UserId,
    rights: Permissions,
    now: Timestamp,
) -> Result<bool, Error> {
    let sql = "SELECT u.second_factor_due_at FROM users u JOIN tenant t ON t.id = u.tenant_id \
               WHERE u.tenant_id = $1 AND u.id = $2 AND t.security_defaults = TRUE";
    let due: Option<Single<Option<Timestamp>>> = scope.optional(sql, params![user]).await?;
    Ok(needs_second_factor(rights, due.and_then(|Single(due)| due), now))
}

/// What a person could come to by the same roles, were those that are disabled enabled and those groups that are deleted
/// restored: nobody with fewer rights may get hold of their account beforehand.
///
/// # Errors
/// When the engine fails.
pub async fn possible_rights_of(scope: &mut TenantScope<'_>, user: UserId) -> Result<Permissions, Error> {
    let rows: Vec<Row> = scope.all(could_hold!("role_assignment", "user_id", "$2"), params![user]).await?;
    Ok(sum(&rows)?)
}

const OWN_ROLES: &str = "SELECT display_name, permissions FROM role_definition \
    WHERE tenant_id = $1 AND is_enabled = TRUE ORDER BY lower(display_name) LIMIT 1000";

/// The names of the tenant's own roles that allow something, for *why can't I?*.
///
/// # Errors
/// When the engine fails.
pub async fn own_roles_that_allow(
    scope: &mut TenantScope<'_>,
    permission: Permission,
) -> Result<Vec<String>, Error> {
    let rows: Vec<Row> = scope.all(OWN_ROLES, params![]).await?;
    let mut names = Vec::new();
    for row in &rows {
        if Permissions::named(&row.get::<String>("permissions")?).contains(permission) {
            names.push(row.get("display_name")?);
        }
    }
    Ok(names)
}
