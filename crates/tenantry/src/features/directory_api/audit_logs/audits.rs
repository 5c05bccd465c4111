//! `/v1.0/auditLogs/directoryAudits`.

use axum::Json;
use axum::extract::{Path, State};
use model::audit::{Activity, Category};
use model::ids::{AuditEventId, UserId};
use model::refusal::Refusal;
use protocol::odata::Literal;
use serde_json::{Map, Value, json};

use super::filter::{Condition, conditions, earlier, later, text, unknown};
use super::texts;
use super::{MOST, entry_id, exact, oldest_first, page};
use crate::access::Actor;
use crate::app::App;
use crate::db::TenantScope;
use crate::error::Error;
use crate::features::audit::{self, Entry, Exactly, Filter};
use crate::features::directory::{USERS, list_users};
use crate::features::directory_api::{entity, object_of};
use crate::graph::filter::{Condition as Narrowing, unsupported};
use crate::graph::query::ObjectQuery;
use crate::graph::{Asked, Caller};
use crate::openapi::{Shape, id, list_of, moment, one_of, text as word};
use model::shape::{object, or_null};
use protocol::odata::{Filter as ODataFilter, Path as Property, TextFunction};

/// The part of the service that writes the log.
const SERVICE: &str = "Core Directory";

fn kind(target: &str) -> &'static str {
    match target {
        "user" => "User",
        "group" => "Group",
        "application" => "Application",
        "service-principal" => "ServicePrincipal",
        "tenant" | "domain" => "Directory",
        _ => "Other",
    }
}

/// Old and new values are JSON, as Graph writes them.
fn quoted(value: Option<&String>) -> Value {
    value.map_or(Value::Null, |value| json!(json!(value).to_string()))
}

fn shown(entry: &Entry) -> Map<String, Value> {
    let activity = entry.activity.parse::<Activity>().ok();
    let category = activity.map_or(Category::Directory, Activity::category).as_str();
    let (user, app) = match entry.actor_kind.as_str() {
        "user" | "outsider" => {
            let ip = Some(&entry.ip).filter(|ip| !ip.is_empty());
            let user = json!({ "id": entry.actor_id, "displayName": entry.actor_name,
                "userPrincipalName": null, "ipAddress": ip });
            (user, Value::Null)
        }
        _ => {
            let principal = entry.actor_app_id.and(entry.actor_id);
            let app = json!({ "appId": entry.actor_app_id, "displayName": entry.actor_name,
                "servicePrincipalId": principal, "servicePrincipalName": entry.actor_app_id });
            (Value::Null, app)
        }
    };
    let changes = entry.changes.iter().map(|change| {
        json!({ "displayName": change.property, "oldValue": quoted(change.old.as_ref()),
            "newValue": quoted(change.new.as_ref()) })
    });
    let is_user = entry.target_kind == "user" && entry.target_name.contains('@');
    let target = json!({
        "id": entry.target_id,
        "displayName": entry.target_name,
        "type": kind(&entry.target_kind),
        "userPrincipalName": is_user.then_some(&entry.target_name),
        "groupType": null,
        "modifiedProperties": changes.collect::<Vec<_>>(),
    });
    let agent = Some(&entry.user_agent).filter(|agent| !agent.is_empty());
    let details: Vec<Value> =
        agent.iter().map(|agent| json!({ "key": "User-Agent", "value": agent })).collect();
    let succeeded = entry.result == "success";
    object_of(json!({
        "id": entry.id,
        "activityDateTime": exact(entry.at),
        "activityDisplayName": activity.map_or_else(|| entry.activity.clone(), Activity::display_name),
        "additionalDetails": details,
        "category": category,
        "correlationId": entry.correlation,
        "initiatedBy": { "user": user, "app": app },
        "loggedByService": SERVICE,
        "operationType": activity.map_or("Update", Activity::operation),
        "result": if succeeded { "success" } else { "failure" },
        "resultReason": if succeeded { "" } else { entry.result.as_str() },
        "targetResources": [target],
    }))
}

/// Names of the people who acted, as they are now.
async fn with_names(
    scope: &mut TenantScope<'_>,
    actor: &Actor,
    entries: &[Entry],
) -> Result<Vec<Map<String, Value>>, Error> {
    let mut ids: Vec<UserId> = entries.iter().filter_map(|entry| entry.actor_id).collect();
    ids.sort();
    ids.dedup();
    let mut names = std::collections::BTreeMap::new();
    for chunk in ids.chunks(100) {
        let mut condition = Narrowing::default();
        let places: Vec<String> = chunk.iter().map(|id| condition.bind(*id)).collect();
        condition.and(&format!("id IN ({})", places.join(", ")));
        let found =
            list_users(scope, &super::super::any::reader(actor), &ObjectQuery::of(condition, 100)).await?;
        names.extend(found.items.into_iter().map(|user| (user.person.id, user.person.sign_in_name())));
    }
    let named = |entry: &Entry| {
        let mut object = shown(entry);
        if let Some(name) = entry.actor_id.and_then(|id| names.get(&id))
            && object["initiatedBy"]["user"].is_object()
        {
            object["initiatedBy"]["user"]["userPrincipalName"] = json!(name);
        }
        object
    };
    Ok(entries.iter().map(named).collect())
}

