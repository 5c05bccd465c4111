//! How long logs of tenants are kept, and sessions and sign-ins to applications that ended: daily, tenant by tenant, in jobs of
//! their own, each short.

use jiff::Timestamp;
use model::ids::TenantId;
use serde::{Deserialize, Serialize};

use super::audit::{self, Log};
use super::tenants;
use crate::access::{Actor, grants, session};
use crate::app::App;
use crate::db::TenantScope;
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
/// Batches of one kind of one tenant in one job; the next job goes on.
const BATCHES: usize = 20;
/// Rows of one batch.
const BATCH: i64 = 1_000;
/// Days that sessions and grants stay after their end, for whoever still has to be told of it.
const ENDED_DAYS: i64 = 7;

/// What is forgotten.
#[derive(Clone, Copy)]
enum Kind {
    Log(Log),
    /// First: where a session is gone, a grant is taken for one that ended with it.
    Grants,
    Sessions,
}

impl Kind {
    const ALL: [Self; 4] = [Self::Log(Log::Events), Self::Log(Log::SignIns), Self::Grants, Self::Sessions];

    /// Whether there may be more.
    async fn forget(
        self,
        scope: &mut TenantScope<'_>,
        (logs, ended): (Timestamp, Timestamp),
    ) -> Result<bool, Error> {
        let forgotten = match self {
            Self::Log(log) => return audit::forget(scope, log, logs).await,
            Self::Grants => grants::forget_ended(scope, ended, BATCH).await?,
            Self::Sessions => session::forget_ended(scope, ended, BATCH).await?,
        };
        Ok(i64::try_from(forgotten).is_ok_and(|forgotten| forgotten >= BATCH))
    }
}

impl ForgetLogsOfTenants {
    /// Whether nothing too old is left of a tenant.
    async fn forget(&self, app: &App, tenant: TenantId, moment: &Moment) -> Result<bool, Error> {
        let actor = Actor::system(tenant);
        let before = (self.before, moment.after_seconds(-ENDED_DAYS * 86_400));
        for kind in Kind::ALL {
            let mut more = true;
            for _ in 0..BATCHES {
                more = transaction!(app.db, |scope| {
                    let mut inside = scope.tenant(actor.grant()).await?;
                    kind.forget(&mut inside, before).await
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
            if !self.forget(&app, *tenant, &moment).await? {
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
