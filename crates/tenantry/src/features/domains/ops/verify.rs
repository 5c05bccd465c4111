//! Verifying a name by what was seen in DNS.

use jiff::SignedDuration;
use model::audit::{Activity, Change, TargetKind};
use model::evidence::{EvidenceKind, Verifier};
use model::refusal::{Code, Refusal};
use model::roles::Permission;

use super::observe::{Observation, Proof};
use crate::access::Actor;
use crate::db::TenantScope;
use crate::error::Error;
use crate::features::audit::{self, Event};
use crate::features::domains::store;
use crate::features::evidence::{self, Finding};
use crate::moment::Moment;

/// Evidence of a name is written anew when its last check is that old.
const RENEWED_AFTER: SignedDuration = SignedDuration::from_hours(20);

/// What came of a check.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Check {
    /// The name is verified now; so are these below it.
    Verified { below: Vec<String> },
    /// It was verified before, and its record still stands.
    Confirmed,
    /// The record isn't there; why.
    NotYet(Refusal),
}

/// What a name is verified by.
#[derive(Clone, Copy)]
pub(super) enum Basis<'a> {
    Record(Proof),
    /// A name above it, proven by a record.
    Above(&'a str),
}

/// Verifies a name of the actor's tenant where the observation proves its claim as it is now.
///
/// # Errors
/// [`Code::NotAllowed`]; [`Code::NotFound`] where the tenant has no such claim;
/// [`Code::DomainNameProvenElsewhere`] where another tenant has proven the name.
pub async fn verify(
    scope: &mut TenantScope<'_>,
    actor: &Actor,
    name: &str,
    observation: &Observation,
    moment: &Moment,
) -> Result<Check, Error> {
    actor.require(Permission::ManageDomains)?;
    let claim = store::find(scope, name).await?.filter(|claim| !claim.is_initial);
    let claim = claim.ok_or_else(Error::not_found)?;
    let Some(proof) = observation.proof_of(&claim) else {
        store::set_checked(scope, name, moment.now).await?;
        return Ok(Check::NotYet(observation.refusal()));
    };
    if claim.verified_at.is_some() {
        let due = claim.checked_at.is_none_or(|at| at.duration_until(moment.now) >= RENEWED_AFTER);
        store::set_checked(scope, name, moment.now).await?;
        if due || claim.verified_with.is_some() {
            store::stand_alone(scope, name).await?;
            establish(scope, actor, name, Basis::Record(proof), moment).await?;
        }
        return Ok(Check::Confirmed);
    }
    if !take(scope, actor, name, Basis::Record(proof), moment).await? {
        return Err(Refusal::new(Code::DomainNameProvenElsewhere).with("name", name).into());
    }
    let mut below = Vec::new();
    for claim in store::claims_below(scope, name).await? {
        if take(scope, actor, &claim.name, Basis::Above(name), moment).await? {
            below.push(claim.name);
        }
    }
    Ok(Check::Verified { below })
}

/// Makes the name the tenant's own, with evidence and audit; false where another tenant has proven it.
pub(super) async fn take(
    scope: &mut TenantScope<'_>,
    actor: &Actor,
    name: &str,
    basis: Basis<'_>,
    moment: &Moment,
) -> Result<bool, Error> {
    if !store::take(scope, name, moment.now).await? {
        return Ok(false);
    }
    let with = match basis {
        Basis::Record(_) => None,
        Basis::Above(parent) => Some(parent),
    };
    store::set_verified(scope, name, with, moment.now).await?;
    establish(scope, actor, name, basis, moment).await?;
    let event = Event::new(Activity::DomainVerified, TargetKind::Domain, name, name)
        .changes([Change::set("by", with.map_or_else(|| basis.source(), str::to_owned))]);
    audit::record(scope, actor, event, moment).await?;
    Ok(true)
}

async fn establish(
    scope: &mut TenantScope<'_>,
    actor: &Actor,
    name: &str,
    basis: Basis<'_>,
    moment: &Moment,
) -> Result<(), Error> {
    let finding = Finding {
        kind: EvidenceKind::Domain,
        subject: name,
        source: &basis.source(),
        verifier: Verifier::DnsRecord,
        detail: "",
    };
    evidence::establish(scope, actor, &finding, moment).await
}

impl Basis<'_> {
    fn source(self) -> String {
        match self {
            Self::Record(proof) => format!("DNS {}", proof.source()),
            Self::Above(parent) => format!("DNS of {parent}"),
        }
    }
}
