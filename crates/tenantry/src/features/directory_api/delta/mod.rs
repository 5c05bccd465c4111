//! Delta queries: everything once, and then what changed since (facts §7.4).
//!
//! The first round lists a collection in the order of ids and remembers the number of the newest change from before it.
//! Its last page gives a `@odata.deltaLink` with that number; asked again, the link gives the objects that changed after
//! it as they are now, and those that are gone. Numbers travel in sealed tokens, so that nobody can make up one.

mod members;

use std::collections::{BTreeMap, BTreeSet};

use axum::extract::State;
use axum::routing::get;
use axum::{Json, Router};
use model::applications::{Application, ServicePrincipal};
use model::ids::{ObjectId, TenantId};
use model::objects::{ChangeKind, ObjectKind};
use model::refusal::{Code, Refusal};
use model::roles::Permission;
use serde_json::{Map, Value, json};
use uuid::Uuid;

use crate::access::Actor;
use crate::app::App;
use crate::db::{Position, TenantScope};
use crate::error::Error;
use crate::features::directory::DirectoryUser;
use crate::features::groups::Group;
use crate::features::objects::{Object, sees_members};
use crate::graph::changes::{self, DirectoryChange, last_of_each};
use crate::graph::filter::Condition;
use crate::graph::query::ObjectQuery;
use crate::graph::{Asked, CHUNK, Caller, Entity, PAGE_BYTES, bytes_of, context, selected, unsupported};
use crate::openapi::{Answer, Described, Operation, id, one_of, page, reference, text};

/// Changes in one answer.
const CHANGES: i64 = CHUNK as i64;
/// Members of groups in one answer of the first round.
const MEMBERS: usize = 1000;

pub fn routes() -> Router<App> {
    Router::new()
        .route("/v1.0/users/delta", get(of_kind::<DirectoryUser>))
        .route("/v1.0/groups/delta", get(of_kind::<Group>))
        .route("/v1.0/applications/delta", get(of_kind::<Object<Application>>))
        .route("/v1.0/servicePrincipals/delta", get(of_kind::<Object<ServicePrincipal>>))
}

async fn of_kind<E: Entity>(
    State(app): State<App>,
    Caller(actor): Caller,
    asked: Asked,
) -> Result<Json<Value>, Error> {
    let mut scope = app.db.read().await?;
    let mut tenant = scope.tenant(actor.grant()).await?;
    answer::<E>(&app, &mut tenant, &actor, &asked).await
}

/// Where a round stands.
#[derive(Clone, Copy, Debug)]
enum Round {
    /// Listing everything; changes after this number come next.
    Everything { newest: i64, after: Option<Uuid> },
    /// In the middle of it, listing the members of one group after one of them.
    Members { newest: i64, group: Uuid, after: Uuid },
    /// Listing what changed after this number.
    Changes { after: i64 },
}

impl Round {
    fn position(self) -> Position {
        let (key, id) = match self {
            Self::Everything { newest, after } => (format!("e{newest}"), after.unwrap_or(Uuid::nil())),
            Self::Members { newest, group, after } => (format!("m{newest}/{after}"), group),
            Self::Changes { after } => (format!("c{after}"), Uuid::nil()),
        };
        Position { backward: false, key, id }
    }

    fn of(position: &Position) -> Option<Self> {
        let (kind, number) = position.key.split_at_checked(1)?;
        if kind == "m" {
            let (newest, after) = number.split_once('/')?;
            let (newest, after) = (newest.parse().ok()?, after.parse().ok()?);
            return Some(Self::Members { newest, group: position.id, after });
        }
        let number = number.parse().ok()?;
        match kind {
            "e" => Some(Self::Everything { newest: number, after: Some(position.id) }),
            "c" => Some(Self::Changes { after: number }),
            _ => None,
        }
    }
}

