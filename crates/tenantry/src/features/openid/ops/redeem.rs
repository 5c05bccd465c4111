//! The token endpoint: codes, refresh tokens and clients for tokens.

use std::sync::Arc;

use aws_lc_rs::digest::{SHA256, digest};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use protocol::oauth::{FaultCode, Parameters, is_verifier};
use uuid::Uuid;

use super::client::{Client, Shown};
use super::grant::{self, Grant};
use super::noted::Copied;
use super::tokens::Facts;
use super::{Refused, refused, scopes};
use crate::access::rights::{needs_second_factor, rights_of};
use crate::app::App;
use crate::db::TenantScope;
use crate::error::Error;
use crate::features::applications::roles_at;
use crate::features::openid::store::{self, Looked};
use crate::moment::Moment;

/// What a redeemed code or refresh token comes to.
pub enum Redeemed {
    /// Tokens for these, and a refresh token of this generation.
    Facts(Box<Facts>),
    /// It came a second time: the grant was ended, and the change must stand.
    Copied(Box<Copied>),
}

fn invalid(description: &str) -> Refused {
    refused(FaultCode::InvalidGrant, description)
}

const GONE: &str = "the grant has ended, or isn't this client's";

/// Tokens for a code (RFC 6749 §4.1.3).
///
/// # Errors
/// `invalid_grant` and others, or the engine fails.
pub async fn code(
    app: &App,
    scope: &mut TenantScope<'_>,
    (client, shown): (Arc<Client>, Shown),
    sent: &Parameters,
    moment: &Moment,
) -> Result<Redeemed, Refused> {
    let text = sent.required("code")?;
    let pointer = grant::read_code(app, text).filter(|pointer| pointer.tenant == scope.tenant());
    let pointer = pointer.ok_or_else(|| invalid(GONE))?;
    let looked = of_client(store::look(scope, pointer.grant, moment).await?, &client)?;
    client.require_proof(shown, looked.grant.asked.platform.into())?;
    matches_request(&looked.grant, sent)?;
    same_resource(app, scope, &looked.grant, sent).await?;
    first_time(app, scope, (looked, client), "code", moment).await
}

/// Ends a grant whose code or refresh token came again.
async fn copied(
    scope: &mut TenantScope<'_>,
    whose: (Arc<Client>, Grant),
    what: &'static str,
    moment: &Moment,
) -> Result<Redeemed, Refused> {
    Ok(Redeemed::Copied(Box::new(Copied::of(scope, whose, what, moment).await?)))
}

/// The client's own alone.
fn of_client(looked: Option<Looked>, client: &Client) -> Result<Looked, Refused> {
    let own = looked.filter(|looked| looked.grant.client == client.principal.id.0);
    own.ok_or_else(|| invalid(GONE))
}

/// Tokens for a grant that nothing came of yet. Whatever led here a second time ends it.
async fn first_time(
    app: &App,
    scope: &mut TenantScope<'_>,
    (looked, client): (Looked, Arc<Client>),
    what: &'static str,
    moment: &Moment,
) -> Result<Redeemed, Refused> {
    if looked.grant.redeemed_at.is_some() {
        return copied(scope, (client, looked.grant), what, moment).await;
    }
    if !looked.counts {
        return Err(invalid(GONE));
    }
    let facts = facts(app, scope, (looked, client), moment).await?;
    if !store::redeem(scope, facts.grant.id, moment).await? {
        return Err(invalid(GONE));
    }
    Ok(Redeemed::Facts(Box::new(facts)))
}

fn matches_request(found: &Grant, sent: &Parameters) -> Result<(), Refused> {
    let named = sent.get("redirect_uri");
    let same = match named {
        Some(uri) => uri == found.asked.redirect_uri,
        None => !found.asked.redirect_sent,
    };
    if !same {
        return Err(invalid("redirect_uri isn't the one that the code was asked with"));
    }
    match (&found.asked.challenge, sent.get("code_verifier")) {
        (None, None) => Ok(()),
        // A verifier without a challenge: somebody took the challenge out of the request (RFC 9700 §2.1.1).
        (None, Some(_)) => Err(invalid("the code was asked without code_challenge")),
        (Some(challenge), Some(verifier)) if is_verifier(verifier) => {
            let made = URL_SAFE_NO_PAD.encode(digest(&SHA256, verifier.as_bytes()));
            let equal = subtle::ConstantTimeEq::ct_eq(made.as_bytes(), challenge.as_bytes());
            if equal.into() { Ok(()) } else { Err(invalid("code_verifier doesn't fit code_challenge")) }
        }
        (Some(_), _) => Err(invalid("code_verifier is missing or isn't one")),
    }
}

/// What let the person in must hold now too: they are assigned, and whoever must has shown a second factor.
pub(super) async fn still_may(
    scope: &mut TenantScope<'_>,
    looked: &Looked,
    client: &Client,
    moment: &Moment,
) -> Result<(), Refused> {
    let (found, principal) = (&looked.grant, &client.principal);
    if principal.properties.settings.app_role_assignment_required
        && roles_at(scope, principal.id, found.user.0).await?.is_empty()
    {
        return Err(invalid("the person isn't assigned to the application any more"));
    }
    if !found.asked.second_factor {
        let rights = rights_of(scope, found.user).await?;
        if needs_second_factor(rights, looked.second_factor_due_at, moment.now) {
            return Err(invalid("the person must sign in again, with a second factor"));
        }
    }
    Ok(())
}

/// Tokens for a grant whose device came for them.
///
/// # Errors
/// `invalid_grant`, or the engine fails.
pub async fn granted(
    app: &App,
    scope: &mut TenantScope<'_>,
    client: Arc<Client>,
    grant: Uuid,
    moment: &Moment,
) -> Result<Redeemed, Refused> {
    let looked = of_client(store::look(scope, grant, moment).await?, &client)?;
    first_time(app, scope, (looked, client), "deviceCode", moment).await
}

