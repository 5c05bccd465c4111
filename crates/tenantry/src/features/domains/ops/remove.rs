//! Removing a name that nothing uses.

use model::audit::{Activity, TargetKind};
use model::evidence::EvidenceKind;
use model::refusal::{Code, Refusal};
use model::roles::Permission;

use crate::access::Actor;
use crate::db::TenantScope;
use crate::error::Error;
use crate::features::audit::{self, Event};
use crate::features::domains::store::{self, Name};
use crate::features::evidence;
use crate::moment::Moment;

/// How many of the people, or names, that use a name are named.
const NAMED: usize = 10;

/// What keeps a name.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Use {
    pub is_initial: bool,
    pub is_primary: bool,
    /// How many people sign in under it.
    pub people: i64,
    /// The sign-in names of the first ten.
    pub first_people: Vec<String>,
    /// The names that are verified with it.
    pub below: Vec<String>,
}

impl Use {
    /// One reason for each use; none where the name can go.
    #[must_use]
    pub fn refusals(&self, name: &str) -> Vec<Refusal> {
        let mut refusals = Vec::new();
        if self.is_initial {
            refusals.push(Refusal::new(Code::DomainNameInitial).with("name", name));
        }
        if self.is_primary {
            refusals.push(Refusal::new(Code::DomainNamePrimary).with("name", name));
        }
        if self.people > 0 {
            let refusal = Refusal::new(Code::DomainNameUsedByPeople).with("count", self.people.to_string());
            refusals.push(refusal.with("people", self.first_people.join(", ")).with("name", name));
        }
        if !self.below.is_empty() {
            let refusal =
                Refusal::new(Code::DomainNameUsedByNames).with("count", self.below.len().to_string());
            let first: Vec<_> = self.below.iter().take(NAMED).map(String::as_str).collect();
            refusals.push(refusal.with("names", first.join(", ")).with("name", name));
        }
        refusals
    }
}

/// What uses a name of the tenant.
///
/// # Errors
/// [`Code::NotAllowed`], [`Code::NotFound`].
pub async fn uses(scope: &mut TenantScope<'_>, actor: &Actor, name: &str) -> Result<Use, Error> {
    actor.require(Permission::ManageDomains)?;
    let found = store::find(scope, name).await?.ok_or_else(Error::not_found)?;
    uses_of(scope, &found).await
}

async fn uses_of(scope: &mut TenantScope<'_>, found: &Name) -> Result<Use, Error> {
    let people = store::first_people(scope, &found.name, NAMED as i64).await?;
    Ok(Use {
        is_initial: found.is_initial,
        is_primary: found.is_primary,
        people: store::count_people(scope, &found.name).await?,
        first_people: people.into_iter().map(|user| format!("{user}@{}", found.name)).collect(),
        below: store::verified_with(scope, &found.name).await?,
    })
}

/// Removes a name with its evidence. It is free for any tenant from then on, in a new epoch.
///
/// # Errors
/// [`Code::NotAllowed`], [`Code::NotFound`], and all that [`Use::refusals`] gives.
pub async fn remove(
    scope: &mut TenantScope<'_>,
    actor: &Actor,
    name: &str,
    moment: &Moment,
) -> Result<(), Error> {
    actor.require(Permission::ManageDomains)?;
    let found = store::find(scope, name).await?.ok_or_else(Error::not_found)?;
    let refusals = uses_of(scope, &found).await?.refusals(name);
    if !refusals.is_empty() {
        return Err(Error::Refused(refusals));
    }
    store::release(scope, name).await?;
    store::delete(scope, name).await?;
    evidence::withdraw(scope, actor, EvidenceKind::Domain, name, moment).await?;
    let event = Event::new(Activity::DomainRemoved, TargetKind::Domain, name, name);
    audit::record(scope, actor, event, moment).await
}
