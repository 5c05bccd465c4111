//! Starting an import that was looked through.

use model::audit::{Activity, Change, TargetKind};
use model::ids::ImportId;
use model::refusal::Code;

use super::read::{ImportWay, get};
use crate::access::Actor;
use crate::db::TenantScope;
use crate::error::Error;
use crate::features::audit::{self, Event};
use crate::features::imports::jobs::RunImport;
use crate::features::imports::store;
use crate::jobs;
use crate::moment::Moment;

/// Starts the job that creates whoever is good; the others are left out.
///
/// # Errors
/// Not allowed, not there, [`Code::ImportNotWaiting`], or [`Code::ImportNothingGood`].
pub async fn start(
    scope: &mut TenantScope<'_>,
    actor: &Actor,
    id: ImportId,
    moment: &Moment,
) -> Result<(), Error> {
    let (import, counts) = get(scope, actor, id).await?;
    if counts.waiting() == 0 && counts.ended() == 0 {
        return Err(Code::ImportNothingGood.into());
    }
    if !store::start(scope, id, (actor.user_id(), actor.name()), moment.now).await? {
        return Err(Code::ImportNotWaiting.into());
    }
    let way = match import.way {
        ImportWay::Password => "initial passwords",
        ImportWay::Invitation => "invitations",
    };
    let event = Event::new(Activity::PeopleImportStarted, TargetKind::Import, id, &import.file_name)
        .changes([Change::set("people", counts.waiting().to_string()), Change::set("credentials", way)]);
    audit::record(scope, actor, event, moment).await?;
    let run = RunImport { tenant: scope.tenant(), import: id };
    jobs::enqueue(scope.global(), &run, moment).await
}
