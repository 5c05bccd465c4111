//! What every collection answers alike: its pages and how many it holds.

use axum::Json;
use axum::extract::State;
use axum::response::Response;
use serde_json::Value;

use crate::app::App;
use crate::error::Error;
use crate::graph::{Asked, Caller, Entity, Listing, count, list};

pub(super) async fn page<E: Entity>(
    State(app): State<App>,
    Caller(actor): Caller,
    asked: Asked,
) -> Result<Json<Value>, Error> {
    let mut scope = app.db.read().await?;
    let mut tenant = scope.tenant(actor.grant()).await?;
    let whole = Listing::all(E::RESOURCE.kind.collection());
    list::<E>(&app, &mut tenant, &actor, &asked, whole).await
}

pub(super) async fn number<E: Entity>(
    State(app): State<App>,
    Caller(actor): Caller,
    asked: Asked,
) -> Result<Response, Error> {
    let mut scope = app.db.read().await?;
    let mut tenant = scope.tenant(actor.grant()).await?;
    count::<E>(&mut tenant, &actor, &asked, Listing::default()).await
}
