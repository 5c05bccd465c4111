//! The registration endpoint, and the address at which a client manages what it registered.

use axum::Router;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::response::{IntoResponse as _, Response};
use axum::routing::{get, post};
use http::header::{AUTHORIZATION, WWW_AUTHENTICATE};
use http::{HeaderMap, HeaderValue, StatusCode};
use jiff::Timestamp;
use model::ids::TenantId;
use model::refusal::Code;
use protocol::oauth::{ClientMetadata, Fault, FaultCode};
use serde_json::{Value, json};

use super::answer;
use crate::app::App;
use crate::error::Error;
use crate::features::openid::ops::register::{self, Registered};
use crate::features::openid::ops::tokens::identity_algorithm;
use crate::features::openid::ops::{Refused, authorize};
use crate::transaction;
use crate::web::client::Client;
use crate::web::limits::Limit;

pub fn routes() -> Router<App> {
    Router::new()
        .route("/{tenant}/oauth2/v2.0/register", post(send))
        .route("/{tenant}/oauth2/v2.0/register/{client}", get(show).put(change).delete(remove))
}

fn bearer(headers: &HeaderMap) -> Option<&str> {
    let header = headers.get(AUTHORIZATION).and_then(|value| value.to_str().ok())?;
    let (scheme, token) = header.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}

fn told(result: Result<Response, Refused>) -> Response {
    match result {
        Ok(response) => response,
        Err(Refused::Fault(fault)) => answer::fault(&fault),
        Err(Refused::Failed(Error::Refused(refusals))) => {
            match refusals.first().map(|refusal| refusal.code) {
                Some(Code::TokenInvalid) => unauthorized(),
                Some(Code::ClientRegistrationOff) => {
                    off(&Fault::new(FaultCode::AccessDenied, "applications don't register themselves here"))
                }
                Some(Code::ClientRegistrationFull) => off(&Fault::new(
                    FaultCode::AccessDenied,
                    "as many applications as may be have registered themselves",
                )),
                _ => answer::failed(Error::Refused(refusals)),
            }
        }
        Err(Refused::Failed(error)) => answer::failed(error),
    }
}

fn off(fault: &Fault) -> Response {
    let mut response = answer::fault(fault);
    *response.status_mut() = StatusCode::FORBIDDEN;
    response
}

/// One answer for a token that isn't one, a client that isn't there, and one that registered nothing (RFC 7592 §2.1).
fn unauthorized() -> Response {
    let mut response = answer::fault(&Fault::new(FaultCode::InvalidToken, "the token doesn't count here"));
    *response.status_mut() = StatusCode::UNAUTHORIZED;
    let value = HeaderValue::from_static("Bearer error=\"invalid_token\"");
    response.headers_mut().insert(WWW_AUTHENTICATE, value);
    response
}

async fn send(
    State(app): State<App>,
    Path(named): Path<String>,
    from: Client,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    told(registered(&app, &named, &from, &headers, &body).await)
}

async fn registered(
    app: &App,
    named: &str,
    from: &Client,
    headers: &HeaderMap,
    body: &[u8],
) -> Result<Response, Refused> {
    app.limits.count(Limit::Sensitive, from.address)?;
    let described = register::described(&ClientMetadata::parse(body)?, None)?;
    let moment = app.moment();
    let made: Result<_, Error> = transaction!(app.db, |scope| {
        let mut inside = authorize::enter(app, scope, named).await?;
        let made = register::register(app, &mut inside, bearer(headers), &described, &moment).await?;
        Ok((inside.tenant(), made))
    });
    let (tenant, made) = made.map_err(register::told)?;
    Ok(answer::json_answer(StatusCode::CREATED, &document(app, tenant, &made)))
}

async fn show(
    State(app): State<App>,
    Path((named, client)): Path<(String, String)>,
    from: Client,
    headers: HeaderMap,
) -> Response {
    told(shown(&app, (&named, &client), &from, &headers).await)
}

