//! The token endpoint.

use axum::extract::{OriginalUri, Path, State};
use axum::response::Response;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use http::header::AUTHORIZATION;
use http::{HeaderMap, StatusCode};
use model::ids::TenantId;
use protocol::oauth::{ClientAuthentication, Fault, FaultCode, Parameters};
use serde::Serialize;
use serde_json::{Map, json};

use super::answer;
use crate::app::App;
use crate::db::Scope;
use crate::error::Error;
use crate::features::openid::ops::exchange::{self, EXCHANGE, Exchange, ON_BEHALF_OF};
use crate::features::openid::ops::grant::Where;
use crate::features::openid::ops::redeem::{self, Redeemed};
use crate::features::openid::ops::tokens::{self, Beside, Facts, Signers, TOKEN_SECONDS};
use crate::features::openid::ops::{
    Refused, authorize, client, device, grant, is_any_tenant, keys, known, noted, outcome, program,
};
use crate::moment::Moment;
use crate::signing::{self, dpop};
use crate::transaction;
use crate::web::client::Client;
use crate::web::forms::Fields;
use crate::web::limits::Limit;

/// A request with what it shows.
struct Asked {
    /// The tenant as the address names it, or as what is redeemed does.
    named: String,
    from: Client,
    shown: ClientAuthentication,
    sent: Parameters,
    /// The key that its proof was signed with (RFC 9449 §5).
    key: Option<String>,
    moment: Moment,
}

impl Asked {
    /// Which client it says that it is, and where.
    fn tried(&self) -> (&str, &ClientAuthentication) {
        (&self.named, &self.shown)
    }
}

/// The grant types of device codes: the standard's, and that of clients from before it.
const DEVICE: [&str; 2] = ["urn:ietf:params:oauth:grant-type:device_code", "device_code"];

pub async fn send(
    State(app): State<App>,
    Path(named): Path<String>,
    OriginalUri(uri): OriginalUri,
    from: Client,
    headers: HeaderMap,
    fields: Fields,
) -> Response {
    let address = app.link(uri.path());
    let answered = async {
        let sent = Parameters::of(fields.pairs())?;
        let shown = shown(&headers, &sent)?;
        let moment = app.moment();
        let key = key(&app, &headers, &address, &moment).await?;
        let asked = Asked { named: place(&app, named, &sent), from, shown, sent, key, moment };
        answered(&app, &asked).await
    };
    match answered.await {
        Ok(response) => response,
        Err(Refused::Fault(fault)) => answer::fault(&fault),
        Err(Refused::Failed(error)) => answer::failed(error),
    }
}

/// How a request shows which client it comes from.
pub fn shown(headers: &HeaderMap, sent: &Parameters) -> Result<ClientAuthentication, Fault> {
    let header = headers.get(AUTHORIZATION).map(|value| value.to_str().unwrap_or("?"));
    ClientAuthentication::of(header, sent)
}

/// The key of the proof that a request shows, which is used up by it.
async fn key(
    app: &App,
    headers: &HeaderMap,
    address: &str,
    moment: &Moment,
) -> Result<Option<String>, Refused> {
    let wrong = |words: &str| Refused::from(Fault::new(FaultCode::InvalidDpopProof, words));
    match dpop::shown(headers, ("POST", address), None, moment.now) {
        dpop::Shown::Nothing => Ok(None),
        dpop::Shown::Wrong => Err(wrong("the DPoP header isn't a proof for this request")),
        dpop::Shown::Proof(proof) => match dpop::spend(app, &proof).await? {
            true => Ok(Some(proof.thumbprint)),
            false => Err(wrong("the proof came before")),
        },
    }
}

/// A code and a refresh token know their tenant, where the address leaves it open.
fn place(app: &App, named: String, sent: &Parameters) -> String {
    if !is_any_tenant(&named) {
        return named;
    }
    let pointer = match sent.get("grant_type") {
        Some("authorization_code") => sent.get("code").and_then(|code| grant::read_code(app, code)),
        Some("refresh_token") => {
            sent.get("refresh_token").and_then(|token| grant::read_refresh_token(app, token))
        }
        _ => None,
    };
    pointer.map_or(named, |pointer| pointer.tenant.to_string())
}

