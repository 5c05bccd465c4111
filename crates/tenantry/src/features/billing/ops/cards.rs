//! The cards of a billing account.

use model::audit::{Activity, Change, TargetKind};
use model::billing::may_remove_card;
use model::refusal::Code;
use model::roles::Permission;
use uuid::Uuid;

use crate::access::Actor;
use crate::db::TenantScope;
use crate::error::Error;
use crate::features::audit::{self, Event};
use crate::features::billing::store::{self, Card};
use crate::moment::Moment;
use crate::outside::payment::PaymentMethod;

/// Nothing is sold yet, so nothing is owed.
const OWED: u64 = 0;

/// Keeps a card that the payment provider has taken; the first is the default. The same card again changes nothing.
///
/// # Errors
/// [`Code::BillingAccountMissing`] where there is no account; when the actor may not manage billing.
pub async fn add_card(
    scope: &mut TenantScope<'_>,
    actor: &Actor,
    method: &PaymentMethod,
    moment: &Moment,
) -> Result<(), Error> {
    actor.require(Permission::ManageBilling)?;
    let account = store::find(scope).await?.ok_or(Code::BillingAccountMissing)?;
    let is_default = store::cards(scope).await?.is_empty();
    let card = Card { id: moment.uuid(), method: method.clone(), is_default, added_at: moment.now };
    if store::insert_card(scope, account.id, &card, moment).await? {
        let event =
            event(Activity::PaymentMethodAdded, &card).changes([Change::set("expiry", method.expiry())]);
        audit::record(scope, actor, event, moment).await?;
    }
    Ok(())
}

/// Forgets a card. When it was the default, the newest of the others becomes it.
///
/// # Errors
/// When there is no such card, it is the last while something is owed, or the actor may not manage billing.
pub async fn remove_card(
    scope: &mut TenantScope<'_>,
    actor: &Actor,
    id: Uuid,
    moment: &Moment,
) -> Result<Card, Error> {
    actor.require(Permission::ManageBilling)?;
    let cards = store::cards(scope).await?;
    let card = find(&cards, id)?;
    may_remove_card(cards.len(), OWED)?;
    store::remove_card(scope, id).await?;
    audit::record(scope, actor, event(Activity::PaymentMethodRemoved, card), moment).await?;
    let next = cards.iter().rev().find(|other| other.id != id);
    if let (true, Some(next)) = (card.is_default, next) {
        make_default(scope, actor, next.id, moment).await?;
    }
    Ok(card.clone())
}

/// Makes a card the one that orders are charged to.
///
/// # Errors
/// When there is no such card, or the actor may not manage billing.
pub async fn make_default(
    scope: &mut TenantScope<'_>,
    actor: &Actor,
    id: Uuid,
    moment: &Moment,
) -> Result<Card, Error> {
    actor.require(Permission::ManageBilling)?;
    let cards = store::cards(scope).await?;
    let card = find(&cards, id)?;
    if !card.is_default {
        store::make_default(scope, id).await?;
        audit::record(scope, actor, event(Activity::PaymentMethodMadeDefault, card), moment).await?;
    }
    Ok(card.clone())
}

fn find(cards: &[Card], id: Uuid) -> Result<&Card, Error> {
    cards.iter().find(|card| card.id == id).ok_or_else(Error::not_found)
}

fn event(activity: Activity, card: &Card) -> Event {
    Event::new(activity, TargetKind::PaymentMethod, card.id, card.method.name())
}
