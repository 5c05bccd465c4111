//! What somebody may do, and which of a tenant's own roles would allow it.

use model::ids::UserId;
use model::roles::{Permission, Permissions};

use crate::db::rights::{could_hold, held, sum};
use crate::db::{Row, TenantScope};
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
