//! Resource actions of the reference system, and the permission of ours that each stands for.
//!
//! Permissions here are coarser than those actions, and nothing is given that an action doesn't say (ADR 0010): what
//! stands for no permission, or for a part of one, is refused by name rather than kept without effect or read as more.

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

/// What changes each resource, and the permission that allows it. An action that changes a part of something has no
/// permission here: a role that seems to allow a part must not allow the whole.
const CHANGES: [(&str, &[&str], Permission); 7] = [
    ("applications", WHOLE, Permission::ManageApplications),
    ("servicePrincipals", WHOLE, Permission::ManageApplications),
    ("groups", WHOLE, Permission::ManageGroups),
    ("users", WHOLE, Permission::ManageUsers),
    ("roleAssignments", WHOLE, Permission::ManageRoles),
    ("roleDefinitions", WHOLE, Permission::ManageRoles),
    ("domains", WHOLE, Permission::ManageDomains),
];
const WHOLE: &[&str] = &["allProperties/allTasks"];

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
