//! The table `audit_event`.

use jiff::Timestamp;
use model::audit::Change;
use model::ids::{AuditEventId, UserId};

use super::ops::Event;
use crate::access::{Actor, ActorKind};
use crate::db::{DbError, FromRow, Row, TenantScope};
use crate::error::Error;
use crate::moment::Moment;
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
    moment: &Moment,
) -> Result<(), Error> {
    let kind = match actor.kind() {
        ActorKind::User { .. } => "user",
        ActorKind::Operator => "operator",
        ActorKind::System => "system",
        ActorKind::Outsider => "outsider",
    };
    let changes = serde_json::to_string(&event.changes).map_err(Error::internal)?;
    let sql = "INSERT INTO audit_event (tenant_id, id, at, actor_kind, actor_id, actor_name, activity, target_kind, \
               target_id, target_name, changes, ip, result) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)";
    scope
        .execute(
            sql,
            params![
                moment.uuid(),
                moment.now,
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