/// People whose names one condition may stand for.
const PEOPLE: usize = 20;

/// Who has this user principal name, or one that begins so.
async fn people(
    scope: &mut TenantScope<'_>,
    actor: &Actor,
    name: &str,
    begins: bool,
) -> Result<Vec<UserId>, Error> {
    let property = Property(vec!["userPrincipalName".into()]);
    let filter = match begins {
        true => ODataFilter::Text { function: TextFunction::StartsWith, property, text: name.to_owned() },
        false => {
            let comparison = protocol::odata::Comparison::Equal;
            ODataFilter::Compare { property, comparison, value: Literal::Text(name.to_owned()) }
        }
    };
    let mut condition = Narrowing::default();
    condition.of_filter(&USERS, &filter)?;
    let reader = super::super::any::reader(actor);
    let found = list_users(scope, &reader, &ObjectQuery::of(condition, PEOPLE)).await?;
    if found.next.is_some() {
        let most = format!("more than {PEOPLE} people have names that begin so");
        return Err(unsupported("$filter", most).into());
    }
    Ok(found.items.into_iter().map(|user| user.person.id).collect())
}

/// A filter that is being read.
struct Reading {
    filter: Filter,
    activities: Vec<Activity>,
}

impl Reading {
    fn keep(&mut self, wanted: impl Fn(Activity) -> bool) {
        self.activities.retain(|activity| wanted(*activity));
    }

    fn exactly(&mut self, exactly: Exactly) {
        self.filter.exactly.push(exactly);
    }

    /// What every entry has alike, or none has.
    fn constant(&mut self, holds: bool) {
        if !holds {
            self.exactly(Exactly::Nothing);
        }
    }

    fn of_id(&mut self, text: &str, exactly: impl Fn(uuid::Uuid) -> Exactly) {
        // No entry has an id that isn't one.
        self.exactly(text.parse().map_or(Exactly::Nothing, exactly));
    }

    fn is(&mut self, property: &str, value: &Literal) -> Result<(), Refusal> {
        let text = text(property, value)?;
        match property {
            "id" => self.of_id(&text, Exactly::Id),
            "correlationId" => self.of_id(&text, Exactly::Correlation),
            "activityDisplayName" => self.keep(|one| one.display_name().eq_ignore_ascii_case(&text)),
            "category" => self.keep(|one| one.category().as_str().eq_ignore_ascii_case(&text)),
            "operationType" => self.keep(|one| one.operation().eq_ignore_ascii_case(&text)),
            "loggedByService" => self.constant(text.eq_ignore_ascii_case(SERVICE)),
            "result" => match text.as_str() {
                "success" => self.succeeded(true),
                "failure" => self.succeeded(false),
                _ => self.exactly(Exactly::Nothing),
            },
            "initiatedBy/user/id" => self.of_id(&text, |id| Exactly::Actor(UserId(id))),
            "initiatedBy/user/displayName" => {
                self.filter.exactly.extend([Exactly::ActorName(text), Exactly::People(true)]);
            }
            "initiatedBy/app/displayName" => {
                self.filter.exactly.extend([Exactly::ActorName(text), Exactly::People(false)]);
            }
            "initiatedBy/app/appId" => self.of_id(&text, Exactly::Application),
            "initiatedBy/app/servicePrincipalId" => {
                self.of_id(&text, |id| Exactly::Actor(UserId(id)));
                self.exactly(Exactly::People(false));
            }
            _ => return Err(unknown(property)),
        }
        Ok(())
    }

    fn succeeded(&mut self, succeeded: bool) {
        let before = self.filter.succeeded.replace(succeeded);
        self.constant(before.is_none_or(|before| before == succeeded));
    }

