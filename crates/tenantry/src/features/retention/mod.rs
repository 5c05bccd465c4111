//! How long the logs of tenants are kept: daily, tenant by tenant, in jobs of their own, each short.

use jiff::Timestamp;
use model::ids::TenantId;
use serde::{Deserialize, Serialize};

use super::audit::{self, Log};
use super::tenants;
use crate::access::Actor;
use crate::app::App;
use crate::error::Error;
use crate::jobs::{self, Job};
use crate::moment::Moment;
use crate::transaction;

/// Has what is too old forgotten.
#[derive(Serialize, Deserialize)]
pub struct ForgetLogs;

impl Job for ForgetLogs {
    const KIND: &'static str = "forget-logs";
    const EVERY: Option<i64> = Some(86_400);

    async fn run(self, app: App, moment: Moment) -> Result<(), Error> {
        let before = moment.after_seconds(-app.config.audit.keep_days * 86_400);
        let next = ForgetLogsOfTenants { after: None, before };
        transaction!(app.db, |scope| jobs::enqueue(scope, &next, &moment).await)
    }
}

/// Forgets what the next tenants did before an instant.
#[derive(Serialize, Deserialize)]
pub struct ForgetLogsOfTenants {
    after: Option<TenantId>,
    before: Timestamp,
}

const TENANTS: i64 = 200;
/// Batches of one log of one tenant in one job; the next job goes on.
const BATCHES: usize = 20;

impl ForgetLogsOfTenants {
    /// Whether nothing too old is left of a tenant.
    async fn forget(&self, app: &App, tenant: TenantId) -> Result<bool, Error> {
        let actor = Actor::system(tenant);
        for log in [Log::Events, Log::SignIns] {
            let mut more = true;
            for _ in 0..BATCHES {
                more = transaction!(app.db, |scope| {
                    let mut inside = scope.tenant(actor.grant()).await?;
                    audit::forget(&mut inside, log, self.before).await
                })?;
                if !more {
                    break;
                }
            }
            if more {
                return Ok(false);
            }
        }
        Ok(true)
    }
}

impl Job for ForgetLogsOfTenants {
    const KIND: &'static str = "forget-logs-of-tenants";

    async fn run(self, app: App, moment: Moment) -> Result<(), Error> {
        let mut scope = app.db.read().await?;
        let tenants = tenants::after(&mut scope, self.after, TENANTS).await?;
        drop(scope);
        let mut done = self.after;
        for tenant in &tenants {
            if !self.forget(&app, *tenant).await? {
                break;
            }
            done = Some(*tenant);
        }
        if tenants.is_empty() {
            return Ok(());
        }
        let next = Self { after: done, before: self.before };
        transaction!(app.db, |scope| jobs::enqueue(scope, &next, &moment).await)
    }
}
