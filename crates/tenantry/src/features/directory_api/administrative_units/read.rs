//! An administrative unit, read.

use axum::extract::{Path, State};
use axum::response::Response;

use super::id_of;
use crate::app::App;
use crate::error::Error;
use crate::features::administrative_units::find_unit;
use crate::graph::{Asked, Caller, entity};

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
