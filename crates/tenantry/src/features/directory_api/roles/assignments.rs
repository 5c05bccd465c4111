//! `/v1.0/roleManagement/directory/roleAssignments`: who holds which role, as objects of their own, and what somebody
//! holds over groups.

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
use model::roles::Permission;
use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::filter::Narrowed;
use super::members::take_away;
use super::{definitions, role_id};
use crate::access::Actor;
use crate::app::App;
use crate::db::TenantScope;
use crate::error::Error;
use crate::features::directory_api::any::{AnyObject, reader};
use crate::features::directory_api::{asked_of, object_of};
use crate::features::roles;
use crate::graph::{Asked, Body, Caller, Collection, context, in_context, selected, unsupported};
use crate::openapi::{Answer, Described, Operation, Shape, id, one_of, page, reference, text};
use crate::transaction;
use crate::web::layout::Page;
use crate::web::locale::Locale;

const ENTITY: &str = "roleManagement/directory/roleAssignments/$entity";

pub(super) fn routes() -> Router<App> {
    Router::new()
        .route("/v1.0/roleManagement/directory/roleAssignments", get(list).post(assign))
        .route("/v1.0/roleManagement/directory/roleAssignments/{id}", get(one).delete(unassign))
        .route("/v1.0/roleManagement/directory/transitiveRoleAssignments", get(transitive))
}

/// Who holds what; there is one assignment of each.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Pair {
    holder: Uuid,
    role: Uuid,
}

impl Pair {
    fn id(self) -> String {
        URL_SAFE_NO_PAD.encode([*self.holder.as_bytes(), *self.role.as_bytes()].concat())
    }

    fn of(id: &str) -> Result<Self, Error> {
        let bytes = URL_SAFE_NO_PAD.decode(id).ok().filter(|bytes| bytes.len() == 32);
        let bytes = bytes.ok_or_else(Error::not_found)?;
        let half = |bytes: &[u8]| Uuid::from_slice(bytes).map_err(|_| Error::not_found());
        Ok(Self { holder: half(&bytes[..16])?, role: half(&bytes[16..])? })
    }

    fn shown(self) -> Map<String, Value> {
        object_of(json!({
            "id": self.id(),
            "appScopeId": null,
            "condition": null,
            "directoryScopeId": "/",
            "principalId": self.holder,
            "roleDefinitionId": self.role,
        }))
    }
}

/// The assignment as it was asked for, with holder and role inside where `$expand` says.
async fn shown(
    scope: &mut TenantScope<'_>,
    actor: &Actor,
    (l, asked): (&Locale, &Asked),
    pair: Pair,
) -> Result<Map<String, Value>, Error> {
    let mut answer = asked_of(pair.shown(), asked)?;
    for expand in &asked.query.expand {
        let name = expand.relationship.text();
        let inside = match name.as_str() {
            "principal" => {
                AnyObject::find(scope, &reader(actor), pair.holder).await?.shown(&expand.select)?
            }
            "roleDefinition" => {
                let role = definitions::shown(l, &roles::find_role(scope, pair.role).await?);
                let every: Vec<String> = role.keys().cloned().collect();
                let every: Vec<&str> = every.iter().map(String::as_str).collect();
                selected(role, &expand.select, &every)?
            }
            other => return Err(unsupported("$expand", format!("{other} can't be expanded")).into()),
        };
        answer.insert(name, Value::Object(inside));
    }
    Ok(answer)
}

async fn list(
    State(app): State<App>,
    Caller(actor): Caller,
    page: Page,
    asked: Asked,
) -> Result<Json<Value>, Error> {
    asked.refuse_skip()?;
    if !asked.query.order_by.is_empty() {
        return Err(unsupported("$orderby", "assignments are in the order of their principals").into());
    }
    let mut narrowed = Narrowed::default();
    if let Some(filter) = &asked.query.filter {
        narrowed.read(filter)?;
    }
    let (from, limit) = (asked.start(&app, actor.tenant())?, asked.page_size()?);
    let mut scope = app.db.read().await?;
    let mut tenant = scope.tenant(actor.grant()).await?;
    let found =
        roles::assignments(&mut tenant, &actor, (narrowed.holder, narrowed.role), from, limit).await?;
    let mut value = Vec::with_capacity(found.items.len());
    for item in &found.items {
        let pair = Pair { holder: item.holder.id, role: item.role };
        value.push(Value::Object(shown(&mut tenant, &actor, (&page.l, &asked), pair).await?));
    }
    let context = "roleManagement/directory/roleAssignments";
    let collection = Collection { context, count: None, value, next: found.next };
    Ok(Json(collection.answer(&app, actor.tenant(), &asked)))
}

async fn one(
    State(app): State<App>,
    Caller(actor): Caller,
    page: Page,
    Path(id): Path<String>,
    asked: Asked,
) -> Result<Json<Value>, Error> {
    let pair = Pair::of(&id)?;
    let mut scope = app.db.read().await?;
    let mut tenant = scope.tenant(actor.grant()).await?;
    let found = roles::assignment(&mut tenant, &actor, pair.holder, pair.role).await?;
    found.ok_or_else(Error::not_found)?;
    Ok(in_context(&app, ENTITY, shown(&mut tenant, &actor, (&page.l, &asked), pair).await?))
}

