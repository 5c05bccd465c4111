//! What happens to a deleted person in the end.

use model::ids::{TenantId, UserId};
use serde::{Deserialize, Serialize};

use super::ops::delete::purge;
use crate::access::Actor;
use crate::app::App;
use crate::error::Error;
use crate::jobs::Job;
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
