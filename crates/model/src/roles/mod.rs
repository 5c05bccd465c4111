//! Roles and what each may do: one typed table, from which checks, "My access" and *why can't I?* are made.
//!
//! Names and template ids are those of the reference system (facts §4.5), so that clients which know them work here.
//! Beside the built-in roles a tenant makes its own ([`custom`]), of the same permissions.

pub mod actions;
pub mod custom;
mod permission;

pub use permission::{Area, Permission, Permissions, UnknownPermission};
use uuid::{Uuid, uuid};

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
            pub fn permissions(self) -> Permissions {
                use Permission::*;
                match self { $(Role::$role => [$($permission),*].into_iter().collect(),)* }
            }
        }
    };
}

roles! {
    GlobalAdministrator = "Global Administrator", "62e90394-69f5-4237-9190-012177145e10":
        [ReadDirectory ManageUsers ResetPasswords ManageAdministrators ManageRoles ManageDomains ReadBilling ManageBilling ReadAudit DecideAccessRequests ManageGroups ManageApplications ManageWebhooks ManageOrganization];
    UserAdministrator = "User Administrator", "fe930be7-5e62-47db-91af-98c3a49a38b1":
        [ReadDirectory ManageUsers ResetPasswords DecideAccessRequests ManageGroups];
    DirectoryWriters = "Directory Writers", "9360feb5-f418-4baa-8175-e2a00bac4301":
        [ReadDirectory ManageUsers ManageGroups];
    HelpdeskAdministrator = "Helpdesk Administrator", "729827e3-9c14-49f7-bb1b-9608f156bbb8":
        [ReadDirectory ResetPasswords];
    AuthenticationAdministrator = "Authentication Administrator", "c4e39bd9-1100-46d3-8c65-fb160da0071f":
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
    ComplianceAdministrator = "Compliance Administrator", "17315797-102d-40b4-93e0-432062caca18":
        [ReadDirectory ReadAudit];
    SecurityReader = "Security Reader", "5d6b6bb7-de71-4623-b4af-96380a352509":
        [ReadDirectory ReadAudit];
    ReportsReader = "Reports Reader", "4a5d8f65-41da-4de4-8968-e035b65339cf":
        [ReadAudit];
    DirectoryReaders = "Directory Readers", "88d8e3e3-8f55-4a1e-953a-9b9898b8876b":
        [ReadDirectory];
}

impl Role {
    /// The role with this template id.
    #[must_use]
    pub fn from_template_id(id: Uuid) -> Option<Self> {
        Self::ALL.iter().copied().find(|role| role.template_id() == id)
    }

    #[must_use]
    pub fn allows(self, permission: Permission) -> bool {
        self.permissions().contains(permission)
    }

    /// Does holding this role make a person an administrator, who must have a second factor (SPEC §8)?
    #[must_use]
    pub fn is_administrative(self) -> bool {
        self.permissions().are_administrative()
    }

    /// The built-in roles that would allow this, for *why can't I?*: the one that allows least else first.
    pub fn that_allow(permission: Permission) -> impl Iterator<Item = Self> {
        let mut roles: Vec<Self> = Self::ALL.iter().copied().filter(|role| role.allows(permission)).collect();
        roles.sort_by_key(|role| role.permissions().iter().count());
        roles.into_iter()
    }
}

#[cfg(test)]
mod tests;
