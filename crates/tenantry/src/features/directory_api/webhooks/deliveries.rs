//! What was sent, and what came back.

use axum::Json;
use axum::extract::{Path, State};
use jiff::Timestamp;
use model::ids::DeliveryId;
use serde_json::{Map, Value, json};

use super::{id_of, refuse_searches};
use crate::app::App;
use crate::error::Error;
use crate::features::directory_api::object_of;
use crate::features::webhooks::{self, Attempt, Delivery};
use crate::graph::{Asked, Caller, Collection, in_context, selected};

const PROPERTIES: &[&str] =
    &["attemptCount", "createdDateTime", "event", "id", "nextAttemptDateTime", "sequence", "status"];

pub(super) fn delivery_of(text: &str) -> Result<DeliveryId, Error> {
    text.parse().map_err(|_| Error::not_found())
}

pub(super) fn shape(delivery: &Delivery, next: Option<Timestamp>) -> Map<String, Value> {
    object_of(json!({
        "id": delivery.id,
        "event": delivery.event,
        "sequence": delivery.sequence,
        "status": delivery.state.as_str(),
        "attemptCount": delivery.attempts,
        "createdDateTime": delivery.created_at,
        "nextAttemptDateTime": next,
    }))
}

fn attempt(attempt: &Attempt) -> Value {
    json!({
        "number": attempt.number,
        "attemptedDateTime": attempt.at,
        "outcome": attempt.outcome.as_str(),
        "statusCode": attempt.status,
        "milliseconds": attempt.milliseconds,
        "responseExcerpt": attempt.excerpt,
    })
}

pub(super) async fn list(
    State(app): State<App>,
    Caller(actor): Caller,
    Path(id): Path<String>,
    asked: Asked,
) -> Result<Json<Value>, Error> {
    refuse_searches(&asked)?;
    let mut scope = app.db.read().await?;
    let mut tenant = scope.tenant(actor.grant()).await?;
    let from = asked.start(&app, actor.tenant())?;
    let (webhook, now) = (webhooks::get(&mut tenant, &actor, id_of(&id)?).await?, app.moment().now);
    let found =
        webhooks::list_deliveries(&mut tenant, &actor, webhook.id, from.as_ref(), asked.page_size()?).await?;
    let shown = found.items.iter().map(|delivery| {
        let all = shape(delivery, delivery.may_be_tried_at(&webhook, now));
        selected(all, &asked.query.select, PROPERTIES)
    });
    let value = shown.map(|shown| shown.map(Value::Object)).collect::<Result<Vec<_>, Error>>()?;
    let collection = Collection { context: "deliveries", count: None, value, next: found.next };
    Ok(Json(collection.answer(&app, actor.tenant(), &asked)))
}

pub(super) async fn one(
    State(app): State<App>,
    Caller(actor): Caller,
    Path((id, delivery)): Path<(String, String)>,
) -> Result<Json<Value>, Error> {
    let mut scope = app.db.read().await?;
    let mut tenant = scope.tenant(actor.grant()).await?;
    let webhook = webhooks::get(&mut tenant, &actor, id_of(&id)?).await?;
    let found = webhooks::delivery(&mut tenant, &actor, webhook.id, delivery_of(&delivery)?).await?;
    let attempts = webhooks::attempts(&mut tenant, &found).await?;
    let mut shown = shape(&found, found.may_be_tried_at(&webhook, app.moment().now));
    shown.insert("payload".into(), json!(found.payload));
    shown.insert("attempts".into(), attempts.iter().map(attempt).collect());
    Ok(in_context(&app, "deliveries/$entity", shown))
}
