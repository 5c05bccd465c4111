//! What a try means: for the delivery, and for the webhook.

use jiff::Timestamp;
use model::webhooks::{DAYS_FAILING, DeliveryState, EndpointState, Outcome, retry_after};

use super::manage::{Webhook, disable};
use super::send::Tried;
use crate::access::Actor;
use crate::app::App;
use crate::db::TenantScope;
use crate::error::Error;
use crate::features::directory;
use crate::features::webhooks::store;
use crate::features::webhooks::store::attempts::Attempt;
use crate::mail::{self, Message};
use crate::moment::Moment;
use model::roles::Permission;

/// Characters of an answer that are kept.
const EXCERPT: usize = 500;
/// The status of an address that is gone for good.
const GONE: u16 = 410;

/// The beginning of an answer as text that nothing takes for anything else.
fn excerpt(body: &[u8]) -> String {
    let text = String::from_utf8_lossy(&body[..body.len().min(4 * EXCERPT)]);
    let plain = |char: char| if char.is_control() && char != '\n' { ' ' } else { char };
    text.chars().map(plain).take(EXCERPT).collect::<String>().trim().to_owned()
}

/// Stores what came of a try.
///
/// # Errors
/// When the engine fails.
pub async fn settle(
    app: &App,
    scope: &mut TenantScope<'_>,
    actor: &Actor,
    tried: &Tried,
    moment: &Moment,
) -> Result<(), Error> {
    // Both may have been removed while the request was under way.
    let Some(mut delivery) = store::deliveries::find(scope, tried.delivery).await? else { return Ok(()) };
    let Some(webhook) = store::webhooks::find(scope, delivery.webhook).await? else { return Ok(()) };
    let outcome = tried.outcome();
    let answer = tried.answer.as_ref().ok();
    let by_hand = delivery.asked_at.take().is_some();
    delivery.attempts += 1;
    delivery.tries += 1;
    let attempt = Attempt {
        number: delivery.attempts,
        at: tried.began,
        outcome,
        status: answer.map(|answer| i64::from(answer.status)),
        milliseconds: tried.milliseconds,
        excerpt: answer.map(|answer| excerpt(&answer.body)).unwrap_or_default(),
    };
    store::attempts::insert(scope, delivery.id, &attempt).await?;
    if outcome == Outcome::Delivered {
        delivery.state = DeliveryState::Delivered;
        delivery.next_at = None;
        store::deliveries::settle(scope, &delivery).await?;
        if webhook.failures > 0 {
            store::webhooks::set_health(scope, webhook.id, 0, None, None).await?;
        }
        return Ok(());
    }
    let asked =
        answer.and_then(|answer| retry_after(answer.retry_after.as_deref()?, moment.now)).unwrap_or(0);
    let wait = app.config.webhooks.schedule().wait(delivery.tries, u16::from_le_bytes(moment.bytes()));
    delivery.next_at =
        wait.filter(|_| webhook.is_enabled()).map(|seconds| moment.after_seconds(seconds.max(asked)));
    if delivery.next_at.is_none() {
        delivery.state = DeliveryState::Failed;
    }
    store::deliveries::settle(scope, &delivery).await?;
    if webhook.is_enabled() {
        let gone = answer.is_some_and(|answer| answer.status == GONE);
        let wait = Wait { asked, by_hand };
        failed(app, scope, actor, (&webhook, wait, gone), moment).await?;
    }
    Ok(())
}

/// What says how long a webhook rests after a failure.
struct Wait {
    /// Seconds that the answer asks for.
    asked: i64,
    /// Somebody asked for the try.
    by_hand: bool,
}

async fn failed(
    app: &App,
    scope: &mut TenantScope<'_>,
    actor: &Actor,
    (webhook, wait, gone): (&Webhook, Wait, bool),
    moment: &Moment,
) -> Result<(), Error> {
    let since = webhook.failing_since.unwrap_or(moment.now);
    let failing = moment.now.duration_since(since).as_hours() >= 24 * DAYS_FAILING;
    if gone || failing {
        let (state, key) = if gone {
            (EndpointState::Gone, "webhook-gone")
        } else {
            (EndpointState::Failing, "webhook-failing")
        };
        disable(scope, actor, webhook, state, moment).await?;
        return tell_administrators(app, scope, webhook, key, moment).await;
    }
    let asked: Timestamp = moment.after_seconds(wait.asked);
    let rests = webhook.resting_until.filter(|until| wait.by_hand && *until > moment.now);
    // A try by hand puts off none of those that are held back.
    let (failures, until) = match rests {
        Some(until) => (webhook.failures, until.max(asked)),
        None => {
            let failures = webhook.failures + 1;
            let rest = app.config.webhooks.schedule().rest(failures);
            (failures, moment.after_seconds(rest).max(asked))
        }
    };
    store::webhooks::set_health(scope, webhook.id, failures, Some(since), Some(until)).await
}

async fn tell_administrators(
    app: &App,
    scope: &mut TenantScope<'_>,
    webhook: &Webhook,
    key: &str,
    moment: &Moment,
) -> Result<(), Error> {
    let organization = store::webhooks::tenant_name(scope).await?;
    let l = app.locales.english();
    for to in directory::contacts_who_may(scope, Permission::ManageWebhooks).await? {
        let mail = Message::new(to, l.lang(), key)
            .with("host", webhook.host())
            .with("organization", &organization)
            .action("webhook-action", app.link(&format!("/webhooks/{}", webhook.id)));
        mail::send(scope.global(), mail, moment).await?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::excerpt;

    #[test]
    fn an_excerpt_is_short_plain_text() {
        assert_eq!(excerpt(b" ok\x00\x1b[31m\r\nmore\xff "), "ok  [31m \nmore\u{fffd}");
        assert_eq!(excerpt("ü".repeat(10_000).as_bytes()).chars().count(), 500);
    }
}
