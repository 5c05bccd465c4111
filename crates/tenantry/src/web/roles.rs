//! Roles and what they allow, in the words of the pages.

use model::roles::{Area, Permission, Permissions, Role};

use super::locale::Locale;

/// The role's name.
#[must_use]
pub fn name(l: &Locale, role: Role) -> String {
    match role {
        Role::GlobalAdministrator => l.t("role-global-administrator"),
        Role::UserAdministrator => l.t("role-user-administrator"),
        Role::HelpdeskAdministrator => l.t("role-helpdesk-administrator"),
        Role::DomainNameAdministrator => l.t("role-domain-name-administrator"),
        Role::BillingAdministrator => l.t("role-billing-administrator"),
        Role::GlobalReader => l.t("role-global-reader"),
        Role::SecurityReader => l.t("role-security-reader"),
        Role::PrivilegedRoleAdministrator => l.t("role-privileged-role-administrator"),
        Role::GroupsAdministrator => l.t("role-groups-administrator"),
        Role::ApplicationAdministrator => l.t("role-application-administrator"),
        Role::CloudApplicationAdministrator => l.t("role-cloud-application-administrator"),
        Role::PasswordAdministrator => l.t("role-password-administrator"),
        Role::ReportsReader => l.t("role-reports-reader"),
        Role::DirectoryReaders => l.t("role-directory-readers"),
        Role::DirectoryWriters => l.t("role-directory-writers"),
        Role::AuthenticationAdministrator => l.t("role-authentication-administrator"),
        Role::ComplianceAdministrator => l.t("role-compliance-administrator"),
    }
}

/// What the role may do, in one line.
#[must_use]
pub fn does(l: &Locale, role: Role) -> String {
    match role {
        Role::GlobalAdministrator => l.t("role-global-administrator-does"),
        Role::UserAdministrator => l.t("role-user-administrator-does"),
        Role::HelpdeskAdministrator => l.t("role-helpdesk-administrator-does"),
        Role::DomainNameAdministrator => l.t("role-domain-name-administrator-does"),
        Role::BillingAdministrator => l.t("role-billing-administrator-does"),
        Role::GlobalReader => l.t("role-global-reader-does"),
        Role::SecurityReader => l.t("role-security-reader-does"),
        Role::PrivilegedRoleAdministrator => l.t("role-privileged-role-administrator-does"),
        Role::GroupsAdministrator => l.t("role-groups-administrator-does"),
        Role::ApplicationAdministrator => l.t("role-application-administrator-does"),
        Role::CloudApplicationAdministrator => l.t("role-cloud-application-administrator-does"),
        Role::PasswordAdministrator => l.t("role-password-administrator-does"),
        Role::ReportsReader => l.t("role-reports-reader-does"),
        Role::DirectoryReaders => l.t("role-directory-readers-does"),
        Role::DirectoryWriters => l.t("role-directory-writers-does"),
        Role::AuthenticationAdministrator => l.t("role-authentication-administrator-does"),
        Role::ComplianceAdministrator => l.t("role-compliance-administrator-does"),
    }
}

/// What a permission allows: `change groups`.
#[must_use]
pub fn permission(l: &Locale, permission: Permission) -> String {
    match permission {
        Permission::ReadDirectory => l.t("permission-read-directory"),
        Permission::ManageUsers => l.t("permission-manage-users"),
        Permission::ResetPasswords => l.t("permission-reset-passwords"),
        Permission::ManageAdministrators => l.t("permission-manage-administrators"),
        Permission::DecideAccessRequests => l.t("permission-decide-access-requests"),
        Permission::ManageGroups => l.t("permission-manage-groups"),
        Permission::ManageApplications => l.t("permission-manage-applications"),
        Permission::ManageWebhooks => l.t("permission-manage-webhooks"),
        Permission::ManageRoles => l.t("permission-manage-roles"),
        Permission::ManageDomains => l.t("permission-manage-domains"),
        Permission::ManageOrganization => l.t("permission-manage-organization"),
        Permission::ReadAudit => l.t("permission-read-audit"),
        Permission::ReadBilling => l.t("permission-read-billing"),
        Permission::ManageBilling => l.t("permission-manage-billing"),
    }
}

/// What a group of permissions is about.
#[must_use]
pub fn area(l: &Locale, area: Area) -> String {
    match area {
        Area::People => l.t("permission-area-people"),
        Area::GroupsAndApplications => l.t("permission-area-groups"),
        Area::Organisation => l.t("permission-area-organisation"),
        Area::Billing => l.t("permission-area-billing"),
    }
}

/// What a role allows, one permission a line.
#[must_use]
pub fn allowed(l: &Locale, permissions: Permissions) -> Vec<String> {
    permissions.iter().map(|allowed| permission(l, allowed)).collect()
}
