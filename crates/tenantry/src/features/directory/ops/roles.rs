//! Granting and taking away roles.

use model::audit::{Activity, Change, TargetKind};
use model::directory::covers;
use model::ids::UserId;
use model::refusal::{Code, Refusal};
use model::roles::{Permission, Role};
use uuid::Uuid;

use super::guard::{keeps_global_administrator, target};
use crate::access::Actor;
use crate::db::TenantScope;
use crate::error::Error;
use crate::features::audit::{self, Event};
use crate::features::directory::store;
use crate::moment::Moment;

/// Grants a role. A role that is held already stays.
///
/// # Errors
/// Not allowed, not there, or [`Code::RoleBeyondOwn`].
pub async fn assign_role(
    scope: &mut TenantScope<'_>,
    actor: &Actor,
    user: UserId,
    role: Role,
    moment: &Moment,
) -> Result<(), Error> {
    let found = target(scope, actor, Permission::ManageRoles, user, false).await?;
    within_own(actor, role)?;
    if store::assign_role(scope, user, role, actor.name(), moment.now).await? {
        let event = Event::new(Activity::RoleAssigned, TargetKind::User, user, found.person.sign_in_name())
            .changes([Change::set("role", role.name())]);
        audit::record(scope, actor, event, moment).await?;
    }
    Ok(())
}

/// Takes a role away. It counts from the person's next request on.
///
/// # Errors
/// Not allowed, not there, beyond the actor's own rights, or the last Global administrator.
pub async fn remove_role(
    scope: &mut TenantScope<'_>,
    actor: &Actor,
    user: UserId,
    role: Role,
    moment: &Moment,
) -> Result<(), Error> {
    let found = target(scope, actor, Permission::ManageRoles, user, false).await?;
    within_own(actor, role)?;
    if role == Role::GlobalAdministrator {
        keeps_global_administrator(scope, &found).await?;
    }
    if store::remove_role(scope, user, role).await? {
        let change = Change { property: "role".to_owned(), old: Some(role.name().to_owned()), new: None };
        let event = Event::new(Activity::RoleRemoved, TargetKind::User, user, found.person.sign_in_name())
            .changes([change]);
        audit::record(scope, actor, event, moment).await?;
    }
    Ok(())
}

/// A role that somebody holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RoleAssignment {
    pub user: UserId,
    pub role: Role,
}

/// Who holds which role: of one person or all, by one role's template id or all; at most `limit`.
///
/// # Errors
/// Not allowed, or the engine fails.
pub async fn role_assignments(
    scope: &mut TenantScope<'_>,
    actor: &Actor,
    user: Option<UserId>,
    role: Option<Uuid>,
    limit: usize,
) -> Result<Vec<RoleAssignment>, Error> {
    if user.is_none() || user != actor.user_id() {
        actor.require(Permission::ReadDirectory)?;
    }
    let found = store::assignments(scope, user, role, limit).await?;
    Ok(found.into_iter().map(|(user, role)| RoleAssignment { user, role }).collect())
}

/// One assignment, where it is there.
///
/// # Errors
/// Not allowed, or the engine fails.
pub async fn role_assignment(
    scope: &mut TenantScope<'_>,
    actor: &Actor,
    user: UserId,
    role: Role,
) -> Result<Option<RoleAssignment>, Error> {
    let found = role_assignments(scope, actor, Some(user), Some(role.template_id()), 1).await?;
    Ok(found.first().copied())
}

fn within_own(actor: &Actor, role: Role) -> Result<(), Error> {
    if covers(actor.roles(), role) {
        return Ok(());
    }
    Err(Refusal::new(Code::RoleBeyondOwn).on("roles").with("role", role.name()).into())
}
