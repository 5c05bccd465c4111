//! Making, reading and changing the billing account.

mod cards;
pub(super) mod set_up;

use model::audit::{Activity, Change, TargetKind};
use model::ids::BillingAccountId;
use model::organisation::Organisation;
use model::refusal::Code;
use model::roles::Permission;

use super::store::{self, BillingAccount, Card};
use crate::access::Actor;
use crate::db::TenantScope;
use crate::error::Error;
use crate::features::audit::{self, Event};
use crate::moment::Moment;
use crate::outside::payment::PaymentMethod;

pub use cards::{add_card, make_default, remove_card};

/// What a billing account starts with.
pub struct NewBillingAccount<'a> {
    pub organisation: &'a Organisation,
    pub payment_method: Option<&'a PaymentMethod>,
}

/// Makes the tenant's billing account, with its first card where there is one.
///
/// # Errors
/// [`Code::BillingAccountExists`] when the tenant has one; when the actor may not manage billing.
pub async fn create(
    scope: &mut TenantScope<'_>,
    actor: &Actor,
    new: &NewBillingAccount<'_>,
    moment: &Moment,
) -> Result<BillingAccountId, Error> {
    actor.require(Permission::ManageBilling)?;
    let id = BillingAccountId(moment.uuid());
    if !store::insert(scope, id, new.organisation, moment).await? {
        return Err(Code::BillingAccountExists.into());
    }
    let name = &new.organisation.legal_name;
    let event = Event::new(Activity::BillingAccountCreated, TargetKind::BillingAccount, id, name).changes([
        Change::set("type", "Organization"),
        Change::set("country", &new.organisation.address.country),
    ]);
    audit::record(scope, actor, event, moment).await?;
    if let Some(method) = new.payment_method {
        add_card(scope, actor, method, moment).await?;
    }
    Ok(id)
}

/// The tenant's billing account with its cards, if it has one.
///
/// # Errors
/// When the actor may not see billing, or the engine fails.
pub async fn find(
    scope: &mut TenantScope<'_>,
    actor: &Actor,
) -> Result<Option<(BillingAccount, Vec<Card>)>, Error> {
    if !actor.may(Permission::ManageBilling) {
        actor.require(Permission::ReadBilling)?;
    }
    let Some(account) = store::find(scope).await? else { return Ok(None) };
    let cards = store::cards(scope).await?;
    Ok(Some((account, cards)))
}

/// Puts a corrected organisation in place of the present one. Nothing is written where nothing differs.
///
/// # Errors
/// [`Code::BillingAccountMissing`] where there is none; when the actor may not manage billing.
pub async fn update(
    scope: &mut TenantScope<'_>,
    actor: &Actor,
    organisation: &Organisation,
    moment: &Moment,
) -> Result<(), Error> {
    actor.require(Permission::ManageBilling)?;
    let account = store::find(scope).await?.ok_or(Code::BillingAccountMissing)?;
    let changes = changes(&account.organisation, organisation);
    if changes.is_empty() {
        return Ok(());
    }
    store::update(scope, account.id, organisation, moment).await?;
    let target = TargetKind::BillingAccount;
    let event = Event::new(Activity::BillingAccountUpdated, target, account.id, &organisation.legal_name)
        .changes(changes);
    audit::record(scope, actor, event, moment).await
}

/// What differs between two, by the name of the form's field.
fn changes(old: &Organisation, new: &Organisation) -> Vec<Change> {
    let properties = |of: &Organisation| {
        [
            ("legal_name", of.legal_name.clone()),
            ("legal_name_western", of.legal_name_western.clone()),
            ("country", of.address.country.clone()),
            ("address_lines", of.address.lines.join(", ")),
            ("address_lines_western", of.address.western_lines.join(", ")),
            ("city", of.address.city.clone()),
            ("city_western", of.address.western_city.clone()),
            ("region", of.address.region.clone()),
            ("postal_code", of.address.postal_code.clone()),
            ("given_name", of.contact.given_name.clone()),
            ("surname", of.contact.surname.clone()),
            ("contact_email", of.contact.email.clone()),
            ("phone", of.contact.phone.clone()),
            ("website", of.website.clone().unwrap_or_default()),
            ("registration_id", of.registration_id.clone().unwrap_or_default()),
        ]
    };
    let pairs = properties(old).into_iter().zip(properties(new));
    pairs.filter_map(|((property, old), (_, new))| Change::between(property, &old, &new)).collect()
}
