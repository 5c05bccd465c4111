//! The table `audit_event`; beside it `sign_in`.

mod narrowed;
pub mod sign_ins;

use jiff::Timestamp;
use model::audit::Change;
use model::ids::{AuditEventId, UserId};
use uuid::Uuid;

use super::ops::read::{Exactly, Filter};
use super::ops::record::{Event, Other};
use crate::access::{Actor, ActorKind};
use crate::db::{DbError, FromRow, Position, Row, Single, TenantScope, Value};
use crate::error::Error;
use crate::params;
use narrowed::{Narrowed, first_id};

/// One event as it was written.
#[derive(Clone, Debug)]
pub struct Entry {
    pub id: AuditEventId,
    pub at: Timestamp,
    pub actor_kind: String,
    /// The person, or the service principal of an application.
    pub actor_id: Option<UserId>,
    /// The application that acted for itself.
    pub actor_app_id: Option<Uuid>,
    pub actor_name: String,
    pub activity: String,
    pub target_kind: String,
    pub target_id: String,
    pub target_name: String,
    pub other: Option<Other>,
    pub changes: Vec<Change>,
    pub ip: String,
    pub user_agent: String,
    /// The request that it belongs to; none for commands and jobs.
    pub correlation: Option<Uuid>,
    pub result: String,
}

/// Characters of names and user agents that a log keeps: the engines bound the length of a key.
const KEPT: usize = 500;

impl FromRow for Entry {
    fn from_row(row: &Row) -> Result<Self, DbError> {
        let changes: String = row.get("changes")?;
        Ok(Self {
            id: row.get("id")?,
            at: row.get("at")?,
            actor_kind: row.get("actor_kind")?,
            actor_id: row.get("actor_id")?,
            actor_app_id: row.get("actor_app_id")?,
            actor_name: row.get("actor_name")?,
            activity: row.get("activity")?,
            target_kind: row.get("target_kind")?,
            target_id: row.get("target_id")?,
            target_name: row.get("target_name")?,
            other: other(row)?,
            changes: serde_json::from_str(&changes).map_err(|error| DbError::Shape(error.to_string()))?,
            ip: row.get("ip")?,
            user_agent: row.get("user_agent")?,
            correlation: row.get("correlation_id")?,
            result: row.get("result")?,
        })
    }
}

fn other(row: &Row) -> Result<Option<Other>, DbError> {
    let kind: Option<String> = row.get("other_kind")?;
    let (id, name): (Option<String>, Option<String>) = (row.get("other_id")?, row.get("other_name")?);
    Ok(kind.zip(id).map(|(kind, id)| Other { kind, id, name: name.unwrap_or_default() }))
}

pub(super) async fn insert(
    scope: &mut TenantScope<'_>,
    actor: &Actor,
    event: &Event,
    (id, at): (Uuid, Timestamp),
) -> Result<(), Error> {
    let kind = match actor.kind() {
        ActorKind::User { .. } => "user",
        ActorKind::Application { .. } => "application",
        ActorKind::Operator => "operator",
        ActorKind::System => "system",
        ActorKind::Outsider => "outsider",
    };
    let app_id = match actor.kind() {
        ActorKind::Application { app_id, .. } => Some(app_id),
        _ => None,
    };
    let other = event.other.as_ref();
    let changes = serde_json::to_string(&event.changes).map_err(Error::internal)?;
    let sql = "INSERT INTO audit_event (tenant_id, id, at, actor_kind, actor_id, actor_name, activity, target_kind, \
               target_id, target_name, changes, ip, result, user_agent, correlation_id, other_kind, other_id, other_name, \
               actor_app_id) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19) \
               ON CONFLICT (tenant_id, id) DO NOTHING";
    scope
        .execute(
            sql,
            params![
                id,
                at,
                kind,
                actor.object_id(),
                kept(actor.name()),
                event.activity.as_str(),
                event.target_kind.as_str(),
                &event.target_id,
                kept(&event.target_name),
                changes,
                &actor.origin.ip,
                event.refused.as_deref().unwrap_or("success"),
                kept(&actor.origin.user_agent),
                actor.origin.request,
                other.map(|other| other.kind.as_str()),
                other.map(|other| other.id.as_str()),
                other.map(|other| kept(&other.name)),
                app_id,
            ],
        )
        .await?;
    Ok(())
}

const COLUMNS: &str = "id, at, actor_kind, actor_id, actor_name, activity, target_kind, target_id, target_name, changes, \
    ip, result, user_agent, correlation_id, other_kind, other_id, other_name, actor_app_id";

