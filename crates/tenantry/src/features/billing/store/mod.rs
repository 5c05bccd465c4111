//! The tables `billing_account` and `payment_method`.

mod cards;
mod set_up;

use jiff::Timestamp;
use model::ids::BillingAccountId;
use model::organisation::{Contact, Organisation, PostalAddress};

use crate::db::{DbError, FromRow, Row, TenantScope, Value};
use crate::error::Error;
use crate::moment::Moment;
use crate::params;

pub use cards::Card;
pub(super) use cards::{cards, insert_card, make_default, remove_card};
pub(super) use set_up::{Draft, draft, forget_draft, forget_drafts, save_draft};

/// The only type there is.
const ORGANIZATION: &str = "Organization";

/// A billing account as it is kept.
#[derive(Clone, Debug)]
pub struct BillingAccount {
    pub id: BillingAccountId,
    pub organisation: Organisation,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
}

impl FromRow for BillingAccount {
    fn from_row(row: &Row) -> Result<Self, DbError> {
        let lines = |column| -> Result<Vec<String>, DbError> {
            Ok(row.get::<String>(column)?.lines().map(str::to_owned).collect())
        };
        let address = PostalAddress {
            country: row.get("country")?,
            lines: lines("address_lines")?,
            city: row.get("city")?,
            region: row.get("region")?,
            postal_code: row.get("postal_code")?,
            western_lines: lines("address_lines_western")?,
            western_city: row.get("city_western")?,
        };
        let contact = Contact {
            given_name: row.get("given_name")?,
            surname: row.get("surname")?,
            email: row.get("contact_email")?,
            phone: row.get("phone")?,
        };
        let organisation = Organisation {
            legal_name: row.get("legal_name")?,
            legal_name_western: row.get("legal_name_western")?,
            address,
            contact,
            website: row.get("website")?,
            registration_id: row.get("registration_id")?,
        };
        Ok(Self {
            id: row.get("id")?,
            organisation,
            created_at: row.get("created_at")?,
            updated_at: row.get("updated_at")?,
        })
    }
}

// In the order of the columns from legal_name to registration_id.
fn values(organisation: &Organisation) -> Vec<Value> {
    let Organisation { address, contact, .. } = organisation;
    vec![
        Value::from(&organisation.legal_name),
        Value::from(&organisation.legal_name_western),
        Value::from(&address.country),
        Value::from(address.lines.join("\n")),
        Value::from(address.western_lines.join("\n")),
        Value::from(&address.city),
        Value::from(&address.western_city),
        Value::from(&address.region),
        Value::from(&address.postal_code),
        Value::from(&contact.given_name),
        Value::from(&contact.surname),
        Value::from(&contact.email),
        Value::from(&contact.phone),
        Value::from(organisation.website.clone()),
        Value::from(organisation.registration_id.clone()),
    ]
}

/// Whether it was stored: `false` when the tenant has one already.
pub(super) async fn insert(
    scope: &mut TenantScope<'_>,
    id: BillingAccountId,
    organisation: &Organisation,
    moment: &Moment,
) -> Result<bool, Error> {
    let sql = "INSERT INTO billing_account (tenant_id, id, kind, created_at, updated_at, legal_name, legal_name_western, country, \
               address_lines, address_lines_western, city, city_western, region, postal_code, given_name, surname, \
               contact_email, phone, website, registration_id) \
               VALUES ($1, $2, $3, $4, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19) \
               ON CONFLICT (tenant_id) DO NOTHING";
    let mut bound = vec![Value::from(id), Value::from(ORGANIZATION), Value::from(moment.now)];
    bound.extend(values(organisation));
    Ok(scope.execute(sql, &bound).await? > 0)
}

pub(super) async fn update(
    scope: &mut TenantScope<'_>,
    id: BillingAccountId,
    organisation: &Organisation,
    moment: &Moment,
) -> Result<(), Error> {
    let sql = "UPDATE billing_account SET updated_at = $3, legal_name = $4, legal_name_western = $5, country = $6, \
               address_lines = $7, address_lines_western = $8, city = $9, city_western = $10, region = $11, \
               postal_code = $12, given_name = $13, surname = $14, contact_email = $15, phone = $16, website = $17, \
               registration_id = $18 WHERE tenant_id = $1 AND id = $2";
    let mut bound = vec![Value::from(id), Value::from(moment.now)];
    bound.extend(values(organisation));
    scope.execute(sql, &bound).await?;
    Ok(())
}

pub(super) async fn find(scope: &mut TenantScope<'_>) -> Result<Option<BillingAccount>, Error> {
    let sql = "SELECT id, legal_name, legal_name_western, country, address_lines, address_lines_western, city, city_western, \
               region, postal_code, given_name, surname, contact_email, phone, website, registration_id, created_at, \
               updated_at FROM billing_account WHERE tenant_id = $1";
    Ok(scope.optional(sql, params![]).await?)
}
