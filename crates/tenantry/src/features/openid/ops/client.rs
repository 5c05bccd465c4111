//! Which client it is, and whether it shows so.

use std::sync::Arc;

use jiff::Timestamp;
use model::applications::{Application, FIRST_PARTY, FirstParty, Platform, ServicePrincipal, SignInSettings};
use model::ids::{ObjectId, TenantId};
use protocol::oauth::{ClientAuthentication, FaultCode};
use uuid::Uuid;

use super::{Refused, assertion, refused};
use crate::app::App;
use crate::db::TenantScope;
use crate::error::Error;
use crate::features::applications::{
    SecretHashes, SignIn, find_service_principal_of, matching_secret, secret_hashes, sign_in_of, standing_of,
};
use crate::features::objects::{self, Object};
use crate::moment::Moment;
use crate::recent::AsOf;

/// An application that the tenant uses, alive and enabled.
#[derive(Clone, Debug)]
pub struct Client {
    pub principal: Object<ServicePrincipal>,
    pub application: Object<Application>,
    pub sign_in: SignIn,
    secrets: SecretHashes,
}

/// A redirect URI as it is registered for the client.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Redirect {
    /// As the request has it: answers go there.
    pub uri: String,
    pub platform: Platform,
}

impl Client {
    /// Its `client_id`.
    #[must_use]
    pub fn app_id(&self) -> Uuid {
        self.application.properties.app_id
    }

    /// How it wants to sign people in.
    #[must_use]
    pub fn settings(&self) -> &SignInSettings {
        &self.sign_in.settings
    }

    #[must_use]
    pub fn name(&self) -> &str {
        &self.principal.display_name
    }

    #[must_use]
    pub fn has_logo(&self) -> bool {
        self.application.properties.settings.info.logo_url.is_some()
    }

    /// The registered redirect URI that a request names. They are compared as texts (RFC 9700 §4.1.1), but that a program on
    /// somebody's device listens on any port of its own machine (RFC 8252 §7.3).
    #[must_use]
    pub fn redirect(&self, uri: &str) -> Option<Redirect> {
        let settings = &self.application.properties.settings;
        let equal = settings.redirect_uris().find(|(_, registered)| *registered == uri);
        let loopback = || {
            let on_device = |platform: &Platform| *platform == Platform::PublicClient;
            let asked = without_port(uri)?;
            settings
                .redirect_uris()
                .find(|(platform, known)| on_device(platform) && without_port(known) == Some(asked.clone()))
        };
        let (platform, _) = equal.or_else(loopback)?;
        Some(Redirect { uri: uri.to_owned(), platform })
    }

    /// The one redirect URI of a client that has no other: a request may leave it out then (RFC 6749 §3.1.2.3).
    #[must_use]
    pub fn only_redirect(&self) -> Option<Redirect> {
        let mut all = self.application.properties.settings.redirect_uris();
        match (all.next(), all.next()) {
            (Some((platform, uri)), None) => Some(Redirect { uri: uri.clone(), platform }),
            _ => None,
        }
    }

    /// Does a secret, certificate or registered key that it showed count now?
    #[must_use]
    pub fn has_credential(&self, id: Uuid, now: Timestamp) -> bool {
        let lasts = |from: Option<Timestamp>, until: Option<Timestamp>| {
            from.is_some_and(|from| from <= now) && until.is_some_and(|until| now < until)
        };
        let (application, principal) = (&self.application.properties, &self.principal.properties);
        let passwords = application.password_credentials.iter().chain(&principal.password_credentials);
        let keys = application.key_credentials.iter().chain(&principal.key_credentials);
        let mut passwords = passwords.map(|one| (one.key_id, one.start_date_time, one.end_date_time));
        let mut keys = keys.map(|one| (one.key_id, one.start_date_time, one.end_date_time));
        let mut counts = |(key, from, until): (Option<Uuid>, _, _)| key == Some(id) && lasts(from, until);
        passwords.any(&mut counts) || keys.any(&mut counts) || (id.is_nil() && self.has_registered_keys())
    }

    fn has_credentials(&self) -> bool {
        let (application, principal) = (&self.application.properties, &self.principal.properties);
        !application.password_credentials.is_empty()
            || !application.key_credentials.is_empty()
            || !principal.password_credentials.is_empty()
            || !principal.key_credentials.is_empty()
            || self.has_registered_keys()
    }

    // They have no ids: assertions that they signed are of the nil one.
    fn has_registered_keys(&self) -> bool {
        self.settings().jwks.is_some() || self.settings().jwks_uri.is_some()
    }
}

