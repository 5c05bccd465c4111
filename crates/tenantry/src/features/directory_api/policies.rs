//! `/v1.0/policies/claimsMappingPolicies`, and which of them applies to a service principal.

use axum::extract::{Path, State};
use axum::response::{IntoResponse as _, Response};
use axum::routing::{delete, get};
use axum::{Json, Router};
use http::StatusCode;
use http::header::LOCATION;
use model::applications::ClaimsMapping;
use model::refusal::{Code, Refusal};
use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::reference::referred_policy;
use super::{asked_of, entity, object_of, service_principals};
use crate::app::App;
use crate::error::Error;
use crate::features::applications::{self, Policy};
use crate::graph::{Asked, Body, Caller, Property, context};
use crate::openapi::{Answer, Described, Operation, Shape, id, page, reference, text, truth};
use crate::transaction;

const COLLECTION: &str = "policies/claimsMappingPolicies";

pub fn routes() -> Router<App> {
    Router::new()
        .route("/v1.0/policies/claimsMappingPolicies", get(list).post(create))
        .route("/v1.0/policies/claimsMappingPolicies/{id}", get(one).patch(update).delete(remove))
        .route("/v1.0/servicePrincipals/{id}/claimsMappingPolicies", get(of_principal))
        .route("/v1.0/servicePrincipals/{id}/claimsMappingPolicies/$ref", get(references).post(assign))
        .route("/v1.0/servicePrincipals/{id}/claimsMappingPolicies/{policy}/$ref", delete(unassign))
}

fn shown(policy: &Policy) -> Map<String, Value> {
    object_of(json!({
        "id": policy.id,
        "deletedDateTime": null,
        "definition": [policy.mapping.definition],
        "description": policy.mapping.description,
        "displayName": policy.mapping.display_name,
        "isOrganizationDefault": false,
    }))
}

fn answer(app: &App, policy: &Policy, asked: &Asked) -> Result<Json<Value>, Error> {
    entity(app, "policies/claimsMappingPolicies/$entity", shown(policy), asked)
}

/// What a body says of a policy over what it was.
fn read(mut body: Body, old: ClaimsMapping, current: &Map<String, Value>) -> Result<ClaimsMapping, Error> {
    let display_name = match body.text("displayName")? {
        Property::Is(name) => name,
        Property::Absent => old.display_name,
        Property::Null => return Err(Refusal::new(Code::FieldRequired).on("displayName").into()),
    };
    let description = body.text("description")?.or(old.description);
    let definition = match body.texts("definition")? {
        Property::Is(texts) => match texts.as_slice() {
            [one] => one.clone(),
            _ => return Err(Refusal::new(Code::FieldRequired).on("definition").into()),
        },
        Property::Absent => old.definition,
        Property::Null => return Err(Refusal::new(Code::FieldRequired).on("definition").into()),
    };
    // Only a policy that applies where it is assigned is offered.
    if body.truth("isOrganizationDefault")?.given() == Some(true) {
        return Err(Refusal::new(Code::PropertyReadOnly).with("property", "isOrganizationDefault").into());
    }
    body.pass_over_same(current, &["id", "deletedDateTime"]);
    body.end(&["id", "deletedDateTime"])?;
    Ok(ClaimsMapping { display_name, description, definition })
}

async fn list(State(app): State<App>, Caller(actor): Caller, asked: Asked) -> Result<Json<Value>, Error> {
    let mut scope = app.db.read().await?;
    let mut tenant = scope.tenant(actor.grant()).await?;
    let found = applications::policies(&mut tenant, &actor).await?;
    let value = found.iter().map(|policy| asked_of(shown(policy), &asked)).collect::<Result<Vec<_>, _>>()?;
    Ok(Json(json!({ "@odata.context": context(&app, COLLECTION), "value": value })))
}

async fn one(
    State(app): State<App>,
    Caller(actor): Caller,
    Path(id): Path<String>,
    asked: Asked,
) -> Result<Json<Value>, Error> {
    let id: Uuid = id.parse().map_err(|_| Error::not_found())?;
    let mut scope = app.db.read().await?;
    let mut tenant = scope.tenant(actor.grant()).await?;
    let found = applications::policy(&mut tenant, &actor, id).await?;
    answer(&app, &found, &asked)
}

async fn create(
    State(app): State<App>,
    Caller(actor): Caller,
    asked: Asked,
    body: Body,
) -> Result<Response, Error> {
    let moment = app.moment();
    let mapping = read(body, ClaimsMapping::default(), &Map::new())?;
    let made = transaction!(app.db, |scope| {
        let mut tenant = scope.tenant(actor.grant()).await?;
        applications::create_policy(&mut tenant, &actor, mapping.clone(), &moment).await
    })?;
    let location = app.link(&format!("/v1.0/policies/claimsMappingPolicies/{}", made.id));
    Ok((StatusCode::CREATED, [(LOCATION, location)], answer(&app, &made, &asked)?).into_response())
}

