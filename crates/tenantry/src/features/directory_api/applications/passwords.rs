//! `addPassword` and `removePassword`, alike for applications and service principals.

use axum::Json;
use axum::extract::{Path, State};
use http::StatusCode;
use model::applications::PasswordCredential;
use model::ids::ObjectId;
use model::objects::ObjectKind;
use model::refusal::{Code, Refusal};
use serde_json::Value;

use super::shape::written;
use crate::access::Actor;
use crate::app::App;
use crate::db::TenantScope;
use crate::error::Error;
use crate::features::applications::{Credentialed, NewSecret, add_secret, remove_secret};
use crate::features::directory_api::{applications, service_principals};
use crate::graph::{Body, Caller, context};
use crate::openapi::{Answer, Operation, id, moment, reference, text};
use crate::transaction;
use model::shape::{Shaped as _, or_null};
use serde_json::json;

pub(super) async fn find<P: Credentialed>(
    scope: &mut TenantScope<'_>,
    actor: &Actor,
    id: &str,
) -> Result<ObjectId, Error> {
    match P::KIND {
        ObjectKind::Application => applications::find(scope, actor, id).await,
        _ => service_principals::find(scope, actor, id).await,
    }
}

fn wanted(mut body: Body) -> Result<NewSecret, Error> {
    let Some(mut credential) = body.object("passwordCredential")?.given() else {
        body.end(&[])?;
        return Ok(NewSecret::default());
    };
    body.end(&[])?;
    let new = NewSecret {
        display_name: credential.text("displayName")?.given(),
        starts: credential.moment("startDateTime")?.given(),
        ends: credential.moment("endDateTime")?.given(),
    };
    // Clients send the whole credential with nothing in what the service fills.
    for name in ["customKeyIdentifier", "hint", "keyId", "secretText"] {
        if credential.any(name).is_some_and(|value| !value.is_null()) {
            return Err(Refusal::new(Code::PropertyReadOnly).with("property", name).into());
        }
    }
    credential.end(&[])?;
    Ok(new)
}

pub(in crate::features::directory_api) async fn add_password<P: Credentialed>(
    State(app): State<App>,
    Caller(actor): Caller,
    Path(id): Path<String>,
    body: Body,
) -> Result<Json<Value>, Error> {
    let moment = app.moment();
    let new = wanted(body)?;
    let (credential, secret) = transaction!(app.db, |scope| {
        let mut tenant = scope.tenant(actor.grant()).await?;
        let id = find::<P>(&mut tenant, &actor, &id).await?;
        add_secret::<P>(&app, &mut tenant, &actor, id, new.clone(), &moment).await
    })?;
    let credential = PasswordCredential { secret_text: Some(secret.expose().to_owned()), ..credential };
    let mut answer = written(&credential);
    answer.insert("@odata.context".into(), context(&app, "microsoft.graph.passwordCredential"));
    Ok(Json(Value::Object(answer)))
}

pub(in crate::features::directory_api) async fn remove_password<P: Credentialed>(
    State(app): State<App>,
    Caller(actor): Caller,
    Path(id): Path<String>,
    mut body: Body,
) -> Result<StatusCode, Error> {
    let moment = app.moment();
    let key = body.text("keyId")?.given().ok_or(Refusal::new(Code::FieldRequired).on("keyId"))?;
    body.end(&[])?;
    let key = key.parse().map_err(|_| Refusal::new(Code::CredentialUnknown).on("keyId"))?;
    transaction!(app.db, |scope| {
        let mut tenant = scope.tenant(actor.grant()).await?;
        let id = find::<P>(&mut tenant, &actor, &id).await?;
        remove_secret::<P>(&mut tenant, &actor, id, key, &moment).await
    })?;
    Ok(StatusCode::NO_CONTENT)
}

/// A secret as it is told once.
pub(super) fn shape() -> Value {
    let mut shape = PasswordCredential::shape();
    shape["properties"]["@odata.context"] = text();
    shape
}

pub(in crate::features::directory_api) fn described(path: &str) -> Vec<Operation> {
    let wanted = json!({ "type": "object", "properties": { "displayName": or_null(text()),
        "startDateTime": or_null(moment()), "endDateTime": or_null(moment()) } });
    let body = json!({ "type": "object", "properties": { "passwordCredential": wanted } });
    let removed = json!({ "type": "object", "properties": { "keyId": id() }, "required": ["keyId"] });
    vec![
        Operation::post(format!("{path}/addPassword"), "Make a secret, told once")
            .takes(body)
            .answers(200, Answer::Json(reference("passwordCredential"))),
        Operation::post(format!("{path}/removePassword"), "Remove a secret").takes(removed).nothing(),
    ]
}
