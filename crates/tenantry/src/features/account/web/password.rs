//! Changing the own password.

use askama::Template;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use http::{HeaderMap, StatusCode};

use super::confirm::place;
use super::mine;
use crate::access::session::SignedIn;
use crate::app::App;
use crate::error::Error;
use crate::features::account::ops::{self, Confirmed};
use crate::features::credentials::{only_of_the_form, strength_of};
use crate::web::client::Client;
use crate::web::forms::Fields;
use crate::web::fresh::stale;
use crate::web::layout::{Page, render};
use crate::web::limits::Limit;

#[derive(Template)]
#[template(path = "account/password.html")]
struct PasswordPage {
    page: Page,
    fields: Fields,
    user_name: String,
}

fn view(page: Page, who: &SignedIn, fields: Fields) -> PasswordPage {
    PasswordPage { page: mine(page, who), fields, user_name: who.user_name.clone() }
}

/// Whoever has more than a password shows it first, for a password alone is less than what opened the session.
fn stale_for(who: &SignedIn, app: &App) -> Option<Response> {
    stale(who, "/account/password", &app.moment()).filter(|_| who.has_second_factor)
}

pub async fn show(State(app): State<App>, who: SignedIn, page: Page) -> Result<Response, Error> {
    let mut scope = app.db.read().await?;
    ops::require_password(&mut scope.tenant(who.actor.grant()).await?, &who).await?;
    Ok(match stale_for(&who, &app) {
        Some(elsewhere) => elsewhere,
        None => render(&view(page, &who, Fields::new()), StatusCode::OK),
    })
}

pub async fn check(
    State(app): State<App>,
    who: SignedIn,
    page: Page,
    client: Client,
    typed: Fields,
) -> Result<Response, Error> {
    app.limits.count(Limit::Check, client.address)?;
    let mut scope = app.db.read().await?;
    let names = ops::names(&mut scope.tenant(who.actor.grant()).await?, &who).await?;
    Ok(strength_of(&app, page, typed.value("password"), &names))
}

pub async fn send(
    State(app): State<App>,
    who: SignedIn,
    page: Page,
    client: Client,
    headers: HeaderMap,
    typed: Fields,
) -> Result<Response, Error> {
    app.limits.count(Limit::Sensitive, client.address)?;
    if let Some(elsewhere) = stale_for(&who, &app) {
        return Ok(elsewhere);
    }
    let (current, new) = (typed.value("current_password"), typed.value("password"));
    let place = place(&app, &headers, &who)?;
    let moment = app.moment();
    let changed = async {
        let typed = Confirmed { password: current, field: "current_password", second: None };
        ops::confirm(&app, &who, typed, place, &moment).await?;
        ops::change(&app, &who, current, new, page.l.lang(), &moment).await
    };
    match changed.await {
        Ok(()) => Ok(Redirect::to("/account?done=password").into_response()),
        Err(error) => {
            let mut fields = Fields::new();
            fields.refuse_all(only_of_the_form(error)?);
            Ok(render(&view(page, &who, fields), StatusCode::UNPROCESSABLE_ENTITY))
        }
    }
}
