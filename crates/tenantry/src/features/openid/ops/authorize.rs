//! What stands between a request and its code.

use std::sync::Arc;

use jiff::Timestamp;
use model::applications::Platform;
use model::audit::SignInResult;
use model::ids::TenantId;
use model::refusal::{Code, Refusal};
use protocol::oauth::{AuthorizationRequest, Parameters};

use super::Refused;
use super::client::{self, Client, Redirect};
use super::grant::{Asked, Grant};
use super::person;
use super::scopes::{self, Consent, Wanted};
use super::tokens;
use crate::access::session::SignedIn;
use crate::app::App;
use crate::db::{GrantReason, Scope, TenantGrant, TenantScope};
use crate::error::Error;
use crate::features::applications::roles_at;
use crate::features::audit::{self, SignIn};
use crate::features::openid::store;
use crate::moment::Moment;
use crate::recent::AsOf;

/// Seconds that a code can be redeemed.
const CODE_SECONDS: i64 = 120;
/// Days that a grant outlives its session, where the client asked `offline_access` (facts §5.8).
const OFFLINE_DAYS: i64 = 90;
/// The same where script in a browser keeps the refresh token.
const OFFLINE_DAYS_IN_BROWSERS: i64 = 1;
/// Characters of an address that are shown where it isn't registered.
const SHOWN: usize = 200;

/// Enters the tenant that an address names, to look up a client there: by its id or a verified domain name.
///
/// # Errors
/// No such tenant, or the engine fails.
pub async fn enter<'s>(app: &App, scope: &'s mut Scope, named: &str) -> Result<TenantScope<'s>, Error> {
    let as_of = AsOf::of(app, scope);
    let tenant = match as_of.and_then(|_| known(app, named)) {
        Some((at, tenant)) => {
            scope.relies_on(at);
            tenant
        }
        None => {
            let found = store::tenant_of(scope, named).await?.ok_or_else(Error::not_found)?;
            // Other spellings are as many as anybody likes.
            if let Some(as_of) = as_of.filter(|_| named.to_lowercase() == named) {
                app.known.tenants.keep(named.to_owned(), as_of, None, found);
            }
            found
        }
    };
    enter_known(scope, tenant).await
}

/// The same where the tenant was looked up just before. What is done there must ask whether the tenant is alive.
///
/// # Errors
/// When the engine fails.
pub async fn enter_known(scope: &mut Scope, tenant: TenantId) -> Result<TenantScope<'_>, Error> {
    Ok(scope.tenant(TenantGrant::issue(tenant, GrantReason::Authentication)).await?)
}

/// The tenant of an address that was read a moment ago, and when.
#[must_use]
pub fn known(app: &App, named: &str) -> Option<(Timestamp, TenantId)> {
    app.known.tenants.find_aged(app, named)
}

/// Who asks, and where the answer goes. Without it nothing may be sent anywhere, so what is wrong is shown here.
#[derive(Clone, Debug)]
pub struct Identified {
    pub client: Arc<Client>,
    pub redirect: Redirect,
    /// The redirect URI stood in the request.
    pub redirect_sent: bool,
}

/// Looks up client and redirect URI of a request.
///
/// # Errors
/// A client that isn't there or is disabled, or a redirect URI that isn't registered for it.
pub async fn identify(
    app: &App,
    scope: &mut TenantScope<'_>,
    sent: &Parameters,
) -> Result<Identified, Error> {
    let client_id = sent.get("client_id").unwrap_or_default();
    let client = client::find(app, scope, client_id).await?;
    let client = client.ok_or_else(|| Refusal::new(Code::SignInClientUnknown))?;
    let asked = sent.get("redirect_uri");
    let redirect = match asked {
        Some(uri) => client.redirect(uri),
        None => client.only_redirect(),
    };
    let unregistered = || {
        let refusal = Refusal::new(Code::SignInRedirectUnregistered);
        let refusal = refusal.with("application", client.name().to_owned());
        let Some(uri) = asked else { return refusal.with("sent", "none") };
        // Words in place of an address are nobody's to put on a page of ours.
        if !uri.bytes().all(|byte| byte.is_ascii_graphic()) {
            return refusal.with("sent", "unfit");
        }
        refusal.with("sent", "shown").with("address", uri.chars().take(SHOWN).collect::<String>())
    };
    let redirect = redirect.ok_or_else(unregistered)?;
    Ok(Identified { client, redirect, redirect_sent: asked.is_some() })
}

/// What is left before somebody who is signed in gets a code.
pub struct Owed {
    pub wanted: Wanted,
    pub consent: Consent,
    /// The scope that the grant will have.
    pub carried: Vec<String>,
}

