//! Deleting a group, which can be restored for 30 days with its members and owners, and removing it for good after that.

use model::audit::{Activity, TargetKind};
use model::directory::DAYS_KEPT;
use model::ids::ObjectId;

use super::guard::{require_to_give, target};
use super::rule::follow_rule;
use super::unique::{require_free, require_room};
use crate::access::Actor;
use crate::app::App;
use crate::db::TenantScope;
use crate::error::Error;
use crate::features::audit::{self, Event};
use crate::features::groups::Group;
use crate::features::groups::jobs::PurgeGroup;
use crate::features::{membership, objects};
use crate::jobs;
use crate::moment::Moment;

const DAY: i64 = 86_400;

async fn tell(
    scope: &mut TenantScope<'_>,
    actor: &Actor,
    activity: Activity,
    group: &Group,
    moment: &Moment,
) -> Result<(), Error> {
    let event = Event::new(activity, TargetKind::Group, group.id, &group.display_name);
    audit::record(scope, actor, event, moment).await
}

/// Deletes a group.
///
/// # Errors
/// Not allowed, or not there.
pub async fn delete(
    scope: &mut TenantScope<'_>,
    actor: &Actor,
    group: ObjectId,
    moment: &Moment,
) -> Result<(), Error> {
    let mut found = target(scope, actor, group, false).await?;
    require_to_give(scope, actor, &found).await?;
    objects::delete(scope, &mut found, moment).await?;
    membership::forget_rule(scope, group).await?;
    let purge = PurgeGroup { tenant: scope.tenant(), group };
    jobs::enqueue_at(scope.global(), &purge, moment.after_seconds(DAYS_KEPT * DAY), moment).await?;
    tell(scope, actor, Activity::GroupDeleted, &found, moment).await
}

/// Restores a deleted group.
///
/// # Errors
/// Not allowed, not among the deleted, one rule too many, or another group has its name by now.
pub async fn restore(
    app: &App,
    scope: &mut TenantScope<'_>,
    actor: &Actor,
    group: ObjectId,
    moment: &Moment,
) -> Result<(), Error> {
    let mut found = target(scope, actor, group, true).await?;
    require_to_give(scope, actor, &found).await?;
    require_free(scope, &found.properties, Some(group)).await?;
    require_room(scope, &found.properties).await?;
    objects::restore(scope, &mut found, moment).await?;
    if found.properties.is_dynamic() {
        follow_rule(app, scope, &found, moment).await?;
    }
    tell(scope, actor, Activity::GroupRestored, &found, moment).await
}

/// Removes a group for good that was deleted 30 days ago or longer; leaves every other alone.
///
/// # Errors
/// When the engine fails.
pub async fn purge(
    scope: &mut TenantScope<'_>,
    actor: &Actor,
    group: ObjectId,
    moment: &Moment,
) -> Result<(), Error> {
    let found: Option<Group> = objects::find(scope, group).await?;
    let due = moment.after_seconds(-DAYS_KEPT * DAY);
    match found.filter(|found| found.deleted_at.is_some_and(|deleted_at| deleted_at <= due)) {
        Some(found) => remove(scope, actor, &found, moment).await,
        None => Ok(()),
    }
}

/// Removes a deleted group for good before the thirty days are over.
///
/// # Errors
/// Not allowed, or not among the deleted.
pub async fn remove_now(
    scope: &mut TenantScope<'_>,
    actor: &Actor,
    group: ObjectId,
    moment: &Moment,
) -> Result<(), Error> {
    let found = target(scope, actor, group, true).await?;
    require_to_give(scope, actor, &found).await?;
    remove(scope, actor, &found, moment).await
}

async fn remove(
    scope: &mut TenantScope<'_>,
    actor: &Actor,
    group: &Group,
    moment: &Moment,
) -> Result<(), Error> {
    objects::remove(scope, group, moment).await?;
    tell(scope, actor, Activity::GroupRemoved, group, moment).await
}
