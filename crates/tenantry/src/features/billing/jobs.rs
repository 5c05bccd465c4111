//! The end of a set-up that nobody finished.

use model::ids::{TenantId, UserId};
use serde::{Deserialize, Serialize};

use super::store;
use crate::access::Actor;
use crate::app::App;
use crate::error::Error;
use crate::jobs::Job;
use crate::moment::Moment;
use crate::transaction;

/// Days that what was entered is kept after the last change.
pub(super) const DAYS_KEPT: i64 = 30;

/// Enqueued with each change of a draft for the end of its time. A draft that was changed meanwhile stays.
#[derive(Serialize, Deserialize)]
pub struct ForgetSetUp {
    pub tenant: TenantId,
    pub user: UserId,
}

impl Job for ForgetSetUp {
    const KIND: &'static str = "forget-billing-set-up";

    async fn run(self, app: App, moment: Moment) -> Result<(), Error> {
        let actor = Actor::system(self.tenant);
        let untouched_since = moment.after_seconds(-DAYS_KEPT * 86_400);
        transaction!(app.db, |scope| {
            let mut tenant = scope.tenant(actor.grant()).await?;
            store::forget_draft(&mut tenant, self.user, untouched_since).await
        })
    }
}