/// A loopback address without its port; `None` for any other.
fn without_port(uri: &str) -> Option<(String, String)> {
    let rest = uri.strip_prefix("http://")?;
    let (authority, path) = rest.split_at(rest.find(['/', '?', '#']).unwrap_or(rest.len()));
    let (host, port) = match authority.rsplit_once(':') {
        Some((host, port)) if !authority.ends_with(']') => (host, port),
        _ => (authority, ""),
    };
    let is_loopback = ["localhost", "127.0.0.1", "[::1]"].contains(&host);
    let is_port = port.is_empty() || port.parse::<u16>().is_ok_and(|number| number > 0);
    // An empty path and `/` are the same address.
    let path = if path.is_empty() { "/" } else { path };
    (is_loopback && is_port).then(|| (host.to_owned(), path.to_owned()))
}

/// The client of an id.
///
/// # Errors
/// When the engine fails. One that isn't there, is disabled or deleted is `None`.
pub async fn find(
    app: &App,
    scope: &mut TenantScope<'_>,
    client_id: &str,
) -> Result<Option<Arc<Client>>, Error> {
    let Ok(app_id) = client_id.parse::<Uuid>() else { return Ok(None) };
    let tenant = scope.tenant();
    let Some(as_of) = AsOf::of(app, scope.global()) else {
        // What a transaction writes must rest on what it reads.
        return current(app, scope, app_id).await;
    };
    if let Some(known) = known(app, tenant, app_id) {
        scope.global().relies_on(known.0);
        return Ok(Some(known.1));
    }
    let Some(found) = current(app, scope, app_id).await? else { return Ok(None) };
    app.known.recent_clients.keep((tenant, app_id), as_of, Some(tenant), Arc::clone(&found));
    Ok(Some(found))
}

/// A client that was read a moment ago, and when.
#[must_use]
pub fn known(app: &App, tenant: TenantId, app_id: Uuid) -> Option<(Timestamp, Arc<Client>)> {
    app.known.recent_clients.find_aged(app, &(tenant, app_id))
}

/// Reads it again only where it stands otherwise by now.
///
/// # Errors
/// When the engine fails. One that isn't there, is disabled or deleted is `None`.
pub async fn current(
    app: &App,
    scope: &mut TenantScope<'_>,
    app_id: Uuid,
) -> Result<Option<Arc<Client>>, Error> {
    let place = (scope.tenant(), app_id);
    if let Some((standing, known)) = app.known.clients.get(&place)
        && standing_of(scope, known.application.id, known.principal.id).await? == standing
    {
        return Ok(Some(known));
    }
    let Some(client) = read(scope, app_id).await?.map(Arc::new) else { return Ok(None) };
    let standing = standing_of(scope, client.application.id, client.principal.id).await?;
    app.known.clients.put(scope, place, (standing, Arc::clone(&client)));
    Ok(Some(client))
}

async fn read(scope: &mut TenantScope<'_>, app_id: Uuid) -> Result<Option<Client>, Error> {
    let Some(principal) = find_service_principal_of(scope, app_id).await? else { return Ok(None) };
    let Some(application) = application_of(scope, &principal).await? else { return Ok(None) };
    let alive = principal.deleted_at.is_none()
        && application.deleted_at.is_none()
        && principal.properties.settings.account_enabled;
    if !alive {
        return Ok(None);
    }
    let sign_in = sign_in_of(scope, application.id).await?;
    let secrets = secret_hashes(scope, application.id, principal.id).await?;
    Ok(Some(Client { principal, application, sign_in, secrets }))
}

/// The application that a service principal stands for: one that the tenant registered, or one that every tenant knows.
async fn application_of(
    scope: &mut TenantScope<'_>,
    principal: &Object<ServicePrincipal>,
) -> Result<Option<Object<Application>>, Error> {
    let own = &principal.properties;
    match FirstParty::named(own.app_id).filter(|_| own.home_tenant == FIRST_PARTY) {
        Some(known) => Ok(Some(Object {
            id: ObjectId(own.application),
            display_name: known.name.to_owned(),
            properties: known.application(),
            created_at: principal.created_at,
            deleted_at: None,
            version: 1,
        })),
        None => objects::find(scope, ObjectId(own.application)).await,
    }
}

/// The client whose service principal this is.
///
/// # Errors
/// When the engine fails. One that is gone or disabled is `None`.
pub async fn of_principal(
    app: &App,
    scope: &mut TenantScope<'_>,
    id: Uuid,
) -> Result<Option<Arc<Client>>, Error> {
    match objects::find::<ServicePrincipal>(scope, ObjectId(id)).await? {
        Some(principal) => find(app, scope, &principal.properties.app_id.to_string()).await,
        None => Ok(None),
    }
}

/// How sure it is that a request comes from the client.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shown {
    /// It names itself, as everybody can.
    Named,
    /// It has shown a secret or a signature: the one with this id.
    Proven(Uuid),
}

fn unproven() -> Refused {
    refused(FaultCode::InvalidClient, "the client must show its secret or a signed assertion")
}

