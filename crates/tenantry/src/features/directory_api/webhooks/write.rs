//! Webhooks added, changed, tried and removed by programs.

use axum::Json;
use axum::extract::{Path, State};
use axum::response::{IntoResponse as _, Response};
use http::StatusCode;
use http::header::LOCATION;
use model::refusal::{Code, Refusal};
use serde_json::{Map, Value, json};

use super::deliveries::{self, delivery_of};
use super::{id_of, shape};
use crate::app::App;
use crate::error::Error;
use crate::features::webhooks::{self, NewWebhook, WebhookUpdate};
use crate::graph::{Body, Caller, Property, in_context};
use crate::transaction;

const READ_ONLY: &[&str] = &["createdDateTime", "failingSinceDateTime", "id", "secret", "status"];

/// A property that can't be taken away.
fn kept<T>(property: Property<T>, name: &'static str) -> Result<Option<T>, Refusal> {
    match property {
        Property::Absent => Ok(None),
        Property::Null => Err(Refusal::new(Code::FieldRequired).on(name)),
        Property::Is(value) => Ok(Some(value)),
    }
}

/// The answer that shows a secret.
fn with_secret(mut shown: Map<String, Value>, secret: &crate::secrets::Secret) -> Map<String, Value> {
    shown.insert("secret".into(), json!(secret.expose()));
    shown
}

pub(super) async fn create(
    State(app): State<App>,
    Caller(actor): Caller,
    mut body: Body,
) -> Result<Response, Error> {
    let moment = app.moment();
    let new = NewWebhook {
        url: body.text("url")?.given().unwrap_or_default(),
        description: body.text("description")?.given().unwrap_or_default(),
        events: body.texts("events")?.given().unwrap_or_default(),
    };
    body.end(READ_ONLY)?;
    let (made, secret) = transaction!(app.db, |scope| {
        let mut tenant = scope.tenant(actor.grant()).await?;
        webhooks::add(&app, &mut tenant, &actor, &new, &moment).await
    })?;
    let location = app.link(&format!("/v1.0/webhooks/{}", made.id));
    let shown = in_context(&app, "webhooks/$entity", with_secret(shape(&made), &secret));
    Ok((StatusCode::CREATED, [(LOCATION, location)], shown).into_response())
}

pub(super) async fn update(
    State(app): State<App>,
    Caller(actor): Caller,
    Path(id): Path<String>,
    mut body: Body,
) -> Result<Json<Value>, Error> {
    let (id, moment) = (id_of(&id)?, app.moment());
    let change = WebhookUpdate {
        url: kept(body.text("url")?, "url")?,
        description: match body.text("description")? {
            Property::Null => Some(String::new()),
            other => other.given(),
        },
        events: kept(body.texts("events")?, "events")?,
        enabled: kept(body.truth("enabled")?, "enabled")?,
    };
    body.end(READ_ONLY)?;
    let after = transaction!(app.db, |scope| {
        let mut tenant = scope.tenant(actor.grant()).await?;
        webhooks::update(&app, &mut tenant, &actor, id, &change, &moment).await
    })?;
    Ok(in_context(&app, "webhooks/$entity", shape(&after)))
}

pub(super) async fn delete(
    State(app): State<App>,
    Caller(actor): Caller,
    Path(id): Path<String>,
) -> Result<StatusCode, Error> {
    let (id, moment) = (id_of(&id)?, app.moment());
    transaction!(app.db, |scope| {
        let mut tenant = scope.tenant(actor.grant()).await?;
        webhooks::remove(&mut tenant, &actor, id, &moment).await
    })?;
    Ok(StatusCode::NO_CONTENT)
}

pub(super) async fn rotate_secret(
    State(app): State<App>,
    Caller(actor): Caller,
    Path(id): Path<String>,
) -> Result<Json<Value>, Error> {
    let (id, moment) = (id_of(&id)?, app.moment());
    let (webhook, secret) = transaction!(app.db, |scope| {
        let mut tenant = scope.tenant(actor.grant()).await?;
        webhooks::rotate_secret(&app, &mut tenant, &actor, id, &moment).await
    })?;
    Ok(in_context(&app, "webhooks/$entity", with_secret(shape(&webhook), &secret)))
}

pub(super) async fn test(
    State(app): State<App>,
    Caller(actor): Caller,
    Path(id): Path<String>,
) -> Result<Response, Error> {
    let (id, moment) = (id_of(&id)?, app.moment());
    let made = transaction!(app.db, |scope| {
        let mut tenant = scope.tenant(actor.grant()).await?;
        webhooks::send_test(&app, &mut tenant, &actor, id, &moment).await
    })?;
    Ok((StatusCode::ACCEPTED, in_context(&app, "deliveries/$entity", deliveries::shape(&made, made.next_at)))
        .into_response())
}

pub(super) async fn replay(
    State(app): State<App>,
    Caller(actor): Caller,
    Path((id, delivery)): Path<(String, String)>,
) -> Result<Response, Error> {
    let (id, delivery, moment) = (id_of(&id)?, delivery_of(&delivery)?, app.moment());
    let again = transaction!(app.db, |scope| {
        let mut tenant = scope.tenant(actor.grant()).await?;
        webhooks::replay(&app, &mut tenant, &actor, (id, delivery), &moment).await
    })?;
    Ok((
        StatusCode::ACCEPTED,
        in_context(&app, "deliveries/$entity", deliveries::shape(&again, again.next_at)),
    )
        .into_response())
}

pub(super) async fn replay_since(
    State(app): State<App>,
    Caller(actor): Caller,
    Path(id): Path<String>,
    mut body: Body,
) -> Result<Response, Error> {
    let (id, moment) = (id_of(&id)?, app.moment());
    let since = body.moment("since")?.given().ok_or_else(|| Refusal::new(Code::FieldRequired).on("since"))?;
    body.end(&[])?;
    let count = transaction!(app.db, |scope| {
        let mut tenant = scope.tenant(actor.grant()).await?;
        webhooks::replay_since(&app, &mut tenant, &actor, id, since, &moment).await
    })?;
    Ok((StatusCode::ACCEPTED, Json(json!({ "count": count }))).into_response())
}