async fn shown(
    app: &App,
    (named, client): (&str, &str),
    from: &Client,
    headers: &HeaderMap,
) -> Result<Response, Refused> {
    let mut scope = app.db.read().await?;
    let mut inside = authorize::enter(app, &mut scope, named).await?;
    let client = register::managed(app, &mut inside, (client, bearer(headers))).await;
    let client = client.inspect_err(|_| drop(app.limits.count(Limit::Sensitive, from.address)))?;
    let token = register::token(app, inside.tenant(), &client);
    let made = Registered { client, secret: None, token };
    Ok(answer::json_answer(StatusCode::OK, &document(app, inside.tenant(), &made)))
}

async fn change(
    State(app): State<App>,
    Path((named, client)): Path<(String, String)>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    told(changed(&app, (&named, &client), &headers, &body).await)
}

async fn changed(
    app: &App,
    (named, client): (&str, &str),
    headers: &HeaderMap,
    body: &[u8],
) -> Result<Response, Refused> {
    let moment = app.moment();
    let before = {
        let mut scope = app.db.read().await?;
        let mut inside = authorize::enter(app, &mut scope, named).await?;
        register::managed(app, &mut inside, (client, bearer(headers))).await?
    };
    let metadata = ClientMetadata::parse(body)?;
    if metadata.text("client_id")?.is_none_or(|id| id != before.app_id().to_string()) {
        return Err(Fault::new(FaultCode::InvalidClientMetadata, "client_id isn't this client's").into());
    }
    let described = register::described(&metadata, Some(&before))?;
    let made: Result<_, Error> = transaction!(app.db, |scope| {
        let mut inside = authorize::enter(app, scope, named).await?;
        let client = register::managed(app, &mut inside, (client, bearer(headers))).await?;
        let made = register::change(app, &mut inside, &client, &described, &moment).await?;
        Ok((inside.tenant(), made))
    });
    let (tenant, made) = made.map_err(register::told)?;
    Ok(answer::json_answer(StatusCode::OK, &document(app, tenant, &made)))
}

async fn remove(
    State(app): State<App>,
    Path((named, client)): Path<(String, String)>,
    headers: HeaderMap,
) -> Response {
    let moment = app.moment();
    let removed: Result<(), Error> = transaction!(app.db, |scope| {
        let mut inside = authorize::enter(&app, scope, &named).await?;
        let client = register::managed(&app, &mut inside, (&client, bearer(&headers))).await?;
        register::remove(&mut inside, &client, &moment).await
    });
    told(removed.map(|()| StatusCode::NO_CONTENT.into_response()).map_err(register::told))
}

/// What is registered, with the secret where it is shown for the first time (RFC 7591 §3.2.1).
fn document(app: &App, tenant: TenantId, made: &Registered) -> Value {
    let client = &made.client;
    let settings = &client.application.properties.settings;
    let mut shown = serde_json::to_value(client.settings()).unwrap_or_default();
    let path = format!("/{tenant}/oauth2/v2.0/register/{}", client.app_id());
    let always = json!({
        "client_id": client.app_id(),
        "client_id_issued_at": client.application.created_at.as_second(),
        "registration_access_token": made.token.expose(),
        "registration_client_uri": app.link(&path),
        "client_name": client.name(),
        "redirect_uris": client.redirect_uris(),
        "subject_type": "public",
        "id_token_signed_response_alg": identity_algorithm(client).as_str(),
    });
    let mut put = |name: &str, value: Value| {
        if !value.is_null() {
            shown[name] = value;
        }
    };
    for (name, value) in always.as_object().into_iter().flatten() {
        put(name, value.clone());
    }
    if client.settings().response_types.is_empty() {
        put("response_types", json!(["code"]));
    }
    put("client_uri", json!(settings.web.home_page_url));
    put("policy_uri", json!(settings.info.privacy_statement_url));
    put("tos_uri", json!(settings.info.terms_of_service_url));
    put("frontchannel_logout_uri", json!(settings.web.logout_url));
    if let Some((secret, ends)) = &made.secret {
        put("client_secret", json!(secret.expose()));
        put("client_secret_expires_at", json!(ends.map_or(0, Timestamp::as_second)));
    }
    shown
}
