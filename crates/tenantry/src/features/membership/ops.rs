//! Rules stored, asked of people, and tried out.

use jiff::Timestamp;
use model::audit::{Activity, Change, TargetKind};
use model::ids::{ObjectId, UserId};
use model::membership::Rule;
use model::objects::{ObjectKind, Relation};
use model::roles::Permission;
use uuid::Uuid;

use super::jobs::{EvaluatePerson, EvaluateRule};
use super::store::{self, Asked, StoredRule};
use crate::access::Actor;
use crate::db::TenantScope;
use crate::error::Error;
use crate::features::audit::{self, Event};
use crate::features::objects::{self, Linked};
use crate::jobs;
use crate::moment::Moment;

/// People of one step.
pub(super) const STEP: usize = 500;
/// People that a preview looks at, and names that it shows.
const LOOKED_AT: usize = 5_000;
const SHOWN: usize = 25;

fn read(rule: &str) -> Result<Rule, Error> {
    Rule::parse(rule).map_err(|fault| fault.refusal().into())
}

/// Stores the rule of a group, or that it has none any more, and has it asked of everybody after the commit.
///
/// # Errors
/// A rule that can't be read, or the engine fails.
pub async fn rule_changed(
    scope: &mut TenantScope<'_>,
    group: ObjectId,
    rule: Option<(&str, bool)>,
    moment: &Moment,
) -> Result<(), Error> {
    let Some((text, paused)) = rule else { return store::forget(scope, group).await };
    store::put(scope, group, text, paused, read(text)?.moves_with_time()).await?;
    if !paused {
        let job = EvaluateRule { tenant: scope.tenant(), group, after: None };
        jobs::enqueue(scope.global(), &job, moment).await?;
    }
    Ok(())
}

/// Has every rule asked of a person whom something changed about, after the commit.
///
/// # Errors
/// When the engine fails.
pub async fn person_changed(scope: &mut TenantScope<'_>, user: UserId, moment: &Moment) -> Result<(), Error> {
    if store::any(scope).await? {
        let job = EvaluatePerson { tenant: scope.tenant(), user };
        jobs::enqueue(scope.global(), &job, moment).await?;
    }
    Ok(())
}

/// Puts a person into a group or out of it, as the rule says, where that is a change.
async fn settle(
    scope: &mut TenantScope<'_>,
    actor: &Actor,
    rule: &StoredRule,
    person: &Asked,
    belongs: bool,
    moment: &Moment,
) -> Result<(), Error> {
    let group = (ObjectKind::Group, rule.group);
    let linked = Linked { id: person.id.0, kind: ObjectKind::User };
    let name = Some(person.display_name.clone());
    let member = "member".to_owned();
    let (changed, activity, change) = if belongs {
        let is_new = objects::link(scope, group, Relation::Member, linked, moment).await?;
        (is_new, Activity::GroupMemberAdded, Change { property: member, old: None, new: name })
    } else {
        let was_there = objects::unlink(scope, group, Relation::Member, linked, moment).await?;
        (was_there, Activity::GroupMemberRemoved, Change { property: member, old: name, new: None })
    };
    if changed {
        let event = Event::new(activity, TargetKind::Group, rule.group, &rule.name).changes([change]);
        audit::record(scope, actor, event, moment).await?;
    }
    Ok(())
}

/// Asks a rule of the next people, and tells after whom to go on; `None` at the end. A group that is deleted, or whose
/// rule is paused or gone, is left as it is.
///
/// # Errors
/// When the engine fails.
pub(super) async fn step(
    scope: &mut TenantScope<'_>,
    actor: &Actor,
    group: ObjectId,
    after: Option<UserId>,
    moment: &Moment,
) -> Result<Option<UserId>, Error> {
    let Some(stored) = store::rule_of(scope, group).await? else { return Ok(None) };
    let rule = read(&stored.rule)?;
    if after.is_none() {
        forget_others(scope, group, moment).await?;
    }
    let start = after.map_or(Uuid::nil(), |user| user.0);
    let people = store::people(scope, start, STEP as i64).await?;
    for person in &people {
        settle(scope, actor, &stored, person, rule.matches(person, moment.now), moment).await?;
    }
    Ok(people.last().filter(|_| people.len() == STEP).map(|person| person.id))
}

