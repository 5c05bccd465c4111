//! Setting up and removing second factors.

use askama::Template;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use http::StatusCode;
use model::refusal::{Code, Refusal};

use super::mine;
use crate::access::session::{SignedIn, Standing};
use crate::app::App;
use crate::error::Error;
use crate::features::account::ops;
use crate::features::credentials::{self, Enrolment, only_of_the_form};
use crate::moment::Moment;
use crate::transaction;
use crate::web::client::Client;
use crate::web::forms::Fields;
use crate::web::fresh::stale;
use crate::web::layout::{Page, render};
use crate::web::limits::Limit;
use crate::web::who::{Enrolling, FIRST_SECOND_FACTOR};

const APP: &str = "/account/second-factor/authenticator";

#[derive(Template)]
#[template(path = "account/first.html")]
struct FirstPage {
    page: Page,
}

#[derive(Template)]
#[template(path = "account/app.html")]
struct AppPage {
    page: Page,
    fields: Fields,
    enrolment: Enrolment,
    back: &'static str,
}

#[derive(Template)]
#[template(path = "account/codes.html")]
struct CodesPage {
    page: Page,
    codes: Vec<String>,
    joined: String,
    on: &'static str,
}

/// Where the pages lead on to: an administrator's first factor opens everything else.
fn way_on(who: &SignedIn) -> &'static str {
    if who.standing() == Standing::MustEnrol { "/overview" } else { "/account" }
}

fn way_back(who: &SignedIn) -> &'static str {
    if who.standing() == Standing::MustEnrol { FIRST_SECOND_FACTOR } else { "/account" }
}

pub async fn first(Enrolling(who): Enrolling, page: Page) -> Response {
    if who.has_second_factor {
        return Redirect::to("/overview").into_response();
    }
    render(&FirstPage { page: mine(page, &who) }, StatusCode::OK)
}

pub async fn begin(State(app): State<App>, Enrolling(who): Enrolling) -> Result<Response, Error> {
    let moment = app.moment();
    if let Some(elsewhere) = stale(&who, way_back(&who), &moment) {
        return Ok(elsewhere);
    }
    let user = ops::own_id(&who)?;
    transaction!(app.db, |scope| {
        let mut scope = scope.tenant(who.actor.grant()).await?;
        credentials::begin_authenticator(&app, &mut scope, user, &moment).await
    })?;
    Ok(Redirect::to(APP).into_response())
}

async fn pending(app: &App, who: &SignedIn, moment: &Moment) -> Result<Option<Enrolment>, Error> {
    let user = ops::own_id(who)?;
    let mut scope = app.db.read().await?;
    let mut scope = scope.tenant(who.actor.grant()).await?;
    credentials::pending_authenticator(app, &mut scope, user, &who.user_name, moment).await
}

pub async fn app(State(app): State<App>, Enrolling(who): Enrolling, page: Page) -> Result<Response, Error> {
    Ok(match pending(&app, &who, &app.moment()).await? {
        Some(enrolment) => {
            let back = way_back(&who);
            let view = AppPage { page: mine(page, &who), fields: Fields::new(), enrolment, back };
            render(&view, StatusCode::OK)
        }
        None => Redirect::to(way_back(&who)).into_response(),
    })
}

pub async fn confirm(
    State(app): State<App>,
    Enrolling(who): Enrolling,
    page: Page,
    client: Client,
    typed: Fields,
) -> Result<Response, Error> {
    app.limits.count(Limit::Sensitive, client.address)?;
    let moment = app.moment();
    if let Some(elsewhere) = stale(&who, way_back(&who), &moment) {
        return Ok(elsewhere);
    }
    let confirmed = transaction!(app.db, |scope| {
        let mut scope = scope.tenant(who.actor.grant()).await?;
        ops::confirm_app(&app, &mut scope, &who, typed.value("code"), &moment).await
    });
    let Err(error) = confirmed else {
        let on = if who.standing() == Standing::MustEnrol { "/overview" } else { "/account?done=app" };
        return Ok(Redirect::to(on).into_response());
    };
    let refusals = only_of_the_form(error)?;
    let enrolment =
        pending(&app, &who, &moment).await?.ok_or_else(|| Refusal::new(Code::AuthenticatorExpired))?;
    let mut fields = Fields::new();
    fields.refuse_all(refusals);
    let back = way_back(&who);
    Ok(render(&AppPage { page: mine(page, &who), fields, enrolment, back }, StatusCode::UNPROCESSABLE_ENTITY))
}

pub async fn remove(State(app): State<App>, who: SignedIn) -> Result<Response, Error> {
    let moment = app.moment();
    if let Some(elsewhere) = stale(&who, "/account", &moment) {
        return Ok(elsewhere);
    }
    transaction!(app.db, |scope| {
        let mut scope = scope.tenant(who.actor.grant()).await?;
        ops::remove_app(&mut scope, &who, &moment).await
    })?;
    Ok(Redirect::to("/account?done=app-removed").into_response())
}

/// Shown in the answer to the post itself: no address shows them again.
pub async fn codes(State(app): State<App>, Enrolling(who): Enrolling, page: Page) -> Result<Response, Error> {
    let moment = app.moment();
    if let Some(elsewhere) = stale(&who, way_back(&who), &moment) {
        return Ok(elsewhere);
    }
    let made = transaction!(app.db, |scope| {
        let mut scope = scope.tenant(who.actor.grant()).await?;
        ops::make_codes(&app, &mut scope, &who, &moment).await
    })?;
    let codes: Vec<String> = made.iter().map(|code| code.expose().to_owned()).collect();
    let view = CodesPage { page: mine(page, &who), joined: codes.join("\n"), codes, on: way_on(&who) };
    Ok(render(&view, StatusCode::OK))
}
