//! `/v1.0/roleManagement/directory`: what each role allows, and assignments as objects of their own.

use axum::extract::{Path, State};
use axum::response::{IntoResponse as _, Response};
use axum::routing::get;
use axum::{Json, Router};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use http::StatusCode;
use http::header::LOCATION;
use model::ids::UserId;
use model::refusal::{Code, Refusal};
use model::roles::{Permission, Role};
use protocol::odata::{Comparison, Filter, Literal};
use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::{collection, entity, object, role_of, take_away, unknown};
use crate::app::App;
use crate::error::Error;
use crate::features::directory::{self, RoleAssignment};
use crate::features::directory_api::asked_of;
use crate::graph::{Asked, Body, Caller, context, unsupported};
use crate::openapi::{
    Answer, Described, Operation, Shape, id, list_of, one_of, page, reference, text, truth,
};
use crate::transaction;
use crate::web::layout::Page;
use crate::web::locale::Locale;
use crate::web::roles::does;

/// Assignments in one answer.
const MOST: usize = 999;

pub fn routes() -> Router<App> {
    Router::new()
        .route("/v1.0/roleManagement/directory/roleDefinitions", get(definitions))
        .route("/v1.0/roleManagement/directory/roleDefinitions/{id}", get(definition))
        .route("/v1.0/roleManagement/directory/roleAssignments", get(assignments).post(assign))
        .route("/v1.0/roleManagement/directory/roleAssignments/{id}", get(assignment).delete(unassign))
}

fn shown_definition(l: &Locale, role: Role) -> Map<String, Value> {
    let actions: Vec<_> = role.permissions().iter().map(|permission| permission.resource_action()).collect();
    object(json!({
        "id": role.template_id(),
        "description": does(l, role),
        "displayName": role.name(),
        "isBuiltIn": true,
        "isEnabled": true,
        "resourceScopes": ["/"],
        "rolePermissions": [{ "allowedResourceActions": actions, "condition": null }],
        "templateId": role.template_id(),
        "version": "1",
    }))
}

async fn definitions(
    State(app): State<App>,
    Caller(actor): Caller,
    page: Page,
    asked: Asked,
) -> Result<Json<Value>, Error> {
    actor.require(Permission::ReadDirectory)?;
    collection(&app, &page, &asked, "roleManagement/directory/roleDefinitions", shown_definition)
}

async fn definition(
    State(app): State<App>,
    Caller(actor): Caller,
    page: Page,
    Path(id): Path<String>,
    asked: Asked,
) -> Result<Json<Value>, Error> {
    actor.require(Permission::ReadDirectory)?;
    let object = shown_definition(&page.l, role_of(&id)?);
    entity(&app, "roleManagement/directory/roleDefinitions/$entity", object, &asked)
}

/// The id of an assignment: who and what, since there is one of each.
fn id_of(assignment: &RoleAssignment) -> String {
    let (user, role) = (assignment.user.0, assignment.role.template_id());
    URL_SAFE_NO_PAD.encode([*user.as_bytes(), *role.as_bytes()].concat())
}

fn assignment_of(id: &str) -> Result<RoleAssignment, Error> {
    let bytes = URL_SAFE_NO_PAD.decode(id).ok().filter(|bytes| bytes.len() == 32);
    let bytes = bytes.ok_or_else(Error::not_found)?;
    let user = Uuid::from_slice(&bytes[..16]).map_err(|_| Error::not_found())?;
    let role = Uuid::from_slice(&bytes[16..]).ok().and_then(Role::from_template_id);
    Ok(RoleAssignment { user: UserId(user), role: role.ok_or_else(Error::not_found)? })
}

fn shown_assignment(assignment: &RoleAssignment) -> Map<String, Value> {
    object(json!({
        "id": id_of(assignment),
        "appScopeId": null,
        "condition": null,
        "directoryScopeId": "/",
        "principalId": assignment.user,
        "roleDefinitionId": assignment.role.template_id(),
    }))
}

/// `principalId eq '…'`, `roleDefinitionId eq '…'`, or both: what has an index.
fn narrowed(filter: &Filter, user: &mut Option<Uuid>, role: &mut Option<Uuid>) -> Result<(), Error> {
    match filter {
        Filter::And(left, right) => {
            narrowed(left, user, role)?;
            narrowed(right, user, role)
        }
        Filter::Compare {
            property,
            comparison: Comparison::Equal,
            value: Literal::Text(id) | Literal::Guid(id),
        } => {
            // Nobody has an id that isn't one.
            let id = Some(id.parse().unwrap_or(Uuid::nil()));
            match property.text().as_str() {
                "principalId" => *user = id,
                "roleDefinitionId" => *role = id,
                other => return Err(unknown(other)),
            }
            Ok(())
        }
        _ => Err(unsupported("$filter", "only eq and and are supported here").into()),
    }
}

