//! Deliveries seen, sent by hand and sent again.

use jiff::Timestamp;
use model::audit::{Activity, Change};
use model::ids::{DeliveryId, WebhookId};
use model::refusal::{Code, Refusal};
use model::webhooks::{DeliveryState, TEST};
use serde_json::json;
use uuid::Uuid;

use super::manage::{Webhook, get, tell};
use crate::access::Actor;
use crate::app::App;
use crate::db::{Position, Slice, TenantScope};
use crate::error::Error;
use crate::features::webhooks::jobs::SendWebhooks;
use crate::features::webhooks::store;
use crate::features::webhooks::store::attempts::Attempt;
use crate::jobs;
use crate::moment::Moment;

/// Tries of a delivery that are shown.
const ATTEMPTS: i64 = 50;

/// One event for one webhook.
#[derive(Clone, Debug)]
pub struct Delivery {
    /// Stands in the header `webhook-id` of each try.
    pub id: DeliveryId,
    pub webhook: WebhookId,
    /// Of the change that it tells; of the last one before, where it tells none.
    pub sequence: i64,
    pub event: String,
    /// What is sent, byte for byte.
    pub payload: String,
    pub created_at: Timestamp,
    pub state: DeliveryState,
    pub attempts: i64,
    /// Of the attempts, those since it was last asked for.
    pub tries: i64,
    pub next_at: Option<Timestamp>,
    /// When somebody asked for its next try, which waits for nothing then.
    pub asked_at: Option<Timestamp>,
}

impl Delivery {
    /// One that is due now.
    pub(super) fn new(
        webhook: &Webhook,
        event: &str,
        payload: &serde_json::Value,
        sequence: i64,
        moment: &Moment,
    ) -> Self {
        Self {
            id: DeliveryId(moment.uuid()),
            webhook: webhook.id,
            sequence,
            event: event.to_owned(),
            payload: payload.to_string(),
            created_at: moment.now,
            state: DeliveryState::Waiting,
            attempts: 0,
            tries: 0,
            next_at: Some(moment.now),
            asked_at: None,
        }
    }

    /// Is it to be sent at once, or on its way?
    #[must_use]
    pub fn is_due(&self, webhook: &Webhook, now: Timestamp) -> bool {
        self.next_at.is_some_and(|at| self.asked_at.is_some() || (!webhook.rests(now) && at <= now))
    }

    /// Until when it is held back at least since its webhook fails; none for one whose own next try is later.
    #[must_use]
    pub fn held_until(&self, webhook: &Webhook, now: Timestamp) -> Option<Timestamp> {
        let until = webhook.resting_until.filter(|until| webhook.is_enabled() && *until > now)?;
        (self.asked_at.is_none() && self.next_at? < until).then_some(until)
    }

    /// When it may be tried next.
    #[must_use]
    pub fn may_be_tried_at(&self, webhook: &Webhook, now: Timestamp) -> Option<Timestamp> {
        self.held_until(webhook, now).or(self.next_at)
    }
}

/// Sees to it that the tenant's webhooks are sent to at a time, or before.
pub(super) async fn send_at(
    scope: &mut TenantScope<'_>,
    at: Timestamp,
    moment: &Moment,
) -> Result<(), Error> {
    if let Some(number) = store::turn::take(scope, at).await? {
        let job = SendWebhooks { tenant: scope.tenant(), number };
        jobs::enqueue_at(scope.global(), &job, at, moment).await?;
    }
    Ok(())
}

/// A page of deliveries of a webhook, the newest first.
///
/// # Errors
/// Not allowed, no such webhook, or the engine fails.
pub async fn list_deliveries(
    scope: &mut TenantScope<'_>,
    actor: &Actor,
    webhook: WebhookId,
    from: Option<&Position>,
    limit: usize,
) -> Result<Slice<Delivery>, Error> {
    get(scope, actor, webhook).await?;
    let sequence = |from: &Position| from.key.parse().map_err(|_| Error::from(Code::PageLinkInvalid));
    let before = match from {
        Some(from) => (sequence(from)?, from.id),
        None => (i64::MAX, Uuid::max()),
    };
    let rows = store::deliveries::list(scope, webhook, before, limit as i64 + 1).await?;
    Ok(Slice::new(rows, limit, from, |delivery| (delivery.sequence.to_string(), delivery.id.0)))
}

