//! `addKey` and `removeKey`, alike for applications and service principals: certificates changed by whoever proves to have
//! the key of one that is there.

use axum::Json;
use axum::extract::{Path, State};
use http::StatusCode;
use model::applications::KeyCredential;
use model::refusal::{Code, Refusal};
use model::shape::{Shaped as _, or_null};
use serde_json::{Value, json};

use super::passwords::find;
use super::shape::keys;
use crate::app::App;
use crate::error::Error;
use crate::features::applications::{Credentialed, add_key, remove_key};
use crate::graph::laid::read_list;
use crate::graph::{Body, Caller, context};
use crate::openapi::{Answer, Operation, id, text};
use crate::transaction;

fn required(body: &mut Body, name: &'static str) -> Result<String, Refusal> {
    body.text(name)?.given().ok_or(Refusal::new(Code::FieldRequired).on(name))
}

pub(in crate::features::directory_api) async fn add<P: Credentialed>(
    State(app): State<App>,
    Caller(actor): Caller,
    Path(id): Path<String>,
    mut body: Body,
) -> Result<Json<Value>, Error> {
    let moment = app.moment();
    let proof = required(&mut body, "proof")?;
    let wanted = body.any("keyCredential").filter(|value| !value.is_null());
    let wanted = wanted.ok_or(Refusal::new(Code::FieldRequired).on("keyCredential"))?;
    let wanted: Vec<KeyCredential> = read_list("keyCredential", json!([wanted]))?;
    body.pass_over_nothing("passwordCredential");
    body.end(&[])?;
    let wanted = wanted.into_iter().next().unwrap_or_default();
    let made = transaction!(app.db, |scope| {
        let mut tenant = scope.tenant(actor.grant()).await?;
        let id = find::<P>(&mut tenant, &actor, &id).await?;
        add_key::<P>(&mut tenant, &actor, id, (wanted.clone(), &proof), &moment).await
    })?;
    let mut answer = keys(&[made])[0].take();
    answer["@odata.context"] = context(&app, "microsoft.graph.keyCredential");
    Ok(Json(answer))
}

pub(in crate::features::directory_api) async fn remove<P: Credentialed>(
    State(app): State<App>,
    Caller(actor): Caller,
    Path(id): Path<String>,
    mut body: Body,
) -> Result<StatusCode, Error> {
    let moment = app.moment();
    let (proof, key) = (required(&mut body, "proof")?, required(&mut body, "keyId")?);
    body.end(&[])?;
    let key = key.parse().map_err(|_| Refusal::new(Code::CredentialUnknown).on("keyId"))?;
    transaction!(app.db, |scope| {
        let mut tenant = scope.tenant(actor.grant()).await?;
        let id = find::<P>(&mut tenant, &actor, &id).await?;
        remove_key::<P>(&mut tenant, &actor, id, (key, &proof), &moment).await
    })?;
    Ok(StatusCode::NO_CONTENT)
}

pub(in crate::features::directory_api) fn described(path: &str) -> Vec<Operation> {
    let added = json!({
        "type": "object",
        "properties": {
            "keyCredential": KeyCredential::shape(),
            "passwordCredential": { "type": "null" },
            "proof": text(),
        },
        "required": ["keyCredential", "proof"],
    });
    let properties = json!({ "keyId": id(), "proof": text() });
    let removed = json!({ "type": "object", "properties": properties, "required": ["keyId", "proof"] });
    let mut answer = KeyCredential::shape();
    answer["properties"]["@odata.context"] = or_null(text());
    vec![
        Operation::post(format!("{path}/addKey"), "Add a certificate, by proof of the key of another")
            .takes(added)
            .answers(200, Answer::Json(answer)),
        Operation::post(format!("{path}/removeKey"), "Remove a certificate, by proof of the key of one")
            .takes(removed)
            .nothing(),
    ]
}
