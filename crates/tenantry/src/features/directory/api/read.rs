//! People, listed and one by one.

use axum::Json;
use axum::extract::{Path, State};
use axum::response::{IntoResponse as _, Response};
use http::header::{CONTENT_TYPE, ETAG};
use serde_json::{Map, Value};

use super::find;
use super::shape::{USERS, USUAL, user};
use crate::app::App;
use crate::error::Error;
use crate::features::directory::ops::directory_user::{
    DirectoryUser, Order, UserQuery, count_users, get_user, list_users,
};
use crate::graph::filter::Condition;
use crate::graph::{Asked, Caller, Collection, context, selected, unsupported};

/// What a list asks, as conditions.
pub(super) fn condition(asked: &Asked) -> Result<Condition, Error> {
    let mut condition = Condition::default();
    if let Some(filter) = &asked.query.filter {
        condition.of_filter(&USERS, filter)?;
    }
    if let Some(search) = &asked.query.search {
        condition.of_search(&USERS, search)?;
    }
    Ok(condition)
}

pub(super) fn order(asked: &Asked) -> Result<(Order, bool), Error> {
    let [order] = asked.query.order_by.as_slice() else {
        return match asked.query.order_by.len() {
            0 => Ok((Order::Id, false)),
            _ => Err(unsupported("$orderby", "more than one order isn't supported").into()),
        };
    };
    let by = match order.property.text().as_str() {
        "id" => Order::Id,
        "displayName" => Order::DisplayName,
        "userPrincipalName" => Order::UserPrincipalName,
        "createdDateTime" => Order::CreatedDateTime,
        other => return Err(unsupported("$orderby", format!("{other} has no order")).into()),
    };
    Ok((by, order.descending))
}

pub(super) async fn list(
    State(app): State<App>,
    Caller(actor): Caller,
    asked: Asked,
) -> Result<Json<Value>, Error> {
    listed(&app, &actor, &asked, false, "users").await
}

/// A page of people, deleted ones or the others.
pub(super) async fn listed(
    app: &App,
    actor: &crate::access::Actor,
    asked: &Asked,
    deleted: bool,
    context: &'static str,
) -> Result<Json<Value>, Error> {
    asked.refuse_skip()?;
    let (order, descending) = order(asked)?;
    let query = UserQuery {
        condition: condition(asked)?,
        deleted,
        order,
        descending,
        from: asked.start(app, actor.tenant())?,
        limit: asked.page_size()?,
    };
    let mut scope = app.db.read().await?;
    let mut tenant = scope.tenant(actor.grant()).await?;
    let counted = asked.query.count && query.from.is_none();
    let count = if counted { Some(count_users(&mut tenant, actor, &query).await?) } else { None };
    let page = list_users(&mut tenant, actor, &query).await?;
    let value = page.items.iter().map(|found| shown(found, asked).map(Value::Object));
    let value = value.collect::<Result<_, _>>()?;
    Ok(Json(Collection { context, count, value, next: page.next }.answer(app, actor.tenant(), asked)))
}

fn shown(found: &DirectoryUser, asked: &Asked) -> Result<Map<String, Value>, Error> {
    selected(user(found), &asked.query.select, USUAL)
}

pub(super) async fn count(
    State(app): State<App>,
    Caller(actor): Caller,
    asked: Asked,
) -> Result<Response, Error> {
    let query = UserQuery { condition: condition(&asked)?, ..UserQuery::default() };
    let mut scope = app.db.read().await?;
    let mut tenant = scope.tenant(actor.grant()).await?;
    let count = count_users(&mut tenant, &actor, &query).await?;
    Ok(([(CONTENT_TYPE, "text/plain")], count.to_string()).into_response())
}

pub(super) async fn me(
    State(app): State<App>,
    Caller(actor): Caller,
    asked: Asked,
) -> Result<Response, Error> {
    let id = actor.user_id().ok_or_else(Error::not_found)?;
    let mut scope = app.db.read().await?;
    let mut tenant = scope.tenant(actor.grant()).await?;
    let found = get_user(&mut tenant, &actor, id).await?;
    entity(&app, &found, &asked, "users/$entity")
}

pub(super) async fn one(
    State(app): State<App>,
    Caller(actor): Caller,
    Path(id): Path<String>,
    asked: Asked,
) -> Result<Response, Error> {
    let mut scope = app.db.read().await?;
    let mut tenant = scope.tenant(actor.grant()).await?;
    let id = find(&mut tenant, &id).await?;
    let found = get_user(&mut tenant, &actor, id).await?;
    if found.person.deleted_at.is_some() {
        return Err(Error::not_found());
    }
    entity(&app, &found, &asked, "users/$entity")
}

/// One person with their ETag.
pub(super) fn entity(app: &App, found: &DirectoryUser, asked: &Asked, of: &str) -> Result<Response, Error> {
    let mut answer = Map::new();
    answer.insert("@odata.context".into(), context(app, of));
    answer.extend(shown(found, asked)?);
    Ok(([(ETAG, etag(found))], Json(Value::Object(answer))).into_response())
}

pub(super) fn etag(found: &DirectoryUser) -> String {
    format!("W/\"{}\"", found.version)
}
