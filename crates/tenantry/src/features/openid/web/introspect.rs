//! What a token is worth now (RFC 7662), and ending it (RFC 7009).

use axum::extract::{Path, State};
use axum::response::Response;
use http::{HeaderMap, StatusCode};
use model::ids::TenantId;
use protocol::oauth::{ClientAuthentication, Fault, Parameters};
use serde_json::{Value, json};
use uuid::Uuid;

use super::{answer, token};
use crate::app::App;
use crate::db::TenantScope;
use crate::error::Error;
use crate::features::openid::ops::client::{self, Client, Shown};
use crate::features::openid::ops::{Refused, authorize, grant, keys, outcome, tokens};
use crate::features::openid::store;
use crate::moment::Moment;
use crate::signing::own::{self, Audience, Own, Wanted, issuer};
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
    if let Some(claims) = of_program(app, asked, text) {
        return Ok(answer::json_answer(StatusCode::OK, &active(claims)));
    }
    let mut scope = app.db.read().await?;
    let read = own::read(app, &mut scope, text, tokens::ACCESS, moment).await?;
    let mut inside = authorize::enter(app, &mut scope, named).await?;
    let (client, proven) = client::authenticate(app, &mut inside, shown, moment).await?;
    proven.credential()?;
    let told = match read {
        Some(token) => access_token(app, &mut inside, &client, &token, moment).await?,
        None => refresh_token(app, &mut inside, &client, text, moment).await?,
    };
    Ok(answer::json_answer(StatusCode::OK, &told.unwrap_or_else(|| json!({ "active": false }))))
}

/// A client is told of tokens that it got and of those that are for it; of any other as of one that isn't there.
fn told_to(app: &App, tenant: TenantId, client: &Client, token: &Own, moment: &Moment) -> Option<Value> {
    let own = client.app_id().to_string();
    let audience = Audience::Concerned(&own);
    let wanted = Wanted { tenant: Some(tenant), audience, may_have_ended: false };
    token.says(app, &wanted, moment).cloned()
}

/// What a program's token says, where all that it rests on was read a moment ago. Anything else is for the database to tell.
fn of_program(app: &App, asked: &Asked, text: &str) -> Option<Value> {
    let moment = &asked.moment;
    let (_, tenant) = authorize::known(app, &asked.named)?;
    let (_, client) = client::known(app, tenant, client::named(&asked.shown)?.parse().ok()?)?;
    let Ok(Shown::Proven(_)) = client.proves(app, tenant, &asked.shown, moment) else { return None };
    let token = own::read_known(app, text, tokens::ACCESS, moment)??;
    let claims = told_to(app, tenant, &client, &token, moment)?;
    let (_, holder) = client::known(app, tenant, claims["client_id"].as_str()?.parse().ok()?)?;
    (claims["idtyp"] == "app" && lasts(&holder, &claims, moment)).then_some(claims)
}

/// A program's token ends with the secret or certificate that was shown for it.
fn lasts(holder: &Client, claims: &Value, moment: &Moment) -> bool {
    let credential = claims["credential_id"].as_str().and_then(|id| id.parse().ok());
    credential.is_some_and(|credential| holder.has_credential(credential, moment.now))
}

async fn access_token(
    app: &App,
    scope: &mut TenantScope<'_>,
    client: &Client,
    token: &Own,
    moment: &Moment,
) -> Result<Option<Value>, Error> {
    let Some(claims) = told_to(app, scope.tenant(), client, token, moment) else { return Ok(None) };
    let holder = claims["client_id"].as_str().unwrap_or_default();
    let Some(holder) = client::find(app, scope, holder).await? else { return Ok(None) };
    let lasts = match claims["idtyp"].as_str() {
        Some("app") => lasts(&holder, &claims, moment),
        Some("user") => match claims["grant_id"].as_str().and_then(|id| id.parse::<Uuid>().ok()) {
            Some(grant) => store::alive(scope, grant, moment).await?.is_some(),
            None => false,
        },
        _ => false,
    };
    Ok(lasts.then(|| active(claims)))
}

fn active(mut claims: Value) -> Value {
    claims["active"] = json!(true);
    claims["token_type"] = json!(if claims["cnf"].is_null() { "Bearer" } else { "DPoP" });
    claims["username"] = claims["preferred_username"].clone();
    claims
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
    let found = store::alive(scope, pointer.grant, moment).await?.map(|looked| looked.grant);
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
            "iss": issuer(app, scope.tenant()),
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
        let mut inside = authorize::enter(app, scope, named).await?;
        let (client, proven) = match outcome(client::authenticate(app, &mut inside, shown, moment).await)? {
            Ok(proven) => proven,
            Err(fault) => return Ok(Err(fault)),
        };
        if let Some(id) = grant_of(app, &mut inside, text, moment).await?
            && let Some(found) = store::look(&mut inside, id, moment).await?.map(|looked| looked.grant)
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
    Ok(answer::json_answer(StatusCode::OK, &json!({})))
}

/// The grant that a token of the tenant's belongs to. One that has ended ends its grant too.
async fn grant_of(
    app: &App,
    scope: &mut TenantScope<'_>,
    text: &str,
    moment: &Moment,
) -> Result<Option<Uuid>, Error> {
    if let Some(pointer) = grant::read_refresh_token(app, text) {
        return Ok(Some(pointer.grant));
    }
    let read = own::read(app, scope.global(), text, tokens::ACCESS, moment).await?;
    let wanted = Wanted { tenant: Some(scope.tenant()), audience: Audience::Any, may_have_ended: true };
    let claims = read.as_ref().and_then(|token| token.says(app, &wanted, moment));
    Ok(claims.and_then(|claims| claims["grant_id"].as_str()?.parse().ok()))
}
