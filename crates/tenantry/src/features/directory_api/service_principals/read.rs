//! A service principal, read.

use axum::extract::{Path, State};
use axum::response::Response;

use super::find;
use crate::app::App;
use crate::error::Error;
use crate::features::applications::get_service_principal;
use crate::graph::{Asked, Caller, entity};

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
