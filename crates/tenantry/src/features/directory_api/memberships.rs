//! In which groups somebody or something is, directly or over other groups, and which roles it has: asked of some, or of
//! all.

use axum::Json;
use axum::extract::State;
use model::groups::{GroupProperties, MOST_BOUND};
use model::objects::Relation;
use model::refusal::{Code, Refusal};
use serde_json::{Value, json};
use uuid::Uuid;

use super::at::At;
use crate::app::App;
use crate::error::Error;
use crate::features::objects::{self, narrow_to_holders, narrow_to_seen};
use crate::features::roles::{RoleDefinition, held_by_any};
use crate::graph::filter::Condition;
use crate::graph::index::is_true;
use crate::graph::query::ObjectQuery;
use crate::graph::{Body, Caller, context};
use crate::openapi::{Answer, Operation, id, list_of, truth, value};

/// Groups that one answer holds (Microsoft Graph's own limit).
const MOST: usize = 11_000;

/// The ids that a body lists.
pub(super) fn ids(body: &mut Body, name: &'static str, most: usize) -> Result<Vec<Uuid>, Refusal> {
    let found = body.texts(name)?.given().ok_or_else(|| Refusal::new(Code::FieldRequired).on(name))?;
    if found.len() > most {
        return Err(Refusal::new(Code::PropertyTooMany).on(name).with("max", most.to_string()));
    }
    let refused =
        || Refusal::new(Code::PropertyKind).with("property", name).with("kind", "Collection(Edm.Guid)");
    found.iter().map(|id| id.parse().map_err(|_| refused())).collect()
}

/// Which memberships count.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Of {
    Groups,
    /// Built-in roles too.
    Objects,
}

async fn memberships(
    app: &App,
    caller: Caller,
    at: &At,
    of: Of,
    asked: impl Fn(&mut Condition, &mut Vec<Uuid>),
) -> Result<Json<Value>, Error> {
    let Caller(actor) = caller;
    let mut scope = app.db.read().await?;
    let mut tenant = scope.tenant(actor.grant()).await?;
    let (_, source) = at.find(&mut tenant, &actor).await?;
    let mut roles: Vec<Uuid> = match of {
        Of::Groups => Vec::new(),
        Of::Objects => {
            let held = held_by_any(&mut tenant, source).await?.into_iter().map(|held| held.role);
            held.filter(RoleDefinition::is_built_in).map(|role| role.id).collect()
        }
    };
    let mut condition = Condition::default();
    narrow_to_holders(&mut condition, source, Relation::Member, true);
    narrow_to_seen(&mut condition, &actor);
    asked(&mut condition, &mut roles);
    let found = objects::list::<GroupProperties>(&mut tenant, &ObjectQuery::of(condition, MOST)).await?;
    if found.next.is_some() {
        return Err(Refusal::new(Code::PropertyTooMany).on("value").with("max", MOST.to_string()).into());
    }
    let ids: Vec<Uuid> = found.items.iter().map(|group| group.id.0).chain(roles).collect();
    Ok(Json(json!({ "@odata.context": context(app, "Collection(Edm.String)"), "value": ids })))
}

async fn check(
    app: &App,
    caller: Caller,
    at: &At,
    mut body: Body,
    (of, name): (Of, &'static str),
) -> Result<Json<Value>, Error> {
    let ids = ids(&mut body, name, MOST_BOUND)?;
    body.end(&[])?;
    memberships(app, caller, at, of, |condition, roles| {
        among(condition, &ids);
        roles.retain(|role| ids.contains(role));
    })
    .await
}

async fn all(app: &App, caller: Caller, at: &At, mut body: Body, of: Of) -> Result<Json<Value>, Error> {
    let security = body.truth("securityEnabledOnly")?.given();
    let security = security.ok_or_else(|| Refusal::new(Code::FieldRequired).on("securityEnabledOnly"))?;
    body.end(&[])?;
    memberships(app, caller, at, of, |condition, roles| {
        if security {
            is_true(condition, &crate::features::groups::GROUPS, "securityEnabled");
            roles.clear();
        }
    })
    .await
}

/// Narrows a list to some ids.
pub(super) fn among(condition: &mut Condition, ids: &[Uuid]) {
    let places: Vec<String> = ids.iter().map(|id| condition.bind(*id)).collect();
    let sql = format!("id IN ({})", places.join(", "));
    condition.and(if ids.is_empty() { "1 = 0" } else { &sql });
}

pub(super) async fn check_groups(
    State(app): State<App>,
    caller: Caller,
    at: At,
    body: Body,
) -> Result<Json<Value>, Error> {
    check(&app, caller, &at, body, (Of::Groups, "groupIds")).await
}

pub(super) async fn check_objects(
    State(app): State<App>,
    caller: Caller,
    at: At,
    body: Body,
) -> Result<Json<Value>, Error> {
    check(&app, caller, &at, body, (Of::Objects, "ids")).await
}

pub(super) async fn groups(
    State(app): State<App>,
    caller: Caller,
    at: At,
    body: Body,
) -> Result<Json<Value>, Error> {
    all(&app, caller, &at, body, Of::Groups).await
}

pub(super) async fn objects_of(
    State(app): State<App>,
    caller: Caller,
    at: At,
    body: Body,
) -> Result<Json<Value>, Error> {
    all(&app, caller, &at, body, Of::Objects).await
}

/// What is answered below the path of an object.
pub(super) fn described(path: &str) -> Vec<Operation> {
    let ids = |name: &str| {
        let body = json!({ "type": "object", "properties": { name: list_of(id()) }, "required": [name] });
        (body, value(list_of(id())))
    };
    let security = json!({ "type": "object", "properties": { "securityEnabledOnly": truth() },
        "required": ["securityEnabledOnly"] });
    let action = |name: &str, summary: &str, (body, answer): (Value, Value)| {
        Operation::post(format!("{path}/{name}"), summary).takes(body).answers(200, Answer::Json(answer))
    };
    let all = || (security.clone(), value(list_of(id())));
    vec![
        action("checkMemberGroups", "In which of these groups it is", ids("groupIds")),
        action("checkMemberObjects", "In which of these objects it is", ids("ids")),
        action("getMemberGroups", "All groups that it is in", all()),
        action("getMemberObjects", "All objects that it is in", all()),
    ]
}
