//! What happens to deleted applications and service principals in the end.

use model::ids::{ObjectId, TenantId};
use serde::{Deserialize, Serialize};

use super::ops::delete::purge;
use crate::access::Actor;
use crate::app::App;
use crate::error::Error;
use crate::jobs::Job;
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
