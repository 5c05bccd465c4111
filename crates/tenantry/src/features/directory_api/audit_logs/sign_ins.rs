//! `/v1.0/auditLogs/signIns`.

use axum::Json;
use axum::extract::{Path, State};
use model::audit::SignInResult;
use model::ids::UserId;
use model::refusal::Refusal;
use protocol::odata::Literal;
use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::filter::{Condition, conditions, earlier, later, text, unknown};
use super::texts;
use super::{MOST, entry_id, exact, oldest_first, page};
use crate::app::App;
use crate::error::Error;
use crate::features::audit::{self, SignIn, SignInFilter};
use crate::features::directory_api::{entity, object_of};
use crate::graph::filter::wrong_kind;
use crate::graph::{Asked, Caller};
use crate::openapi::{Shape, id, moment, one_of, text as word, truth};
use crate::web::client::browser;
use crate::web::layout::Page;
use crate::web::locale::Locale;

/// What every sign-in has alike: there are no risks, no conditional access and no other resource.
const ALIKE: [(&str, &str); 10] = [
    ("clientAppUsed", "Browser"),
    ("conditionalAccessStatus", "notApplied"),
    ("riskDetail", "none"),
    ("riskLevelAggregated", "none"),
    ("riskLevelDuringSignIn", "none"),
    ("riskState", "none"),
    ("location/city", ""),
    ("location/state", ""),
    ("location/countryOrRegion", ""),
    ("isInteractive", "true"),
];

fn alike(name: &str) -> Option<&'static str> {
    ALIKE.iter().find(|(known, _)| *known == name).map(|(_, value)| *value)
}

fn shown(l: &Locale, row: &SignIn, tenant: &Value) -> Map<String, Value> {
    let known = browser(&row.user_agent);
    let refused = row.result != SignInResult::Success.as_str();
    let reason = refused.then(|| l.message(&format!("sign-in-result-{}", row.result), &[]));
    let second = if row.second_factor { "MFA completed" } else { "" };
    object_of(json!({
        "id": row.id,
        "appDisplayName": row.application_name,
        "appId": row.application,
        "appliedConditionalAccessPolicies": [],
        "clientAppUsed": alike("clientAppUsed"),
        "conditionalAccessStatus": alike("conditionalAccessStatus"),
        "correlationId": row.correlation,
        "createdDateTime": exact(row.at),
        "deviceDetail": {
            "browser": known.map_or("", |(browser, _)| browser),
            "deviceId": "",
            "displayName": "",
            "isCompliant": false,
            "isManaged": false,
            "operatingSystem": known.map_or("", |(_, system)| system),
            "trustType": "",
        },
        "homeTenantId": tenant,
        "ipAddress": row.ip,
        "isInteractive": true,
        "location": { "city": "", "countryOrRegion": "", "geoCoordinates": null, "state": "" },
        "resourceDisplayName": row.application_name,
        "resourceId": row.application,
        "resourceTenantId": tenant,
        "riskDetail": alike("riskDetail"),
        "riskEventTypes": [],
        "riskEventTypes_v2": [],
        "riskLevelAggregated": alike("riskLevelAggregated"),
        "riskLevelDuringSignIn": alike("riskLevelDuringSignIn"),
        "riskState": alike("riskState"),
        "servicePrincipalId": null,
        "servicePrincipalName": null,
        "status": {
            "additionalDetails": second,
            "errorCode": row.number(),
            "failureReason": reason.unwrap_or_else(|| "Other.".to_owned()),
        },
        "userAgent": row.user_agent,
        "userDisplayName": row.display_name,
        "userId": row.user,
        "userPrincipalName": row.user_name,
    }))
}

/// Sets what a filter asks; two values of one property are those of no sign-in.
fn set<T: PartialEq>(kept: &mut Option<T>, value: Option<T>, nothing: &mut bool) {
    *nothing |= value.is_none() || kept.as_ref().is_some_and(|kept| Some(kept) != value.as_ref());
    *kept = value;
}

fn is(filter: &mut SignInFilter, property: &str, value: &Literal) -> Result<(), Refusal> {
    let nothing = &mut filter.nothing;
    if property == "status/errorCode" {
        let Literal::Int(number) = value else { return Err(wrong_kind(property)) };
        set(&mut filter.result, SignInResult::numbered(*number), nothing);
        return Ok(());
    }
    let text = match value {
        Literal::Bool(truth) => truth.to_string(),
        other => text(property, other)?,
    };
    let id = || text.parse::<Uuid>().ok();
    match property {
        "id" => set(&mut filter.id, id(), nothing),
        "correlationId" => set(&mut filter.correlation, id(), nothing),
        "userId" => set(&mut filter.user, id().map(UserId), nothing),
        "appId" | "resourceId" => set(&mut filter.application, id(), nothing),
        "userPrincipalName" => set(&mut filter.user_name, Some(text), nothing),
        "ipAddress" => set(&mut filter.ip, Some(text), nothing),
        _ => match alike(property) {
            Some(all) => *nothing |= !all.eq_ignore_ascii_case(&text),
            None => return Err(unknown(property)),
        },
    }
    Ok(())
}

