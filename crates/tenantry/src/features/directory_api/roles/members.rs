//! `/v1.0/directoryRoles/{id}/members`: who holds a built-in role themselves: people, groups, service principals.

use axum::Json;
use axum::extract::{Path, State};
use axum::response::Response;
use http::StatusCode;
use model::objects::ObjectKind;
use model::refusal::{Code, Refusal};
use model::roles::{Permission, Role};
use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::{role_id, role_of};
use crate::access::Actor;
use crate::app::App;
use crate::db::TenantScope;
use crate::error::Error;
use crate::features::directory_api::any::{self, AnyObject, Wanted, reader};
use crate::features::directory_api::reference::{address, reference as referenced};
use crate::features::directory_api::related::{cast, of_kind, text};
use crate::features::roles;
use crate::graph::{Asked, Body, Caller, Listing, context, in_context};
use crate::transaction;

const KINDS: [ObjectKind; 3] = [ObjectKind::User, ObjectKind::Group, ObjectKind::ServicePrincipal];

fn listing(role: Role) -> Listing {
    let mut listing = Listing::all("directoryObjects");
    roles::narrow_to_role(&mut listing.within, role.template_id());
    listing
}

pub(super) async fn list(
    State(app): State<App>,
    Caller(actor): Caller,
    Path(id): Path<String>,
    asked: Asked,
) -> Result<Json<Value>, Error> {
    actor.require(Permission::ReadDirectory)?;
    let listing = listing(role_of(&id)?);
    let mut scope = app.db.read().await?;
    let mut tenant = scope.tenant(actor.grant()).await?;
    Ok(Json(any::list(&app, &mut tenant, &actor, &asked, Wanted::of(&KINDS, listing)).await?))
}

pub(super) async fn count(
    State(app): State<App>,
    Caller(actor): Caller,
    Path(id): Path<String>,
    asked: Asked,
) -> Result<Response, Error> {
    actor.require(Permission::ReadDirectory)?;
    let listing = listing(role_of(&id)?);
    let mut scope = app.db.read().await?;
    let mut tenant = scope.tenant(actor.grant()).await?;
    Ok(text(any::count(&mut tenant, &actor, &asked, &Wanted::of(&KINDS, listing)).await?))
}

async fn member(
    scope: &mut TenantScope<'_>,
    actor: &Actor,
    (role, other): (&str, &str),
    asked: &Asked,
) -> Result<(Uuid, Map<String, Value>), Error> {
    actor.require(Permission::ReadDirectory)?;
    let (role, other) = (role_of(role)?.template_id(), role_id(other)?);
    roles::assignment(scope, actor, other, role).await?.ok_or_else(Error::not_found)?;
    let found = AnyObject::living(scope, &reader(actor), other).await?;
    Ok((other, found.shown(&asked.query.select)?))
}

/// One member, or those of one kind: `microsoft.graph.user`.
pub(super) async fn one(
    State(app): State<App>,
    Caller(actor): Caller,
    Path((id, other)): Path<(String, String)>,
    asked: Asked,
) -> Result<Json<Value>, Error> {
    let mut scope = app.db.read().await?;
    let mut tenant = scope.tenant(actor.grant()).await?;
    if let Ok(kind) = cast(&other) {
        actor.require(Permission::ReadDirectory)?;
        return of_kind(&app, &mut tenant, &actor, &asked, (kind, listing(role_of(&id)?))).await;
    }
    let (_, found) = member(&mut tenant, &actor, (&id, &other), &asked).await?;
    Ok(in_context(&app, "directoryObjects/$entity", found))
}

/// A member by its address; older clients select `id` and `url` of it.
pub(super) async fn reference(
    State(app): State<App>,
    Caller(actor): Caller,
    Path((id, other)): Path<(String, String)>,
    asked: Asked,
) -> Result<Json<Value>, Error> {
    let mut scope = app.db.read().await?;
    let mut tenant = scope.tenant(actor.grant()).await?;
    let (other, found) = member(&mut tenant, &actor, (&id, &other), &Asked::nothing()).await?;
    let address = address(&app, &json!({ "id": other }));
    let mut answer = json!({
        "@odata.context": context(&app, "$ref"),
        "@odata.type": found.get("@odata.type"),
        "@odata.id": address,
    });
    for path in &asked.query.select {
        match path.text().as_str() {
            "id" => answer["id"] = json!(other),
            "url" => answer["url"] = address.clone(),
            unknown => return Err(Refusal::new(Code::PropertyUnknown).with("property", unknown).into()),
        }
    }
    Ok(Json(answer))
}

pub(super) async fn add(
    State(app): State<App>,
    Caller(actor): Caller,
    Path(id): Path<String>,
    body: Body,
) -> Result<StatusCode, Error> {
    let (role, other, moment) = (role_of(&id)?.template_id(), referenced(body)?, app.moment());
    let is_new = transaction!(app.db, |scope| {
        let mut tenant = scope.tenant(actor.grant()).await?;
        roles::assign(&mut tenant, &actor, other, role, &moment).await
    })?;
    if is_new { Ok(StatusCode::NO_CONTENT) } else { Err(Refusal::new(Code::ReferenceExists).into()) }
}

pub(super) async fn remove(
    State(app): State<App>,
    Caller(actor): Caller,
    Path((id, other)): Path<(String, String)>,
) -> Result<StatusCode, Error> {
    take_away(&app, &actor, role_id(&other)?, role_of(&id)?.template_id()).await
}

pub(super) async fn take_away(
    app: &App,
    actor: &Actor,
    holder: Uuid,
    role: Uuid,
) -> Result<StatusCode, Error> {
    let moment = app.moment();
    let was_there = transaction!(app.db, |scope| {
        let mut tenant = scope.tenant(actor.grant()).await?;
        roles::remove(&mut tenant, actor, holder, role, &moment).await
    })?;
    if was_there { Ok(StatusCode::NO_CONTENT) } else { Err(Error::not_found()) }
}
