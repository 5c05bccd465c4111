//! Adding a billing account to a tenant that has none (SPEC §5, *Use an existing one*).

use model::evidence::{EvidenceKind, Verifier};
use model::ids::UserId;
use model::organisation::Organisation;
use model::refusal::Code;
use model::roles::Permission;

use super::{NewBillingAccount, create};
use crate::access::Actor;
use crate::db::TenantScope;
use crate::error::Error;
use crate::features::agreements::{self, Acceptance, Agreement};
use crate::features::billing::jobs::{DAYS_KEPT, ForgetSetUp};
use crate::features::billing::store::{self, Draft};
use crate::features::evidence::{self, Finding};
use crate::jobs;
use crate::moment::Moment;
use crate::outside::payment::PaymentMethod;

/// The signature that ends the set-up.
pub struct Signature<'a> {
    pub agreement: &'a Agreement,
    pub name: &'a str,
    pub title: &'a str,
    pub language: &'a str,
    /// What the payment provider says of the draft's setup.
    pub payment_method: Option<&'a PaymentMethod>,
    /// May the account be without a card?
    pub payment_optional: bool,
}

fn person(actor: &Actor) -> Result<UserId, Error> {
    actor.require(Permission::ManageBilling)?;
    actor.user_id().ok_or_else(|| Error::internal("a draft belongs to a person"))
}

/// What the person has entered so far.
///
/// # Errors
/// When the actor may not manage billing, or the engine fails.
pub async fn draft(scope: &mut TenantScope<'_>, actor: &Actor) -> Result<Draft, Error> {
    store::draft(scope, person(actor)?).await
}

/// Keeps the organisation, and the setup for its card.
///
/// # Errors
/// [`Code::BillingAccountExists`] when the tenant has an account; when the actor may not manage billing.
pub async fn save(
    scope: &mut TenantScope<'_>,
    actor: &Actor,
    organisation: &Organisation,
    payment_setup: &str,
    moment: &Moment,
) -> Result<(), Error> {
    let user = person(actor)?;
    refuse_existing(scope).await?;
    let present = store::draft(scope, user).await?;
    let payment_setup = present.payment_setup.unwrap_or_else(|| payment_setup.to_owned());
    let draft = Draft { organisation: Some(organisation.clone()), payment_setup: Some(payment_setup) };
    store::save_draft(scope, user, &draft, moment).await?;
    let forget = ForgetSetUp { tenant: scope.tenant(), user };
    jobs::enqueue_at(scope.global(), &forget, moment.after_seconds(DAYS_KEPT * 86_400), moment).await
}

async fn refuse_existing(scope: &mut TenantScope<'_>) -> Result<(), Error> {
    if store::find(scope).await?.is_some() { Err(Code::BillingAccountExists.into()) } else { Ok(()) }
}

/// Makes the billing account of the draft with its card, agreement and evidence, or nothing at all.
///
/// # Errors
/// [`Code::BillingAccountExists`] when the tenant has one, also when this was sent before; when a step is missing.
pub async fn finish(
    scope: &mut TenantScope<'_>,
    actor: &Actor,
    signature: &Signature<'_>,
    moment: &Moment,
) -> Result<(), Error> {
    let user = person(actor)?;
    refuse_existing(scope).await?;
    let draft = store::draft(scope, user).await?;
    let organisation = draft.organisation.ok_or(Code::BillingAccountMissing)?;
    if signature.payment_method.is_none() && !signature.payment_optional {
        return Err(Code::PaymentMissing.into());
    }
    let new = NewBillingAccount { organisation: &organisation, payment_method: signature.payment_method };
    create(scope, actor, &new, moment).await?;
    let acceptance = Acceptance {
        agreement: signature.agreement,
        organisation: &organisation.legal_name,
        name: signature.name,
        title: signature.title,
        email: &organisation.contact.email,
        language: signature.language,
    };
    let receipt = agreements::accept(scope, actor, &acceptance, moment).await?;
    let signatory = Finding {
        kind: EvidenceKind::SignatoryAuthority,
        subject: signature.name,
        source: "agreement",
        verifier: Verifier::Agreement,
        detail: &receipt,
    };
    evidence::establish(scope, actor, &signatory, moment).await?;
    store::forget_drafts(scope).await
}