async fn answered(app: &App, asked: &Asked) -> Result<Response, Refused> {
    keys::refresh_for(app, &asked.named, &asked.shown, &asked.moment).await?;
    let grant_type = asked.sent.required("grant_type")?;
    match grant_type {
        "client_credentials" => return program(app, asked).await,
        "authorization_code" | "refresh_token" | ON_BEHALF_OF | EXCHANGE => {}
        device if DEVICE.contains(&device) => {}
        _ => return Err(Fault::new(FaultCode::UnsupportedGrantType, "this grant type isn't answered").into()),
    }
    let signers = Signers::now(app, &asked.moment).await?;
    let redeemed = if DEVICE.contains(&grant_type) {
        transaction!(app.db, |scope| outcome(of_device(app, scope, asked).await))
    } else {
        let client_id = client::named(&asked.shown);
        let tenant = known::prepare(app, &asked.named, client_id.as_deref()).await?;
        transaction!(app.db, |scope| outcome(of_client(app, (scope, tenant), asked).await))
    };
    match redeemed? {
        Ok((tenant, Redeemed::Facts(facts))) => {
            issued(app, tenant, &signers, (&facts, &asked.sent), &asked.moment).map_err(Refused::from)
        }
        Ok((_, Redeemed::Copied(_))) => {
            let words = "it was used before, so the grant has ended: sign in again";
            Err(Fault::new(FaultCode::InvalidGrant, words).into())
        }
        Err(fault) => {
            guessed(app, asked.tried(), &asked.from, &fault, &asked.moment).await?;
            Err(fault.into())
        }
    }
}

async fn of_device(app: &App, scope: &mut Scope, asked: &Asked) -> Result<(TenantId, Redeemed), Refused> {
    let from = (asked.named.as_str(), &asked.shown);
    let (tenant, mut redeemed) = device::poll(app, scope, from, &asked.sent, &asked.moment).await?;
    let mut inside = authorize::enter(app, scope, &tenant.to_string()).await?;
    if let Redeemed::Copied(copied) = &redeemed {
        copied.note(&mut inside, &asked.from.origin(), &asked.moment).await?;
    }
    redeem::bind(&mut inside, &mut redeemed, (client::Shown::Named, asked.key.as_deref())).await?;
    Ok((tenant, redeemed))
}

async fn of_client(
    app: &App,
    (scope, tenant): (&mut Scope, TenantId),
    asked: &Asked,
) -> Result<(TenantId, Redeemed), Refused> {
    let (sent, moment, key) = (&asked.sent, &asked.moment, asked.key.as_deref());
    let grant_type = sent.get("grant_type").unwrap_or_default();
    let exchanged = match grant_type {
        ON_BEHALF_OF | EXCHANGE => {
            let exchange = Exchange::of(sent)?;
            let token = exchange::token(app, scope, &exchange, moment).await?;
            Some((exchange, token))
        }
        _ => None,
    };
    let mut inside = authorize::enter_known(scope, tenant).await?;
    let proven = client::authenticate(app, &mut inside, &asked.shown, moment).await?;
    let shown = proven.1;
    let mut redeemed = match (exchanged, grant_type) {
        (Some((exchange, token)), _) => {
            exchange::exchange(app, &mut inside, proven, (&exchange, token), moment).await?
        }
        (None, "refresh_token") => redeem::refresh(app, &mut inside, proven, (sent, key), moment).await?,
        _ => redeem::code(app, &mut inside, proven, sent, moment).await?,
    };
    if let Redeemed::Copied(copied) = &redeemed {
        copied.note(&mut inside, &asked.from.origin(), moment).await?;
    }
    redeem::bind(&mut inside, &mut redeemed, (shown, key)).await?;
    Ok((tenant, redeemed))
}

