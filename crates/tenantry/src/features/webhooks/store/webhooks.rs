use jiff::Timestamp;
use model::ids::WebhookId;
use model::webhooks::{EndpointState, Events};

use crate::db::{DbError, FromRow, Row, Single, TenantScope};
use crate::error::Error;
use crate::features::webhooks::ops::manage::Webhook;
use crate::params;

const COLUMNS: &str = "id, url, description, events, state, secret, former_secret, former_until, created_at, sequence, \
    failing_since, failures, resting_until";

impl FromRow for Webhook {
    fn from_row(row: &Row) -> Result<Self, DbError> {
        let state: String = row.get("state")?;
        Ok(Self {
            id: row.get("id")?,
            url: row.get("url")?,
            description: row.get("description")?,
            events: Events::of_stored(&row.get::<String>("events")?),
            state: state.parse().map_err(|_| DbError::Shape(format!("{state} in webhook")))?,
            secret: row.get("secret")?,
            former_secret: row.get("former_secret")?,
            former_until: row.get("former_until")?,
            created_at: row.get("created_at")?,
            sequence: row.get("sequence")?,
            failing_since: row.get("failing_since")?,
            failures: row.get("failures")?,
            resting_until: row.get("resting_until")?,
        })
    }
}

pub async fn insert(scope: &mut TenantScope<'_>, new: &Webhook) -> Result<(), Error> {
    let sql = "INSERT INTO webhook (tenant_id, id, url, description, events, state, secret, created_at, sequence, failures) \
               VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, 0)";
    let (events, state) = (new.events.stored(), new.state.as_str());
    let params = params![
        new.id,
        &new.url,
        &new.description,
        events,
        state,
        new.secret.as_slice(),
        new.created_at,
        new.sequence
    ];
    scope.execute(sql, params).await?;
    Ok(())
}

pub async fn all(scope: &mut TenantScope<'_>) -> Result<Vec<Webhook>, Error> {
    Ok(scope
        .all(&format!("SELECT {COLUMNS} FROM webhook WHERE tenant_id = $1 ORDER BY id"), params![])
        .await?)
}

pub async fn find(scope: &mut TenantScope<'_>, id: WebhookId) -> Result<Option<Webhook>, Error> {
    let sql = format!("SELECT {COLUMNS} FROM webhook WHERE tenant_id = $1 AND id = $2");
    Ok(scope.optional(&sql, params![id]).await?)
}

/// What an administrator says of it.
pub async fn update(scope: &mut TenantScope<'_>, changed: &Webhook) -> Result<(), Error> {
    let sql = "UPDATE webhook SET url = $3, description = $4, events = $5 WHERE tenant_id = $1 AND id = $2";
    let events = changed.events.stored();
    scope.execute(sql, params![changed.id, &changed.url, &changed.description, events]).await?;
    Ok(())
}

/// Begins anew in this state, with the changes after a number.
pub async fn set_state(
    scope: &mut TenantScope<'_>,
    id: WebhookId,
    state: EndpointState,
    sequence: i64,
) -> Result<(), Error> {
    let sql = "UPDATE webhook SET state = $3, sequence = $4, failing_since = NULL, failures = 0, resting_until = NULL \
               WHERE tenant_id = $1 AND id = $2";
    scope.execute(sql, params![id, state.as_str(), sequence]).await?;
    Ok(())
}

pub async fn set_secret(
    scope: &mut TenantScope<'_>,
    id: WebhookId,
    secret: Vec<u8>,
    former_until: Timestamp,
) -> Result<(), Error> {
    let sql = "UPDATE webhook SET former_secret = secret, former_until = $4, secret = $3 WHERE tenant_id = $1 AND id = $2";
    scope.execute(sql, params![id, secret, former_until]).await?;
    Ok(())
}

pub async fn delete(scope: &mut TenantScope<'_>, id: WebhookId) -> Result<(), Error> {
    scope.execute("DELETE FROM webhook WHERE tenant_id = $1 AND id = $2", params![id]).await?;
    Ok(())
}

pub async fn read_up_to(scope: &mut TenantScope<'_>, id: WebhookId, sequence: i64) -> Result<(), Error> {
    let sql = "UPDATE webhook SET sequence = $3 WHERE tenant_id = $1 AND id = $2";
    scope.execute(sql, params![id, sequence]).await?;
    Ok(())
}

/// How the last try went.
pub async fn set_health(
    scope: &mut TenantScope<'_>,
    id: WebhookId,
    failures: i64,
    failing_since: Option<Timestamp>,
    resting_until: Option<Timestamp>,
) -> Result<(), Error> {
    let sql = "UPDATE webhook SET failures = $3, failing_since = $4, resting_until = $5 WHERE tenant_id = $1 AND id = $2";
    scope.execute(sql, params![id, failures, failing_since, resting_until]).await?;
    Ok(())
}

pub async fn tenant_name(scope: &mut TenantScope<'_>) -> Result<String, Error> {
    let tenant = scope.tenant();
    let Single(name) =
        scope.global().one("SELECT display_name FROM tenant WHERE id = $1", params![tenant]).await?;
    Ok(name)
}
