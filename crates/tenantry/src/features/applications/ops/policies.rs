//! Policies that say which claims an application's tokens carry, and which application each applies to.

use model::applications::{ClaimsMapping, ServicePrincipal};
use model::audit::{Activity, Change, TargetKind};
use model::ids::ObjectId;
use model::refusal::{Code, Refusal};
use model::roles::Permission;
use uuid::Uuid;

use super::guard;
use crate::access::Actor;
use crate::db::TenantScope;
use crate::error::Error;
use crate::features::applications::store::policies as store;
use crate::features::audit::{self, Event};
use crate::features::objects::{self, Object};
use crate::moment::Moment;

/// Policies of one tenant: a list of them is one page.
const MOST: i64 = 100;

/// A policy of the tenant.
#[derive(Clone, Debug)]
pub struct Policy {
    pub id: Uuid,
    pub mapping: ClaimsMapping,
}

/// All of them, in the order of their ids.
///
/// # Errors
/// Not allowed, or the engine fails.
pub async fn policies(scope: &mut TenantScope<'_>, actor: &Actor) -> Result<Vec<Policy>, Error> {
    actor.require(Permission::ReadDirectory)?;
    store::list(scope, MOST).await
}

/// One policy.
///
/// # Errors
/// Not allowed, or not there.
pub async fn policy(scope: &mut TenantScope<'_>, actor: &Actor, id: Uuid) -> Result<Policy, Error> {
    actor.require(Permission::ReadDirectory)?;
    store::find(scope, id).await?.ok_or_else(Error::not_found)
}

async fn tell(
    scope: &mut TenantScope<'_>,
    actor: &Actor,
    (activity, policy): (Activity, &Policy),
    changes: Vec<Change>,
    moment: &Moment,
) -> Result<(), Error> {
    let event = Event::new(activity, TargetKind::Policy, policy.id, &policy.mapping.display_name);
    audit::record(scope, actor, event.changes(changes), moment).await
}

/// Makes a policy.
///
/// # Errors
/// Not allowed, a definition that can't be used, or too many.
pub async fn create_policy(
    scope: &mut TenantScope<'_>,
    actor: &Actor,
    mapping: ClaimsMapping,
    moment: &Moment,
) -> Result<Policy, Error> {
    actor.require(Permission::ManageApplications)?;
    mapping.check().map_err(Error::Refused)?;
    if store::count(scope).await? >= MOST {
        let refusal = Refusal::new(Code::PropertyTooMany).on("claimsMappingPolicies");
        return Err(refusal.with("max", MOST.to_string()).into());
    }
    let policy = Policy { id: moment.uuid(), mapping };
    store::insert(scope, &policy).await?;
    let told = policy.mapping.definition.chars().take(500).collect::<String>();
    let changes = vec![Change::set("definition", told)];
    tell(scope, actor, (Activity::PolicyCreated, &policy), changes, moment).await?;
    Ok(policy)
}

/// Changes a policy.
///
/// # Errors
/// Not allowed, not there, or a definition that can't be used.
pub async fn update_policy(
    scope: &mut TenantScope<'_>,
    actor: &Actor,
    id: Uuid,
    mapping: ClaimsMapping,
    moment: &Moment,
) -> Result<(), Error> {
    actor.require(Permission::ManageApplications)?;
    mapping.check().map_err(Error::Refused)?;
    let old = store::find(scope, id).await?.ok_or_else(Error::not_found)?;
    for principal in store::principals_of(scope, id).await? {
        guard::require_to_give(scope, actor, principal).await?;
    }
    let policy = Policy { id, mapping };
    store::update(scope, &policy).await?;
    let short = |text: &str| text.chars().take(500).collect::<String>();
    let mut changes = Vec::new();
    changes.extend(Change::between("displayName", &old.mapping.display_name, &policy.mapping.display_name));
    changes.extend(Change::between(
        "definition",
        &short(&old.mapping.definition),
        &short(&policy.mapping.definition),
    ));
    tell(scope, actor, (Activity::PolicyUpdated, &policy), changes, moment).await
}

/// Deletes a policy that applies to nothing.
///
/// # Errors
/// Not allowed, not there, or in use.
pub async fn delete_policy(
    scope: &mut TenantScope<'_>,
    actor: &Actor,
    id: Uuid,
    moment: &Moment,
) -> Result<(), Error> {
    actor.require(Permission::ManageApplications)?;
    let policy = store::find(scope, id).await?.ok_or_else(Error::not_found)?;
    let used = store::count_assigned(scope, id).await?;
    if used > 0 {
        return Err(Refusal::new(Code::PolicyInUse).with("count", used.to_string()).into());
    }
    store::delete(scope, id).await?;
    tell(scope, actor, (Activity::PolicyDeleted, &policy), Vec::new(), moment).await
}

/// The policy that applies to a service principal: one at most.
///
/// # Errors
/// Not allowed, or not there.
pub async fn policy_of(
    scope: &mut TenantScope<'_>,
    actor: &Actor,
    principal: ObjectId,
) -> Result<Option<Policy>, Error> {
    guard::may_read(scope, actor, principal).await?;
    store::of_principal(scope, principal).await
}

/// Lets a policy apply to a service principal.
///
/// # Errors
/// Not allowed, not there, or another policy applies.
pub async fn assign_policy(
    scope: &mut TenantScope<'_>,
    actor: &Actor,
    principal: ObjectId,
    policy: Uuid,
    moment: &Moment,
) -> Result<(), Error> {
    actor.require(Permission::ManageApplications)?;
    guard::require_to_give(scope, actor, principal).await?;
    let found: Object<ServicePrincipal> = objects::get(scope, principal).await?;
    let policy = store::find(scope, policy).await?.ok_or_else(Error::not_found)?;
    if !store::assign(scope, principal, policy.id).await? {
        let own = store::of_principal(scope, principal).await?.is_some_and(|own| own.id == policy.id);
        return Err(if own { Code::ReferenceExists.into() } else { Code::PolicyAlready.into() });
    }
    let changes = vec![Change::set("servicePrincipal", &found.display_name)];
    tell(scope, actor, (Activity::PolicyAssigned, &policy), changes, moment).await
}

/// Ends that.
///
/// # Errors
/// Not allowed, or it doesn't apply.
pub async fn unassign_policy(
    scope: &mut TenantScope<'_>,
    actor: &Actor,
    principal: ObjectId,
    policy: Uuid,
    moment: &Moment,
) -> Result<(), Error> {
    actor.require(Permission::ManageApplications)?;
    guard::require_to_give(scope, actor, principal).await?;
    let found: Object<ServicePrincipal> = objects::get(scope, principal).await?;
    let policy = store::find(scope, policy).await?.ok_or_else(Error::not_found)?;
    if !store::unassign(scope, principal, policy.id).await? {
        return Err(Error::not_found());
    }
    let change = Change { property: "servicePrincipal".into(), old: Some(found.display_name), new: None };
    tell(scope, actor, (Activity::PolicyUnassigned, &policy), vec![change], moment).await
}
