//! Changes become deliveries.

use std::collections::BTreeSet;

use model::webhooks::event_name;
use serde_json::{Value, json};
use uuid::Uuid;

use super::deliveries::{Delivery, send_at};
use super::manage::Webhook;
use crate::app::App;
use crate::db::TenantScope;
use crate::error::Error;
use crate::features::objects;
use crate::features::webhooks::store;
use crate::graph::changes::{self, DirectoryChange};
use crate::moment::Moment;

/// Changes that one transaction makes deliveries of.
const CHANGES: i64 = 200;

/// What is told of a change: ids and where to read on, nothing of what the object says, nor who is in a group that hides
/// that.
fn payload(
    app: &App,
    scope: &TenantScope<'_>,
    event: &str,
    change: &DirectoryChange,
    hiding: &BTreeSet<Uuid>,
) -> Value {
    let collection = change.kind.collection();
    let mut data = json!({
        "tenantId": scope.tenant(),
        "id": change.reference(),
        "resource": collection,
        "link": app.link(&format!("/v1.0/{collection}/{}", change.reference())),
        "sequence": change.sequence,
    });
    if let Some((other, kind)) = change.other.filter(|_| !hiding.contains(&change.object)) {
        data["memberId"] = json!(other);
        data["memberType"] = json!(kind.as_str());
    }
    json!({ "type": event, "timestamp": change.at, "data": data })
}

/// Makes deliveries of the next changes, and asks to go on where there are more.
///
/// # Errors
/// When the engine fails.
pub async fn make_deliveries(app: &App, scope: &mut TenantScope<'_>, moment: &Moment) -> Result<(), Error> {
    changes::caught_up(scope).await?;
    let mut webhooks = store::webhooks::all(scope).await?;
    webhooks.retain(Webhook::is_enabled);
    let Some(read) = webhooks.iter().map(|webhook| webhook.sequence).min() else { return Ok(()) };
    let found = changes::all_after(scope, read, CHANGES).await?;
    let Some(last) = found.last().map(|change| change.sequence) else { return Ok(()) };
    let with_members = found.iter().filter(|change| change.other.is_some()).map(|change| change.object);
    let groups: Vec<Uuid> = with_members.collect::<BTreeSet<_>>().into_iter().collect();
    let hiding = objects::hiding(scope, &groups).await?;
    for webhook in webhooks.iter().filter(|webhook| webhook.sequence < last) {
        for change in found.iter().filter(|change| change.sequence > webhook.sequence) {
            let Some(event) = event_name(change.kind, change.change) else { continue };
            if webhook.events.take(&event) {
                let told = payload(app, scope, &event, change, &hiding);
                let made = Delivery::new(webhook, &event, &told, change.sequence, moment);
                store::deliveries::insert(scope, &made).await?;
            }
        }
        store::webhooks::read_up_to(scope, webhook.id, last).await?;
    }
    send_at(scope, moment.now, moment).await?;
    if found.len() as i64 == CHANGES { changes::wake_followers(scope, moment).await } else { Ok(()) }
}