async fn assignments(
    State(app): State<App>,
    Caller(actor): Caller,
    asked: Asked,
) -> Result<Json<Value>, Error> {
    let (mut user, mut role) = (None, None);
    if let Some(filter) = &asked.query.filter {
        narrowed(filter, &mut user, &mut role)?;
    }
    let mut scope = app.db.read().await?;
    let mut tenant = scope.tenant(actor.grant()).await?;
    let found = directory::role_assignments(&mut tenant, &actor, user.map(UserId), role, MOST).await?;
    let value = found.iter().map(|found| asked_of(shown_assignment(found), &asked));
    let value = value.collect::<Result<Vec<_>, _>>()?;
    let context = context(&app, "roleManagement/directory/roleAssignments");
    Ok(Json(json!({ "@odata.context": context, "value": value })))
}

const ASSIGNMENT: &str = "roleManagement/directory/roleAssignments/$entity";

async fn assignment(
    State(app): State<App>,
    Caller(actor): Caller,
    Path(id): Path<String>,
    asked: Asked,
) -> Result<Json<Value>, Error> {
    let wanted = assignment_of(&id)?;
    let mut scope = app.db.read().await?;
    let mut tenant = scope.tenant(actor.grant()).await?;
    let found = directory::role_assignment(&mut tenant, &actor, wanted.user, wanted.role).await?;
    entity(&app, ASSIGNMENT, shown_assignment(&found.ok_or_else(Error::not_found)?), &asked)
}

async fn assign(
    State(app): State<App>,
    Caller(actor): Caller,
    asked: Asked,
    mut body: Body,
) -> Result<Response, Error> {
    let needed = |name: &'static str| Refusal::new(Code::FieldRequired).on(name);
    let user = body.text("principalId")?.given().ok_or(needed("principalId"))?;
    let role = body.text("roleDefinitionId")?.given().ok_or(needed("roleDefinitionId"))?;
    let scope_id = body.text("directoryScopeId")?.given().unwrap_or_else(|| "/".to_owned());
    body.end(&["id", "condition", "appScopeId"])?;
    if scope_id != "/" {
        let refusal = Refusal::new(Code::PropertyValue).with("property", "directoryScopeId");
        return Err(refusal.into());
    }
    let (role, moment) = (role_of(&role)?, app.moment());
    let user: UserId = user.parse().map_err(|_| Error::not_found())?;
    transaction!(app.db, |scope| {
        let mut tenant = scope.tenant(actor.grant()).await?;
        if directory::role_assignment(&mut tenant, &actor, user, role).await?.is_some() {
            return Err(Refusal::new(Code::ReferenceExists).into());
        }
        directory::assign_role(&mut tenant, &actor, user, role, &moment).await
    })?;
    let made = RoleAssignment { user, role };
    let answer = entity(&app, ASSIGNMENT, shown_assignment(&made), &asked)?;
    let location = app.link(&format!("/v1.0/roleManagement/directory/roleAssignments/{}", id_of(&made)));
    Ok((StatusCode::CREATED, [(LOCATION, location)], answer).into_response())
}

async fn unassign(
    State(app): State<App>,
    Caller(actor): Caller,
    Path(id): Path<String>,
) -> Result<StatusCode, Error> {
    let wanted = assignment_of(&id)?;
    take_away(&app, &actor, wanted.user, wanted.role, &app.moment()).await
}

pub fn described() -> Described {
    let (definitions, assignments) =
        ("/v1.0/roleManagement/directory/roleDefinitions", "/v1.0/roleManagement/directory/roleAssignments");
    let allowed = json!({
        "type": "object",
        "properties": { "allowedResourceActions": list_of(text()), "condition": { "type": "null" } },
        "additionalProperties": false,
    });
    let definition = Shape::new("unifiedRoleDefinition")
        .has("id", id())
        .has("description", text())
        .has("displayName", text())
        .has("isBuiltIn", truth())
        .has("isEnabled", truth())
        .has("resourceScopes", list_of(text()))
        .has("rolePermissions", list_of(allowed))
        .has("templateId", id())
        .has("version", text());
    let assignment = Shape::new("unifiedRoleAssignment")
        .has("id", text())
        .has("directoryScopeId", one_of(&["/"]))
        .has("principalId", id())
        .has("roleDefinitionId", id())
        .never_has(&["appScopeId", "condition"], &[])
        .read_only(&["id"])
        .needs(&["principalId", "roleDefinitionId"]);
    let (one, other) = (format!("{definitions}/{{id}}"), format!("{assignments}/{{id}}"));
    let shown = |name: &str| Answer::Json(reference(name));
    let listed = |name: &str| Answer::Json(page(reference(name)));
    let all = [
        Operation::get(definitions, "What roles allow")
            .query(super::FEW)
            .answers(200, listed("unifiedRoleDefinition")),
        Operation::get(&one, "What a role allows")
            .query(&["$select"])
            .answers(200, shown("unifiedRoleDefinition")),
        Operation::get(assignments, "Who has which role")
            .query(super::FEW)
            .answers(200, listed("unifiedRoleAssignment")),
        Operation::post(assignments, "Give somebody a role").makes("unifiedRoleAssignment"),
        Operation::get(&other, "An assignment")
            .query(&["$select"])
            .answers(200, shown("unifiedRoleAssignment")),
        Operation::delete(&other, "Take a role away"),
    ];
    Described::of(all).shape(&definition).shape(&assignment)
}
