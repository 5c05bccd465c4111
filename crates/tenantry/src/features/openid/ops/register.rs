//! Applications that register themselves (OpenID Connect Dynamic Client Registration 1.0, RFC 7591), and what they do with that
//! later (RFC 7592). What comes of it is an application of the tenant like any other, with a service principal and a mark.

use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::Timestamp;
use model::applications::{
    Application, ApplicationSettings, ImplicitGrant, ServicePrincipalSettings, SignInSettings,
};
use model::ids::{ObjectId, TenantId};
use model::refusal::{Code, Refusal};
use protocol::oauth::{ClientMetadata, Fault, FaultCode, ResponseType};

use super::client::{self, Client};
use super::logo;
use super::{Refused, refused};
use crate::access::Actor;
use crate::app::App;
use crate::db::TenantScope;
use crate::error::Error;
use crate::features::applications::{self, ApplicationUpdate, NewApplication, NewSecret};
use crate::moment::Moment;
use crate::secrets::Secret;

const PURPOSE: &str = "registration access token";

/// A client that registered itself, with what is shown to it once.
pub struct Registered {
    pub client: Arc<Client>,
    pub secret: Option<(Secret, Option<Timestamp>)>,
    pub token: Secret,
}

/// What a client is to be, after its metadata was read.
#[derive(Clone, Debug)]
pub struct Described {
    pub name: String,
    pub settings: ApplicationSettings,
    pub sign_in: SignInSettings,
}

fn invalid(words: &str) -> Fault {
    Fault::new(FaultCode::InvalidClientMetadata, words)
}

fn is_one_of(name: &str, values: &[String], known: &[&str]) -> Result<(), Fault> {
    match values.iter().find(|value| !known.contains(&value.as_str())) {
        Some(_) => Err(invalid(&format!("{name} holds a value that isn't supported"))),
        None => Ok(()),
    }
}

/// Reads metadata.
///
/// # Errors
/// `invalid_client_metadata` and `invalid_redirect_uri`.
pub fn described(metadata: &ClientMetadata, before: Option<&Client>) -> Result<Described, Fault> {
    let method = metadata.text("token_endpoint_auth_method")?;
    let method = method.unwrap_or_else(|| "client_secret_basic".to_owned());
    let kind = metadata.text("application_type")?.unwrap_or_else(|| "web".to_owned());
    let types = metadata.texts("response_types")?.unwrap_or_else(|| vec!["code".to_owned()]);
    let grants = metadata.texts("grant_types")?.unwrap_or_else(|| vec!["authorization_code".to_owned()]);
    let known = ["authorization_code", "implicit", "refresh_token", "client_credentials"];
    is_one_of("grant_types", &grants, &known)?;
    let implicit = implicit(&types, &grants)?;
    let subject = metadata.text("subject_type")?.unwrap_or_else(|| "public".to_owned());
    is_one_of("subject_type", &[subject], &["public"])?;
    for name in [
        "id_token_encrypted_response_alg",
        "userinfo_encrypted_response_alg",
        "request_object_encryption_alg",
    ] {
        if metadata.value(name).is_some() {
            return Err(invalid(&format!("{name}: nothing is encrypted here")));
        }
    }
    let uris = metadata.texts("redirect_uris")?.unwrap_or_default();
    if uris.is_empty() && grants.iter().any(|grant| grant == "authorization_code" || grant == "implicit") {
        return Err(Fault::new(FaultCode::InvalidRedirectUri, "redirect_uris is missing"));
    }
    let mut settings =
        before.map(|client| client.application.properties.settings.clone()).unwrap_or_default();
    place(&mut settings, uris, &method, &kind);
    settings.web.implicit_grant_settings = implicit;
    settings.web.home_page_url = metadata.text("client_uri")?;
    settings.web.logout_url = metadata.text("frontchannel_logout_uri")?;
    settings.info.privacy_statement_url = metadata.text("policy_uri")?;
    settings.info.terms_of_service_url = metadata.text("tos_uri")?;
    let sign_in = sign_in(metadata, (method, kind), (grants, types))?;
    if sign_in.token_endpoint_auth_method.as_deref() == Some("private_key_jwt")
        && sign_in.jwks.is_none()
        && sign_in.jwks_uri.is_none()
    {
        return Err(invalid("private_key_jwt needs jwks or jwks_uri"));
    }
    let name = metadata.text("client_name")?.unwrap_or_else(|| "Application".to_owned());
    Ok(Described { name, settings, sign_in })
}

