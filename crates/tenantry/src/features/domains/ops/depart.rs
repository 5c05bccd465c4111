//! A name goes, and what uses it gets names under the initial one: by force step by step, or, where another tenant got
//! the name, in one transaction.

use model::audit::Activity;
use model::evidence::EvidenceKind;

use super::add::token;
use super::life::with_below;
use super::note::note;
use super::remove::give_up;
use super::{primary, uses};
use crate::access::Actor;
use crate::app::App;
use crate::db::TenantScope;
use crate::error::Error;
use crate::features::directory::{self, Rehomed};
use crate::features::domains::jobs::FollowDeparture;
use crate::features::domains::notices::{self, Notice};
use crate::features::domains::store;
use crate::features::domains::store::departures::{self, Rename};
use crate::features::{access_requests, applications, evidence, federation, groups};
use crate::jobs;
use crate::moment::Moment;

/// People, groups and applications that one step renames or tells of, at most.
const STEP: usize = 40;

/// A name that goes, with those that are verified with it.
pub(super) struct Leaving {
    pub root: String,
    pub names: Vec<String>,
    pub initial: String,
}

impl Leaving {
    pub async fn of(scope: &mut TenantScope<'_>, root: &str) -> Result<Self, Error> {
        let (names, initial) = (with_below(scope, root).await?, store::initial(scope).await?);
        Ok(Self { root: root.to_owned(), names, initial })
    }

    /// How many people, groups and applications use it.
    pub async fn count(&self, scope: &mut TenantScope<'_>) -> Result<i64, Error> {
        let mut count = uses::applications(scope, &self.root).await?.len();
        let mut people = 0;
        for name in &self.names {
            people += store::count_people(scope, name).await?;
            count += store::uses::groups(scope, name).await?.len();
        }
        Ok(people + i64::try_from(count).unwrap_or(i64::MAX))
    }

    /// Renames groups and applications, as many as there is room for; gives how many.
    async fn rename_objects(
        &self,
        scope: &mut TenantScope<'_>,
        actor: &Actor,
        most: usize,
        moment: &Moment,
    ) -> Result<usize, Error> {
        let mut done = 0;
        for name in &self.names {
            for using in store::uses::groups(scope, name).await?.into_iter().take(most - done) {
                let moved = groups::rehome(scope, actor, using.id, &self.initial, moment).await?;
                if let Some((old, new, is_suffixed)) = moved {
                    let rename = Rename { kind: "group".into(), object: using.id.0, old, new, is_suffixed };
                    departures::note(scope, &self.root, &rename, true).await?;
                }
                done += 1;
            }
        }
        let apart = uses::apart(scope, &self.root).await?;
        let mut found = uses::applications(scope, &self.root).await?;
        found.extend(store::uses::published(scope, &self.root).await?);
        for using in found.into_iter().take(most - done) {
            let between = (self.root.as_str(), self.initial.as_str());
            let moved = applications::rehome(scope, actor, using.id, between, &apart, moment).await?;
            for (old, new, is_suffixed) in moved {
                let rename = Rename { kind: "application".into(), object: using.id.0, old, new, is_suffixed };
                departures::note(scope, &self.root, &rename, true).await?;
            }
            done += 1;
        }
        Ok(done)
    }

    async fn rename_people(
        &self,
        app: &App,
        scope: &mut TenantScope<'_>,
        actor: &Actor,
        moment: &Moment,
    ) -> Result<usize, Error> {
        let mut done = 0;
        for name in &self.names {
            for person in directory::people_under(scope, name, STEP - done).await? {
                let rehomed = directory::rehome(scope, &person, &self.initial, moment).await?;
                let rename = Rename {
                    kind: "user".into(),
                    object: rehomed.user.0,
                    old: rehomed.old.clone(),
                    new: rehomed.new.clone(),
                    is_suffixed: rehomed.is_suffixed,
                };
                departures::note(scope, &self.root, &rename, true).await?;
                follow(app, scope, actor, &rehomed, moment).await?;
                done += 1;
            }
        }
        Ok(done)
    }
}

/// Log, index and mail after a new name.
async fn follow(
    app: &App,
    scope: &mut TenantScope<'_>,
    actor: &Actor,
    rehomed: &Rehomed,
    moment: &Moment,
) -> Result<(), Error> {
    match directory::follow_rehomed(scope, actor, rehomed, moment).await? {
        Some(address) => notices::tell_renamed(app, scope, &address, rehomed, moment).await,
        None => Ok(()),
    }
}

