//! `/v1.0/directoryObjects`: objects by their ids, whatever their kind.

use axum::Json;
use axum::Router;
use axum::extract::{Path, State};
use axum::response::{IntoResponse as _, Response};
use axum::routing::{get, post};
use http::StatusCode;
use model::objects::ObjectKind;
use model::refusal::{Code, Refusal};
use model::roles::Permission;
use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::any::{self, AnyObject, Wanted, each};
use super::memberships::{self, among, ids};
use super::roles;
use crate::app::App;
use crate::error::Error;
use crate::features::{administrative_units, applications, directory, groups};
use crate::graph::{Asked, Body, Caller, Listing, context, entity};
use crate::openapi::{Answer, Described, Operation, id, list_of, page, reference, text};
use crate::transaction;

/// Ids in one question (facts §7.2).
const MOST: usize = 1000;

pub fn routes() -> Router<App> {
    Router::new()
        .route("/v1.0/directoryObjects/getByIds", post(by_ids))
        .route("/v1.0/directoryObjects/{id}", get(one).delete(delete))
        .route("/v1.0/directoryObjects/{id}/checkMemberGroups", post(memberships::check_groups))
        .route("/v1.0/directoryObjects/{id}/checkMemberObjects", post(memberships::check_objects))
        .route("/v1.0/directoryObjects/{id}/getMemberGroups", post(memberships::groups))
        .route("/v1.0/directoryObjects/{id}/getMemberObjects", post(memberships::objects_of))
}

async fn one(
    State(app): State<App>,
    Caller(actor): Caller,
    Path(id): Path<String>,
    asked: Asked,
) -> Result<Response, Error> {
    let id: Uuid = id.parse().map_err(|_| Error::not_found())?;
    let mut scope = app.db.read().await?;
    let mut tenant = scope.tenant(actor.grant()).await?;
    if let Some((_, role)) = roles::shown_among(&app, std::iter::once(id)).pop() {
        actor.require(Permission::ReadDirectory)?;
        let mut answer = Map::new();
        answer.insert("@odata.context".into(), context(&app, "directoryObjects/$entity"));
        answer.extend(roles::mixed(&role, &asked.query.select));
        return Ok(Json(Value::Object(answer)).into_response());
    }
    let found = AnyObject::living(&mut tenant, &actor, id).await?;
    each!(&found, found => {
        entity(&app, &mut tenant, &actor, &**found, &asked, "directoryObjects/$entity").await
    })
}

async fn delete(
    State(app): State<App>,
    Caller(actor): Caller,
    Path(id): Path<String>,
) -> Result<StatusCode, Error> {
    let (id, moment): (Uuid, _) = (id.parse().map_err(|_| Error::not_found())?, app.moment());
    transaction!(app.db, |scope| {
        let mut tenant = scope.tenant(actor.grant()).await?;
        match AnyObject::living(&mut tenant, &actor, id).await? {
            AnyObject::User(found) => directory::delete(&mut tenant, &actor, found.person.id, &moment).await,
            AnyObject::Group(found) => groups::delete(&mut tenant, &actor, found.id, &moment).await,
            AnyObject::Application(found) => {
                applications::delete(&mut tenant, &actor, found.id, &moment).await
            }
            AnyObject::ServicePrincipal(found) => {
                applications::delete_service_principal(&mut tenant, &actor, found.id, &moment).await
            }
            AnyObject::AdministrativeUnit(found) => {
                administrative_units::delete(&mut tenant, &actor, found.id, &moment).await
            }
        }
    })?;
    Ok(StatusCode::NO_CONTENT)
}

/// The kinds that a body names, and whether roles are among them; all where it names none, or the kind of all.
fn kinds(body: &mut Body) -> Result<(Vec<ObjectKind>, bool), Refusal> {
    let named = body.texts("types")?.given().unwrap_or_default();
    if named.is_empty() || named.iter().any(|name| name == "directoryObject") {
        return Ok((ObjectKind::ALL.to_vec(), true));
    }
    let refused = || {
        let values: Vec<_> = ObjectKind::ALL.iter().map(|kind| kind.as_str()).collect();
        let refusal = Refusal::new(Code::PropertyNotOneOf).on("types").with("property", "types");
        refusal.with("values", values.join(", "))
    };
    // Kinds of Microsoft Graph that no tenant has here: nothing is found of them.
    const OTHERS: [&str; 3] = ["device", "orgContact", "contact"];
    let (mut kinds, mut roles) = (Vec::new(), false);
    for name in named.iter().filter(|name| !OTHERS.contains(&name.as_str())) {
        match name.as_str() {
            "directoryRole" => roles = true,
            kind => kinds.push(kind.parse().map_err(|_| refused())?),
        }
    }
    Ok((kinds, roles))
}

async fn by_ids(State(app): State<App>, Caller(actor): Caller, mut body: Body) -> Result<Json<Value>, Error> {
    let ids = ids(&mut body, "ids", MOST)?;
    let (kinds, with_roles) = kinds(&mut body)?;
    body.end(&[])?;
    actor.require(Permission::ReadDirectory)?;
    let mut listing = Listing::all("directoryObjects");
    among(&mut listing.within, &ids);
    let mut scope = app.db.read().await?;
    let mut tenant = scope.tenant(actor.grant()).await?;
    let mut wanted = Wanted::of(&kinds, listing);
    if with_roles {
        wanted.roles = roles::shown_among(&app, ids.into_iter());
    }
    let found = any::first(&mut tenant, &actor, &wanted, (&[], MOST)).await?;
    Ok(Json(json!({ "@odata.context": context(&app, "directoryObjects"), "value": found })))
}

pub fn described() -> Described {
    let one = "/v1.0/directoryObjects/{id}";
    let body = json!({
        "type": "object",
        "properties": { "ids": { "type": "array", "items": id(), "maxItems": MOST }, "types": list_of(text()) },
        "required": ["ids"],
    });
    let kinds = ["user", "group", "application", "servicePrincipal", "directoryRole", "administrativeUnit"];
    let all = [
        Operation::get(one, "An object of any kind").shows("directoryObject"),
        Operation::delete(
            one,
            "Delete an object of any kind; all but administrative units are restorable for 30 days",
        ),
        Operation::post("/v1.0/directoryObjects/getByIds", "Objects by their ids")
            .takes(body)
            .answers(200, Answer::Json(page(reference("directoryObject")))),
    ];
    let address =
        || json!({ "@odata.id": text(), "@odata.context": text(), "@odata.type": text(), "id": id() });
    Described::of(all.into_iter().chain(memberships::described(one)))
        .schema("directoryObject", json!({ "anyOf": kinds.map(reference) }))
        .schema(
            "reference",
            json!({ "type": "object", "properties": address(), "additionalProperties": false }),
        )
        .schema(
            "reference.new",
            json!({ "type": "object", "properties": { "@odata.id": text() }, "required": ["@odata.id"] }),
        )
}
