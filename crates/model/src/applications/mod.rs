//! Applications and service principals, with the properties of Microsoft Graph (facts §5.6, §7.1).
//!
//! An application says what a program is: its addresses, roles, permissions, credentials. Its service principal is what
//! a tenant knows of it: whether people may use it, and who. Types here are stored and shown as they stand; what may
//! be written is judged by [`check`], and what is removed by [`check_change`].

mod check;
mod claims;
mod credentials;
mod extension;
mod first_party;
mod issuance;
mod own_api;
mod policies;
mod redirect;
mod service_principal;
mod sign_in;
#[cfg(test)]
mod tests;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::shape::Shaped;

pub use check::{Home, check, check_change, check_display_name, check_logo};
pub use claims::{ClaimSource, MappedClaim, is_protected, mapped_claims};
pub use credentials::{
    FEDERATED_CREDENTIALS, FederatedCredential, KeyCredential, LONGEST_SECRET_DAYS, PASSWORDS,
    PasswordCredential, SECRET_DAYS, check_federated, hint,
};
pub use extension::{
    DataType, ExtensionProperty, OF_ONE_APPLICATION, ON_ONE_OBJECT, check_targets, is_extension, whole_name,
};
pub use first_party::{FIRST_PARTY_CLIENTS, FirstParty};
pub use own_api::{ApiPermission, FIRST_PARTY, OPENID_SCOPES, OWN_API, OWN_API_NAME, OWN_API_URI, own_api};
pub use policies::{PolicyKind, PolicyProperties};
pub use redirect::{Platform, check_address, check_redirect, linked_host};
pub use service_principal::{FromApplication, SamlSettings, ServicePrincipal, ServicePrincipalSettings};
pub use sign_in::{ASSERTING, METHODS, REQUESTING, SIGNING, SignInSettings, bare, is_key_set};

/// People and other objects that may own one application (facts §5.3).
pub const OWNERS: i64 = 100;
/// Characters of a display name.
pub const DISPLAY_NAME: usize = 256;

