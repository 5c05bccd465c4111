//! Policies of every kind, and which application each applies to.

use model::applications::{PolicyKind, PolicyProperties, ServicePrincipal, mapped_claims};
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

/// Policies of one kind in one tenant: a list of them is one page.
const MOST: i64 = 100;

/// A policy of the tenant.
#[derive(Clone, Debug)]
pub struct Policy {
    pub id: Uuid,
    pub properties: PolicyProperties,
}

/// All of them, in the order of their ids.
///
/// # Errors
/// Not allowed, or the engine fails.
pub async fn policies(
    scope: &mut TenantScope<'_>,
    actor: &Actor,
    kind: PolicyKind,
) -> Result<Vec<Policy>, Error> {
    actor.require(Permission::ReadDirectory)?;
    store::list(scope, kind, MOST).await
}

/// One policy.
///
/// # Errors
/// Not allowed, or not there.
pub async fn policy(
    scope: &mut TenantScope<'_>,
    actor: &Actor,
    (kind, id): (PolicyKind, Uuid),
) -> Result<Policy, Error> {
    actor.require(Permission::ReadDirectory)?;
    store::find(scope, kind, id).await?.ok_or_else(Error::not_found)
}

async fn tell(
    scope: &mut TenantScope<'_>,
    actor: &Actor,
    (activity, policy): (Activity, &Policy),
    changes: Vec<Change>,
    moment: &Moment,
) -> Result<(), Error> {
    let event = Event::new(activity, TargetKind::Policy, policy.id, &policy.properties.display_name);
    audit::record(scope, actor, event.changes(changes), moment).await
}

/// Writes to a service principal what its policy adds to tokens: whoever makes them reads no policy, and sees by the version that
/// it was changed. No SAML token is made that a policy could rule.
async fn take_effect(
    scope: &mut TenantScope<'_>,
    kind: PolicyKind,
    principal: &mut Object<ServicePrincipal>,
    policy: Option<&Policy>,
    moment: &Moment,
) -> Result<(), Error> {
    if kind != PolicyKind::ClaimsMapping {
        return Ok(());
    }
    let claims = policy.map(|policy| mapped_claims(&policy.properties.definition)).unwrap_or_default();
    if principal.properties.mapped_claims == claims {
        return Ok(());
    }
    principal.properties.mapped_claims = claims;
    objects::save(scope, principal, moment).await
}

/// Makes a policy.
///
/// # Errors
/// Not allowed, a definition that can't be used, or too many.
pub async fn create_policy(
    scope: &mut TenantScope<'_>,
    actor: &Actor,
    (kind, properties): (PolicyKind, PolicyProperties),
    moment: &Moment,
) -> Result<Policy, Error> {
    actor.require(Permission::ManageApplications)?;
    properties.check(kind).map_err(Error::Refused)?;
    if store::count(scope, kind).await? >= MOST {
        let refusal = Refusal::new(Code::PropertyTooMany).on(kind.collection());
        return Err(refusal.with("max", MOST.to_string()).into());
    }
    let policy = Policy { id: moment.uuid(), properties };
    store::insert(scope, kind, &policy).await?;
    let told = policy.properties.definition.chars().take(500).collect::<String>();
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
    (kind, id): (PolicyKind, Uuid),
    properties: PolicyProperties,
    moment: &Moment,
) -> Result<(), Error> {
    actor.require(Permission::ManageApplications)?;
    properties.check(kind).map_err(Error::Refused)?;
    let old = store::find(scope, kind, id).await?.ok_or_else(Error::not_found)?;
    let principals = store::principals_of(scope, kind, id).await?;
    for principal in &principals {
        guard::require_to_give(scope, actor, *principal).await?;
    }
    let policy = Policy { id, properties };
    store::update(scope, kind, &policy).await?;
    for principal in principals {
        // One that is deleted comes back with the policy as it is by then.
        if let Some(mut found) = objects::find::<ServicePrincipal>(scope, principal).await? {
            take_effect(scope, kind, &mut found, Some(&policy), moment).await?;
        }
    }
    let short = |text: &str| text.chars().take(500).collect::<String>();
    let mut changes = Vec::new();
    changes.extend(Change::between(
        "displayName",
        &old.properties.display_name,
        &policy.properties.display_name,
    ));
    changes.extend(Change::between(
        "definition",
        &short(&old.properties.definition),
        &short(&policy.properties.definition),
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
    (kind, id): (PolicyKind, Uuid),
    moment: &Moment,
) -> Result<(), Error> {
    actor.require(Permission::ManageApplications)?;
    let policy = store::find(scope, kind, id).await?.ok_or_else(Error::not_found)?;
    let used = store::count_assigned(scope, kind, id).await?;
    if used > 0 {
        return Err(Refusal::new(Code::PolicyInUse).with("count", used.to_string()).into());
    }
    store::delete(scope, kind, id).await?;
    tell(scope, actor, (Activity::PolicyDeleted, &policy), Vec::new(), moment).await
}

/// The policy that applies to a service principal: one at most.
///
/// # Errors
/// Not allowed, or not there.
pub async fn policy_of(
    scope: &mut TenantScope<'_>,
    actor: &Actor,
    (kind, principal): (PolicyKind, ObjectId),
) -> Result<Option<Policy>, Error> {
    guard::may_read(scope, actor, principal).await?;
    store::of_principal(scope, kind, principal).await
}

/// Lets a policy apply to a service principal.
///
/// # Errors
/// Not allowed, not there, or another policy applies.
pub async fn assign_policy(
    scope: &mut TenantScope<'_>,
    actor: &Actor,
    principal: ObjectId,
    (kind, policy): (PolicyKind, Uuid),
    moment: &Moment,
) -> Result<(), Error> {
    actor.require(Permission::ManageApplications)?;
    guard::require_to_give(scope, actor, principal).await?;
    let mut found: Object<ServicePrincipal> = objects::get(scope, principal).await?;
    let policy = store::find(scope, kind, policy).await?.ok_or_else(Error::not_found)?;
    if !store::assign(scope, kind, principal, policy.id).await? {
        let own = store::of_principal(scope, kind, principal).await?.is_some_and(|own| own.id == policy.id);
        return Err(if own { Code::ReferenceExists.into() } else { Code::PolicyAlready.into() });
    }
    take_effect(scope, kind, &mut found, Some(&policy), moment).await?;
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
    (kind, policy): (PolicyKind, Uuid),
    moment: &Moment,
) -> Result<(), Error> {
    actor.require(Permission::ManageApplications)?;
    guard::require_to_give(scope, actor, principal).await?;
    let mut found: Object<ServicePrincipal> = objects::get(scope, principal).await?;
    let policy = store::find(scope, kind, policy).await?.ok_or_else(Error::not_found)?;
    if !store::unassign(scope, kind, principal, policy.id).await? {
        return Err(Error::not_found());
    }
    take_effect(scope, kind, &mut found, None, moment).await?;
    let change = Change { property: "servicePrincipal".into(), old: Some(found.display_name), new: None };
    tell(scope, actor, (Activity::PolicyUnassigned, &policy), vec![change], moment).await
}
