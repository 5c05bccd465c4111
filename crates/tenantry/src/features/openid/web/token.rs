//! The token endpoint.

use axum::extract::{Path, State};
use axum::response::Response;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use http::header::AUTHORIZATION;
use http::{HeaderMap, StatusCode};
use model::ids::TenantId;
use protocol::oauth::{ClientAuthentication, Fault, FaultCode, Parameters};
use serde_json::{Map, Value, json};

use super::answer;
use crate::app::App;
use crate::error::Error;
use crate::features::openid::ops::redeem::{self, Redeemed};
use crate::features::openid::ops::tokens::{self, Facts, Signers, TOKEN_SECONDS};
use crate::features::openid::ops::{Refused, authorize, client, grant, keys, outcome};
use crate::moment::Moment;
use crate::transaction;
use crate::web::client::Client;
use crate::web::forms::Fields;
use crate::web::limits::Limit;

pub async fn send(
    State(app): State<App>,
    Path(named): Path<String>,
    from: Client,
    headers: HeaderMap,
    fields: Fields,
) -> Response {
    match answered(&app, &named, &from, &headers, fields).await {
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

async fn answered(
    app: &App,
    named: &str,
    from: &Client,
    headers: &HeaderMap,
    fields: Fields,
) -> Result<Response, Refused> {
    let sent = Parameters::of(fields.pairs())?;
    let shown = shown(headers, &sent)?;
    let moment = app.moment();
    keys::refresh_for(app, named, &shown, &moment).await?;
    match sent.required("grant_type")? {
        "authorization_code" | "refresh_token" => {
            let signers = Signers::now(app, &moment).await?;
            let redeemed = transaction!(app.db, |scope| {
                let mut inside = authorize::enter(scope, named).await?;
                let tenant = inside.tenant();
                let proven = match outcome(client::authenticate(app, &mut inside, &shown, &moment).await)? {
                    Ok(proven) => proven,
                    Err(fault) => return Ok(Err(fault)),
                };
                let redeemed = match sent.get("grant_type") {
                    Some("refresh_token") => redeem::refresh(app, &mut inside, proven, &sent, &moment).await,
                    _ => redeem::code(app, &mut inside, proven, &sent, &moment).await,
                };
                Ok(outcome(redeemed)?.map(|redeemed| (tenant, redeemed)))
            });
            match redeemed? {
                Ok((tenant, Redeemed::Facts(facts))) => {
                    issued(app, tenant, &signers, (&facts, &sent), &moment).await.map_err(Refused::from)
                }
                Ok((_, Redeemed::Copied)) => {
                    let words = "it was used before, so the grant has ended: sign in again";
                    Err(Fault::new(FaultCode::InvalidGrant, words).into())
                }
                Err(fault) => {
                    guessed(app, from, &fault)?;
                    Err(fault.into())
                }
            }
        }
        "client_credentials" => program(app, named, from, (&shown, &sent), &moment).await,
        _ => Err(Fault::new(FaultCode::UnsupportedGrantType, "this grant type isn't answered").into()),
    }
}

/// Wrong secrets, codes and tokens of one network are counted, so that nobody tries many.
pub fn guessed(app: &App, from: &Client, fault: &Fault) -> Result<(), Error> {
    if matches!(fault.code, FaultCode::InvalidClient | FaultCode::InvalidGrant) {
        app.limits.count(Limit::Sensitive, from.address)?;
    }
    Ok(())
}

async fn issued(
    app: &App,
    tenant: TenantId,
    signers: &Signers,
    (facts, sent): (&Facts, &Parameters),
    moment: &Moment,
) -> Result<Response, Error> {
    let asked = &facts.grant.asked;
    let access_token = tokens::access(app, tenant, &signers.access, facts, moment)?;
    let mut body = Map::new();
    body.insert("token_type".into(), json!("Bearer"));
    body.insert("scope".into(), json!(asked.scope.join(" ")));
    body.insert("expires_in".into(), json!(TOKEN_SECONDS));
    if asked.has("openid") {
        let key = signers.identity_for(app, &facts.client, moment).await?;
        let id_token = tokens::identity(app, tenant, &key, (facts, &access_token), moment)?;
        body.insert("id_token".into(), json!(id_token));
    }
    if facts.grant.offline_until.is_some() {
        let token = grant::refresh_token(app, tenant, facts.grant.id, facts.grant.generation);
        body.insert("refresh_token".into(), json!(token.expose()));
    }
    // MSAL keeps accounts by it.
    if sent.get("client_info") == Some("1") {
        let info = json!({ "uid": facts.grant.user, "utid": tenant }).to_string();
        body.insert("client_info".into(), json!(URL_SAFE_NO_PAD.encode(info)));
    }
    body.insert("access_token".into(), json!(access_token));
    Ok(answer::json_answer(StatusCode::OK, Value::Object(body)))
}

async fn program(
    app: &App,
    named: &str,
    from: &Client,
    (shown, sent): (&ClientAuthentication, &Parameters),
    moment: &Moment,
) -> Result<Response, Refused> {
    let signers = Signers::now(app, moment).await?;
    let mut scope = app.db.read().await?;
    let mut inside = authorize::enter(&mut scope, named).await?;
    let (client, proven) = match client::authenticate(app, &mut inside, shown, moment).await {
        Err(Refused::Fault(fault)) => {
            guessed(app, from, &fault)?;
            return Err(fault.into());
        }
        other => other?,
    };
    let (audience, roles) = redeem::for_itself(app, &mut inside, (&client, proven), sent).await?;
    let token =
        tokens::of_program(app, inside.tenant(), &signers.access, (&client, &audience, &roles), moment)?;
    let body = json!({ "token_type": "Bearer", "expires_in": TOKEN_SECONDS, "ext_expires_in": TOKEN_SECONDS, "access_token": token });
    Ok(answer::json_answer(StatusCode::OK, body))
}