impl Shown {
    /// The secret or certificate that was shown.
    ///
    /// # Errors
    /// `invalid_client` where the client only named itself.
    pub fn credential(self) -> Result<Uuid, Refused> {
        match self {
            Self::Proven(credential) => Ok(credential),
            Self::Named => Err(unproven()),
        }
    }
}

fn unknown() -> Refused {
    refused(FaultCode::InvalidClient, "the client isn't known here, or doesn't show that it is it")
}

/// Which client a request says that it comes from.
#[must_use]
pub fn named(shown: &ClientAuthentication) -> Option<String> {
    match shown {
        ClientAuthentication::Assertion { client_id: None, assertion } => assertion::subject(assertion),
        _ => shown.client_id().map(str::to_owned),
    }
}

/// The client of a request to the token endpoint and its like, with how sure that is. A client that is wrong and one that isn't
/// there get one answer.
///
/// # Errors
/// `invalid_client`, or the engine fails.
pub async fn authenticate(
    app: &App,
    scope: &mut TenantScope<'_>,
    shown: &ClientAuthentication,
    moment: &Moment,
) -> Result<(Arc<Client>, Shown), Refused> {
    let client_id = named(shown).ok_or_else(unknown)?;
    let client = find(app, scope, &client_id).await?.ok_or_else(unknown)?;
    if let Ok(proven) = client.proves(app, scope.tenant(), shown, moment) {
        return Ok((client, proven));
    }
    // Another node may have given it a secret a moment ago.
    let client = current(app, scope, client.app_id()).await?.ok_or_else(unknown)?;
    let proven = client.proves(app, scope.tenant(), shown, moment)?;
    Ok((client, proven))
}

impl Client {
    /// How sure it is by what a request shows that it comes from this client.
    ///
    /// # Errors
    /// `invalid_client`.
    pub fn proves(
        &self,
        app: &App,
        tenant: TenantId,
        shown: &ClientAuthentication,
        moment: &Moment,
    ) -> Result<Shown, Refused> {
        let way = self.settings().token_endpoint_auth_method.as_deref();
        if way.is_some_and(|way| way != shown.method().as_str()) {
            return Err(unknown());
        }
        let key = match shown {
            ClientAuthentication::None { .. } => return Ok(Shown::Named),
            ClientAuthentication::Secret { secret, .. } => {
                let both = (&self.application, &self.principal);
                matching_secret(app, both, &self.secrets, secret, moment.now)
            }
            ClientAuthentication::Assertion { assertion, .. } => {
                assertion::holds(app, tenant, self, assertion, moment.now)
            }
        };
        key.map(Shown::Proven).ok_or_else(unknown)
    }
}

impl Client {
    /// A client that signs people in through a page of the web must show more than its name; one that runs on devices or in
    /// browsers has nothing to show (RFC 6749 §2.1).
    ///
    /// # Errors
    /// `invalid_client`.
    pub fn require_proof(&self, shown: Shown, platform: Platform) -> Result<(), Refused> {
        let needs = platform == Platform::Web
            || (platform == Platform::PublicClient && self.has_credentials() && !self.is_public());
        if needs && shown == Shown::Named {
            return Err(unproven());
        }
        Ok(())
    }

    /// Is it said of it that it runs where no secret can be kept? One that only wasn't said to be confidential isn't.
    #[must_use]
    pub fn is_said_public(&self) -> bool {
        self.application.properties.settings.is_fallback_public_client == Some(true)
    }

    fn is_public(&self) -> bool {
        self.application.properties.settings.is_fallback_public_client != Some(false)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_loopback_address_is_any_port_of_it_and_nothing_else() {
        let same =
            |one: &str, other: &str| without_port(one).is_some() && without_port(one) == without_port(other);
        assert!(same("http://localhost", "http://localhost:4711/"));
        assert!(same("http://127.0.0.1:1/cb", "http://127.0.0.1:65535/cb"));
        assert!(same("http://[::1]/cb", "http://[::1]:80/cb"));
        for (registered, asked) in [
            ("http://localhost/cb", "http://localhost:80/cb2"),
            ("http://localhost/cb", "http://localhost.evil.example/cb"),
            ("http://localhost/cb", "http://evil.example@localhost/cb"),
            ("http://localhost/cb", "http://localhost:80@evil.example/cb"),
            ("http://localhost/cb", "http://127.0.0.1/cb"),
            ("http://localhost/cb", "https://localhost/cb"),
            ("http://localhost/cb", "http://localhost:99999/cb"),
            ("http://localhost/cb", "http://localhost:1/cb?x=y"),
            ("http://localhost/cb", "http://localhost:1/cb#x"),
            ("https://app.example/cb", "https://app.example:444/cb"),
        ] {
            assert!(!same(registered, asked), "{registered} and {asked}");
        }
    }
}
