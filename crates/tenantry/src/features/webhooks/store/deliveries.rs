use jiff::Timestamp;
use model::ids::{DeliveryId, WebhookId};
use model::webhooks::DeliveryState;
use uuid::Uuid;

use crate::db::{DbError, FromRow, Row, Single, TenantScope};
use crate::error::Error;
use crate::features::webhooks::ops::deliveries::Delivery;
use crate::params;

const COLUMNS: &str = "id, webhook_id, sequence, event, payload, created_at, state, attempts, tries, next_at, \
    asked_at";

impl FromRow for Delivery {
    fn from_row(row: &Row) -> Result<Self, DbError> {
        let state: String = row.get("state")?;
        Ok(Self {
            id: row.get("id")?,
            webhook: row.get("webhook_id")?,
            sequence: row.get("sequence")?,
            event: row.get("event")?,
            payload: row.get("payload")?,
            created_at: row.get("created_at")?,
            state: state.parse().map_err(|_| DbError::Shape(format!("{state} in webhook_delivery")))?,
            attempts: row.get("attempts")?,
            tries: row.get("tries")?,
            next_at: row.get("next_at")?,
            asked_at: row.get("asked_at")?,
        })
    }
}

pub async fn insert(scope: &mut TenantScope<'_>, new: &Delivery) -> Result<(), Error> {
    let sql = "INSERT INTO webhook_delivery (tenant_id, id, webhook_id, sequence, event, payload, created_at, state, attempts, \
               tries, next_at, asked_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 0, 0, $9, $10)";
    let params = params![
        new.id,
        new.webhook,
        new.sequence,
        &new.event,
        &new.payload,
        new.created_at,
        new.state.as_str(),
        new.next_at,
        new.asked_at
    ];
    scope.execute(sql, params).await?;
    Ok(())
}

pub async fn find(scope: &mut TenantScope<'_>, id: DeliveryId) -> Result<Option<Delivery>, Error> {
    let sql = format!("SELECT {COLUMNS} FROM webhook_delivery WHERE tenant_id = $1 AND id = $2");
    Ok(scope.optional(&sql, params![id]).await?)
}

/// Deliveries of a webhook before a change and an id, the newest first.
pub async fn list(
    scope: &mut TenantScope<'_>,
    webhook: WebhookId,
    (sequence, id): (i64, Uuid),
    limit: i64,
) -> Result<Vec<Delivery>, Error> {
    let sql = format!(
        "SELECT {COLUMNS} FROM webhook_delivery WHERE tenant_id = $1 AND webhook_id = $2 AND (sequence, id) < ($3, $4) \
         ORDER BY sequence DESC, id DESC LIMIT $5"
    );
    Ok(scope.all(&sql, params![webhook, sequence, id, limit]).await?)
}

/// The delivery of a webhook that is due next, whenever that is.
pub async fn next(scope: &mut TenantScope<'_>, webhook: WebhookId) -> Result<Option<Delivery>, Error> {
    let sql = format!(
        "SELECT {COLUMNS} FROM webhook_delivery WHERE tenant_id = $1 AND webhook_id = $2 AND next_at IS NOT NULL \
         ORDER BY next_at, sequence LIMIT 1"
    );
    Ok(scope.optional(&sql, params![webhook]).await?)
}

/// The delivery of a webhook that was asked for by hand first.
pub async fn next_asked(scope: &mut TenantScope<'_>, webhook: WebhookId) -> Result<Option<Delivery>, Error> {
    let sql = format!(
        "SELECT {COLUMNS} FROM webhook_delivery WHERE tenant_id = $1 AND webhook_id = $2 AND asked_at IS NOT NULL \
         AND next_at IS NOT NULL \
         ORDER BY asked_at, sequence LIMIT 1"
    );
    Ok(scope.optional(&sql, params![webhook]).await?)
}

/// What the last try left a delivery as, or what somebody asked of it.
pub async fn settle(scope: &mut TenantScope<'_>, settled: &Delivery) -> Result<(), Error> {
    let sql = "UPDATE webhook_delivery SET state = $3, attempts = $4, tries = $5, next_at = $6, asked_at = $7 \
               WHERE tenant_id = $1 AND id = $2";
    let Delivery { id, state, attempts, tries, next_at, asked_at, .. } = settled;
    scope.execute(sql, params![*id, state.as_str(), *attempts, *tries, *next_at, *asked_at]).await?;
    Ok(())
}

/// Gives up all that waits.
pub async fn give_up(scope: &mut TenantScope<'_>, webhook: WebhookId) -> Result<(), Error> {
    let sql = "UPDATE webhook_delivery SET state = $3, next_at = NULL, asked_at = NULL WHERE tenant_id = $1 AND webhook_id = $2 \
               AND next_at IS NOT NULL";
    scope.execute(sql, params![webhook, DeliveryState::Failed.as_str()]).await?;
    Ok(())
}

/// Makes everything since a moment due now that isn't waiting anyway. Tells how much that is.
pub async fn again_since(
    scope: &mut TenantScope<'_>,
    webhook: WebhookId,
    since: Timestamp,
    now: Timestamp,
) -> Result<u64, Error> {
    let sql = "UPDATE webhook_delivery SET state = $5, tries = 0, next_at = $4 WHERE tenant_id = $1 AND webhook_id = $2 \
               AND created_at >= $3 AND next_at IS NULL";
    Ok(scope.execute(sql, params![webhook, since, now, DeliveryState::Waiting.as_str()]).await?)
}

/// When the oldest delivery of the tenant was made.
pub async fn oldest(scope: &mut TenantScope<'_>) -> Result<Option<Timestamp>, Error> {
    let sql = "SELECT created_at FROM webhook_delivery WHERE tenant_id = $1 ORDER BY created_at LIMIT 1";
    let found: Option<Single<Timestamp>> = scope.optional(sql, params![]).await?;
    Ok(found.map(|Single(at)| at))
}

/// Forgets the oldest of what was made before a moment, so many at most.
pub async fn forget_before(scope: &mut TenantScope<'_>, before: Timestamp, most: i64) -> Result<(), Error> {
    let sql = "DELETE FROM webhook_delivery WHERE tenant_id = $1 AND id IN (SELECT id FROM webhook_delivery \
               WHERE tenant_id = $1 AND created_at <= $2 ORDER BY created_at LIMIT $3)";
    scope.execute(sql, params![before, most]).await?;
    Ok(())
}
