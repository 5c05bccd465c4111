//! `federatedIdentityCredentials` of an application: at most twenty, so a list is one page.

use axum::Json;
use axum::extract::{Path, State};
use axum::response::{IntoResponse as _, Response};
use http::StatusCode;
use http::header::{CONTENT_TYPE, LOCATION};
use model::applications::{Application, FederatedCredential};
use model::refusal::{Code, Refusal};
use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::find;
use super::shape::written;
use crate::access::Actor;
use crate::app::App;
use crate::db::TenantScope;
use crate::error::Error;
use crate::features::applications::{
    add_federated, change_federated, get_application, may_change, remove_federated,
};
use crate::features::objects::Object;
use crate::graph::laid::laid_over;
use crate::graph::{Asked, Body, Caller, Collection, context, selected, unsupported};
use crate::openapi::Shape;
use crate::transaction;
use model::shape::Shaped as _;

const PROPERTIES: &[&str] = &["audiences", "description", "id", "issuer", "name", "subject"];

async fn application(
    scope: &mut TenantScope<'_>,
    actor: &Actor,
    id: &str,
) -> Result<Object<Application>, Error> {
    let id = find(scope, actor, id).await?;
    let found = get_application(scope, actor, id).await?;
    if found.deleted_at.is_some() { Err(Error::not_found()) } else { Ok(found) }
}

/// The credential that an address names: by its id, or by its name.
fn credential(found: &Object<Application>, text: &str) -> Result<FederatedCredential, Error> {
    let name = text.strip_prefix("name=");
    let id: Option<Uuid> = text.parse().ok();
    let all = &found.properties.federated_credentials;
    let own = all.iter().find(|own| (id.is_some() && own.id == id) || name == Some(own.name.as_str()));
    own.or_else(|| all.iter().find(|own| own.name == text)).cloned().ok_or_else(Error::not_found)
}

pub(super) async fn list(
    State(app): State<App>,
    Caller(actor): Caller,
    Path(id): Path<String>,
    asked: Asked,
) -> Result<Json<Value>, Error> {
    if asked.query.filter.is_some() || asked.query.search.is_some() || !asked.query.order_by.is_empty() {
        return Err(unsupported("$filter", "twenty at most are listed whole").into());
    }
    let mut scope = app.db.read().await?;
    let mut tenant = scope.tenant(actor.grant()).await?;
    let found = application(&mut tenant, &actor, &id).await?;
    let all = &found.properties.federated_credentials;
    let mut value = Vec::with_capacity(all.len());
    for own in all {
        value.push(Value::Object(selected(written(own), &asked.query.select, PROPERTIES)?));
    }
    let count = asked.query.count.then_some(all.len() as i64);
    let collection =
        Collection { context: "applications/federatedIdentityCredentials", count, value, next: None };
    Ok(Json(collection.answer(&app, actor.tenant(), &asked)))
}

pub(super) async fn count(
    State(app): State<App>,
    Caller(actor): Caller,
    Path(id): Path<String>,
) -> Result<Response, Error> {
    let mut scope = app.db.read().await?;
    let mut tenant = scope.tenant(actor.grant()).await?;
    let found = application(&mut tenant, &actor, &id).await?;
    let count = found.properties.federated_credentials.len();
    Ok(([(CONTENT_TYPE, "text/plain")], count.to_string()).into_response())
}

fn shown(app: &App, credential: &FederatedCredential) -> Map<String, Value> {
    let mut answer = written(credential);
    answer.insert("@odata.context".into(), context(app, "applications/federatedIdentityCredentials/$entity"));
    answer
}

pub(super) async fn one(
    State(app): State<App>,
    Caller(actor): Caller,
    Path((id, name)): Path<(String, String)>,
) -> Result<Json<Value>, Error> {
    let mut scope = app.db.read().await?;
    let mut tenant = scope.tenant(actor.grant()).await?;
    let found = application(&mut tenant, &actor, &id).await?;
    Ok(Json(Value::Object(shown(&app, &credential(&found, &name)?))))
}

/// What a body wants of a credential; its id and, once it has one, its name stay.
fn wanted(body: Body, current: &FederatedCredential) -> Result<FederatedCredential, Error> {
    let mut sent = body.rest();
    for (name, own) in [("id", json!(current.id)), ("name", json!(current.name))] {
        let fixed = name == "id" || !current.name.is_empty();
        if fixed && sent.remove(name).is_some_and(|value| !value.is_null() && value != own) {
            return Err(Refusal::new(Code::PropertyReadOnly).with("property", name).into());
        }
    }
    Ok(laid_over(current, sent)?)
}

pub(super) async fn create(
    State(app): State<App>,
    Caller(actor): Caller,
    Path(id): Path<String>,
    body: Body,
) -> Result<Response, Error> {
    let moment = app.moment();
    let new = wanted(body, &FederatedCredential::default())?;
    let (id, made) = transaction!(app.db, |scope| {
        let mut tenant = scope.tenant(actor.grant()).await?;
        let id = find(&mut tenant, &actor, &id).await?;
        Ok::<_, Error>((id, add_federated(&mut tenant, &actor, id, new.clone(), &moment).await?))
    })?;
    let own = made.id.unwrap_or_default();
    let location = app.link(&format!("/v1.0/applications/{id}/federatedIdentityCredentials/{own}"));
    Ok((StatusCode::CREATED, [(LOCATION, location)], Json(Value::Object(shown(&app, &made)))).into_response())
}

pub(super) async fn update(
    State(app): State<App>,
    Caller(actor): Caller,
    Path((id, name)): Path<(String, String)>,
    body: Body,
) -> Result<StatusCode, Error> {
    let moment = app.moment();
    transaction!(app.db, |scope| {
        let mut tenant = scope.tenant(actor.grant()).await?;
        let object = find(&mut tenant, &actor, &id).await?;
        may_change(&mut tenant, &actor, object).await?;
        let found = application(&mut tenant, &actor, &id).await?;
        let wanted = wanted(body.clone(), &credential(&found, &name)?)?;
        change_federated(&mut tenant, &actor, object, wanted, &moment).await
    })?;
    Ok(StatusCode::NO_CONTENT)
}

pub(super) async fn delete(
    State(app): State<App>,
    Caller(actor): Caller,
    Path((id, name)): Path<(String, String)>,
) -> Result<StatusCode, Error> {
    let moment = app.moment();
    transaction!(app.db, |scope| {
        let mut tenant = scope.tenant(actor.grant()).await?;
        let object = find(&mut tenant, &actor, &id).await?;
        may_change(&mut tenant, &actor, object).await?;
        let found = application(&mut tenant, &actor, &id).await?;
        let own = credential(&found, &name)?.id.unwrap_or_default();
        remove_federated(&mut tenant, &actor, object, own, &moment).await
    })?;
    Ok(StatusCode::NO_CONTENT)
}

/// What a federated credential shows and what bodies may say.
pub(super) fn described() -> Shape {
    Shape::new("federatedIdentityCredential")
        .all_of(&FederatedCredential::shape())
        .read_only(&["id"])
        .needs(&["audiences", "issuer", "name", "subject"])
}
