//! `extensionProperties` of an application: properties that it adds to people and groups. A hundred at most, so a list is
//! one page.

use axum::Json;
use axum::extract::{Path, State};
use axum::response::{IntoResponse as _, Response};
use http::StatusCode;
use http::header::LOCATION;
use model::applications::ExtensionProperty;
use model::refusal::{Code, Refusal};
use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::find;
use crate::access::Actor;
use crate::app::App;
use crate::db::TenantScope;
use crate::error::Error;
use crate::features::applications::{
    NewExtension, add_extension, extensions, get_application, remove_extension,
};
use crate::features::directory_api::object_of;
use crate::graph::{Asked, Body, Caller, Collection, context, selected, unsupported};
use crate::openapi::{Described, Operation, Shape, id, list_of, one_of, text, truth};
use crate::transaction;
use model::applications::DataType;

const PROPERTIES: &[&str] = &[
    "appDisplayName",
    "dataType",
    "deletedDateTime",
    "id",
    "isMultiValued",
    "isSyncedFromOnPremises",
    "name",
    "targetObjects",
];

fn shown(property: &ExtensionProperty, application: &str) -> Map<String, Value> {
    object_of(json!({
        "id": property.id,
        "deletedDateTime": null,
        "appDisplayName": application,
        "dataType": property.data_type.as_str(),
        "isMultiValued": property.is_multi_valued,
        "isSyncedFromOnPremises": false,
        "name": property.name,
        "targetObjects": property.target_objects,
    }))
}

/// The properties that an application adds, with its name.
async fn all(
    scope: &mut TenantScope<'_>,
    actor: &Actor,
    id: &str,
) -> Result<(String, Vec<ExtensionProperty>), Error> {
    let id = find(scope, actor, id).await?;
    let found = get_application(scope, actor, id).await?;
    if found.deleted_at.is_some() {
        return Err(Error::not_found());
    }
    Ok((found.display_name, extensions(scope, actor, id).await?))
}

pub(super) async fn list(
    State(app): State<App>,
    Caller(actor): Caller,
    Path(id): Path<String>,
    asked: Asked,
) -> Result<Json<Value>, Error> {
    if asked.query.filter.is_some() || asked.query.search.is_some() || !asked.query.order_by.is_empty() {
        return Err(unsupported("$filter", "a hundred at most are listed whole").into());
    }
    let mut scope = app.db.read().await?;
    let mut tenant = scope.tenant(actor.grant()).await?;
    let (name, all) = all(&mut tenant, &actor, &id).await?;
    let mut value = Vec::with_capacity(all.len());
    for property in &all {
        value.push(Value::Object(selected(shown(property, &name), &asked.query.select, PROPERTIES)?));
    }
    let count = asked.query.count.then_some(all.len() as i64);
    let collection = Collection { context: "applications/extensionProperties", count, value, next: None };
    Ok(Json(collection.answer(&app, actor.tenant(), &asked)))
}

fn entity(app: &App, property: &ExtensionProperty, name: &str) -> Value {
    let mut answer = shown(property, name);
    answer.insert("@odata.context".into(), context(app, "applications/extensionProperties/$entity"));
    Value::Object(answer)
}

pub(super) async fn one(
    State(app): State<App>,
    Caller(actor): Caller,
    Path((id, property)): Path<(String, String)>,
) -> Result<Json<Value>, Error> {
    let wanted: Uuid = property.parse().map_err(|_| Error::not_found())?;
    let mut scope = app.db.read().await?;
    let mut tenant = scope.tenant(actor.grant()).await?;
    let (name, all) = all(&mut tenant, &actor, &id).await?;
    let found = all.iter().find(|property| property.id == wanted).ok_or_else(Error::not_found)?;
    Ok(Json(entity(&app, found, &name)))
}

pub(super) async fn create(
    State(app): State<App>,
    Caller(actor): Caller,
    Path(id): Path<String>,
    mut body: Body,
) -> Result<Response, Error> {
    let moment = app.moment();
    let needed = |name: &'static str| Refusal::new(Code::FieldRequired).on(name);
    let kind = body.text("dataType")?.given().ok_or_else(|| needed("dataType"))?;
    let new = NewExtension {
        name: body.text("name")?.given().ok_or_else(|| needed("name"))?,
        data_type: kind.parse()?,
        target_objects: body.texts("targetObjects")?.given().unwrap_or_default(),
        is_multi_valued: body.truth("isMultiValued")?.given().unwrap_or(false),
    };
    for name in ["appDisplayName", "id", "isSyncedFromOnPremises"] {
        body.pass_over_nothing(name);
    }
    body.end(&["appDisplayName", "id", "isSyncedFromOnPremises"])?;
    let (made, name) = transaction!(app.db, |scope| {
        let mut tenant = scope.tenant(actor.grant()).await?;
        let id = find(&mut tenant, &actor, &id).await?;
        let made = add_extension(&mut tenant, &actor, id, &new, &moment).await?;
        let application = get_application(&mut tenant, &actor, id).await?;
        Ok::<_, Error>((made, application.display_name))
    })?;
    let place = format!("/v1.0/applications/{}/extensionProperties/{}", made.application, made.id);
    Ok((StatusCode::CREATED, [(LOCATION, app.link(&place))], Json(entity(&app, &made, &name)))
        .into_response())
}

pub(super) async fn delete(
    State(app): State<App>,
    Caller(actor): Caller,
    Path((id, property)): Path<(String, String)>,
) -> Result<StatusCode, Error> {
    let (moment, property): (_, Uuid) = (app.moment(), property.parse().map_err(|_| Error::not_found())?);
    transaction!(app.db, |scope| {
        let mut tenant = scope.tenant(actor.grant()).await?;
        let id = find(&mut tenant, &actor, &id).await?;
        remove_extension(&mut tenant, &actor, id, property, &moment).await
    })?;
    Ok(StatusCode::NO_CONTENT)
}

pub(super) fn described() -> Described {
    let shape = Shape::new("extensionProperty")
        .has("id", id())
        .never_has(&["deletedDateTime"], &[])
        .has("appDisplayName", text())
        .has("dataType", one_of(&DataType::ALL.map(DataType::as_str)))
        .has("isMultiValued", truth())
        .has("isSyncedFromOnPremises", truth())
        .has("name", text())
        .has("targetObjects", list_of(text()))
        .read_only(&["id", "appDisplayName", "isSyncedFromOnPremises"])
        .needs(&["name", "dataType", "targetObjects"]);
    let (all, one) = (
        "/v1.0/applications/{id}/extensionProperties",
        "/v1.0/applications/{id}/extensionProperties/{property}",
    );
    Described::of([
        Operation::get(all, "List properties that the application adds").lists("extensionProperty"),
        Operation::post(all, "Add a property to people or groups").makes("extensionProperty"),
        Operation::get(one, "A property that the application adds").shows("extensionProperty"),
        Operation::delete(one, "Take a property away"),
    ])
    .shape(&shape)
}
