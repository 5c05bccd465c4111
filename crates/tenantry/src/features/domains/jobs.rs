//! What the clock does to names: proofs that are due, cases that are decided, names that go step by step. What is due
//! stands in the tables, so a restart loses nothing and a second run changes nothing.

use futures_util::StreamExt as _;
use model::ids::TenantId;
use serde::{Deserialize, Serialize};

use super::notices::{self, Notice};
use super::ops::note::note;
use super::ops::{decide, depart, life, observe};
use super::store;
use super::store::held::Due;
use crate::access::Actor;
use crate::app::App;
use crate::error::Error;
use crate::jobs::{self, Job};
use crate::moment::Moment;
use crate::transaction;

/// Names that one run proves, and how many at once: each takes as long as DNS does, and a run is short.
const NAMES: usize = 32;
const AT_ONCE: usize = 16;
/// Cases that one run decides.
const CASES: usize = 4;
/// Seconds that a run has a name or a case for itself.
const OWN: i64 = 3600;

/// Starts what is due, every ten minutes.
#[derive(Serialize, Deserialize)]
pub struct LookAfterNames;

impl Job for LookAfterNames {
    const KIND: &'static str = "look-after-domain-names";
    const EVERY: Option<i64> = Some(600);

    async fn run(self, app: App, moment: Moment) -> Result<(), Error> {
        transaction!(app.db, |scope| {
            jobs::enqueue(scope, &ProveDueNames, &moment).await?;
            jobs::enqueue(scope, &DecideDueCases, &moment).await
        })
    }
}

/// Asks DNS for the names whose daily proof is due, some at a time.
#[derive(Serialize, Deserialize)]
pub struct ProveDueNames;

impl Job for ProveDueNames {
    const KIND: &'static str = "prove-due-domain-names";

    async fn run(self, app: App, moment: Moment) -> Result<(), Error> {
        let until = moment.after_seconds(OWN);
        let due =
            transaction!(app.db, |scope| store::held::claim_due(scope, until, moment.now, NAMES).await)?;
        let more = due.len() == NAMES;
        let proofs = futures_util::stream::iter(due).map(|due| prove(&app, due, &moment));
        let results: Vec<Result<(), Error>> = proofs.buffer_unordered(AT_ONCE).collect().await;
        for failed in results.into_iter().filter_map(Result::err) {
            // It is due again when its run's time is over.
            tracing::warn!(error = %failed, "a domain name couldn't be proven again");
        }
        if more {
            transaction!(app.db, |scope| jobs::enqueue(scope, &Self, &moment).await)?;
        }
        Ok(())
    }
}

async fn prove(app: &App, due: Due, moment: &Moment) -> Result<(), Error> {
    let actor = Actor::system(due.tenant);
    let mut scope = app.db.read().await?;
    let mut tenant = scope.tenant(actor.grant()).await?;
    let found = store::find(&mut tenant, &due.name).await?;
    drop(scope);
    let own =
        found.filter(|found| found.life.is_held() && !found.is_initial && found.verified_with.is_none());
    let Some(held) = own else {
        return transaction!(app.db, |scope| {
            let mut tenant = scope.tenant(actor.grant()).await?;
            store::held::set_due(&mut tenant, &due.name, None).await
        });
    };
    let account_domain = &app.config.accounts.account_domain;
    let seen = observe::glance(&app.outside.dns, &held, account_domain, moment.now).await;
    transaction!(app.db, |scope| {
        let mut tenant = scope.tenant(actor.grant()).await?;
        life::reprove(app, &mut tenant, &actor, &seen, moment).await
    })
}

/// Decides the cases whose time is over.
#[derive(Serialize, Deserialize)]
pub struct DecideDueCases;

impl Job for DecideDueCases {
    const KIND: &'static str = "decide-due-domain-cases";

    async fn run(self, app: App, moment: Moment) -> Result<(), Error> {
        let until = moment.after_seconds(OWN);
        let due =
            transaction!(app.db, |scope| store::cases::claim_due(scope, until, moment.now, CASES).await)?;
        for case in &due {
            let looked = decide::look(&app, case, &moment).await?;
            transaction!(app.db, |scope| decide::decide(&app, scope, case, &looked, &moment).await)?;
        }
        if due.len() == CASES {
            transaction!(app.db, |scope| jobs::enqueue(scope, &Self, &moment).await)?;
        }
        Ok(())
    }
}

/// Tells a tenant what happened between it and another.
#[derive(Serialize, Deserialize)]
pub struct TellTenant {
    pub tenant: TenantId,
    pub name: String,
    pub notice: Notice,
}

impl Job for TellTenant {
    const KIND: &'static str = "tell-tenant-of-domain-name";

    async fn run(self, app: App, moment: Moment) -> Result<(), Error> {
        let (actor, name) = (Actor::system(self.tenant), self.name.as_str());
        transaction!(app.db, |scope| {
            let mut tenant = scope.tenant(actor.grant()).await?;
            if let Some(activity) = self.notice.activity() {
                note(&mut tenant, &actor, (activity, name), [], &moment).await?;
            }
            notices::tell(&app, &mut tenant, name, &self.notice, &moment).await
        })
    }
}

/// Renames what uses a name that is removed by force, some at a time, and then removes it.
#[derive(Serialize, Deserialize)]
pub struct RemoveByForce {
    pub tenant: TenantId,
    pub name: String,
}

impl Job for RemoveByForce {
    const KIND: &'static str = "remove-domain-name-by-force";

    async fn run(self, app: App, moment: Moment) -> Result<(), Error> {
        let actor = Actor::system(self.tenant);
        transaction!(app.db, |scope| {
            let mut tenant = scope.tenant(actor.grant()).await?;
            if depart::step(&app, &mut tenant, &actor, &self.name, &moment).await? {
                jobs::enqueue(tenant.global(), &self, &moment).await?;
            }
            Ok(())
        })
    }
}

/// Tells people their new names after a loss, and lets the index follow.
#[derive(Serialize, Deserialize)]
pub struct FollowDeparture {
    pub tenant: TenantId,
    pub name: String,
}

impl Job for FollowDeparture {
    const KIND: &'static str = "follow-departure-of-domain-name";

    async fn run(self, app: App, moment: Moment) -> Result<(), Error> {
        let actor = Actor::system(self.tenant);
        transaction!(app.db, |scope| {
            let mut tenant = scope.tenant(actor.grant()).await?;
            if depart::follow_step(&app, &mut tenant, &actor, &self.name, &moment).await? {
                jobs::enqueue(tenant.global(), &self, &moment).await?;
            }
            Ok(())
        })
    }
}

/// Another tenant has a name that this one gave up: nothing that began by mailboxes there counts here any more.
#[derive(Serialize, Deserialize)]
pub struct EndEpoch {
    pub tenant: TenantId,
    pub name: String,
}

impl Job for EndEpoch {
    const KIND: &'static str = "end-epoch-of-domain-name";

    async fn run(self, app: App, moment: Moment) -> Result<(), Error> {
        let (actor, name) = (Actor::system(self.tenant), self.name.as_str());
        transaction!(app.db, |scope| {
            let mut tenant = scope.tenant(actor.grant()).await?;
            depart::end_epoch(&mut tenant, &actor, name, &moment).await
        })
    }
}
