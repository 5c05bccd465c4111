//! Deciding a case whose time is over: DNS is asked for both sides first, then one transaction settles it.

use model::audit::Activity;

use super::note::note;
use super::observe::{Observation, Says, glance};
use super::verify::{Basis, take, take_below};
use super::{cases, depart, life};
use crate::access::Actor;
use crate::app::App;
use crate::db::Scope;
use crate::error::Error;
use crate::features::domains::notices::{self, Notice};
use crate::features::domains::store::cases::Case;
use crate::features::domains::store::{self, Name};
use crate::moment::Moment;

/// What DNS says for either side; none for a side that has the name no more.
pub struct Looked {
    holder: Option<Observation>,
    claimant: Option<Observation>,
}

/// The name of the holder whose record counts: the one above it where it was verified with that.
async fn of_holder(scope: &mut Scope, case: &Case) -> Result<Option<Name>, Error> {
    let mut tenant = scope.tenant(Actor::system(case.holder).grant()).await?;
    let held = store::find(&mut tenant, &case.name).await?.filter(|held| held.life.is_held());
    match held.as_ref().and_then(|held| held.verified_with.clone()) {
        Some(above) => store::find(&mut tenant, &above).await,
        None => Ok(held),
    }
}

async fn of_claimant(scope: &mut Scope, case: &Case) -> Result<Option<Name>, Error> {
    let mut tenant = scope.tenant(Actor::system(case.claimant).grant()).await?;
    store::find(&mut tenant, &case.name).await
}

/// Asks DNS.
///
/// # Errors
/// When the engine fails.
pub async fn look(app: &App, case: &Case, moment: &Moment) -> Result<Looked, Error> {
    let mut scope = app.db.read().await?;
    let (holder, claimant) = (of_holder(&mut scope, case).await?, of_claimant(&mut scope, case).await?);
    drop(scope);
    let ask = async |name: Option<Name>| match name {
        Some(name) => {
            let account_domain = &app.config.accounts.account_domain;
            Some(glance(&app.outside.dns, &name, account_domain, moment.now).await)
        }
        None => None,
    };
    let (holder, claimant) = tokio::join!(ask(holder), ask(claimant));
    Ok(Looked { holder, claimant })
}

/// Settles a case by what was seen. Where DNS failed for either side, it waits.
///
/// # Errors
/// When the engine fails.
pub async fn decide(
    app: &App,
    scope: &mut Scope,
    case: &Case,
    looked: &Looked,
    moment: &Moment,
) -> Result<(), Error> {
    let open = store::cases::of(scope, &case.name).await?.filter(|open| open.id == case.id);
    let Some(case) = open.filter(|open| open.decided_at <= moment.now) else { return Ok(()) };
    if let Some(held) = of_holder(scope, &case).await? {
        // Only a lapsed name can be lost, whatever DNS says of one that its holder has proven in another way since.
        let holder = store::held::holder(scope, &case.name).await?;
        if holder.is_some_and(|holder| holder.tenant == case.holder && holder.lapsed_at.is_none()) {
            let mut tenant = scope.tenant(Actor::system(case.holder).grant()).await?;
            return cases::kept(&mut tenant, &case.name, moment).await;
        }
        match looked.holder.as_ref().map_or(Says::Nothing, |seen| seen.says_of(&held)) {
            Says::Proven => {
                let actor = Actor::system(case.holder);
                let mut tenant = scope.tenant(actor.grant()).await?;
                return life::proven(app, &mut tenant, &actor, &held, moment).await;
            }
            Says::Missing => {}
            Says::Nothing => return Ok(()),
        }
    }
    let Some(claim) = of_claimant(scope, &case).await? else {
        return cases::fall(app, scope, &case, moment).await;
    };
    let says = looked.claimant.as_ref().map_or(Says::Nothing, |seen| seen.says_of(&claim));
    match (says, looked.claimant.as_ref().and_then(|seen| seen.proof_of(&claim))) {
        (Says::Proven, Some(proof)) => hand_over(app, scope, &case, Basis::Record(proof), moment).await,
        (Says::Missing, _) => {
            cases::fall(app, scope, &case, moment).await?;
            cases::tell(scope, case.claimant, &case.name, Notice::ClaimMissed, moment).await
        }
        _ => Ok(()),
    }
}

/// The name goes from the one to the other; what used it there is renamed.
async fn hand_over(
    app: &App,
    scope: &mut Scope,
    case: &Case,
    basis: Basis<'_>,
    moment: &Moment,
) -> Result<(), Error> {
    let name = case.name.as_str();
    if store::held::holder(scope, name).await?.is_some_and(|held| held.tenant == case.holder) {
        let actor = Actor::system(case.holder);
        let mut tenant = scope.tenant(actor.grant()).await?;
        depart::lose(app, &mut tenant, &actor, name, moment).await?;
    }
    store::cases::close(scope, name).await?;
    cases::end_waiting(scope, name, &Notice::ClaimLost, moment).await?;
    let actor = Actor::system(case.claimant);
    let mut tenant = scope.tenant(actor.grant()).await?;
    if !take(app, &mut tenant, &actor, name, basis, moment).await? {
        return note(&mut tenant, &actor, (Activity::DomainClaimEnded, name), [], moment).await;
    }
    take_below(app, &mut tenant, &actor, name, moment).await?;
    notices::tell(app, &mut tenant, name, &Notice::ClaimWon, moment).await
}
