//! Who is in an administrative unit.

use model::administrative_units::takes;
use model::audit::{Activity, Change, TargetKind};
use model::ids::ObjectId;
use model::objects::{ObjectKind, Relation};
use model::refusal::{Code, Refusal};
use model::roles::Permission;
use uuid::Uuid;

use crate::access::Actor;
use crate::db::TenantScope;
use crate::error::Error;
use crate::features::administrative_units::Unit;
use crate::features::audit::{self, Event};
use crate::features::groups::{Referenced, referenced};
use crate::features::objects;
use crate::moment::Moment;

const UNIT: ObjectKind = ObjectKind::AdministrativeUnit;

async fn tell(
    scope: &mut TenantScope<'_>,
    actor: &Actor,
    (activity, unit, member): (Activity, &Unit, &Referenced),
    change: Change,
    moment: &Moment,
) -> Result<(), Error> {
    let event = Event::new(activity, TargetKind::AdministrativeUnit, unit.id, &unit.display_name)
        .and(member.linked.kind, member.linked.id, &member.name)
        .changes([change]);
    audit::record(scope, actor, event, moment).await
}

/// Puts somebody or a group into a unit.
///
/// # Errors
/// Not allowed, not there, there already, or of another kind.
pub async fn add(
    scope: &mut TenantScope<'_>,
    actor: &Actor,
    unit: ObjectId,
    member: Uuid,
    moment: &Moment,
) -> Result<(), Error> {
    actor.require(Permission::ManageRoles)?;
    let unit: Unit = objects::get(scope, unit).await?;
    let found = referenced(scope, member).await?.filter(|found| !found.is_deleted);
    let found = found.ok_or_else(Error::not_found)?;
    if !takes(found.linked.kind) {
        return Err(Refusal::new(Code::AdministrativeUnitMemberUnfit).with("name", &found.name).into());
    }
    if !objects::link(scope, (UNIT, unit.id), Relation::UnitMember, found.linked, moment).await? {
        return Err(Refusal::new(Code::GroupMemberThere).with("name", &found.name).into());
    }
    let change = Change::set("member", &found.name);
    tell(scope, actor, (Activity::AdministrativeUnitMemberAdded, &unit, &found), change, moment).await
}

/// Takes somebody or a group out of a unit.
///
/// # Errors
/// Not allowed, or not there.
pub async fn remove(
    scope: &mut TenantScope<'_>,
    actor: &Actor,
    unit: ObjectId,
    member: Uuid,
    moment: &Moment,
) -> Result<(), Error> {
    actor.require(Permission::ManageRoles)?;
    let unit: Unit = objects::get(scope, unit).await?;
    let missing = || Error::from(Code::GroupMemberMissing);
    let found = referenced(scope, member).await?.ok_or_else(missing)?;
    if !objects::unlink(scope, (UNIT, unit.id), Relation::UnitMember, found.linked, moment).await? {
        return Err(missing());
    }
    let change = Change { property: "member".to_owned(), old: Some(found.name.clone()), new: None };
    tell(scope, actor, (Activity::AdministrativeUnitMemberRemoved, &unit, &found), change, moment).await
}