/// What a client is given without a code; the two lists must say the same of it (RFC 7591 §2.1).
fn implicit(types: &[String], grants: &[String]) -> Result<ImplicitGrant, Fault> {
    let read: Option<Vec<ResponseType>> = types.iter().map(|name| ResponseType::named(name)).collect();
    let read = read.ok_or_else(|| invalid("response_types holds a value that isn't supported"))?;
    let says = |grant: &str| grants.iter().any(|named| named == grant);
    let needs = |grant: &str, is_needed: bool| match is_needed && !says(grant) {
        true => Err(invalid(&format!("response_types need {grant} among grant_types"))),
        false => Ok(()),
    };
    needs("authorization_code", read.iter().any(|one| one.code))?;
    needs("implicit", read.iter().any(|one| one.passes_tokens()))?;
    let set = |wanted: bool| wanted.then_some(true);
    Ok(ImplicitGrant {
        enable_access_token_issuance: set(read.iter().any(|one| one.token)),
        enable_id_token_issuance: set(read.iter().any(|one| one.id_token)),
    })
}

/// Where redirect URIs stand says what the client must show: one that can keep no secret is a program or a page.
fn place(settings: &mut ApplicationSettings, uris: Vec<String>, method: &str, kind: &str) {
    let (web, other): (Vec<_>, Vec<_>) = match (method, kind) {
        ("none", _) => (Vec::new(), uris),
        (_, "native") => uris.into_iter().partition(|uri| uri.starts_with("https://")),
        _ => (uris, Vec::new()),
    };
    let is_page = method == "none" && kind != "native";
    settings.web.redirect_uris = web;
    settings.spa.redirect_uris = if is_page { other.clone() } else { Vec::new() };
    settings.public_client.redirect_uris = if is_page { Vec::new() } else { other };
    settings.is_fallback_public_client = Some(method == "none");
}

fn sign_in(
    metadata: &ClientMetadata,
    (method, kind): (String, String),
    (grants, types): (Vec<String>, Vec<String>),
) -> Result<SignInSettings, Fault> {
    Ok(SignInSettings {
        token_endpoint_auth_method: Some(method),
        token_endpoint_auth_signing_alg: metadata.text("token_endpoint_auth_signing_alg")?,
        id_token_signed_response_alg: metadata.text("id_token_signed_response_alg")?,
        userinfo_signed_response_alg: metadata.text("userinfo_signed_response_alg")?,
        request_object_signing_alg: metadata.text("request_object_signing_alg")?,
        request_uris: metadata.texts("request_uris")?.unwrap_or_default(),
        require_pushed_authorization_requests: metadata.truth("require_pushed_authorization_requests")?,
        jwks: metadata.value("jwks").cloned(),
        jwks_uri: metadata.text("jwks_uri")?,
        post_logout_redirect_uris: metadata.texts("post_logout_redirect_uris")?.unwrap_or_default(),
        frontchannel_logout_session_required: metadata.truth("frontchannel_logout_session_required")?,
        backchannel_logout_uri: metadata.text("backchannel_logout_uri")?,
        backchannel_logout_session_required: metadata.truth("backchannel_logout_session_required")?,
        default_max_age: metadata.seconds("default_max_age")?,
        require_auth_time: metadata.truth("require_auth_time")?,
        initiate_login_uri: metadata.text("initiate_login_uri")?,
        logo_uri: metadata.text("logo_uri")?,
        contacts: metadata.texts("contacts")?.unwrap_or_default(),
        application_type: Some(kind),
        grant_types: grants,
        response_types: types,
    })
}

/// What a rule of ours says, in the words of RFC 7591 §3.2.2.
#[must_use]
pub fn told(error: Error) -> Refused {
    let refusals = match error.into_refusals() {
        Ok(refusals) => refusals,
        Err(error) => return error.into(),
    };
    let Some(first) = refusals.first() else { return Error::Refused(refusals).into() };
    match first.code {
        Code::TokenInvalid | Code::ClientRegistrationOff | Code::ClientRegistrationFull => {
            Error::Refused(refusals).into()
        }
        code => {
            let on = first.field.unwrap_or("the metadata");
            let kind = match code {
                Code::RedirectUriInvalid => FaultCode::InvalidRedirectUri,
                _ => FaultCode::InvalidClientMetadata,
            };
            refused(kind, &format!("{on}: {}", code.as_str()))
        }
    }
}

/// Registers a client.
///
/// # Errors
/// Registration isn't open for it, metadata that breaks a rule, or the engine fails.
pub async fn register(
    app: &App,
    scope: &mut TenantScope<'_>,
    shown: Option<&str>,
    described: &Described,
    moment: &Moment,
) -> Result<Registered, Error> {
    applications::admit_registration(app, scope, shown).await?;
    let actor = Actor::system(scope.tenant());
    let new = NewApplication {
        display_name: described.name.clone(),
        settings: described.settings.clone(),
        ..NewApplication::default()
    };
    let made = applications::create(scope, &actor, new, moment).await?;
    let app_id = made.properties.app_id;
    let settings = ServicePrincipalSettings::default();
    applications::create_service_principal(scope, &actor, app_id, settings, moment).await?;
    applications::set_sign_in(app, scope, &actor, (made.id, &described.sign_in), moment).await?;
    applications::mark_registered(scope, made.id, moment).await?;
    let secret = secret_for(app, scope, &actor, (made.id, described), moment).await?;
    let client = client::find(app, scope, &app_id.to_string()).await?.ok_or_else(Error::not_found)?;
    logo::follow(scope, None, &client, moment).await?;
    let token = token(app, scope.tenant(), &client);
    Ok(Registered { client, secret, token })
}

