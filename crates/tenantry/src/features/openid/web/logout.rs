//! Signing out, at a client's wish (OpenID Connect RP-Initiated Logout 1.0). A page asks first: an address alone ends nothing.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use http::StatusCode;
use protocol::oauth::Parameters;

use super::answer::to_client;
use crate::app::App;
use crate::error::Error;
use crate::features::openid::ops::{authorize, client, tokens};
use crate::features::signin;
use crate::signing;
use crate::transaction;
use crate::web::forms::Fields;
use crate::web::layout::{Page, render};
use crate::web::who::Enrolling;
use crate::web::{cookies, security};

#[derive(Template)]
#[template(path = "openid/sign-out.html")]
struct SignOutPage {
    page: Page,
    user_name: String,
    action: String,
    sent: Vec<(String, String)>,
}

/// Where the client wants the person to go, if it may say so: its id, or an ID token that it got, names it.
async fn back(app: &App, named: &str, sent: &Parameters) -> Result<Option<String>, Error> {
    let Some(wanted) = sent.get("post_logout_redirect_uri") else { return Ok(None) };
    let mut scope = app.db.read().await?;
    let hinted = match sent.get("id_token_hint") {
        Some(hint) => {
            let claims = signing::verified(app, &mut scope, hint, tokens::IDENTITY, &app.moment()).await?;
            claims.and_then(|claims| claims["aud"].as_str().map(str::to_owned))
        }
        None => None,
    };
    let own = sent.get("client_id").map(str::to_owned);
    let client_id = match (hinted, own) {
        (Some(hinted), Some(own)) if hinted != own => return Ok(None),
        (hinted, own) => hinted.or(own),
    };
    let Some(client_id) = client_id else { return Ok(None) };
    let mut inside = authorize::enter(&mut scope, named).await?;
    let client = client::find(&mut inside, &client_id).await?;
    Ok(client.and_then(|client| client.redirect(wanted)).map(|redirect| redirect.uri))
}

fn gone(page: Page, sent: &Parameters, back: Option<String>) -> Response {
    let Some(uri) = back else { return Redirect::to("/sign-in?signed-out").into_response() };
    let state = sent.get("state").map(|state| vec![("state", state.to_owned())]).unwrap_or_default();
    if state.is_empty() {
        return Redirect::to(&uri).into_response();
    }
    to_client(page, &uri, protocol::oauth::ResponseMode::Query, &state)
}

pub async fn show(
    State(app): State<App>,
    page: Page,
    Path(named): Path<String>,
    who: Option<Enrolling>,
    fields: Fields,
) -> Result<Response, Error> {
    let sent = Parameters::of(fields.pairs()).unwrap_or_default();
    let back = back(&app, &named, &sent).await?;
    let Some(Enrolling(who)) = who else { return Ok(gone(page, &sent, back)) };
    let view = SignOutPage {
        page,
        user_name: who.user_name.clone(),
        action: format!("/{named}/oauth2/v2.0/logout"),
        sent: sent.pairs().to_vec(),
    };
    let mut response = render(&view, StatusCode::OK);
    if let Some(uri) = &back {
        security::let_forms_lead_to(response.headers_mut(), uri);
    }
    Ok(response)
}

pub async fn send(
    State(app): State<App>,
    page: Page,
    Path(named): Path<String>,
    who: Option<Enrolling>,
    fields: Fields,
) -> Result<Response, Error> {
    let sent = Parameters::of(fields.pairs()).unwrap_or_default();
    let back = back(&app, &named, &sent).await?;
    let moment = app.moment();
    if let Some(Enrolling(who)) = who {
        transaction!(app.db, |scope| signin::sign_out(scope, &who, &moment).await)?;
    }
    let mut response = gone(page, &sent, back);
    cookies::clear(&app, response.headers_mut(), cookies::SESSION);
    cookies::clear(&app, response.headers_mut(), cookies::SIGN_IN);
    Ok(response)
}
