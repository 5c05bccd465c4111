//! Administrative units, listed and one by one.

use axum::Json;
use axum::extract::{Path, State};
use axum::response::Response;
use serde_json::Value;

use super::id_of;
use crate::app::App;
use crate::error::Error;
use crate::features::administrative_units::{Unit, find_unit};
use crate::graph::{Asked, Caller, Listing, entity};

pub(super) async fn list(
    State(app): State<App>,
    Caller(actor): Caller,
    asked: Asked,
) -> Result<Json<Value>, Error> {
    let mut scope = app.db.read().await?;
    let mut tenant = scope.tenant(actor.grant()).await?;
    let listing = Listing::all("administrativeUnits");
    crate::graph::list::<Unit>(&app, &mut tenant, &actor, &asked, listing).await
}

pub(super) async fn count(
    State(app): State<App>,
    Caller(actor): Caller,
    asked: Asked,
) -> Result<Response, Error> {
    let mut scope = app.db.read().await?;
    let mut tenant = scope.tenant(actor.grant()).await?;
    crate::graph::count::<Unit>(&mut tenant, &actor, &asked, Listing::default()).await
}

pub(super) async fn one(
    State(app): State<App>,
    Caller(actor): Caller,
    Path(id): Path<String>,
    asked: Asked,
) -> Result<Response, Error> {
    let mut scope = app.db.read().await?;
    let mut tenant = scope.tenant(actor.grant()).await?;
    let found = find_unit(&mut tenant, &actor, id_of(&id)?).await?;
    entity(&app, &mut tenant, &actor, &found, &asked, "administrativeUnits/$entity").await
}
