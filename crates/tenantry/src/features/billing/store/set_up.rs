//! The table `billing_set_up`.

use jiff::Timestamp;
use model::ids::UserId;
use model::organisation::Organisation;

use crate::db::{DbError, FromRow, Row, TenantScope};
use crate::error::Error;
use crate::moment::Moment;
use crate::params;

/// What an administrator has entered so far of a billing account to be.
#[derive(Clone, Debug, Default)]
pub struct Draft {
    pub organisation: Option<Organisation>,
    /// The payment provider's setup.
    pub payment_setup: Option<String>,
}

impl FromRow for Draft {
    fn from_row(row: &Row) -> Result<Self, DbError> {
        let organisation: Option<String> = row.get("organisation")?;
        let read =
            |text: String| serde_json::from_str(&text).map_err(|error| DbError::Shape(error.to_string()));
        Ok(Self {
            organisation: organisation.map(read).transpose()?,
            payment_setup: row.get("payment_setup")?,
        })
    }
}

pub async fn draft(scope: &mut TenantScope<'_>, user: UserId) -> Result<Draft, Error> {
    let sql = "SELECT organisation, payment_setup FROM billing_set_up WHERE tenant_id = $1 AND user_id = $2";
    Ok(scope.optional(sql, params![user]).await?.unwrap_or_default())
}

pub async fn save_draft(
    scope: &mut TenantScope<'_>,
    user: UserId,
    draft: &Draft,
    moment: &Moment,
) -> Result<(), Error> {
    let organisation =
        draft.organisation.as_ref().map(serde_json::to_string).transpose().map_err(Error::internal)?;
    let sql = "INSERT INTO billing_set_up (tenant_id, user_id, organisation, payment_setup, updated_at) \
               VALUES ($1, $2, $3, $4, $5) ON CONFLICT (tenant_id, user_id) DO UPDATE SET \
               organisation = excluded.organisation, payment_setup = excluded.payment_setup, updated_at = excluded.updated_at";
    scope.execute(sql, params![user, organisation, draft.payment_setup.clone(), moment.now]).await?;
    Ok(())
}

/// A draft that nobody changed since.
pub async fn forget_draft(scope: &mut TenantScope<'_>, user: UserId, since: Timestamp) -> Result<(), Error> {
    let sql = "DELETE FROM billing_set_up WHERE tenant_id = $1 AND user_id = $2 AND updated_at <= $3";
    scope.execute(sql, params![user, since]).await?;
    Ok(())
}

/// Every draft of the tenant: it has its billing account now.
pub async fn forget_drafts(scope: &mut TenantScope<'_>) -> Result<(), Error> {
    scope.execute("DELETE FROM billing_set_up WHERE tenant_id = $1", params![]).await?;
    Ok(())
}
