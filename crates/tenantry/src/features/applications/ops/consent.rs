//! What signing in to applications asks of them: who may use one, with which roles, and what was consented to.

use model::applications::{ApiPermission, ServicePrincipal};
use model::audit::{Activity, Change, TargetKind};
use model::ids::{ObjectId, UserId};
use model::roles::Permission;
use uuid::Uuid;

use super::application::having;
use super::grants::{Grant, GrantQuery, settled};
use super::guard;
use super::own_api::require_to_give_scopes;
use crate::access::Actor;
use crate::db::TenantScope;
use crate::error::Error;
use crate::features::applications::{SERVICE_PRINCIPALS, store};
use crate::features::audit::{self, Event};
use crate::features::objects::{self, Object};
use crate::graph::query::ObjectQuery;
use crate::moment::Moment;

/// Grants by one person that are looked through.
const GRANTS: i64 = 1000;

/// The service principal that goes by a name: its client id or one of its identifier URIs.
///
/// # Errors
/// When the engine fails.
pub async fn find_service_principal_named(
    scope: &mut TenantScope<'_>,
    name: &str,
) -> Result<Option<Object<ServicePrincipal>>, Error> {
    let found: Option<Object<ServicePrincipal>> = objects::list(scope, &named(name)?).await?.items.pop();
    Ok(found.filter(|principal| principal.properties.settings.account_enabled))
}

fn named(name: &str) -> Result<ObjectQuery, Error> {
    Ok(ObjectQuery::of(having(&SERVICE_PRINCIPALS, "servicePrincipalNames", true, name)?, 1))
}

/// What a client may do for a person, whoever asks: for the sign-in that goes by it.
///
/// # Errors
/// When the engine fails.
pub async fn granted_to(
    scope: &mut TenantScope<'_>,
    client: ObjectId,
    person: UserId,
) -> Result<Vec<Grant>, Error> {
    store::grants::for_person(scope, client.0, person.0).await
}

/// What a person gave themselves, to one client or to all.
///
/// # Errors
/// When the engine fails.
pub async fn granted_by(
    scope: &mut TenantScope<'_>,
    person: UserId,
    client: Option<ObjectId>,
) -> Result<Vec<Grant>, Error> {
    let client = client.map(|client| client.0);
    let query = GrantQuery { client, principal: Some(person.0), ..GrantQuery::default() };
    store::grants::list(scope, &query, Uuid::nil(), GRANTS).await
}

/// The roles that a person or a service principal has at a resource, by themselves or by a group that they are directly in. The role of all
/// zeros is access without one.
///
/// # Errors
/// When the engine fails.
pub async fn roles_at(
    scope: &mut TenantScope<'_>,
    resource: ObjectId,
    principal: Uuid,
) -> Result<Vec<Uuid>, Error> {
    store::assignments::roles_at(scope, resource, principal).await
}

/// Keeps that a person lets a client do something at a resource for them, or that an administrator does so for everybody.
/// What was granted before stays. A permission for administrators alone must have been refused to others before.
///
/// # Errors
/// For everybody: not allowed.
pub async fn consent(
    scope: &mut TenantScope<'_>,
    actor: &Actor,
    (client, resource): (&Object<ServicePrincipal>, Uuid),
    (names, person): (&[String], Option<UserId>),
    moment: &Moment,
) -> Result<(), Error> {
    if person.is_none() {
        actor.require(Permission::ManageApplications)?;
        guard::require_to_give(scope, actor, client.id).await?;
    }
    // Names of OpenID Connect allow nothing beyond the person themselves.
    let of_api = names.iter().filter(|name| ApiPermission::named(name).is_some()).cloned();
    let of_api = of_api.collect::<Vec<_>>().join(" ");
    require_to_give_scopes(scope, actor, ObjectId(resource), &of_api).await?;
    let kind = if person.is_some() { "Principal" } else { "AllPrincipals" };
    let query = GrantQuery {
        client: Some(client.id.0),
        resource: Some(resource),
        principal: person.map(|person| person.0),
        consent_type: Some(kind.to_owned()),
    };
    let before = store::grants::list(scope, &query, Uuid::nil(), 1).await?.pop();
    let joined = format!("{} {}", before.as_ref().map_or("", |before| &before.scope), names.join(" "));
    let scope_now = settled(&joined)?;
    let change = Change::between("scope", before.as_ref().map_or("", |before| &before.scope), &scope_now);
    let Some(change) = change else { return Ok(()) };
    let activity = match &before {
        Some(before) => {
            store::grants::update(scope, before.id, &scope_now).await?;
            Activity::PermissionGrantChanged
        }
        None => {
            let made = Grant {
                id: moment.uuid(),
                client_id: client.id.0,
                resource_id: resource,
                consent_type: kind.to_owned(),
                principal_id: person.map(|person| person.0),
                scope: scope_now,
            };
            store::grants::insert(scope, &made).await?;
            Activity::PermissionGranted
        }
    };
    let resource: Object<ServicePrincipal> = objects::get(scope, ObjectId(resource)).await?;
    let event = Event::new(activity, TargetKind::ServicePrincipal, client.id, &client.display_name)
        .changes([Change::set("resource", resource.display_name), Change::set("consentType", kind), change]);
    audit::record(scope, actor, event, moment).await
}
