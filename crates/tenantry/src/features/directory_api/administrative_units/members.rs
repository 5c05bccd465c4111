//! Who is in an administrative unit, by reference; groups that are created in one; and roles that aren't limited to one.

use axum::Json;
use axum::extract::{Path, State};
use axum::response::Response;
use http::StatusCode;
use model::refusal::{Code, Refusal};
use model::roles::Permission;
use serde_json::{Value, json};
use uuid::Uuid;

use super::id_of;
use crate::app::App;
use crate::error::Error;
use crate::features::administrative_units::{self as units, find_unit};
use crate::features::directory_api::groups;
use crate::features::directory_api::reference::{address, reference};
use crate::features::directory_api::related::{self, Related};
use crate::graph::{Asked, Body, Caller, context};
use crate::transaction;

const MEMBERS: Related = Related::UnitMembers;

pub(super) async fn references(
    State(app): State<App>,
    Caller(actor): Caller,
    Path(id): Path<String>,
    asked: Asked,
) -> Result<Json<Value>, Error> {
    let mut scope = app.db.read().await?;
    let mut tenant = scope.tenant(actor.grant()).await?;
    let source = find_unit(&mut tenant, &actor, id_of(&id)?).await?.id.0;
    let mut page = related::page(&app, &mut tenant, &actor, source, MEMBERS, &asked).await?;
    page["@odata.context"] = context(&app, "Collection($ref)");
    let objects = page["value"].as_array_mut().into_iter().flatten();
    objects.for_each(|object| *object = json!({ "@odata.id": address(&app, object) }));
    Ok(Json(page))
}

pub(super) async fn reference_to(
    State(app): State<App>,
    Caller(actor): Caller,
    Path((id, other)): Path<(String, String)>,
) -> Result<Json<Value>, Error> {
    let mut scope = app.db.read().await?;
    let mut tenant = scope.tenant(actor.grant()).await?;
    let source = find_unit(&mut tenant, &actor, id_of(&id)?).await?.id.0;
    let found = Value::Object(related::one(&app, &mut tenant, &actor, source, MEMBERS, &other).await?);
    Ok(Json(json!({ "@odata.context": context(&app, "$ref"), "@odata.id": address(&app, &found) })))
}

pub(super) async fn add(
    State(app): State<App>,
    Caller(actor): Caller,
    Path(id): Path<String>,
    body: Body,
) -> Result<StatusCode, Error> {
    let (id, moment, other) = (id_of(&id)?, app.moment(), reference(body)?);
    transaction!(app.db, |scope| {
        let mut tenant = scope.tenant(actor.grant()).await?;
        units::add(&mut tenant, &actor, id, other, &moment).await
    })?;
    Ok(StatusCode::NO_CONTENT)
}

pub(super) async fn remove(
    State(app): State<App>,
    Caller(actor): Caller,
    Path((id, other)): Path<(String, String)>,
) -> Result<StatusCode, Error> {
    let (id, moment) = (id_of(&id)?, app.moment());
    let other: Uuid = other.parse().map_err(|_| Error::not_found())?;
    transaction!(app.db, |scope| {
        let mut tenant = scope.tenant(actor.grant()).await?;
        units::remove(&mut tenant, &actor, id, other, &moment).await
    })?;
    Ok(StatusCode::NO_CONTENT)
}

const GROUP: &str = "#microsoft.graph.group";

/// `POST …/members` with a group, which is created and put into the unit at once.
pub(super) async fn create_group(
    State(app): State<App>,
    Caller(actor): Caller,
    Path(id): Path<String>,
    mut body: Body,
) -> Result<Response, Error> {
    let (id, moment) = (id_of(&id)?, app.moment());
    if body.text("@odata.type")?.given().is_some_and(|kind| kind != GROUP) {
        let refusal = Refusal::new(Code::PropertyNotOneOf).on("@odata.type");
        return Err(refusal.with("property", "@odata.type").with("values", GROUP).into());
    }
    let made = transaction!(app.db, |scope| {
        let mut tenant = scope.tenant(actor.grant()).await?;
        find_unit(&mut tenant, &actor, id).await?;
        let made = groups::made(&app, &mut tenant, &actor, body.clone(), &moment).await?;
        units::add(&mut tenant, &actor, id, made.id.0, &moment).await?;
        Ok::<_, Error>(made)
    })?;
    groups::shown_new(&app, &made)
}

pub(super) async fn scoped(
    State(app): State<App>,
    Caller(actor): Caller,
    Path(id): Path<String>,
) -> Result<Json<Value>, Error> {
    let mut scope = app.db.read().await?;
    let mut tenant = scope.tenant(actor.grant()).await?;
    find_unit(&mut tenant, &actor, id_of(&id)?).await?;
    Ok(Json(json!({ "@odata.context": context(&app, "scopedRoleMemberships"), "value": [] })))
}

pub(super) async fn refuse_scoped(
    State(app): State<App>,
    Caller(actor): Caller,
    Path(id): Path<String>,
) -> Result<StatusCode, Error> {
    actor.require(Permission::ManageRoles)?;
    let mut scope = app.db.read().await?;
    let mut tenant = scope.tenant(actor.grant()).await?;
    find_unit(&mut tenant, &actor, id_of(&id)?).await?;
    Err(Code::ScopedRolesNotOffered.into())
}
