//! Administrative units made, changed and removed.

use model::administrative_units::AdministrativeUnit;
use model::audit::{Activity, Change, TargetKind};
use model::groups::check_name;
use model::ids::ObjectId;
use model::roles::Permission;

use crate::access::Actor;
use crate::db::TenantScope;
use crate::error::Error;
use crate::features::administrative_units::Unit;
use crate::features::audit::{self, Event};
use crate::features::objects;
use crate::moment::Moment;

/// What a unit shall be. Texts were checked by `model::administrative_units`.
#[derive(Clone, Debug, Default)]
pub struct NewUnit {
    pub display_name: String,
    pub properties: AdministrativeUnit,
}

async fn tell(
    scope: &mut TenantScope<'_>,
    actor: &Actor,
    (activity, unit): (Activity, &Unit),
    changes: Vec<Change>,
    moment: &Moment,
) -> Result<(), Error> {
    let event = Event::new(activity, TargetKind::AdministrativeUnit, unit.id, &unit.display_name);
    audit::record(scope, actor, event.changes(changes), moment).await
}

fn changes(old: &NewUnit, new: &NewUnit) -> Vec<Change> {
    let text = |text: &Option<String>| text.clone().unwrap_or_default();
    let (was, is) = (&old.properties, &new.properties);
    let all = [
        Change::between("displayName", &old.display_name, &new.display_name),
        Change::between("description", &text(&was.description), &text(&is.description)),
        Change::between("visibility", &text(&was.visibility), &text(&is.visibility)),
    ];
    all.into_iter().flatten().collect()
}

/// Makes a unit.
///
/// # Errors
/// Not allowed, or a name that can't be.
pub async fn create(
    scope: &mut TenantScope<'_>,
    actor: &Actor,
    new: &NewUnit,
    moment: &Moment,
) -> Result<Unit, Error> {
    actor.require(Permission::ManageRoles)?;
    let name = check_name(&new.display_name)?;
    let made = objects::create(scope, &name, new.properties.clone(), moment).await?;
    tell(
        scope,
        actor,
        (Activity::AdministrativeUnitCreated, &made),
        changes(&NewUnit::default(), new),
        moment,
    )
    .await?;
    Ok(made)
}

/// Changes a unit; without a difference nothing is written.
///
/// # Errors
/// Not allowed, not there, or a name that can't be.
pub async fn update(
    scope: &mut TenantScope<'_>,
    actor: &Actor,
    unit: ObjectId,
    new: &NewUnit,
    moment: &Moment,
) -> Result<(), Error> {
    actor.require(Permission::ManageRoles)?;
    let mut found: Unit = objects::get(scope, unit).await?;
    let old = NewUnit { display_name: found.display_name.clone(), properties: found.properties.clone() };
    let new = NewUnit { display_name: check_name(&new.display_name)?, properties: new.properties.clone() };
    let changes = changes(&old, &new);
    if changes.is_empty() {
        return Ok(());
    }
    (found.display_name, found.properties) = (new.display_name, new.properties);
    objects::save(scope, &mut found, moment).await?;
    tell(scope, actor, (Activity::AdministrativeUnitUpdated, &found), changes, moment).await
}

/// Removes a unit for good; who was in it stays.
///
/// # Errors
/// Not allowed, or not there.
pub async fn delete(
    scope: &mut TenantScope<'_>,
    actor: &Actor,
    unit: ObjectId,
    moment: &Moment,
) -> Result<(), Error> {
    actor.require(Permission::ManageRoles)?;
    let found: Unit = objects::get(scope, unit).await?;
    objects::remove(scope, &found, moment).await?;
    tell(scope, actor, (Activity::AdministrativeUnitRemoved, &found), Vec::new(), moment).await
}
