//! `/v1.0/roleManagement/directory/roleDefinitions`: what each role allows, and roles that a tenant makes.

use axum::extract::{Path, State};
use axum::response::{IntoResponse as _, Response};
use axum::routing::get;
use axum::{Json, Router};
use http::StatusCode;
use http::header::LOCATION;
use model::refusal::{Code, Refusal};
use model::roles::Permission;
use model::roles::custom::{RoleDraft, RolePermission};
use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::{collection, role_id};
use crate::app::App;
use crate::error::Error;
use crate::features::directory_api::{entity, object_of};
use crate::features::roles::{self, RoleDefinition};
use crate::graph::{Asked, Body, Caller};
use crate::openapi::{
    Answer, Described, Operation, Shape, id as schema_id, list_of, page, reference, text, truth,
};
use crate::transaction;
use crate::web::layout::Page;
use crate::web::locale::Locale;

const ENTITY: &str = "roleManagement/directory/roleDefinitions/$entity";

pub(super) fn routes() -> Router<App> {
    Router::new()
        .route("/v1.0/roleManagement/directory/roleDefinitions", get(list).post(create))
        .route("/v1.0/roleManagement/directory/roleDefinitions/{id}", get(one).patch(update).delete(delete))
}

pub(super) fn shown(l: &Locale, role: &RoleDefinition) -> Map<String, Value> {
    let blocks: Vec<_> = role
        .blocks
        .iter()
        .map(|block| json!({ "allowedResourceActions": block.allowed_resource_actions, "condition": null }))
        .collect();
    let description = role.does(l);
    object_of(json!({
        "id": role.id,
        "description": (!description.is_empty()).then_some(description),
        "displayName": role.name.plain(),
        "isBuiltIn": role.is_built_in(),
        "isEnabled": role.is_enabled,
        "resourceScopes": ["/"],
        "rolePermissions": blocks,
        "templateId": role.template_id,
        "version": role.version,
    }))
}

async fn list(
    State(app): State<App>,
    Caller(actor): Caller,
    page: Page,
    asked: Asked,
) -> Result<Json<Value>, Error> {
    actor.require(Permission::ReadDirectory)?;
    let mut scope = app.db.read().await?;
    let mut tenant = scope.tenant(actor.grant()).await?;
    let roles = roles::list_roles(&mut tenant).await?;
    let roles = roles.iter().map(|role| shown(&page.l, role));
    collection(&app, &asked, "roleManagement/directory/roleDefinitions", roles)
}

async fn one(
    State(app): State<App>,
    Caller(actor): Caller,
    page: Page,
    Path(id): Path<String>,
    asked: Asked,
) -> Result<Json<Value>, Error> {
    actor.require(Permission::ReadDirectory)?;
    let mut scope = app.db.read().await?;
    let mut tenant = scope.tenant(actor.grant()).await?;
    let role = roles::find_role(&mut tenant, role_id(&id)?).await?;
    entity(&app, ENTITY, shown(&page.l, &role), &asked)
}

/// Nobody is kept from asking for what isn't there yet, but it isn't passed over either.
fn refuse_value(property: &'static str) -> Refusal {
    Refusal::new(Code::PropertyValue).on(property).with("property", property)
}

fn block(mut body: Body) -> Result<RolePermission, Error> {
    let actions = body.texts("allowedResourceActions")?.given().unwrap_or_default();
    body.pass_over_nothing("condition");
    body.pass_over_nothing("excludedResourceActions");
    for name in ["condition", "excludedResourceActions"] {
        if body.any(name).is_some() {
            return Err(refuse_value(name).into());
        }
    }
    body.end(&[])?;
    Ok(RolePermission { allowed_resource_actions: actions })
}

fn blocks(sent: Value) -> Result<Vec<RolePermission>, Error> {
    let wrong = || {
        let refusal = Refusal::new(Code::PropertyKind).with("property", "rolePermissions");
        Error::from(refusal.with("kind", "Collection(microsoft.graph.unifiedRolePermission)"))
    };
    let Value::Array(sent) = sent else { return Err(wrong()) };
    let one = |value: Value| match value {
        Value::Object(_) => block(Body::of(value)?),
        _ => Err(wrong()),
    };
    sent.into_iter().map(one).collect()
}

