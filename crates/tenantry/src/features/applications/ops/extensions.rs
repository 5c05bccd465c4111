//! Properties that an application adds to people and groups.

use model::applications::{
    DataType, ExtensionProperty, OF_ONE_APPLICATION, check_targets, is_extension, whole_name,
};
use model::audit::{Activity, Change, TargetKind};
use model::ids::ObjectId;
use model::refusal::{Code, Refusal};
use serde_json::Value;
use uuid::Uuid;

use super::guard;
use crate::access::Actor;
use crate::db::TenantScope;
use crate::error::Error;
use crate::features::applications::ForgetExtension;
use crate::features::applications::store::extensions as store;
use crate::features::audit::{self, Event};
use crate::jobs;
use crate::moment::Moment;

/// A property to add.
#[derive(Clone, Debug)]
pub struct NewExtension {
    /// Without the client id, which is put before it.
    pub name: String,
    pub data_type: DataType,
    pub target_objects: Vec<String>,
    pub is_multi_valued: bool,
}

/// The properties that an application adds.
///
/// # Errors
/// Not allowed, or not there.
pub async fn extensions(
    scope: &mut TenantScope<'_>,
    actor: &Actor,
    application: ObjectId,
) -> Result<Vec<ExtensionProperty>, Error> {
    guard::may_read(scope, actor, application).await?;
    store::of_application(scope, application).await
}

/// Adds one.
///
/// # Errors
/// Not allowed, not there, malformed, taken, or too many.
pub async fn add_extension(
    scope: &mut TenantScope<'_>,
    actor: &Actor,
    application: ObjectId,
    new: &NewExtension,
    moment: &Moment,
) -> Result<ExtensionProperty, Error> {
    let found = guard::application(scope, actor, application).await?;
    let name = whole_name(found.properties.app_id, &new.name)?;
    check_targets(&new.target_objects)?;
    if store::of_application(scope, application).await?.len() >= OF_ONE_APPLICATION {
        let refusal = Refusal::new(Code::PropertyTooMany).on("extensionProperties");
        return Err(refusal.with("max", OF_ONE_APPLICATION.to_string()).into());
    }
    let made = ExtensionProperty {
        id: moment.uuid(),
        application: application.0,
        name,
        data_type: new.data_type,
        target_objects: new.target_objects.clone(),
        is_multi_valued: new.is_multi_valued,
    };
    if !store::insert(scope, &made).await? {
        return Err(Refusal::new(Code::ExtensionNameTaken).on("name").into());
    }
    let event =
        Event::new(Activity::ApplicationUpdated, TargetKind::Application, found.id, &found.display_name)
            .changes([Change::set("extensionProperties", &made.name)]);
    audit::record(scope, actor, event, moment).await?;
    Ok(made)
}

/// Removes one; what objects have of it is forgotten by a job.
///
/// # Errors
/// Not allowed, or not there.
pub async fn remove_extension(
    scope: &mut TenantScope<'_>,
    actor: &Actor,
    application: ObjectId,
    id: Uuid,
    moment: &Moment,
) -> Result<(), Error> {
    let found = guard::application(scope, actor, application).await?;
    let all = store::of_application(scope, application).await?;
    let removed = all.into_iter().find(|own| own.id == id).ok_or_else(Error::not_found)?;
    store::delete(scope, id).await?;
    let job = ForgetExtension { tenant: scope.tenant(), name: removed.name.clone(), after: None };
    jobs::enqueue(scope.global(), &job, moment).await?;
    let change = Change { property: "extensionProperties".into(), old: Some(removed.name), new: None };
    let event =
        Event::new(Activity::ApplicationUpdated, TargetKind::Application, found.id, &found.display_name)
            .changes([change]);
    audit::record(scope, actor, event, moment).await
}

/// May an object of this kind (`User`, `Group`) have these values?
///
/// # Errors
/// A property that no application adds to such objects, or a value of another type.
pub async fn check_extensions(
    scope: &mut TenantScope<'_>,
    target: &str,
    values: &[(String, Value)],
) -> Result<(), Error> {
    for (name, value) in values {
        let unknown = || Refusal::new(Code::PropertyUnknown).with("property", name);
        let found = if is_extension(name) { store::named(scope, name).await? } else { None };
        let found = found.ok_or_else(unknown)?;
        if value.is_null() {
            continue;
        }
        found.check(target, value)?;
    }
    Ok(())
}