async fn round(
    app: &App,
    scope: &mut TenantScope<'_>,
    tenant: TenantId,
    asked: &Asked,
) -> Result<Round, Error> {
    let query = &asked.query;
    if query.order_by.is_empty()
        && query.search.is_none()
        && query.expand.is_empty()
        && query.filter.is_none()
    {
        match (&query.delta_token, &query.skip_token) {
            (Some(token), None) if token == "latest" => {
                return Ok(Round::Changes { after: changes::newest(scope).await? });
            }
            (Some(token), None) | (None, Some(token)) => {
                let position = Position::open(&app.keys, tenant, &asked.bound_query(), token)?;
                return Round::of(&position).ok_or_else(|| Code::PageLinkInvalid.into());
            }
            _ => return Ok(Round::Everything { newest: changes::newest(scope).await?, after: None }),
        }
    }
    Err(unsupported("$filter", "a delta query takes $select and $top alone").into())
}

async fn answer<E: Entity>(
    app: &App,
    scope: &mut TenantScope<'_>,
    actor: &Actor,
    asked: &Asked,
) -> Result<Json<Value>, Error> {
    // Not every round lists objects, which would ask.
    actor.require(Permission::ReadDirectory)?;
    let kind = E::RESOURCE.kind;
    let (value, next) = match round(app, scope, actor.tenant(), asked).await? {
        Round::Everything { newest, after } => everything::<E>(scope, actor, asked, (newest, after)).await?,
        Round::Members { newest, group, after } => {
            let (found, last) = members::page(scope, actor, (group, Some(after)), MEMBERS).await?;
            let next = match last {
                Some(after) => Round::Members { newest, group, after },
                None => Round::Everything { newest, after: Some(group) },
            };
            (vec![json!({ "id": group, members::NAME: found })], Next::Page(next))
        }
        Round::Changes { after } => {
            let (value, last, is_last) = changed::<E>(scope, actor, asked, kind, after).await?;
            let round = Round::Changes { after: last };
            (value, if is_last { Next::Later(round) } else { Next::Page(round) })
        }
    };
    let (link, option, round) = match next {
        Next::Page(round) => ("@odata.nextLink", "$skiptoken", round),
        Next::Later(round) => ("@odata.deltaLink", "$deltatoken", round),
    };
    let address = asked.address_with(app, actor.tenant(), option, &round.position());
    let context = context(app, kind.collection());
    Ok(Json(json!({ "@odata.context": context, link: address, "value": value })))
}

/// Where an answer leads: to more of it, or to what will have changed.
enum Next {
    Page(Round),
    Later(Round),
}

/// A page of the first round. It ends early where a group has more members than one answer holds.
async fn everything<E: Entity>(
    scope: &mut TenantScope<'_>,
    actor: &Actor,
    asked: &Asked,
    (newest, after): (i64, Option<Uuid>),
) -> Result<(Vec<Value>, Next), Error> {
    let mut query = ObjectQuery::of(Condition::default(), asked.page_size()?.min(CHUNK));
    query.from = after.map(|id| Position { backward: false, key: String::new(), id });
    let page = E::list(scope, actor, &query).await?;
    let with_members = members::wanted(E::RESOURCE.kind, &asked.query.select);
    let (mut value, mut room, mut bytes) = (Vec::with_capacity(page.items.len()), MEMBERS, 0);
    for found in &page.items {
        let mut object = object_of(found, asked)?;
        if with_members {
            let (of_group, last) = members::page(scope, actor, (found.id(), None), room.max(1)).await?;
            room = room.saturating_sub(of_group.len());
            object.insert(members::NAME.into(), Value::Array(of_group));
            if let Some(after) = last {
                value.push(Value::Object(object));
                return Ok((value, Next::Page(Round::Members { newest, group: found.id(), after })));
            }
        }
        bytes += bytes_of(&object);
        value.push(Value::Object(object));
        if bytes >= PAGE_BYTES {
            return Ok((value, Next::Page(Round::Everything { newest, after: Some(found.id()) })));
        }
    }
    let next = page.next.map(|next| Round::Everything { newest, after: Some(next.id) });
    Ok((value, next.map_or(Next::Later(Round::Changes { after: newest }), Next::Page)))
}

/// An object as asked. Its id comes with it, whatever is selected: how else would a client know what changed?
fn object_of<E: Entity>(found: &E, asked: &Asked) -> Result<Map<String, Value>, Error> {
    let mut object = selected(found.show(), &members::others(&asked.query.select), E::USUAL)?;
    object.insert("id".into(), json!(found.id()));
    Ok(object)
}

