//! `/v1.0/oauth2PermissionGrants`: what a client may do at a resource for everybody, or for one person.

use axum::Json;
use axum::extract::{Path, State};
use axum::response::{IntoResponse as _, Response};
use http::StatusCode;
use http::header::LOCATION;
use model::refusal::{Code, Refusal};
use protocol::odata::{Comparison, Filter, Literal};
use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::find;
use crate::access::Actor;
use crate::app::App;
use crate::db::TenantScope;
use crate::error::Error;
use crate::features::applications::{
    Grant, GrantQuery, NewGrant, add_grant, change_grant, get_grant, get_service_principal, list_grants,
    remove_grant,
};
use crate::features::directory::get_user;
use crate::features::directory_api::{object_of, users};
use crate::graph::{Asked, Body, Caller, Collection, in_context, selected, unsupported};
use crate::openapi::{Operation, Shape, id, one_of, reference, text};
use crate::transaction;

const PROPERTIES: &[&str] = &["clientId", "consentType", "id", "principalId", "resourceId", "scope"];

fn shape(grant: &Grant) -> Map<String, Value> {
    object_of(json!({
        "id": grant.id,
        "clientId": grant.client_id,
        "consentType": grant.consent_type,
        "principalId": grant.principal_id,
        "resourceId": grant.resource_id,
        "scope": grant.scope,
    }))
}

/// `clientId eq …` and the like, joined by `and`. `false` where nothing can be found.
fn narrowed(query: &mut GrantQuery, filter: &Filter) -> Result<bool, Error> {
    let refused =
        || unsupported("$filter", "only eq on clientId, resourceId, principalId, consentType, and `and`");
    match filter {
        Filter::And(left, right) => Ok(narrowed(query, left)? & narrowed(query, right)?),
        Filter::Compare { property, comparison: Comparison::Equal, value } => {
            let (Literal::Text(text) | Literal::Guid(text)) = value else { return Err(refused().into()) };
            let id = text.parse::<Uuid>().ok();
            let place = match property.text().as_str() {
                "clientId" => &mut query.client,
                "resourceId" => &mut query.resource,
                "principalId" => &mut query.principal,
                "consentType" => {
                    let differs = query.consent_type.as_ref().is_some_and(|other| other != text);
                    query.consent_type = Some(text.clone());
                    return Ok(!differs);
                }
                _ => return Err(refused().into()),
            };
            let Some(id) = id else { return Ok(false) };
            let differs = place.is_some_and(|other| other != id);
            *place = Some(id);
            Ok(!differs)
        }
        _ => Err(refused().into()),
    }
}

async fn page(
    app: &App,
    scope: &mut TenantScope<'_>,
    actor: &Actor,
    mut query: GrantQuery,
    asked: &Asked,
) -> Result<Json<Value>, Error> {
    asked.refuse_skip()?;
    if asked.query.search.is_some() || !asked.query.order_by.is_empty() {
        return Err(unsupported("$orderby", "grants are listed in the order of ids").into());
    }
    let possible = match &asked.query.filter {
        Some(filter) => narrowed(&mut query, filter)?,
        None => true,
    };
    let from = asked.start(app, actor.tenant())?;
    let found = list_grants(scope, actor, &query, from.as_ref(), asked.page_size()?).await?;
    let mut value = Vec::with_capacity(found.items.len());
    for grant in found.items.iter().filter(|_| possible) {
        value.push(Value::Object(selected(shape(grant), &asked.query.select, PROPERTIES)?));
    }
    let next = found.next.filter(|_| possible);
    let collection = Collection { context: "oauth2PermissionGrants", count: None, value, next };
    Ok(Json(collection.answer(app, actor.tenant(), asked)))
}

pub(super) async fn list(
    State(app): State<App>,
    Caller(actor): Caller,
    asked: Asked,
) -> Result<Json<Value>, Error> {
    let mut scope = app.db.read().await?;
    let mut tenant = scope.tenant(actor.grant()).await?;
    page(&app, &mut tenant, &actor, GrantQuery::default(), &asked).await
}

pub(super) async fn of_client(
    State(app): State<App>,
    Caller(actor): Caller,
    Path(id): Path<String>,
    asked: Asked,
) -> Result<Json<Value>, Error> {
    let mut scope = app.db.read().await?;
    let mut tenant = scope.tenant(actor.grant()).await?;
    let id = find(&mut tenant, &actor, &id).await?;
    let found = get_service_principal(&mut tenant, &actor, id).await?;
    let query = GrantQuery { client: Some(found.id.0), ..GrantQuery::default() };
    page(&app, &mut tenant, &actor, query, &asked).await
}

pub(super) async fn of_user(
    State(app): State<App>,
    Caller(actor): Caller,
    Path(id): Path<String>,
    asked: Asked,
) -> Result<Json<Value>, Error> {
    let mut scope = app.db.read().await?;
    let mut tenant = scope.tenant(actor.grant()).await?;
    let id = users::find(&mut tenant, &actor, &id).await?;
    let found = get_user(&mut tenant, &actor, id).await?;
    let query = GrantQuery { principal: Some(found.person.id.0), ..GrantQuery::default() };
    page(&app, &mut tenant, &actor, query, &asked).await
}

