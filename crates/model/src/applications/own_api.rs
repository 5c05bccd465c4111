//! The directory API as an application that others are granted permissions of, under the names and ids that Microsoft
//! publishes for Microsoft Graph, since its clients look them up by these.
//!
//! One table says which permission of the API is which right here. Nothing of it is stored with a tenant: its service
//! principal shows this table, whatever release made it.

use uuid::{Uuid, uuid};

use super::{AppRole, FromApplication, PermissionScope, SignInAudience};
use crate::roles::{Permission, Permissions};

/// The client id of the directory API, the same in every tenant.
pub const OWN_API: Uuid = uuid!("00000003-0000-0000-c000-000000000000");
/// The identifier URI that Microsoft's clients name it by.
pub const OWN_API_URI: &str = "https://graph.microsoft.com";
pub const OWN_API_NAME: &str = "Microsoft Graph";
/// Names of OpenID Connect, which every client may ask (Core §5.4, §11). No permission of an application has one: what a
/// person agrees to under such a name is about themselves.
pub const OPENID_SCOPES: [&str; 6] = ["openid", "profile", "email", "address", "phone", "offline_access"];
/// The tenant that first-party applications are said to be of: clients tell by it which ones these are.
pub const FIRST_PARTY: Uuid = uuid!("f8cdef31-a31e-4b4a-93e4-5f571e91255a");

/// One permission of the API.
#[derive(Clone, Copy, Debug)]
pub struct ApiPermission {
    /// The name in `scp` and `roles` of tokens.
    pub value: &'static str,
    /// Its id for a program that acts for the person who uses it.
    pub delegated: Option<Uuid>,
    /// Its id for a program that acts by itself.
    pub application: Option<Uuid>,
    /// May people grant it for themselves?
    pub by_people: bool,
    /// Completes "Allows the app to …".
    pub does: &'static str,
    allows: &'static [Permission],
}

macro_rules! api_permissions {
    ($($value:literal, $delegated:tt, $application:tt, $who:ident, $does:literal: [$($permission:ident)*];)*) => {
        &[$(ApiPermission {
            value: $value,
            delegated: api_permissions!(@id $delegated),
            application: api_permissions!(@id $application),
            by_people: api_permissions!(@who $who),
            does: $does,
            allows: &[$(Permission::$permission),*],
        },)*]
    };
    (@id -) => { None };
    (@id $id:literal) => { Some(uuid!($id)) };
    (@who people) => { true };
    (@who administrators) => { false };
}

