//! Requests that clients push (RFC 9126).

use axum::extract::{Path, State};
use axum::response::Response;
use http::{HeaderMap, StatusCode};
use protocol::oauth::{Fault, FaultCode, Parameters};
use serde_json::json;

use super::authorize::{self as page, Known};
use super::{answer, token};
use crate::app::App;
use crate::error::Error;
use crate::features::openid::ops::client::{Shown, authenticate};
use crate::features::openid::ops::{Refused, authorize, keys, outcome, pushed, request_object};
use crate::signing::own::issuer;
use crate::transaction;
use crate::web::client::Client;
use crate::web::forms::Fields;
use crate::web::limits::Limit;

/// What shows who the client is, and isn't part of what it asks.
const OF_THE_CLIENT: [&str; 3] = ["client_secret", "client_assertion", "client_assertion_type"];

pub async fn send(
    State(app): State<App>,
    Path(named): Path<String>,
    from: Client,
    headers: HeaderMap,
    fields: Fields,
) -> Response {
    match answered(&app, &named, &from, &headers, &fields).await {
        Ok(response) => response,
        Err(Refused::Fault(fault)) => answer::fault(&fault),
        Err(Refused::Failed(error)) => answer::failed(error),
    }
}

async fn answered(
    app: &App,
    named: &str,
    from: &Client,
    headers: &HeaderMap,
    fields: &Fields,
) -> Result<Response, Refused> {
    let sent = Parameters::of(fields.pairs())?;
    let shown = token::shown(headers, &sent)?;
    if sent.get("request_uri").is_some() {
        return Err(Fault::new(FaultCode::InvalidRequest, "a request that is pushed names no other").into());
    }
    let moment = app.moment();
    keys::refresh_for(app, named, &shown, &moment).await?;
    let (proven, issuer) = {
        let mut scope = app.db.read().await?;
        let mut inside = authorize::enter(app, &mut scope, named).await?;
        let issuer = issuer(app, inside.tenant());
        let proven = outcome(authenticate(app, &mut inside, &shown, &moment).await)?;
        (proven, issuer)
    };
    let (client, proven) = match proven {
        Ok(proven) => proven,
        Err(fault) => {
            token::guessed(app, (named, &shown), from, &fault, &moment).await?;
            return Err(fault.into());
        }
    };
    if proven == Shown::Named {
        app.limits.count(Limit::Sensitive, from.address)?;
    }
    if let Some(token) = sent.get("request") {
        client.refresh_keys(app, token, &moment).await;
    }
    let own = Parameters::of([("client_id".to_owned(), client.app_id().to_string())])?;
    let asked = OF_THE_CLIENT.into_iter().fold(sent, Parameters::without).with(own);
    let whole = request_object::opened(app, &client, (&asked, &issuer), moment.now)?;
    let name: Result<_, Error> = transaction!(app.db, |scope| {
        let mut inside = authorize::enter(app, scope, named).await?;
        let known = match identified(app, &mut inside, &whole, &issuer).await? {
            Ok(known) => known,
            Err(fault) => return Ok(Err(fault)),
        };
        let platform = known.identified.redirect.platform;
        if let Err(fault) =
            outcome(client.require_proof(proven, platform))?.and(page::asked(&known).map(drop))
        {
            return Ok(Err(fault));
        }
        pushed::push(app, &mut inside, &client, &known.sent, &moment).await
    });
    let body = json!({ "request_uri": name??, "expires_in": pushed::NAME_SECONDS });
    Ok(answer::json_answer(StatusCode::CREATED, &body))
}

/// The request as the authorization endpoint would know it.
async fn identified(
    app: &App,
    scope: &mut crate::db::TenantScope<'_>,
    whole: &Parameters,
    issuer: &str,
) -> Result<Result<Known, Fault>, Error> {
    let identified = match authorize::identify(app, scope, whole).await {
        Ok(identified) => identified,
        Err(Error::Refused(_)) => {
            return Ok(Err(Fault::new(FaultCode::InvalidRequest, "redirect_uri isn't registered")));
        }
        Err(error) => return Err(error),
    };
    Ok(Ok(Known {
        identified,
        sent: whole.clone(),
        carried: Parameters::default(),
        fault: None,
        pushed: Some(uuid::Uuid::nil()),
        named: String::new(),
        issuer: issuer.to_owned(),
    }))
}
