//! `/v1.0/directory/deletedItems`: what was deleted, listed, restored, removed for good.

use axum::Json;
use axum::Router;
use axum::extract::{Path, State};
use axum::response::Response;
use axum::routing::{get, post};
use http::StatusCode;
use model::applications::{Application, ServicePrincipal};
use serde_json::Value;
use uuid::Uuid;

use super::any::{AnyObject, each};
use crate::access::Actor;
use crate::app::App;
use crate::db::TenantScope;
use crate::error::Error;
use crate::features::applications;
use crate::features::directory::{self, DirectoryUser, SignInName};
use crate::features::groups::{self, Group};
use crate::features::objects::Object;
use crate::graph::{Asked, Caller, Entity, Listing, entity, list};
use crate::moment::Moment;
use crate::openapi::{Answer, Described, ONE, Operation, reference};
use crate::transaction;

pub fn routes() -> Router<App> {
    Router::new()
        .route("/v1.0/directory/deletedItems/microsoft.graph.user", get(of_kind::<DirectoryUser>))
        .route("/v1.0/directory/deletedItems/microsoft.graph.group", get(of_kind::<Group>))
        .route(
            "/v1.0/directory/deletedItems/microsoft.graph.application",
            get(of_kind::<Object<Application>>),
        )
        .route(
            "/v1.0/directory/deletedItems/microsoft.graph.servicePrincipal",
            get(of_kind::<Object<ServicePrincipal>>),
        )
        .route("/v1.0/directory/deletedItems/{id}", get(one).delete(remove))
        .route("/v1.0/directory/deletedItems/{id}/restore", post(restore))
}

/// The deleted objects of one kind.
async fn of_kind<E: Entity>(
    State(app): State<App>,
    Caller(actor): Caller,
    asked: Asked,
) -> Result<Json<Value>, Error> {
    let mut scope = app.db.read().await?;
    let mut tenant = scope.tenant(actor.grant()).await?;
    let listing = Listing { deleted: true, ..Listing::all(E::RESOURCE.kind.collection()) };
    list::<E>(&app, &mut tenant, &actor, &asked, listing).await
}

async fn deleted(scope: &mut TenantScope<'_>, actor: &Actor, id: &str) -> Result<AnyObject, Error> {
    let id: Uuid = id.parse().map_err(|_| Error::not_found())?;
    let found = AnyObject::find(scope, actor, id).await?;
    if found.is_deleted() { Ok(found) } else { Err(Error::not_found()) }
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
    each!(&found, found => {
        entity(&app, &mut tenant, &actor, &**found, &asked, "directoryObjects/$entity").await
    })
}

async fn restore_one(
    app: &App,
    scope: &mut TenantScope<'_>,
    actor: &Actor,
    found: &AnyObject,
    moment: &Moment,
) -> Result<(), Error> {
    match found {
        AnyObject::User(found) => {
            let name = SignInName::new(&found.person.user_name, &found.person.domain_name);
            directory::restore(app, scope, actor, found.person.id, &name, moment).await
        }
        AnyObject::Group(found) => groups::restore(app, scope, actor, found.id, moment).await,
        AnyObject::Application(found) => applications::restore(scope, actor, found.id, moment).await,
        AnyObject::ServicePrincipal(found) => {
            applications::restore_service_principal(scope, actor, found.id, moment).await
        }
        // None is ever kept deleted.
        AnyObject::AdministrativeUnit(_) => Err(Error::not_found()),
    }
}

async fn remove_one(
    scope: &mut TenantScope<'_>,
    actor: &Actor,
    found: &AnyObject,
    moment: &Moment,
) -> Result<(), Error> {
    match found {
        AnyObject::User(found) => directory::remove_now(scope, actor, found.person.id, moment).await,
        AnyObject::Group(found) => groups::remove_now(scope, actor, found.id, moment).await,
        AnyObject::Application(found) => applications::remove_now(scope, actor, found.id, moment).await,
        AnyObject::ServicePrincipal(found) => {
            applications::remove_service_principal_now(scope, actor, found.id, moment).await
        }
        AnyObject::AdministrativeUnit(_) => Err(Error::not_found()),
    }
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
        restore_one(&app, &mut tenant, &actor, &found, &moment).await?;
        let found = AnyObject::find(&mut tenant, &actor, found.id()).await?;
        each!(&found, found => {
            entity(&app, &mut tenant, &actor, &**found, &asked, "directoryObjects/$entity").await
        })
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
        remove_one(&mut tenant, &actor, &found, &moment).await
    })?;
    Ok(StatusCode::NO_CONTENT)
}

pub fn described() -> Described {
    let base = "/v1.0/directory/deletedItems";
    let one = format!("{base}/{{id}}");
    let of = ["user", "group", "application", "servicePrincipal"];
    let lists = of.map(|kind| {
        Operation::get(format!("{base}/microsoft.graph.{kind}"), "List what was deleted").lists(kind)
    });
    let others = [
        Operation::get(&one, "A deleted object").shows("directoryObject"),
        Operation::delete(&one, "Remove it for good"),
        Operation::post(format!("{one}/restore"), "Restore it")
            .query(ONE)
            .answers(200, Answer::Json(reference("directoryObject"))),
    ];
    Described::of(lists.into_iter().chain(others))
}
