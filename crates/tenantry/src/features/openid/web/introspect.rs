//! What a token is worth now (RFC 7662), and ending it (RFC 7009).

use axum::extract::{Path, State};
use axum::response::Response;
use http::{HeaderMap, StatusCode};
use protocol::oauth::{ClientAuthentication, Fault, FaultCode, Parameters};
use serde_json::{Value, json};
use uuid::Uuid;

use super::{answer, token};
use crate::app::App;
use crate::db::{Scope, TenantScope};
use crate::error::Error;
use crate::features::openid::ops::client::{self, Client, Shown};
use crate::features::openid::ops::{Refused, authorize, grant, keys, outcome, refused, tokens};
use crate::features::openid::store;
use crate::moment::Moment;
use crate::signing;
use crate::transaction;
use crate::web::client as web;
use crate::web::forms::Fields;

/// A request with what it shows.
struct Asked {
    named: String,
    sent: Parameters,
    shown: ClientAuthentication,
    moment: Moment,
}

impl Asked {
    fn read(app: &App, named: String, headers: &HeaderMap, fields: &Fields) -> Result<Self, Fault> {
        let sent = Parameters::of(fields.pairs())?;
        let shown = token::shown(headers, &sent)?;
        Ok(Self { named, sent, shown, moment: app.moment() })
    }
}

async fn told(app: &App, asked: &Asked, from: &web::Client, result: Result<Response, Refused>) -> Response {
    match result {
        Ok(response) => response,
        Err(Refused::Fault(fault)) => {
            let tried = (asked.named.as_str(), &asked.shown);
            match token::guessed(app, tried, from, &fault, &asked.moment).await {
                Ok(()) => answer::fault(&fault),
                Err(error) => answer::failed(error),
            }
        }
        Err(Refused::Failed(error)) => answer::failed(error),
    }
}

pub async fn introspect(
    State(app): State<App>,
    Path(named): Path<String>,
    from: web::Client,
    headers: HeaderMap,
    fields: Fields,
) -> Response {
    match Asked::read(&app, named, &headers, &fields) {
        Ok(asked) => told(&app, &asked, &from, introspected(&app, &asked).await).await,
        Err(fault) => answer::fault(&fault),
    }
}

async fn introspected(app: &App, asked: &Asked) -> Result<Response, Refused> {
    let Asked { named, sent, shown, moment } = asked;
    let text = sent.required("token")?;
    keys::refresh_for(app, named, shown, moment).await?;
    let mut scope = app.db.read().await?;
    let claims = signing::verified(app, &mut scope, text, tokens::ACCESS, moment).await?;
    let mut inside = authorize::enter(&mut scope, named).await?;
    let (client, proven) = client::authenticate(app, &mut inside, shown, moment).await?;
    if proven == Shown::Named {
        return Err(refused(
            FaultCode::InvalidClient,
            "the client must show its secret or a signed assertion",
        ));
    }
    let active = match claims {
        Some(claims) => access_token(app, &mut inside, &client, claims, moment).await?,
        None => refresh_token(app, &mut inside, &client, text, moment).await?,
    };
    Ok(answer::json_answer(StatusCode::OK, active.unwrap_or_else(|| json!({ "active": false }))))
}

/// A client is told of tokens that it got and of those that are for it; of any other as of one that isn't there.
async fn access_token(
    app: &App,
    scope: &mut TenantScope<'_>,
    client: &Client,
    mut claims: Value,
    moment: &Moment,
) -> Result<Option<Value>, Error> {
    let own = client.app_id().to_string();
    let concerns = claims["client_id"].as_str() == Some(&own) || claims["aud"].as_str() == Some(&own);
    let valid = claims["iss"].as_str() == Some(&client::issuer(app, scope.tenant()))
        && claims["exp"].as_i64().is_some_and(|ends| moment.now.as_second() < ends);
    if !concerns || !valid {
        return Ok(None);
    }
    let holder = claims["client_id"].as_str().unwrap_or_default();
    // Whoever asks was just found to be there.
    if holder != own && client::find(app, scope, holder).await?.is_none() {
        return Ok(None);
    }
    if claims["idtyp"] == "user" {
        let id = claims["grant_id"].as_str().and_then(|id| id.parse::<Uuid>().ok());
        let Some(id) = id else { return Ok(None) };
        if store::alive(scope, id, moment).await?.is_none() {
            return Ok(None);
        }
    }
    claims["active"] = json!(true);
    claims["token_type"] = json!(if claims["cnf"].is_null() { "Bearer" } else { "DPoP" });
    claims["username"] = claims["preferred_username"].clone();
    Ok(Some(claims))
}

async fn refresh_token(
    app: &App,
    scope: &mut TenantScope<'_>,
    client: &Client,
    text: &str,
    moment: &Moment,
) -> Result<Option<Value>, Error> {
    let pointer = grant::read_refresh_token(app, text).filter(|pointer| pointer.tenant == scope.tenant());
    let Some(pointer) = pointer else { return Ok(None) };
    let found = store::alive(scope, pointer.grant, moment).await?;
    let counts = |found: &grant::Grant| {
        found.client == client.principal.id.0
            && found.generation == pointer.generation
            && found.redeemed_at.is_some()
            && found.refreshes(moment.now)
    };
    Ok(found.filter(counts).map(|found| {
        json!({
            "active": true,
            "client_id": client.app_id(),
            "sub": found.user,
            "scope": found.asked.scope.join(" "),
            "iss": client::issuer(app, scope.tenant()),
            "exp": found.offline_until.map(jiff::Timestamp::as_second),
        })
    }))
}

pub async fn revoke(
    State(app): State<App>,
    Path(named): Path<String>,
    from: web::Client,
    headers: HeaderMap,
    fields: Fields,
) -> Response {
    match Asked::read(&app, named, &headers, &fields) {
        Ok(asked) => told(&app, &asked, &from, revoked(&app, &asked).await).await,
        Err(fault) => answer::fault(&fault),
    }
}

async fn revoked(app: &App, asked: &Asked) -> Result<Response, Refused> {
    let Asked { named, sent, shown, moment } = asked;
    let text = sent.required("token")?;
    keys::refresh_for(app, named, shown, moment).await?;
    let done: Result<_, Error> = transaction!(app.db, |scope| {
        let grant = grant_of(app, scope, text, moment).await?;
        let mut inside = authorize::enter(scope, named).await?;
        let (client, proven) = match outcome(client::authenticate(app, &mut inside, shown, moment).await)? {
            Ok(proven) => proven,
            Err(fault) => return Ok(Err(fault)),
        };
        if let Some(id) = grant
            && let Some(found) = store::get(&mut inside, id).await?
            && found.client == client.principal.id.0
        {
            if let Err(fault) = outcome(client.require_proof(proven, found.asked.platform.into()))? {
                return Ok(Err(fault));
            }
            store::revoke(&mut inside, id, moment).await?;
        }
        Ok(Ok(()))
    });
    done??;
    // A token that isn't one is as ended as any (RFC 7009 §2.2).
    Ok(answer::json_answer(StatusCode::OK, json!({})))
}

/// The grant that a token of ours belongs to. It counts in the tenant that is entered alone.
async fn grant_of(app: &App, scope: &mut Scope, text: &str, moment: &Moment) -> Result<Option<Uuid>, Error> {
    if let Some(pointer) = grant::read_refresh_token(app, text) {
        return Ok(Some(pointer.grant));
    }
    let claims = signing::verified(app, scope, text, tokens::ACCESS, moment).await?;
    Ok(claims.and_then(|claims| claims["grant_id"].as_str()?.parse().ok()))
}
