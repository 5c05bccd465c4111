//! What happens to a deleted group in the end.

use model::ids::{ObjectId, TenantId};
use serde::{Deserialize, Serialize};

use super::ops::delete::purge;
use crate::access::Actor;
use crate::app::App;
use crate::error::Error;
use crate::jobs::Job;
use crate::moment::Moment;
use crate::transaction;

/// Enqueued by each deletion for 30 days later. A group that was restored meanwhile stays.
#[derive(Serialize, Deserialize)]
pub struct PurgeGroup {
    pub tenant: TenantId,
    pub group: ObjectId,
}

impl Job for PurgeGroup {
    const KIND: &'static str = "purge-group";

    async fn run(self, app: App, moment: Moment) -> Result<(), Error> {
        let actor = Actor::system(self.tenant);
        transaction!(app.db, |scope| {
            let mut tenant = scope.tenant(actor.grant()).await?;
            purge(&mut tenant, &actor, self.group, &moment).await
        })
    }
}
