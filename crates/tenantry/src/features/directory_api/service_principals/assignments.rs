//! `appRoleAssignedTo` of a resource, and `appRoleAssignments` of people, groups and service principals.

use axum::extract::{FromRequestParts, MatchedPath, RawPathParams, State};
use axum::response::{IntoResponse as _, Response};
use axum::routing::get;
use axum::{Json, Router};
use http::StatusCode;
use http::header::LOCATION;
use http::request::Parts;
use model::ids::ObjectId;
use model::objects::ObjectKind;
use model::refusal::{Code, Refusal};
use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::find;
use crate::access::Actor;
use crate::app::App;
use crate::db::TenantScope;
use crate::error::Error;
use crate::features::applications::{
    Assignment, AssignmentSide, NewAssignment, assign, assignment, list_assignments, remove_assignment,
};
use crate::features::directory_api::{object_of, shown_moment, users};
use crate::graph::{Asked, Body, Caller, Collection, in_context, selected, unsupported};
use crate::openapi::{Operation, Shape, id, moment, one_of, text};
use crate::transaction;

const PROPERTIES: &[&str] = &[
    "appRoleId",
    "createdDateTime",
    "deletedDateTime",
    "id",
    "principalDisplayName",
    "principalId",
    "principalType",
    "resourceDisplayName",
    "resourceId",
];

pub fn routes() -> Router<App> {
    Router::new()
        .route("/v1.0/servicePrincipals/{id}/appRoleAssignedTo", get(list).post(create))
        .route("/v1.0/servicePrincipals/{id}/appRoleAssignedTo/{other}", get(one).delete(delete))
        .route("/v1.0/servicePrincipals/{id}/appRoleAssignments", get(list).post(create))
        .route("/v1.0/servicePrincipals/{id}/appRoleAssignments/{other}", get(one).delete(delete))
        .route("/v1.0/users/{id}/appRoleAssignments", get(list).post(create))
        .route("/v1.0/users/{id}/appRoleAssignments/{other}", get(one).delete(delete))
        .route("/v1.0/groups/{id}/appRoleAssignments", get(list).post(create))
        .route("/v1.0/groups/{id}/appRoleAssignments/{other}", get(one).delete(delete))
        .route("/v1.0/me/appRoleAssignments", get(list))
}

/// Whose assignments an address means.
struct Whose {
    collection: String,
    is_resource: bool,
    id: String,
    /// The one assignment, where the address names one.
    other: String,
}

impl FromRequestParts<App> for Whose {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Error> {
        let matched = parts.extensions.get::<MatchedPath>().ok_or_else(Error::not_found)?.as_str().to_owned();
        let params = <RawPathParams as FromRequestParts<App>>::from_request_parts(parts, app).await;
        let params = params.map_err(|_| Error::not_found())?;
        let param = |wanted: &str| {
            params
                .iter()
                .find(|(name, _)| *name == wanted)
                .map(|(_, value)| value.to_owned())
                .unwrap_or_default()
        };
        Ok(Self {
            collection: matched.split('/').nth(2).unwrap_or_default().to_owned(),
            is_resource: matched.contains("/appRoleAssignedTo"),
            id: param("id"),
            other: param("other"),
        })
    }
}

impl Whose {
    async fn side(&self, scope: &mut TenantScope<'_>, actor: &Actor) -> Result<AssignmentSide, Error> {
        let id = match self.collection.as_str() {
            "me" => actor.person()?.0,
            "users" => users::find(scope, actor, &self.id).await?.0,
            "groups" => self.id.parse().map_err(|_| Error::not_found())?,
            _ => find(scope, actor, &self.id).await?.0,
        };
        Ok(if self.is_resource { AssignmentSide::Resource(id) } else { AssignmentSide::Principal(id) })
    }

    fn assignment(&self) -> Result<Uuid, Error> {
        self.other.parse().map_err(|_| Error::not_found())
    }
}

fn shape(found: &Assignment) -> Map<String, Value> {
    let kind = match found.principal_kind {
        ObjectKind::User => "User",
        ObjectKind::Group => "Group",
        // Nothing else is ever assigned.
        ObjectKind::Application | ObjectKind::ServicePrincipal | ObjectKind::AdministrativeUnit => {
            "ServicePrincipal"
        }
    };
    object_of(json!({
        "id": found.id,
        "deletedDateTime": null,
        "appRoleId": found.app_role_id,
        "createdDateTime": shown_moment(found.created_at),
        "principalDisplayName": found.principal_name,
        "principalId": found.principal_id,
        "principalType": kind,
        "resourceDisplayName": found.resource_name,
        "resourceId": found.resource_id,
    }))
}

