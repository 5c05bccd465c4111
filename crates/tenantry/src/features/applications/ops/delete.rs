//! Applications and service principals deleted, restored within 30 days, and removed for good.

use model::applications::{Application, FIRST_PARTY, ServicePrincipal};
use model::audit::{Activity, TargetKind};
use model::directory::DAYS_KEPT;
use model::ids::ObjectId;
use model::objects::ObjectKind;
use model::refusal::Code;

use super::application::{having, identifiers_free};
use super::guard;
use super::principals::find_service_principal_of;
use crate::access::Actor;
use crate::db::TenantScope;
use crate::error::Error;
use crate::features::applications::jobs::PurgeApplications;
use crate::features::applications::resource::{Credentialed, SERVICE_PRINCIPALS};
use crate::features::applications::store;
use crate::features::audit::{self, Event};
use crate::features::objects::{self, Object};
use crate::graph::query::ObjectQuery;
use crate::jobs;
use crate::moment::Moment;

const DAY: i64 = 86_400;

async fn bury<P: Credentialed>(
    scope: &mut TenantScope<'_>,
    actor: &Actor,
    mut found: Object<P>,
    activity: Activity,
    moment: &Moment,
) -> Result<(), Error> {
    objects::delete(scope, &mut found, moment).await?;
    let purge = PurgeApplications { tenant: scope.tenant(), object: found.id };
    jobs::enqueue_at(scope.global(), &purge, moment.after_seconds(DAYS_KEPT * DAY), moment).await?;
    let event = Event::new(activity, P::TARGET, found.id, &found.display_name);
    audit::record(scope, actor, event, moment).await
}

/// Deletes an application and its service principal.
///
/// # Errors
/// Not allowed, or not there.
pub async fn delete(
    scope: &mut TenantScope<'_>,
    actor: &Actor,
    id: ObjectId,
    moment: &Moment,
) -> Result<(), Error> {
    let found = guard::application(scope, actor, id).await?;
    if let Some(principal) = find_service_principal_of(scope, found.properties.app_id).await? {
        bury(scope, actor, principal, Activity::ServicePrincipalDeleted, moment).await?;
    }
    bury(scope, actor, found, Activity::ApplicationDeleted, moment).await
}

/// Deletes a service principal alone.
///
/// # Errors
/// Not allowed, or not there.
pub async fn delete_service_principal(
    scope: &mut TenantScope<'_>,
    actor: &Actor,
    id: ObjectId,
    moment: &Moment,
) -> Result<(), Error> {
    guard::may_change(scope, actor, id).await?;
    let found: Object<ServicePrincipal> = objects::get(scope, id).await?;
    // It would come back; disabled it stays.
    if found.properties.home_tenant == FIRST_PARTY {
        return Err(Code::ServicePrincipalOfService.into());
    }
    bury(scope, actor, found, Activity::ServicePrincipalDeleted, moment).await
}

async fn deleted<P: Credentialed>(
    scope: &mut TenantScope<'_>,
    actor: &Actor,
    id: ObjectId,
) -> Result<Object<P>, Error> {
    guard::may_change(scope, actor, id).await?;
    let found: Option<Object<P>> = objects::find(scope, id).await?;
    found.filter(|object| object.deleted_at.is_some()).ok_or_else(Error::not_found)
}

/// Restores an application, and the service principal that went with it.
///
/// # Errors
/// Not allowed, not among the deleted, or an identifier that another application has by now.
pub async fn restore(
    scope: &mut TenantScope<'_>,
    actor: &Actor,
    id: ObjectId,
    moment: &Moment,
) -> Result<(), Error> {
    let mut found: Object<Application> = deleted(scope, actor, id).await?;
    identifiers_free(scope, Some(id), &found.properties.settings).await?;
    let deleted_at = found.deleted_at;
    objects::restore(scope, &mut found, moment).await?;
    let event = Event::new(Activity::ApplicationRestored, TargetKind::Application, id, &found.display_name);
    audit::record(scope, actor, event, moment).await?;
    let condition = having(&SERVICE_PRINCIPALS, "appId", false, &found.properties.app_id.to_string())?;
    let query = ObjectQuery { deleted: true, ..ObjectQuery::of(condition, 50) };
    let gone = objects::list::<ServicePrincipal>(scope, &query).await?.items;
    match gone.into_iter().find(|principal| principal.deleted_at == deleted_at) {
        Some(principal) => restore_service_principal(scope, actor, principal.id, moment).await,
        None => Ok(()),
    }
}

