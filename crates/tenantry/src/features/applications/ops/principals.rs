//! Service principals: what the tenant knows of an application that it uses.

use model::applications::{
    Application, FromApplication, KeyCredential, OWN_API, PasswordCredential, ServicePrincipal,
    ServicePrincipalSettings,
};
use model::audit::{Activity, Change, TargetKind};
use model::ids::ObjectId;
use model::objects::{ObjectKind, Relation};
use model::refusal::{Code, Refusal};
use model::roles::Permission;
use uuid::Uuid;

use super::application::{differences, find_by_app_id, having};
use super::guard;
use crate::access::Actor;
use crate::access::grants::end_of_client;
use crate::db::{Slice, TenantScope};
use crate::error::Error;
use crate::features::applications::resource::SERVICE_PRINCIPALS;
use crate::features::audit::{self, Event};
use crate::features::objects::{self, Linked, Object};
use crate::graph::query::ObjectQuery;
use crate::moment::Moment;

/// What a service principal shall be; `None` stays.
#[derive(Clone, Debug, Default)]
pub struct ServicePrincipalUpdate {
    pub settings: Option<ServicePrincipalSettings>,
    pub keys: Option<Vec<KeyCredential>>,
    /// Secrets that stay; the others are removed.
    pub passwords: Option<Vec<PasswordCredential>>,
}

/// One page of service principals.
///
/// # Errors
/// Not allowed, or the engine fails.
pub async fn list_service_principals(
    scope: &mut TenantScope<'_>,
    actor: &Actor,
    query: &ObjectQuery,
) -> Result<Slice<Object<ServicePrincipal>>, Error> {
    actor.require(Permission::ReadDirectory)?;
    objects::list(scope, query).await
}

/// How many service principals a query finds.
///
/// # Errors
/// Not allowed, or the engine fails.
pub async fn count_service_principals(
    scope: &mut TenantScope<'_>,
    actor: &Actor,
    query: &ObjectQuery,
) -> Result<i64, Error> {
    actor.require(Permission::ReadDirectory)?;
    objects::count::<ServicePrincipal>(scope, query).await
}

/// A service principal, deleted or not.
///
/// # Errors
/// Not allowed, or not there.
pub async fn get_service_principal(
    scope: &mut TenantScope<'_>,
    actor: &Actor,
    id: ObjectId,
) -> Result<Object<ServicePrincipal>, Error> {
    guard::may_read(scope, actor, id).await?;
    objects::find(scope, id).await?.ok_or_else(Error::not_found)
}

/// The service principal of an application, which isn't deleted.
///
/// # Errors
/// When the engine fails.
pub async fn find_service_principal_of(
    scope: &mut TenantScope<'_>,
    app_id: Uuid,
) -> Result<Option<Object<ServicePrincipal>>, Error> {
    Ok(objects::list(scope, &of_application(app_id)?).await?.items.pop())
}

/// The service principal of an application, or else one of it that was deleted and could be restored.
///
/// # Errors
/// When the engine fails.
pub async fn find_last_service_principal_of(
    scope: &mut TenantScope<'_>,
    app_id: Uuid,
) -> Result<Option<Object<ServicePrincipal>>, Error> {
    if let Some(there) = find_service_principal_of(scope, app_id).await? {
        return Ok(Some(there));
    }
    let deleted = ObjectQuery { deleted: true, ..of_application(app_id)? };
    Ok(objects::list(scope, &deleted).await?.items.pop())
}

/// Its id and version alone.
///
/// # Errors
/// When the engine fails.
pub async fn service_principal_version_of(
    scope: &mut TenantScope<'_>,
    app_id: Uuid,
) -> Result<Option<(ObjectId, i64)>, Error> {
    objects::version_of::<ServicePrincipal>(scope, &of_application(app_id)?).await
}

fn of_application(app_id: Uuid) -> Result<ObjectQuery, Error> {
    Ok(ObjectQuery::of(having(&SERVICE_PRINCIPALS, "appId", false, &app_id.to_string())?, 1))
}

/// The application that a new service principal would stand for, and what that would show of it.
async fn backing(
    scope: &mut TenantScope<'_>,
    actor: &Actor,
    app_id: Uuid,
) -> Result<Object<Application>, Error> {
    let found = find_by_app_id(scope, app_id).await?;
    if app_id == OWN_API {
        actor.require(Permission::ManageApplications)?;
        return Err(Refusal::new(Code::ServicePrincipalExists).on("appId").into());
    }
    match &found {
        Some(application) => guard::may_change(scope, actor, application.id).await?,
        None => actor.require(Permission::ManageApplications)?,
    }
    found.ok_or_else(|| {
        Refusal::new(Code::ApplicationUnknown).on("appId").with("id", app_id.to_string()).into()
    })
}

/// Adds the service principal of an application. A person who does so owns it.
///
/// # Errors
/// Not allowed, no such application, or it has one already.
pub async fn create_service_principal(
    scope: &mut TenantScope<'_>,
    actor: &Actor,
    app_id: Uuid,
    settings: ServicePrincipalSettings,
    moment: &Moment,
) -> Result<Object<ServicePrincipal>, Error> {
    let application = backing(scope, actor, app_id).await?;
    if find_service_principal_of(scope, app_id).await?.is_some() {
        return Err(Refusal::new(Code::ServicePrincipalExists).on("appId").into());
    }
    settings.check().map_err(Error::Refused)?;
    let name = application.display_name.clone();
    let principal = ServicePrincipal {
        app_id,
        application: application.id.0,
        home_tenant: scope.tenant().0,
        settings,
        from_application: FromApplication::of(&name, &application.properties),
        password_credentials: Vec::new(),
        key_credentials: Vec::new(),
        mapped_claims: Vec::new(),
    };
    let made = objects::create(scope, &name, principal, moment).await?;
    if let Some(user) = actor.user_id() {
        let owner = Linked { id: user.0, kind: ObjectKind::User };
        objects::link(scope, (ObjectKind::ServicePrincipal, made.id), Relation::Owner, owner, moment).await?;
    }
    let event = Event::new(Activity::ServicePrincipalCreated, TargetKind::ServicePrincipal, made.id, &name)
        .changes([Change::set("appId", app_id.to_string())]);
    audit::record(scope, actor, event, moment).await?;
    Ok(made)
}

/// Changes a service principal.
///
/// # Errors
/// Not allowed, not there, or a property that breaks a rule.
pub async fn update_service_principal(
    scope: &mut TenantScope<'_>,
    actor: &Actor,
    id: ObjectId,
    change: ServicePrincipalUpdate,
    moment: &Moment,
) -> Result<(), Error> {
    guard::may_change(scope, actor, id).await?;
    let mut found: Object<ServicePrincipal> = objects::get(scope, id).await?;
    let mut changes = Vec::new();
    if let Some(settings) = change.settings {
        settings.check().map_err(Error::Refused)?;
        changes = differences(&found.properties.settings, &settings);
        if found.properties.settings.account_enabled && !settings.account_enabled {
            // Enabled again, it begins anew.
            end_of_client(scope, id.0, None, moment).await?;
        }
        found.properties.settings = settings;
    }
    let credentials =
        super::secrets::keep(scope, actor, &mut found, (change.passwords, change.keys), moment).await?;
    if changes.is_empty() && !credentials {
        return Ok(());
    }
    objects::save(scope, &mut found, moment).await?;
    if changes.is_empty() {
        return Ok(());
    }
    let kind = TargetKind::ServicePrincipal;
    let event = Event::new(Activity::ServicePrincipalUpdated, kind, id, &found.display_name);
    audit::record(scope, actor, event.changes(changes), moment).await
}
