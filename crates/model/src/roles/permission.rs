//! What a role may allow, one by one and as a set.

use std::str::FromStr;

macro_rules! permissions {
    ($($(#[$doc:meta])* $name:ident = $text:literal, $action:literal, $area:ident;)*) => {
        /// Something that a role may allow.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum Permission { $($(#[$doc])* $name,)* }

        impl Permission {
            /// Every permission, in the order of their areas.
            pub const ALL: &'static [Self] = &[$(Self::$name,)*];

            /// The name as roles of a tenant keep it; pages take their words from the text files under
            /// `permission-<name>`. Names are stable.
            #[must_use]
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$name => $text,)* }
            }

            /// The resource action that a role definition of the API names for it.
            #[must_use]
            pub fn resource_action(self) -> &'static str {
                match self { $(Self::$name => $action,)* }
            }

            /// What it is about.
            #[must_use]
            pub fn area(self) -> Area {
                match self { $(Self::$name => Area::$area,)* }
            }
        }
    };
}

permissions! {
    /// See the tenant's overview, people, groups, applications, domain names and roles.
    ReadDirectory = "read-directory", "microsoft.directory/standard/read", People;
    /// Create, edit, disable, delete and restore people without administrative roles.
    ManageUsers = "manage-users", "microsoft.directory/users/allProperties/allTasks", People;
    /// Set a new password for people without administrative roles.
    ResetPasswords = "reset-passwords", "microsoft.directory/users/password/update", People;
    /// Do the same to people who hold administrative roles.
    ManageAdministrators = "manage-administrators", "microsoft.directory/users/administrators/allTasks", People;
    /// Approve or refuse requests for access.
    DecideAccessRequests = "decide-access-requests", "microsoft.directory/accessRequests/allTasks", People;
    /// Create, change and delete groups and say who is in them, but for those that roles can be granted to.
    ManageGroups = "manage-groups", "microsoft.directory/groups/allProperties/allTasks", GroupsAndApplications;
    /// Register applications and change, assign and delete them.
    ManageApplications = "manage-applications", "microsoft.directory/applications/allProperties/allTasks", GroupsAndApplications;
    /// Say where changes of the directory are told, and see what was told.
    ManageWebhooks = "manage-webhooks", "microsoft.directory/webhooks/allTasks", GroupsAndApplications;
    /// Make roles, grant them and take them away.
    ManageRoles = "manage-roles", "microsoft.directory/roleAssignments/allProperties/allTasks", Organisation;
    /// Add, verify and remove domain names, and choose the primary one.
    ManageDomains = "manage-domains", "microsoft.directory/domains/allProperties/allTasks", Organisation;
    /// Change what the organisation says of itself.
    ManageOrganization = "manage-organization", "microsoft.directory/organization/allProperties/allTasks", Organisation;
    /// Read the activity log.
    ReadAudit = "read-audit", "microsoft.directory/auditLogs/allProperties/read", Organisation;
    /// See the billing account.
    ReadBilling = "read-billing", "microsoft.commerce.billing/allEntities/allProperties/read", Billing;
    /// Change the billing account.
    ManageBilling = "manage-billing", "microsoft.commerce.billing/allEntities/allProperties/allTasks", Billing;
}

/// What permissions are about, to group them on pages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Area {
    People,
    GroupsAndApplications,
    Organisation,
    Billing,
}

impl Area {
    pub const ALL: [Self; 4] = [Self::People, Self::GroupsAndApplications, Self::Organisation, Self::Billing];
}

impl Permission {
    /// Does it allow to look, and no more?
    #[must_use]
    pub fn is_reading(self) -> bool {
        matches!(self, Self::ReadDirectory | Self::ReadBilling | Self::ReadAudit)
    }
}

/// The text names no permission.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UnknownPermission;

impl FromStr for Permission {
    type Err = UnknownPermission;

    fn from_str(text: &str) -> Result<Self, UnknownPermission> {
        Self::ALL.iter().copied().find(|known| known.as_str() == text).ok_or(UnknownPermission)
    }
}

/// What somebody may do: the permissions of all that they hold.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Permissions(u32);

impl Permissions {
    #[must_use]
    pub fn all() -> Self {
        Permission::ALL.iter().copied().collect()
    }

    #[must_use]
    pub fn contains(self, permission: Permission) -> bool {
        self.0 & (1 << permission as u32) != 0
    }

    /// Are all of these among them? Nobody grants what isn't.
    #[must_use]
    pub fn covers(self, others: Self) -> bool {
        self.0 & others.0 == others.0
    }

    #[must_use]
    pub fn and(self, others: Self) -> Self {
        Self(self.0 | others.0)
    }

    /// What both have.
    #[must_use]
    pub fn common(self, others: Self) -> Self {
        Self(self.0 & others.0)
    }

    /// Do they let somebody act on people, groups, applications or roles that they don't let them see?
    #[must_use]
    pub fn are_blind(self) -> bool {
        let acts = |permission: Permission| {
            matches!(permission.area(), Area::People | Area::GroupsAndApplications)
                || matches!(permission, Permission::ManageRoles | Permission::ManageDomains)
        };
        !self.contains(Permission::ReadDirectory) && self.iter().any(acts)
    }

    #[must_use]
    pub fn is_empty(self) -> bool {
        self.0 == 0
    }

    pub fn iter(self) -> impl Iterator<Item = Permission> {
        Permission::ALL.iter().copied().filter(move |permission| self.contains(*permission))
    }

    /// Do they make a person an administrator, who must have a second factor (SPEC §8)? Whoever only looks is none.
    #[must_use]
    pub fn are_administrative(self) -> bool {
        self.iter().any(|permission| !permission.is_reading())
    }

    /// The names, with spaces between, as they are kept.
    #[must_use]
    pub fn names(self) -> String {
        self.iter().map(Permission::as_str).collect::<Vec<_>>().join(" ")
    }

    /// What [`Permissions::names`] wrote. A name that isn't known any more allows nothing.
    #[must_use]
    pub fn named(names: &str) -> Self {
        names.split(' ').filter_map(|name| name.parse().ok()).collect()
    }
}

impl FromIterator<Permission> for Permissions {
    fn from_iter<I: IntoIterator<Item = Permission>>(permissions: I) -> Self {
        Self(permissions.into_iter().fold(0, |set, permission| set | 1 << permission as u32))
    }
}
