//! Cases: another tenant has proven a name that its holder let lapse. Neither side ever learns who the other is.

use jiff::Timestamp;
use model::audit::Activity;
use model::domains::life::Life;
use model::ids::TenantId;

use super::life::terms;
use super::note::note;
use crate::access::Actor;
use crate::app::App;
use crate::db::{Scope, TenantScope};
use crate::error::Error;
use crate::features::domains::jobs::TellTenant;
use crate::features::domains::notices::Notice;
use crate::features::domains::store;
use crate::features::domains::store::cases::Case;
use crate::jobs;
use crate::moment::Moment;

/// What a proof of a name that another tenant holds comes to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Claim {
    /// The holder proves it daily.
    Refused,
    /// It is the first since the name lapsed, and is decided then.
    Open { decided_at: Timestamp },
    /// Another one was first, and is decided then.
    Waits { decided_at: Timestamp },
}

/// Opens a case by a proof that was just seen, or waits behind the one that is open.
///
/// # Errors
/// When the engine fails.
pub(super) async fn claim(
    app: &App,
    scope: &mut TenantScope<'_>,
    actor: &Actor,
    name: &str,
    moment: &Moment,
) -> Result<Claim, Error> {
    let own = scope.tenant();
    let held = store::held::holder(scope.global(), name).await?.filter(|held| held.tenant != own);
    let Some((holder, lapsed_at)) = held.and_then(|held| Some((held.tenant, held.lapsed_at?))) else {
        return Ok(Claim::Refused);
    };
    let opened = (Activity::DomainClaimOpened, name);
    match store::cases::of(scope.global(), name).await? {
        Some(case) if case.claimant == own => Ok(Claim::Open { decided_at: case.decided_at }),
        Some(case) => {
            if store::cases::wait(scope.global(), name, own, moment.now).await? {
                note(scope, actor, opened, [], moment).await?;
            }
            Ok(Claim::Waits { decided_at: case.decided_at })
        }
        None => {
            let between = (holder, own);
            let decided_at = open(app, scope.global(), (name, lapsed_at), between, moment).await?;
            note(scope, actor, opened, [], moment).await?;
            Ok(Claim::Open { decided_at })
        }
    }
}

async fn open(
    app: &App,
    scope: &mut Scope,
    (name, lapsed_at): (&str, Timestamp),
    (holder, claimant): (TenantId, TenantId),
    moment: &Moment,
) -> Result<Timestamp, Error> {
    let lapsed = Life::Lapsed { since: lapsed_at, at: lapsed_at };
    let contested = lapsed.contest(&terms(&app.config.domains), moment.now);
    let decided_at = contested.unwrap_or(lapsed).deadline().unwrap_or(moment.now);
    let case = Case { id: moment.uuid(), name: name.to_owned(), holder, claimant, decided_at };
    store::cases::open(scope, &case, moment.now).await?;
    tell(scope, holder, name, Notice::Contested { decided_at }, moment).await?;
    Ok(decided_at)
}

/// Ends the case of a name that its holder has proven again: in their favour, and for all who claim it.
///
/// # Errors
/// When the engine fails.
pub(super) async fn kept(scope: &mut TenantScope<'_>, name: &str, moment: &Moment) -> Result<(), Error> {
    let global = scope.global();
    let Some(case) = store::cases::of(global, name).await? else { return Ok(()) };
    store::cases::close(global, name).await?;
    tell(global, case.claimant, name, Notice::ClaimRefused, moment).await?;
    end_waiting(global, name, &Notice::ClaimRefused, moment).await
}

/// Tells all who wait, and lets none wait any more.
pub(super) async fn end_waiting(
    scope: &mut Scope,
    name: &str,
    notice: &Notice,
    moment: &Moment,
) -> Result<(), Error> {
    for tenant in store::cases::waiting(scope, name).await? {
        tell(scope, tenant, name, notice.clone(), moment).await?;
    }
    store::cases::forget_waiting(scope, name).await
}

/// The tenant gives its claim up.
///
/// # Errors
/// When the engine fails.
pub(super) async fn leave(
    app: &App,
    scope: &mut TenantScope<'_>,
    name: &str,
    moment: &Moment,
) -> Result<(), Error> {
    let own = scope.tenant();
    let global = scope.global();
    store::cases::stop_waiting(global, name, own).await?;
    match store::cases::of(global, name).await?.filter(|case| case.claimant == own) {
        Some(case) => fall(app, global, &case, moment).await,
        None => Ok(()),
    }
}

/// The claim of a case is over without a decision: whoever proved the name next has the next case, with a waiting time of
/// its own. Where the holder is gone, so is the waiting.
///
/// # Errors
/// When the engine fails.
pub(super) async fn fall(app: &App, scope: &mut Scope, case: &Case, moment: &Moment) -> Result<(), Error> {
    let name = case.name.as_str();
    store::cases::close(scope, name).await?;
    let held = store::held::holder(scope, name).await?;
    let next = store::cases::waiting(scope, name).await?.into_iter().next();
    let Some(next) = next else {
        return match held {
            Some(held) => tell(scope, held.tenant, name, Notice::ClaimFell, moment).await,
            None => Ok(()),
        };
    };
    store::cases::stop_waiting(scope, name, next).await?;
    let decided_at = match held.and_then(|held| held.lapsed_at) {
        Some(lapsed_at) => open(app, scope, (name, lapsed_at), (case.holder, next), moment).await?,
        None => {
            let next = Case { id: moment.uuid(), claimant: next, decided_at: moment.now, ..case.clone() };
            store::cases::open(scope, &next, moment.now).await?;
            moment.now
        }
    };
    tell(scope, next, name, Notice::ClaimFirst { decided_at }, moment).await
}

/// Tells one tenant, in a transaction of its own: no tenant is entered from within another.
pub(super) async fn tell(
    scope: &mut Scope,
    tenant: TenantId,
    name: &str,
    notice: Notice,
    moment: &Moment,
) -> Result<(), Error> {
    jobs::enqueue(scope, &TellTenant { tenant, name: name.to_owned(), notice }, moment).await
}
