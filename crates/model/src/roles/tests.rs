use super::actions::{documented, permission_of};
use super::custom::{MOST_ACTIONS, RoleDraft, RolePermission};
use super::*;
use crate::refusal::Code;

#[test]
fn the_strongest_role_allows_everything_and_readers_only_look() {
    assert_eq!(Role::GlobalAdministrator.permissions(), Permissions::all());
    let readers: Vec<_> = Role::ALL.iter().filter(|role| !role.is_administrative()).collect();
    use Role::{ComplianceAdministrator, DirectoryReaders, GlobalReader, ReportsReader, SecurityReader};
    assert_eq!(
        readers,
        [&GlobalReader, &ComplianceAdministrator, &SecurityReader, &ReportsReader, &DirectoryReaders]
    );
}

#[test]
fn whoever_asks_for_a_role_is_told_the_least_of_them_first() {
    use Role::{ApplicationAdministrator, CloudApplicationAdministrator, GlobalAdministrator};
    let roles: Vec<_> = Role::that_allow(Permission::ManageApplications).collect();
    assert_eq!(roles, [CloudApplicationAdministrator, ApplicationAdministrator, GlobalAdministrator]);
}

#[test]
fn names_of_permissions_come_back() {
    for role in Role::ALL {
        assert_eq!(Permissions::named(&role.permissions().names()), role.permissions());
    }
    assert!(Permissions::named("").is_empty() && Permissions::named("everything manage users").is_empty());
}

#[test]
fn actions_stand_for_one_permission_or_none() {
    for permission in Permission::ALL {
        assert_eq!(permission_of(permission.resource_action()), Some(*permission));
    }
    for (action, permission) in documented() {
        assert_eq!(permission_of(&action.replace('…', "allProperties")), Some(permission), "{action}");
    }
    for (action, permission) in [
        ("microsoft.directory/applications/synchronization/standard/read", Permission::ReadDirectory),
        ("Microsoft.Directory/Groups/allProperties/READ", Permission::ReadDirectory),
        ("microsoft.directory/groups.security/allProperties/allTasks", Permission::ManageGroups),
        ("microsoft.directory/applications/allProperties/ALLTASKS", Permission::ManageApplications),
    ] {
        assert_eq!(permission_of(action), Some(permission), "{action}");
    }
    for action in [
        "",
        "/",
        "//",
        "microsoft.directory",
        "microsoft.directory/",
        "microsoft.directory/users/",
        "microsoft.directory/users/read",
        "microsoft.directory/users//read",
        "microsoft.directory/users/ä/read",
        "microsoft.directory/groups.other/members/update",
        "microsoft.directory/domains/create",
        // A part isn't the whole.
        "microsoft.directory/groups/members/update",
        "microsoft.directory/applications/basic/update",
        "microsoft.directory/users/basic/update",
        "microsoft.intune/allEntities/allTasks",
        "microsoft.office365.groups/allProperties/allTasks",
        "*",
        "microsoft.directory/*/allTasks",
    ] {
        assert_eq!(permission_of(action), None, "{action}");
    }
}

fn draft(actions: &[&str]) -> RoleDraft {
    let actions = actions.iter().map(|action| (*action).to_owned()).collect();
    RoleDraft {
        display_name: " Desk ".into(),
        description: String::new(),
        is_enabled: true,
        version: None,
        blocks: vec![RolePermission { allowed_resource_actions: actions }],
    }
}

#[test]
fn a_role_is_checked_whole() {
    let action = "microsoft.directory/groups/allProperties/allTasks";
    let (checked, allows) = draft(&[action]).check().unwrap();
    assert_eq!(
        (checked.display_name.as_str(), allows),
        ("Desk", [Permission::ManageGroups].into_iter().collect())
    );
    let codes = |draft: RoleDraft| -> Vec<Code> {
        draft.check().unwrap_err().iter().map(|refusal| refusal.code).collect()
    };
    assert_eq!(codes(draft(&[])), [Code::RoleAllowsNothing]);
    assert_eq!(codes(draft(&[action, "fly"])), [Code::RoleActionUnknown]);
    assert_eq!(codes(draft(&vec![action; MOST_ACTIONS + 1])), [Code::PropertyTooMany]);
    let unnamed = RoleDraft { display_name: " ".into(), version: Some("x".repeat(200)), ..draft(&[action]) };
    assert_eq!(codes(unnamed), [Code::FieldRequired, Code::FieldTooLong]);
    let bad = RoleDraft { display_name: "a\u{1b}b".into(), description: "a\0".into(), ..draft(&[action]) };
    assert_eq!(codes(bad), [Code::PropertyCharacters, Code::PropertyCharacters]);
}
