//! One way to a provider and back.

use aws_lc_rs::digest::{SHA256, digest};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::Timestamp;
use model::federation::{Described, asserted_name, described, showed_second_factor};
use model::ids::{SessionId, TenantId, UserId};
use model::outbound::Target;
use model::refusal::{Code, Refusal};
use protocol::oauth::ClientMethod;
use protocol::oauth::provider::{
    Expected, TokenFault, Tokens, address_with, basic, complete, encode, error_of, error_text, error_word,
    seconds,
};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use uuid::Uuid;

use super::settings::{secret_of, unreachable};
use crate::app::App;
use crate::db::{TenantGrant, TenantScope};
use crate::error::Error;
use crate::features::federation::store::{self, Provider, Stage};
use crate::moment::Moment;
use crate::outside::http::Post;
use crate::secrets::Secret;
use crate::signing::Signed;
use crate::transaction;

/// Seconds that a trip may take.
pub const LASTS: i64 = 15 * 60;

/// Why somebody is sent to a provider.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub enum Purpose {
    /// Its attempt says where to go on to.
    SignIn,
    /// Somebody who is signed in shows again who they are.
    Confirm { session: SessionId, user: UserId, next: String },
    /// An administrator tries the draft.
    Test { session: SessionId },
}

/// What the browser carries meanwhile.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Trip {
    pub tenant: TenantId,
    pub domain: String,
    pub purpose: Purpose,
    pub set_out_at: Timestamp,
    stage: Stage,
    revision: Uuid,
    /// What state, nonce and verifier are made of: a browser keeps no more than it must.
    secret: String,
}

impl Trip {
    fn derived(&self, app: &App, purpose: &str) -> String {
        URL_SAFE_NO_PAD.encode(app.keys.hash(purpose, self.revision.as_bytes(), &self.secret))
    }

    fn state(&self, app: &App) -> String {
        self.derived(app, "provider state")
    }

    fn nonce(&self, app: &App) -> String {
        self.derived(app, "provider nonce")
    }

    fn verifier(&self, app: &App) -> String {
        self.derived(app, "provider verifier")
    }

    /// Somebody must show who they are anew.
    fn is_fresh(&self) -> bool {
        matches!(self.purpose, Purpose::Confirm { .. })
    }
}

/// What the provider sent the browser back with.
#[derive(Clone, Debug, Default)]
pub struct Answer {
    pub state: String,
    pub code: String,
    pub issuer: Option<String>,
    pub error: String,
    /// What the provider says of the error, if anything.
    pub description: String,
}

/// What a provider says of somebody, checked.
#[derive(Clone, Debug)]
pub struct Asserted {
    pub issuer: String,
    pub subject: String,
    /// The user name without its domain name, or why none was asserted.
    pub name: Result<String, Refusal>,
    pub described: Described,
    /// A second factor was shown there, and is trusted.
    pub second_factor: bool,
    /// When they showed who they are, if it says so.
    pub authenticated_at: Option<Timestamp>,
}

/// Where a provider sends people back to. One address for each domain name: an answer of one provider is never taken for
/// another's (RFC 9700 §4.4).
#[must_use]
pub fn redirect_uri(app: &App, domain: &str) -> String {
    app.link(&format!("/sign-in/provider/{domain}/answer"))
}

/// Begins a trip; gives what the browser carries and where it goes.
#[must_use]
pub fn set_out(
    app: &App,
    (tenant, provider): (TenantId, &Provider),
    purpose: Purpose,
    hint: Option<&str>,
    moment: &Moment,
) -> (Trip, String) {
    let trip = Trip {
        tenant,
        domain: provider.domain.clone(),
        purpose,
        set_out_at: moment.now,
        stage: provider.stage,
        revision: provider.revision,
        secret: URL_SAFE_NO_PAD.encode(moment.bytes::<32>()),
    };
    let (state, nonce) = (trip.state(app), trip.nonce(app));
    let challenge = URL_SAFE_NO_PAD.encode(digest(&SHA256, trip.verifier(app).as_bytes()));
    let redirect = redirect_uri(app, &provider.domain);
    let mut asked = vec![
        ("response_type", "code"),
        ("client_id", provider.client_id.as_str()),
        ("redirect_uri", redirect.as_str()),
        ("scope", "openid profile email"),
        ("state", state.as_str()),
        ("nonce", nonce.as_str()),
        ("code_challenge", challenge.as_str()),
        ("code_challenge_method", "S256"),
    ];
    if let Some(hint) = hint {
        asked.push(("login_hint", hint));
    }
    if trip.is_fresh() {
        asked.extend([("prompt", "login"), ("max_age", "0")]);
    }
    let address = address_with(&provider.authorization_endpoint, &asked);
    (trip, address)
}

/// The provider that a trip set out to, unless it was changed meanwhile.
///
/// # Errors
/// When the engine fails.
pub async fn of_trip(scope: &mut TenantScope<'_>, trip: &Trip) -> Result<Option<Provider>, Error> {
    let found = store::find(scope, &trip.domain, trip.stage).await?;
    Ok(found.filter(|found| found.revision == trip.revision))
}