/// A resource that is named with the code must be the one that was asked for (RFC 8707 §2.2).
async fn same_resource(
    app: &App,
    scope: &mut TenantScope<'_>,
    found: &Grant,
    sent: &Parameters,
) -> Result<(), Refused> {
    let named: Vec<String> = sent.all("resource").map(str::to_owned).collect();
    if named.is_empty() {
        return Ok(());
    }
    let wanted = scopes::look_up(app, scope, &[], &named).await?;
    if wanted.resource.map(|resource| resource.id.0) == found.asked.resource {
        return Ok(());
    }
    Err(refused(FaultCode::InvalidTarget, "the code was asked for another resource"))
}

async fn facts(
    app: &App,
    scope: &mut TenantScope<'_>,
    (looked, client): (Looked, Arc<Client>),
    moment: &Moment,
) -> Result<Facts, Refused> {
    still_may(scope, &looked, &client, moment).await?;
    let facts = Facts::read(app, scope, looked.grant, client).await?;
    facts.ok_or_else(|| invalid("the resource isn't there any more"))
}

/// Tokens for a refresh token (RFC 6749 §6), which is used up by it.
///
/// # Errors
/// `invalid_grant` and others, or the engine fails.
pub async fn refresh(
    app: &App,
    scope: &mut TenantScope<'_>,
    (client, shown): (Arc<Client>, Shown),
    (sent, key): (&Parameters, Option<&str>),
    moment: &Moment,
) -> Result<Redeemed, Refused> {
    let text = sent.required("refresh_token")?;
    let pointer = grant::read_refresh_token(app, text).filter(|pointer| pointer.tenant == scope.tenant());
    let pointer = pointer.ok_or_else(|| invalid(GONE))?;
    let mut looked = of_client(store::alive(scope, pointer.grant, moment).await?, &client)?;
    let found = &mut looked.grant;
    client.require_proof(shown, found.asked.platform.into())?;
    bound(found, key)?;
    if !found.refreshes(moment.now) {
        return Err(invalid("the refresh token has ended: sign in again"));
    }
    if pointer.generation != found.generation || found.redeemed_at.is_none() {
        return copied(scope, (client, looked.grant), "refreshToken", moment).await;
    }
    narrow(app, scope, (&client, found), sent).await?;
    // Asked before the token is used up: whoever gets nothing for it may come again with it.
    let mut facts = facts(app, scope, (looked, client), moment).await?;
    if !store::next_generation(scope, facts.grant.id, pointer.generation).await? {
        let whose = (Arc::clone(&facts.client), facts.grant);
        return copied(scope, whose, "refreshToken", moment).await;
    }
    facts.grant.generation += 1;
    Ok(Redeemed::Facts(Box::new(facts)))
}

/// A refresh token that was given to somebody's key is theirs alone who has it (RFC 9449 §5).
fn bound(found: &Grant, key: Option<&str>) -> Result<(), Refused> {
    match &found.asked.key {
        Some(own) if key != Some(own.as_str()) => {
            Err(refused(FaultCode::InvalidDpopProof, "the grant is bound to another key"))
        }
        _ => Ok(()),
    }
}

/// Binds what comes of a grant to the key that was shown. A client that has nothing else to show keeps to it from now on.
///
/// # Errors
/// When the engine fails.
pub async fn bind(
    scope: &mut TenantScope<'_>,
    redeemed: &mut Redeemed,
    (shown, key): (Shown, Option<&str>),
) -> Result<(), Error> {
    let Redeemed::Facts(facts) = redeemed else { return Ok(()) };
    let Some(key) = key.filter(|_| facts.grant.asked.key.is_none()) else { return Ok(()) };
    facts.grant.asked.key = Some(key.to_owned());
    if shown == Shown::Named {
        store::change(scope, &facts.grant).await?;
    }
    Ok(())
}

/// The scope of a refresh: at most what was granted, or another resource that was consented to before.
async fn narrow(
    app: &App,
    scope: &mut TenantScope<'_>,
    (client, found): (&Client, &mut Grant),
    sent: &Parameters,
) -> Result<(), Refused> {
    let asked = sent.words("scope");
    if asked.is_empty() {
        return Ok(());
    }
    let resources: Vec<String> = sent.all("resource").map(str::to_owned).collect();
    let wanted = scopes::look_up(app, scope, &asked, &resources).await?;
    // What is about the person alone was agreed to with the grant, which ends when that is taken back.
    let (consent, carried) = match wanted.resource {
        Some(_) => scopes::consent_owed(app, scope, client, &wanted, found.user).await?,
        None => (scopes::Consent::default(), wanted.identity.clone()),
    };
    let same = wanted.resource.as_ref().map(|resource| resource.id.0) == found.asked.resource;
    let beyond = |name: &&String| !found.asked.has(name);
    if !consent.permissions.is_empty() || (same && carried.iter().any(|name| beyond(&name))) {
        return Err(refused(FaultCode::InvalidScope, "more is asked than was granted"));
    }
    let identity = found.asked.scope.iter().filter(|name| scopes::IDENTITY.contains(&name.as_str()));
    let mut kept: Vec<String> =
        identity.filter(|name| carried.contains(name) || *name == "offline_access").cloned().collect();
    kept.extend(carried.into_iter().filter(|name| !scopes::IDENTITY.contains(&name.as_str())));
    found.asked.scope = kept;
    found.asked.resource = wanted.resource.map(|resource| resource.id.0);
    Ok(())
}
