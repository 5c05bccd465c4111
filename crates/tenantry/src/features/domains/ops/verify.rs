//! Verifying a name by what was seen in DNS.

use jiff::{SignedDuration, Timestamp};
use model::audit::{Activity, Change};
use model::evidence::{EvidenceKind, Verifier};
use model::refusal::{Code, Refusal};
use model::roles::Permission;

use super::cases::{self, Claim};
use super::life;
use super::note::note;
use super::observe::{Observation, Proof};
use crate::access::Actor;
use crate::app::App;
use crate::db::TenantScope;
use crate::error::Error;
use crate::features::domains::jobs::EndEpoch;
use crate::features::domains::store::{self, Name};
use crate::features::evidence::{self, Finding};
use crate::jobs;
use crate::moment::Moment;

/// Evidence of a name is written anew when it is that old and somebody asks.
const RENEWED_AFTER: SignedDuration = SignedDuration::from_hours(20);

/// What came of a check.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Check {
    /// The name is verified now; so are these below it.
    Verified { below: Vec<String> },
    /// It was verified before, and its record still stands.
    Confirmed,
    /// The record isn't there, or another tenant holds the name for now; why.
    NotYet(Refusal),
}

/// What a name is verified by.
#[derive(Clone, Copy)]
pub(in crate::features::domains) enum Basis<'a> {
    Record(Proof),
    /// A name above it, proven by a record.
    Above(&'a str),
}

/// Verifies a name of the actor's tenant where the observation proves its claim as it is now. Where another tenant holds
/// the name lapsed, the proof opens a case, or waits behind one.
///
/// # Errors
/// [`Code::NotAllowed`]; [`Code::NotFound`] where the tenant has no such claim;
/// [`Code::DomainNameProvenElsewhere`] where another tenant has proven the name.
pub async fn verify(
    app: &App,
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
    if claim.life.is_held() {
        confirm(app, scope, actor, &claim, proof, moment).await?;
        return Ok(Check::Confirmed);
    }
    let basis = Basis::Record(proof);
    if !take(app, scope, actor, name, basis, moment).await? {
        store::set_checked(scope, name, moment.now).await?;
        return match cases::claim(app, scope, actor, name, moment).await? {
            Claim::Refused => Err(Refusal::new(Code::DomainNameProvenElsewhere).with("name", name).into()),
            Claim::Open { decided_at } => {
                Ok(Check::NotYet(until(app, Code::DomainNameContested, name, decided_at)))
            }
            Claim::Waits { decided_at } => {
                Ok(Check::NotYet(until(app, Code::DomainNameWaiting, name, decided_at)))
            }
        };
    }
    Ok(Check::Verified { below: take_below(app, scope, actor, name, moment).await? })
}

/// A refusal that ends by itself.
fn until(app: &App, code: Code, name: &str, at: Timestamp) -> Refusal {
    let day = crate::web::time::day(&app.locales.english(), at);
    Refusal::new(code).with("name", name).with("date", day)
}

/// The record of a held name stands: whatever was wrong is over, and a name verified with another stands for itself.
async fn confirm(
    app: &App,
    scope: &mut TenantScope<'_>,
    actor: &Actor,
    held: &Name,
    proof: Proof,
    moment: &Moment,
) -> Result<(), Error> {
    let name = held.name.as_str();
    let due = held.evidenced_at.is_none_or(|at| at.duration_until(moment.now) >= RENEWED_AFTER);
    let stands_alone = held.verified_with.is_some();
    store::set_checked(scope, name, moment.now).await?;
    if stands_alone {
        store::stand_alone(scope, name).await?;
        store::held::set_due(scope, name, Some(next_look(app, moment))).await?;
    }
    life::proven(app, scope, actor, held, moment).await?;
    if due || stands_alone {
        establish(scope, actor, name, Basis::Record(proof), moment).await?;
    }
    Ok(())
}

/// Verifies the claims below a name that was just proven by its record.
pub(in crate::features::domains) async fn take_below(
    app: &App,
    scope: &mut TenantScope<'_>,
    actor: &Actor,
    name: &str,
    moment: &Moment,
) -> Result<Vec<String>, Error> {
    let mut below = Vec::new();
    for claim in store::claims_below(scope, name).await? {
        if take(app, scope, actor, &claim.name, Basis::Above(name), moment).await? {
            below.push(claim.name);
        }
    }
    Ok(below)
}

/// Makes the name the tenant's own, with evidence and audit; false where another tenant has proven it. What was begun in
/// the tenant that had it before counts no more.
pub(in crate::features::domains) async fn take(
    app: &App,
    scope: &mut TenantScope<'_>,
    actor: &Actor,
    name: &str,
    basis: Basis<'_>,
    moment: &Moment,
) -> Result<bool, Error> {
    let with = match basis {
        Basis::Record(_) => None,
        Basis::Above(parent) => Some(parent),
    };
    let due_at = with.is_none().then(|| next_look(app, moment));
    let Some(taken) = store::held::take(scope, name, due_at, moment.now).await? else { return Ok(false) };
    if let Some(before) = taken.from {
        let job = EndEpoch { tenant: before, name: name.to_owned() };
        jobs::enqueue(scope.global(), &job, moment).await?;
    }
    store::set_verified(scope, name, with, moment.now).await?;
    establish(scope, actor, name, basis, moment).await?;
    let by = Change::set("by", with.map_or_else(|| basis.source(), str::to_owned));
    note(scope, actor, (Activity::DomainVerified, name), [by], moment).await?;
    Ok(true)
}

/// When DNS is asked next: up to a tenth earlier than the interval says, so that what was proven at once is spread soon.
pub(in crate::features::domains) fn next_look(app: &App, moment: &Moment) -> Timestamp {
    let interval = app.config.domains.prove_every * 3600;
    let early = i64::from(u16::from_le_bytes(moment.bytes())) * (interval / 10) / i64::from(u16::MAX);
    moment.after_seconds(interval - early)
}

pub(in crate::features::domains) async fn establish(
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
    store::set_evidenced(scope, name, moment.now).await?;
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
