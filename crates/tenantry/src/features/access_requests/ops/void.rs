//! What becomes of requests and invitations when a domain name goes.

use model::audit::{Activity, TargetKind};

use super::list::State;
use crate::access::Actor;
use crate::db::TenantScope;
use crate::error::Error;
use crate::features::access_requests::store;
use crate::features::audit::{self, Event};
use crate::moment::Moment;

/// Ends open requests of mailboxes at a domain name and takes back the links of people under it. Nobody is written to:
/// the mailboxes may be somebody else's by now.
///
/// # Errors
/// When the engine fails.
pub async fn void_under(
    scope: &mut TenantScope<'_>,
    actor: &Actor,
    domain: &str,
    moment: &Moment,
) -> Result<(), Error> {
    for id in store::open_at(scope, domain).await? {
        let settled = store::Settled { state: State::Expired, by: actor.name(), reason: None, user: None };
        if store::settle(scope, id, &settled, moment.now).await? {
            let email = store::find(scope, id).await?.map(|request| request.email).unwrap_or_default();
            let event = Event::new(Activity::AccessRequestExpired, TargetKind::AccessRequest, id, email);
            audit::record(scope, actor, event, moment).await?;
        }
    }
    store::revoke_invitations_at(scope, domain, moment.now).await?;
    store::part_from_people(scope, domain).await
}
