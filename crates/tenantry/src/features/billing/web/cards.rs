//! The cards: collected by the payment provider, then kept; made the default; removed.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use http::StatusCode;
use model::roles::Permission;
use uuid::Uuid;

use super::on;
use crate::access::session::SignedIn;
use crate::app::App;
use crate::error::Error;
use crate::features::billing::{self, Card, add_card, find, remove_card};
use crate::outside::payment::{CardForm, PaymentMethod, SetupState, declined};
use crate::transaction;
use crate::web::client::Client;
use crate::web::forms::Fields;
use crate::web::fresh::stale;
use crate::web::layout::{Page, render};
use crate::web::limits::Limit;

#[derive(Template)]
#[template(path = "billing/card.html")]
struct CardPage {
    page: Page,
    fields: Fields,
    card_form: CardForm,
    setup: String,
    card: Option<PaymentMethod>,
}

#[derive(Template)]
#[template(path = "billing/remove_card.html")]
struct RemovePage {
    page: Page,
    card: Card,
    is_last: bool,
}

/// Asks the provider for a setup of this tenant, and goes to its form.
pub async fn start(State(app): State<App>, client: Client, signed_in: SignedIn) -> Result<Response, Error> {
    app.limits.count(Limit::Sensitive, client.address)?;
    signed_in.actor.require(Permission::ManageBilling)?;
    let moment = app.moment();
    if let Some(elsewhere) = stale(&signed_in, "/billing", &moment) {
        return Ok(elsewhere);
    }
    let reference = format!("{}/card/{}", signed_in.actor.tenant(), moment.uuid());
    let setup = app.outside.payment.create_setup(&app, &reference, &moment).await?;
    Ok(Redirect::to(&format!("/billing/cards/new/{setup}")).into_response())
}

// The provider's own id: only its plain letters belong to a path.
fn form_of(setup: &str) -> String {
    let setup = percent_encoding::utf8_percent_encode(setup, percent_encoding::NON_ALPHANUMERIC);
    format!("/billing/cards/new/{setup}")
}

async fn state(app: &App, signed_in: &SignedIn, setup: &str) -> Result<SetupState, Error> {
    signed_in.actor.require(Permission::ManageBilling)?;
    app.outside.payment.setup(app, setup, &signed_in.actor.tenant().to_string()).await
}

pub async fn show(
    State(app): State<App>,
    signed_in: SignedIn,
    page: Page,
    Path(setup): Path<String>,
) -> Result<Response, Error> {
    signed_in.actor.require(Permission::ManageBilling)?;
    if let Some(elsewhere) = stale(&signed_in, &form_of(&setup), &app.moment()) {
        return Ok(elsewhere);
    }
    let page = on(&signed_in, page);
    let mut fields = Fields::new();
    let mut card = None;
    match state(&app, &signed_in, &setup).await? {
        SetupState::Succeeded(method) => card = Some(method),
        SetupState::Declined(reason) => fields.refuse(declined(&reason)),
        SetupState::RequiresPaymentMethod => {}
    }
    let status = if fields.is_refused() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let card_form = app.outside.payment.form(&setup, &format!("/billing/cards/new/{setup}"));
    Ok(render(&CardPage { page, fields, card_form, setup, card }, status))
}

/// Keeps the card of a setup that succeeded. Sent twice it is kept once.
pub async fn add(
    State(app): State<App>,
    signed_in: SignedIn,
    Path(setup): Path<String>,
) -> Result<Response, Error> {
    if let Some(elsewhere) = stale(&signed_in, &form_of(&setup), &app.moment()) {
        return Ok(elsewhere);
    }
    let SetupState::Succeeded(method) = state(&app, &signed_in, &setup).await? else {
        return Ok(Redirect::to(&format!("/billing/cards/new/{setup}")).into_response());
    };
    let (actor, moment) = (&signed_in.actor, app.moment());
    transaction!(app.db, |scope| {
        let mut tenant = scope.tenant(actor.grant()).await?;
        add_card(&mut tenant, actor, &method, &moment).await
    })?;
    Ok(Redirect::to("/billing?done=card-added").into_response())
}

pub async fn make_default(
    State(app): State<App>,
    signed_in: SignedIn,
    Path(id): Path<String>,
) -> Result<Response, Error> {
    let (id, actor, moment) = (id_of(&id)?, &signed_in.actor, app.moment());
    transaction!(app.db, |scope| {
        let mut tenant = scope.tenant(actor.grant()).await?;
        billing::make_default(&mut tenant, actor, id, &moment).await
    })?;
    Ok(Redirect::to("/billing?done=card-default").into_response())
}

pub async fn ask_remove(
    State(app): State<App>,
    signed_in: SignedIn,
    page: Page,
    Path(id): Path<String>,
) -> Result<Response, Error> {
    let page = on(&signed_in, page);
    signed_in.actor.require(Permission::ManageBilling)?;
    let id = id_of(&id)?;
    if let Some(elsewhere) = stale(&signed_in, &format!("/billing/cards/{id}/remove"), &app.moment()) {
        return Ok(elsewhere);
    }
    let mut scope = app.db.read().await?;
    let mut tenant = scope.tenant(signed_in.actor.grant()).await?;
    let (_, cards) = find(&mut tenant, &signed_in.actor).await?.ok_or_else(Error::not_found)?;
    let is_last = cards.len() == 1;
    let card = cards.into_iter().find(|card| card.id == id).ok_or_else(Error::not_found)?;
    Ok(render(&RemovePage { page, card, is_last }, StatusCode::OK))
}

pub async fn remove(
    State(app): State<App>,
    signed_in: SignedIn,
    Path(id): Path<String>,
) -> Result<Response, Error> {
    let (id, actor, moment) = (id_of(&id)?, &signed_in.actor, app.moment());
    if let Some(elsewhere) = stale(&signed_in, &format!("/billing/cards/{id}/remove"), &moment) {
        return Ok(elsewhere);
    }
    transaction!(app.db, |scope| {
        let mut tenant = scope.tenant(actor.grant()).await?;
        remove_card(&mut tenant, actor, id, &moment).await
    })?;
    Ok(Redirect::to("/billing?done=card-removed").into_response())
}

fn id_of(text: &str) -> Result<Uuid, Error> {
    text.parse().map_err(|_| Error::not_found())
}
