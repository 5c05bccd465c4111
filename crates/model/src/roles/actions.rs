//! Resource actions of the reference system, and the permission of ours that each stands for.
//!
//! Permissions here are coarser than those actions: one that changes a part of something stands for the permission to
//! change all of it (ADR 0010). An action that stands for nothing is refused rather than kept without effect.

use super::permission::Permission;

const READ: &str = "/read";

/// Whatever of these is read, reading the directory shows it.
const READABLE: [&str; 9] = [
    "applications",
    "directoryRoles",
    "domains",
    "groups",
    "organization",
    "roleAssignments",
    "roleDefinitions",
    "servicePrincipals",
    "users",
];

/// What stands between resource and `read`: everything, the usual, or one relation or aspect.
const READ_PARTS: [&str; 18] = [
    "allProperties",
    "appRoleAssignedTo",
    "appRoleAssignments",
    "authentication",
    "basic",
    "credentials",
    "directReports",
    "extensionProperties",
    "manager",
    "memberOf",
    "members",
    "oAuth2PermissionGrants",
    "ownedObjects",
    "owners",
    "permissions",
    "policies",
    "standard",
    "synchronization/standard",
];

/// What changes each resource, and the permission that allows it.
const CHANGES: [(&str, &[&str], Permission); 7] = [
    (
        "applications",
        &[
            "allProperties/allTasks",
            "allProperties/update",
            "appRoles/update",
            "audience/update",
            "authentication/update",
            "basic/update",
            "create",
            "createAsOwner",
            "credentials/update",
            "delete",
            "extensionProperties/update",
            "notes/update",
            "owners/update",
            "permissions/update",
            "tag/update",
        ],
        Permission::ManageApplications,
    ),
    (
        "servicePrincipals",
        &[
            "allProperties/allTasks",
            "allProperties/update",
            "appRoleAssignedTo/update",
            "audience/update",
            "authentication/update",
            "basic/update",
            "create",
            "createAsOwner",
            "credentials/update",
            "delete",
            "disable",
            "enable",
            "notes/update",
            "owners/update",
            "permissions/update",
            "tag/update",
        ],
        Permission::ManageApplications,
    ),
    (
        "groups",
        &[
            "allProperties/allTasks",
            "allProperties/update",
            "basic/update",
            "classification/update",
            "create",
            "createAsOwner",
            "delete",
            "dynamicMembershipRule/update",
            "groupType/update",
            "members/update",
            "owners/update",
            "restore",
            "visibility/update",
        ],
        Permission::ManageGroups,
    ),
    (
        "users",
        &[
            "allProperties/allTasks",
            "allProperties/update",
            "basic/update",
            "create",
            "delete",
            "disable",
            "enable",
            "invalidateAllRefreshTokens",
            "manager/update",
            "restore",
            "usageLocation/update",
            "userPrincipalName/update",
        ],
        Permission::ManageUsers,
    ),
    ("roleAssignments", &["allProperties/allTasks"], Permission::ManageRoles),
    ("roleDefinitions", &["allProperties/allTasks"], Permission::ManageRoles),
    ("domains", &["allProperties/allTasks"], Permission::ManageDomains),
];

/// The permission that an action stands for, whatever the case of its letters.
#[must_use]
pub fn permission_of(action: &str) -> Option<Permission> {
    let own = Permission::ALL.iter().find(|known| known.resource_action().eq_ignore_ascii_case(action));
    if let Some(own) = own {
        return Some(*own);
    }
    let (namespace, rest) = action.split_once('/')?;
    let (resource, task) = rest.split_once('/')?;
    if !namespace.eq_ignore_ascii_case("microsoft.directory") {
        return None;
    }
    if resource.eq_ignore_ascii_case("signInReports") && task.eq_ignore_ascii_case("allProperties/read") {
        return Some(Permission::ReadAudit);
    }
    // Groups of one kind are groups: `groups.security`, `groups.unified`.
    let resource = match resource.split_once('.') {
        Some((all, kind))
            if ["security", "unified", "security.assignedMembership", "unified.assignedMembership"]
                .iter()
                .any(|known| known.eq_ignore_ascii_case(kind))
                && all.eq_ignore_ascii_case("groups") =>
        {
            all
        }
        _ => resource,
    };
    let names = |list: &[&str], text: &str| list.iter().any(|known| known.eq_ignore_ascii_case(text));
    let part = task.len().checked_sub(READ.len()).and_then(|at| task.split_at_checked(at));
    if let Some((part, _)) = part.filter(|(_, end)| end.eq_ignore_ascii_case(READ))
        && names(&READABLE, resource)
        && names(&READ_PARTS, part)
    {
        return Some(Permission::ReadDirectory);
    }
    let change =
        CHANGES.iter().find(|(known, tasks, _)| known.eq_ignore_ascii_case(resource) && names(tasks, task));
    change.map(|(.., permission)| *permission)
}

/// Every action that stands for a permission of ours beside its own, for the manual.
pub fn documented() -> impl Iterator<Item = (String, Permission)> {
    let reading = READABLE
        .iter()
        .map(|resource| (format!("microsoft.directory/{resource}/…/read"), Permission::ReadDirectory));
    let changing = CHANGES.iter().flat_map(|(resource, tasks, permission)| {
        tasks.iter().map(move |task| (format!("microsoft.directory/{resource}/{task}"), *permission))
    });
    let audit = ("microsoft.directory/signInReports/allProperties/read".to_owned(), Permission::ReadAudit);
    reading.chain(changing).chain([audit])
}
