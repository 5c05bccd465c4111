//! An application that was called for somebody calls another for them: by Microsoft's on-behalf-of flow (RFC 7523 with
//! `requested_token_use`), or by token exchange (RFC 8693). It shows the token that it was called with.
//!
//! What comes of it is a grant of the calling application's own: to what people or an administrator consented to for it, as far
//! as the person may, and for no longer than the grant that the shown token belongs to.

use std::sync::Arc;

use protocol::oauth::{FaultCode, Parameters};
use serde_json::{Value, json};
use uuid::Uuid;

use super::client::{self, Client, Shown};
use super::grant::{Asked, Grant};
use super::redeem::{self, Redeemed};
use super::scopes::{self, IDENTITY};
use super::tokens::{ACCESS, Facts};
use super::{Refused, refused};
use crate::app::App;
use crate::db::{Scope, TenantScope};
use crate::error::Error;
use crate::features::openid::store::{self, Looked};
use crate::moment::Moment;
use crate::signing::own::{self, Audience, Own, Wanted};

pub const ON_BEHALF_OF: &str = "urn:ietf:params:oauth:grant-type:jwt-bearer";
pub const EXCHANGE: &str = "urn:ietf:params:oauth:grant-type:token-exchange";
pub const ACCESS_TOKEN: &str = "urn:ietf:params:oauth:token-type:access_token";
const JWT: &str = "urn:ietf:params:oauth:token-type:jwt";

/// Applications in a row that may act one for the other.
const LONGEST_CHAIN: usize = 5;

/// The token that a request shows, and whom the new one shall be for.
pub struct Exchange {
    pub token: String,
    /// What is told where the token doesn't count: the grant types differ in it (RFC 7523 §3.1, RFC 8693 §2.2.2).
    pub refusal: FaultCode,
    pub scope: Vec<String>,
    pub resources: Vec<String>,
}

impl Exchange {
    /// Reads either kind of request.
    ///
    /// # Errors
    /// A parameter that is missing, or a kind of token that isn't exchanged here.
    pub fn of(sent: &Parameters) -> Result<Self, Refused> {
        let mut resources: Vec<String> = sent.all("resource").map(str::to_owned).collect();
        if sent.get("grant_type") == Some(ON_BEHALF_OF) {
            if sent.get("requested_token_use") != Some("on_behalf_of") {
                let words = "requested_token_use must be on_behalf_of";
                return Err(refused(FaultCode::InvalidRequest, words));
            }
            let token = sent.required("assertion")?.to_owned();
            return Ok(Self {
                token,
                refusal: FaultCode::InvalidGrant,
                scope: sent.words("scope"),
                resources,
            });
        }
        let is_known = |kind: &str| matches!(kind, ACCESS_TOKEN | JWT);
        if !is_known(sent.required("subject_token_type")?) {
            return Err(refused(FaultCode::InvalidRequest, "subject_token_type must be an access token"));
        }
        if sent.get("requested_token_type").is_some_and(|kind| !is_known(kind)) {
            return Err(refused(FaultCode::InvalidRequest, "requested_token_type must be an access token"));
        }
        if sent.get("actor_token").is_some() {
            let words = "actor_token isn't taken: who acts is the client that asks";
            return Err(refused(FaultCode::InvalidRequest, words));
        }
        resources.extend(sent.all("audience").map(str::to_owned));
        let token = sent.required("subject_token")?.to_owned();
        Ok(Self { token, refusal: FaultCode::InvalidRequest, scope: sent.words("scope"), resources })
    }
}

