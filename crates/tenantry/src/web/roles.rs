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
    }
}
