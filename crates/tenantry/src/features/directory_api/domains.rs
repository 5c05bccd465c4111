//! `/v1.0/domains`: names of a tenant, their records, their proof (facts §5.1, §7.1).

use axum::extract::{Path, State};
use axum::response::{IntoResponse as _, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use http::StatusCode;
use http::header::LOCATION;
use model::domains::VerificationRecord;
use model::refusal::{Code, Refusal};
use serde_json::{Map, Value, json};

use super::asked_of;
use crate::access::Actor;
use crate::app::App;
use crate::error::Error;
use crate::features::directory::{DirectoryUser, narrow_to_domain};
use crate::features::domains::{self, Check, Listed, Name, NewName};
use crate::graph::{Asked, Body, Caller, Listing, Property, context};
use crate::transaction;

/// Days that never end, as the directory of reference writes them.
const NEVER: i64 = 2_147_483_647;
const TTL: i64 = 3600;

const READ_ONLY: &[&str] = &[
    "authenticationType",
    "availabilityStatus",
    "id",
    "isAdminManaged",
    "isInitial",
    "isRoot",
    "isVerified",
    "manufacturer",
    "model",
    "passwordNotificationWindowInDays",
    "passwordValidityPeriodInDays",
    "state",
    "supportedServices",
];

pub fn routes() -> Router<App> {
    Router::new()
        .route("/v1.0/domains", get(list).post(add))
        .route("/v1.0/domains/{name}", get(one).patch(update).delete(remove))
        .route("/v1.0/domains/{name}/verify", post(verify))
        .route("/v1.0/domains/{name}/verificationDnsRecords", get(records))
        .route("/v1.0/domains/{name}/serviceConfigurationRecords", get(service_records))
        .route("/v1.0/domains/{name}/domainNameReferences", get(references))
}

fn shown(name: &Name) -> Map<String, Value> {
    let object = json!({
        "authenticationType": "Managed",
        "availabilityStatus": null,
        "id": name.name,
        "isAdminManaged": true,
        "isDefault": name.is_primary,
        "isInitial": name.is_initial,
        "isRoot": name.verified_with.is_none(),
        "isVerified": name.verified_at.is_some(),
        "manufacturer": null,
        "model": null,
        "passwordNotificationWindowInDays": null,
        "passwordValidityPeriodInDays": NEVER,
        "state": null,
        "supportedServices": if name.verified_at.is_some() { vec!["Email"] } else { Vec::new() },
    });
    match object {
        Value::Object(object) => object,
        _ => Map::new(),
    }
}

async fn list(State(app): State<App>, Caller(actor): Caller, asked: Asked) -> Result<Json<Value>, Error> {
    let mut scope = app.db.read().await?;
    let mut tenant = scope.tenant(actor.grant()).await?;
    let mut value = Vec::new();
    // A tenant has few names, and Graph gives them in one page.
    let mut after = Some(String::new());
    while let Some(last) = after {
        let page = domains::list(&mut tenant, &actor, &last).await?;
        for listed in &page.listed {
            value.push(asked_of(shown(&listed.name), &asked)?);
        }
        after = page.more;
    }
    Ok(Json(json!({ "@odata.context": context(&app, "domains"), "value": value })))
}

async fn found(app: &App, actor: &Actor, name: &str) -> Result<Listed, Error> {
    let mut scope = app.db.read().await?;
    let mut tenant = scope.tenant(actor.grant()).await?;
    domains::get(&mut tenant, actor, &name.to_lowercase()).await
}

fn entity(app: &App, name: &Name, asked: &Asked) -> Result<Map<String, Value>, Error> {
    let mut answer = Map::new();
    answer.insert("@odata.context".into(), context(app, "domains/$entity"));
    answer.extend(asked_of(shown(name), asked)?);
    Ok(answer)
}

async fn one(
    State(app): State<App>,
    Caller(actor): Caller,
    Path(name): Path<String>,
    asked: Asked,
) -> Result<Json<Value>, Error> {
    Ok(Json(Value::Object(entity(&app, &found(&app, &actor, &name).await?.name, &asked)?)))
}

async fn add(
    State(app): State<App>,
    Caller(actor): Caller,
    asked: Asked,
    mut body: Body,
) -> Result<Response, Error> {
    let Property::Is(entered) = body.text("id")? else {
        return Err(Refusal::new(Code::FieldRequired).on("id").into());
    };
    body.end(READ_ONLY)?;
    let (new, limit, moment) =
        (NewName::parse(&app, &entered)?, app.config.accounts.domain_names, app.moment());
    let name = transaction!(app.db, |scope| {
        let mut tenant = scope.tenant(actor.grant()).await?;
        domains::add(&mut tenant, &actor, &new, limit, &moment).await
    })?;
    let answer = entity(&app, &found(&app, &actor, &name).await?.name, &asked)?;
    let location = app.link(&format!("/v1.0/domains/{name}"));
    Ok((StatusCode::CREATED, [(LOCATION, location)], Json(Value::Object(answer))).into_response())
}

async fn update(
    State(app): State<App>,
    Caller(actor): Caller,
    Path(name): Path<String>,
    mut body: Body,
) -> Result<StatusCode, Error> {
    let primary = body.truth("isDefault")?;
    body.end(READ_ONLY)?;
    let (name, moment) = (name.to_lowercase(), app.moment());
    transaction!(app.db, |scope| {
        let mut tenant = scope.tenant(actor.grant()).await?;
        let found = domains::get(&mut tenant, &actor, &name).await?;
        match primary {
            Property::Is(true) => domains::make_primary(&mut tenant, &actor, &name, &moment).await,
            // There is always one: another is made primary instead.
            Property::Is(false) if found.name.is_primary => {
                Err(Refusal::new(Code::DomainNamePrimary).with("name", &name).into())
            }
            _ => Ok(()),
        }
    })?;
    Ok(StatusCode::NO_CONTENT)
}

async fn remove(
    State(app): State<App>,
    Caller(actor): Caller,
    Path(name): Path<String>,
) -> Result<StatusCode, Error> {
    let (name, moment) = (name.to_lowercase(), app.moment());
    transaction!(app.db, |scope| {
        let mut tenant = scope.tenant(actor.grant()).await?;
        domains::remove(&mut tenant, &actor, &name, &moment).await
    })?;
    Ok(StatusCode::NO_CONTENT)
}

async fn verify(
    State(app): State<App>,
    Caller(actor): Caller,
    Path(name): Path<String>,
    asked: Asked,
) -> Result<Json<Value>, Error> {
    actor.require(model::roles::Permission::ManageDomains)?;
    let name = name.to_lowercase();
    let claim = found(&app, &actor, &name).await?.name;
    if claim.is_initial {
        return Ok(Json(Value::Object(entity(&app, &claim, &asked)?)));
    }
    let moment = app.moment();
    let account_domain = &app.config.accounts.account_domain;
    let observation = domains::observe(&app.outside.dns, &claim, account_domain, moment.now).await;
    let check = transaction!(app.db, |scope| {
        let mut tenant = scope.tenant(actor.grant()).await?;
        domains::verify(&mut tenant, &actor, &name, &observation, &moment).await
    })?;
    match check {
        Check::NotYet(refusal) => Err(refusal.into()),
        Check::Verified { .. } | Check::Confirmed => {
            Ok(Json(Value::Object(entity(&app, &found(&app, &actor, &name).await?.name, &asked)?)))
        }
    }
}

async fn records(
    State(app): State<App>,
    Caller(actor): Caller,
    Path(name): Path<String>,
) -> Result<Json<Value>, Error> {
    let name = found(&app, &actor, &name).await?.name;
    let record = VerificationRecord::new(&name.name, &name.token, &app.config.accounts.account_domain);
    let value = if name.is_initial {
        Vec::new()
    } else {
        let common = |kind: &str, id: &str| {
            json!({
                "@odata.type": format!("#microsoft.graph.domainDns{kind}Record"),
                "id": format!("{}-{id}", name.token),
                "isOptional": false,
                "label": name.name,
                "recordType": kind,
                "supportedService": "Email",
                "ttl": TTL,
            })
        };
        let (mut text, mut mail) = (common("Txt", "txt"), common("Mx", "mx"));
        text["text"] = record.text().into();
        mail["mailExchange"] = record.mail_exchange().into();
        mail["preference"] = 32_767.into();
        vec![text, mail]
    };
    let context = context(&app, &format!("domains('{}')/verificationDnsRecords", name.name));
    Ok(Json(json!({ "@odata.context": context, "value": value })))
}

/// None of a name's records is needed for a service of ours beside its proof.
async fn service_records(
    State(app): State<App>,
    Caller(actor): Caller,
    Path(name): Path<String>,
) -> Result<Json<Value>, Error> {
    let name = found(&app, &actor, &name).await?.name.name;
    let context = context(&app, &format!("domains('{name}')/serviceConfigurationRecords"));
    Ok(Json(json!({ "@odata.context": context, "value": [] })))
}

async fn references(
    State(app): State<App>,
    Caller(actor): Caller,
    Path(name): Path<String>,
    asked: Asked,
) -> Result<Json<Value>, Error> {
    let name = found(&app, &actor, &name).await?.name.name;
    let mut scope = app.db.read().await?;
    let mut tenant = scope.tenant(actor.grant()).await?;
    let mut listing = Listing { mixed: true, ..Listing::all("directoryObjects") };
    narrow_to_domain(&mut listing.within, &name);
    crate::graph::list::<DirectoryUser>(&app, &mut tenant, &actor, &asked, listing).await
}
