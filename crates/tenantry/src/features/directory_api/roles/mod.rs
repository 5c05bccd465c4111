//! `/v1.0/directoryRoles`, `/v1.0/directoryRoleTemplates` and `/v1.0/roleManagement/directory`: roles and who holds them
//! (facts §4.5, §7.1). Every built-in role is active from the start; its id is its template's.

mod management;

use axum::extract::{Path, State};
use axum::response::{IntoResponse as _, Response};
use axum::routing::{delete, get, post};
use axum::{Json, Router};
use http::StatusCode;
use http::header::LOCATION;
use model::ids::UserId;
use model::refusal::{Code, Refusal};
use model::roles::{Permission, Role};
use protocol::odata::{Comparison, Filter, Literal};
use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::{asked_of, reference};
use crate::app::App;
use crate::error::Error;
use crate::features::directory::{self, DirectoryUser, narrow_to_role};
use crate::graph::{Asked, Body, Caller, Listing, context, unsupported};
use crate::openapi::{Answer, Described, Operation, Shape, id, page, reference as schema, text};
use crate::transaction;
use crate::web::layout::Page;
use crate::web::locale::Locale;
use crate::web::roles::does;

pub fn routes() -> Router<App> {
    Router::new()
        .route("/v1.0/directoryRoles", get(list).post(activate))
        .route("/v1.0/directoryRoles/{id}", get(one))
        .route("/v1.0/directoryRoles/{id}/members", get(members))
        .route("/v1.0/directoryRoles/{id}/members/$ref", post(add_member))
        .route("/v1.0/directoryRoles/{id}/members/{user}", get(member))
        .route("/v1.0/directoryRoles/{id}/members/{user}/$ref", delete(remove_member))
        .route("/v1.0/directoryRoleTemplates", get(templates))
        .route("/v1.0/directoryRoleTemplates/{id}", get(template))
        .merge(management::routes())
}

fn role_of(id: &str) -> Result<Role, Error> {
    let id = id.strip_prefix("roleTemplateId=").unwrap_or(id);
    let id: Uuid = id.parse().map_err(|_| Error::not_found())?;
    Role::from_template_id(id).ok_or_else(Error::not_found)
}

fn object(value: Value) -> Map<String, Value> {
    match value {
        Value::Object(object) => object,
        _ => Map::new(),
    }
}

fn shown(l: &Locale, role: Role) -> Map<String, Value> {
    object(json!({
        "id": role.template_id(),
        "deletedDateTime": null,
        "description": does(l, role),
        "displayName": role.name(),
        "roleTemplateId": role.template_id(),
    }))
}

fn shown_template(l: &Locale, role: Role) -> Map<String, Value> {
    let mut object = shown(l, role);
    object.remove("roleTemplateId");
    object
}

/// Does a role pass a filter? There are few of them, all in memory.
fn passes(object: &Map<String, Value>, filter: &Filter) -> Result<bool, Error> {
    match filter {
        Filter::And(left, right) => Ok(passes(object, left)? && passes(object, right)?),
        Filter::Or(left, right) => Ok(passes(object, left)? || passes(object, right)?),
        Filter::Not(inner) => Ok(!passes(object, inner)?),
        Filter::Compare { property, comparison: Comparison::Equal, value } => {
            let name = property.text();
            let found = object.get(&name).ok_or_else(|| unknown(&name))?;
            Ok(match value {
                Literal::Text(text) | Literal::Guid(text) => {
                    found.as_str().is_some_and(|found| found.eq_ignore_ascii_case(text))
                }
                Literal::Bool(truth) => found.as_bool() == Some(*truth),
                _ => false,
            })
        }
        Filter::In { property, values } => {
            let name = property.text();
            let found = object.get(&name).ok_or_else(|| unknown(&name))?.as_str().unwrap_or_default();
            Ok(values.iter().any(|value| match value {
                Literal::Text(text) | Literal::Guid(text) => found.eq_ignore_ascii_case(text),
                _ => false,
            }))
        }
        Filter::Text { property, text, .. } => {
            let name = property.text();
            let found = object.get(&name).ok_or_else(|| unknown(&name))?.as_str().unwrap_or_default();
            Ok(found.to_lowercase().starts_with(&text.to_lowercase()))
        }
        _ => Err(unsupported("$filter", "this condition isn't supported here").into()),
    }
}

fn unknown(name: &str) -> Error {
    unsupported("$filter", format!("{name} can't be searched")).into()
}

fn collection(
    app: &App,
    page: &Page,
    asked: &Asked,
    of: &str,
    show: fn(&Locale, Role) -> Map<String, Value>,
) -> Result<Json<Value>, Error> {
    let mut value = Vec::new();
    for role in Role::ALL {
        let object = show(&page.l, *role);
        let wanted = asked.query.filter.as_ref().map_or(Ok(true), |filter| passes(&object, filter))?;
        if wanted {
            value.push(asked_of(object, asked)?);
        }
    }
    Ok(Json(json!({ "@odata.context": context(app, of), "value": value })))
}