/// Takes a provider's answer: uses the trip up, redeems the code and checks what comes of it. Not within a transaction.
///
/// # Errors
/// [`Code::SignInExpired`] where the answer isn't this trip's or comes again; whatever is wrong with what the provider says.
pub async fn come_back(
    app: &App,
    grant: TenantGrant,
    (provider, trip): (&Provider, &Trip),
    answer: &Answer,
    moment: &Moment,
) -> Result<Asserted, Error> {
    let secret = secret_of(app, trip.tenant, provider)?;
    let state = trip.state(app);
    let same: bool = subtle::ConstantTimeEq::ct_eq(answer.state.as_bytes(), state.as_bytes()).into();
    let until = moment.after_seconds(LASTS);
    let hash = digest(&SHA256, state.as_bytes());
    let is_new = same
        && transaction!(app.db, |scope| {
            let mut tenant = scope.tenant(grant).await?;
            store::take_answer(&mut tenant, hash.as_ref(), until, moment.now).await
        })?;
    if !is_new {
        return Err(Code::SignInExpired.into());
    }
    let names_another = answer.issuer.as_ref().is_some_and(|issuer| *issuer != provider.issuer);
    if names_another || provider.names_itself && answer.issuer.is_none() {
        return Err(wrong(TokenFault::Issuer));
    }
    if !answer.error.is_empty() || answer.code.is_empty() {
        return Err(declined((&error_word(&answer.error), &error_text(&answer.description))).into());
    }
    let tokens = redeem(app, provider, (&answer.code, trip), &secret).await?;
    let mut claims = verified(app, provider, &tokens.id_token, moment)
        .await
        .ok_or_else(|| wrong(TokenFault::Signature))?;
    let expected = Expected {
        issuer: &provider.issuer,
        client_id: &provider.client_id,
        nonce: &trip.nonce(app),
        authenticated_since: trip.is_fresh().then(|| trip.set_out_at.as_second()),
    };
    let subject = expected.check(&claims, moment.now.as_second()).map_err(wrong)?;
    if claims.get(provider.claim.as_str()).is_none() {
        ask_further(app, provider, &tokens, &mut claims).await?;
    }
    // One that can't be read is old, not new.
    let read = |value| seconds(value).and_then(|at| Timestamp::from_second(at).ok());
    let at = claims.get("auth_time").map(|value| read(value).unwrap_or(Timestamp::UNIX_EPOCH));
    Ok(Asserted {
        issuer: provider.issuer.clone(),
        subject,
        name: asserted_name(&claims, (&provider.issuer, provider.claim), &provider.domain),
        described: described(&claims),
        second_factor: provider.trusts_second_factor && showed_second_factor(&claims),
        authenticated_at: at.map(|at| at.min(moment.now)),
    })
}

fn wrong(fault: TokenFault) -> Error {
    Refusal::new(Code::IdentityProviderToken).with("reason", fault.as_str()).into()
}

/// With the provider's own words: they say what its administrators have to change.
fn declined((error, description): (&str, &str)) -> Refusal {
    let refusal = Refusal::new(Code::IdentityProviderDeclined);
    let refusal = refusal.with("error", if error.is_empty() { "–" } else { error });
    refusal.with("description", if description.is_empty() { "none" } else { description })
}

async fn redeem(
    app: &App,
    provider: &Provider,
    (code, trip): (&str, &Trip),
    secret: &Secret,
) -> Result<Tokens, Error> {
    let rules = app.config.outbound.rules();
    let target = Target::parse(&provider.token_endpoint, &rules)?;
    let redirect = redirect_uri(app, &provider.domain);
    let verifier = trip.verifier(app);
    let mut sent = vec![
        ("grant_type", "authorization_code"),
        ("code", code),
        ("redirect_uri", redirect.as_str()),
        ("code_verifier", verifier.as_str()),
    ];
    let mut headers = vec![("content-type", "application/x-www-form-urlencoded".to_owned())];
    if provider.authenticates_by == ClientMethod::SecretPost {
        sent.extend([("client_id", provider.client_id.as_str()), ("client_secret", secret.expose())]);
    } else {
        headers.push(("authorization", basic(&provider.client_id, secret.expose())));
    }
    let post = Post { target, headers, body: encode(&sent).into_bytes() };
    let answer = app.outside.http.post(&post).await.map_err(unreachable)?;
    match Tokens::parse(&answer.body) {
        Some(tokens) if answer.status == 200 => Ok(tokens),
        _ => {
            let (error, description) = error_of(&answer.body).unwrap_or_default();
            Err(declined((&error, &description)).into())
        }
    }
}

/// Asks the provider for the claims that its token lacks: many tell the name there alone.
async fn ask_further(
    app: &App,
    provider: &Provider,
    tokens: &Tokens,
    claims: &mut Value,
) -> Result<(), Error> {
    let (Some(endpoint), Some(token)) = (&provider.userinfo_endpoint, &tokens.access_token) else {
        return Ok(());
    };
    let target = Target::parse(endpoint, &app.config.outbound.rules())?;
    let headers = vec![("authorization", format!("Bearer {token}"))];
    let answer =
        app.outside.http.post(&Post { target, headers, body: Vec::new() }).await.map_err(unreachable)?;
    if answer.status == 200 {
        complete(claims, &answer.body);
    }
    Ok(())
}

/// The claims of a token that a key of the provider has signed.
async fn verified(app: &App, provider: &Provider, token: &str, moment: &Moment) -> Option<Value> {
    let signed = Signed::read(token)?;
    app.client_keys.refresh(app, &provider.jwks_uri, signed.key.as_deref(), moment.now).await;
    let keys = app.client_keys.of(&provider.jwks_uri, moment.now);
    signed.by_one_of(&keys).then_some(signed.claims)
}
