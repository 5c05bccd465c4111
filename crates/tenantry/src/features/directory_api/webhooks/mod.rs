//! `/v1.0/webhooks`: where changes are told, in the style of the other resources.

mod deliveries;
mod write;

use axum::Json;
use axum::Router;
use axum::extract::{Path, State};
use axum::routing::{get, post};
use model::ids::WebhookId;
use serde_json::{Map, Value, json};

use super::object_of;
use crate::app::App;
use crate::error::Error;
use crate::features::webhooks::{self, Webhook};
use crate::graph::{Asked, Caller, Collection, in_context, selected, unsupported};
use crate::openapi::{
    Answer, Described, Operation, Shape, id, list_of, moment, number, page, reference, text, truth,
};

pub fn routes() -> Router<App> {
    Router::new()
        .route("/v1.0/webhooks", get(list).post(write::create))
        .route("/v1.0/webhooks/{id}", get(one).patch(write::update).delete(write::delete))
        .route("/v1.0/webhooks/{id}/rotateSecret", post(write::rotate_secret))
        .route("/v1.0/webhooks/{id}/test", post(write::test))
        .route("/v1.0/webhooks/{id}/replay", post(write::replay_since))
        .route("/v1.0/webhooks/{id}/deliveries", get(deliveries::list))
        .route("/v1.0/webhooks/{id}/deliveries/{delivery}", get(deliveries::one))
        .route("/v1.0/webhooks/{id}/deliveries/{delivery}/replay", post(write::replay))
}

const PROPERTIES: &[&str] =
    &["createdDateTime", "description", "enabled", "events", "failingSinceDateTime", "id", "status", "url"];

fn id_of(text: &str) -> Result<WebhookId, Error> {
    text.parse().map_err(|_| Error::not_found())
}

fn shape(webhook: &Webhook) -> Map<String, Value> {
    object_of(json!({
        "id": webhook.id,
        "url": webhook.url,
        "description": webhook.description,
        "events": webhook.events.names().collect::<Vec<_>>(),
        "enabled": webhook.is_enabled(),
        "status": webhook.state.as_str(),
        "failingSinceDateTime": webhook.failing_since,
        "createdDateTime": webhook.created_at,
    }))
}

/// What only larger collections can be asked.
fn refuse_searches(asked: &Asked) -> Result<(), Error> {
    asked.refuse_skip()?;
    let query = &asked.query;
    if query.filter.is_some() || query.search.is_some() || !query.order_by.is_empty() {
        return Err(
            unsupported("$filter", "webhooks and deliveries are listed in the order of their ids").into()
        );
    }
    Ok(())
}

async fn list(State(app): State<App>, Caller(actor): Caller, asked: Asked) -> Result<Json<Value>, Error> {
    refuse_searches(&asked)?;
    let mut scope = app.db.read().await?;
    let mut tenant = scope.tenant(actor.grant()).await?;
    let found = webhooks::list(&mut tenant, &actor).await?;
    let shown = found.iter().map(|webhook| selected(shape(webhook), &asked.query.select, PROPERTIES));
    let value = shown.map(|shown| shown.map(Value::Object)).collect::<Result<Vec<_>, Error>>()?;
    let collection = Collection { context: "webhooks", count: None, value, next: None };
    Ok(Json(collection.answer(&app, actor.tenant(), &asked)))
}

async fn one(
    State(app): State<App>,
    Caller(actor): Caller,
    Path(id): Path<String>,
    asked: Asked,
) -> Result<Json<Value>, Error> {
    let mut scope = app.db.read().await?;
    let mut tenant = scope.tenant(actor.grant()).await?;
    let found = webhooks::get(&mut tenant, &actor, id_of(&id)?).await?;
    let shown = selected(shape(&found), &asked.query.select, PROPERTIES)?;
    Ok(in_context(&app, "webhooks/$entity", shown))
}

fn shapes() -> (Shape, Shape) {
    let webhook = Shape::new("webhook")
        .has("id", id())
        .has("url", text())
        .has("description", text())
        .has("events", list_of(text()))
        .has("enabled", truth())
        .has("status", text())
        .may_have("failingSinceDateTime", moment())
        .has("createdDateTime", moment())
        .has("secret", text())
        .read_only(&["createdDateTime", "failingSinceDateTime", "id", "secret", "status"])
        .needs(&["url", "events"]);
    let attempt = json!({
        "type": "object",
        "properties": {
            "number": number(),
            "attemptedDateTime": moment(),
            "outcome": text(),
            "statusCode": { "type": ["integer", "null"] },
            "milliseconds": number(),
            "responseExcerpt": { "type": ["string", "null"] },
        },
        "additionalProperties": false,
    });
    let delivery = Shape::new("webhookDelivery")
        .has("id", id())
        .has("event", text())
        .has("sequence", json!({ "type": ["integer", "null"] }))
        .has("status", text())
        .has("attemptCount", number())
        .has("createdDateTime", moment())
        .may_have("nextAttemptDateTime", moment())
        .has("payload", text())
        .has("attempts", list_of(attempt));
    (webhook, delivery)
}

pub fn described() -> Described {
    let since = json!({ "type": "object", "properties": { "since": moment() }, "required": ["since"] });
    let count = json!({ "type": "object", "properties": { "count": number() }, "required": ["count"] });
    let (all, one) = ("/v1.0/webhooks", "/v1.0/webhooks/{id}");
    let deliveries = format!("{one}/deliveries");
    let of_one = format!("{deliveries}/{{delivery}}");
    let shown = |name: &str| Answer::Json(reference(name));
    let operations = [
        Operation::get(all, "Where changes are told")
            .query(&["$select"])
            .answers(200, Answer::Json(page(reference("webhook")))),
        Operation::post(all, "Say where changes are told; the secret is shown once").makes("webhook"),
        Operation::get(one, "A webhook").query(&["$select"]).answers(200, shown("webhook")),
        Operation::patch(one, "Change a webhook; what changes while it is disabled is never told to it")
            .takes(reference("webhook.change"))
            .answers(200, shown("webhook")),
        Operation::delete(one, "Remove a webhook"),
        Operation::post(format!("{one}/rotateSecret"), "Make a new secret; the old one goes on for a day")
            .answers(200, shown("webhook")),
        Operation::post(format!("{one}/test"), "Send a test event").answers(202, shown("webhookDelivery")),
        Operation::post(format!("{one}/replay"), "Send again what was told since a moment")
            .takes(since)
            .answers(202, Answer::Json(count)),
        Operation::get(&deliveries, "What was sent")
            .query(&["$select", "$top", "$skiptoken"])
            .answers(200, Answer::Json(page(reference("webhookDelivery")))),
        Operation::get(&of_one, "A delivery with its attempts").answers(200, shown("webhookDelivery")),
        Operation::post(format!("{of_one}/replay"), "Send a delivery again")
            .answers(202, shown("webhookDelivery")),
    ];
    let (webhook, delivery) = shapes();
    Described::of(operations).shape(&webhook).shape(&delivery)
}
