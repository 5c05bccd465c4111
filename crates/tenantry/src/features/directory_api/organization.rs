//! `/v1.0/organization`: the tenant itself (facts §7.1).

use axum::extract::{Path, State};
use axum::response::{IntoResponse as _, Response};
use axum::routing::get;
use axum::{Json, Router};
use http::StatusCode;
use model::ids::TenantId;
use model::organisation::Contacts;
use model::roles::Permission;
use serde_json::{Map, Value, json};

use super::{asked_of, shown_moment};
use crate::access::Actor;
use crate::app::App;
use crate::error::Error;
use crate::features::domains::{self, Listed};
use crate::features::tenants;
use crate::graph::{Asked, Body, Caller, Property, context};
use crate::openapi::{
    Answer, Described, Operation, Shape, id, list_of, moment, one_of, page, reference, text, truth,
};
use crate::transaction;

pub fn routes() -> Router<App> {
    Router::new()
        .route("/v1.0/organization", get(list))
        .route("/v1.0/organization/{id}", get(one).patch(update))
}

async fn organization(app: &App, actor: &Actor) -> Result<Map<String, Value>, Error> {
    let mut scope = app.db.read().await?;
    let found = tenants::find(&mut scope, actor.tenant()).await?.ok_or_else(Error::not_found)?;
    let mut tenant = scope.tenant(actor.grant()).await?;
    let mut names: Vec<Listed> = Vec::new();
    let mut after = Some(String::new());
    while let Some(last) = after {
        let page = domains::list(&mut tenant, actor, &last).await?;
        names.extend(page.listed);
        after = page.more;
    }
    let verified = names.iter().filter(|listed| listed.name.verified_at.is_some()).map(|listed| {
        json!({
            "capabilities": "Email",
            "isDefault": listed.name.is_primary,
            "isInitial": listed.name.is_initial,
            "name": listed.name.name,
            "type": "Managed",
        })
    });
    let (contacts, list) = (found.contacts, Option::<Vec<String>>::unwrap_or_default);
    let object = json!({
        "id": found.id,
        "deletedDateTime": null,
        "assignedPlans": [],
        "businessPhones": [],
        "city": null,
        "country": null,
        "countryLetterCode": found.country,
        "createdDateTime": shown_moment(found.created_at),
        "defaultUsageLocation": null,
        "displayName": found.display_name,
        "marketingNotificationEmails": list(contacts.marketing_notification_emails),
        "onPremisesLastSyncDateTime": null,
        "onPremisesSyncEnabled": null,
        "partnerTenantType": null,
        "postalCode": null,
        "preferredLanguage": null,
        "privacyProfile": null,
        "provisionedPlans": [],
        "securityComplianceNotificationMails": list(contacts.security_compliance_notification_mails),
        "securityComplianceNotificationPhones": list(contacts.security_compliance_notification_phones),
        "state": null,
        "street": null,
        "technicalNotificationMails":
            contacts.technical_notification_mails.unwrap_or_else(|| vec![found.technical_contact]),
        "tenantType": "AAD",
        "verifiedDomains": verified.collect::<Vec<_>>(),
    });
    match object {
        Value::Object(object) => Ok(object),
        _ => Err(Error::internal("an object is an object")),
    }
}

async fn list(State(app): State<App>, Caller(actor): Caller, asked: Asked) -> Result<Json<Value>, Error> {
    let object = asked_of(organization(&app, &actor).await?, &asked)?;
    Ok(Json(json!({ "@odata.context": context(&app, "organization"), "value": [object] })))
}

async fn one(
    State(app): State<App>,
    Caller(actor): Caller,
    Path(id): Path<String>,
    asked: Asked,
) -> Result<Response, Error> {
    own(&actor, &id)?;
    let mut answer = Map::new();
    answer.insert("@odata.context".into(), context(&app, "organization/$entity"));
    answer.extend(asked_of(organization(&app, &actor).await?, &asked)?);
    Ok(Json(Value::Object(answer)).into_response())
}

/// Nobody sees another organisation than their own.
fn own(actor: &Actor, id: &str) -> Result<(), Error> {
    if id.parse() == Ok(TenantId(actor.tenant().0)) { Ok(()) } else { Err(Error::not_found()) }
}

async fn update(
    State(app): State<App>,
    Caller(actor): Caller,
    Path(id): Path<String>,
    mut body: Body,
) -> Result<StatusCode, Error> {
    own(&actor, &id)?;
    actor.require(Permission::ManageOrganization)?;
    let current = organization(&app, &actor).await?;
    let mut change = Contacts::default();
    for (name, list) in change.lists_mut() {
        *list = match body.texts(name)? {
            Property::Absent => None,
            Property::Null => Some(Vec::new()),
            Property::Is(entries) => Some(entries),
        };
    }
    let properties: Vec<&str> = current.keys().map(String::as_str).collect();
    body.pass_over_same(&current, &properties);
    body.end(&properties)?;
    let moment = app.moment();
    transaction!(app.db, |scope| tenants::set_contacts(scope, &actor, &change, &moment).await)?;
    Ok(StatusCode::NO_CONTENT)
}

pub fn described() -> Described {
    let names = json!({
        "type": "object",
        "properties": { "capabilities": text(), "isDefault": truth(), "isInitial": truth(), "name": text(), "type": text() },
        "additionalProperties": false,
    });
    let shape = Shape::new("organization")
        .has("id", id())
        .has("countryLetterCode", text())
        .has("createdDateTime", moment())
        .has("displayName", text())
        .has("marketingNotificationEmails", list_of(text()))
        .has("securityComplianceNotificationMails", list_of(text()))
        .has("securityComplianceNotificationPhones", list_of(text()))
        .has("technicalNotificationMails", list_of(text()))
        .has("tenantType", one_of(&["AAD"]))
        .has("verifiedDomains", list_of(names))
        .never_has(
            &[
                "deletedDateTime",
                "city",
                "country",
                "defaultUsageLocation",
                "onPremisesLastSyncDateTime",
                "onPremisesSyncEnabled",
                "partnerTenantType",
                "postalCode",
                "preferredLanguage",
                "privacyProfile",
                "state",
                "street",
            ],
            &["assignedPlans", "businessPhones", "provisionedPlans"],
        )
        .read_only(&[
            "id",
            "countryLetterCode",
            "createdDateTime",
            "displayName",
            "tenantType",
            "verifiedDomains",
        ]);
    Described::of([
        Operation::get("/v1.0/organization", "The tenant, as a list")
            .query(&["$select"])
            .answers(200, Answer::Json(page(reference("organization")))),
        Operation::get("/v1.0/organization/{id}", "The tenant")
            .query(&["$select"])
            .answers(200, Answer::Json(reference("organization"))),
        Operation::patch("/v1.0/organization/{id}", "Change what the tenant says of itself")
            .takes(reference("organization.change")),
    ])
    .shape(&shape)
}
