//! `/v1.0/policies/identitySecurityDefaultsEnforcementPolicy`: the one switch, in Microsoft Graph's shape.

use axum::extract::State;
use axum::routing::get;
use axum::{Json, Router};
use http::StatusCode;
use model::refusal::{Code, Refusal};
use model::roles::Permission;
use serde_json::{Map, Value, json};

use super::{entity, object_of};
use crate::app::App;
use crate::error::Error;
use crate::features::tenants::{SECURITY_DEFAULTS, security_defaults, set_security_defaults};
use crate::graph::{Asked, Body, Caller};
use crate::openapi::{Answer, Described, Operation, Shape, id, reference, text, truth};
use crate::transaction;

/// The same id in every tenant, as clients know it.
const ID: &str = "00000000-0000-0000-0000-000000000005";
const DESCRIPTION: &str = "Everybody must have a second factor within fourteen days, administrators at once.";

pub fn routes() -> Router<App> {
    Router::new().route("/v1.0/policies/identitySecurityDefaultsEnforcementPolicy", get(show).patch(update))
}

fn shown(on: bool) -> Map<String, Value> {
    object_of(json!({
        "id": ID,
        "deletedDateTime": null,
        "description": DESCRIPTION,
        "displayName": SECURITY_DEFAULTS,
        "isEnabled": on,
    }))
}

async fn show(State(app): State<App>, Caller(actor): Caller, asked: Asked) -> Result<Json<Value>, Error> {
    let mut scope = app.db.read().await?;
    let mut tenant = scope.tenant(actor.grant()).await?;
    let on = security_defaults(&mut tenant, &actor).await?;
    entity(&app, "policies/identitySecurityDefaultsEnforcementPolicy/$entity", shown(on), &asked)
}

async fn update(State(app): State<App>, Caller(actor): Caller, mut body: Body) -> Result<StatusCode, Error> {
    actor.require(Permission::ManageOrganization)?;
    let on =
        body.truth("isEnabled")?.given().ok_or_else(|| Refusal::new(Code::FieldRequired).on("isEnabled"))?;
    let own = ["id", "deletedDateTime", "description", "displayName"];
    body.pass_over_same(&shown(on), &own);
    body.end(&own)?;
    let moment = app.moment();
    transaction!(app.db, |scope| {
        let mut tenant = scope.tenant(actor.grant()).await?;
        set_security_defaults(&mut tenant, &actor, on, &moment).await
    })?;
    Ok(StatusCode::NO_CONTENT)
}

pub fn described() -> Described {
    let path = "/v1.0/policies/identitySecurityDefaultsEnforcementPolicy";
    let name = "identitySecurityDefaultsEnforcementPolicy";
    let shape = Shape::new(name)
        .has("id", id())
        .never_has(&["deletedDateTime"], &[])
        .has("description", text())
        .has("displayName", text())
        .has("isEnabled", truth())
        .read_only(&["id", "description", "displayName"]);
    Described::of([
        Operation::get(path, "Security defaults")
            .query(&["$select"])
            .answers(200, Answer::Json(reference(name))),
        Operation::patch(path, "Turn the security defaults on or off")
            .takes(reference(&format!("{name}.change"))),
    ])
    .shape(&shape)
}
