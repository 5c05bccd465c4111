//! `/webhooks`: the list, one webhook with its deliveries, and a page for each change.

mod act;
mod ask;
mod delivery;
mod form;
mod list;
mod one;

use axum::Router;
use axum::response::{IntoResponse as _, Redirect, Response};
use axum::routing::{get, post};
use model::ids::WebhookId;
use model::roles::Permission;
use model::webhooks::{DeliveryState, EndpointState, Outcome};

use super::ops::deliveries::Delivery;
use super::ops::manage;
use super::ops::manage::Webhook;
use crate::access::session::SignedIn;
use crate::app::App;
use crate::error::Error;
use crate::web::layout::{Page, Section};
use crate::web::locale::Locale;

pub fn routes() -> Router<App> {
    Router::new()
        .route("/webhooks", get(list::show))
        .route("/webhooks/new", get(form::show_new).post(form::add))
        .route("/webhooks/{id}", get(one::show))
        .route("/webhooks/{id}/edit", get(form::show_edit).post(form::edit))
        .route("/webhooks/{id}/secret", get(ask::show_secret).post(ask::rotate))
        .route("/webhooks/{id}/delete", get(ask::show_delete).post(ask::delete))
        .route("/webhooks/{id}/replay", get(ask::show_replay).post(ask::replay))
        .route("/webhooks/{id}/test", post(act::test))
        .route("/webhooks/{id}/enable", post(act::enable))
        .route("/webhooks/{id}/disable", post(act::disable))
        .route("/webhooks/{id}/deliveries/{delivery}", get(delivery::show))
        .route("/webhooks/{id}/deliveries/{delivery}/replay", post(delivery::replay))
}

fn id_of(text: &str) -> Result<WebhookId, Error> {
    text.parse().map_err(|_| Error::not_found())
}

/// Back to the webhook's page with a word on what was done.
fn done(id: WebhookId, what: &str) -> Response {
    Redirect::to(&format!("/webhooks/{id}?done={what}")).into_response()
}

/// The page of this section, for whoever may open it.
fn allowed(signed_in: &SignedIn, page: Page) -> Result<Page, Error> {
    signed_in.actor.require(Permission::ManageWebhooks)?;
    Ok(signed_in.on(page).in_section(Section::Webhooks))
}

async fn load(app: &App, signed_in: &SignedIn, id: &str) -> Result<Webhook, Error> {
    let (id, actor) = (id_of(id)?, &signed_in.actor);
    let mut scope = app.db.read().await?;
    let mut tenant = scope.tenant(actor.grant()).await?;
    manage::get(&mut tenant, actor, id).await
}

/// How a page shows a state: the kind of pill, and its word.
#[must_use]
pub fn state(l: &Locale, webhook: &Webhook) -> (&'static str, String) {
    match webhook.state {
        EndpointState::Enabled if webhook.failing_since.is_some() => ("warn", l.t("webhooks-state-trouble")),
        EndpointState::Enabled => ("good", l.t("webhooks-state-enabled")),
        EndpointState::Disabled => ("quiet", l.t("webhooks-state-disabled")),
        EndpointState::Gone => ("bad", l.t("webhooks-state-gone")),
        EndpointState::Failing => ("bad", l.t("webhooks-state-failing")),
    }
}

fn delivery_state(l: &Locale, delivery: &Delivery, is_held: bool) -> (&'static str, String) {
    match delivery.state {
        DeliveryState::Waiting if is_held => ("warn", l.t("webhooks-delivery-held")),
        DeliveryState::Waiting => ("warn", l.t("webhooks-delivery-waiting")),
        DeliveryState::Delivered => ("good", l.t("webhooks-delivery-delivered")),
        DeliveryState::Failed => ("bad", l.t("webhooks-delivery-failed")),
    }
}

fn outcome(l: &Locale, outcome: Outcome) -> String {
    match outcome {
        Outcome::Delivered => l.t("webhooks-outcome-delivered"),
        Outcome::Refused => l.t("webhooks-outcome-refused"),
        Outcome::Unreachable => l.t("webhooks-outcome-unreachable"),
        Outcome::Insecure => l.t("webhooks-outcome-insecure"),
        Outcome::Timeout => l.t("webhooks-outcome-timeout"),
        Outcome::Unreadable => l.t("webhooks-outcome-unreadable"),
    }
}
