use jiff::Timestamp;
use model::ids::DeliveryId;
use model::webhooks::Outcome;

use crate::db::{DbError, FromRow, Row, TenantScope};
use crate::error::Error;
use crate::params;

/// One try of a delivery.
#[derive(Clone, Debug)]
pub struct Attempt {
    /// From one on.
    pub number: i64,
    pub at: Timestamp,
    pub outcome: Outcome,
    /// Of the answer, where one came.
    pub status: Option<i64>,
    pub milliseconds: i64,
    /// The beginning of the answer, as plain text.
    pub excerpt: String,
}

impl FromRow for Attempt {
    fn from_row(row: &Row) -> Result<Self, DbError> {
        let outcome: String = row.get("outcome")?;
        Ok(Self {
            number: row.get("number")?,
            at: row.get("at")?,
            outcome: outcome.parse().map_err(|_| DbError::Shape(format!("{outcome} in webhook_attempt")))?,
            status: row.get("status")?,
            milliseconds: row.get("milliseconds")?,
            excerpt: row.get("excerpt")?,
        })
    }
}

pub async fn insert(scope: &mut TenantScope<'_>, delivery: DeliveryId, new: &Attempt) -> Result<(), Error> {
    let sql = "INSERT INTO webhook_attempt (tenant_id, delivery_id, number, at, outcome, status, milliseconds, excerpt) \
               VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
    let outcome = new.outcome.as_str();
    let params = params![delivery, new.number, new.at, outcome, new.status, new.milliseconds, &new.excerpt];
    scope.execute(sql, params).await?;
    Ok(())
}

/// The last tries of a delivery, the newest first.
pub async fn of(scope: &mut TenantScope<'_>, delivery: DeliveryId, most: i64) -> Result<Vec<Attempt>, Error> {
    let sql = "SELECT number, at, outcome, status, milliseconds, excerpt FROM webhook_attempt \
               WHERE tenant_id = $1 AND delivery_id = $2 ORDER BY number DESC LIMIT $3";
    Ok(scope.all(sql, params![delivery, most]).await?)
}
