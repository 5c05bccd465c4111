//! The service principal of the directory API: every tenant has it, and grants its permissions to applications.

use model::applications::{
    ApiPermission, FIRST_PARTY, OWN_API, OWN_API_NAME, ServicePrincipal, ServicePrincipalSettings, own_api,
};
use model::audit::{Activity, Change, TargetKind};
use model::ids::ObjectId;
use model::refusal::{Code, Refusal};
use model::roles::Permissions;
use uuid::Uuid;

use super::consent::granted_to;
use super::grants::GrantQuery;
use super::principals::find_service_principal_of;
use crate::access::Actor;
use crate::db::TenantScope;
use crate::error::Error;
use crate::features::applications::store;
use crate::features::audit::{self, Event};
use crate::features::objects;
use crate::moment::Moment;

/// Adds it to a tenant that lacks it.
///
/// # Errors
/// When the engine fails.
pub async fn add_own_api(scope: &mut TenantScope<'_>, actor: &Actor, moment: &Moment) -> Result<(), Error> {
    if has_own_api(scope).await? {
        return Ok(());
    }
    let principal = ServicePrincipal {
        app_id: OWN_API,
        application: OWN_API,
        home_tenant: FIRST_PARTY,
        settings: ServicePrincipalSettings::default(),
        from_application: own_api(),
        password_credentials: Vec::new(),
        key_credentials: Vec::new(),
    };
    let made = objects::create(scope, OWN_API_NAME, principal, moment).await?;
    let kind = TargetKind::ServicePrincipal;
    let event = Event::new(Activity::ServicePrincipalCreated, kind, made.id, OWN_API_NAME)
        .changes([Change::set("appId", OWN_API.to_string())]);
    audit::record(scope, actor, event, moment).await
}

/// # Errors
/// When the engine fails.
pub(in crate::features::applications) async fn has_own_api(
    scope: &mut TenantScope<'_>,
) -> Result<bool, Error> {
    Ok(find_service_principal_of(scope, OWN_API).await?.is_some())
}

/// Is this the service principal of the directory API?
pub(super) async fn is_own_api(scope: &mut TenantScope<'_>, id: ObjectId) -> Result<bool, Error> {
    let found = objects::find::<ServicePrincipal>(scope, id).await?;
    Ok(found.is_some_and(|found| found.properties.app_id == OWN_API))
}

/// What the permissions of the directory API allow that a service principal has.
pub(super) async fn rights_of(scope: &mut TenantScope<'_>, id: ObjectId) -> Result<Permissions, Error> {
    let mut rights = Permissions::default();
    for (resource, role) in store::assignments::roles_of(scope, id.0).await? {
        if let Some(permission) = ApiPermission::of_role(role)
            && is_own_api(scope, ObjectId(resource)).await?
        {
            rights = rights.and(permission.rights());
        }
    }
    Ok(rights)
}

/// What the permissions of the directory API allow that a client was granted for people who use it.
pub(super) async fn rights_for_people(
    scope: &mut TenantScope<'_>,
    client: ObjectId,
) -> Result<Permissions, Error> {
    let query = GrantQuery { client: Some(client.0), ..GrantQuery::default() };
    let mut rights = Permissions::default();
    for grant in granted_to(scope, &query).await? {
        if is_own_api(scope, ObjectId(grant.resource_id)).await? {
            let permissions = grant.scope.split_whitespace().filter_map(ApiPermission::named);
            rights = permissions.fold(rights, |all, one| all.and(one.rights()));
        }
    }
    Ok(rights)
}

/// # Errors
/// [`Code::RightsBeyondOwn`].
pub(super) fn require_to_give_role(actor: &Actor, role: Uuid) -> Result<(), Error> {
    match ApiPermission::of_role(role) {
        Some(permission) => actor.require_to_cover(permission.rights(), permission.value),
        None => Ok(()),
    }
}

/// Refuses scopes of the directory API that it doesn't have, and those that allow more than the actor may.
///
/// # Errors
/// [`Code::ScopeUnknown`], [`Code::RightsBeyondOwn`].
pub(super) async fn require_to_give_scopes(
    scope: &mut TenantScope<'_>,
    actor: &Actor,
    resource: ObjectId,
    scopes: &str,
) -> Result<(), Error> {
    if !is_own_api(scope, resource).await? {
        return Ok(());
    }
    for name in scopes.split_whitespace() {
        let unknown = || {
            let shown: String = name.chars().take(80).collect();
            Refusal::new(Code::ScopeUnknown).on("scope").with("scope", shown)
        };
        let permission = ApiPermission::named(name).ok_or_else(unknown)?;
        actor.require_to_cover(permission.rights(), permission.value)?;
    }
    Ok(())
}