/// A secret for a client that shows one and has none that is valid.
async fn secret_for(
    app: &App,
    scope: &mut TenantScope<'_>,
    actor: &Actor,
    (id, described): (ObjectId, &Described),
    moment: &Moment,
) -> Result<Option<(Secret, Option<Timestamp>)>, Error> {
    let method = described.sign_in.token_endpoint_auth_method.as_deref().unwrap_or_default();
    if !method.starts_with("client_secret_") {
        return Ok(None);
    }
    let new = NewSecret { display_name: Some("registration".to_owned()), ..NewSecret::default() };
    let made = applications::add_secret::<Application>(app, scope, actor, id, new, moment).await;
    let (credential, secret) = made?;
    Ok(Some((secret, credential.end_date_time)))
}

/// Changes a client that registered itself to what it says now (RFC 7592 §2.2). It gets a secret where it had none and needs one.
///
/// # Errors
/// Metadata that breaks a rule, or the engine fails.
pub async fn change(
    app: &App,
    scope: &mut TenantScope<'_>,
    client: &Client,
    described: &Described,
    moment: &Moment,
) -> Result<Registered, Error> {
    let actor = Actor::system(scope.tenant());
    let id = client.application.id;
    let update = ApplicationUpdate {
        display_name: Some(described.name.clone()),
        settings: Some(described.settings.clone()),
        ..ApplicationUpdate::default()
    };
    applications::update(scope, &actor, id, update, moment).await?;
    applications::set_sign_in(app, scope, &actor, (id, &described.sign_in), moment).await?;
    let secret = match client.application.properties.password_credentials.is_empty() {
        true => secret_for(app, scope, &actor, (id, described), moment).await?,
        false => None,
    };
    let changed =
        client::find(app, scope, &client.app_id().to_string()).await?.ok_or_else(Error::not_found)?;
    logo::follow(scope, Some(client), &changed, moment).await?;
    let token = token(app, scope.tenant(), &changed);
    Ok(Registered { client: changed, secret, token })
}

/// Removes a client that registered itself, for good.
///
/// # Errors
/// When the engine fails.
pub async fn remove(scope: &mut TenantScope<'_>, client: &Client, moment: &Moment) -> Result<(), Error> {
    let actor = Actor::system(scope.tenant());
    applications::delete(scope, &actor, client.application.id, moment).await?;
    applications::remove_service_principal_now(scope, &actor, client.principal.id, moment).await?;
    applications::remove_now(scope, &actor, client.application.id, moment).await
}

/// The token with which a client manages its registration: made of its ids and the time of it, so none is kept.
#[must_use]
pub fn token(app: &App, tenant: TenantId, client: &Client) -> Secret {
    Secret::new(URL_SAFE_NO_PAD.encode(app.keys.hash(PURPOSE, &context(tenant, client), "")))
}

fn context(tenant: TenantId, client: &Client) -> Vec<u8> {
    let at = client.sign_in.registered_at.map(Timestamp::as_microsecond).unwrap_or_default();
    [tenant.0.as_bytes(), client.application.id.0.as_bytes(), at.to_be_bytes().as_slice()].concat()
}

/// The client that a token manages. Whatever doesn't fit gets one answer.
///
/// # Errors
/// [`Code::TokenInvalid`], or the engine fails.
pub async fn managed(
    app: &App,
    scope: &mut TenantScope<'_>,
    (client_id, shown): (&str, Option<&str>),
) -> Result<Arc<Client>, Error> {
    let refused = || Error::from(Refusal::new(Code::TokenInvalid));
    let client = client::find(app, scope, client_id).await?;
    let client = client.filter(|client| client.sign_in.registered_at.is_some()).ok_or_else(refused)?;
    let shown = shown.and_then(|text| URL_SAFE_NO_PAD.decode(text).ok()).unwrap_or_default();
    let holds = app.keys.matches(PURPOSE, &context(scope.tenant(), &client), "", &shown);
    if holds { Ok(client) } else { Err(refused()) }
}

impl Client {
    /// Its redirect URIs, wherever they stand.
    #[must_use]
    pub fn redirect_uris(&self) -> Vec<String> {
        self.application.properties.settings.redirect_uris().map(|(_, uri)| uri.clone()).collect()
    }
}
