//! Deleting a person, who can be restored for 30 days, and removing them for good after that.

use model::audit::{Activity, Change, TargetKind};
use model::directory::DAYS_KEPT;
use model::ids::UserId;
use model::objects::{ChangeKind, ObjectKind};
use model::roles::Permission;

use super::create::SignInName;
use super::directory_user::noted;
use super::guard::{not_self, target};
use super::lookup::Person;
use super::room::{free_room, take_room};
use super::update::may_rename;
use crate::access::{Actor, session};
use crate::app::App;
use crate::db::TenantScope;
use crate::error::Error;
use crate::features::audit::{self, Event};
use crate::features::credentials;
use crate::features::directory::jobs::PurgeUser;
use crate::features::directory::store;
use crate::features::{objects, roles};
use crate::graph::changes;
use crate::jobs;
use crate::moment::Moment;

const DAY: i64 = 86_400;

/// Deletes a person and ends all their sessions. Roles and names stay with them until they are removed for good.
///
/// # Errors
/// Not allowed, not there, the own account, or the last Global administrator.
pub async fn delete(
    scope: &mut TenantScope<'_>,
    actor: &Actor,
    user: UserId,
    moment: &Moment,
) -> Result<(), Error> {
    let found = target(scope, actor, Permission::ManageUsers, user, false).await?;
    not_self(actor, user)?;
    roles::keeps_global_administrator(scope, user).await?;
    store::set_deleted(scope, user, Some(moment.now)).await?;
    free_room(scope).await?;
    noted(scope, user, ChangeKind::Deleted, moment).await?;
    session::revoke_all(scope, user, None, moment).await?;
    let purge = PurgeUser { tenant: scope.tenant(), user };
    jobs::enqueue_at(scope.global(), &purge, moment.after_seconds(DAYS_KEPT * DAY), moment).await?;
    let event = Event::new(Activity::UserDeleted, TargetKind::User, user, found.sign_in_name());
    audit::record(scope, actor, event, moment).await
}

/// Restores a deleted person under their own name, or under another where that one is taken by now.
///
/// # Errors
/// Not allowed, not among the deleted, a name that is taken, more people than the tenant may have, or a domain name that
/// is the tenant's no more.
pub async fn restore(
    app: &App,
    scope: &mut TenantScope<'_>,
    actor: &Actor,
    user: UserId,
    name: &SignInName,
    moment: &Moment,
) -> Result<(), Error> {
    let found = target(scope, actor, Permission::ManageUsers, user, true).await?;
    name.free_for(scope, Some(user)).await?;
    let old = found.sign_in_name();
    if old != name.to_string() {
        may_rename(scope, actor, &found, name).await?;
    }
    store::rename(scope, user, name).await?;
    store::set_deleted(scope, user, None).await?;
    take_room(app, scope).await?;
    noted(scope, user, ChangeKind::Restored, moment).await?;
    let event = Event::new(Activity::UserRestored, TargetKind::User, user, name.to_string())
        .changes(Change::between("userPrincipalName", &old, &name.to_string()));
    audit::record(scope, actor, event, moment).await
}

/// Removes a person for good who was deleted 30 days ago or longer; leaves everybody else alone.
///
/// # Errors
/// When the engine fails.
pub async fn purge(
    scope: &mut TenantScope<'_>,
    actor: &Actor,
    user: UserId,
    moment: &Moment,
) -> Result<(), Error> {
    let Some(person) = store::person(scope, user).await? else { return Ok(()) };
    let due = moment.after_seconds(-DAYS_KEPT * DAY);
    if person.deleted_at.is_none_or(|deleted_at| deleted_at > due) {
        return Ok(());
    }
    credentials::forget_person(scope, user).await?;
    remove(scope, actor, &person, moment).await
}

/// Removes a deleted person for good before the thirty days are over.
///
/// # Errors
/// Not allowed, or not among the deleted.
pub async fn remove_now(
    scope: &mut TenantScope<'_>,
    actor: &Actor,
    user: UserId,
    moment: &Moment,
) -> Result<(), Error> {
    let found = target(scope, actor, Permission::ManageUsers, user, true).await?;
    remove(scope, actor, &found, moment).await
}

async fn remove(
    scope: &mut TenantScope<'_>,
    actor: &Actor,
    person: &Person,
    moment: &Moment,
) -> Result<(), Error> {
    objects::forget_links_of(scope, person.id.0, moment).await?;
    store::remove(scope, person.id).await?;
    changes::note(scope, (ObjectKind::User, person.id.0), ChangeKind::Removed, None, moment).await?;
    let event = Event::new(Activity::UserRemoved, TargetKind::User, person.id, person.sign_in_name());
    audit::record(scope, actor, event, moment).await
}
