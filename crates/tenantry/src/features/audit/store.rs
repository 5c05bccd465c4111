//! The table `audit_event`.

use jiff::Timestamp;
use model::audit::Change;
use model::ids::{AuditEventId, UserId};
use uuid::Uuid;

use super::ops::read::Filter;
use super::ops::record::Event;
use crate::access::{Actor, ActorKind};
use crate::db::{DbError, FromRow, Position, Row, TenantScope, Value};
use crate::error::Error;
use crate::params;

/// One event as it was written.
#[derive(Clone, Debug)]
pub struct Entry {
    pub id: AuditEventId,
    pub at: Timestamp,
    pub actor_kind: String,
    pub actor_id: Option<UserId>,
    pub actor_name: String,
    pub activity: String,
    pub target_kind: String,
    pub target_id: String,
    pub target_name: String,
    pub changes: Vec<Change>,
    pub ip: String,
    pub result: String,
}

impl FromRow for Entry {
    fn from_row(row: &Row) -> Result<Self, DbError> {
        let changes: String = row.get("changes")?;
        Ok(Self {
            id: row.get("id")?,
            at: row.get("at")?,
            actor_kind: row.get("actor_kind")?,
            actor_id: row.get("actor_id")?,
            actor_name: row.get("actor_name")?,
            activity: row.get("activity")?,
            target_kind: row.get("target_kind")?,
            target_id: row.get("target_id")?,
            target_name: row.get("target_name")?,
            changes: serde_json::from_str(&changes).map_err(|error| DbError::Shape(error.to_string()))?,
            ip: row.get("ip")?,
            result: row.get("result")?,
        })
    }
}

pub(super) async fn insert(
    scope: &mut TenantScope<'_>,
    actor: &Actor,
    event: &Event,
    (id, at): (Uuid, Timestamp),
) -> Result<(), Error> {
    let kind = match actor.kind() {
        ActorKind::User { .. } => "user",
        ActorKind::Operator => "operator",
        ActorKind::System => "system",
        ActorKind::Outsider => "outsider",
    };
    let changes = serde_json::to_string(&event.changes).map_err(Error::internal)?;
    let sql = "INSERT INTO audit_event (tenant_id, id, at, actor_kind, actor_id, actor_name, activity, target_kind, \
               target_id, target_name, changes, ip, result) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13) \
               ON CONFLICT (tenant_id, id) DO NOTHING";
    scope
        .execute(
            sql,
            params![
                id,
                at,
                kind,
                actor.user_id(),
                actor.name(),
                event.activity.as_str(),
                event.target_kind.as_str(),
                &event.target_id,
                &event.target_name,
                changes,
                &actor.origin.ip,
                event.refused.as_deref().unwrap_or("success"),
            ],
        )
        .await?;
    Ok(())
}

const COLUMNS: &str = "id, at, actor_kind, actor_id, actor_name, activity, target_kind, target_id, target_name, changes, \
    ip, result";

/// Events newest first; before a position that looks backward they come oldest first.
pub(super) async fn list(
    scope: &mut TenantScope<'_>,
    filter: &Filter,
    from: Option<&Position>,
    limit: usize,
) -> Result<Vec<Entry>, Error> {
    let mut sql = format!("SELECT {COLUMNS} FROM audit_event WHERE tenant_id = $1");
    let mut params: Vec<Value> = Vec::new();
    let mut also = |condition: &str, values: Vec<Value>| {
        let mut condition = format!(" AND {condition}");
        for value in values {
            params.push(value);
            condition = condition.replacen('?', &format!("${}", params.len() + 1), 1);
        }
        sql.push_str(&condition);
    };
    if let Some(activity) = filter.activity {
        also("activity = ?", vec![activity.as_str().into()]);
    }
    if let Some(person) = filter.person {
        also("(actor_id = ? OR target_id = ?)", vec![person.into(), person.to_string().into()]);
    }
    if !filter.name.is_empty() {
        let part = format!("%{}%", escaped(&filter.name.to_lowercase()));
        let condition = "(lower(actor_name) LIKE ? ESCAPE '\\' OR lower(target_name) LIKE ? ESCAPE '\\')";
        also(condition, vec![part.as_str().into(), part.into()]);
    }
    // Ids carry their time, so a range of time is a range of the primary key.
    if let Some(since) = filter.since {
        also("id >= ?", vec![first_id(since).into()]);
    }
    if let Some(until) = filter.until {
        also("id < ?", vec![first_id(until).into()]);
    }
    let backward = from.is_some_and(|from| from.backward);
    let (sign, order) = if backward { (">", "ASC") } else { ("<", "DESC") };
    if let Some(from) = from {
        also(&format!("id {sign} ?"), vec![from.id.into()]);
    }
    sql.push_str(&format!(" ORDER BY id {order} LIMIT {limit}"));
    Ok(scope.all(&sql, &params).await?)
}

pub(super) async fn find(scope: &mut TenantScope<'_>, id: AuditEventId) -> Result<Option<Entry>, Error> {
    let sql = format!("SELECT {COLUMNS} FROM audit_event WHERE tenant_id = $1 AND id = $2");
    Ok(scope.optional(&sql, params![id]).await?)
}

/// Sign-ins and refused ones since an instant: activity, day as a number of days since the epoch, count.
pub(super) async fn count_by_day(
    scope: &mut TenantScope<'_>,
    since: Timestamp,
    day: i64,
) -> Result<Vec<(String, i64, i64)>, Error> {
    let sql = format!(
        "SELECT activity, at / {day} AS day, count(*) AS count FROM audit_event WHERE tenant_id = $1 AND id >= $2 \
         AND activity IN ('signed-in', 'sign-in-refused') GROUP BY activity, at / {day}"
    );
    let rows: Vec<Row> = scope.all(&sql, params![first_id(since)]).await?;
    let read = |row: &Row| Ok((row.get("activity")?, row.get("day")?, row.get("count")?));
    Ok(rows.iter().map(read).collect::<Result<_, DbError>>()?)
}

/// The least id of version 7 that an event of this instant can have (RFC 9562).
fn first_id(at: Timestamp) -> Uuid {
    let millis = u128::try_from(at.as_millisecond()).unwrap_or_default();
    Uuid::from_u128(millis << 80)
}

fn escaped(text: &str) -> String {
    text.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_")
}