/// What a body makes of a role. What can't be chosen may be repeated as it is.
fn read(body: &mut Body, old: Option<&RoleDefinition>) -> Result<(RoleDraft, Option<Uuid>), Error> {
    let mut draft = old.map_or_else(
        || RoleDraft {
            display_name: String::new(),
            description: String::new(),
            is_enabled: true,
            version: None,
            blocks: Vec::new(),
        },
        RoleDefinition::draft,
    );
    draft.display_name = body.text("displayName")?.or(Some(draft.display_name)).unwrap_or_default();
    draft.description = body.text("description")?.or(Some(draft.description)).unwrap_or_default();
    draft.version = body.text("version")?.or(draft.version);
    match body.truth("isEnabled")?.given() {
        Some(enabled) => draft.is_enabled = enabled,
        None if old.is_none() => return Err(Refusal::new(Code::FieldRequired).on("isEnabled").into()),
        None => {}
    }
    if let Some(sent) = body.any("rolePermissions").filter(|sent| !sent.is_null()) {
        draft.blocks = blocks(sent)?;
    }
    if body.texts("resourceScopes")?.given().is_some_and(|scopes| scopes != ["/"]) {
        return Err(refuse_value("resourceScopes").into());
    }
    if body.truth("isBuiltIn")?.given() == Some(true) {
        return Err(refuse_value("isBuiltIn").into());
    }
    let template = body.text("templateId")?.given();
    let template: Option<Uuid> =
        template.map(|id| id.parse().map_err(|_| refuse_value("templateId"))).transpose()?;
    let id = body.text("id")?.given();
    if let Some(old) = old
        && (template.is_some_and(|id| id != old.template_id) || id.is_some_and(|id| id != old.id.to_string()))
    {
        return Err(Refusal::new(Code::PropertyReadOnly).with("property", "templateId").into());
    }
    Ok((draft, template))
}

async fn create(
    State(app): State<App>,
    Caller(actor): Caller,
    page: Page,
    asked: Asked,
    mut body: Body,
) -> Result<Response, Error> {
    actor.require(Permission::ManageRoles)?;
    let new = read(&mut body, None)?;
    body.end(&["inheritsPermissionsFrom"])?;
    let moment = app.moment();
    let made = transaction!(app.db, |scope| {
        let mut tenant = scope.tenant(actor.grant()).await?;
        roles::create(&app, &mut tenant, &actor, new.clone(), &moment).await
    })?;
    let answer = entity(&app, ENTITY, shown(&page.l, &made), &asked)?;
    let location = app.link(&format!("/v1.0/roleManagement/directory/roleDefinitions/{}", made.id));
    Ok((StatusCode::CREATED, [(LOCATION, location)], answer).into_response())
}

async fn update(
    State(app): State<App>,
    Caller(actor): Caller,
    Path(id): Path<String>,
    body: Body,
) -> Result<StatusCode, Error> {
    actor.require(Permission::ManageRoles)?;
    let (id, moment) = (role_id(&id)?, app.moment());
    transaction!(app.db, |scope| {
        let mut tenant = scope.tenant(actor.grant()).await?;
        let mut body = body.clone();
        let old = roles::find_role(&mut tenant, id).await?;
        let (draft, _) = read(&mut body, Some(&old))?;
        body.end(&["inheritsPermissionsFrom"])?;
        roles::update(&mut tenant, &actor, id, draft, &moment).await
    })?;
    Ok(StatusCode::NO_CONTENT)
}

async fn delete(
    State(app): State<App>,
    Caller(actor): Caller,
    Path(id): Path<String>,
) -> Result<StatusCode, Error> {
    actor.require(Permission::ManageRoles)?;
    let (id, moment) = (role_id(&id)?, app.moment());
    transaction!(app.db, |scope| {
        let mut tenant = scope.tenant(actor.grant()).await?;
        roles::delete(&mut tenant, &actor, id, &moment).await
    })?;
    Ok(StatusCode::NO_CONTENT)
}

pub(super) fn described() -> Described {
    let path = "/v1.0/roleManagement/directory/roleDefinitions";
    let allowed = json!({
        "type": "object",
        "properties": { "allowedResourceActions": list_of(text()), "condition": { "type": "null" } },
        "additionalProperties": false,
    });
    let definition = Shape::new("unifiedRoleDefinition")
        .has("id", schema_id())
        .may_have("description", text())
        .has("displayName", text())
        .has("isBuiltIn", truth())
        .has("isEnabled", truth())
        .has("resourceScopes", list_of(text()))
        .has("rolePermissions", list_of(allowed))
        .has("templateId", schema_id())
        .may_have("version", text())
        .read_only(&["id", "isBuiltIn"])
        .needs(&["displayName", "isEnabled", "rolePermissions"]);
    let name = "unifiedRoleDefinition";
    let one = format!("{path}/{{id}}");
    let shown = || Answer::Json(reference(name));
    let all = [
        Operation::get(path, "What roles allow")
            .query(super::FEW)
            .answers(200, Answer::Json(page(reference(name)))),
        Operation::post(path, "Make a role").makes(name),
        Operation::get(&one, "What a role allows").query(&["$select"]).answers(200, shown()),
        Operation::patch(&one, "Change a role").takes(reference("unifiedRoleDefinition.change")),
        Operation::delete(&one, "Delete a role"),
    ];
    Described::of(all).shape(&definition)
}
