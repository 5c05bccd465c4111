//! Changes are kept for seven days, so that whoever follows them and was away can go on.

use model::ids::TenantId;
use serde::{Deserialize, Serialize};

use super::store;
use crate::access::Actor;
use crate::app::App;
use crate::error::Error;
use crate::features::tenants;
use crate::graph::changes::DAYS_KEPT;
use crate::jobs::{self, Job};
use crate::moment::Moment;
use crate::transaction;

/// Forgets daily, tenant by tenant, in jobs of their own, each short.
#[derive(Serialize, Deserialize)]
pub struct ForgetChanges;

impl Job for ForgetChanges {
    const KIND: &'static str = "forget-directory-changes";
    const EVERY: Option<i64> = Some(86_400);

    async fn run(self, app: App, moment: Moment) -> Result<(), Error> {
        let next = ForgetChangesOfTenants { after: None };
        transaction!(app.db, |scope| jobs::enqueue(scope, &next, &moment).await)
    }
}

/// Forgets what the next tenants changed long ago.
#[derive(Serialize, Deserialize)]
pub struct ForgetChangesOfTenants {
    after: Option<TenantId>,
}

const TENANTS: i64 = 200;

impl Job for ForgetChangesOfTenants {
    const KIND: &'static str = "forget-directory-changes-of-tenants";

    async fn run(self, app: App, moment: Moment) -> Result<(), Error> {
        let mut scope = app.db.read().await?;
        let tenants = tenants::after(&mut scope, self.after, TENANTS).await?;
        drop(scope);
        let before = moment.after_seconds(-DAYS_KEPT * 86_400);
        for tenant in &tenants {
            let actor = Actor::system(*tenant);
            transaction!(app.db, |scope| {
                let mut inside = scope.tenant(actor.grant()).await?;
                store::forget_changes(&mut inside, before).await
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