fn filter_of(asked: &Asked) -> Result<SignInFilter, Error> {
    let mut filter =
        SignInFilter { oldest_first: oldest_first(asked, "createdDateTime")?, ..SignInFilter::default() };
    let mut found = Vec::new();
    if let Some(wanted) = &asked.query.filter {
        conditions(wanted, &mut found)?;
    }
    for condition in &found {
        match condition {
            Condition::Is(property, value) => is(&mut filter, property, value)?,
            Condition::IsNot(property, Literal::Int(0)) if property == "status/errorCode" => {
                filter.succeeded = Some(false);
            }
            Condition::Begins(property, text) if property == "userPrincipalName" => {
                set(&mut filter.user_name_begins, Some((*text).to_owned()), &mut filter.nothing);
            }
            Condition::Begins(property, text) if property == "ipAddress" => {
                set(&mut filter.ip_begins, Some((*text).to_owned()), &mut filter.nothing);
            }
            Condition::From(property, moment) if property == "createdDateTime" => {
                later(&mut filter.since, *moment);
            }
            Condition::Until(property, moment) if property == "createdDateTime" => {
                earlier(&mut filter.until, *moment);
            }
            Condition::IsNot(property, _)
            | Condition::Begins(property, _)
            | Condition::From(property, _)
            | Condition::Until(property, _)
            | Condition::Any(property, _) => return Err(unknown(property).into()),
        }
    }
    Ok(filter)
}

pub(super) async fn list(
    State(app): State<App>,
    Caller(actor): Caller,
    words: Page,
    asked: Asked,
) -> Result<Json<Value>, Error> {
    actor.require(model::roles::Permission::ReadAudit)?;
    let filter = filter_of(&asked)?;
    let (from, limit) = (asked.start(&app, actor.tenant())?, asked.page_size_of(MOST, MOST)?);
    let mut scope = app.db.read().await?;
    let mut tenant = scope.tenant(actor.grant()).await?;
    let count = match asked.query.count && from.is_none() {
        true => Some(audit::count_sign_ins(&mut tenant, &actor, &filter).await?),
        false => None,
    };
    let found = audit::list_sign_ins(&mut tenant, &actor, &filter, from.as_ref(), limit).await?;
    let own = json!(actor.tenant());
    let value = found.items.iter().map(|row| shown(&words.l, row, &own)).collect();
    let collection = page("auditLogs/signIns", count, value, found.next, &asked)?;
    Ok(Json(collection.answer(&app, actor.tenant(), &asked)))
}

pub(super) async fn one(
    State(app): State<App>,
    Caller(actor): Caller,
    words: Page,
    Path(id): Path<String>,
    asked: Asked,
) -> Result<Json<Value>, Error> {
    let mut scope = app.db.read().await?;
    let mut tenant = scope.tenant(actor.grant()).await?;
    let found = audit::get_sign_in(&mut tenant, &actor, entry_id(&id)?).await?;
    let object = shown(&words.l, &found, &json!(actor.tenant()));
    entity(&app, "auditLogs/signIns/$entity", object, &asked)
}

pub(super) fn described() -> Shape {
    let mut device = texts(&["browser", "deviceId", "displayName", "operatingSystem", "trustType"]);
    device["properties"]["isCompliant"] = truth();
    device["properties"]["isManaged"] = truth();
    let mut location = texts(&["city", "countryOrRegion", "state"]);
    location["properties"]["geoCoordinates"] = json!({ "type": "null" });
    let mut status = texts(&["additionalDetails", "failureReason"]);
    let numbers: Vec<i64> = SignInResult::ALL.iter().map(|result| result.number()).collect();
    status["properties"]["errorCode"] = json!({ "type": "integer", "enum": numbers });
    let shape = ALIKE.iter().filter(|(name, _)| !name.contains('/') && *name != "isInteractive");
    shape
        .fold(Shape::new("signIn"), |shape, (name, value)| shape.has(name, one_of(&[value])))
        .has("id", id())
        .has("appDisplayName", word())
        .has("appId", id())
        .may_have("correlationId", id())
        .has("createdDateTime", moment())
        .has("deviceDetail", device)
        .has("homeTenantId", id())
        .has("ipAddress", word())
        .has("isInteractive", truth())
        .has("location", location)
        .has("resourceDisplayName", word())
        .has("resourceId", id())
        .has("resourceTenantId", id())
        .has("status", status)
        .has("userAgent", word())
        .has("userDisplayName", word())
        .has("userId", id())
        .has("userPrincipalName", word())
        .never_has(
            &["servicePrincipalId", "servicePrincipalName"],
            &["appliedConditionalAccessPolicies", "riskEventTypes", "riskEventTypes_v2"],
        )
}
