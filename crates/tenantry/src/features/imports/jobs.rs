//! Running an import step by step, and forgetting what was kept of it.

use model::ids::{ImportId, TenantId};
use serde::{Deserialize, Serialize};

use super::ops::run::{Step, run_some};
use super::store;
use crate::access::Actor;
use crate::app::App;
use crate::error::Error;
use crate::jobs::{self, Job};
use crate::moment::Moment;
use crate::transaction;

/// Creates the people of the next rows, then makes room for other jobs and comes again.
#[derive(Serialize, Deserialize)]
pub struct RunImport {
    pub tenant: TenantId,
    pub import: ImportId,
}

impl Job for RunImport {
    const KIND: &'static str = "run-people-import";

    async fn run(self, app: App, moment: Moment) -> Result<(), Error> {
        match run_some(&app, self.tenant, self.import, &moment).await? {
            Step::Ended => Ok(()),
            Step::More => transaction!(app.db, |scope| jobs::enqueue(scope, &self, &moment).await),
        }
    }
}

/// Forgets the initial passwords of an import that nobody fetched in time.
#[derive(Serialize, Deserialize)]
pub struct ForgetPasswords {
    pub tenant: TenantId,
    pub import: ImportId,
}

impl Job for ForgetPasswords {
    const KIND: &'static str = "forget-import-passwords";

    async fn run(self, app: App, _moment: Moment) -> Result<(), Error> {
        let actor = Actor::system(self.tenant);
        transaction!(app.db, |scope| {
            let mut inside = scope.tenant(actor.grant()).await?;
            store::forget_passwords(&mut inside, self.import).await.map(drop)
        })
    }
}

/// Removes an import: a draft that nobody started after a day, any other after thirty.
#[derive(Serialize, Deserialize)]
pub struct ForgetImport {
    pub tenant: TenantId,
    pub import: ImportId,
    pub only_draft: bool,
}

impl Job for ForgetImport {
    const KIND: &'static str = "forget-people-import";

    async fn run(self, app: App, _moment: Moment) -> Result<(), Error> {
        let actor = Actor::system(self.tenant);
        transaction!(app.db, |scope| {
            let mut inside = scope.tenant(actor.grant()).await?;
            store::remove(&mut inside, self.import, self.only_draft).await.map(drop)
        })
    }
}