fn entity(app: &App, grant: &Grant) -> Json<Value> {
    in_context(app, "oauth2PermissionGrants/$entity", shape(grant))
}

fn id_of(text: &str) -> Result<Uuid, Error> {
    text.parse().map_err(|_| Error::not_found())
}

pub(super) async fn one(
    State(app): State<App>,
    Caller(actor): Caller,
    Path(id): Path<String>,
) -> Result<Json<Value>, Error> {
    let mut scope = app.db.read().await?;
    let mut tenant = scope.tenant(actor.grant()).await?;
    Ok(entity(&app, &get_grant(&mut tenant, &actor, id_of(&id)?).await?))
}

fn guid(body: &mut Body, name: &'static str) -> Result<Option<Uuid>, Error> {
    let refused = || Refusal::new(Code::PropertyKind).with("property", name).with("kind", "Edm.Guid");
    let text = body.text(name)?.given();
    Ok(text.map(|text| text.parse().map_err(|_| refused())).transpose()?)
}

pub(super) async fn create(
    State(app): State<App>,
    Caller(actor): Caller,
    mut body: Body,
) -> Result<Response, Error> {
    let moment = app.moment();
    let required = |name: &'static str| Refusal::new(Code::FieldRequired).on(name);
    let new = NewGrant {
        client: guid(&mut body, "clientId")?.ok_or_else(|| required("clientId"))?,
        resource: guid(&mut body, "resourceId")?.ok_or_else(|| required("resourceId"))?,
        consent_type: body.text("consentType")?.given().ok_or_else(|| required("consentType"))?,
        principal: guid(&mut body, "principalId")?,
        scope: body.text("scope")?.given().unwrap_or_default(),
    };
    // Dates of an older protocol, which clients still send.
    for passed in ["startTime", "expiryTime"] {
        body.any(passed);
    }
    body.end(&["id"])?;
    let made = transaction!(app.db, |scope| {
        let mut tenant = scope.tenant(actor.grant()).await?;
        add_grant(&mut tenant, &actor, new.clone(), &moment).await
    })?;
    let location = app.link(&format!("/v1.0/oauth2PermissionGrants/{}", made.id));
    Ok((StatusCode::CREATED, [(LOCATION, location)], entity(&app, &made)).into_response())
}

pub(super) async fn update(
    State(app): State<App>,
    Caller(actor): Caller,
    Path(id): Path<String>,
    mut body: Body,
) -> Result<StatusCode, Error> {
    let moment = app.moment();
    let id = id_of(&id)?;
    let scope_text = body.text("scope")?;
    let rest = body.rest();
    transaction!(app.db, |scope| {
        let mut tenant = scope.tenant(actor.grant()).await?;
        actor.require(model::roles::Permission::ManageApplications)?;
        let found = get_grant(&mut tenant, &actor, id).await?;
        let shown = shape(&found);
        for (name, value) in rest.iter().filter(|(name, _)| !name.contains('@')) {
            let code = match shown.get(name) {
                Some(own) if own == value => continue,
                Some(_) => Code::PropertyReadOnly,
                None => Code::PropertyUnknown,
            };
            let name: String = name.chars().take(80).collect();
            return Err(Refusal::new(code).with("property", name).into());
        }
        match scope_text.clone().given() {
            Some(text) => change_grant(&mut tenant, &actor, id, &text, &moment).await,
            None => Ok(()),
        }
    })?;
    Ok(StatusCode::NO_CONTENT)
}

pub(super) async fn delete(
    State(app): State<App>,
    Caller(actor): Caller,
    Path(id): Path<String>,
) -> Result<StatusCode, Error> {
    let moment = app.moment();
    let id = id_of(&id)?;
    transaction!(app.db, |scope| {
        let mut tenant = scope.tenant(actor.grant()).await?;
        remove_grant(&mut tenant, &actor, id, &moment).await
    })?;
    Ok(StatusCode::NO_CONTENT)
}

pub(super) fn described() -> Shape {
    Shape::new("oAuth2PermissionGrant")
        .has("id", id())
        .has("clientId", id())
        .has("consentType", one_of(&["AllPrincipals", "Principal"]))
        .may_have("principalId", id())
        .has("resourceId", id())
        .may_have("scope", text())
        .read_only(&["id"])
        .needs(&["clientId", "consentType", "resourceId"])
}

pub(super) fn operations() -> Vec<Operation> {
    let (all, one) = ("/v1.0/oauth2PermissionGrants", "/v1.0/oauth2PermissionGrants/{id}");
    let list = |path: &str| Operation::get(path, "List permissions granted").lists("oAuth2PermissionGrant");
    vec![
        list(all),
        list("/v1.0/servicePrincipals/{id}/oauth2PermissionGrants"),
        list("/v1.0/users/{id}/oauth2PermissionGrants"),
        Operation::post(all, "Grant permissions").makes("oAuth2PermissionGrant"),
        Operation::get(one, "A grant").shows("oAuth2PermissionGrant"),
        Operation::patch(one, "Change a grant").takes(reference("oAuth2PermissionGrant.change")),
        Operation::delete(one, "Take a grant away"),
    ]
}
