//! What Microsoft Graph's clients know an activity by: display name, category, kind of operation.

use super::Activity;

/// The names that the reference system gives the same activities. Others are named after themselves.
const NAMES: &[(Activity, &str)] = &[
    (Activity::OrganizationUpdated, "Set Company Information"),
    (Activity::UserCreated, "Add user"),
    (Activity::UserUpdated, "Update user"),
    (Activity::UserDisabled, "Disable account"),
    (Activity::UserEnabled, "Enable account"),
    (Activity::UserDeleted, "Delete user"),
    (Activity::UserRestored, "Restore user"),
    (Activity::UserRemoved, "Hard Delete user"),
    (Activity::PasswordResetByAdministrator, "Reset user password"),
    (Activity::PasswordResetBySelf, "Reset password (self-service)"),
    (Activity::PasswordChanged, "Change user password"),
    (Activity::RoleAssigned, "Add member to role"),
    (Activity::RoleRemoved, "Remove member from role"),
    (Activity::DomainAdded, "Add unverified domain"),
    (Activity::DomainVerified, "Verify domain"),
    (Activity::ApplicationCreated, "Add application"),
    (Activity::ApplicationUpdated, "Update application"),
    (Activity::ApplicationDeleted, "Delete application"),
    (Activity::ApplicationRestored, "Restore application"),
    (Activity::ApplicationRemoved, "Hard Delete application"),
    (Activity::ApplicationOwnerAdded, "Add owner to application"),
    (Activity::ApplicationOwnerRemoved, "Remove owner from application"),
    (Activity::ServicePrincipalCreated, "Add service principal"),
    (Activity::ServicePrincipalUpdated, "Update service principal"),
    (Activity::ServicePrincipalDeleted, "Remove service principal"),
    (Activity::PermissionGranted, "Add delegated permission grant"),
    (Activity::PermissionGrantRemoved, "Remove delegated permission grant"),
    (Activity::GroupCreated, "Add group"),
    (Activity::GroupUpdated, "Update group"),
    (Activity::GroupDeleted, "Delete group"),
    (Activity::GroupRestored, "Restore Group"),
    (Activity::GroupRemoved, "Hard Delete group"),
    (Activity::GroupMemberAdded, "Add member to group"),
    (Activity::GroupMemberRemoved, "Remove member from group"),
    (Activity::GroupOwnerAdded, "Add owner to group"),
    (Activity::GroupOwnerRemoved, "Remove owner from group"),
    (Activity::AdministrativeUnitCreated, "Add administrative unit"),
    (Activity::AdministrativeUnitUpdated, "Update administrative unit"),
    (Activity::AdministrativeUnitRemoved, "Delete administrative unit"),
    (Activity::AdministrativeUnitMemberAdded, "Add member to administrative unit"),
    (Activity::AdministrativeUnitMemberRemoved, "Remove member from administrative unit"),
];

/// What part of the directory an activity is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Category {
    User,
    Group,
    Application,
    Role,
    Directory,
}

impl Category {
    pub const ALL: [Self; 5] = [Self::User, Self::Group, Self::Application, Self::Role, Self::Directory];

    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::User => "UserManagement",
            Self::Group => "GroupManagement",
            Self::Application => "ApplicationManagement",
            Self::Role => "RoleManagement",
            Self::Directory => "DirectoryManagement",
        }
    }
}

const OF_USERS: [&str; 10] = [
    "user-",
    "password-",
    "second-",
    "recovery-",
    "signed-",
    "sign-",
    "session",
    "invitation-",
    "access-",
    "manager-",
];
const OF_APPLICATIONS: [&str; 5] =
    ["application-", "service-principal-", "app-role-", "permission-", "federated-"];

impl Activity {
    /// By the words that its stable name begins with.
    #[must_use]
    pub fn category(self) -> Category {
        let begins = |words: &[&str]| words.iter().any(|word| self.as_str().starts_with(word));
        if begins(&OF_USERS) {
            Category::User
        } else if begins(&["group-"]) {
            Category::Group
        } else if begins(&OF_APPLICATIONS) {
            Category::Application
        } else if begins(&["role-"]) {
            Category::Role
        } else {
            Category::Directory
        }
    }

    /// What clients show.
    #[must_use]
    pub fn display_name(self) -> String {
        if let Some((_, name)) = NAMES.iter().find(|(activity, _)| *activity == self) {
            return (*name).to_owned();
        }
        let words = self.as_str().replace('-', " ");
        let mut letters = words.chars();
        letters
            .next()
            .map(|first| first.to_ascii_uppercase().to_string() + letters.as_str())
            .unwrap_or_default()
    }

    /// By the word that its stable name ends with.
    #[must_use]
    pub fn operation(self) -> &'static str {
        let ends = |words: &[&str]| words.iter().any(|word| self.as_str().ends_with(word));
        if ends(&["assigned", "granted"]) {
            "Assign"
        } else if ends(&["created", "added", "issued", "made"]) {
            "Add"
        } else if ends(&["deleted", "removed", "revoked", "withdrawn"]) {
            "Delete"
        } else {
            "Update"
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn activities_are_told_apart_by_what_clients_know() {
        let mut names: Vec<_> = Activity::ALL.iter().map(|activity| activity.display_name()).collect();
        names.sort();
        let all = names.len();
        names.dedup();
        assert_eq!(names.len(), all);
        assert_eq!(Activity::UserCreated.display_name(), "Add user");
        assert_eq!(Activity::TenantCreated.display_name(), "Tenant created");
        let told = |activity: Activity| (activity.category(), activity.operation());
        assert_eq!(told(Activity::UserCreated), (Category::User, "Add"));
        assert_eq!(told(Activity::GroupMemberRemoved), (Category::Group, "Delete"));
        assert_eq!(told(Activity::AppRoleAssigned), (Category::Application, "Assign"));
        assert_eq!(told(Activity::RoleRemoved), (Category::Role, "Delete"));
        assert_eq!(told(Activity::DomainMadePrimary), (Category::Directory, "Update"));
    }
}
