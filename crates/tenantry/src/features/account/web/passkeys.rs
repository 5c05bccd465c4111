//! Adding, naming and removing passkeys. A passkey needs a script; the page says so to whom has none.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use http::{HeaderMap, StatusCode};
use model::refusal::{Code, Refusal};
use uuid::Uuid;

use super::factors::{Way, way_of};
use super::{home, mine};
use crate::access::session::SignedIn;
use crate::app::App;
use crate::error::Error;
use crate::features::account::ops;
use crate::features::credentials::passkeys;
use crate::transaction;
use crate::web::client::{self, Client};
use crate::web::forms::Fields;
use crate::web::fresh::stale;
use crate::web::layout::{Page, render};
use crate::web::limits::Limit;
use crate::web::security::on_the_way_to;
use crate::web::who::Enrolling;

pub const NEW: &str = "/account/passkeys/new";

#[derive(Template)]
#[template(path = "account/passkey.html")]
struct NewPage {
    page: Page,
    fields: Fields,
    way: Way,
    /// The organisation's own provider signs them in.
    elsewhere: bool,
}

async fn view(app: &App, who: &SignedIn, page: Page, fields: Fields, way: Way) -> Result<NewPage, Error> {
    let mut scope = app.db.read().await?;
    let mut scope = scope.tenant(who.actor.grant()).await?;
    let elsewhere = ops::own_provider(&mut scope, who).await?.is_some();
    Ok(NewPage { page: mine(page, who), fields, way, elsewhere })
}

/// The page for a new passkey, named after the browser that it is made in.
pub async fn show(
    State(app): State<App>,
    Enrolling(who): Enrolling,
    page: Page,
    client: Client,
    asked: Fields,
) -> Result<Response, Error> {
    let way = way_of(&who, &asked);
    if let Some(elsewhere) = stale(&who, &way.with(NEW), &app.moment()) {
        return Ok(elsewhere);
    }
    let name = client::browser(&client.user_agent).map(|(browser, system)| {
        page.l.a("account-session-browser", &[("browser", browser), ("system", system)])
    });
    let fields = Fields::new().with("passkey_name", name.unwrap_or_default());
    let view = view(&app, &who, page, fields, way).await?;
    Ok(on_the_way_to(&view.way.next, render(&view, StatusCode::OK)))
}

/// Tells the script what to ask the authenticator.
pub async fn begin(
    State(app): State<App>,
    Enrolling(who): Enrolling,
    client: Client,
) -> Result<Response, Error> {
    app.limits.count(Limit::Check, client.address)?;
    let moment = app.moment();
    if let Some(elsewhere) = stale(&who, NEW, &moment) {
        return Ok(elsewhere);
    }
    let user = ops::own_id(&who)?;
    let mut scope = app.db.read().await?;
    let mut scope = scope.tenant(who.actor.grant()).await?;
    passkeys::registering(&app, &mut scope, (&who, user), &moment).await
}

pub async fn send(
    State(app): State<App>,
    Enrolling(who): Enrolling,
    page: Page,
    client: Client,
    headers: HeaderMap,
    mut typed: Fields,
) -> Result<Response, Error> {
    app.limits.count(Limit::Sensitive, client.address)?;
    let (moment, way) = (app.moment(), way_of(&who, &typed));
    if let Some(elsewhere) = stale(&who, &way.with(NEW), &moment) {
        return Ok(elsewhere);
    }
    let registration = passkeys::registration(&app, &headers, &typed, &who, &moment);
    let refused: Vec<Refusal> = match (passkeys::checked_name(typed.value("passkey_name")), registration) {
        (Err(refusal), _) => vec![refusal],
        (_, None) => vec![Refusal::new(Code::PasskeyRefused)],
        (Ok(name), Some(registration)) => {
            let added = transaction!(app.db, |scope| {
                let mut scope = scope.tenant(who.actor.grant()).await?;
                let whose = (&who, page.l.lang());
                ops::add_passkey(&app, &mut scope, whose, (&registration, &name), &moment).await
            });
            match added {
                Ok(()) => return Ok(Redirect::to(&way.on("/account?done=passkey")).into_response()),
                Err(error) => error.into_refusals()?,
            }
        }
    };
    typed.refuse_all(refused);
    let view = view(&app, &who, page, typed, way).await?;
    Ok(on_the_way_to(&view.way.next, render(&view, StatusCode::UNPROCESSABLE_ENTITY)))
}

fn id_of(text: &str) -> Result<Uuid, Error> {
    text.parse().map_err(|_| Error::not_found())
}

pub async fn rename(
    State(app): State<App>,
    who: SignedIn,
    page: Page,
    Path(id): Path<String>,
    mut typed: Fields,
) -> Result<Response, Error> {
    let (id, moment, user) = (id_of(&id)?, app.moment(), ops::own_id(&who)?);
    let renamed = transaction!(app.db, |scope| {
        let mut scope = scope.tenant(who.actor.grant()).await?;
        let named = (id, typed.value("passkey_name"));
        passkeys::rename(&mut scope, (&who.actor, user), named, &moment).await
    });
    match renamed {
        Ok(()) => Ok(Redirect::to("/account?done=passkey-renamed").into_response()),
        Err(error) => {
            typed.refuse_all(crate::features::credentials::only_of_the_form(error)?);
            home::again(&app, who, page, typed).await
        }
    }
}

pub async fn remove(
    State(app): State<App>,
    who: SignedIn,
    page: Page,
    Path(id): Path<String>,
) -> Result<Response, Error> {
    let (id, moment) = (id_of(&id)?, app.moment());
    if let Some(elsewhere) = stale(&who, "/account", &moment) {
        return Ok(elsewhere);
    }
    transaction!(app.db, |scope| {
        let mut scope = scope.tenant(who.actor.grant()).await?;
        ops::remove_passkey(&app, &mut scope, (&who, page.l.lang()), id, &moment).await
    })?;
    Ok(Redirect::to("/account?done=passkey-removed").into_response())
}