async fn update(
    State(app): State<App>,
    Caller(actor): Caller,
    Path(id): Path<String>,
    body: Body,
) -> Result<StatusCode, Error> {
    let (id, moment): (Uuid, _) = (id.parse().map_err(|_| Error::not_found())?, app.moment());
    transaction!(app.db, |scope| {
        let mut tenant = scope.tenant(actor.grant()).await?;
        let found = applications::policy(&mut tenant, &actor, id).await?;
        let mapping = read(body.clone(), found.mapping.clone(), &shown(&found))?;
        applications::update_policy(&mut tenant, &actor, id, mapping, &moment).await
    })?;
    Ok(StatusCode::NO_CONTENT)
}

async fn remove(
    State(app): State<App>,
    Caller(actor): Caller,
    Path(id): Path<String>,
) -> Result<StatusCode, Error> {
    let (id, moment): (Uuid, _) = (id.parse().map_err(|_| Error::not_found())?, app.moment());
    transaction!(app.db, |scope| {
        let mut tenant = scope.tenant(actor.grant()).await?;
        applications::delete_policy(&mut tenant, &actor, id, &moment).await
    })?;
    Ok(StatusCode::NO_CONTENT)
}

async fn applying(app: &App, caller: Caller, id: &str) -> Result<Option<Policy>, Error> {
    let Caller(actor) = caller;
    let mut scope = app.db.read().await?;
    let mut tenant = scope.tenant(actor.grant()).await?;
    let id = service_principals::find(&mut tenant, &actor, id).await?;
    applications::get_service_principal(&mut tenant, &actor, id).await?;
    applications::policy_of(&mut tenant, &actor, id).await
}

async fn of_principal(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<String>,
    asked: Asked,
) -> Result<Json<Value>, Error> {
    let found = applying(&app, caller, &id).await?;
    let value = found.iter().map(|policy| asked_of(shown(policy), &asked)).collect::<Result<Vec<_>, _>>()?;
    Ok(Json(json!({ "@odata.context": context(&app, COLLECTION), "value": value })))
}

async fn references(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<String>,
) -> Result<Json<Value>, Error> {
    let found = applying(&app, caller, &id).await?;
    let address = |policy: &Policy| app.link(&format!("/v1.0/{COLLECTION}/{}", policy.id));
    let value: Vec<Value> = found.iter().map(|policy| json!({ "@odata.id": address(policy) })).collect();
    Ok(Json(json!({ "@odata.context": context(&app, "Collection($ref)"), "value": value })))
}

async fn assign(
    State(app): State<App>,
    Caller(actor): Caller,
    Path(id): Path<String>,
    body: Body,
) -> Result<StatusCode, Error> {
    let (policy, moment) = (referred_policy(body)?, app.moment());
    transaction!(app.db, |scope| {
        let mut tenant = scope.tenant(actor.grant()).await?;
        let id = service_principals::find(&mut tenant, &actor, &id).await?;
        applications::assign_policy(&mut tenant, &actor, id, policy, &moment).await
    })?;
    Ok(StatusCode::NO_CONTENT)
}

async fn unassign(
    State(app): State<App>,
    Caller(actor): Caller,
    Path((id, policy)): Path<(String, String)>,
) -> Result<StatusCode, Error> {
    let (policy, moment): (Uuid, _) = (policy.parse().map_err(|_| Error::not_found())?, app.moment());
    transaction!(app.db, |scope| {
        let mut tenant = scope.tenant(actor.grant()).await?;
        let id = service_principals::find(&mut tenant, &actor, &id).await?;
        applications::unassign_policy(&mut tenant, &actor, id, policy, &moment).await
    })?;
    Ok(StatusCode::NO_CONTENT)
}

pub fn described() -> Described {
    let all = "/v1.0/policies/claimsMappingPolicies";
    let (one, of) = (format!("{all}/{{id}}"), "/v1.0/servicePrincipals/{id}/claimsMappingPolicies");
    let listed = || Answer::Json(page(reference("claimsMappingPolicy")));
    let shape = Shape::new("claimsMappingPolicy")
        .has("id", id())
        .never_has(&["deletedDateTime"], &[])
        .has("definition", json!({ "type": "array", "items": text(), "minItems": 1, "maxItems": 1 }))
        .may_have("description", text())
        .has("displayName", text())
        .may_have("isOrganizationDefault", truth())
        .read_only(&["id"])
        .needs(&["definition", "displayName"]);
    Described::of([
        Operation::get(all, "List policies that map claims").query(&["$select"]).answers(200, listed()),
        Operation::post(all, "Create a policy").makes("claimsMappingPolicy"),
        Operation::get(&one, "A policy")
            .query(&["$select"])
            .answers(200, Answer::Json(reference("claimsMappingPolicy"))),
        Operation::patch(&one, "Change a policy").takes(reference("claimsMappingPolicy.change")),
        Operation::delete(&one, "Delete a policy"),
        Operation::get(of, "The policy that applies").query(&["$select"]).answers(200, listed()),
        Operation::get(format!("{of}/$ref"), "A reference to it")
            .answers(200, Answer::Json(page(reference("reference")))),
        Operation::post(format!("{of}/$ref"), "Have a policy apply")
            .takes(reference("reference.new"))
            .nothing(),
        Operation::delete(format!("{of}/{{policy}}/$ref"), "Have it apply no more"),
    ])
    .shape(&shape)
}
