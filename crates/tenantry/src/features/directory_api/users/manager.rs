//! Whom somebody reports to: `/v1.0/users/{id}/manager`, and its reference.

use axum::Json;
use axum::extract::State;
use axum::response::Response;
use http::StatusCode;
use model::ids::UserId;
use serde_json::{Value, json};

use crate::access::Actor;
use crate::app::App;
use crate::db::TenantScope;
use crate::error::Error;
use crate::features::directory::{self, get_user};
use crate::features::directory_api::at::At;
use crate::features::directory_api::reference::{address, reference};
use crate::graph::{Asked, Body, Caller, context, entity};
use crate::openapi::{Answer, Operation, reference as schema};
use crate::transaction;

async fn manager(scope: &mut TenantScope<'_>, actor: &Actor, at: &At) -> Result<UserId, Error> {
    let (_, user) = at.find(scope, actor).await?;
    directory::manager_of(scope, actor, UserId(user)).await?.ok_or_else(Error::not_found)
}

pub(super) async fn one(
    State(app): State<App>,
    Caller(actor): Caller,
    at: At,
    asked: Asked,
) -> Result<Response, Error> {
    let mut scope = app.db.read().await?;
    let mut tenant = scope.tenant(actor.grant()).await?;
    let id = manager(&mut tenant, &actor, &at).await?;
    let reader = Actor::system(actor.tenant());
    let found = get_user(&mut tenant, &reader, id).await?;
    entity(&app, &mut tenant, &reader, &found, &asked, "directoryObjects/$entity").await
}

pub(super) async fn reference_of(
    State(app): State<App>,
    Caller(actor): Caller,
    at: At,
) -> Result<Json<Value>, Error> {
    let mut scope = app.db.read().await?;
    let mut tenant = scope.tenant(actor.grant()).await?;
    let id = manager(&mut tenant, &actor, &at).await?;
    let address = address(&app, &json!({ "id": id }));
    Ok(Json(json!({ "@odata.context": context(&app, "$ref"), "@odata.id": address })))
}

pub(super) async fn assign(
    State(app): State<App>,
    Caller(actor): Caller,
    at: At,
    body: Body,
) -> Result<StatusCode, Error> {
    let (manager, moment) = (UserId(reference(body)?), app.moment());
    transaction!(app.db, |scope| {
        let mut tenant = scope.tenant(actor.grant()).await?;
        let (_, user) = at.find(&mut tenant, &actor).await?;
        directory::set_manager(&mut tenant, &actor, UserId(user), Some(manager), &moment).await
    })?;
    Ok(StatusCode::NO_CONTENT)
}

pub(super) async fn remove(
    State(app): State<App>,
    Caller(actor): Caller,
    at: At,
) -> Result<StatusCode, Error> {
    let moment = app.moment();
    transaction!(app.db, |scope| {
        let mut tenant = scope.tenant(actor.grant()).await?;
        manager(&mut tenant, &actor, &at).await?;
        let (_, user) = at.find(&mut tenant, &actor).await?;
        directory::set_manager(&mut tenant, &actor, UserId(user), None, &moment).await
    })?;
    Ok(StatusCode::NO_CONTENT)
}

pub(super) fn described(whose: &str) -> Vec<Operation> {
    let (manager, link) = (format!("{whose}/manager"), format!("{whose}/manager/$ref"));
    vec![
        Operation::get(manager, "Whom somebody reports to").shows("user"),
        Operation::get(&link, "A reference to the manager").answers(200, Answer::Json(schema("reference"))),
        Operation::put(&link, "Say whom somebody reports to").takes(schema("reference.new")),
        Operation::delete(&link, "Take the manager away"),
    ]
}