/// Every permission. Ids are published by Microsoft (Microsoft Graph permissions reference).
const ALL: &[ApiPermission] = api_permissions! {
    "openid", "37f7f235-527c-4136-accd-4a02d197296e", -, people,
        "sign people in": [];
    "profile", "14dad69e-099b-42c9-810b-d002981feec1", -, people,
        "see people's basic profile": [];
    "email", "64a6cdd6-aab1-4aaf-94b8-3cc8405e90d0", -, people,
        "see people's e-mail address": [];
    "offline_access", "7427e0e9-2fba-42fe-b0c0-848c9e6a8182", -, people,
        "keep the access that people gave it": [];
    "User.Read", "e1fe6dd8-ba31-4d61-89e7-88639da4683d", -, people,
        "sign people in and read their profile": [];
    "User.Read.All", "a154be20-db9c-4678-8ab7-66f6cc099a59", "df021288-bdef-4463-88db-98f22de89214", administrators,
        "read the directory, with the profiles of all people": [ReadDirectory];
    "User.ReadWrite.All", "204e0828-b5ca-4ad8-b9f3-f32a958e7cc4", "741f803b-c850-494e-b5df-cde7c675a1ca", administrators,
        "read the directory, and change the profiles of all people": [ReadDirectory ManageUsers];
    "User.Invite.All", "63dd7cd9-b489-4adf-a28c-ac38b9a0f962", "09850681-111b-4a89-9bed-3f2cae46d706", administrators,
        "invite people, and create and change them": [ManageUsers];
    "Group.Read.All", "5f8c59db-677d-491f-a6b8-5f174b11ec1d", "5b567255-7703-4780-807c-7be8301ae99b", administrators,
        "read the directory, with all groups and who is in them": [ReadDirectory];
    "Group.ReadWrite.All", "4e46008b-f24c-477d-8fff-7bb4ec7aafe0", "62a82d76-70ea-41e2-9197-370581804d09", administrators,
        "read the directory, and change all groups and who is in them": [ReadDirectory ManageGroups];
    "Application.Read.All", "c79f8feb-a9db-4090-85f9-90d820caa0eb", "9a5d68dd-52b0-4cc2-bd40-abcf44ac3a30", administrators,
        "read the directory, with all applications and service principals": [ReadDirectory];
    "Application.ReadWrite.All", "bdfbf15f-ee85-4955-8675-146e8e5296b5", "1bfefb4e-e0b5-418b-a88f-73c46d2cc8e9", administrators,
        "read the directory, and change all applications and service principals": [ReadDirectory ManageApplications];
    "Directory.Read.All", "06da0dbc-49e2-44d2-8312-53f166ab848a", "7ab1d382-f21e-4acd-a863-ba3e13f7da61", administrators,
        "read the directory": [ReadDirectory];
    "Directory.ReadWrite.All", "c5366453-9fb0-48a5-a156-24f0c49a4b84", "19dbc75e-c2e2-444c-a770-ec69d8559fc7", administrators,
        "read the directory and change people and groups": [ReadDirectory ManageUsers ManageGroups];
    "RoleManagement.Read.Directory", "741c54c3-0c1e-44a1-818b-3f97ab4e8c83", "483bed4a-2ad3-4361-a73b-c83ccdbdc53c", administrators,
        "read the directory, with roles and who holds them": [ReadDirectory];
    "RoleManagement.ReadWrite.Directory", "d01b97e9-cbc0-49fe-810a-750afd5527a3", "9e3f62cf-ca93-4989-b6ce-bf83c28f9fe8", administrators,
        "read the directory, and change roles and who holds them": [ReadDirectory ManageRoles];
    "Directory.AccessAsUser.All", "0e263e50-5827-48a4-b97c-d940288653c7", -, administrators,
        "do in the directory whatever the person who uses it may": [ReadDirectory ManageUsers ResetPasswords
            ManageAdministrators DecideAccessRequests ManageGroups ManageApplications ManageWebhooks ManageRoles
            ManageDomains ManageOrganization ReadAudit ReadBilling ManageBilling];
    "AuditLog.Read.All", "e4c9e354-4dc5-45b8-9e7c-e1393b0b1a20", "b0afded3-3588-46d8-8b3d-9842eff778da", administrators,
        "read the activity log": [ReadAudit];
    "Domain.Read.All", "2f9ee017-59c1-4f1d-9472-bd5529a7b311", "dbb9058a-0e50-45d7-ae91-66909b5d4664", administrators,
        "read the directory, with its domain names": [ReadDirectory];
    "Domain.ReadWrite.All", "0b5d694c-a244-4bde-86e6-eb5cd07730fe", "7e05723c-0bb0-42da-be95-ae9f08a6e53c", administrators,
        "read the directory, and change domain names": [ReadDirectory ManageDomains];
    "Organization.Read.All", "4908d5b9-3fb2-4b1e-9336-1888b7937185", "498476ce-e0fe-48b0-b801-37ba7e2685c6", administrators,
        "read the directory, with what the organisation says of itself": [ReadDirectory];
    "Organization.ReadWrite.All", "46ca0847-7e6b-426e-9775-ea810a948356", "292d869f-3427-49a8-9dab-8c70152b74e9", administrators,
        "read the directory, and change what the organisation says of itself": [ReadDirectory ManageOrganization];
};

