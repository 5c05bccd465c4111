//! What somebody may use: the list that they open applications from.

use std::collections::BTreeMap;

use model::applications::{OPENID_SCOPES, OWN_API, PermissionScope, ServicePrincipal};
use model::ids::{ObjectId, UserId};
use protocol::odata::Search;
use uuid::Uuid;

use super::consent::granted_by;
use super::grants::remove_grant;
use crate::access::Actor;
use crate::db::TenantScope;
use crate::error::Error;
use crate::features::applications::store::extensions::{self, Logo};
use crate::features::applications::{SERVICE_PRINCIPALS, store};
use crate::features::objects::{self, Object};
use crate::graph::filter::Condition;
use crate::graph::query::{ObjectQuery, Order};
use crate::moment::Moment;

/// Applications that one page shows.
const SHOWN: usize = 200;
/// The tag of applications that nobody opens from a list.
const HIDDEN: &str = "HideApp";

async fn used_by(
    scope: &mut TenantScope<'_>,
    user: UserId,
    mut condition: Condition,
) -> Result<Vec<Object<ServicePrincipal>>, Error> {
    store::mine::narrow_to_used_by(&mut condition, user.0);
    let query =
        ObjectQuery { order: Order::Text("lower(display_name)"), ..ObjectQuery::of(condition, SHOWN) };
    let found = objects::list::<ServicePrincipal>(scope, &query).await?.items;
    let opens = |found: &Object<ServicePrincipal>| {
        let settings = &found.properties.settings;
        settings.account_enabled
            && found.properties.app_id != OWN_API
            && !settings.tags.iter().any(|tag| tag == HIDDEN)
    };
    Ok(found.into_iter().filter(opens).collect())
}

/// The applications of a person, by name; all, or those with some words in it.
///
/// # Errors
/// When the engine fails.
pub async fn my_applications(
    scope: &mut TenantScope<'_>,
    user: UserId,
    search: &str,
) -> Result<Vec<Object<ServicePrincipal>>, Error> {
    let mut condition = Condition::default();
    if !search.is_empty() {
        let term = Search::Term { property: None, text: search.to_owned() };
        condition.of_search(&SERVICE_PRINCIPALS, &term)?;
    }
    used_by(scope, user, condition).await
}

/// A permission that somebody gave.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Given {
    pub name: String,
    /// What they were told; nothing for those of OpenID Connect, and for one that its resource has no more.
    pub words: Option<String>,
}

/// What somebody let applications do for them, by the application.
///
/// # Errors
/// When the engine fails.
pub async fn given_by(
    scope: &mut TenantScope<'_>,
    user: UserId,
) -> Result<BTreeMap<ObjectId, Vec<Given>>, Error> {
    let mut resources: BTreeMap<Uuid, Vec<PermissionScope>> = BTreeMap::new();
    let mut given: BTreeMap<ObjectId, Vec<Given>> = BTreeMap::new();
    for grant in granted_by(scope, user, None).await? {
        let of_resource = |name: &str| !OPENID_SCOPES.contains(&name);
        if grant.scope.split_whitespace().any(of_resource) && !resources.contains_key(&grant.resource_id) {
            resources.insert(grant.resource_id, permissions_of(scope, grant.resource_id).await?);
        }
        let known = resources.get(&grant.resource_id).map_or(&[][..], Vec::as_slice);
        let one = |name: &str| {
            let permission = known.iter().find(|known| known.value.as_deref() == Some(name));
            let words = permission.and_then(PermissionScope::words).map(str::to_owned);
            Given { name: name.to_owned(), words }
        };
        given.entry(ObjectId(grant.client_id)).or_default().extend(grant.scope.split_whitespace().map(one));
    }
    Ok(given)
}

async fn permissions_of(scope: &mut TenantScope<'_>, resource: Uuid) -> Result<Vec<PermissionScope>, Error> {
    let found = objects::find::<ServicePrincipal>(scope, ObjectId(resource)).await?;
    Ok(found.map(|found| found.properties.from_application.oauth2_permission_scopes).unwrap_or_default())
}

/// Takes back all that somebody let an application do for them. It is asked again when it next wants something.
///
/// # Errors
/// They gave it nothing, or the engine fails.
pub async fn take_back(
    scope: &mut TenantScope<'_>,
    actor: &Actor,
    application: ObjectId,
    moment: &Moment,
) -> Result<(), Error> {
    let user = actor.user_id().ok_or_else(Error::not_found)?;
    let given = granted_by(scope, user, Some(application)).await?;
    if given.is_empty() {
        return Err(Error::not_found());
    }
    for grant in given {
        remove_grant(scope, actor, grant.id, moment).await?;
    }
    Ok(())
}

/// The logo of one of them.
///
/// # Errors
/// None of theirs, or without a logo.
pub async fn my_logo(scope: &mut TenantScope<'_>, user: UserId, id: ObjectId) -> Result<Logo, Error> {
    let mut condition = Condition::default();
    let place = condition.bind(id.0);
    condition.and(&format!("id = {place}"));
    let found = used_by(scope, user, condition).await?.pop().ok_or_else(Error::not_found)?;
    let application = ObjectId(found.properties.application);
    extensions::logo(scope, application).await?.ok_or_else(Error::not_found)
}

/// Groups that are assigned to an application and that somebody is directly in, at most so many.
///
/// # Errors
/// When the engine fails.
pub async fn assigned_groups(
    scope: &mut TenantScope<'_>,
    principal: ObjectId,
    user: UserId,
    limit: usize,
) -> Result<Vec<Uuid>, Error> {
    store::mine::assigned_groups(scope, (principal.0, user.0), limit).await
}
