//! What a tenant knows of an application that it uses.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{
    AddIn, AppRole, Application, Info, KeyCredential, MappedClaim, PasswordCredential, PermissionScope,
    SignInAudience, complex, shaped,
};
use crate::refusal::{Code, Refusal};

/// A service principal with what the service keeps of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ServicePrincipal {
    pub app_id: Uuid,
    /// The application object, in the same tenant.
    pub application: Uuid,
    /// The tenant that the application is registered in.
    pub home_tenant: Uuid,
    pub settings: ServicePrincipalSettings,
    pub from_application: FromApplication,
    #[serde(default)]
    pub password_credentials: Vec<PasswordCredential>,
    #[serde(default)]
    pub key_credentials: Vec<KeyCredential>,
    /// What the policy that applies to it adds to tokens, written with each change of that.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub mapped_claims: Vec<MappedClaim>,
}

shaped! {
    /// What administrators and owners write.
    pub struct ServicePrincipalSettings {
        pub account_enabled: bool,
        pub add_ins: Vec<AddIn>,
        pub alternative_names: Vec<String>,
        pub app_role_assignment_required: bool,
        pub description: Option<String>,
        pub login_url: Option<String>,
        pub notes: Option<String>,
        pub notification_email_addresses: Vec<String>,
        pub preferred_single_sign_on_mode: Option<String>,
        pub preferred_token_signing_key_thumbprint: Option<String>,
        pub saml_single_sign_on_settings: Option<SamlSettings>,
        pub tags: Vec<String>,
        pub token_encryption_key_id: Option<Uuid>,
    }
}

impl Default for ServicePrincipalSettings {
    fn default() -> Self {
        Self {
            account_enabled: true,
            add_ins: Vec::new(),
            alternative_names: Vec::new(),
            app_role_assignment_required: false,
            description: None,
            login_url: None,
            notes: None,
            notification_email_addresses: Vec::new(),
            preferred_single_sign_on_mode: None,
            preferred_token_signing_key_thumbprint: None,
            saml_single_sign_on_settings: None,
            tags: Vec::new(),
            token_encryption_key_id: None,
        }
    }
}

complex! {
    pub struct SamlSettings {
        pub relay_state: Option<String>,
    }

    /// What follows from the application: written with each change of it.
    pub struct FromApplication {
        pub display_name: String,
        pub description: Option<String>,
        pub app_roles: Vec<AppRole>,
        pub homepage: Option<String>,
        pub identifier_uris: Vec<String>,
        pub info: Info,
        pub logout_url: Option<String>,
        pub oauth2_permission_scopes: Vec<PermissionScope>,
        pub reply_urls: Vec<String>,
        pub sign_in_audience: SignInAudience,
    }
}

impl FromApplication {
    #[must_use]
    pub fn of(display_name: &str, application: &Application) -> Self {
        let settings = &application.settings;
        Self {
            display_name: display_name.to_owned(),
            description: settings.description.clone(),
            app_roles: settings.app_roles.clone(),
            homepage: settings.web.home_page_url.clone(),
            identifier_uris: settings.identifier_uris.clone(),
            info: settings.info.clone(),
            logout_url: settings.web.logout_url.clone(),
            oauth2_permission_scopes: settings.api.oauth2_permission_scopes.clone(),
            reply_urls: settings.redirect_uris().map(|(_, uri)| uri.clone()).collect(),
            sign_in_audience: settings.sign_in_audience,
        }
    }
}

impl ServicePrincipal {
    /// The names that tokens for it may carry.
    #[must_use]
    pub fn names(&self) -> Vec<String> {
        let mut names = vec![self.app_id.to_string()];
        names.extend(self.from_application.identifier_uris.iter().cloned());
        names
    }
}

impl ServicePrincipalSettings {
    /// # Errors
    /// Every rule that a property breaks.
    pub fn check(&self) -> Result<(), Vec<Refusal>> {
        use super::check::{lines, text};
        let mut refusals = Vec::new();
        let mut keep = |found: Option<Refusal>| refusals.extend(found);
        keep(text("description", self.description.as_deref(), 1024));
        keep(text("notes", self.notes.as_deref(), 1024));
        keep(text(
            "preferredTokenSigningKeyThumbprint",
            self.preferred_token_signing_key_thumbprint.as_deref(),
            128,
        ));
        let relay = self.saml_single_sign_on_settings.as_ref().and_then(|saml| saml.relay_state.as_deref());
        keep(text("relayState", relay, 1024));
        keep(lines("tags", &self.tags, 256));
        keep(lines("alternativeNames", &self.alternative_names, 256));
        keep(lines("notificationEmailAddresses", &self.notification_email_addresses, 256));
        if let Some(url) = &self.login_url {
            keep(super::redirect::check_address("loginUrl", url).err());
        }
        if let Some(mode) = &self.preferred_single_sign_on_mode
            && !["password", "saml", "notSupported", "oidc"].contains(&mode.as_str())
        {
            keep(Some(Refusal::new(Code::PropertyChoice).on("preferredSingleSignOnMode")));
        }
        keep(super::check::add_ins(&self.add_ins));
        if refusals.is_empty() { Ok(()) } else { Err(refusals) }
    }
}