async fn assign(
    State(app): State<App>,
    Caller(actor): Caller,
    page: Page,
    asked: Asked,
    mut body: Body,
) -> Result<Response, Error> {
    let needed = |name: &'static str| Refusal::new(Code::FieldRequired).on(name);
    let holder = body.text("principalId")?.given().ok_or(needed("principalId"))?;
    let role = body.text("roleDefinitionId")?.given().ok_or(needed("roleDefinitionId"))?;
    let scope_id = body.text("directoryScopeId")?.given().unwrap_or_else(|| "/".to_owned());
    body.pass_over_nothing("condition");
    body.pass_over_nothing("appScopeId");
    body.end(&["id", "condition", "appScopeId"])?;
    if scope_id != "/" {
        let refusal = Refusal::new(Code::PropertyValue).with("property", "directoryScopeId");
        return Err(refusal.into());
    }
    let (pair, moment) = (Pair { holder: role_id(&holder)?, role: role_id(&role)? }, app.moment());
    let made = transaction!(app.db, |scope| {
        let mut tenant = scope.tenant(actor.grant()).await?;
        if !roles::assign(&mut tenant, &actor, pair.holder, pair.role, &moment).await? {
            return Err(Refusal::new(Code::ReferenceExists).into());
        }
        shown(&mut tenant, &actor, (&page.l, &asked), pair).await
    })?;
    let answer = in_context(&app, ENTITY, made);
    let location = app.link(&format!("/v1.0/roleManagement/directory/roleAssignments/{}", pair.id()));
    Ok((StatusCode::CREATED, [(LOCATION, location)], answer).into_response())
}

async fn unassign(
    State(app): State<App>,
    Caller(actor): Caller,
    Path(id): Path<String>,
) -> Result<StatusCode, Error> {
    let pair = Pair::of(&id)?;
    take_away(&app, &actor, pair.holder, pair.role).await
}

/// `$filter=principalId eq '…'`: what a person holds, the assignments of their groups among it.
async fn transitive(
    State(app): State<App>,
    Caller(actor): Caller,
    page: Page,
    asked: Asked,
) -> Result<Json<Value>, Error> {
    let mut narrowed = Narrowed::default();
    if let Some(filter) = &asked.query.filter {
        narrowed.read(filter)?;
    }
    let holder =
        narrowed.holder.ok_or_else(|| unsupported("$filter", "principalId eq '…' is needed here"))?;
    if actor.user_id() != Some(UserId(holder)) {
        actor.require(Permission::ReadDirectory)?;
    }
    let mut scope = app.db.read().await?;
    let mut tenant = scope.tenant(actor.grant()).await?;
    let mut pairs = Vec::new();
    for held in roles::held_by_any(&mut tenant, holder).await? {
        let own = held.directly.then_some(holder).into_iter();
        let groups = held.groups.iter().map(|(group, _)| *group);
        pairs.extend(own.chain(groups).map(|holder| Pair { holder, role: held.role.id }));
    }
    pairs.retain(|pair| narrowed.role.is_none_or(|role| role == pair.role));
    pairs.sort_unstable();
    let mut value = Vec::with_capacity(pairs.len());
    for pair in pairs {
        value.push(Value::Object(shown(&mut tenant, &actor, (&page.l, &asked), pair).await?));
    }
    let context = context(&app, "roleManagement/directory/transitiveRoleAssignments");
    Ok(Json(json!({ "@odata.context": context, "value": value })))
}

pub(super) fn described() -> Described {
    let path = "/v1.0/roleManagement/directory/roleAssignments";
    let assignment = Shape::new("unifiedRoleAssignment")
        .has("id", text())
        .has("directoryScopeId", one_of(&["/"]))
        .has("principalId", id())
        .has("roleDefinitionId", id())
        .has("principal", reference("directoryObject"))
        .has("roleDefinition", reference("unifiedRoleDefinition"))
        .never_has(&["appScopeId", "condition"], &[])
        .read_only(&["id", "principal", "roleDefinition"])
        .needs(&["principalId", "roleDefinitionId"]);
    let name = "unifiedRoleAssignment";
    let other = format!("{path}/{{id}}");
    let listed = || Answer::Json(page(reference(name)));
    let all = [
        Operation::get(path, "Who has which role")
            .query(&["$select", "$filter", "$expand", "$top", "$skiptoken"])
            .answers(200, listed()),
        Operation::post(path, "Give a role to a person, a group or a service principal").makes(name),
        Operation::get(&other, "An assignment").shows(name),
        Operation::delete(&other, "Take a role away"),
        Operation::get(
            "/v1.0/roleManagement/directory/transitiveRoleAssignments",
            "What somebody has, over groups too",
        )
        .query(&["$select", "$filter", "$expand"])
        .answers(200, listed()),
    ];
    Described::of(all).shape(&assignment)
}
