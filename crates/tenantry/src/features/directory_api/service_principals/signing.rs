//! `addTokenSigningCertificate`: a certificate that tokens for the application are signed with.

use axum::Json;
use axum::extract::{Path, State};
use model::refusal::{Code, Refusal};
use serde_json::{Value, json};

use super::find;
use crate::app::App;
use crate::error::Error;
use crate::features::applications::{SigningCertificate, add_signing_certificate, may_change};
use crate::graph::{Body, Caller, context};
use crate::openapi::{Answer, Operation, moment, text};
use crate::transaction;
use model::applications::KeyCredential;
use model::shape::{Shaped as _, or_null};

pub(super) async fn add(
    State(app): State<App>,
    Caller(actor): Caller,
    Path(id): Path<String>,
    mut body: Body,
) -> Result<Json<Value>, Error> {
    let moment = app.moment();
    let needed = || Refusal::new(Code::FieldRequired).on("displayName");
    let name = body.text("displayName")?.given().ok_or_else(needed)?;
    let ends = body.moment("endDateTime")?.given();
    // Clients send a whole credential with nothing in what the service fills.
    for empty in ["customKeyIdentifier", "key", "keyId", "startDateTime", "thumbprint", "type", "usage"] {
        if body.any(empty).is_some_and(|value| !value.is_null() && value != "") {
            return Err(Refusal::new(Code::PropertyReadOnly).with("property", empty).into());
        }
    }
    body.end(&[])?;
    // Nobody has a key made who may not keep it.
    let mut scope = app.db.read().await?;
    let mut tenant = scope.tenant(actor.grant()).await?;
    let principal = find(&mut tenant, &actor, &id).await?;
    may_change(&mut tenant, &actor, principal).await?;
    drop(scope);
    let new = tokio::task::spawn_blocking({
        let moment = moment.clone();
        move || SigningCertificate::make(&name, ends, &moment)
    });
    let new = new.await.map_err(Error::internal)??;
    let made = transaction!(app.db, |scope| {
        let mut tenant = scope.tenant(actor.grant()).await?;
        let id = find(&mut tenant, &actor, &id).await?;
        add_signing_certificate(&app, &mut tenant, &actor, id, &new, &moment).await
    })?;
    let mut answer = json!(made.credential);
    answer["thumbprint"] = json!(made.thumbprint);
    answer["@odata.context"] = context(&app, "microsoft.graph.selfSignedCertificate");
    Ok(Json(answer))
}

pub(super) fn described() -> Operation {
    let body = json!({
        "type": "object",
        "properties": { "displayName": text(), "endDateTime": or_null(moment()) },
        "required": ["displayName"],
    });
    let mut answer = KeyCredential::shape();
    answer["properties"]["thumbprint"] = text();
    answer["properties"]["@odata.context"] = text();
    Operation::post(
        "/v1.0/servicePrincipals/{id}/addTokenSigningCertificate",
        "Make a certificate that signs tokens",
    )
    .takes(body)
    .answers(200, Answer::Json(answer))
}
