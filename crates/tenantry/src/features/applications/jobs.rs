//! What happens in the end to what was deleted, and what tenants are given that lack it.

use model::groups::GroupProperties;
use model::ids::{ObjectId, TenantId, UserId};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::ops::delete::purge;
use super::ops::own_api::{add_own_api, everybodys, has_own_api};
use crate::access::Actor;
use crate::app::App;
use crate::db::{Position, TenantScope};
use crate::error::Error;
use crate::features::{directory, objects, tenants};
use crate::graph::filter::Condition;
use crate::graph::query::ObjectQuery;
use crate::jobs::{self, Job};
use crate::moment::Moment;
use crate::transaction;

/// Enqueued by each deletion for 30 days later. What was restored meanwhile stays.
#[derive(Serialize, Deserialize)]
pub struct PurgeApplications {
    pub tenant: TenantId,
    /// An application or a service principal.
    pub object: ObjectId,
}

impl Job for PurgeApplications {
    const KIND: &'static str = "purge-application";

    async fn run(self, app: App, moment: Moment) -> Result<(), Error> {
        let actor = Actor::system(self.tenant);
        transaction!(app.db, |scope| {
            let mut tenant = scope.tenant(actor.grant()).await?;
            purge(&mut tenant, &actor, self.object, &moment).await
        })
    }
}

/// Adds the service principals that every tenant has to tenants that were made before there was one of them. Every tenant is
/// looked at once, and once more when there are others.
#[derive(Serialize, Deserialize)]
pub struct AddOwnApi;

impl Job for AddOwnApi {
    const KIND: &'static str = "add-own-api";
    const EVERY: Option<i64> = Some(86_400);

    async fn run(self, app: App, moment: Moment) -> Result<(), Error> {
        let next = AddOwnApiToTenants { after: None };
        transaction!(app.db, |scope| {
            match scope.mark(Self::KIND).await?.is_some_and(|done| done == everybodys().as_bytes()) {
                true => Ok(()),
                false => jobs::enqueue(scope, &next, &moment).await,
            }
        })
    }
}

/// Looks at the next tenants; those that have it are only read.
#[derive(Serialize, Deserialize)]
pub struct AddOwnApiToTenants {
    after: Option<TenantId>,
}

const TENANTS: i64 = 200;

impl Job for AddOwnApiToTenants {
    const KIND: &'static str = "add-own-api-to-tenants";

    async fn run(self, app: App, moment: Moment) -> Result<(), Error> {
        let mut scope = app.db.read().await?;
        let tenants = tenants::after(&mut scope, self.after, TENANTS).await?;
        let mut lacking = Vec::new();
        for tenant in &tenants {
            let mut inside = scope.tenant(Actor::system(*tenant).grant()).await?;
            if !has_own_api(&mut inside).await? {
                lacking.push(*tenant);
            }
        }
        drop(scope);
        for tenant in lacking {
            let actor = Actor::system(tenant);
            transaction!(app.db, |scope| {
                let mut inside = scope.tenant(actor.grant()).await?;
                add_own_api(&mut inside, &actor, &moment).await
            })?;
        }
        match tenants.last() {
            Some(last) => {
                let next = Self { after: Some(*last) };
                transaction!(app.db, |scope| jobs::enqueue(scope, &next, &moment).await)
            }
            None => {
                transaction!(app.db, |scope| scope.set_mark(AddOwnApi::KIND, everybodys().as_bytes()).await)
            }
        }
    }
}

/// Takes the values of a property that an application no longer adds away from people and groups, some at a time.
#[derive(Serialize, Deserialize)]
pub struct ForgetExtension {
    pub tenant: TenantId,
    pub name: String,
    /// The last object that was looked at; people come first.
    pub after: Option<Seen>,
}

/// How far it is.
#[derive(Serialize, Deserialize)]
pub enum Seen {
    Person(UserId),
    Group(ObjectId),
}

impl Job for ForgetExtension {
    const KIND: &'static str = "forget-extension-property";

    async fn run(self, app: App, moment: Moment) -> Result<(), Error> {
        let actor = Actor::system(self.tenant);
        transaction!(app.db, |scope| {
            let mut tenant = scope.tenant(actor.grant()).await?;
            let after = match &self.after {
                Some(Seen::Group(last)) => forget_in_groups(&mut tenant, &self.name, *last, &moment).await?,
                people => {
                    let last = match people {
                        Some(Seen::Person(last)) => Some(*last),
                        _ => None,
                    };
                    match directory::forget_extension(&mut tenant, &self.name, last, &moment).await? {
                        Some(last) => Some(Seen::Person(last)),
                        None => {
                            forget_in_groups(&mut tenant, &self.name, ObjectId(Uuid::nil()), &moment).await?
                        }
                    }
                }
            };
            if after.is_some() {
                let next = Self { tenant: self.tenant, name: self.name.clone(), after };
                jobs::enqueue(tenant.global(), &next, &moment).await?;
            }
            Ok(())
        })
    }
}

const GROUPS: usize = 200;

async fn forget_in_groups(
    scope: &mut TenantScope<'_>,
    name: &str,
    after: ObjectId,
    moment: &Moment,
) -> Result<Option<Seen>, Error> {
    let mut query = ObjectQuery::of(Condition::default(), GROUPS);
    query.from = Some(Position { backward: false, key: String::new(), id: after.0 });
    let found = objects::list::<GroupProperties>(scope, &query).await?;
    let last = found.items.last().filter(|_| found.next.is_some()).map(|group| Seen::Group(group.id));
    for mut group in found.items {
        if group.properties.extensions.remove(name).is_some() {
            objects::save(scope, &mut group, moment).await?;
        }
    }
    Ok(last)
}