/// Rules describe people: what else was a member when the group had none, is one no longer.
async fn forget_others(scope: &mut TenantScope<'_>, group: ObjectId, moment: &Moment) -> Result<(), Error> {
    for kind in [ObjectKind::Group, ObjectKind::ServicePrincipal] {
        if objects::count_linked(scope, group, Relation::Member, Some(kind)).await? == 0 {
            continue;
        }
        let members = objects::linked_all(scope, group, Relation::Member, 10_000).await?;
        for member in members.into_iter().filter(|member| member.kind == kind) {
            objects::unlink(scope, (ObjectKind::Group, group), Relation::Member, member, moment).await?;
        }
    }
    Ok(())
}

/// Asks every rule of one person.
///
/// # Errors
/// When the engine fails.
pub(super) async fn of_person(
    scope: &mut TenantScope<'_>,
    actor: &Actor,
    user: UserId,
    moment: &Moment,
) -> Result<(), Error> {
    let Some(person) = store::person(scope, user).await?.filter(|person| !person.is_deleted) else {
        return Ok(());
    };
    for stored in store::rules(scope).await? {
        let belongs = read(&stored.rule)?.matches(&person, moment.now);
        settle(scope, actor, &stored, &person, belongs, moment).await?;
    }
    Ok(())
}

/// Who would be in a group with this rule.
#[derive(Clone, Debug)]
pub struct Preview {
    /// The first of them, at most 25.
    pub people: Vec<(UserId, String)>,
    /// How many of those looked at.
    pub matching: usize,
    pub looked_at: usize,
    /// There are more people than a preview looks at.
    pub is_partial: bool,
}

/// Tries a rule out on the tenant's people, at most 5,000.
///
/// # Errors
/// Not allowed, or a rule that can't be read.
pub async fn preview(
    scope: &mut TenantScope<'_>,
    actor: &Actor,
    rule: &str,
    now: Timestamp,
) -> Result<Preview, Error> {
    actor.require(Permission::ReadDirectory)?;
    let rule = read(rule)?;
    let mut preview = Preview { people: Vec::new(), matching: 0, looked_at: 0, is_partial: false };
    let mut after = Uuid::nil();
    loop {
        let people = store::people(scope, after, STEP as i64).await?;
        for person in people.iter().filter(|person| rule.matches(*person, now)) {
            preview.matching += 1;
            if preview.people.len() < SHOWN {
                preview.people.push((person.id, person.display_name.clone()));
            }
        }
        preview.looked_at += people.len();
        match people.last() {
            Some(last) if people.len() == STEP => after = last.id.0,
            _ => return Ok(preview),
        }
        if preview.looked_at >= LOOKED_AT {
            preview.is_partial = true;
            return Ok(preview);
        }
    }
}

/// Would this person be in a group with this rule?
///
/// # Errors
/// Not allowed, not there, or a rule that can't be read.
pub async fn would_match(
    scope: &mut TenantScope<'_>,
    actor: &Actor,
    rule: &str,
    user: UserId,
    now: Timestamp,
) -> Result<bool, Error> {
    actor.require(Permission::ReadDirectory)?;
    let rule = read(rule)?;
    let person = store::person(scope, user).await?.filter(|person| !person.is_deleted);
    Ok(rule.matches(&person.ok_or_else(Error::not_found)?, now))
}

/// The groups of a tenant whose rules move with the clock.
///
/// # Errors
/// When the engine fails.
pub(super) async fn moving(scope: &mut TenantScope<'_>) -> Result<Vec<ObjectId>, Error> {
    store::moving(scope).await
}