async fn list(
    State(app): State<App>,
    Caller(actor): Caller,
    whose: Whose,
    asked: Asked,
) -> Result<Json<Value>, Error> {
    asked.refuse_skip()?;
    if asked.query.filter.is_some() || asked.query.search.is_some() || !asked.query.order_by.is_empty() {
        return Err(unsupported("$filter", "assignments are listed in the order of ids").into());
    }
    let mut scope = app.db.read().await?;
    let mut tenant = scope.tenant(actor.grant()).await?;
    let side = whose.side(&mut tenant, &actor).await?;
    let from = asked.start(&app, actor.tenant())?;
    let page = list_assignments(&mut tenant, &actor, side, from.as_ref(), asked.page_size()?).await?;
    let mut value = Vec::with_capacity(page.items.len());
    for found in &page.items {
        value.push(Value::Object(selected(shape(found), &asked.query.select, PROPERTIES)?));
    }
    let collection = Collection { context: "appRoleAssignments", count: None, value, next: page.next };
    Ok(Json(collection.answer(&app, actor.tenant(), &asked)))
}

fn entity(app: &App, found: &Assignment) -> Json<Value> {
    in_context(app, "appRoleAssignments/$entity", shape(found))
}

async fn one(State(app): State<App>, Caller(actor): Caller, whose: Whose) -> Result<Json<Value>, Error> {
    let mut scope = app.db.read().await?;
    let mut tenant = scope.tenant(actor.grant()).await?;
    let side = whose.side(&mut tenant, &actor).await?;
    let found = assignment(&mut tenant, &actor, side, whose.assignment()?).await?;
    Ok(entity(&app, &found))
}

fn id_in(body: &mut Body, name: &'static str) -> Result<Uuid, Error> {
    let text = body.text(name)?.given().ok_or(Refusal::new(Code::FieldRequired).on(name))?;
    let refused = || Refusal::new(Code::PropertyKind).with("property", name).with("kind", "Edm.Guid");
    Ok(text.parse().map_err(|_| refused())?)
}

async fn create(
    State(app): State<App>,
    Caller(actor): Caller,
    whose: Whose,
    mut body: Body,
) -> Result<Response, Error> {
    let moment = app.moment();
    let (principal, resource) = (id_in(&mut body, "principalId")?, id_in(&mut body, "resourceId")?);
    let app_role = id_in(&mut body, "appRoleId")?;
    body.end(PROPERTIES)?;
    let made = transaction!(app.db, |scope| {
        let mut tenant = scope.tenant(actor.grant()).await?;
        let (named, said) = match whose.side(&mut tenant, &actor).await? {
            AssignmentSide::Resource(id) => (id, resource),
            AssignmentSide::Principal(id) => (id, principal),
        };
        if named != said {
            let property = if said == resource { "resourceId" } else { "principalId" };
            return Err(Refusal::new(Code::PropertyReadOnly).with("property", property).into());
        }
        let new = NewAssignment { resource: ObjectId(resource), principal, app_role };
        assign(&mut tenant, &actor, new, &moment).await
    })?;
    let path = format!("/v1.0/servicePrincipals/{}/appRoleAssignedTo/{}", made.resource_id, made.id);
    Ok((StatusCode::CREATED, [(LOCATION, app.link(&path))], entity(&app, &made)).into_response())
}

async fn delete(State(app): State<App>, Caller(actor): Caller, whose: Whose) -> Result<StatusCode, Error> {
    let moment = app.moment();
    transaction!(app.db, |scope| {
        let mut tenant = scope.tenant(actor.grant()).await?;
        let side = whose.side(&mut tenant, &actor).await?;
        remove_assignment(&mut tenant, &actor, side, whose.assignment()?, &moment).await
    })?;
    Ok(StatusCode::NO_CONTENT)
}

pub(super) fn described() -> Shape {
    Shape::new("appRoleAssignment")
        .has("id", id())
        .has("appRoleId", id())
        .has("createdDateTime", moment())
        .may_have("principalDisplayName", text())
        .has("principalId", id())
        .has("principalType", one_of(&["User", "Group", "ServicePrincipal"]))
        .may_have("resourceDisplayName", text())
        .has("resourceId", id())
        .never_has(&["deletedDateTime"], &[])
        .read_only(&["id", "createdDateTime", "principalDisplayName", "principalType", "resourceDisplayName"])
        .needs(&["appRoleId", "principalId", "resourceId"])
}

pub(super) fn operations() -> Vec<Operation> {
    let mut all = vec![
        Operation::get("/v1.0/me/appRoleAssignments", "List own assignments").lists("appRoleAssignment"),
    ];
    for path in [
        "/v1.0/servicePrincipals/{id}/appRoleAssignedTo",
        "/v1.0/servicePrincipals/{id}/appRoleAssignments",
        "/v1.0/users/{id}/appRoleAssignments",
        "/v1.0/groups/{id}/appRoleAssignments",
    ] {
        let one = format!("{path}/{{other}}");
        all.extend([
            Operation::get(path, "List assignments of application roles").lists("appRoleAssignment"),
            Operation::post(path, "Assign an application role").makes("appRoleAssignment"),
            Operation::get(&one, "An assignment").shows("appRoleAssignment"),
            Operation::delete(&one, "Take an assignment away"),
        ]);
    }
    all
}
