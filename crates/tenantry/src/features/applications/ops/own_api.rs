//! What every tenant has without having registered it: the service principal of the directory API, whose permissions it grants
//! to applications, and those of programs whose client ids their makers chose.

use model::applications::{
    ApiPermission, FIRST_PARTY, FIRST_PARTY_CLIENTS, FirstParty, FromApplication, OWN_API, OWN_API_NAME,
    ServicePrincipal, ServicePrincipalSettings, SignInAudience, own_api,
};
use model::audit::{Activity, Change, TargetKind};
use model::ids::ObjectId;
use model::refusal::{Code, Refusal};
use model::roles::Permissions;
use uuid::Uuid;

use super::grants::Grant;
use super::principals::{find_service_principal_of, service_principal_version_of};
use crate::access::Actor;
use crate::db::TenantScope;
use crate::error::Error;
use crate::features::applications::store;
use crate::features::audit::{self, Event};
use crate::features::objects;
use crate::moment::Moment;

/// Adds what of it a tenant lacks.
///
/// # Errors
/// When the engine fails.
pub async fn add_own_api(scope: &mut TenantScope<'_>, actor: &Actor, moment: &Moment) -> Result<(), Error> {
    let api = match find_service_principal_of(scope, OWN_API).await? {
        Some(there) => there.id,
        None => add(scope, actor, (OWN_API, OWN_API_NAME, own_api()), moment).await?,
    };
    for program in FIRST_PARTY_CLIENTS {
        if find_service_principal_of(scope, program.app_id).await?.is_none() {
            add_program(scope, actor, (program, api), moment).await?;
        }
    }
    Ok(())
}

async fn add(
    scope: &mut TenantScope<'_>,
    actor: &Actor,
    (app_id, name, from_application): (Uuid, &str, FromApplication),
    moment: &Moment,
) -> Result<ObjectId, Error> {
    let principal = ServicePrincipal {
        app_id,
        application: app_id,
        home_tenant: FIRST_PARTY,
        settings: ServicePrincipalSettings::default(),
        from_application,
        password_credentials: Vec::new(),
        key_credentials: Vec::new(),
        mapped_claims: Vec::new(),
    };
    let made = objects::create(scope, name, principal, moment).await?;
    let event = Event::new(Activity::ServicePrincipalCreated, TargetKind::ServicePrincipal, made.id, name)
        .changes([Change::set("appId", app_id.to_string())]);
    audit::record(scope, actor, event, moment).await?;
    Ok(made.id)
}

/// A program comes with what it is granted for everybody, so that an administrator finds it there and can take it back.
async fn add_program(
    scope: &mut TenantScope<'_>,
    actor: &Actor,
    (program, api): (&FirstParty, ObjectId),
    moment: &Moment,
) -> Result<(), Error> {
    let from_application = FromApplication {
        display_name: program.name.into(),
        sign_in_audience: SignInAudience::AzureADMultipleOrgs,
        ..FromApplication::default()
    };
    let id = add(scope, actor, (program.app_id, program.name, from_application), moment).await?;
    let grant = Grant {
        id: moment.uuid(),
        client_id: id.0,
        resource_id: api.0,
        consent_type: "AllPrincipals".into(),
        principal_id: None,
        scope: program.granted.into(),
    };
    store::grants::insert(scope, &grant).await?;
    let event = Event::new(Activity::PermissionGranted, TargetKind::ServicePrincipal, id, program.name)
        .changes([
            Change::set("resource", OWN_API_NAME),
            Change::set("consentType", "AllPrincipals"),
            Change::set("scope", program.granted),
        ]);
    audit::record(scope, actor, event, moment).await
}

fn app_ids() -> impl Iterator<Item = Uuid> {
    [OWN_API].into_iter().chain(FIRST_PARTY_CLIENTS.iter().map(|program| program.app_id))
}

/// The ids of the applications that every tenant has.
pub(in crate::features::applications) fn everybodys() -> String {
    app_ids().map(|id| id.to_string()).collect::<Vec<_>>().join(" ")
}

/// # Errors
/// When the engine fails.
pub(in crate::features::applications) async fn has_own_api(
    scope: &mut TenantScope<'_>,
) -> Result<bool, Error> {
    for app_id in app_ids() {
        if service_principal_version_of(scope, app_id).await?.is_none() {
            return Ok(false);
        }
    }
    Ok(true)
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
    let mut rights = Permissions::default();
    let Some((own, _)) = service_principal_version_of(scope, OWN_API).await? else { return Ok(rights) };
    for granted in store::grants::scopes_at(scope, client.0, own.0).await? {
        let permissions = granted.split_whitespace().filter_map(ApiPermission::named);
        rights = permissions.fold(rights, |all, one| all.and(one.rights()));
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
