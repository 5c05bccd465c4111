//! `tenantry webhook …`: webhooks of a tenant, by the operator's hand. What is done stands in the tenant's log.

use std::process::ExitCode;

use clap::{Args, Subcommand};
use jiff::Timestamp;
use model::ids::{DeliveryId, WebhookId};
use serde_json::{Value, json};

use super::inside::{look, looking, operator_in};
use super::named::{id, instant};
use super::told::{Asked, told};
use super::{Output, locale, show};
use crate::app::App;
use crate::config::Config;
use crate::error::Error;
use crate::features::webhooks::{self, Attempt, Delivery, NewWebhook, Webhook};
use crate::transaction;

/// Deliveries that `show` shows.
const SHOWN: usize = 25;

/// `tenantry webhook …`
#[derive(Args)]
pub struct Webhooks {
    #[command(subcommand)]
    what: What,
}

#[derive(Subcommand)]
enum What {
    /// List webhooks, the oldest first.
    List {
        /// The tenant's id or one of its verified domain names.
        tenant: String,
    },
    /// Add a webhook; its secret is shown once.
    Add {
        /// The tenant's id or one of its verified domain names.
        tenant: String,
        /// Where to send, such as https://hooks.example.com/directory.
        url: String,
        /// What to tell, such as user.created or group.*; may be given several times.
        #[arg(long = "event", required = true)]
        events: Vec<String>,
        /// What the receiver is.
        #[arg(long, default_value = "")]
        description: String,
    },
    /// Show a webhook with its newest deliveries, or one delivery with its tries.
    Show {
        #[command(flatten)]
        named: Named,
        /// One of its deliveries.
        #[arg(long)]
        delivery: Option<String>,
    },
    /// Send a test event.
    Test(Named),
    /// Send deliveries again: one, or all since a time. One that waits for its next try is tried now.
    Replay {
        #[command(flatten)]
        named: Named,
        /// One of its deliveries.
        #[arg(long)]
        delivery: Option<String>,
        /// Since when, such as 2026-03-02T09:00:00Z.
        #[arg(long, value_parser = instant, required_unless_present = "delivery", conflicts_with = "delivery")]
        since: Option<Timestamp>,
    },
    /// Remove a webhook with its deliveries.
    Remove(Named),
}

#[derive(Args)]
struct Named {
    /// The tenant's id or one of its verified domain names.
    tenant: String,
    /// The webhook's id.
    webhook: String,
}

impl Asked for Webhooks {
    const LIST: &'static str = "webhook";
    const UNKNOWN: &'static str = "cli-webhook-unknown";
}

impl Webhooks {
    /// Does what was asked.
    #[must_use]
    pub fn run(&self, config: Config, output: Output) -> ExitCode {
        super::with_app(config, async |app| {
            let done = match &self.what {
                What::List { tenant } => list(app, tenant).await,
                What::Add { tenant, url, events, description } => {
                    let (url, description) = (url.clone(), description.clone());
                    add(app, tenant, NewWebhook { url, description, events: events.clone() }).await
                }
                What::Show { named, delivery } => named.show(app, delivery.as_deref()).await,
                What::Test(named) => named.test(app).await,
                What::Replay { named, delivery, since } => {
                    named.replay(app, delivery.as_deref(), *since).await
                }
                What::Remove(named) => named.remove(app).await,
            };
            match done {
                Ok(value) => output.print_as(&value, written),
                Err(error) => told::<Self>(app, error, output),
            }
        })
    }
}

fn written(value: &Value) -> String {
    if value["value"].is_array() {
        return show::list(&["id", "url", "events", "state", "createdDateTime"], value);
    }
    let mut value = value.clone();
    if let Some(fields) = value.as_object_mut().filter(|fields| fields.contains_key("state")) {
        // Which a program reads beside the time since which it fails.
        fields.remove("status");
    }
    let names = ["url", "state", "event", "status", "events", "description", "id"];
    let deliveries: &[&str] =
        &["event", "status", "attemptCount", "createdDateTime", "nextAttemptDateTime", "heldBack", "id"];
    let attempts: &[&str] = &["at", "outcome", "statusCode"];
    show::one(&names, &[("deliveries", deliveries), ("attempts", attempts)], &value)
}

/// A webhook, its state in the words of its page too.
fn described(app: &App, webhook: &Webhook) -> Value {
    json!({
        "id": webhook.id,
        "state": webhooks::state(&locale(&app.locales), webhook).1,
        "url": webhook.url,
        "description": webhook.description,
        "events": webhook.events.names().collect::<Vec<_>>(),
        "status": webhook.state.as_str(),
        "failingSinceDateTime": webhook.failing_since,
        "heldBackUntilDateTime": webhook.resting_until.filter(|_| webhook.rests(app.moment().now)),
        "createdDateTime": webhook.created_at,
    })
}

