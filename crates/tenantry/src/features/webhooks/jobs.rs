//! From changes to deliveries, and from deliveries to answers.

use futures_util::future::join_all;
use model::ids::TenantId;
use serde::{Deserialize, Serialize};

use super::ops::manage::Webhook;
use super::ops::{follow, send};
use super::store;
use crate::access::Actor;
use crate::app::App;
use crate::error::Error;
use crate::graph::changes::{FOLLOW, Followed};
use crate::jobs::{self, Job, Priority};
use crate::moment::Moment;
use crate::transaction;

/// Enqueued with the first change that nobody has read yet.
#[derive(Serialize, Deserialize)]
#[serde(transparent)]
pub struct FollowChanges(Followed);

impl Job for FollowChanges {
    const KIND: &'static str = FOLLOW;
    // Given up, it would keep the tenant's changes from everybody.
    const ATTEMPTS: i64 = i64::MAX;

    async fn run(self, app: App, moment: Moment) -> Result<(), Error> {
        let actor = Actor::system(self.0.tenant);
        transaction!(app.db, |scope| {
            let mut tenant = scope.tenant(actor.grant()).await?;
            follow::make_deliveries(&app, &mut tenant, &moment).await
        })
    }
}

/// Sends what is due of one tenant, to each webhook on its own. There is one of a tenant at a time: it takes the next turn
/// itself, and one that was overtaken does nothing.
#[derive(Serialize, Deserialize)]
pub struct SendWebhooks {
    pub tenant: TenantId,
    /// The number of its turn.
    pub number: i64,
}

impl Job for SendWebhooks {
    const KIND: &'static str = "send-webhooks";
    const ATTEMPTS: i64 = i64::MAX;
    const PRIORITY: Priority = Priority::Remote;

    async fn run(self, app: App, _: Moment) -> Result<(), Error> {
        let actor = Actor::system(self.tenant);
        let mut scope = app.db.read().await?;
        let mut tenant = scope.tenant(actor.grant()).await?;
        if !store::turn::is(&mut tenant, self.number).await? {
            return Ok(());
        }
        let webhooks = store::webhooks::all(&mut tenant).await?;
        drop(scope);
        let enabled = webhooks.iter().filter(|webhook| webhook.is_enabled());
        let lanes = join_all(enabled.map(|webhook: &Webhook| send::send_due(&app, &actor, webhook.id))).await;
        lanes.into_iter().collect::<Result<(), Error>>()?;
        let moment = app.moment();
        transaction!(app.db, |scope| {
            let mut tenant = scope.tenant(actor.grant()).await?;
            let next = send::next_turn(&mut tenant, &moment).await?;
            let taken = store::turn::pass(&mut tenant, self.number, next).await?;
            if let (Some(number), Some(at)) = (taken, next) {
                let job = Self { tenant: self.tenant, number };
                jobs::enqueue_at(tenant.global(), &job, at, &moment).await?;
            }
            Ok(())
        })
    }
}