/// The next step of a removal by force; false when the name is gone.
///
/// # Errors
/// When the engine fails.
pub async fn step(
    app: &App,
    scope: &mut TenantScope<'_>,
    actor: &Actor,
    name: &str,
    moment: &Moment,
) -> Result<bool, Error> {
    let departure = departures::find(scope, name).await?.filter(|found| found.finished_at.is_none());
    if departure.is_none() || store::find(scope, name).await?.is_none() {
        return Ok(false);
    }
    let leaving = Leaving::of(scope, name).await?;
    let people = leaving.rename_people(app, scope, actor, moment).await?;
    let objects = leaving.rename_objects(scope, actor, STEP - people, moment).await?;
    if people + objects > 0 {
        return Ok(true);
    }
    for name in leaving.names.iter().rev() {
        give_up(scope, actor, name, moment).await?;
        store::delete(scope, name).await?;
        note(scope, actor, (Activity::DomainRemoved, name), [], moment).await?;
    }
    departures::finish(scope, name, moment.now).await?;
    let notice = Notice::Removed {
        renamed: departures::find(scope, name).await?.map_or(0, |departure| departure.renamed),
        suffixed: departures::count_suffixed(scope, name).await?,
    };
    notices::tell(app, scope, name, &notice, moment).await?;
    Ok(false)
}

/// Another tenant gets the name: everybody under it keeps their account under the initial one, from this transaction on.
///
/// # Errors
/// When the engine fails.
pub async fn lose(
    app: &App,
    scope: &mut TenantScope<'_>,
    actor: &Actor,
    name: &str,
    moment: &Moment,
) -> Result<(), Error> {
    let leaving = Leaving::of(scope, name).await?;
    let total = leaving.count(scope).await?;
    departures::start(scope, (name, "lost", actor.name()), total, moment.now).await?;
    for from in &leaving.names {
        access_requests::void_under(scope, actor, from, moment).await?;
        departures::note_everybody(scope, name, (from, &leaving.initial)).await?;
        for rehomed in directory::rehome_everybody(scope, from, &leaving.initial, moment).await? {
            departures::correct(scope, name, &rehomed).await?;
        }
    }
    leaving.rename_objects(scope, actor, usize::MAX, moment).await?;
    for from in leaving.names.iter().rev() {
        primary::fall_back(scope, actor, from, moment).await?;
        federation::end(scope, actor, from, moment).await?;
        store::held::release(scope, from).await?;
        store::set_claimed(scope, from, &token(moment)).await?;
        evidence::withdraw(scope, actor, EvidenceKind::Domain, from, moment).await?;
        note(scope, actor, (Activity::DomainLost, from), [], moment).await?;
    }
    end_epoch(scope, actor, name, moment).await?;
    departures::finish(scope, name, moment.now).await?;
    let notice = Notice::Lost { renamed: total, suffixed: departures::count_suffixed(scope, name).await? };
    notices::tell(app, scope, name, &notice, moment).await
}

/// What the tenant began by mailboxes at a name counts no more, since somebody else reads them now.
///
/// # Errors
/// When the engine fails.
pub async fn end_epoch(
    scope: &mut TenantScope<'_>,
    actor: &Actor,
    name: &str,
    moment: &Moment,
) -> Result<(), Error> {
    access_requests::void_under(scope, actor, name, moment).await?;
    directory::forget_contacts_at(scope, name, moment).await?;
    evidence::withdraw_mailboxes(scope, actor, name, moment).await?;
    let job = FollowDeparture { tenant: scope.tenant(), name: name.to_owned() };
    jobs::enqueue(scope.global(), &job, moment).await
}

/// The next step of what follows a loss: people are told, the index forgets; false at the end.
///
/// # Errors
/// When the engine fails.
pub async fn follow_step(
    app: &App,
    scope: &mut TenantScope<'_>,
    actor: &Actor,
    name: &str,
    moment: &Moment,
) -> Result<bool, Error> {
    let untold = departures::untold(scope, name, STEP).await?;
    for rehomed in &untold {
        follow(app, scope, actor, rehomed, moment).await?;
        departures::set_told(scope, name, &rehomed.old).await?;
    }
    if untold.len() == STEP {
        return Ok(true);
    }
    directory::follow_forgotten(scope, actor, name, STEP, moment).await
}
