//! How long logs of tenants are kept, and sessions and sign-ins to applications that ended: daily, tenant by tenant, in jobs of
//! their own, each short.

use jiff::Timestamp;
use model::ids::TenantId;
use serde::{Deserialize, Serialize};

use super::audit::{self, Log};
use super::tenants;
use crate::access::{Actor, grants, session};
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
/// Batches of one kind of one tenant in one job; the next job goes on.
const BATCHES: usize = 20;
/// Sessions or grants of one batch.
const BATCH: i64 = 200;
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

const KINDS: [Kind; 4] = [Kind::Log(Log::Events), Kind::Log(Log::SignIns), Kind::Grants, Kind::Sessions];

impl ForgetLogsOfTenants {
    /// Whether nothing too old is left of a tenant.
    async fn forget(&self, app: &App, tenant: TenantId, moment: &Moment) -> Result<bool, Error> {
        for kind in KINDS {
            let mut more = true;
            for _ in 0..BATCHES {
                more = self.forget_some(app, (tenant, kind), moment).await?;
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

    /// Whether there may be more.
    async fn forget_some(
        &self,
        app: &App,
        (tenant, kind): (TenantId, Kind),
        moment: &Moment,
    ) -> Result<bool, Error> {
        let actor = Actor::system(tenant);
        if let Kind::Log(log) = kind {
            return transaction!(app.db, |scope| {
                audit::forget(&mut scope.tenant(actor.grant()).await?, log, self.before).await
            });
        }
        // Looked for where nobody waits: they lie among many that count.
        let before = moment.after_seconds(-ENDED_DAYS * 86_400);
        let ended = {
            let mut view = app.db.read().await?;
            let mut inside = view.tenant(actor.grant()).await?;
            match kind {
                Kind::Grants => grants::ended_before(&mut inside, before, BATCH).await?,
                _ => session::ended_before(&mut inside, before, BATCH).await?,
            }
        };
        if ended.is_empty() {
            return Ok(false);
        }
        transaction!(app.db, |scope| {
            let mut inside = scope.tenant(actor.grant()).await?;
            for one in &ended {
                match kind {
                    Kind::Grants => grants::forget(&mut inside, *one).await?,
                    _ => session::forget(&mut inside, *one).await?,
                }
            }
            Ok(())
        })?;
        Ok(i64::try_from(ended.len()).is_ok_and(|count| count >= BATCH))
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
