//! Granting roles and taking them away.

use model::audit::{Activity, Change, TargetKind};
use model::groups::GroupProperties;
use model::ids::{ObjectId, UserId};
use model::objects::ObjectKind;
use model::refusal::{Code, Refusal};
use model::roles::{Permission, Role};
use uuid::Uuid;

use super::guard::{keeps_global_administrator, require_to_manage};
use super::read::find_role;
use super::types::{Assignment, Holder, RoleDefinition};
use crate::access::{Actor, rights};
use crate::db::{Position, Slice, TenantScope};
use crate::error::Error;
use crate::features::audit::{self, Event};
use crate::features::objects;
use crate::features::roles::store::{self, Wanted};
use crate::moment::Moment;

/// Roles that one holder may have of their own (facts §5.3).
const MOST: usize = 150;

/// Who would hold the role, and the role, where the actor may grant it.
async fn both(
    scope: &mut TenantScope<'_>,
    actor: &Actor,
    holder: Uuid,
    role: Uuid,
) -> Result<(Holder, RoleDefinition), Error> {
    actor.require(Permission::ManageRoles)?;
    let holder = store::holder(scope, holder).await?.ok_or_else(Error::not_found)?;
    let role = find_role(scope, role).await?;
    if holder.kind == ObjectKind::User {
        let theirs = rights::possible_rights_of(scope, UserId(holder.id)).await?;
        require_to_manage(actor, theirs, &holder.name)?;
    }
    if !actor.rights().covers(role.permissions) {
        let refusal = Refusal::new(Code::RoleBeyondOwn).on("roles").with("role", role.name.plain());
        return Err(refusal.into());
    }
    Ok((holder, role))
}

async fn may_hold(scope: &mut TenantScope<'_>, holder: &Holder) -> Result<(), Error> {
    let fits = match holder.kind {
        ObjectKind::User | ObjectKind::ServicePrincipal => true,
        ObjectKind::Group => objects::find::<GroupProperties>(scope, ObjectId(holder.id))
            .await?
            .is_some_and(|group| group.properties.is_role_assignable()),
        ObjectKind::Application | ObjectKind::AdministrativeUnit => false,
    };
    if fits {
        return Ok(());
    }
    Err(Refusal::new(Code::RoleForWhom).on("principalId").with("name", &holder.name).into())
}

/// Grants a role; `false` where it is held already, and stays. It counts from the next request on.
///
/// # Errors
/// Not allowed, not there, [`Code::RoleBeyondOwn`], or somebody who can't hold roles.
pub async fn assign(
    scope: &mut TenantScope<'_>,
    actor: &Actor,
    holder: Uuid,
    role: Uuid,
    moment: &Moment,
) -> Result<bool, Error> {
    let (holder, role) = both(scope, actor, holder, role).await?;
    may_hold(scope, &holder).await?;
    let wanted = Wanted { holder: Some(holder.id), limit: MOST, ..Wanted::default() };
    let held = store::assignments(scope, &wanted).await?;
    if held.iter().any(|held| held.role == role.id) {
        return Ok(false);
    }
    if held.len() >= MOST {
        return Err(Refusal::new(Code::PropertyTooMany)
            .on("principalId")
            .with("max", MOST.to_string())
            .into());
    }
    store::assign(scope, &holder, role.id, actor.name(), moment.now).await?;
    let changes = [Change::set("role", role.name.plain())];
    audit::record(scope, actor, event(Activity::RoleAssigned, &holder).changes(changes), moment).await?;
    Ok(true)
}

/// Takes a role away; `false` where it wasn't held. It counts from the holder's next request on.
///
/// # Errors
/// Not allowed, not there, beyond the actor's own rights, or the last Global administrator.
pub async fn remove(
    scope: &mut TenantScope<'_>,
    actor: &Actor,
    holder: Uuid,
    role: Uuid,
    moment: &Moment,
) -> Result<bool, Error> {
    let (holder, role) = both(scope, actor, holder, role).await?;
    if role.id == Role::GlobalAdministrator.template_id() && holder.kind == ObjectKind::User {
        keeps_global_administrator(scope, UserId(holder.id)).await?;
    }
    let removed = store::remove(scope, &holder, role.id).await?;
    if removed {
        let change =
            Change { property: "role".to_owned(), old: Some(role.name.plain().to_owned()), new: None };
        audit::record(scope, actor, event(Activity::RoleRemoved, &holder).changes([change]), moment).await?;
    }
    Ok(removed)
}

fn event(activity: Activity, holder: &Holder) -> Event {
    let (kind, name) = match holder.kind {
        ObjectKind::User => (TargetKind::User, &holder.sign_in_name),
        other => (TargetKind::from(other), &holder.name),
    };
    Event::new(activity, kind, holder.id, name)
}

/// A page of who holds which role: of one holder or all, of one role or all, in the order of their ids.
///
/// # Errors
/// Not allowed, or the engine fails.
pub async fn assignments(
    scope: &mut TenantScope<'_>,
    actor: &Actor,
    (holder, role): (Option<Uuid>, Option<Uuid>),
    from: Option<Position>,
    limit: usize,
) -> Result<Slice<Assignment>, Error> {
    if holder.is_none() || holder != actor.user_id().map(|user| user.0) {
        actor.require(Permission::ReadDirectory)?;
    }
    let wanted = Wanted { holder, role, from, limit: limit + 1 };
    let rows = store::assignments(scope, &wanted).await?;
    let place = |found: &Assignment| (found.holder.id.to_string(), found.role);
    Ok(Slice::new(rows, limit, wanted.from.as_ref(), place))
}

/// One assignment, where it is there.
///
/// # Errors
/// Not allowed, or the engine fails.
pub async fn assignment(
    scope: &mut TenantScope<'_>,
    actor: &Actor,
    holder: Uuid,
    role: Uuid,
) -> Result<Option<Assignment>, Error> {
    Ok(assignments(scope, actor, (Some(holder), Some(role)), None, 1).await?.items.pop())
}
