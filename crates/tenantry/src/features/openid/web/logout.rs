//! Signing out, at a client's wish (OpenID Connect RP-Initiated Logout 1.0). A page asks first: no address and no form of
//! another site ends a session.

use std::sync::Arc;

use askama::Template;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use http::header::REFRESH;
use http::{HeaderValue, StatusCode};
use model::refusal::Code;
use protocol::oauth::{Parameters, ResponseMode};

use super::answer::{carrying, encoded};
use crate::access::ended::heard;
use crate::access::session::SignedIn;
use crate::app::App;
use crate::error::Error;
use crate::features::openid::ops::client::{self, Client};
use crate::features::openid::ops::{authorize, ended, tokens};
use crate::features::signin;
use crate::signing::own::{self, Audience, Own, Wanted};
use crate::transaction;
use crate::web::forms::Fields;
use crate::web::layout::{Page, render};
use crate::web::who::Enrolling;
use crate::web::{cookies, security};

/// Seconds that applications have to hear of it before the person goes on.
const FRAMES_TAKE: u32 = 2;

#[derive(Template)]
#[template(path = "openid/sign-out.html")]
struct SignOutPage {
    page: Page,
    user_name: String,
    /// Empty where no client says which it is.
    application: String,
    action: String,
    sent: Vec<(String, String)>,
}

#[derive(Template)]
#[template(path = "openid/signed-out.html")]
struct SignedOutPage {
    page: Page,
    application: String,
    frames: Vec<String>,
    next: String,
}

/// What a client asks for.
struct Wish {
    client: Option<Arc<Client>>,
    /// Where the person shall go, with `state`. Never without a client.
    back: Option<String>,
}

fn parsed(fields: &Fields) -> Result<Parameters, Error> {
    Parameters::of(fields.pairs()).map_err(|_| Code::SignInRequestInvalid.into())
}

/// Reads the wish. Its client is the one that the ID token was made for, or that it names itself.
async fn wish(app: &App, named: &str, sent: &Parameters) -> Result<Wish, Error> {
    let (moment, mut scope) = (app.moment(), app.db.read().await?);
    let hinted = match sent.get("id_token_hint") {
        Some(hint) => {
            let hint = own::read(app, &mut scope, hint, tokens::IDENTITY, &moment).await?;
            Some(hint.ok_or(Code::SignOutHintInvalid)?)
        }
        None => None,
    };
    let mut inside = authorize::enter(app, &mut scope, named).await?;
    let wanted = Wanted { tenant: Some(inside.tenant()), audience: Audience::Any, may_have_ended: true };
    let made_for = |hint: Own| {
        let claims = hint.says(app, &wanted, &moment).ok_or(Code::SignOutHintInvalid)?;
        Ok::<_, Code>(claims["aud"].as_str().map(str::to_owned))
    };
    let hinted = hinted.map(made_for).transpose()?.flatten();
    let client_id = match (hinted, sent.get("client_id")) {
        (Some(hinted), Some(own)) if hinted != own => return Err(Code::SignOutHintInvalid.into()),
        (hinted, own) => hinted.or_else(|| own.map(str::to_owned)),
    };
    let Some(client_id) = client_id else {
        // Nobody answers for an address then, but whoever MSAL for browsers sends wants to be signed out all the same.
        return Ok(Wish { client: None, back: None });
    };
    let client = client::find(app, &mut inside, &client_id).await?;
    let Some(uri) = sent.get("post_logout_redirect_uri") else { return Ok(Wish { client, back: None }) };
    let leads =
        |client: &Arc<Client>| client.settings().leads_back_to(&client.application.properties.settings, uri);
    if !client.as_ref().is_some_and(leads) {
        return Err(Code::SignOutRedirectUnregistered.into());
    }
    let state: Vec<_> = sent.get("state").map(|state| ("state", state.to_owned())).into_iter().collect();
    Ok(Wish { client, back: Some(carrying(uri, ResponseMode::Query, &state)) })
}

fn gone(back: Option<&str>) -> Response {
    Redirect::to(back.unwrap_or("/sign-in?signed-out")).into_response()
}

/// A wish that came as a form goes on as an address: a browser sends no cookie with another site's form, so whose session it is
/// about is known after it alone.
pub async fn pass_on(Path(named): Path<String>, fields: Fields) -> Response {
    let pairs: Vec<String> =
        fields.pairs().map(|(name, value)| format!("{}={}", encoded(&name), encoded(&value))).collect();
    Redirect::to(&format!("/{}/oauth2/v2.0/logout?{}", encoded(&named), pairs.join("&"))).into_response()
}

pub async fn show(
    State(app): State<App>,
    page: Page,
    Path(named): Path<String>,
    who: Option<Enrolling>,
    fields: Fields,
) -> Result<Response, Error> {
    let sent = parsed(&fields)?;
    let wish = wish(&app, &named, &sent).await?;
    let Some(Enrolling(who)) = who else { return Ok(gone(wish.back.as_deref())) };
    let view = SignOutPage {
        page,
        user_name: who.user_name.clone(),
        application: wish.client.map(|client| client.name().to_owned()).unwrap_or_default(),
        action: format!("/{}/oauth2/v2.0/sign-out", encoded(&named)),
        sent: sent.pairs().to_vec(),
    };
    let mut response = render(&view, StatusCode::OK);
    if let Some(uri) = &wish.back {
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
    let wish = wish(&app, &named, &parsed(&fields)?).await?;
    let mut frames = Vec::new();
    if let Some(Enrolling(who)) = who {
        frames = frames_of(&app, &who).await?;
        let moment = app.moment();
        transaction!(app.db, |scope| signin::sign_out(scope, &who, &moment).await)?;
    }
    let mut response = match frames.is_empty() {
        true => gone(wish.back.as_deref()),
        false => signed_out(page, wish, frames),
    };
    cookies::clear(&app, response.headers_mut(), cookies::SESSION);
    cookies::clear(&app, response.headers_mut(), cookies::SIGN_IN);
    Ok(response)
}

/// What a browser opens so that applications hear of it, looked up while the session stands.
async fn frames_of(app: &App, who: &SignedIn) -> Result<Vec<String>, Error> {
    let Some(user) = who.actor.user_id() else { return Ok(Vec::new()) };
    let mut scope = app.db.read().await?;
    let mut inside = scope.tenant(who.actor.grant()).await?;
    let heard = heard(&mut inside, user, who.session).await?;
    ended::frames(app, &mut inside, &heard).await
}

fn signed_out(page: Page, wish: Wish, frames: Vec<String>) -> Response {
    let application = wish.client.filter(|_| wish.back.is_some());
    let view = SignedOutPage {
        page,
        application: application.map(|client| client.name().to_owned()).unwrap_or_default(),
        frames: frames.clone(),
        next: wish.back.clone().unwrap_or_else(|| "/sign-in".to_owned()),
    };
    let mut response = render(&view, StatusCode::OK);
    security::let_frames_open(response.headers_mut(), &frames);
    let refresh = wish.back.and_then(|uri| HeaderValue::from_str(&format!("{FRAMES_TAKE};url={uri}")).ok());
    if let Some(refresh) = refresh {
        response.headers_mut().insert(REFRESH, refresh);
    }
    response
}
