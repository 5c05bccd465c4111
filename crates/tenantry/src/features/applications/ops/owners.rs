//! Owners of applications and service principals: people and service principals, at most 100.

use model::applications::OWNERS;
use model::audit::{Activity, Change};
use model::ids::ObjectId;
use model::objects::{ObjectKind, Relation};
use model::refusal::{Code, Refusal};
use uuid::Uuid;

use super::guard;
use crate::access::Actor;
use crate::db::{Position, Slice, TenantScope};
use crate::error::Error;
use crate::features::applications::resource::Credentialed;
use crate::features::applications::store;
use crate::features::audit::{self, Event};
use crate::features::objects::{self, Linked, Object};
use crate::moment::Moment;

/// One page of owners.
///
/// # Errors
/// Not allowed, or not there.
pub async fn owners<P: Credentialed>(
    scope: &mut TenantScope<'_>,
    actor: &Actor,
    id: ObjectId,
    from: Option<&Position>,
    limit: usize,
) -> Result<Slice<Linked>, Error> {
    guard::may_read(scope, actor, id).await?;
    objects::get::<P>(scope, id).await?;
    objects::linked(scope, id, Relation::Owner, from, limit).await
}

/// How many owners there are.
///
/// # Errors
/// Not allowed, or not there.
pub async fn owner_count<P: Credentialed>(
    scope: &mut TenantScope<'_>,
    actor: &Actor,
    id: ObjectId,
) -> Result<i64, Error> {
    guard::may_read(scope, actor, id).await?;
    objects::get::<P>(scope, id).await?;
    objects::count_linked(scope, id, Relation::Owner, None).await
}

/// Adds an owner.
///
/// # Errors
/// Not allowed, not there, an owner already, a hundred of them, or nothing that can own.
pub async fn add_owner<P: Credentialed>(
    scope: &mut TenantScope<'_>,
    actor: &Actor,
    id: ObjectId,
    owner: Uuid,
    moment: &Moment,
) -> Result<(), Error> {
    guard::may_change(scope, actor, id).await?;
    let found: Object<P> = objects::get(scope, id).await?;
    let (kind, name) = store::assignments::principal(scope, owner).await?.ok_or_else(Error::not_found)?;
    if !matches!(kind, ObjectKind::User | ObjectKind::ServicePrincipal) {
        return Err(Refusal::new(Code::OwnerUnsuitable).on("owners").into());
    }
    if objects::count_linked(scope, id, Relation::Owner, None).await? >= OWNERS {
        return Err(Refusal::new(Code::OwnersTooMany).on("owners").with("max", OWNERS.to_string()).into());
    }
    if !objects::link(scope, (P::KIND, id), Relation::Owner, Linked { id: owner, kind }, moment).await? {
        return Err(Refusal::new(Code::ReferenceExists).on("owners").into());
    }
    let event = Event::new(Activity::ApplicationOwnerAdded, P::TARGET, id, &found.display_name)
        .and(kind, owner, &name)
        .changes([Change::set("owner", name), Change::set("ownerId", owner.to_string())]);
    audit::record(scope, actor, event, moment).await
}

/// Removes an owner.
///
/// # Errors
/// Not allowed, not there, or no owner.
pub async fn remove_owner<P: Credentialed>(
    scope: &mut TenantScope<'_>,
    actor: &Actor,
    id: ObjectId,
    owner: Uuid,
    moment: &Moment,
) -> Result<(), Error> {
    guard::may_change(scope, actor, id).await?;
    let found: Object<P> = objects::get(scope, id).await?;
    let name = store::assignments::principal(scope, owner).await?;
    let kind = name.as_ref().map_or(ObjectKind::User, |(kind, _)| *kind);
    if !objects::unlink(scope, (P::KIND, id), Relation::Owner, Linked { id: owner, kind }, moment).await? {
        return Err(Error::not_found());
    }
    let name = name.map_or_else(|| owner.to_string(), |(_, name)| name);
    let event = Event::new(Activity::ApplicationOwnerRemoved, P::TARGET, id, &found.display_name)
        .and(kind, owner, &name)
        .changes([Change { property: "owner".into(), old: Some(name), new: None }]);
    audit::record(scope, actor, event, moment).await
}
