//! Rules asked after the commit that made it necessary, and daily where the clock does.

use model::ids::{ObjectId, TenantId, UserId};
use serde::{Deserialize, Serialize};

use super::ops;
use crate::access::Actor;
use crate::app::App;
use crate::error::Error;
use crate::features::tenants;
use crate::jobs::{self, Job};
use crate::moment::Moment;
use crate::transaction;

/// Asks the rule of a group of the people after one of them, and enqueues the next step.
#[derive(Serialize, Deserialize)]
pub struct EvaluateRule {
    pub tenant: TenantId,
    pub group: ObjectId,
    pub after: Option<UserId>,
}

impl Job for EvaluateRule {
    const KIND: &'static str = "evaluate-membership-rule";

    async fn run(self, app: App, moment: Moment) -> Result<(), Error> {
        let actor = Actor::system(self.tenant);
        if self.after.is_none() {
            transaction!(app.db, |scope| {
                let mut tenant = scope.tenant(actor.grant()).await?;
                ops::forget_others(&mut tenant, self.group, &moment).await
            })?;
        }
        let Some(asked) = ops::ask(&app, &actor, self.group, self.after, moment.now).await? else {
            return Ok(());
        };
        transaction!(app.db, |scope| {
            let mut tenant = scope.tenant(actor.grant()).await?;
            let is_same = ops::settle_people(&mut tenant, &actor, &asked, &moment).await?;
            if is_same && asked.after.is_some() {
                let next = Self { tenant: self.tenant, group: self.group, after: asked.after };
                jobs::enqueue(tenant.global(), &next, &moment).await?;
            }
            Ok(())
        })
    }
}

/// Asks the rules of a tenant behind that of one group of one person, and enqueues the next step.
#[derive(Serialize, Deserialize)]
pub struct EvaluatePerson {
    pub tenant: TenantId,
    pub user: UserId,
    #[serde(default)]
    pub after: Option<ObjectId>,
}

impl Job for EvaluatePerson {
    const KIND: &'static str = "evaluate-rules-of-person";

    async fn run(self, app: App, moment: Moment) -> Result<(), Error> {
        let actor = Actor::system(self.tenant);
        let Some(asked) = ops::ask_rules(&app, &actor, self.user, self.after, moment.now).await? else {
            return Ok(());
        };
        transaction!(app.db, |scope| {
            let mut tenant = scope.tenant(actor.grant()).await?;
            let is_same = ops::settle_rules(&mut tenant, &actor, &asked, &moment).await?;
            if is_same && asked.after.is_some() {
                let next = Self { tenant: self.tenant, user: self.user, after: asked.after };
                jobs::enqueue(tenant.global(), &next, &moment).await?;
            }
            Ok(())
        })
    }
}

/// Has rules asked again daily that move with the clock, tenant by tenant.
#[derive(Serialize, Deserialize)]
pub struct EvaluateDaily;

impl Job for EvaluateDaily {
    const KIND: &'static str = "evaluate-moving-rules";
    const EVERY: Option<i64> = Some(86_400);

    async fn run(self, app: App, moment: Moment) -> Result<(), Error> {
        let next = EvaluateTenants { after: None };
        transaction!(app.db, |scope| jobs::enqueue(scope, &next, &moment).await)
    }
}

/// The same for the next tenants.
#[derive(Serialize, Deserialize)]
pub struct EvaluateTenants {
    after: Option<TenantId>,
}

const TENANTS: i64 = 200;

impl Job for EvaluateTenants {
    const KIND: &'static str = "evaluate-moving-rules-of-tenants";

    async fn run(self, app: App, moment: Moment) -> Result<(), Error> {
        let mut scope = app.db.read().await?;
        let tenants = tenants::after(&mut scope, self.after, TENANTS).await?;
        drop(scope);
        for tenant in &tenants {
            let actor = Actor::system(*tenant);
            transaction!(app.db, |scope| {
                let mut inside = scope.tenant(actor.grant()).await?;
                for group in ops::moving(&mut inside).await? {
                    let job = EvaluateRule { tenant: *tenant, group, after: None };
                    jobs::enqueue(inside.global(), &job, &moment).await?;
                }
                Ok(())
            })?;
        }
        match tenants.last() {
            Some(last) => {
                let next = Self { after: Some(*last) };
                transaction!(app.db, |scope| jobs::enqueue(scope, &next, &moment).await)
            }
            None => Ok(()),
        }
    }
}