/// Tokens for what a client was called with: `token`, if we signed it.
///
/// # Errors
/// `invalid_grant` for a token that isn't for this client or doesn't count any more, `interaction_required` where nobody
/// consented, and others; or the engine fails.
pub async fn exchange(
    app: &App,
    scope: &mut TenantScope<'_>,
    (client, shown): (Arc<Client>, Shown),
    (exchange, token): (&Exchange, Option<Own>),
    moment: &Moment,
) -> Result<Redeemed, Refused> {
    shown.credential()?;
    let invalid = || {
        let words = "the token isn't an access token of a person for this client, or doesn't count any more";
        refused(exchange.refusal, words)
    };
    let from = token.and_then(|token| grant_of(app, scope, &client, &token, moment)).ok_or_else(invalid)?;
    let from = store::alive(scope, from, moment).await?.ok_or_else(invalid)?;
    client::of_principal(app, scope, from.grant.client).await?.ok_or_else(invalid)?;
    let acting = acting(&client, &from.grant.asked)?;
    let asked = allowed(app, scope, (&client, &from), exchange, moment).await?;
    let from = from.grant;
    let made = Grant {
        id: moment.uuid(),
        client: client.principal.id.0,
        asked: Asked { acting: Some(acting), ..asked },
        code_expires_at: moment.now,
        redeemed_at: Some(moment.now),
        generation: 0,
        ..from.clone()
    };
    store::insert(scope, &made, moment).await?;
    store::descend(scope, made.id, from.id, moment).await?;
    let facts = Facts::read(app, scope, made, client).await?.ok_or_else(invalid)?;
    Ok(Redeemed::Facts(Box::new(facts)))
}

/// The grant of a token of a person that this client was called with.
fn grant_of(
    app: &App,
    scope: &TenantScope<'_>,
    client: &Client,
    token: &Own,
    moment: &Moment,
) -> Option<Uuid> {
    let own = client.app_id().to_string();
    let audience = Audience::Client(&own);
    let wanted = Wanted { tenant: Some(scope.tenant()), audience, may_have_ended: false };
    let claims = token.says(app, &wanted, moment).filter(|claims| claims["idtyp"] == "user")?;
    claims["grant_id"].as_str()?.parse().ok()
}

/// Who acts from now on, and through whom they came to it.
fn acting(client: &Client, from: &Asked) -> Result<Value, Refused> {
    let mut chain = 1;
    let mut earlier = from.acting.as_ref();
    while let Some(one) = earlier {
        chain += 1;
        earlier = one.get("act");
    }
    if chain > LONGEST_CHAIN {
        return Err(refused(FaultCode::InvalidGrant, "too many applications act one for the other"));
    }
    let mut acting = json!({ "sub": client.principal.id, "client_id": client.app_id() });
    if let Some(earlier) = &from.acting {
        acting["act"] = earlier.clone();
    }
    Ok(acting)
}

/// What the client may ask for the person: what was consented to for it, and nothing without asking that.
async fn allowed(
    app: &App,
    scope: &mut TenantScope<'_>,
    (client, looked): (&Client, &Looked),
    exchange: &Exchange,
    moment: &Moment,
) -> Result<Asked, Refused> {
    redeem::still_may(scope, looked, client, moment).await?;
    let from = &looked.grant;
    let wanted = scopes::look_up(app, scope, &exchange.scope, &exchange.resources).await?;
    let Some(resource) = &wanted.resource else {
        return Err(refused(FaultCode::InvalidScope, "scope must name permissions of a resource"));
    };
    let (consent, mut carried) = scopes::consent_owed(app, scope, client, &wanted, from.user).await?;
    let without_resource = |name: &String| !IDENTITY.contains(&name.as_str());
    if !consent.permissions.is_empty() || !carried.iter().any(without_resource) {
        let words = "nobody consented to this for the client: sign the person in there first";
        return Err(refused(FaultCode::InteractionRequired, words));
    }
    // Clients ask these everywhere; what wasn't consented to is left out.
    carried.retain(|name| !consent.identity.contains(name));
    Ok(Asked {
        redirect_uri: String::new(),
        redirect_sent: false,
        scope: carried,
        resource: Some(resource.id.0),
        nonce: None,
        challenge: None,
        id_token_claims: Vec::new(),
        userinfo_claims: Vec::new(),
        key: None,
        platform: super::grant::Where::Web,
        ..from.asked.clone()
    })
}

/// The shown token, if this service signed it as an access token.
///
/// # Errors
/// When the engine fails.
pub async fn token(
    app: &App,
    scope: &mut Scope,
    exchange: &Exchange,
    moment: &Moment,
) -> Result<Option<Own>, Error> {
    own::read(app, scope, &exchange.token, ACCESS, moment).await
}