/// Looks up what is asked and what the person is asked for it.
///
/// # Errors
/// Scopes that can't be had, a person who isn't assigned, or the engine fails.
pub async fn owed(
    app: &App,
    scope: &mut TenantScope<'_>,
    identified: &Identified,
    asked: &AuthorizationRequest,
    who: &SignedIn,
) -> Result<Owed, Refused> {
    let user = who.actor.user_id().ok_or_else(Error::not_found)?;
    let principal = &identified.client.principal;
    if principal.properties.settings.app_role_assignment_required
        && roles_at(scope, principal.id, user.0).await?.is_empty()
    {
        let refusal = Refusal::new(Code::SignInNotAssigned);
        return Err(Error::from(refusal.with("application", identified.client.name().to_owned())).into());
    }
    let mut wanted = scopes::look_up(app, scope, &asked.scope, &asked.resource).await?;
    let claims = asked.claims.id_token.iter().chain(&asked.claims.userinfo);
    wanted.told = person::scopes_of(claims.map(|(name, _)| name.as_str()));
    let (consent, carried) = scopes::consent_owed(app, scope, &identified.client, &wanted, user).await?;
    Ok(Owed { wanted, consent, carried })
}

/// Whether somebody must show who they are again, though they are signed in.
#[must_use]
pub fn is_stale(
    asked: &AuthorizationRequest,
    authenticated_at: Timestamp,
    shown_since: Option<Timestamp>,
    moment: &Moment,
) -> bool {
    // Sent here from showing it: what the client asked of the age is met.
    if shown_since.is_some_and(|since| authenticated_at >= since) {
        return false;
    }
    let too_old = |seconds: u32| authenticated_at < moment.after_seconds(-i64::from(seconds));
    asked.prompt.login || asked.max_age.is_some_and(too_old)
}

/// Whether a class of sign-in is essential to the client that this one isn't of (OpenID Connect Core §5.5.1.1).
#[must_use]
pub fn is_unmet(asked: &AuthorizationRequest, who: &SignedIn) -> bool {
    let Some(acr) = asked.claims.of_id_token("acr").filter(|acr| acr.essential) else { return false };
    let own = tokens::assurance_of(who.second_factor_at.is_some());
    !acr.values.is_empty() && !acr.values.iter().any(|value| value.as_str() == Some(own))
}

/// Makes a grant. It comes to tokens within two minutes or never.
///
/// # Errors
/// When the engine fails.
pub async fn make(
    scope: &mut TenantScope<'_>,
    (identified, asked): (&Identified, &AuthorizationRequest),
    who: &SignedIn,
    owed: &Owed,
    moment: &Moment,
) -> Result<Grant, Error> {
    let user = who.actor.user_id().ok_or_else(Error::not_found)?;
    let names = |claims: &[(String, protocol::oauth::ClaimRequest)]| {
        claims.iter().map(|(name, _)| name.clone()).collect::<Vec<_>>()
    };
    // A refresh token comes with a code alone.
    let offline = asked.response.code && owed.carried.iter().any(|name| name == "offline_access");
    let days = match identified.redirect.platform {
        Platform::Spa => OFFLINE_DAYS_IN_BROWSERS,
        Platform::Web | Platform::PublicClient => OFFLINE_DAYS,
    };
    let made = Grant {
        id: moment.uuid(),
        client: identified.client.principal.id.0,
        user,
        session: who.session,
        asked: Asked {
            redirect_uri: identified.redirect.uri.clone(),
            redirect_sent: identified.redirect_sent,
            platform: identified.redirect.platform.into(),
            scope: owed.carried.iter().filter(|name| offline || *name != "offline_access").cloned().collect(),
            resource: owed.wanted.resource.as_ref().map(|resource| resource.id.0),
            nonce: asked.nonce.clone(),
            challenge: asked.challenge.as_ref().map(|challenge| challenge.0.clone()),
            authenticated_at: who.authenticated_at,
            second_factor: who.second_factor_at.is_some(),
            methods: who.amr().into_iter().map(str::to_owned).collect(),
            id_token_claims: names(&asked.claims.id_token),
            userinfo_claims: names(&asked.claims.userinfo),
            acting: None,
            key: None,
        },
        code_expires_at: moment.after_seconds(CODE_SECONDS),
        redeemed_at: None,
        generation: 0,
        offline_until: offline.then(|| moment.after_seconds(days * 86_400)),
    };
    store::insert(scope, &made, moment).await?;
    let entered = SignIn {
        id: moment.uuid(),
        at: moment.now,
        user,
        user_name: who.user_name.clone(),
        display_name: who.display_name.clone(),
        application: identified.client.app_id(),
        application_name: identified.client.name().to_owned(),
        ip: who.actor.origin.ip.clone(),
        user_agent: who.actor.origin.user_agent.clone(),
        result: SignInResult::Success.as_str().to_owned(),
        second_factor: made.asked.second_factor,
        // Whoever has a session here has signed in here.
        familiar: true,
        correlation: who.actor.origin.request,
    };
    audit::record_sign_in(scope, &entered).await?;
    Ok(made)
}
