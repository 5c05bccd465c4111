//! What somebody may use: the list that they open applications from.

use model::applications::{OWN_API, ServicePrincipal};
use model::ids::{ObjectId, UserId};
use protocol::odata::Search;
use uuid::Uuid;

use crate::db::TenantScope;
use crate::error::Error;
use crate::features::applications::store::extensions::{self, Logo};
use crate::features::applications::{SERVICE_PRINCIPALS, store};
use crate::features::objects::{self, Object};
use crate::graph::filter::Condition;
use crate::graph::query::{ObjectQuery, Order};

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