fn kept(text: &str) -> String {
    text.chars().take(KEPT).collect()
}

fn narrowed(filter: &Filter) -> Narrowed {
    let mut narrowed = Narrowed::default();
    if let Some(since) = filter.since {
        narrowed.since(since);
    }
    if let Some(until) = filter.until {
        narrowed.until(until);
    }
    match filter.succeeded {
        Some(true) => narrowed.and("result = 'success'"),
        Some(false) => narrowed.and("result <> 'success'"),
        None => {}
    }
    for exactly in &filter.exactly {
        match exactly {
            Exactly::Id(id) => narrowed.compare("id =", *id),
            Exactly::Actor(id) => narrowed.compare("actor_id =", *id),
            Exactly::ActorName(name) => narrowed.compare("actor_name =", name),
            Exactly::People(true) => narrowed.and("actor_kind IN ('user', 'outsider')"),
            Exactly::People(false) => narrowed.and("actor_kind IN ('operator', 'system', 'application')"),
            Exactly::Application(id) => narrowed.compare("actor_app_id =", *id),
            Exactly::Target(id) => narrowed.compare("target_id =", id),
            Exactly::TargetName(name) => narrowed.compare("target_name =", name),
            Exactly::Correlation(id) => narrowed.compare("correlation_id =", *id),
            Exactly::Nothing => narrowed.and("1 = 0"),
        }
    }
    if let Some(person) = filter.person {
        let id = Value::from(person.to_string());
        let sides = [("actor_id =", Value::from(person)), ("target_id =", id.clone()), ("other_id =", id)];
        narrowed.one_of(sides);
    }
    if let Some(people) = &filter.actors {
        narrowed.one_of(people.iter().map(|id| ("actor_id =", *id)));
    }
    if let Some(activities) = &filter.activities {
        narrowed.one_of(activities.iter().map(|activity| ("activity =", activity.as_str())));
    }
    if !filter.name.is_empty() {
        narrowed.holds(["actor_name", "target_name"], &filter.name);
    }
    narrowed
}

/// Events newest first; before a position that looks backward they come the other way round.
pub(super) async fn list(
    scope: &mut TenantScope<'_>,
    filter: &Filter,
    from: Option<&Position>,
    limit: usize,
) -> Result<Vec<Entry>, Error> {
    let table = ("audit_event", COLUMNS);
    let (sql, params) = narrowed(filter).page(table, from, filter.oldest_first, limit);
    Ok(scope.all(&sql, &params).await?)
}

pub(super) async fn count(scope: &mut TenantScope<'_>, filter: &Filter) -> Result<i64, Error> {
    let (sql, params) = narrowed(filter).count("audit_event");
    let Single(count) = scope.one(&sql, &params).await?;
    Ok(count)
}

pub(super) async fn find(scope: &mut TenantScope<'_>, id: AuditEventId) -> Result<Option<Entry>, Error> {
    let sql = format!("SELECT {COLUMNS} FROM audit_event WHERE tenant_id = $1 AND id = $2");
    Ok(scope.optional(&sql, params![id]).await?)
}

/// Events since an instant by day, as a number of days since the epoch: the day, whether they succeeded, how many.
pub(super) async fn count_by_day(
    scope: &mut TenantScope<'_>,
    table: &'static str,
    since: Timestamp,
    day: i64,
) -> Result<Vec<(i64, bool, i64)>, Error> {
    let sql = format!(
        "SELECT at / {day} AS day, (result = 'success') AS succeeded, count(*) AS count FROM {table} \
         WHERE tenant_id = $1 AND id >= $2 GROUP BY at / {day}, (result = 'success')"
    );
    let rows: Vec<Row> = scope.all(&sql, params![first_id(since)]).await?;
    let read = |row: &Row| Ok((row.get("day")?, row.get("succeeded")?, row.get("count")?));
    Ok(rows.iter().map(read).collect::<Result<_, DbError>>()?)
}

/// Forgets the oldest rows from before an instant, at most so many, and tells how many they were.
pub(super) async fn forget(
    scope: &mut TenantScope<'_>,
    table: &'static str,
    before: Timestamp,
    most: i64,
) -> Result<u64, Error> {
    let sql = format!(
        "DELETE FROM {table} WHERE tenant_id = $1 AND id IN \
         (SELECT id FROM {table} WHERE tenant_id = $1 AND id < $2 ORDER BY id LIMIT $3)"
    );
    Ok(scope.execute(&sql, params![first_id(before), most]).await?)
}