/// What changed after a number, the number to go on from, and whether that was all.
async fn changed<E: Entity>(
    scope: &mut TenantScope<'_>,
    actor: &Actor,
    asked: &Asked,
    kind: ObjectKind,
    after: i64,
) -> Result<(Vec<Value>, i64, bool), Error> {
    let newest = changes::newest(scope).await?;
    let kept_from = changes::oldest(scope).await?.unwrap_or(newest + 1);
    if after > newest || (after + 1 < kept_from && after < newest) {
        return Err(Refusal::new(Code::ChangesForgotten).into());
    }
    let rows = changes::after(scope, kind, after, CHANGES).await?;
    let is_last = (rows.len() as i64) < CHANGES;
    let last = if is_last { newest } else { rows.last().map_or(newest, |row| row.sequence) };
    let value = objects::<E>(scope, actor, asked, &rows).await?;
    Ok((value, last, is_last))
}

async fn objects<E: Entity>(
    scope: &mut TenantScope<'_>,
    actor: &Actor,
    asked: &Asked,
    rows: &[DirectoryChange],
) -> Result<Vec<Value>, Error> {
    let fates = last_of_each(rows);
    let with_members = members::wanted(E::RESOURCE.kind, &asked.query.select);
    let mut moved = if with_members { members::changed(rows) } else { BTreeMap::new() };
    let ids: BTreeSet<Uuid> = fates.keys().chain(moved.keys()).copied().collect();
    let ids: Vec<Uuid> = ids.into_iter().collect();
    let mut value = Vec::with_capacity(ids.len());
    for chunk in ids.chunks(100) {
        let mut condition = Condition::default();
        let places: Vec<String> = chunk.iter().map(|id| condition.bind(*id)).collect();
        condition.and(&format!("id IN ({})", places.join(", ")));
        let living = E::list(scope, actor, &ObjectQuery::of(condition.clone(), chunk.len())).await?.items;
        let deleted = ObjectQuery { deleted: true, ..ObjectQuery::of(condition, chunk.len()) };
        let deleted = E::list(scope, actor, &deleted).await?.items;
        for id in chunk {
            let object = match living.iter().find(|found| found.id() == *id) {
                Some(found) => {
                    let mut object = object_of(found, asked)?;
                    let moved = match moved.remove(id) {
                        Some(moved) if sees_members(scope, actor, ObjectId(*id)).await? => Some(moved),
                        _ => None,
                    };
                    object.extend(moved.map(|moved| (members::NAME.to_owned(), Value::Array(moved))));
                    object
                }
                None => {
                    // Whoever may restore it keeps a place for it.
                    let restorable = deleted.iter().any(|found| found.id() == *id)
                        && fates.get(id) != Some(&ChangeKind::Removed);
                    gone(*id, if restorable { "changed" } else { "deleted" })
                }
            };
            value.push(Value::Object(object));
        }
    }
    Ok(value)
}

fn gone(id: Uuid, reason: &str) -> Map<String, Value> {
    let mut object = Map::new();
    object.insert("id".into(), json!(id));
    object.insert("@removed".into(), json!({ "reason": reason }));
    object
}

pub fn described() -> Described {
    let of = [
        ("users", "user"),
        ("groups", "group"),
        ("applications", "application"),
        ("servicePrincipals", "servicePrincipal"),
    ];
    let gone = json!({
        "type": "object",
        "properties": { "id": id(), "@removed": { "type": "object", "properties": { "reason": one_of(&["changed", "deleted"]) } } },
        "required": ["id", "@removed"],
        "additionalProperties": false,
    });
    let round = |name: &str| {
        let mut round = page(json!({ "anyOf": [reference(name), gone] }));
        round["properties"]["@odata.deltaLink"] = text();
        round
    };
    Described::of(of.map(|(collection, name)| {
        Operation::get(format!("/v1.0/{collection}/delta"), "Everything, and then what changed since")
            .query(&["$select", "$top", "$skiptoken"])
            .also_refused(&[410])
            .answers(200, Answer::Json(round(name)))
    }))
}
