//! `/v1.0/policies/claimsMappingPolicies` and `tokenIssuancePolicies`, and which of them applies to a service principal.

use axum::extract::{Path, State};
use axum::response::{IntoResponse as _, Response};
use axum::routing::{delete, get};
use axum::{Json, Router};
use http::StatusCode;
use http::header::LOCATION;
use model::applications::{PolicyKind, PolicyProperties};
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

/// A kind of policies that the handlers below answer for.
trait Of: Send + 'static {
    const KIND: PolicyKind;
}

struct Claims;
struct Issuance;

impl Of for Claims {
    const KIND: PolicyKind = PolicyKind::ClaimsMapping;
}

impl Of for Issuance {
    const KIND: PolicyKind = PolicyKind::TokenIssuance;
}

pub fn routes() -> Router<App> {
    Router::new()
        .route("/v1.0/policies/claimsMappingPolicies", get(list::<Claims>).post(create::<Claims>))
        .route(
            "/v1.0/policies/claimsMappingPolicies/{id}",
            get(one::<Claims>).patch(update::<Claims>).delete(remove::<Claims>),
        )
        .route("/v1.0/servicePrincipals/{id}/claimsMappingPolicies", get(of_principal::<Claims>))
        .route(
            "/v1.0/servicePrincipals/{id}/claimsMappingPolicies/$ref",
            get(references::<Claims>).post(assign::<Claims>),
        )
        .route("/v1.0/servicePrincipals/{id}/claimsMappingPolicies/{policy}/$ref", delete(unassign::<Claims>))
        .route("/v1.0/policies/tokenIssuancePolicies", get(list::<Issuance>).post(create::<Issuance>))
        .route(
            "/v1.0/policies/tokenIssuancePolicies/{id}",
            get(one::<Issuance>).patch(update::<Issuance>).delete(remove::<Issuance>),
        )
        .route("/v1.0/servicePrincipals/{id}/tokenIssuancePolicies", get(of_principal::<Issuance>))
        .route(
            "/v1.0/servicePrincipals/{id}/tokenIssuancePolicies/$ref",
            get(references::<Issuance>).post(assign::<Issuance>),
        )
        .route(
            "/v1.0/servicePrincipals/{id}/tokenIssuancePolicies/{policy}/$ref",
            delete(unassign::<Issuance>),
        )
}

/// The collection of a kind below `/v1.0`.
fn collection<K: Of>() -> String {
    format!("policies/{}", K::KIND.collection())
}

fn shown(policy: &Policy) -> Map<String, Value> {
    object_of(json!({
        "id": policy.id,
        "deletedDateTime": null,
        "definition": [policy.properties.definition],
        "description": policy.properties.description,
        "displayName": policy.properties.display_name,
        "isOrganizationDefault": false,
    }))
}

fn answer<K: Of>(app: &App, policy: &Policy, asked: &Asked) -> Result<Json<Value>, Error> {
    entity(app, &format!("{}/$entity", collection::<K>()), shown(policy), asked)
}

/// What a body says of a policy over what it was.
fn read(
    mut body: Body,
    old: PolicyProperties,
    current: &Map<String, Value>,
) -> Result<PolicyProperties, Error> {
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
    Ok(PolicyProperties { display_name, description, definition })
}

async fn list<K: Of>(
    State(app): State<App>,
    Caller(actor): Caller,
    asked: Asked,
) -> Result<Json<Value>, Error> {
    let mut scope = app.db.read().await?;
    let mut tenant = scope.tenant(actor.grant()).await?;
    let found = applications::policies(&mut tenant, &actor, K::KIND).await?;
    let value = found.iter().map(|policy| asked_of(shown(policy), &asked)).collect::<Result<Vec<_>, _>>()?;
    Ok(Json(json!({ "@odata.context": context(&app, &collection::<K>()), "value": value })))
}

async fn one<K: Of>(
    State(app): State<App>,
    Caller(actor): Caller,
    Path(id): Path<String>,
    asked: Asked,
) -> Result<Json<Value>, Error> {
    let id: Uuid = id.parse().map_err(|_| Error::not_found())?;
    let mut scope = app.db.read().await?;
    let mut tenant = scope.tenant(actor.grant()).await?;
    let found = applications::policy(&mut tenant, &actor, (K::KIND, id)).await?;
    answer::<K>(&app, &found, &asked)
}

async fn create<K: Of>(
    State(app): State<App>,
    Caller(actor): Caller,
    asked: Asked,
    body: Body,
) -> Result<Response, Error> {
    let moment = app.moment();
    let properties = read(body, PolicyProperties::default(), &Map::new())?;
    let made = transaction!(app.db, |scope| {
        let mut tenant = scope.tenant(actor.grant()).await?;
        applications::create_policy(&mut tenant, &actor, (K::KIND, properties.clone()), &moment).await
    })?;
    let location = app.link(&format!("/v1.0/{}/{}", collection::<K>(), made.id));
    Ok((StatusCode::CREATED, [(LOCATION, location)], answer::<K>(&app, &made, &asked)?).into_response())
}

async fn update<K: Of>(
    State(app): State<App>,
    Caller(actor): Caller,
    Path(id): Path<String>,
    body: Body,
) -> Result<StatusCode, Error> {
    let (id, moment): (Uuid, _) = (id.parse().map_err(|_| Error::not_found())?, app.moment());
    transaction!(app.db, |scope| {
        let mut tenant = scope.tenant(actor.grant()).await?;
        let found = applications::policy(&mut tenant, &actor, (K::KIND, id)).await?;
        let properties = read(body.clone(), found.properties.clone(), &shown(&found))?;
        applications::update_policy(&mut tenant, &actor, (K::KIND, id), properties, &moment).await
    })?;
    Ok(StatusCode::NO_CONTENT)
}

