//! Service principals, listed and one by one.

use axum::Json;
use axum::extract::{Path, State};
use axum::response::Response;
use model::applications::ServicePrincipal;
use serde_json::Value;

use super::find;
use crate::app::App;
use crate::error::Error;
use crate::features::applications::get_service_principal;
use crate::features::objects::Object;
use crate::graph::{Asked, Caller, Listing, entity};

pub(super) async fn list(
    State(app): State<App>,
    Caller(actor): Caller,
    asked: Asked,
) -> Result<Json<Value>, Error> {
    let mut scope = app.db.read().await?;
    let mut tenant = scope.tenant(actor.grant()).await?;
    let listing = Listing::all("servicePrincipals");
    crate::graph::list::<Object<ServicePrincipal>>(&app, &mut tenant, &actor, &asked, listing).await
}

pub(super) async fn count(
    State(app): State<App>,
    Caller(actor): Caller,
    asked: Asked,
) -> Result<Response, Error> {
    let mut scope = app.db.read().await?;
    let mut tenant = scope.tenant(actor.grant()).await?;
    crate::graph::count::<Object<ServicePrincipal>>(&mut tenant, &actor, &asked, Listing::default()).await
}

pub(super) async fn one(
    State(app): State<App>,
    Caller(actor): Caller,
    Path(id): Path<String>,
    asked: Asked,
) -> Result<Response, Error> {
    let mut scope = app.db.read().await?;
    let mut tenant = scope.tenant(actor.grant()).await?;
    let id = find(&mut tenant, &actor, &id).await?;
    let found = get_service_principal(&mut tenant, &actor, id).await?;
    if found.deleted_at.is_some() {
        return Err(Error::not_found());
    }
    entity(&app, &mut tenant, &actor, &found, &asked, "servicePrincipals/$entity").await
}
