//! The end of a request's time.

use model::ids::{AccessRequestId, TenantId};
use serde::{Deserialize, Serialize};

use super::ops::expire::expire;
use crate::access::Actor;
use crate::app::App;
use crate::error::Error;
use crate::jobs::Job;
use crate::moment::Moment;
use crate::transaction;

/// Enqueued with each request for 30 days later. A request that was decided meanwhile stays as it is.
#[derive(Serialize, Deserialize)]
pub struct ExpireAccessRequest {
    pub tenant: TenantId,
    pub request: AccessRequestId,
}

impl Job for ExpireAccessRequest {
    const KIND: &'static str = "expire-access-request";

    async fn run(self, app: App, moment: Moment) -> Result<(), Error> {
        let actor = Actor::system(self.tenant);
        transaction!(app.db, |scope| {
            let mut tenant = scope.tenant(actor.grant()).await?;
            expire(&mut tenant, &actor, self.request, &moment).await
        })
    }
}