    fn take(&mut self, condition: &Condition<'_>) -> Result<(), Refusal> {
        match condition {
            Condition::Is(property, value) => self.is(property, value),
            Condition::Begins(property, text) if property == "activityDisplayName" => {
                let text = text.to_lowercase();
                self.keep(|one| one.display_name().to_lowercase().starts_with(&text));
                Ok(())
            }
            Condition::From(property, moment) if property == "activityDateTime" => {
                later(&mut self.filter.since, *moment);
                Ok(())
            }
            Condition::Until(property, moment) if property == "activityDateTime" => {
                earlier(&mut self.filter.until, *moment);
                Ok(())
            }
            Condition::Any(property, value) => {
                let text = text(property, value)?;
                match property.as_str() {
                    "targetResources/id" => self.exactly(Exactly::Target(text)),
                    "targetResources/displayName" => self.exactly(Exactly::TargetName(text)),
                    _ => return Err(unknown(property)),
                }
                Ok(())
            }
            Condition::IsNot(property, _)
            | Condition::Begins(property, _)
            | Condition::From(property, _)
            | Condition::Until(property, _) => Err(unknown(property)),
        }
    }
}

const NAME: &str = "initiatedBy/user/userPrincipalName";

async fn filter_of(scope: &mut TenantScope<'_>, actor: &Actor, asked: &Asked) -> Result<Filter, Error> {
    let mut reading = Reading { filter: Filter::default(), activities: Activity::ALL.to_vec() };
    let mut found = Vec::new();
    if let Some(filter) = &asked.query.filter {
        conditions(filter, &mut found)?;
    }
    for condition in &found {
        let (name, begins) = match condition {
            Condition::Is(property, value) if property == NAME => (text(NAME, value)?, false),
            Condition::Begins(property, text) if property == NAME => ((*text).to_owned(), true),
            other => {
                reading.take(other)?;
                continue;
            }
        };
        let mut people = people(scope, actor, &name, begins).await?;
        if let Some(before) = &reading.filter.actors {
            people.retain(|id| before.contains(id));
        }
        reading.filter.actors = Some(people);
    }
    let every = reading.activities.len() == Activity::ALL.len();
    Ok(Filter {
        activities: (!every).then_some(reading.activities),
        oldest_first: oldest_first(asked, "activityDateTime")?,
        ..reading.filter
    })
}

pub(super) async fn list(
    State(app): State<App>,
    Caller(actor): Caller,
    asked: Asked,
) -> Result<Json<Value>, Error> {
    actor.require(model::roles::Permission::ReadAudit)?;
    let (from, limit) = (asked.start(&app, actor.tenant())?, asked.page_size_of(MOST, MOST)?);
    let mut scope = app.db.read().await?;
    let mut tenant = scope.tenant(actor.grant()).await?;
    let filter = filter_of(&mut tenant, &actor, &asked).await?;
    let count = match asked.query.count && from.is_none() {
        true => Some(audit::count(&mut tenant, &actor, &filter).await?),
        false => None,
    };
    let found = audit::list(&mut tenant, &actor, &filter, from.as_ref(), limit).await?;
    let value = with_names(&mut tenant, &actor, &found.items).await?;
    let collection = page("auditLogs/directoryAudits", count, value, found.next, &asked)?;
    Ok(Json(collection.answer(&app, actor.tenant(), &asked)))
}

pub(super) async fn one(
    State(app): State<App>,
    Caller(actor): Caller,
    Path(id): Path<String>,
    asked: Asked,
) -> Result<Json<Value>, Error> {
    let mut scope = app.db.read().await?;
    let mut tenant = scope.tenant(actor.grant()).await?;
    let found = audit::get(&mut tenant, &actor, AuditEventId(entry_id(&id)?)).await?;
    let named = with_names(&mut tenant, &actor, &[found]).await?;
    let object = named.into_iter().next().unwrap_or_default();
    entity(&app, "auditLogs/directoryAudits/$entity", object, &asked)
}

pub(super) fn described() -> Shape {
    let user = texts(&["id", "displayName", "userPrincipalName", "ipAddress"]);
    let app = texts(&["appId", "displayName", "servicePrincipalId", "servicePrincipalName"]);
    let mut target = texts(&["id", "displayName", "userPrincipalName", "groupType"]);
    let kinds = ["User", "Group", "Application", "ServicePrincipal", "Directory", "Other"];
    target["properties"]["type"] = one_of(&kinds);
    target["properties"]["modifiedProperties"] = list_of(texts(&["displayName", "oldValue", "newValue"]));
    let by = object([("user".to_owned(), or_null(user)), ("app".to_owned(), or_null(app))]);
    Shape::new("directoryAudit")
        .has("id", id())
        .has("activityDateTime", moment())
        .has("activityDisplayName", word())
        .has("additionalDetails", list_of(texts(&["key", "value"])))
        .has("category", one_of(&Category::ALL.map(Category::as_str)))
        .may_have("correlationId", id())
        .has("initiatedBy", by)
        .has("loggedByService", one_of(&[SERVICE]))
        .has("operationType", one_of(&["Add", "Assign", "Delete", "Update"]))
        .has("result", one_of(&["success", "failure"]))
        .has("resultReason", word())
        .has("targetResources", list_of(target))
}
