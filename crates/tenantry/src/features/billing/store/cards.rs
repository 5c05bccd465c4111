//! The table `payment_method`.

use jiff::Timestamp;
use model::ids::BillingAccountId;
use uuid::Uuid;

use crate::db::{DbError, FromRow, Row, TenantScope};
use crate::error::Error;
use crate::moment::Moment;
use crate::outside::payment::PaymentMethod;
use crate::params;

/// A card of the billing account.
#[derive(Clone, Debug)]
pub struct Card {
    pub id: Uuid,
    pub method: PaymentMethod,
    /// The one that orders are charged to.
    pub is_default: bool,
    pub added_at: Timestamp,
}

impl FromRow for Card {
    fn from_row(row: &Row) -> Result<Self, DbError> {
        let method = PaymentMethod {
            provider: row.get("provider")?,
            reference: row.get("reference")?,
            brand: row.get("brand")?,
            last_four: row.get("last_four")?,
            expiry_month: row.get("expiry_month")?,
            expiry_year: row.get("expiry_year")?,
            country: row.get("country")?,
            cardholder: row.get("cardholder")?,
        };
        Ok(Self {
            id: row.get("id")?,
            method,
            is_default: row.get("is_default")?,
            added_at: row.get("added_at")?,
        })
    }
}

/// All cards, the oldest first.
pub(in super::super) async fn cards(scope: &mut TenantScope<'_>) -> Result<Vec<Card>, Error> {
    let sql = "SELECT id, provider, reference, brand, last_four, expiry_month, expiry_year, country, cardholder, is_default, added_at \
               FROM payment_method WHERE tenant_id = $1 ORDER BY id";
    Ok(scope.all(sql, params![]).await?)
}

/// Whether it was stored: `false` when this card is kept already.
pub(in super::super) async fn insert_card(
    scope: &mut TenantScope<'_>,
    account: BillingAccountId,
    card: &Card,
    moment: &Moment,
) -> Result<bool, Error> {
    let method = &card.method;
    let sql = "INSERT INTO payment_method (tenant_id, id, billing_account_id, provider, reference, brand, last_four, expiry_month, \
               expiry_year, country, cardholder, is_default, added_at) \
               VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13) \
               ON CONFLICT (tenant_id, provider, reference) DO NOTHING";
    let stored = scope
        .execute(
            sql,
            params![
                card.id,
                account,
                &method.provider,
                &method.reference,
                &method.brand,
                &method.last_four,
                method.expiry_month,
                method.expiry_year,
                method.country.clone(),
                method.cardholder.clone(),
                card.is_default,
                moment.now,
            ],
        )
        .await?;
    Ok(stored > 0)
}

pub(in super::super) async fn remove_card(scope: &mut TenantScope<'_>, id: Uuid) -> Result<(), Error> {
    scope.execute("DELETE FROM payment_method WHERE tenant_id = $1 AND id = $2", params![id]).await?;
    Ok(())
}

pub(in super::super) async fn make_default(scope: &mut TenantScope<'_>, id: Uuid) -> Result<(), Error> {
    scope
        .execute("UPDATE payment_method SET is_default = (id = $2) WHERE tenant_id = $1", params![id])
        .await?;
    Ok(())
}
