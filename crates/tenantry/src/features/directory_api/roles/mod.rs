//! `/v1.0/directoryRoles`, `/v1.0/directoryRoleTemplates` and `/v1.0/roleManagement/directory`: roles and who holds them
//! (facts §4.5, §7.1). Every built-in role is active from the start; its id is its template's.

mod assignments;
mod definitions;
mod filter;
mod members;

pub(super) use filter::passes;

use axum::extract::{Path, State};
use axum::response::{IntoResponse as _, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use http::StatusCode;
use http::header::LOCATION;
use model::refusal::{Code, Refusal};
use model::roles::{Permission, Role};
use protocol::odata::Path as Property;
use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::{asked_of, entity, object_of, related};
use crate::app::App;
use crate::error::Error;
use crate::graph::{Asked, Body, Caller, context, unsupported};
use crate::openapi::{Answer, Described, Operation, Shape, id, page, reference as schema, text};
use crate::web::layout::Page;
use crate::web::locale::Locale;
use crate::web::roles::does;

pub fn routes() -> Router<App> {
    Router::new()
        .route("/v1.0/directoryRoles", get(list).post(activate))
        .route("/v1.0/directoryRoles/{id}", get(one))
        .route("/v1.0/directoryRoles/{id}/members", get(members::list))
        .route("/v1.0/directoryRoles/{id}/members/$count", get(members::count))
        .route("/v1.0/directoryRoles/{id}/members/$ref", post(members::add))
        .route("/v1.0/directoryRoles/{id}/members/{other}", get(members::one))
        .route(
            "/v1.0/directoryRoles/{id}/members/{other}/$ref",
            get(members::reference).delete(members::remove),
        )
        .route("/v1.0/directoryRoleTemplates", get(templates))
        .route("/v1.0/directoryRoleTemplates/{id}", get(template))
        .merge(definitions::routes())
        .merge(assignments::routes())
}

/// The id of a role, built-in or the tenant's own; text that is none is nobody's.
fn role_id(id: &str) -> Result<Uuid, Error> {
    id.parse().map_err(|_| Error::not_found())
}

fn role_of(id: &str) -> Result<Role, Error> {
    let id = id.strip_prefix("roleTemplateId=").unwrap_or(id);
    Role::from_template_id(role_id(id)?).ok_or_else(Error::not_found)
}

fn shown(l: &Locale, role: Role) -> Map<String, Value> {
    object_of(json!({
        "id": role.template_id(),
        "deletedDateTime": null,
        "description": does(l, role),
        "displayName": role.name(),
        "roleTemplateId": role.template_id(),
    }))
}

/// Built-in roles as they stand among other objects. A tenant's own are not directory roles in Graph's sense.
pub(super) fn shown_among(app: &App, ids: impl Iterator<Item = Uuid>) -> Vec<(Uuid, Map<String, Value>)> {
    let l = app.locales.english();
    ids.filter_map(|id| Some((id, shown(&l, Role::from_template_id(id)?)))).collect()
}

/// A role among objects of other kinds: it says that it is one, and what it doesn't have is left out.
pub(super) fn mixed(role: &Map<String, Value>, select: &[Property]) -> Map<String, Value> {
    let wanted = |name: &str| {
        select.is_empty() || select.iter().any(|path| ["*", name].contains(&path.text().as_str()))
    };
    let kind = ("@odata.type".to_owned(), json!("#microsoft.graph.directoryRole"));
    let kept =
        role.iter().filter(|(name, _)| wanted(name)).map(|(name, value)| (name.clone(), value.clone()));
    std::iter::once(kind).chain(kept).collect()
}

fn shown_template(l: &Locale, role: Role) -> Map<String, Value> {
    let mut object = shown(l, role);
    object.remove("roleTemplateId");
    object
}

/// All roles are in one answer: there are few, and a tenant's own are bounded.
fn collection(
    app: &App,
    asked: &Asked,
    of: &str,
    roles: impl Iterator<Item = Map<String, Value>>,
) -> Result<Json<Value>, Error> {
    let query = &asked.query;
    asked.refuse_skip()?;
    for (option, is_asked) in [("$orderby", !query.order_by.is_empty()), ("$search", query.search.is_some())]
    {
        if is_asked {
            return Err(unsupported(option, "roles are few: narrow them by $filter").into());
        }
    }
    let mut value = Vec::new();
    for object in roles {
        let wanted = query.filter.as_ref().map_or(Ok(true), |filter| filter::passes(&object, filter))?;
        if wanted {
            value.push(Value::Object(asked_of(object, asked)?));
        }
    }
    let mut answer = Map::new();
    answer.insert("@odata.context".into(), context(app, of));
    if query.count {
        answer.insert("@odata.count".into(), json!(value.len()));
    }
    if let Some(top) = query.top {
        value.truncate(top as usize);
    }
    answer.insert("value".into(), Value::Array(value));
    Ok(Json(Value::Object(answer)))
}

async fn list(
    State(app): State<App>,
    Caller(actor): Caller,
    page: Page,
    asked: Asked,
) -> Result<Json<Value>, Error> {
    actor.require(Permission::ReadDirectory)?;
    collection(&app, &asked, "directoryRoles", Role::ALL.iter().map(|role| shown(&page.l, *role)))
}

/// A role of the reference system must be activated before it can be granted; here each is from the start.
async fn activate(
    State(app): State<App>,
    Caller(actor): Caller,
    page: Page,
    asked: Asked,
    mut body: Body,
) -> Result<Response, Error> {
    actor.require(Permission::ManageRoles)?;
    let template = body.text("roleTemplateId")?.given();
    let template = template.ok_or(Refusal::new(Code::FieldRequired).on("roleTemplateId"))?;
    body.end(&["id", "displayName", "description", "deletedDateTime"])?;
    let role = role_of(&template)?;
    let answer = entity(&app, "directoryRoles/$entity", shown(&page.l, role), &asked)?;
    let location = app.link(&format!("/v1.0/directoryRoles/{}", role.template_id()));
    Ok((StatusCode::CREATED, [(LOCATION, location)], answer).into_response())
}

async fn one(
    State(app): State<App>,
    Caller(actor): Caller,
    page: Page,
    Path(id): Path<String>,
    asked: Asked,
) -> Result<Json<Value>, Error> {
    actor.require(Permission::ReadDirectory)?;
    entity(&app, "directoryRoles/$entity", shown(&page.l, role_of(&id)?), &asked)
}

async fn templates(
    State(app): State<App>,
    Caller(actor): Caller,
    page: Page,
    asked: Asked,
) -> Result<Json<Value>, Error> {
    actor.require(Permission::ReadDirectory)?;
    let roles = Role::ALL.iter().map(|role| shown_template(&page.l, *role));
    collection(&app, &asked, "directoryRoleTemplates", roles)
}

async fn template(
    State(app): State<App>,
    Caller(actor): Caller,
    page: Page,
    Path(id): Path<String>,
    asked: Asked,
) -> Result<Json<Value>, Error> {
    actor.require(Permission::ReadDirectory)?;
    entity(&app, "directoryRoleTemplates/$entity", shown_template(&page.l, role_of(&id)?), &asked)
}

pub fn described() -> Described {
    let one = "/v1.0/directoryRoles/{id}";
    let role = |name: &'static str| {
        Shape::new(name)
            .has("id", id())
            .has("description", text())
            .has("displayName", text())
            .never_has(&["deletedDateTime"], &[])
    };
    let body =
        json!({ "type": "object", "properties": { "roleTemplateId": id() }, "required": ["roleTemplateId"] });
    let named = json!({
        "type": "object",
        "properties": {
            "@odata.context": text(), "@odata.id": text(), "@odata.type": text(), "id": id(), "url": text(),
        },
        "additionalProperties": false,
    });
    let few = |name: &str| Answer::Json(page(schema(name)));
    let all = [
        Operation::get("/v1.0/directoryRoles", "List roles").query(FEW).answers(200, few("directoryRole")),
        Operation::post("/v1.0/directoryRoles", "Activate a role; each is active from the start")
            .takes(body)
            .answers(201, Answer::Json(schema("directoryRole"))),
        Operation::get(one, "A role").query(&["$select"]).answers(200, Answer::Json(schema("directoryRole"))),
        Operation::post(format!("{one}/members/$ref"), "Give somebody the role")
            .takes(schema("reference.new"))
            .nothing(),
        Operation::get(format!("{one}/members/{{other}}/$ref"), "A reference to one who has the role")
            .query(&["$select"])
            .answers(200, Answer::Json(named)),
        Operation::delete(format!("{one}/members/{{other}}/$ref"), "Take the role away"),
        Operation::get("/v1.0/directoryRoleTemplates", "List templates of roles")
            .query(FEW)
            .answers(200, few("directoryRoleTemplate")),
        Operation::get("/v1.0/directoryRoleTemplates/{id}", "A template")
            .query(&["$select"])
            .answers(200, Answer::Json(schema("directoryRoleTemplate"))),
    ];
    Described::of(all.into_iter().chain(related::described(one, "members")))
        .shape(&role("directoryRole").has("roleTemplateId", id()))
        .shape(&role("directoryRoleTemplate"))
        .merge(definitions::described())
        .merge(assignments::described())
}

/// Options of lists that are all in memory.
const FEW: &[&str] = &["$select", "$filter", "$top", "$count"];
