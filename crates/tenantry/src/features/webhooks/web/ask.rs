//! Questions before a secret is made, deliveries are sent again, or a webhook is removed, and the answer yes.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::{IntoResponse as _, Redirect, Response};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use http::StatusCode;
use model::refusal::{Code, Refusal};

use super::form::ShownPage;
use super::{allowed, done, id_of, load};
use crate::access::session::SignedIn;
use crate::app::App;
use crate::error::Error;
use crate::features::webhooks::ops::deliveries::replay_since;
use crate::features::webhooks::ops::manage::{self, Webhook};
use crate::transaction;
use crate::web::forms::Fields;
use crate::web::fresh::stale;
use crate::web::layout::{Page, render};

/// Hours back that can be chosen.
const HOURS: [i64; 4] = [1, 24, 24 * 7, 24 * 30];

#[derive(Template)]
#[template(path = "webhooks/confirm.html")]
struct Confirm {
    page: Page,
    id: String,
    host: String,
    title: String,
    effects: Vec<String>,
    button: String,
    danger: bool,
    /// Where the form goes, below the webhook, and what it sends on.
    action: &'static str,
    hidden: Vec<(String, String)>,
}

#[derive(Template)]
#[template(path = "webhooks/replay.html")]
struct ReplayPage {
    page: Page,
    fields: Fields,
    id: String,
    host: String,
    since: Vec<(String, String)>,
}

impl ReplayPage {
    fn new(page: Page, webhook: &Webhook, fields: Fields) -> Self {
        let told = |hours: &i64| {
            let text = match hours {
                1 => page.l.t("webhooks-since-hour"),
                24 => page.l.t("webhooks-since-day"),
                168 => page.l.t("webhooks-since-week"),
                _ => page.l.t("webhooks-since-all"),
            };
            (hours.to_string(), text)
        };
        Self {
            since: HOURS.iter().map(told).collect(),
            id: webhook.id.to_string(),
            host: webhook.host().to_owned(),
            fields,
            page,
        }
    }
}

/// What a new secret changes, so that a page that is sent again makes no second one. The secret stands there encrypted.
fn secret_of(webhook: &Webhook) -> Fields {
    Fields::new().with("secret", URL_SAFE_NO_PAD.encode(&webhook.secret))
}

pub(super) async fn show_secret(
    State(app): State<App>,
    signed_in: SignedIn,
    page: Page,
    Path(id): Path<String>,
) -> Result<Response, Error> {
    let page = allowed(&signed_in, page)?;
    let webhook = load(&app, &signed_in, &id).await?;
    if let Some(elsewhere) = stale(&signed_in, &format!("/webhooks/{}/secret", webhook.id), &app.moment()) {
        return Ok(elsewhere);
    }
    let view = Confirm {
        id: webhook.id.to_string(),
        host: webhook.host().to_owned(),
        title: page.l.t("webhooks-rotate"),
        effects: vec![page.l.t("webhooks-rotate-new"), page.l.t("webhooks-rotate-overlap")],
        button: page.l.t("webhooks-rotate-button"),
        danger: false,
        action: "secret",
        hidden: Fields::new().showing(&secret_of(&webhook)).pairs().collect(),
        page,
    };
    Ok(render(&view, StatusCode::OK))
}

pub(super) async fn rotate(
    State(app): State<App>,
    signed_in: SignedIn,
    page: Page,
    Path(id): Path<String>,
    fields: Fields,
) -> Result<Response, Error> {
    let page = allowed(&signed_in, page)?;
    let (id, actor, moment) = (id_of(&id)?, &signed_in.actor, app.moment());
    if let Some(elsewhere) = stale(&signed_in, &format!("/webhooks/{id}/secret"), &moment) {
        return Ok(elsewhere);
    }
    let (webhook, secret) = transaction!(app.db, |scope| {
        let mut tenant = scope.tenant(actor.grant()).await?;
        fields.require_unchanged(&secret_of(&manage::get(&mut tenant, actor, id).await?))?;
        manage::rotate_secret(&app, &mut tenant, actor, id, &moment).await
    })?;
    let (id, host) = (id.to_string(), webhook.host().to_owned());
    Ok(render(&ShownPage { page, id, host, secret, is_new: false }, StatusCode::OK))
}

pub(super) async fn show_delete(
    State(app): State<App>,
    signed_in: SignedIn,
    page: Page,
    Path(id): Path<String>,
) -> Result<Response, Error> {
    let page = allowed(&signed_in, page)?;
    let webhook = load(&app, &signed_in, &id).await?;
    let view = Confirm {
        id: webhook.id.to_string(),
        host: webhook.host().to_owned(),
        title: page.l.a("webhooks-delete-title", &[("host", webhook.place().as_str())]),
        effects: vec![page.l.t("webhooks-delete-stops"), page.l.t("webhooks-delete-forgets")],
        button: page.l.t("webhooks-delete"),
        danger: true,
        action: "delete",
        hidden: Vec::new(),
        page,
    };
    Ok(render(&view, StatusCode::OK))
}

pub(super) async fn delete(
    State(app): State<App>,
    signed_in: SignedIn,
    Path(id): Path<String>,
) -> Result<Response, Error> {
    let (id, actor, moment) = (id_of(&id)?, &signed_in.actor, app.moment());
    transaction!(app.db, |scope| {
        let mut tenant = scope.tenant(actor.grant()).await?;
        manage::remove(&mut tenant, actor, id, &moment).await
    })?;
    Ok(Redirect::to("/webhooks?done=deleted").into_response())
}

pub(super) async fn show_replay(
    State(app): State<App>,
    signed_in: SignedIn,
    page: Page,
    Path(id): Path<String>,
) -> Result<Response, Error> {
    let page = allowed(&signed_in, page)?;
    let webhook = load(&app, &signed_in, &id).await?;
    Ok(render(&ReplayPage::new(page, &webhook, Fields::new()), StatusCode::OK))
}

pub(super) async fn replay(
    State(app): State<App>,
    signed_in: SignedIn,
    page: Page,
    Path(id): Path<String>,
    mut fields: Fields,
) -> Result<Response, Error> {
    let page = allowed(&signed_in, page)?;
    let webhook = load(&app, &signed_in, &id).await?;
    let (actor, moment) = (&signed_in.actor, app.moment());
    let Some(hours) = HOURS.iter().find(|hours| hours.to_string() == fields.value("since")) else {
        fields.refuse(Refusal::new(Code::FieldRequired).on("since"));
        let view = ReplayPage::new(page, &webhook, fields);
        return Ok(render(&view, StatusCode::UNPROCESSABLE_ENTITY));
    };
    let since = moment.after_seconds(-hours * 3600);
    transaction!(app.db, |scope| {
        let mut tenant = scope.tenant(actor.grant()).await?;
        replay_since(&app, &mut tenant, actor, webhook.id, since, &moment).await
    })?;
    Ok(done(webhook.id, "replayed"))
}