impl ApiPermission {
    pub const ALL: &'static [Self] = ALL;

    /// The permission that a scope names.
    #[must_use]
    pub fn named(value: &str) -> Option<&'static Self> {
        ALL.iter().find(|known| known.value.eq_ignore_ascii_case(value) && known.delegated.is_some())
    }

    /// The permission that is this role.
    #[must_use]
    pub fn of_role(id: Uuid) -> Option<&'static Self> {
        ALL.iter().find(|known| known.application == Some(id))
    }

    /// Does it let a program ask the API anything? Names of OpenID Connect let it sign people in alone.
    #[must_use]
    pub fn opens_the_api(&self) -> bool {
        self.value.contains('.')
    }

    /// What it allows here, beside what everybody may do to their own account.
    #[must_use]
    pub fn rights(&self) -> Permissions {
        self.allows.iter().copied().collect()
    }

    /// The same, said to the person who is asked.
    fn does_for_you(&self) -> &'static str {
        match self.value {
            "openid" => "sign you in",
            "profile" => "see your basic profile",
            "email" => "see your e-mail address",
            "offline_access" => "keep the access that you gave it",
            "User.Read" => "sign you in and read your profile",
            "Directory.AccessAsUser.All" => "do in the directory whatever you may",
            _ => self.does,
        }
    }

    fn display_name(does: &str) -> String {
        let mut letters = does.chars();
        letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
    }

    fn scope(&self) -> Option<PermissionScope> {
        let (does, for_you) = (self.does, self.does_for_you());
        Some(PermissionScope {
            id: self.delegated?,
            value: Some(self.value.into()),
            r#type: if self.by_people { "User" } else { "Admin" }.into(),
            admin_consent_display_name: Some(Self::display_name(does)),
            admin_consent_description: Some(format!(
                "Allows the app to {does}, as far as whoever uses it may."
            )),
            user_consent_display_name: Some(Self::display_name(for_you)),
            user_consent_description: Some(format!("Allows the app to {for_you}, as far as you may.")),
            ..PermissionScope::default()
        })
    }

    fn role(&self) -> Option<AppRole> {
        Some(AppRole {
            id: self.application?,
            value: Some(self.value.into()),
            allowed_member_types: vec!["Application".into()],
            display_name: Some(Self::display_name(self.does)),
            description: Some(format!("Allows the app to {} by itself.", self.does)),
            ..AppRole::default()
        })
    }
}

/// What the service principal of the directory API shows.
#[must_use]
pub fn own_api() -> FromApplication {
    FromApplication {
        display_name: OWN_API_NAME.into(),
        app_roles: ALL.iter().filter_map(ApiPermission::role).collect(),
        oauth2_permission_scopes: ALL.iter().filter_map(ApiPermission::scope).collect(),
        identifier_uris: vec![OWN_API_URI.into()],
        sign_in_audience: SignInAudience::AzureADMultipleOrgs,
        ..FromApplication::default()
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_permission_has_a_name_and_ids_of_its_own() {
        let ids: Vec<Uuid> =
            ALL.iter().flat_map(|known| [known.delegated, known.application]).flatten().collect();
        assert_eq!(ids.iter().collect::<BTreeSet<_>>().len(), ids.len());
        assert_eq!(ALL.iter().map(|known| known.value).collect::<BTreeSet<_>>().len(), ALL.len());
    }

    #[test]
    fn people_grant_nothing_that_a_role_must_allow() {
        for known in ALL.iter().filter(|known| known.by_people) {
            assert!(known.rights().is_empty() && known.application.is_none(), "{}", known.value);
        }
    }

    #[test]
    fn reading_permissions_only_read() {
        for known in ALL.iter().filter(|known| known.value.contains(".Read.")) {
            assert!(known.rights().iter().all(Permission::is_reading), "{}", known.value);
        }
    }
}