/// One delivery of a webhook.
///
/// # Errors
/// Not allowed, not there, or the engine fails.
pub async fn delivery(
    scope: &mut TenantScope<'_>,
    actor: &Actor,
    webhook: WebhookId,
    id: DeliveryId,
) -> Result<Delivery, Error> {
    get(scope, actor, webhook).await?;
    let found = store::deliveries::find(scope, id).await?;
    found.filter(|delivery| delivery.webhook == webhook).ok_or_else(Error::not_found)
}

/// The last tries of a delivery that was read before, the newest first.
///
/// # Errors
/// When the engine fails.
pub async fn attempts(scope: &mut TenantScope<'_>, delivery: &Delivery) -> Result<Vec<Attempt>, Error> {
    store::attempts::of(scope, delivery.id, ATTEMPTS).await
}

async fn enabled(scope: &mut TenantScope<'_>, actor: &Actor, id: WebhookId) -> Result<Webhook, Error> {
    let webhook = get(scope, actor, id).await?;
    if webhook.is_enabled() { Ok(webhook) } else { Err(Code::WebhookNotEnabled.into()) }
}

/// Sends an event of no change, to see whether it arrives, even while others are held back.
///
/// # Errors
/// Not allowed, not there, disabled, or asked for too often.
pub async fn send_test(
    app: &App,
    scope: &mut TenantScope<'_>,
    actor: &Actor,
    id: WebhookId,
    moment: &Moment,
) -> Result<Delivery, Error> {
    let webhook = enabled(scope, actor, id).await?;
    app.limits.count_webhook(scope.tenant())?;
    let data = json!({ "tenantId": scope.tenant(), "webhookId": id });
    let payload = json!({ "type": TEST, "timestamp": moment.now, "data": data });
    let mut made = Delivery::new(&webhook, TEST, &payload, webhook.sequence, moment);
    made.asked_at = Some(moment.now);
    store::deliveries::insert(scope, &made).await?;
    send_at(scope, moment.now, moment).await?;
    tell(scope, actor, &webhook, (Activity::WebhookTested, Vec::new()), moment).await?;
    Ok(made)
}

/// Sends a delivery again, as often as a new one would be tried. One that waits for its next try is tried now instead, even
/// while others are held back.
///
/// # Errors
/// Not allowed, not there, disabled, being tried anyway, or asked for too often.
pub async fn replay(
    app: &App,
    scope: &mut TenantScope<'_>,
    actor: &Actor,
    (webhook, id): (WebhookId, DeliveryId),
    moment: &Moment,
) -> Result<Delivery, Error> {
    let mut found = delivery(scope, actor, webhook, id).await?;
    let webhook = enabled(scope, actor, webhook).await?;
    if found.is_due(&webhook, moment.now) {
        return Err(Code::DeliveryWaiting.into());
    }
    app.limits.count_webhook(scope.tenant())?;
    if found.next_at.is_none() {
        found.state = DeliveryState::Waiting;
        found.tries = 0;
    }
    // A try that somebody asks for takes none of those that come by themselves.
    found.tries = (found.tries - 1).max(0);
    found.next_at = Some(moment.now);
    found.asked_at = Some(moment.now);
    store::deliveries::settle(scope, &found).await?;
    send_at(scope, moment.now, moment).await?;
    let what = Change::set("delivery", id.to_string());
    tell(scope, actor, &webhook, (Activity::WebhookReplayed, vec![what]), moment).await?;
    Ok(found)
}

/// Sends all deliveries since a moment again, in their order. Tells how many.
///
/// # Errors
/// Not allowed, not there, disabled, asked for too often, or a moment that is still to come.
pub async fn replay_since(
    app: &App,
    scope: &mut TenantScope<'_>,
    actor: &Actor,
    id: WebhookId,
    since: Timestamp,
    moment: &Moment,
) -> Result<u64, Error> {
    let webhook = enabled(scope, actor, id).await?;
    if since > moment.now {
        return Err(Refusal::new(Code::InputInvalid).on("since").into());
    }
    app.limits.count_webhook(scope.tenant())?;
    let count = store::deliveries::again_since(scope, id, since, moment.now).await?;
    send_at(scope, moment.now, moment).await?;
    let told = vec![Change::set("since", since.to_string()), Change::set("count", count.to_string())];
    tell(scope, actor, &webhook, (Activity::WebhookReplayed, told), moment).await?;
    Ok(count)
}
