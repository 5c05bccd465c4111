//! Programs that every tenant knows without having registered them, under the client ids that their makers have built into
//! them. A tenant has the service principal, which it can disable, and what it granted, which it can take back; the application
//! itself stands here.

use uuid::{Uuid, uuid};

use super::{Application, ApplicationSettings, RedirectUris, SignInAudience};

/// A program with a client id of its maker.
#[derive(Clone, Copy, Debug)]
pub struct FirstParty {
    pub app_id: Uuid,
    pub name: &'static str,
    /// What it may do for whoever uses it, until an administrator takes it back. Names of OpenID Connect and of the directory API.
    pub granted: &'static str,
}

/// Every such program. Ids are published by Microsoft (first-party Microsoft applications in sign-in reports).
pub const FIRST_PARTY_CLIENTS: &[FirstParty] = &[FirstParty {
    app_id: uuid!("04b07795-8ddb-461a-bbee-02f9e1bf7b46"),
    name: "Microsoft Azure CLI",
    granted: "Directory.AccessAsUser.All offline_access openid profile",
}];

impl FirstParty {
    #[must_use]
    pub fn named(app_id: Uuid) -> Option<&'static Self> {
        FIRST_PARTY_CLIENTS.iter().find(|known| known.app_id == app_id)
    }

    /// As if it were registered: it runs on people's devices and has nothing to show.
    #[must_use]
    pub fn application(&self) -> Application {
        let settings = ApplicationSettings {
            is_fallback_public_client: Some(true),
            public_client: RedirectUris { redirect_uris: vec!["http://localhost".into()] },
            sign_in_audience: SignInAudience::AzureADMultipleOrgs,
            ..ApplicationSettings::default()
        };
        Application {
            app_id: self.app_id,
            publisher_domain: None,
            settings,
            password_credentials: Vec::new(),
            key_credentials: Vec::new(),
            federated_credentials: Vec::new(),
        }
    }
}
