//! Who has which role of an application: people, groups and service principals.

use jiff::Timestamp;
use model::applications::ServicePrincipal;
use model::audit::{Activity, Change, TargetKind};
use model::ids::ObjectId;
use model::objects::ObjectKind;
use model::refusal::{Code, Refusal};
use model::roles::Permission;
use uuid::Uuid;

use super::guard;
use crate::access::Actor;
use crate::db::{Position, Slice, TenantScope};
use crate::error::Error;
use crate::features::applications::store;
use crate::features::audit::{self, Event};
use crate::features::objects::{self, Object};
use crate::moment::Moment;

/// One assignment, with names to show.
#[derive(Clone, Debug)]
pub struct Assignment {
    pub id: Uuid,
    pub resource_id: Uuid,
    pub resource_name: String,
    pub principal_id: Uuid,
    pub principal_kind: ObjectKind,
    pub principal_name: String,
    /// All zeros: access without a role.
    pub app_role_id: Uuid,
    pub created_at: Timestamp,
}

/// Whose assignments.
#[derive(Clone, Copy, Debug)]
pub enum AssignmentSide {
    /// Of an application's roles, whoever has them.
    Resource(Uuid),
    /// Of one person, group or service principal.
    Principal(Uuid),
}

/// An assignment to make.
#[derive(Clone, Copy, Debug)]
pub struct NewAssignment {
    pub resource: ObjectId,
    pub principal: Uuid,
    pub app_role: Uuid,
}

/// One page of assignments, in the order of ids.
///
/// # Errors
/// Not allowed, or the engine fails.
pub async fn list_assignments(
    scope: &mut TenantScope<'_>,
    actor: &Actor,
    side: AssignmentSide,
    from: Option<&Position>,
    limit: usize,
) -> Result<Slice<Assignment>, Error> {
    match side {
        AssignmentSide::Principal(id) if actor.user_id().is_some_and(|own| own.0 == id) => {}
        AssignmentSide::Principal(id) | AssignmentSide::Resource(id) => {
            guard::may_read(scope, actor, ObjectId(id)).await?;
            if store::assignments::principal(scope, id).await?.is_none() {
                return Err(Error::not_found());
            }
        }
    }
    let after = from.map_or(Uuid::nil(), |from| from.id);
    let rows = store::assignments::list(scope, side, after, limit as i64 + 1).await?;
    Ok(Slice::new(rows, limit, from, |assignment| (String::new(), assignment.id)))
}

/// One assignment of a resource or a principal.
///
/// # Errors
/// Not allowed, or not there.
pub async fn assignment(
    scope: &mut TenantScope<'_>,
    actor: &Actor,
    side: AssignmentSide,
    id: Uuid,
) -> Result<Assignment, Error> {
    let found = store::assignments::get(scope, id).await?.filter(|found| match side {
        AssignmentSide::Resource(id) => found.resource_id == id,
        AssignmentSide::Principal(id) => found.principal_id == id,
    });
    if found.is_none() {
        actor.require(Permission::ReadDirectory)?;
    }
    let found = found.ok_or_else(Error::not_found)?;
    guard::may_read(scope, actor, ObjectId(found.resource_id)).await?;
    Ok(found)
}

/// Gives somebody a role of an application.
///
/// # Errors
/// Not allowed, not there, a role that isn't enabled or isn't meant for them, or assigned already.
pub async fn assign(
    scope: &mut TenantScope<'_>,
    actor: &Actor,
    new: NewAssignment,
    moment: &Moment,
) -> Result<Assignment, Error> {
    guard::may_assign(scope, actor, (new.resource, new.app_role), new.principal).await?;
    let resource: Object<ServicePrincipal> = objects::get(scope, new.resource).await?;
    let found = store::assignments::principal(scope, new.principal).await?;
    let (principal_kind, principal_name) = found.ok_or_else(Error::not_found)?;
    let role_name = suitable(&resource, new.app_role, principal_kind)?;
    if store::assignments::exists(scope, new.resource, new.principal, new.app_role).await? {
        return Err(Code::AlreadyAssigned.into());
    }
    let made = Assignment {
        id: moment.uuid(),
        resource_id: new.resource.0,
        resource_name: resource.display_name.clone(),
        principal_id: new.principal,
        principal_kind,
        principal_name,
        app_role_id: new.app_role,
        created_at: moment.now,
    };
    store::assignments::insert(scope, &made).await?;
    let kind = TargetKind::ServicePrincipal;
    let event = Event::new(Activity::AppRoleAssigned, kind, new.resource, &resource.display_name)
        .and(principal_kind, new.principal, &made.principal_name)
        .changes([
            Change::set("principal", &made.principal_name),
            Change::set("principalId", new.principal.to_string()),
            Change::set("appRole", role_name),
        ]);
    audit::record(scope, actor, event, moment).await?;
    Ok(made)
}

/// The name of the role, where principals of this kind may have it.
fn suitable(resource: &Object<ServicePrincipal>, role: Uuid, kind: ObjectKind) -> Result<String, Refusal> {
    let member = match kind {
        ObjectKind::User | ObjectKind::Group => "User",
        ObjectKind::ServicePrincipal => "Application",
        ObjectKind::Application | ObjectKind::AdministrativeUnit => return Err(refused(kind)),
    };
    if role.is_nil() {
        return Ok(String::new());
    }
    let roles = &resource.properties.from_application.app_roles;
    let found = roles.iter().find(|known| known.id == role && known.is_enabled);
    let found = found.ok_or(Refusal::new(Code::AppRoleUnknown).on("appRoleId"))?;
    if !found.allowed_member_types.iter().any(|allowed| allowed == member) {
        return Err(refused(kind));
    }
    Ok(found.value.clone().or_else(|| found.display_name.clone()).unwrap_or_default())
}

fn refused(kind: ObjectKind) -> Refusal {
    Refusal::new(Code::AppRoleNotForThem).on("principalId").with("kind", kind.collection())
}

/// Takes an assignment away.
///
/// # Errors
/// Not allowed, or not there.
pub async fn remove_assignment(
    scope: &mut TenantScope<'_>,
    actor: &Actor,
    side: AssignmentSide,
    id: Uuid,
    moment: &Moment,
) -> Result<(), Error> {
    let found = assignment(scope, actor, side, id).await?;
    let taken = (ObjectId(found.resource_id), found.app_role_id);
    guard::may_assign(scope, actor, taken, found.principal_id).await?;
    store::assignments::delete(scope, id).await?;
    let kind = TargetKind::ServicePrincipal;
    let event = Event::new(Activity::AppRoleAssignmentRemoved, kind, found.resource_id, &found.resource_name)
        .and(found.principal_kind, found.principal_id, &found.principal_name)
        .changes([Change { property: "principal".into(), old: Some(found.principal_name), new: None }]);
    audit::record(scope, actor, event, moment).await
}
