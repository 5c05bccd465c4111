//! Owners of applications and service principals by reference. Their lists are those of [`related`].

use axum::extract::{Path, State};
use axum::routing::get;
use axum::{Json, Router};
use http::StatusCode;
use model::applications::{Application, ServicePrincipal};
use model::ids::ObjectId;
use model::objects::ObjectKind;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::access::Actor;
use crate::app::App;
use crate::db::TenantScope;
use crate::error::Error;
use crate::features::applications::{Credentialed, add_owner, remove_owner};
use crate::features::directory_api::at::At;
use crate::features::directory_api::reference::{address, reference};
use crate::features::directory_api::related::{self, Related};
use crate::features::directory_api::{applications, service_principals};
use crate::graph::{Asked, Body, Caller, context};
use crate::openapi::Described;
use crate::transaction;

const OWNERS: Related = Related::Owners;

pub fn routes() -> Router<App> {
    Router::new()
        .route("/v1.0/applications/{id}/owners", related::list(OWNERS))
        .route("/v1.0/applications/{id}/owners/$count", related::count(OWNERS))
        .route("/v1.0/applications/{id}/owners/$ref", get(references).post(add::<Application>))
        .route("/v1.0/applications/{id}/owners/{other}", related::one_or_cast(OWNERS))
        .route("/v1.0/applications/{id}/owners/{other}/$count", related::count_cast(OWNERS))
        .route("/v1.0/applications/{id}/owners/{other}/$ref", get(one).delete(remove::<Application>))
        .route("/v1.0/servicePrincipals/{id}/owners", related::list(OWNERS))
        .route("/v1.0/servicePrincipals/{id}/owners/$count", related::count(OWNERS))
        .route("/v1.0/servicePrincipals/{id}/owners/$ref", get(references).post(add::<ServicePrincipal>))
        .route("/v1.0/servicePrincipals/{id}/owners/{other}", related::one_or_cast(OWNERS))
        .route("/v1.0/servicePrincipals/{id}/owners/{other}/$count", related::count_cast(OWNERS))
        .route(
            "/v1.0/servicePrincipals/{id}/owners/{other}/$ref",
            get(one).delete(remove::<ServicePrincipal>),
        )
}

async fn references(
    State(app): State<App>,
    Caller(actor): Caller,
    at: At,
    asked: Asked,
) -> Result<Json<Value>, Error> {
    let mut scope = app.db.read().await?;
    let mut tenant = scope.tenant(actor.grant()).await?;
    let (_, source) = at.find(&mut tenant, &actor).await?;
    let mut page = related::page(&app, &mut tenant, &actor, source, OWNERS, &asked).await?;
    page["@odata.context"] = context(&app, "Collection($ref)");
    let objects = page["value"].as_array_mut().into_iter().flatten();
    objects.for_each(|object| *object = json!({ "@odata.id": address(&app, object) }));
    Ok(Json(page))
}

async fn one(State(app): State<App>, Caller(actor): Caller, at: At) -> Result<Json<Value>, Error> {
    let mut scope = app.db.read().await?;
    let mut tenant = scope.tenant(actor.grant()).await?;
    let (_, source) = at.find(&mut tenant, &actor).await?;
    let found = Value::Object(related::one(&app, &mut tenant, &actor, source, OWNERS, &at.other).await?);
    Ok(Json(json!({
        "@odata.context": context(&app, "$ref"),
        "@odata.id": address(&app, &found),
        "@odata.type": found["@odata.type"],
        "id": found["id"],
    })))
}

async fn find<P: Credentialed>(
    scope: &mut TenantScope<'_>,
    actor: &Actor,
    id: &str,
) -> Result<ObjectId, Error> {
    match P::KIND {
        ObjectKind::Application => applications::find(scope, actor, id).await,
        _ => service_principals::find(scope, actor, id).await,
    }
}

async fn add<P: Credentialed>(
    State(app): State<App>,
    Caller(actor): Caller,
    Path(id): Path<String>,
    body: Body,
) -> Result<StatusCode, Error> {
    let (owner, moment) = (reference(body)?, app.moment());
    transaction!(app.db, |scope| {
        let mut tenant = scope.tenant(actor.grant()).await?;
        let id = find::<P>(&mut tenant, &actor, &id).await?;
        add_owner::<P>(&mut tenant, &actor, id, owner, &moment).await
    })?;
    Ok(StatusCode::NO_CONTENT)
}

async fn remove<P: Credentialed>(
    State(app): State<App>,
    Caller(actor): Caller,
    Path((id, other)): Path<(String, String)>,
) -> Result<StatusCode, Error> {
    let moment = app.moment();
    let owner: Uuid = other.parse().map_err(|_| Error::not_found())?;
    transaction!(app.db, |scope| {
        let mut tenant = scope.tenant(actor.grant()).await?;
        let id = find::<P>(&mut tenant, &actor, &id).await?;
        remove_owner::<P>(&mut tenant, &actor, id, owner, &moment).await
    })?;
    Ok(StatusCode::NO_CONTENT)
}

pub fn described() -> Described {
    let of = |path: &str| {
        let mut all = related::described_with_casts(path, "owners");
        all.extend(related::described_references(path, "owners"));
        all
    };
    Described::of(of("/v1.0/applications/{id}").into_iter().chain(of("/v1.0/servicePrincipals/{id}")))
}
