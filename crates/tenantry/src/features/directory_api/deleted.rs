//! `/v1.0/directory/deletedItems`: what was deleted, listed, restored, removed for good.

use axum::Json;
use axum::Router;
use axum::extract::{Path, State};
use axum::response::Response;
use axum::routing::{get, post};
use http::StatusCode;
use model::ids::UserId;
use serde_json::Value;

use crate::access::Actor;
use crate::app::App;
use crate::db::TenantScope;
use crate::error::Error;
use crate::features::directory::{self, DirectoryUser, SignInName, get_user};
use crate::graph::{Asked, Caller, Listing, entity, list};
use crate::transaction;

pub fn routes() -> Router<App> {
    Router::new()
        .route("/v1.0/directory/deletedItems/microsoft.graph.user", get(users))
        .route("/v1.0/directory/deletedItems/{id}", get(one).delete(remove))
        .route("/v1.0/directory/deletedItems/{id}/restore", post(restore))
}

async fn users(State(app): State<App>, Caller(actor): Caller, asked: Asked) -> Result<Json<Value>, Error> {
    let mut scope = app.db.read().await?;
    let mut tenant = scope.tenant(actor.grant()).await?;
    let listing = Listing { deleted: true, ..Listing::all("directory/deletedItems/microsoft.graph.user") };
    list::<DirectoryUser>(&app, &mut tenant, &actor, &asked, listing).await
}

async fn deleted(scope: &mut TenantScope<'_>, actor: &Actor, id: &str) -> Result<DirectoryUser, Error> {
    let id: UserId = id.parse().map_err(|_| Error::not_found())?;
    let found = get_user(scope, actor, id).await?;
    if found.person.deleted_at.is_some() { Ok(found) } else { Err(Error::not_found()) }
}

async fn one(
    State(app): State<App>,
    Caller(actor): Caller,
    Path(id): Path<String>,
    asked: Asked,
) -> Result<Response, Error> {
    let mut scope = app.db.read().await?;
    let mut tenant = scope.tenant(actor.grant()).await?;
    let found = deleted(&mut tenant, &actor, &id).await?;
    entity(&app, &mut tenant, &actor, &found, &asked, "directoryObjects/$entity").await
}

async fn restore(
    State(app): State<App>,
    Caller(actor): Caller,
    Path(id): Path<String>,
    asked: Asked,
) -> Result<Response, Error> {
    let moment = app.moment();
    transaction!(app.db, |scope| {
        let mut tenant = scope.tenant(actor.grant()).await?;
        let found = deleted(&mut tenant, &actor, &id).await?;
        let name = SignInName::new(&found.person.user_name, &found.person.domain_name);
        directory::restore(&mut tenant, &actor, found.person.id, &name, &moment).await?;
        let found = get_user(&mut tenant, &actor, found.person.id).await?;
        entity(&app, &mut tenant, &actor, &found, &asked, "directoryObjects/$entity").await
    })
}

async fn remove(
    State(app): State<App>,
    Caller(actor): Caller,
    Path(id): Path<String>,
) -> Result<StatusCode, Error> {
    let moment = app.moment();
    transaction!(app.db, |scope| {
        let mut tenant = scope.tenant(actor.grant()).await?;
        let found = deleted(&mut tenant, &actor, &id).await?;
        directory::remove_now(&mut tenant, &actor, found.person.id, &moment).await
    })?;
    Ok(StatusCode::NO_CONTENT)
}