fn sent(delivery: &Delivery, webhook: &Webhook, now: Timestamp) -> Value {
    json!({
        "id": delivery.id,
        "event": delivery.event,
        "status": delivery.state.as_str(),
        "attemptCount": delivery.attempts,
        "createdDateTime": delivery.created_at,
        "nextAttemptDateTime": delivery.may_be_tried_at(webhook, now),
        "heldBack": delivery.held_until(webhook, now).is_some(),
    })
}

fn tried(attempt: &Attempt) -> Value {
    json!({ "at": attempt.at, "outcome": attempt.outcome.as_str(), "statusCode": attempt.status })
}

async fn list(app: &App, tenant: &str) -> Result<Value, Error> {
    let actor = looking(app, tenant, "webhooks").await?;
    let mut scope = app.db.read().await?;
    let mut inside = scope.tenant(actor.grant()).await?;
    let found = webhooks::list(&mut inside, &actor).await?;
    Ok(json!({ "value": found.iter().map(|webhook| described(app, webhook)).collect::<Vec<_>>() }))
}

async fn add(app: &App, tenant: &str, new: NewWebhook) -> Result<Value, Error> {
    let (actor, moment) = (operator_in(app, tenant).await?, app.moment());
    let (made, secret) = transaction!(app.db, |scope| {
        let mut inside = scope.tenant(actor.grant()).await?;
        webhooks::add(app, &mut inside, &actor, &new, &moment).await
    })?;
    let mut value = described(app, &made);
    value["secret"] = json!(secret.expose());
    Ok(value)
}

impl Named {
    fn id(&self) -> Result<WebhookId, Error> {
        id(&self.webhook)
    }

    async fn show(&self, app: &App, delivery: Option<&str>) -> Result<Value, Error> {
        let now = app.moment().now;
        look(app, &self.tenant, &format!("webhook {}", self.webhook), async |actor, inside| {
            let webhook = webhooks::get(inside, actor, self.id()?).await?;
            if let Some(delivery) = delivery {
                let found = webhooks::delivery(inside, actor, webhook.id, id(delivery)?).await?;
                let mut value = sent(&found, &webhook, now);
                let tries = webhooks::attempts(inside, &found).await?;
                value["payload"] = json!(found.payload);
                value["attempts"] = tries.iter().map(tried).collect();
                return Ok(value);
            }
            let mut value = described(app, &webhook);
            let found = webhooks::list_deliveries(inside, actor, webhook.id, None, SHOWN).await?;
            value["deliveries"] = found.items.iter().map(|delivery| sent(delivery, &webhook, now)).collect();
            Ok(value)
        })
        .await
    }

    async fn test(&self, app: &App) -> Result<Value, Error> {
        let (actor, moment) = (operator_in(app, &self.tenant).await?, app.moment());
        let webhook = self.id()?;
        transaction!(app.db, |scope| {
            let mut inside = scope.tenant(actor.grant()).await?;
            let made = webhooks::send_test(app, &mut inside, &actor, webhook, &moment).await?;
            let webhook = webhooks::get(&mut inside, &actor, webhook).await?;
            Ok::<_, Error>(sent(&made, &webhook, moment.now))
        })
    }

    async fn replay(
        &self,
        app: &App,
        delivery: Option<&str>,
        since: Option<Timestamp>,
    ) -> Result<Value, Error> {
        let (actor, moment) = (operator_in(app, &self.tenant).await?, app.moment());
        let (webhook, delivery) = (self.id()?, delivery.map(id::<DeliveryId>).transpose()?);
        let count = transaction!(app.db, |scope| {
            let mut inside = scope.tenant(actor.grant()).await?;
            match (delivery, since) {
                (Some(delivery), _) => {
                    let which = (webhook, delivery);
                    webhooks::replay(app, &mut inside, &actor, which, &moment).await.map(|_| 1)
                }
                (None, Some(since)) => {
                    webhooks::replay_since(app, &mut inside, &actor, webhook, since, &moment).await
                }
                (None, None) => Ok(0),
            }
        })?;
        Ok(json!({ "id": webhook, "replayed": count }))
    }

    async fn remove(&self, app: &App) -> Result<Value, Error> {
        let (actor, moment) = (operator_in(app, &self.tenant).await?, app.moment());
        let webhook = self.id()?;
        transaction!(app.db, |scope| {
            let mut inside = scope.tenant(actor.grant()).await?;
            webhooks::remove(&mut inside, &actor, webhook, &moment).await
        })?;
        Ok(json!({ "id": webhook, "removed": true }))
    }
}