/// Restores a service principal.
///
/// # Errors
/// Not allowed, not among the deleted, or its application is deleted or has another one.
pub async fn restore_service_principal(
    scope: &mut TenantScope<'_>,
    actor: &Actor,
    id: ObjectId,
    moment: &Moment,
) -> Result<(), Error> {
    let mut found: Object<ServicePrincipal> = deleted(scope, actor, id).await?;
    if find_service_principal_of(scope, found.properties.app_id).await?.is_some() {
        return Err(Code::ServicePrincipalExists.into());
    }
    objects::get::<Application>(scope, ObjectId(found.properties.application)).await?;
    objects::restore(scope, &mut found, moment).await?;
    let kind = TargetKind::ServicePrincipal;
    let event = Event::new(Activity::ServicePrincipalRestored, kind, id, &found.display_name);
    audit::record(scope, actor, event, moment).await
}

async fn remove<P: Credentialed>(
    scope: &mut TenantScope<'_>,
    actor: &Actor,
    found: &Object<P>,
    activity: Activity,
    moment: &Moment,
) -> Result<(), Error> {
    store::assignments::forget_principal(scope, found.id.0).await?;
    store::grants::forget_principal(scope, found.id.0).await?;
    objects::remove(scope, found, moment).await?;
    let event = Event::new(activity, P::TARGET, found.id, &found.display_name);
    audit::record(scope, actor, event, moment).await
}

/// Service principals of a removed application, of any age, go with it.
async fn remove_principals(
    scope: &mut TenantScope<'_>,
    actor: &Actor,
    found: &Object<Application>,
    moment: &Moment,
) -> Result<(), Error> {
    let condition = having(&SERVICE_PRINCIPALS, "appId", false, &found.properties.app_id.to_string())?;
    let query = ObjectQuery { deleted: true, ..ObjectQuery::of(condition, 100) };
    for principal in objects::list::<ServicePrincipal>(scope, &query).await?.items {
        remove(scope, actor, &principal, Activity::ServicePrincipalRemoved, moment).await?;
    }
    Ok(())
}

/// Removes a deleted application for good.
///
/// # Errors
/// Not allowed, or not among the deleted.
pub async fn remove_now(
    scope: &mut TenantScope<'_>,
    actor: &Actor,
    id: ObjectId,
    moment: &Moment,
) -> Result<(), Error> {
    let found: Object<Application> = deleted(scope, actor, id).await?;
    remove_principals(scope, actor, &found, moment).await?;
    remove(scope, actor, &found, Activity::ApplicationRemoved, moment).await
}

/// Removes a deleted service principal for good.
///
/// # Errors
/// Not allowed, or not among the deleted.
pub async fn remove_service_principal_now(
    scope: &mut TenantScope<'_>,
    actor: &Actor,
    id: ObjectId,
    moment: &Moment,
) -> Result<(), Error> {
    let found: Object<ServicePrincipal> = deleted(scope, actor, id).await?;
    remove(scope, actor, &found, Activity::ServicePrincipalRemoved, moment).await
}

/// Removes what was deleted 30 days ago or longer; leaves everything else alone.
///
/// # Errors
/// When the engine fails.
pub async fn purge(
    scope: &mut TenantScope<'_>,
    actor: &Actor,
    id: ObjectId,
    moment: &Moment,
) -> Result<(), Error> {
    let due = moment.after_seconds(-DAYS_KEPT * DAY);
    match objects::kind_of(scope, id).await? {
        Some(ObjectKind::Application) => match objects::find::<Application>(scope, id).await? {
            Some(found) if found.deleted_at.is_some_and(|at| at <= due) => {
                remove_now(scope, actor, id, moment).await
            }
            _ => Ok(()),
        },
        Some(ObjectKind::ServicePrincipal) => match objects::find::<ServicePrincipal>(scope, id).await? {
            Some(found) if found.deleted_at.is_some_and(|at| at <= due) => {
                remove_service_principal_now(scope, actor, id, moment).await
            }
            _ => Ok(()),
        },
        _ => Ok(()),
    }
}
