//! What is due is sent: one webhook's deliveries one after the other, signed over the bytes that go out.

use jiff::{SignedDuration, Timestamp};
use model::ids::{DeliveryId, WebhookId};
use model::outbound::Target;
use model::webhooks::{DAYS_KEPT, Outcome};

use super::deliveries::Delivery;
use super::manage::{Webhook, secrets};
use super::settle::settle;
use crate::access::Actor;
use crate::app::App;
use crate::db::TenantScope;
use crate::error::Error;
use crate::features::webhooks::{signature, store};
use crate::moment::Moment;
use crate::outside::http::{Answer, Post, SendError};
use crate::transaction;

/// Deliveries of one webhook in one run of the job, and after how long no other is begun: a run has 25 seconds.
const IN_A_ROW: usize = 50;
const BEGINS_WITHIN: SignedDuration = SignedDuration::from_secs(6);
/// Deliveries that are forgotten in one run.
const FORGOTTEN: i64 = 500;

/// What came of one try.
pub struct Tried {
    pub delivery: DeliveryId,
    pub answer: Result<Answer, SendError>,
    pub began: Timestamp,
    pub milliseconds: i64,
}

impl Tried {
    pub fn outcome(&self) -> Outcome {
        match &self.answer {
            Ok(answer) if (200..300).contains(&answer.status) => Outcome::Delivered,
            Ok(_) => Outcome::Refused,
            Err(error) => error.outcome(),
        }
    }
}

/// Sends what is due to one webhook, what somebody asked for first. After one that fails it goes on with such alone.
///
/// # Errors
/// When the database fails.
pub async fn send_due(app: &App, actor: &Actor, webhook: WebhookId) -> Result<(), Error> {
    let began = app.clock.now();
    for _ in 0..IN_A_ROW {
        let moment = app.moment();
        let Some((delivery, post)) = next(app, actor, webhook, &moment).await? else { return Ok(()) };
        let answer = match post {
            Some(post) => app.outside.http.post(&post).await,
            None => Err(SendError::Unreachable),
        };
        let after = app.moment();
        let milliseconds = i64::try_from(after.now.duration_since(moment.now).as_millis()).unwrap_or(0);
        let tried = Tried { delivery, answer, began: moment.now, milliseconds };
        transaction!(app.db, |scope| {
            let mut tenant = scope.tenant(actor.grant()).await?;
            settle(app, &mut tenant, actor, &tried, &after).await
        })?;
        if after.now.duration_since(began) > BEGINS_WITHIN {
            return Ok(());
        }
    }
    Ok(())
}

/// The delivery that is due now, and the request that makes it; none where today's rules refuse the address.
async fn next(
    app: &App,
    actor: &Actor,
    id: WebhookId,
    moment: &Moment,
) -> Result<Option<(DeliveryId, Option<Post>)>, Error> {
    let mut scope = app.db.read().await?;
    let mut tenant = scope.tenant(actor.grant()).await?;
    let Some(webhook) = store::webhooks::find(&mut tenant, id).await? else { return Ok(None) };
    if !webhook.is_enabled() {
        return Ok(None);
    }
    let due = match store::deliveries::next_asked(&mut tenant, id).await? {
        Some(asked) => Some(asked),
        None => store::deliveries::next(&mut tenant, id).await?,
    };
    let due = due.filter(|delivery| delivery.is_due(&webhook, moment.now));
    Ok(due.map(|delivery| (delivery.id, post(app, &tenant, &webhook, &delivery, moment))))
}

fn post(
    app: &App,
    scope: &TenantScope<'_>,
    webhook: &Webhook,
    delivery: &Delivery,
    moment: &Moment,
) -> Option<Post> {
    let target = Target::parse(&webhook.url, &app.config.outbound.rules()).ok()?;
    let (id, timestamp) = (delivery.id.to_string(), moment.now.as_second());
    let secrets = secrets(app, scope, webhook, moment.now);
    let signature = signature::header(&secrets, &id, timestamp, &delivery.payload);
    let headers = vec![
        ("content-type", "application/json".to_owned()),
        ("webhook-id", id),
        ("webhook-timestamp", timestamp.to_string()),
        ("webhook-signature", signature),
    ];
    Some(Post { target, headers, body: delivery.payload.clone().into_bytes() })
}

/// Forgets what is older than it is kept, and tells when there is something to do next.
///
/// # Errors
/// When the engine fails.
pub async fn next_turn(scope: &mut TenantScope<'_>, moment: &Moment) -> Result<Option<Timestamp>, Error> {
    let kept = SignedDuration::from_hours(24 * DAYS_KEPT);
    store::deliveries::forget_before(scope, moment.after_seconds(-kept.as_secs()), FORGOTTEN).await?;
    let oldest = store::deliveries::oldest(scope).await?;
    let mut times: Vec<Timestamp> = oldest.and_then(|at| at.checked_add(kept).ok()).into_iter().collect();
    for webhook in store::webhooks::all(scope).await?.iter().filter(|webhook| webhook.is_enabled()) {
        if store::deliveries::next_asked(scope, webhook.id).await?.is_some() {
            times.push(moment.now);
        } else if let Some(due) = store::deliveries::next(scope, webhook.id).await? {
            times.extend(due.may_be_tried_at(webhook, moment.now));
        }
    }
    Ok(times.into_iter().min().map(|at| at.max(moment.now)))
}
