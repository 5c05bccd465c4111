//! Administrative units, listed and one by one.

use model::administrative_units::AdministrativeUnit;
use model::ids::ObjectId;
use model::objects::Relation;
use model::roles::Permission;

use crate::access::Actor;
use crate::db::{Slice, TenantScope};
use crate::error::Error;
use crate::features::administrative_units::Unit;
use crate::features::objects;
use crate::graph::query::ObjectQuery;

/// One page of units.
///
/// # Errors
/// Not allowed, or the engine fails.
pub async fn list_units(
    scope: &mut TenantScope<'_>,
    actor: &Actor,
    query: &ObjectQuery,
) -> Result<Slice<Unit>, Error> {
    actor.require(Permission::ReadDirectory)?;
    objects::list::<AdministrativeUnit>(scope, query).await
}

/// How many units a query finds.
///
/// # Errors
/// Not allowed, or the engine fails.
pub async fn count_units(
    scope: &mut TenantScope<'_>,
    actor: &Actor,
    query: &ObjectQuery,
) -> Result<i64, Error> {
    actor.require(Permission::ReadDirectory)?;
    objects::count::<AdministrativeUnit>(scope, query).await
}

/// A unit.
///
/// # Errors
/// Not allowed, or not there.
pub async fn find_unit(scope: &mut TenantScope<'_>, actor: &Actor, unit: ObjectId) -> Result<Unit, Error> {
    actor.require(Permission::ReadDirectory)?;
    objects::get(scope, unit).await
}

/// May the actor see who is in the unit? Some hide that from all but those who are, themselves or through nobody.
///
/// # Errors
/// When the engine fails.
pub async fn sees_members(scope: &mut TenantScope<'_>, actor: &Actor, unit: &Unit) -> Result<bool, Error> {
    if !unit.properties.hides_members() || actor.may(Permission::ManageRoles) {
        return Ok(true);
    }
    match actor.user_id() {
        Some(user) => objects::is_linked(scope, unit.id, Relation::UnitMember, user.0).await,
        None => Ok(false),
    }
}
