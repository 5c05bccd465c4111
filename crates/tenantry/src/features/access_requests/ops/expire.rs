//! What becomes of a request that nobody answers.

use model::audit::{Activity, TargetKind};
use model::ids::AccessRequestId;

use super::list::State;
use crate::access::Actor;
use crate::db::TenantScope;
use crate::error::Error;
use crate::features::access_requests::store;
use crate::features::audit::{self, Event};
use crate::mail::{self, Message};
use crate::moment::Moment;

/// Lets a request expire that is still open, and tells its owner.
pub async fn expire(
    scope: &mut TenantScope<'_>,
    actor: &Actor,
    id: AccessRequestId,
    moment: &Moment,
) -> Result<(), Error> {
    let Some(request) = store::find(scope, id).await? else { return Ok(()) };
    let settled = store::Settled { state: State::Expired, by: actor.name(), reason: None, user: None };
    if !store::settle(scope, id, &settled, moment.now).await? {
        return Ok(());
    }
    let event = Event::new(Activity::AccessRequestExpired, TargetKind::AccessRequest, id, &request.email);
    audit::record(scope, actor, event, moment).await?;
    let mail = Message::new(&request.email, &request.language, "access-expired")
        .with("organization", store::tenant_name(scope).await?);
    mail::send(scope.global(), mail, moment).await
}