fn entity(app: &App, of: &str, object: Map<String, Value>, asked: &Asked) -> Result<Json<Value>, Error> {
    let mut answer = Map::new();
    answer.insert("@odata.context".into(), context(app, of));
    answer.extend(asked_of(object, asked)?);
    Ok(Json(Value::Object(answer)))
}

async fn list(
    State(app): State<App>,
    Caller(actor): Caller,
    page: Page,
    asked: Asked,
) -> Result<Json<Value>, Error> {
    actor.require(Permission::ReadDirectory)?;
    collection(&app, &page, &asked, "directoryRoles", shown)
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
    collection(&app, &page, &asked, "directoryRoleTemplates", shown_template)
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

async fn members(
    State(app): State<App>,
    Caller(actor): Caller,
    Path(id): Path<String>,
    asked: Asked,
) -> Result<Json<Value>, Error> {
    let role = role_of(&id)?;
    let mut scope = app.db.read().await?;
    let mut tenant = scope.tenant(actor.grant()).await?;
    let mut listing = Listing { mixed: true, ..Listing::all("directoryObjects") };
    narrow_to_role(&mut listing.within, role);
    crate::graph::list::<DirectoryUser>(&app, &mut tenant, &actor, &asked, listing).await
}

async fn member(
    State(app): State<App>,
    Caller(actor): Caller,
    Path((id, user)): Path<(String, String)>,
    asked: Asked,
) -> Result<Response, Error> {
    let role = role_of(&id)?;
    let user: UserId = user.parse().map_err(|_| Error::not_found())?;
    let mut scope = app.db.read().await?;
    let mut tenant = scope.tenant(actor.grant()).await?;
    directory::role_assignment(&mut tenant, &actor, user, role).await?.ok_or_else(Error::not_found)?;
    let found = directory::get_user(&mut tenant, &actor, user).await?;
    crate::graph::entity(&app, &mut tenant, &actor, &found, &asked, "directoryObjects/$entity").await
}

async fn add_member(
    State(app): State<App>,
    Caller(actor): Caller,
    Path(id): Path<String>,
    body: Body,
) -> Result<StatusCode, Error> {
    let (role, user, moment) = (role_of(&id)?, UserId(reference(body)?), app.moment());
    transaction!(app.db, |scope| {
        let mut tenant = scope.tenant(actor.grant()).await?;
        if directory::role_assignment(&mut tenant, &actor, user, role).await?.is_some() {
            return Err(Refusal::new(Code::ReferenceExists).into());
        }
        directory::assign_role(&mut tenant, &actor, user, role, &moment).await
    })?;
    Ok(StatusCode::NO_CONTENT)
}

async fn remove_member(
    State(app): State<App>,
    Caller(actor): Caller,
    Path((id, user)): Path<(String, String)>,
) -> Result<StatusCode, Error> {
    let (role, moment) = (role_of(&id)?, app.moment());
    let user: UserId = user.parse().map_err(|_| Error::not_found())?;
    take_away(&app, &actor, user, role, &moment).await
}

async fn take_away(
    app: &App,
    actor: &crate::access::Actor,
    user: UserId,
    role: Role,
    moment: &crate::moment::Moment,
) -> Result<StatusCode, Error> {
    transaction!(app.db, |scope| {
        let mut tenant = scope.tenant(actor.grant()).await?;
        directory::role_assignment(&mut tenant, actor, user, role).await?.ok_or_else(Error::not_found)?;
        directory::remove_role(&mut tenant, actor, user, role, moment).await
    })?;
    Ok(StatusCode::NO_CONTENT)
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
    let few = |name: &str| Answer::Json(page(schema(name)));
    let all = [
        Operation::get("/v1.0/directoryRoles", "List roles").query(FEW).answers(200, few("directoryRole")),
        Operation::post("/v1.0/directoryRoles", "Activate a role; each is active from the start")
            .takes(body)
            .answers(201, Answer::Json(schema("directoryRole"))),
        Operation::get(one, "A role").query(&["$select"]).answers(200, Answer::Json(schema("directoryRole"))),
        Operation::get(format!("{one}/members"), "Who has the role").lists("directoryObject"),
        Operation::post(format!("{one}/members/$ref"), "Give somebody the role")
            .takes(schema("reference.new"))
            .nothing(),
        Operation::get(format!("{one}/members/{{user}}"), "One who has the role").shows("directoryObject"),
        Operation::delete(format!("{one}/members/{{user}}/$ref"), "Take the role away"),
        Operation::get("/v1.0/directoryRoleTemplates", "List templates of roles")
            .query(FEW)
            .answers(200, few("directoryRoleTemplate")),
        Operation::get("/v1.0/directoryRoleTemplates/{id}", "A template")
            .query(&["$select"])
            .answers(200, Answer::Json(schema("directoryRoleTemplate"))),
    ];
    Described::of(all)
        .shape(&role("directoryRole").has("roleTemplateId", id()))
        .shape(&role("directoryRoleTemplate"))
        .merge(management::described())
}

/// Options of lists that are all in memory.
const FEW: &[&str] = &["$select", "$filter"];
