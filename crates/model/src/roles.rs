//! Roles and what each may do: one typed table, from which checks, "My access" and *why can't I?* are made.
//!
//! Names and template ids are those of the reference system (facts §4.5), so that clients which know them work here.

use uuid::{Uuid, uuid};

/// Something that a role may allow.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Permission {
    /// See the tenant's overview and its people.
    ReadDirectory,
    /// Create, edit, disable, delete and restore people without administrative roles.
    ManageUsers,
    /// Set a new password for people without administrative roles.
    ResetPasswords,
    /// Do the same to people who hold administrative roles.
    ManageAdministrators,
    /// Grant and take away roles.
    ManageRoles,
    /// Add, verify and remove domain names, and choose the primary one.
    ManageDomains,
    /// See the billing account.
    ReadBilling,
    /// Change the billing account.
    ManageBilling,
    /// Read the activity log.
    ReadAudit,
    /// Approve or refuse requests for access.
    DecideAccessRequests,
    /// Create, change and delete groups and say who is in them, but for those that roles can be granted to.
    ManageGroups,
    /// Register applications and change, assign and delete them.
    ManageApplications,
    /// Say where changes of the directory are told, and see what was told.
    ManageWebhooks,
}

impl Permission {
    /// The resource action that a role definition of the API names for it.
    #[must_use]
    pub fn resource_action(self) -> &'static str {
        match self {
            Self::ReadDirectory => "microsoft.directory/standard/read",
            Self::ManageUsers => "microsoft.directory/users/allProperties/allTasks",
            Self::ResetPasswords => "microsoft.directory/users/password/update",
            Self::ManageAdministrators => "microsoft.directory/users/administrators/allTasks",
            Self::ManageRoles => "microsoft.directory/roleAssignments/allProperties/allTasks",
            Self::ManageDomains => "microsoft.directory/domains/allProperties/allTasks",
            Self::ReadBilling => "microsoft.commerce.billing/allEntities/allProperties/read",
            Self::ManageBilling => "microsoft.commerce.billing/allEntities/allProperties/allTasks",
            Self::ReadAudit => "microsoft.directory/auditLogs/allProperties/read",
            Self::DecideAccessRequests => "microsoft.directory/accessRequests/allTasks",
            Self::ManageGroups => "microsoft.directory/groups/allProperties/allTasks",
            Self::ManageApplications => "microsoft.directory/applications/allProperties/allTasks",
            Self::ManageWebhooks => "microsoft.directory/webhooks/allTasks",
        }
    }
}

macro_rules! roles {
    ($($role:ident = $name:literal, $id:literal: [$($permission:ident)*];)*) => {
        /// A built-in role.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum Role { $($role,)* }

        impl Role {
            /// Every built-in role, the strongest first.
            pub const ALL: &'static [Role] = &[$(Role::$role,)*];

            /// The template id, the same in every tenant.
            #[must_use]
            pub fn template_id(self) -> Uuid {
                match self { $(Role::$role => uuid!($id),)* }
            }

            /// The name as the directory API gives it. Pages take theirs from the text files.
            #[must_use]
            pub fn name(self) -> &'static str {
                match self { $(Role::$role => $name,)* }
            }

            /// What the role allows.
            #[must_use]
            pub fn permissions(self) -> &'static [Permission] {
                use Permission::*;
                match self { $(Role::$role => &[$($permission),*],)* }
            }
        }
    };
}

roles! {
    GlobalAdministrator = "Global Administrator", "62e90394-69f5-4237-9190-012177145e10":
        [ReadDirectory ManageUsers ResetPasswords ManageAdministrators ManageRoles ManageDomains ReadBilling ManageBilling ReadAudit DecideAccessRequests ManageGroups ManageApplications ManageWebhooks];
    UserAdministrator = "User Administrator", "fe930be7-5e62-47db-91af-98c3a49a38b1":
        [ReadDirectory ManageUsers ResetPasswords DecideAccessRequests ManageGroups];
    HelpdeskAdministrator = "Helpdesk Administrator", "729827e3-9c14-49f7-bb1b-9608f156bbb8":
        [ReadDirectory ResetPasswords];
    DomainNameAdministrator = "Domain Name Administrator", "8329153b-31d0-4727-b945-745eb3bc5f31":
        [ReadDirectory ManageDomains];
    BillingAdministrator = "Billing Administrator", "b0f54661-2d74-4c50-afa3-1ec803f12efe":
        [ReadDirectory ReadBilling ManageBilling];
    PrivilegedRoleAdministrator = "Privileged Role Administrator", "e8611ab8-c189-46e8-94e1-60213ab1f814":
        [ReadDirectory ManageRoles ReadAudit];
    GroupsAdministrator = "Groups Administrator", "fdd7a751-b60b-444a-984c-02652fe8fa1c":
        [ReadDirectory ManageGroups];
    ApplicationAdministrator = "Application Administrator", "9b895d92-2cd3-44c7-9d02-a6ac2d5ea5c3":
        [ReadDirectory ManageApplications ManageWebhooks];
    CloudApplicationAdministrator = "Cloud Application Administrator", "158c047a-c907-4556-b7ef-446551a6b5f7":
        [ReadDirectory ManageApplications];
    PasswordAdministrator = "Password Administrator", "966707d0-3269-4727-9be2-8c3a10f19b9d":
        [ReadDirectory ResetPasswords];
    GlobalReader = "Global Reader", "f2ef992c-3afb-46b9-b7cf-a126ee74c451":
        [ReadDirectory ReadBilling ReadAudit];
    SecurityReader = "Security Reader", "5d6b6bb7-de71-4623-b4af-96380a352509":
        [ReadDirectory ReadAudit];
    ReportsReader = "Reports Reader", "4a5d8f65-41da-4de4-8968-e035b65339cf":
        [ReadAudit];
    DirectoryReaders = "Directory Readers", "88d8e3e3-8f55-4a1e-953a-9b9898b8876b":
        [ReadDirectory];
}

/// Roles that somebody holds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct RoleSet(u32);

impl RoleSet {
    /// Are all of these among them?
    #[must_use]
    pub fn includes(self, others: Self) -> bool {
        self.0 & others.0 == others.0
    }
}

impl FromIterator<Role> for RoleSet {
    fn from_iter<I: IntoIterator<Item = Role>>(roles: I) -> Self {
        Self(roles.into_iter().fold(0, |set, role| set | 1 << role as u32))
    }
}

impl Role {
    /// The role with this template id.
    #[must_use]
    pub fn from_template_id(id: Uuid) -> Option<Self> {
        Self::ALL.iter().copied().find(|role| role.template_id() == id)
    }

    #[must_use]
    pub fn allows(self, permission: Permission) -> bool {
        self.permissions().contains(&permission)
    }

    /// Does holding this role make a person an administrator, who must have a second factor (SPEC §8)?
    #[must_use]
    pub fn is_administrative(self) -> bool {
        !matches!(
            self,
            Self::GlobalReader | Self::SecurityReader | Self::ReportsReader | Self::DirectoryReaders
        )
    }

    /// The roles that would allow this, for *why can't I?*.
    pub fn that_allow(permission: Permission) -> impl Iterator<Item = Self> {
        Self::ALL.iter().copied().filter(move |role| role.allows(permission))
    }
}
