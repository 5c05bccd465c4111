//! What happens to a deleted person in the end, and how people become findable who were there before the index was.

use model::ids::{TenantId, UserId};
use serde::{Deserialize, Serialize};

use super::ops::delete::purge;
use crate::access::Actor;
use crate::app::App;
use crate::error::Error;
use crate::features::directory::store;
use crate::features::tenants;
use crate::jobs::{self, Job};
use crate::moment::Moment;
use crate::transaction;

/// Enqueued by each deletion for 30 days later. A person who was restored meanwhile stays.
#[derive(Serialize, Deserialize)]
pub struct PurgeUser {
    pub tenant: TenantId,
    pub user: UserId,
}

impl Job for PurgeUser {
    const KIND: &'static str = "purge-user";

    async fn run(self, app: App, moment: Moment) -> Result<(), Error> {
        let actor = Actor::system(self.tenant);
        transaction!(app.db, |scope| {
            let mut tenant = scope.tenant(actor.grant()).await?;
            purge(&mut tenant, &actor, self.user, &moment).await
        })
    }
}

/// Looks once for people whom no search finds, and makes them findable: those of an earlier version, at the first start
/// of this one. It goes from tenant to tenant in jobs of its own, each short.
#[derive(Serialize, Deserialize)]
pub struct FindUnindexed;

impl Job for FindUnindexed {
    const KIND: &'static str = "find-unindexed-users";
    const EVERY: Option<i64> = Some(86_400);

    async fn run(self, app: App, moment: Moment) -> Result<(), Error> {
        let next = IndexTenants { after: None };
        transaction!(app.db, |scope| {
            match scope.mark(Self::KIND).await?.is_some_and(|done| done == REVISION) {
                true => Ok(()),
                false => jobs::enqueue(scope, &next, &moment).await,
            }
        })
    }
}

/// Indexes the people of the next tenants.
#[derive(Serialize, Deserialize)]
pub struct IndexTenants {
    after: Option<TenantId>,
}

/// Of what is indexed of people.
const REVISION: &[u8] = b"1";

const TENANTS: i64 = 200;
const PEOPLE: usize = 500;

impl Job for IndexTenants {
    const KIND: &'static str = "index-users-of-tenants";

    async fn run(self, app: App, moment: Moment) -> Result<(), Error> {
        let mut scope = app.db.read().await?;
        let tenants = tenants::after(&mut scope, self.after, TENANTS).await?;
        drop(scope);
        for tenant in &tenants {
            while index_some(&app, *tenant).await? == PEOPLE {}
        }
        match tenants.last() {
            Some(last) => {
                let next = Self { after: Some(*last) };
                transaction!(app.db, |scope| jobs::enqueue(scope, &next, &moment).await)
            }
            None => {
                transaction!(app.db, |scope| scope.set_mark(FindUnindexed::KIND, REVISION).await)
            }
        }
    }
}

async fn index_some(app: &App, tenant: TenantId) -> Result<usize, Error> {
    let actor = Actor::system(tenant);
    let mut scope = app.db.read().await?;
    let mut inside = scope.tenant(actor.grant()).await?;
    let people = store::unindexed(&mut inside, PEOPLE).await?;
    drop(scope);
    if !people.is_empty() {
        transaction!(app.db, |scope| {
            let mut inside = scope.tenant(actor.grant()).await?;
            for person in &people {
                store::index(&mut inside, *person).await?;
            }
            Ok(())
        })?;
    }
    Ok(people.len())
}
