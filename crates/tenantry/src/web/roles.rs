//! Roles in the words of the pages.

use model::roles::Role;

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
    }
}
