//! What happened to a name: in the tenant's log, and for those who follow changes of the directory.

use model::audit::{Activity, Change, TargetKind};
use model::objects::ChangeKind;

use crate::access::Actor;
use crate::db::TenantScope;
use crate::error::Error;
use crate::features::audit::{self, Event};
use crate::graph::changes;
use crate::moment::Moment;

/// What those who follow changes are told of an activity; nothing of one that leaves the name as it was.
fn told(activity: Activity) -> Option<ChangeKind> {
    match activity {
        Activity::DomainAdded => Some(ChangeKind::Created),
        Activity::DomainRemoved => Some(ChangeKind::Removed),
        Activity::DomainClaimOpened | Activity::DomainClaimEnded => None,
        _ => Some(ChangeKind::Updated),
    }
}

/// Notes what was done to a name, in its own transaction.
///
/// # Errors
/// When the engine fails.
pub async fn note(
    scope: &mut TenantScope<'_>,
    actor: &Actor,
    (activity, name): (Activity, &str),
    changes: impl IntoIterator<Item = Change>,
    moment: &Moment,
) -> Result<(), Error> {
    let event = Event::new(activity, TargetKind::Domain, name, name).changes(changes);
    audit::record(scope, actor, event, moment).await?;
    match told(activity) {
        Some(change) => changes::note_domain(scope, name, change, moment).await,
        None => Ok(()),
    }
}
