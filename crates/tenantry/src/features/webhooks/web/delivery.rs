//! One delivery: what was sent, and what each try came to.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::{IntoResponse as _, Redirect, Response};
use http::StatusCode;
use jiff::Timestamp;
use model::ids::DeliveryId;

use super::{allowed, delivery_state, id_of, load, outcome};
use crate::access::session::SignedIn;
use crate::app::App;
use crate::error::Error;
use crate::features::webhooks::ops::deliveries::{self, Delivery};
use crate::transaction;
use crate::web::forms::Fields;
use crate::web::layout::{Page, render};

#[derive(Template)]
#[template(path = "webhooks/delivery.html")]
struct DeliveryPage {
    page: Page,
    id: String,
    host: String,
    delivery: Delivery,
    delivery_id: String,
    /// What is sent, in lines.
    payload: String,
    state: (&'static str, String),
    attempts: Vec<Row>,
    may_replay: bool,
    /// It is on its way: the page looks again by itself.
    tries: bool,
    /// It waits for its next try, which can be now.
    may_try: bool,
    /// Until when it is held back at least, since the receiver fails.
    held_until: Option<Timestamp>,
}

struct Row {
    number: i64,
    at: Timestamp,
    outcome: String,
    /// Status and time of the answer.
    status: Option<i64>,
    milliseconds: i64,
    excerpt: String,
}

fn delivery_of(text: &str) -> Result<DeliveryId, Error> {
    text.parse().map_err(|_| Error::not_found())
}

/// The same JSON as people read it.
fn in_lines(json: &str) -> String {
    let read: Result<serde_json::Value, _> = serde_json::from_str(json);
    read.and_then(|value| serde_json::to_string_pretty(&value)).unwrap_or_else(|_| json.to_owned())
}

pub(super) async fn show(
    State(app): State<App>,
    signed_in: SignedIn,
    page: Page,
    Path((id, delivery)): Path<(String, String)>,
    fields: Fields,
) -> Result<Response, Error> {
    let mut page = allowed(&signed_in, page)?;
    let word = match fields.value("done") {
        "replayed" => Some(page.l.t("webhooks-done-replayed")),
        "tried" => Some(page.l.t("webhooks-done-tried")),
        _ => None,
    };
    if let Some(word) = word {
        page = page.with_toast(word);
    }
    let webhook = load(&app, &signed_in, &id).await?;
    let actor = &signed_in.actor;
    let mut scope = app.db.read().await?;
    let mut tenant = scope.tenant(actor.grant()).await?;
    let delivery = deliveries::delivery(&mut tenant, actor, webhook.id, delivery_of(&delivery)?).await?;
    let attempts = deliveries::attempts(&mut tenant, &delivery).await?;
    let rows = attempts.into_iter().map(|attempt| Row {
        number: attempt.number,
        at: attempt.at,
        outcome: outcome(&page.l, attempt.outcome),
        status: attempt.status,
        milliseconds: attempt.milliseconds,
        excerpt: attempt.excerpt,
    });
    let now = app.moment().now;
    let tries = webhook.is_enabled() && delivery.is_due(&webhook, now);
    let held_until = delivery.held_until(&webhook, now);
    let view = DeliveryPage {
        id: webhook.id.to_string(),
        host: webhook.host().to_owned(),
        delivery_id: delivery.id.to_string(),
        state: delivery_state(&page.l, &delivery, held_until.is_some()),
        attempts: rows.collect(),
        may_replay: webhook.is_enabled() && delivery.next_at.is_none(),
        may_try: webhook.is_enabled() && delivery.next_at.is_some() && !tries,
        held_until,
        tries,
        payload: in_lines(&delivery.payload),
        delivery,
        page,
    };
    Ok(render(&view, StatusCode::OK))
}

pub(super) async fn replay(
    State(app): State<App>,
    signed_in: SignedIn,
    Path((id, delivery)): Path<(String, String)>,
) -> Result<Response, Error> {
    let (id, delivery, actor, moment) =
        (id_of(&id)?, delivery_of(&delivery)?, &signed_in.actor, app.moment());
    let waited = transaction!(app.db, |scope| {
        let mut tenant = scope.tenant(actor.grant()).await?;
        let before = deliveries::delivery(&mut tenant, actor, id, delivery).await?;
        deliveries::replay(&app, &mut tenant, actor, (id, delivery), &moment).await?;
        Ok::<_, Error>(before.next_at.is_some())
    })?;
    let done = if waited { "tried" } else { "replayed" };
    Ok(Redirect::to(&format!("/webhooks/{id}/deliveries/{delivery}?done={done}")).into_response())
}
