//! What becomes of a held name by what DNS says of its record.

use jiff::SignedDuration;
use model::audit::Activity;
use model::domains::life::{Life, News, Terms};

use super::note::note;
use super::observe::{Observation, Says};
use super::verify::{Basis, establish, next_look};
use super::{cases, primary};
use crate::access::Actor;
use crate::app::App;
use crate::config;
use crate::db::TenantScope;
use crate::error::Error;
use crate::features::domains::notices::{self, Notice};
use crate::features::domains::store::{self, Name};
use crate::moment::Moment;

/// Seconds until DNS is asked again after it failed.
const AFTER_TROUBLE: i64 = 3600;
/// The daily proof writes evidence anew when it is that old: it is good for thirty days.
const EVIDENCE_AGE: SignedDuration = SignedDuration::from_hours(7 * 24);

const DAY: i64 = 86_400;

/// The terms of the configuration.
#[must_use]
pub fn terms(settings: &config::Domains) -> Terms {
    let days = |days: i64| SignedDuration::from_secs(days * DAY);
    Terms {
        warn_after: days(settings.warn_after),
        lapse_after: days(settings.lapse_after),
        contest_for: days(settings.contest_for),
    }
}

/// One daily look at a held name: its life goes on by what was seen, and the next look is set.
///
/// # Errors
/// When the engine fails.
pub async fn reprove(
    app: &App,
    scope: &mut TenantScope<'_>,
    actor: &Actor,
    seen: &Observation,
    moment: &Moment,
) -> Result<(), Error> {
    let found = store::find(scope, seen.name()).await?;
    let Some(held) = found.filter(|held| held.life.is_held() && !held.is_initial) else { return Ok(()) };
    let name = held.name.as_str();
    let says = seen.says_of(&held);
    let next = match says {
        Says::Nothing => moment.after_seconds(AFTER_TROUBLE),
        Says::Proven | Says::Missing => next_look(app, moment),
    };
    store::held::set_due(scope, name, Some(next)).await?;
    match says {
        Says::Nothing => Ok(()),
        Says::Proven => {
            store::set_checked(scope, name, moment.now).await?;
            proven(app, scope, actor, &held, moment).await?;
            let is_old = held.evidenced_at.is_none_or(|at| at.duration_until(moment.now) >= EVIDENCE_AGE);
            let Some(proof) = seen.proof_of(&held).filter(|_| is_old) else { return Ok(()) };
            for below in store::verified_with(scope, name).await? {
                establish(scope, actor, &below, Basis::Above(name), moment).await?;
            }
            establish(scope, actor, name, Basis::Record(proof), moment).await
        }
        Says::Missing => {
            store::set_checked(scope, name, moment.now).await?;
            let after = held.life.missing(&terms(&app.config.domains), moment.now);
            become_(app, scope, actor, &held, after, moment).await
        }
    }
}

/// The record of a held name stood there.
///
/// # Errors
/// When the engine fails.
pub(super) async fn proven(
    app: &App,
    scope: &mut TenantScope<'_>,
    actor: &Actor,
    held: &Name,
    moment: &Moment,
) -> Result<(), Error> {
    // Below a name that fails, the proof of one's own ends what came from above.
    become_(app, scope, actor, held, held.life.proven(moment.now), moment).await
}

/// Writes where a name stands now, and tells what there is to tell.
async fn become_(
    app: &App,
    scope: &mut TenantScope<'_>,
    actor: &Actor,
    held: &Name,
    after: Life,
    moment: &Moment,
) -> Result<(), Error> {
    let (name, before) = (held.name.as_str(), held.life);
    if before == after {
        return Ok(());
    }
    store::write_life(scope, name, after).await?;
    if before.is_lapsed() != after.is_lapsed() {
        let lapsed_at = after.is_lapsed().then_some(moment.now);
        for name in with_below(scope, name).await? {
            store::held::set_lapsed(scope, &name, lapsed_at).await?;
            if lapsed_at.is_some() {
                primary::fall_back(scope, actor, &name, moment).await?;
            } else {
                cases::kept(scope, &name, moment).await?;
            }
        }
    }
    if let (Life::Verified { .. }, Life::Failing { .. }) = (before, after) {
        note(scope, actor, (Activity::DomainProofMissing, name), [], moment).await?;
    }
    let Some(news) = before.news(after) else { return Ok(()) };
    let (activity, notice) = match news {
        News::Warned { lapses_at } => (Activity::DomainWarned, Notice::Warned { lapses_at }),
        News::Lapsed => (Activity::DomainLapsed, Notice::Lapsed),
        News::Restored => (Activity::DomainRestored, Notice::Restored),
        News::Kept => (Activity::DomainKept, Notice::Kept),
    };
    note(scope, actor, (activity, name), [], moment).await?;
    notices::tell(app, scope, name, &notice, moment).await
}

/// The name and those that are verified with it.
pub(in crate::features::domains) async fn with_below(
    scope: &mut TenantScope<'_>,
    name: &str,
) -> Result<Vec<String>, Error> {
    let mut names = vec![name.to_owned()];
    names.extend(store::verified_with(scope, name).await?);
    Ok(names)
}