async fn remove<K: Of>(
    State(app): State<App>,
    Caller(actor): Caller,
    Path(id): Path<String>,
) -> Result<StatusCode, Error> {
    let (id, moment): (Uuid, _) = (id.parse().map_err(|_| Error::not_found())?, app.moment());
    transaction!(app.db, |scope| {
        let mut tenant = scope.tenant(actor.grant()).await?;
        applications::delete_policy(&mut tenant, &actor, (K::KIND, id), &moment).await
    })?;
    Ok(StatusCode::NO_CONTENT)
}

async fn applying<K: Of>(app: &App, caller: Caller, id: &str) -> Result<Option<Policy>, Error> {
    let Caller(actor) = caller;
    let mut scope = app.db.read().await?;
    let mut tenant = scope.tenant(actor.grant()).await?;
    let id = service_principals::find(&mut tenant, &actor, id).await?;
    applications::get_service_principal(&mut tenant, &actor, id).await?;
    applications::policy_of(&mut tenant, &actor, (K::KIND, id)).await
}

async fn of_principal<K: Of>(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<String>,
    asked: Asked,
) -> Result<Json<Value>, Error> {
    let found = applying::<K>(&app, caller, &id).await?;
    let value = found.iter().map(|policy| asked_of(shown(policy), &asked)).collect::<Result<Vec<_>, _>>()?;
    Ok(Json(json!({ "@odata.context": context(&app, &collection::<K>()), "value": value })))
}

async fn references<K: Of>(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<String>,
) -> Result<Json<Value>, Error> {
    let found = applying::<K>(&app, caller, &id).await?;
    let address = |policy: &Policy| app.link(&format!("/v1.0/{}/{}", collection::<K>(), policy.id));
    let value: Vec<Value> = found.iter().map(|policy| json!({ "@odata.id": address(policy) })).collect();
    Ok(Json(json!({ "@odata.context": context(&app, "Collection($ref)"), "value": value })))
}

async fn assign<K: Of>(
    State(app): State<App>,
    Caller(actor): Caller,
    Path(id): Path<String>,
    body: Body,
) -> Result<StatusCode, Error> {
    let (policy, moment) = (referred_policy(body, K::KIND)?, app.moment());
    transaction!(app.db, |scope| {
        let mut tenant = scope.tenant(actor.grant()).await?;
        let id = service_principals::find(&mut tenant, &actor, &id).await?;
        applications::assign_policy(&mut tenant, &actor, id, (K::KIND, policy), &moment).await
    })?;
    Ok(StatusCode::NO_CONTENT)
}

async fn unassign<K: Of>(
    State(app): State<App>,
    Caller(actor): Caller,
    Path((id, policy)): Path<(String, String)>,
) -> Result<StatusCode, Error> {
    let (policy, moment): (Uuid, _) = (policy.parse().map_err(|_| Error::not_found())?, app.moment());
    transaction!(app.db, |scope| {
        let mut tenant = scope.tenant(actor.grant()).await?;
        let id = service_principals::find(&mut tenant, &actor, &id).await?;
        applications::unassign_policy(&mut tenant, &actor, id, (K::KIND, policy), &moment).await
    })?;
    Ok(StatusCode::NO_CONTENT)
}

pub fn described() -> Described {
    PolicyKind::ALL.into_iter().map(described_kind).reduce(Described::merge).unwrap_or_default()
}

fn described_kind(kind: PolicyKind) -> Described {
    let (name, many) = (kind.as_str(), kind.collection());
    let all = format!("/v1.0/policies/{many}");
    let (one, of) = (format!("{all}/{{id}}"), format!("/v1.0/servicePrincipals/{{id}}/{many}"));
    let listed = || Answer::Json(page(reference(name)));
    let summary = match kind {
        PolicyKind::ClaimsMapping => "List policies that map claims",
        PolicyKind::TokenIssuance => "List policies that say how SAML tokens are signed",
    };
    let shape = Shape::new(name)
        .has("id", id())
        .never_has(&["deletedDateTime"], &[])
        .has("definition", json!({ "type": "array", "items": text(), "minItems": 1, "maxItems": 1 }))
        .may_have("description", text())
        .has("displayName", text())
        .may_have("isOrganizationDefault", truth())
        .read_only(&["id"])
        .needs(&["definition", "displayName"]);
    Described::of([
        Operation::get(&all, summary).query(&["$select"]).answers(200, listed()),
        Operation::post(&all, "Create a policy").makes(name),
        Operation::get(&one, "A policy").query(&["$select"]).answers(200, Answer::Json(reference(name))),
        Operation::patch(&one, "Change a policy").takes(reference(&format!("{name}.change"))),
        Operation::delete(&one, "Delete a policy"),
        Operation::get(&of, "The policy that applies").query(&["$select"]).answers(200, listed()),
        Operation::get(format!("{of}/$ref"), "A reference to it")
            .answers(200, Answer::Json(page(reference("reference")))),
        Operation::post(format!("{of}/$ref"), "Have a policy apply")
            .takes(reference("reference.new"))
            .nothing(),
        Operation::delete(format!("{of}/{{policy}}/$ref"), "Have it apply no more"),
    ])
    .shape(&shape)
}
