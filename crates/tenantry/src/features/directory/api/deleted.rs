//! Deleted people: listed, restored, removed for good.

use axum::Json;
use axum::extract::{Path, State};
use axum::response::Response;
use http::StatusCode;
use model::ids::UserId;
use serde_json::Value;

use super::read::{entity, listed};
use crate::access::Actor;
use crate::app::App;
use crate::db::TenantScope;
use crate::error::Error;
use crate::features::directory::ops::create::SignInName;
use crate::features::directory::ops::delete;
use crate::features::directory::ops::directory_user::{DirectoryUser, get_user};
use crate::graph::{Asked, Caller};
use crate::transaction;

pub(super) async fn list(
    State(app): State<App>,
    Caller(actor): Caller,
    asked: Asked,
) -> Result<Json<Value>, Error> {
    listed(&app, &actor, &asked, true, "directory/deletedItems/microsoft.graph.user").await
}

async fn deleted(scope: &mut TenantScope<'_>, actor: &Actor, id: &str) -> Result<DirectoryUser, Error> {
    let id: UserId = id.parse().map_err(|_| Error::not_found())?;
    let found = get_user(scope, actor, id).await?;
    if found.person.deleted_at.is_some() { Ok(found) } else { Err(Error::not_found()) }
}

pub(super) async fn one(
    State(app): State<App>,
    Caller(actor): Caller,
    Path(id): Path<String>,
    asked: Asked,
) -> Result<Response, Error> {
    let mut scope = app.db.read().await?;
    let mut tenant = scope.tenant(actor.grant()).await?;
    let found = deleted(&mut tenant, &actor, &id).await?;
    entity(&app, &found, &asked, "directoryObjects/$entity")
}

pub(super) async fn restore(
    State(app): State<App>,
    Caller(actor): Caller,
    Path(id): Path<String>,
    asked: Asked,
) -> Result<Response, Error> {
    let moment = app.moment();
    let found = transaction!(app.db, |scope| {
        let mut tenant = scope.tenant(actor.grant()).await?;
        let found = deleted(&mut tenant, &actor, &id).await?;
        let name = SignInName::new(&found.person.user_name, &found.person.domain_name);
        delete::restore(&mut tenant, &actor, found.person.id, &name, &moment).await?;
        get_user(&mut tenant, &actor, found.person.id).await
    })?;
    entity(&app, &found, &asked, "directoryObjects/$entity")
}

pub(super) async fn remove(
    State(app): State<App>,
    Caller(actor): Caller,
    Path(id): Path<String>,
) -> Result<StatusCode, Error> {
    let moment = app.moment();
    transaction!(app.db, |scope| {
        let mut tenant = scope.tenant(actor.grant()).await?;
        let found = deleted(&mut tenant, &actor, &id).await?;
        delete::remove_now(&mut tenant, &actor, found.person.id, &moment).await
    })?;
    Ok(StatusCode::NO_CONTENT)
}
