//! `/v1.0/domains`: names of a tenant, their records, their proof and what uses them (facts §5.1, §7.1).

mod write;

use axum::extract::{Path, State};
use axum::routing::{get, post};
use axum::{Json, Router};
use model::domains::VerificationRecord;
use model::domains::life::Life;
use model::objects::ObjectKind;
use serde_json::{Map, Value, json};

use super::any::{self, Wanted};
use super::{asked_of, entity, object_of, shown_moment};
use crate::access::Actor;
use crate::app::App;
use crate::error::Error;
use crate::features::domains::{self, Listed, Name, narrow_to_references};
use crate::graph::{Asked, Caller, Listing, context};
use crate::openapi::{
    Answer, Described, Operation, Shape, list_of, moment, number, one_of, page, reference, text, truth,
};
use model::shape::{object, or_null};

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
];

pub fn routes() -> Router<App> {
    Router::new()
        .route("/v1.0/domains", get(list).post(write::add))
        .route("/v1.0/domains/{name}", get(one).patch(write::update).delete(write::remove))
        .route("/v1.0/domains/{name}/verify", post(write::verify))
        .route("/v1.0/domains/{name}/promote", post(write::promote))
        .route("/v1.0/domains/{name}/forceDelete", post(write::force_delete))
        .route("/v1.0/domains/{name}/rootDomain", get(root))
        .route("/v1.0/domains/{name}/verificationDnsRecords", get(records))
        .route("/v1.0/domains/{name}/serviceConfigurationRecords", get(service_records))
        .route("/v1.0/domains/{name}/domainNameReferences", get(references))
}

fn shown(name: &Name) -> Map<String, Value> {
    object_of(json!({
        "authenticationType": if name.is_federated { "Federated" } else { "Managed" },
        "availabilityStatus": availability(name.life),
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
        "state": state(name),
        "supportedServices": if name.life.is_held() { name.supported_services.clone() } else { Vec::new() },
    }))
}

/// A claim that is decided at a time takes the name over then.
fn availability(life: Life) -> Option<&'static str> {
    match life {
        Life::Claiming { .. } | Life::Waiting { .. } => Some("EmailVerifiedDomainTakeoverScheduled"),
        _ => None,
    }
}

/// What goes on with a name, in the words of the directory of reference: an operation, how it stands, and since when.
fn state(name: &Name) -> Value {
    let (operation, status, since) = match name.life {
        Life::Removing { since } => ("ForceDelete", "InProgress", Some(since)),
        Life::Failing { since } => ("Verification", "InProgress", Some(since)),
        Life::Warned { at, .. } => ("Verification", "InProgress", Some(at)),
        Life::Lapsed { at, .. } => ("Verification", "Failed", Some(at)),
        Life::Contested { lapsed_at, .. } => ("Verification", "Failed", Some(lapsed_at)),
        Life::Claiming { .. } | Life::Waiting { .. } => ("Verification", "Scheduled", name.checked_at),
        Life::Claimed | Life::Verified { .. } => return Value::Null,
    };
    json!({ "lastActionDateTime": since.map(shown_moment), "operation": operation, "status": status })
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

fn answer(app: &App, name: &Name, asked: &Asked) -> Result<Json<Value>, Error> {
    entity(app, "domains/$entity", shown(name), asked)
}

async fn one(
    State(app): State<App>,
    Caller(actor): Caller,
    Path(name): Path<String>,
    asked: Asked,
) -> Result<Json<Value>, Error> {
    answer(&app, &found(&app, &actor, &name).await?.name, &asked)
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

/// The name that this one is verified with; a root has none.
async fn root(
    State(app): State<App>,
    Caller(actor): Caller,
    Path(name): Path<String>,
    asked: Asked,
) -> Result<Json<Value>, Error> {
    let name = found(&app, &actor, &name).await?.name;
    let above = name.verified_with.ok_or_else(Error::not_found)?;
    answer(&app, &found(&app, &actor, &above).await?.name, &asked)
}

const REFERENCES: [ObjectKind; 3] = [ObjectKind::User, ObjectKind::Group, ObjectKind::Application];

/// People, groups and applications that use a name.
async fn references(
    State(app): State<App>,
    Caller(actor): Caller,
    Path(name): Path<String>,
    asked: Asked,
) -> Result<Json<Value>, Error> {
    let name = found(&app, &actor, &name).await?.name.name;
    let mut scope = app.db.read().await?;
    let mut tenant = scope.tenant(actor.grant()).await?;
    let mut listing = Listing::all("directoryObjects");
    narrow_to_references(&mut tenant, &mut listing.within, &name).await?;
    Ok(Json(any::list(&app, &mut tenant, &actor, &asked, Wanted::of(&REFERENCES, listing)).await?))
}

pub fn described() -> Described {
    let one = "/v1.0/domains/{name}";
    let record = json!({
        "type": "object",
        "properties": { "@odata.type": text(), "id": text(), "isOptional": truth(), "label": text(),
            "recordType": one_of(&["Txt", "Mx"]), "supportedService": text(), "ttl": number(), "text": text(),
            "mailExchange": text(), "preference": number() },
        "additionalProperties": false,
    });
    let records = |path: &str, summary: &str| {
        Operation::get(format!("{one}/{path}"), summary).answers(200, Answer::Json(page(record.clone())))
    };
    let all = [
        Operation::get("/v1.0/domains", "List domain names")
            .query(&["$select"])
            .answers(200, Answer::Json(page(reference("domain")))),
        Operation::post("/v1.0/domains", "Add a domain name").makes("domain"),
        Operation::get(one, "A domain name")
            .query(&["$select"])
            .answers(200, Answer::Json(reference("domain"))),
        Operation::patch(one, "Make a domain name the primary one").takes(reference("domain.change")),
        Operation::delete(one, "Remove a domain name"),
        Operation::post(format!("{one}/verify"), "Look for the record that proves it")
            .answers(200, Answer::Json(reference("domain"))),
        Operation::post(format!("{one}/promote"), "Make a subdomain a name of its own")
            .answers(200, Answer::Json(reference("domain"))),
        Operation::post(format!("{one}/forceDelete"), "Rename what uses a domain name, and remove it")
            .takes(json!({ "type": "object", "properties": { "disableUserAccounts": or_null(truth()) } }))
            .nothing(),
        Operation::get(format!("{one}/rootDomain"), "The name above that proves it")
            .query(&["$select"])
            .answers(200, Answer::Json(reference("domain"))),
        records("verificationDnsRecords", "Records that prove it"),
        records("serviceConfigurationRecords", "Records that services need"),
        Operation::get(format!("{one}/domainNameReferences"), "Who has names under it")
            .lists("directoryObject"),
    ];
    let state = object([
        ("lastActionDateTime".to_owned(), or_null(moment())),
        ("operation".to_owned(), text()),
        ("status".to_owned(), text()),
    ]);
    let shape = Shape::new("domain")
        .may_have("availabilityStatus", text())
        .may_have("state", state)
        .has("authenticationType", one_of(&["Managed", "Federated"]))
        .has("isAdminManaged", truth())
        .has("isDefault", truth())
        .has("isInitial", truth())
        .has("isRoot", truth())
        .has("isVerified", truth())
        .has("passwordValidityPeriodInDays", number())
        .has("supportedServices", list_of(text()))
        .never_has(&["manufacturer", "model", "passwordNotificationWindowInDays"], &[])
        .read_only(READ_ONLY)
        // Named once, when it is added.
        .has("id", text())
        .needs(&["id"]);
    Described::of(all).shape(&shape)
}
