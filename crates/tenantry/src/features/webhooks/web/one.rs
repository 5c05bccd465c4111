//! One webhook and what was sent to it.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;
use http::StatusCode;
use jiff::Timestamp;

use super::{allowed, delivery_state, load, state};
use crate::access::session::SignedIn;
use crate::app::App;
use crate::error::Error;
use crate::features::webhooks::ops::deliveries::{Delivery, list_deliveries};
use crate::features::webhooks::ops::manage::Webhook;
use crate::web::forms::Fields;
use crate::web::layout::{Page, render};
use crate::web::links::{Pages, Query};
use crate::web::locale::Locale;

/// Deliveries on a page.
const SIZE: usize = 25;

#[derive(Template)]
#[template(path = "webhooks/one.html")]
struct OnePage {
    page: Page,
    id: String,
    webhook: Webhook,
    state: (&'static str, String),
    events: Vec<String>,
    rows: Vec<Row>,
    next: String,
    /// Some of the newest are on their way: the list looks again by itself.
    tries: bool,
    former_until: Option<Timestamp>,
    /// Until when what waits is held back at least, since the receiver fails.
    held_until: Option<Timestamp>,
}

struct Row {
    id: String,
    event: String,
    at: Timestamp,
    state: (&'static str, String),
    attempts: i64,
}

pub(super) async fn show(
    State(app): State<App>,
    signed_in: SignedIn,
    page: Page,
    Path(id): Path<String>,
    fields: Fields,
) -> Result<Response, Error> {
    let mut page = allowed(&signed_in, page)?;
    if let Some(word) = word(&page.l, fields.value("done")) {
        page = page.with_toast(word);
    }
    let webhook = load(&app, &signed_in, &id).await?;
    let (actor, now) = (&signed_in.actor, app.moment().now);
    let pages = Pages::new(&app, actor.tenant(), format!("/webhooks/{}", webhook.id), Query::default());
    let from = pages.start(&fields)?;
    let mut scope = app.db.read().await?;
    let mut tenant = scope.tenant(actor.grant()).await?;
    let slice = list_deliveries(&mut tenant, actor, webhook.id, from.as_ref(), SIZE).await?;
    let rows = slice.items.iter().map(|delivery| Row {
        id: delivery.id.to_string(),
        event: delivery.event.clone(),
        at: delivery.created_at,
        state: delivery_state(&page.l, delivery, delivery.held_until(&webhook, now).is_some()),
        attempts: delivery.attempts,
    });
    let due = |delivery: &Delivery| webhook.is_enabled() && delivery.is_due(&webhook, now);
    let view = OnePage {
        tries: from.is_none() && slice.items.iter().any(due),
        id: webhook.id.to_string(),
        state: state(&page.l, &webhook),
        events: webhook.events.names().map(str::to_owned).collect(),
        rows: rows.collect(),
        next: pages.link(slice.next),
        held_until: webhook.resting_until.filter(|_| webhook.is_enabled() && webhook.rests(now)),
        former_until: webhook.former_until.filter(|until| *until > now),
        webhook,
        page,
    };
    Ok(render(&view, StatusCode::OK))
}

fn word(l: &Locale, done: &str) -> Option<String> {
    Some(match done {
        "updated" => l.t("webhooks-done-updated"),
        "enabled" => l.t("webhooks-done-enabled"),
        "disabled" => l.t("webhooks-done-disabled"),
        "tested" => l.t("webhooks-done-tested"),
        "replayed" => l.t("webhooks-done-replayed"),
        _ => return None,
    })
}