/// Types that are written as objects with every property, and read strictly.
macro_rules! complex {
    ($($(#[$doc:meta])* pub struct $name:ident { $($(#[$field_doc:meta])* pub $field:ident: $type:ty,)* })*) => {$(
        crate::applications::shaped! {
            $(#[$doc])*
            #[derive(Default)]
            pub struct $name { $($(#[$field_doc])* pub $field: $type,)* }
        }
    )*};
}

/// The same of types whose defaults stand beside them.
macro_rules! shaped {
    ($(#[$doc:meta])* pub struct $name:ident { $($(#[$field_doc:meta])* pub $field:ident: $type:ty,)* }) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
        #[serde(rename_all = "camelCase", default, deny_unknown_fields)]
        pub struct $name { $($(#[$field_doc])* pub $field: $type,)* }

        impl crate::shape::Shaped for $name {
            fn shape() -> serde_json::Value {
                crate::shape::object([$((
                    crate::shape::camel_case(stringify!($field)),
                    <$type as crate::shape::Shaped>::shape(),
                ),)*])
            }
        }
    };
}
pub(crate) use complex;
pub(crate) use shaped;

/// Whose accounts may sign in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum SignInAudience {
    #[default]
    AzureADMyOrg,
    AzureADMultipleOrgs,
    AzureADandPersonalMicrosoftAccount,
    PersonalMicrosoftAccount,
}

impl Shaped for SignInAudience {
    fn shape() -> Value {
        let all = [
            Self::AzureADMyOrg,
            Self::AzureADMultipleOrgs,
            Self::AzureADandPersonalMicrosoftAccount,
            Self::PersonalMicrosoftAccount,
        ];
        json!({ "type": "string", "enum": all.map(Self::as_str) })
    }
}

impl SignInAudience {
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::AzureADMyOrg => "AzureADMyOrg",
            Self::AzureADMultipleOrgs => "AzureADMultipleOrgs",
            Self::AzureADandPersonalMicrosoftAccount => "AzureADandPersonalMicrosoftAccount",
            Self::PersonalMicrosoftAccount => "PersonalMicrosoftAccount",
        }
    }
}

/// An application with what the service keeps of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Application {
    /// The client id, never reused.
    pub app_id: Uuid,
    /// The tenant's primary domain name when it was registered.
    pub publisher_domain: Option<String>,
    pub settings: ApplicationSettings,
    #[serde(default)]
    pub password_credentials: Vec<PasswordCredential>,
    #[serde(default)]
    pub key_credentials: Vec<KeyCredential>,
    #[serde(default)]
    pub federated_credentials: Vec<FederatedCredential>,
}

impl Application {
    /// When the first of its secrets and certificates ends, or ended.
    #[must_use]
    pub fn first_end(&self) -> Option<Timestamp> {
        let secrets = self.password_credentials.iter().filter_map(|secret| secret.end_date_time);
        let keys = self.key_credentials.iter().filter_map(|key| key.end_date_time);
        secrets.chain(keys).min()
    }
}

complex! {
    /// What owners and administrators write.
    pub struct ApplicationSettings {
        pub add_ins: Vec<AddIn>,
        pub api: Api,
        pub app_roles: Vec<AppRole>,
        pub default_redirect_uri: Option<String>,
        pub description: Option<String>,
        /// Names joined by commas.
        pub group_membership_claims: Option<String>,
        pub identifier_uris: Vec<String>,
        pub info: Info,
        pub is_device_only_auth_supported: Option<bool>,
        pub is_fallback_public_client: Option<bool>,
        pub native_authentication_apis_enabled: Option<String>,
        pub notes: Option<String>,
        pub oauth2_require_post_response: bool,
        pub optional_claims: Option<OptionalClaims>,
        pub parental_control_settings: ParentalControl,
        pub public_client: RedirectUris,
        pub request_signature_verification: Option<RequestSignature>,
        pub required_resource_access: Vec<RequiredResource>,
        pub saml_metadata_url: Option<String>,
        pub service_management_reference: Option<String>,
        pub service_principal_lock_configuration: Option<LockConfiguration>,
        pub sign_in_audience: SignInAudience,
        pub spa: RedirectUris,
        pub tags: Vec<String>,
        pub token_encryption_key_id: Option<Uuid>,
        pub unique_name: Option<String>,
        pub web: Web,
    }

    pub struct AddIn {
        pub id: Uuid,
        pub r#type: String,
        pub properties: Vec<KeyValue>,
    }

    pub struct KeyValue {
        pub key: String,
        pub value: Option<String>,
    }

    /// The application as something that others call.
    pub struct Api {
        pub accept_mapped_claims: Option<bool>,
        pub known_client_applications: Vec<Uuid>,
        pub oauth2_permission_scopes: Vec<PermissionScope>,
        pub pre_authorized_applications: Vec<PreAuthorized>,
        /// 1 or 2.
        pub requested_access_token_version: Option<i32>,
    }

    pub struct PreAuthorized {
        pub app_id: Option<Uuid>,
        pub delegated_permission_ids: Vec<Uuid>,
    }

    pub struct Info {
        pub logo_url: Option<String>,
        pub marketing_url: Option<String>,
        pub privacy_statement_url: Option<String>,
        pub support_url: Option<String>,
        pub terms_of_service_url: Option<String>,
    }

    pub struct OptionalClaims {
        pub access_token: Vec<OptionalClaim>,
        pub id_token: Vec<OptionalClaim>,
        pub saml2_token: Vec<OptionalClaim>,
    }

    pub struct OptionalClaim {
        pub additional_properties: Vec<String>,
        pub essential: bool,
        pub name: String,
        pub source: Option<String>,
    }

    pub struct RedirectUris {
        pub redirect_uris: Vec<String>,
    }

    pub struct RequestSignature {
        pub allowed_weak_algorithms: Option<String>,
        pub is_signed_request_required: Option<bool>,
    }

    /// What the application wants of another.
    pub struct RequiredResource {
        pub resource_access: Vec<ResourceAccess>,
        pub resource_app_id: String,
    }

    pub struct ResourceAccess {
        pub id: Uuid,
        /// `Scope` or `Role`.
        pub r#type: String,
    }

    pub struct LockConfiguration {
        pub all_properties: Option<bool>,
        pub credentials_with_usage_sign: Option<bool>,
        pub credentials_with_usage_verify: Option<bool>,
        pub is_enabled: bool,
        pub token_encryption_key_id: Option<bool>,
    }

    pub struct Web {
        pub home_page_url: Option<String>,
        pub implicit_grant_settings: ImplicitGrant,
        pub logout_url: Option<String>,
        pub redirect_uri_settings: Vec<RedirectUriSetting>,
        pub redirect_uris: Vec<String>,
    }

    pub struct ImplicitGrant {
        pub enable_access_token_issuance: Option<bool>,
        pub enable_id_token_issuance: Option<bool>,
    }

    pub struct RedirectUriSetting {
        pub index: Option<i32>,
        pub uri: Option<String>,
    }
}

shaped! {
    /// A role that the application knows, for people or for programs.
    pub struct AppRole {
        pub allowed_member_types: Vec<String>,
        pub description: Option<String>,
        pub display_name: Option<String>,
        pub id: Uuid,
        pub is_enabled: bool,
        /// Where it is defined: always the application itself.
        pub origin: Option<String>,
        pub value: Option<String>,
    }
}

impl Default for AppRole {
    fn default() -> Self {
        Self {
            allowed_member_types: Vec::new(),
            description: None,
            display_name: None,
            id: Uuid::nil(),
            is_enabled: true,
            origin: Some("Application".into()),
            value: None,
        }
    }
}

shaped! {
    /// A permission that people, or administrators for them, grant to programs.
    pub struct PermissionScope {
        pub admin_consent_description: Option<String>,
        pub admin_consent_display_name: Option<String>,
        pub id: Uuid,
        pub is_enabled: bool,
        pub origin: Option<String>,
        /// `User` or `Admin`.
        pub r#type: String,
        pub user_consent_description: Option<String>,
        pub user_consent_display_name: Option<String>,
        pub value: Option<String>,
    }
}

impl PermissionScope {
    /// What a person is told that they allow, in few words; those for administrators where it has none for people.
    #[must_use]
    pub fn words(&self) -> Option<&str> {
        let all = [&self.user_consent_display_name, &self.admin_consent_display_name];
        all.into_iter().flatten().map(String::as_str).find(|words| !words.is_empty())
    }
}

impl Default for PermissionScope {
    fn default() -> Self {
        Self {
            admin_consent_description: None,
            admin_consent_display_name: None,
            id: Uuid::nil(),
            is_enabled: true,
            origin: Some("Application".into()),
            r#type: "User".into(),
            user_consent_description: None,
            user_consent_display_name: None,
            value: None,
        }
    }
}

shaped! {
    /// Which young people may use it.
    pub struct ParentalControl {
        pub countries_blocked_for_minors: Vec<String>,
        pub legal_age_group_rule: String,
    }
}

impl Default for ParentalControl {
    fn default() -> Self {
        Self { countries_blocked_for_minors: Vec::new(), legal_age_group_rule: "Allow".into() }
    }
}

impl ApplicationSettings {
    /// Every redirect URI with where it belongs.
    pub fn redirect_uris(&self) -> impl Iterator<Item = (Platform, &String)> {
        let all = [
            (Platform::Web, &self.web.redirect_uris),
            (Platform::Spa, &self.spa.redirect_uris),
            (Platform::PublicClient, &self.public_client.redirect_uris),
        ];
        all.into_iter().flat_map(|(platform, uris)| uris.iter().map(move |uri| (platform, uri)))
    }

    /// Puts what follows from other properties where it belongs: each redirect URI of the web has its settings.
    pub fn settle(&mut self) {
        let settings = std::mem::take(&mut self.web.redirect_uri_settings);
        let index_of = |uri: &String| {
            settings.iter().find(|old| old.uri.as_ref() == Some(uri)).and_then(|old| old.index)
        };
        self.web.redirect_uri_settings = self
            .web
            .redirect_uris
            .iter()
            .map(|uri| RedirectUriSetting { index: index_of(uri), uri: Some(uri.clone()) })
            .collect();
    }
}