/// Wrong secrets, codes and tokens of one network are counted, so that nobody tries many. That a client showed a wrong secret
/// stands in the log of the tenant whose it is. Not within a transaction.
pub async fn guessed(
    app: &App,
    tried: (&str, &ClientAuthentication),
    from: &Client,
    fault: &Fault,
    moment: &Moment,
) -> Result<(), Error> {
    if matches!(fault.code, FaultCode::InvalidClient | FaultCode::InvalidGrant) {
        app.limits.count(Limit::Sensitive, from.address)?;
    }
    if fault.code == FaultCode::InvalidClient {
        noted::wrong_credential(app, tried, &from.origin(), moment).await?;
    }
    Ok(())
}

fn kind_of(key: Option<&String>) -> &'static str {
    if key.is_some() { "DPoP" } else { "Bearer" }
}

fn issued(
    app: &App,
    tenant: TenantId,
    signers: &Signers,
    (facts, sent): (&Facts, &Parameters),
    moment: &Moment,
) -> Result<Response, Error> {
    let asked = &facts.grant.asked;
    let access_token = tokens::access(app, tenant, signers, facts, moment)?;
    let mut body = Map::new();
    body.insert("token_type".into(), json!(kind_of(asked.key.as_ref())));
    body.insert("scope".into(), json!(asked.scope.join(" ")));
    body.insert("expires_in".into(), json!(TOKEN_SECONDS));
    if sent.get("grant_type") == Some(EXCHANGE) {
        body.insert("issued_token_type".into(), json!(exchange::ACCESS_TOKEN));
    }
    if asked.has("openid") {
        let id_token = {
            let beside = Beside { access_token: Some(&access_token), code: None };
            tokens::identity(app, tenant, signers, (facts, beside), moment)?
        };
        body.insert("id_token".into(), json!(id_token));
    }
    if let Some(until) = facts.grant.offline_until.filter(|_| asked.has("offline_access")) {
        let token = grant::refresh_token(app, tenant, facts.grant.id, facts.grant.generation);
        body.insert("refresh_token".into(), json!(token.expose()));
        // MSAL Browser keeps to it and signs in again by itself.
        if asked.platform == Where::Spa {
            let seconds = until.duration_since(moment.now).as_secs();
            body.insert("refresh_token_expires_in".into(), json!(seconds));
        }
    }
    // MSAL keeps accounts by it.
    if sent.get("client_info") == Some("1") {
        let info = json!({ "uid": facts.grant.user, "utid": tenant }).to_string();
        body.insert("client_info".into(), json!(URL_SAFE_NO_PAD.encode(info)));
    }
    body.insert("access_token".into(), json!(access_token));
    Ok(answer::json_answer(StatusCode::OK, &body))
}

async fn program(app: &App, asked: &Asked) -> Result<Response, Refused> {
    let moment = &asked.moment;
    let (program, credential) = match program::of(app, asked.tried(), &asked.sent, moment).await {
        Err(Refused::Fault(fault)) => {
            guessed(app, asked.tried(), &asked.from, &fault, moment).await?;
            return Err(fault.into());
        }
        other => other?,
    };
    let signer = signing::current(app, tokens::access_algorithm(app, &program.audience), moment).await?;
    let key = asked.key.as_ref();
    let shown = (credential, key.map(String::as_str));
    let token = tokens::of_program(app, &signer, &program, shown, moment)?;
    let body = ProgramsAnswer {
        token_type: kind_of(key),
        expires_in: TOKEN_SECONDS,
        ext_expires_in: TOKEN_SECONDS,
        access_token: &token,
    };
    Ok(answer::json_answer(StatusCode::OK, &body))
}

/// What a client gets that acts for itself (RFC 6749 §4.4.3). Clients of Entra know `ext_expires_in` too.
#[derive(Serialize)]
struct ProgramsAnswer<'a> {
    token_type: &'a str,
    expires_in: i64,
    ext_expires_in: i64,
    access_token: &'a str,
}
