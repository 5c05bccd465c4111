//! Removing a name by force: what uses it is renamed first, by a job.

use model::audit::{Activity, Change};
use model::refusal::{Code, Refusal};
use model::roles::Permission;

use super::depart::Leaving;
use super::note::note;
use super::uses::{Use, uses_of};
use super::{cases, remove};
use crate::access::Actor;
use crate::app::App;
use crate::db::TenantScope;
use crate::error::Error;
use crate::features::access_requests;
use crate::features::directory;
use crate::features::domains::jobs::RemoveByForce;
use crate::features::domains::store;
use crate::features::domains::store::departures::{self, Departure, Rename};
use crate::features::federation;
use crate::jobs;
use crate::moment::Moment;

/// Renamed people, groups and applications, at most (facts §5.1).
pub const MOST: i64 = 1000;
/// New names that are shown.
const SHOWN: usize = 200;

/// What a removal by force would rename, and why it can't be.
#[derive(Clone, Debug)]
pub struct Plan {
    /// Of the name itself and of each that is verified with it.
    pub uses: Vec<(String, Use)>,
    pub total: i64,
    /// Where new names are.
    pub initial: String,
    pub refusals: Vec<Refusal>,
}

/// What would be renamed.
///
/// # Errors
/// [`Code::NotAllowed`], [`Code::NotFound`].
pub async fn plan(scope: &mut TenantScope<'_>, actor: &Actor, name: &str) -> Result<Plan, Error> {
    actor.require(Permission::ManageDomains)?;
    let found = store::find(scope, name).await?.ok_or_else(Error::not_found)?;
    let leaving = Leaving::of(scope, name).await?;
    let total = leaving.count(scope).await?;
    let mut refusals = Vec::new();
    if found.is_initial {
        refusals.push(Refusal::new(Code::DomainNameInitial).with("name", name));
    }
    let primary = store::primary(scope).await?;
    if let Some(primary) = primary.filter(|primary| !found.is_initial && leaving.names.contains(primary)) {
        refusals.push(Refusal::new(Code::DomainNamePrimary).with("name", primary));
    }
    if total > MOST {
        let refusal = Refusal::new(Code::DomainNameUsedTooMuch).with("name", name);
        refusals.push(refusal.with("count", total.to_string()).with("max", MOST.to_string()));
    }
    if let Some(user) = actor.user_id()
        && let Some(person) = directory::find_person(scope, user).await?
        && leaving.names.contains(&person.domain_name)
    {
        let own = person.sign_in_name();
        refusals.push(Refusal::new(Code::DomainNameOwnAccount).with("name", name).with("own", own));
    }
    let mut uses = Vec::new();
    for name in &leaving.names {
        if let Err(error) = federation::require_to_end(scope, actor, name).await {
            refusals.extend(error.into_refusals()?);
        }
        if let Some(found) = store::find(scope, name).await? {
            uses.push((name.clone(), uses_of(scope, &found).await?));
        }
    }
    Ok(Plan { uses, total, initial: leaving.initial, refusals })
}

/// Starts removing a name by force. From now on nobody new comes under it; what uses it is renamed to the initial name by
/// a job, and then it is gone. A name that is being removed already is left to its job; a mere claim goes at once.
///
/// # Errors
/// Not allowed, not there, and all that [`plan`] gives.
pub async fn force_remove(
    app: &App,
    scope: &mut TenantScope<'_>,
    actor: &Actor,
    name: &str,
    moment: &Moment,
) -> Result<(), Error> {
    let plan = plan(scope, actor, name).await?;
    let found = store::find(scope, name).await?.ok_or_else(Error::not_found)?;
    if matches!(found.life, model::domains::life::Life::Removing { .. }) {
        return Ok(());
    }
    if !plan.refusals.is_empty() {
        return Err(Error::Refused(plan.refusals));
    }
    if !found.life.is_held() {
        cases::leave(app, scope, name, moment).await?;
        return remove::remove(app, scope, actor, name, moment).await;
    }
    store::set_removing(scope, name, moment.now).await?;
    // While people are still under it: what invites them counts no more.
    for (name, _) in &plan.uses {
        access_requests::void_under(scope, actor, name, moment).await?;
    }
    departures::start(scope, (name, "forced", actor.name()), plan.total, moment.now).await?;
    let references = Change::set("references", plan.total.to_string());
    note(scope, actor, (Activity::DomainRemovalStarted, name), [references], moment).await?;
    let job = RemoveByForce { tenant: scope.tenant(), name: name.to_owned() };
    jobs::enqueue(scope.global(), &job, moment).await
}

/// How far a name that goes has got, and who has which new name: the first two hundred, those with a number first.
///
/// # Errors
/// [`Code::NotAllowed`], [`Code::NotFound`].
pub async fn departure(
    scope: &mut TenantScope<'_>,
    actor: &Actor,
    name: &str,
) -> Result<(Departure, Vec<Rename>, i64), Error> {
    actor.require(Permission::ReadDirectory)?;
    let found = departures::find(scope, name).await?.ok_or_else(Error::not_found)?;
    let renames = departures::renames(scope, name, SHOWN).await?;
    let suffixed = departures::count_suffixed(scope, name).await?;
    Ok((found, renames, suffixed))
}
