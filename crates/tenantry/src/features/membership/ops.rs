//! Rules stored, asked of people, and tried out.

use jiff::Timestamp;
use model::audit::{Activity, Change, TargetKind};
use model::ids::{ObjectId, UserId};
use model::membership::Rule;
use model::objects::{ObjectKind, Relation};
use model::refusal::{Code, Refusal};
use model::roles::Permission;
use uuid::Uuid;

use super::asking::{self, ROUND};
use super::jobs::{EvaluatePerson, EvaluateRule};
use super::store::{self, Asked, StoredRule};
use crate::access::Actor;
use crate::app::App;
use crate::db::TenantScope;
use crate::error::Error;
use crate::features::audit::{self, Event};
use crate::features::objects::{self, Linked};
use crate::jobs;
use crate::moment::Moment;

/// People of one step, or rules.
const STEP: usize = 200;
/// People that a preview looks at, the work that it does, and names that it shows.
const LOOKED_AT: usize = 5_000;
const PREVIEW_WORK: usize = 2 * ROUND;
const SHOWN: usize = 25;

fn read(rule: &str) -> Result<Rule, Error> {
    Rule::parse(rule).map_err(|fault| fault.refusal().into())
}

/// Stores the rule of a group, or that it has none any more, and has it asked of everybody after the commit.
///
/// # Errors
/// A rule that can't be read, [`Code::GroupRulesTooMany`], or the engine fails.
pub async fn rule_changed(
    app: &App,
    scope: &mut TenantScope<'_>,
    group: ObjectId,
    rule: Option<(&str, bool)>,
    moment: &Moment,
) -> Result<(), Error> {
    let Some((text, paused)) = rule else { return store::forget(scope, group).await };
    let most = app.config.accounts.rule_groups;
    if !store::has(scope, group).await? && store::count(scope, most).await? >= most {
        return Err(Refusal::new(Code::GroupRulesTooMany).with("max", most.to_string()).into());
    }
    store::put(scope, group, text, paused, read(text)?.moves_with_time()).await?;
    if !paused {
        let job = EvaluateRule { tenant: scope.tenant(), group, after: None };
        jobs::enqueue(scope.global(), &job, moment).await?;
    }
    Ok(())
}

/// Forgets the rule of a group that was deleted. Who restores the group has its rule stored again.
///
/// # Errors
/// When the engine fails.
pub async fn forget_rule(scope: &mut TenantScope<'_>, group: ObjectId) -> Result<(), Error> {
    store::forget(scope, group).await
}

/// Has every rule asked of a person whom something changed about, after the commit.
///
/// # Errors
/// When the engine fails.
pub async fn person_changed(scope: &mut TenantScope<'_>, user: UserId, moment: &Moment) -> Result<(), Error> {
    if store::any(scope).await? {
        let job = EvaluatePerson { tenant: scope.tenant(), user, after: None };
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
        let event = Event::new(activity, TargetKind::Group, rule.group, &rule.name)
            .and(TargetKind::User, person.id, &person.display_name)
            .changes([change]);
        audit::record(scope, actor, event, moment).await?;
    }
    Ok(())
}

/// What a rule says of the next people, where that differs from who is in its group.
pub(super) struct AskedPeople {
    stored: StoredRule,
    differing: Vec<(Asked, bool)>,
    /// After whom to go on.
    pub after: Option<UserId>,
}

/// Asks a rule of the next people, outside any transaction. `None` for a group that is deleted, or whose rule is paused or
/// gone: it is left as it is.
///
/// # Errors
/// When the engine fails.
pub(super) async fn ask(
    app: &App,
    actor: &Actor,
    group: ObjectId,
    after: Option<UserId>,
    now: Timestamp,
) -> Result<Option<AskedPeople>, Error> {
    let mut scope = app.db.read().await?;
    let mut tenant = scope.tenant(actor.grant()).await?;
    let Some(stored) = store::rule_of(&mut tenant, group).await? else { return Ok(None) };
    let Some(rule) = stored.read() else { return Ok(None) };
    let people = store::people(&mut tenant, after.map_or(Uuid::nil(), |user| user.0), STEP as i64).await?;
    let mut members = Vec::with_capacity(people.len());
    for person in &people {
        members.push(objects::is_linked(&mut tenant, group, Relation::Member, person.id.0).await?);
    }
    drop(scope);
    let (_, round) = asking::of_people(rule, people, now).await?;
    let is_last = round.answers.len() == round.people.len() && round.people.len() < STEP;
    let after = round.people.get(round.answers.len().saturating_sub(1)).map(|person| person.id);
    let answered = round.people.into_iter().zip(round.answers).zip(members);
    let differing = answered.filter(|((_, belongs), is_member)| belongs != is_member);
    Ok(Some(AskedPeople {
        stored,
        differing: differing.map(|(asked, _)| asked).collect(),
        after: after.filter(|_| !is_last),
    }))
}

/// Writes what differs; `false` where the rule was changed meanwhile, which has it asked of everybody anew.
///
/// # Errors
/// When the engine fails.
pub(super) async fn settle_people(
    scope: &mut TenantScope<'_>,
    actor: &Actor,
    asked: &AskedPeople,
    moment: &Moment,
) -> Result<bool, Error> {
    let Some(stored) = unchanged(scope, &asked.stored).await? else { return Ok(false) };
    for (person, belongs) in &asked.differing {
        if store::person(scope, person.id).await?.as_ref() == Some(person) {
            settle(scope, actor, &stored, person, *belongs, moment).await?;
        } else {
            person_changed(scope, person.id, moment).await?;
        }
    }
    if asked.after.is_none() {
        store::evaluated(scope, stored.group).await?;
    }
    Ok(true)
}

/// Is the group's rule still to be asked of some people, since it is new or was changed?
///
/// # Errors
/// When the engine fails.
pub async fn is_evaluating(scope: &mut TenantScope<'_>, group: ObjectId) -> Result<bool, Error> {
    store::is_evaluating(scope, group).await
}

/// The rule of a group where it is still the one that was asked.
async fn unchanged(scope: &mut TenantScope<'_>, asked: &StoredRule) -> Result<Option<StoredRule>, Error> {
    Ok(store::rule_of(scope, asked.group).await?.filter(|stored| stored.rule == asked.rule))
}

/// Rules describe people: what else was a member when the group had none, is one no longer.
///
/// # Errors
/// When the engine fails.
pub(super) async fn forget_others(
    scope: &mut TenantScope<'_>,
    group: ObjectId,
    moment: &Moment,
) -> Result<(), Error> {
    if store::rule_of(scope, group).await?.is_none() {
        return Ok(());
    }
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

/// What the next rules say of a person, where that differs from the groups they are in.
pub(super) struct AskedRules {
    person: Asked,
    differing: Vec<(StoredRule, bool)>,
    /// After whose rule to go on.
    pub after: Option<ObjectId>,
}

/// Asks the next rules of one person, outside any transaction. `None` for one who is deleted.
///
/// # Errors
/// When the engine fails.
pub(super) async fn ask_rules(
    app: &App,
    actor: &Actor,
    user: UserId,
    after: Option<ObjectId>,
    now: Timestamp,
) -> Result<Option<AskedRules>, Error> {
    let mut scope = app.db.read().await?;
    let mut tenant = scope.tenant(actor.grant()).await?;
    let person = store::person(&mut tenant, user).await?.filter(|person| !person.is_deleted);
    let Some(person) = person else { return Ok(None) };
    let rules = store::rules(&mut tenant, after.map_or(Uuid::nil(), |group| group.0), STEP as i64).await?;
    let mut members = Vec::with_capacity(rules.len());
    for stored in &rules {
        members.push(objects::is_linked(&mut tenant, stored.group, Relation::Member, user.0).await?);
    }
    drop(scope);
    let read = rules.len();
    let (person, answered) = asking::of_rules(rules, person, now).await?;
    let is_last = answered.len() == read && read < STEP;
    let after = answered.last().map(|(stored, _)| stored.group).filter(|_| !is_last);
    let answered = answered.into_iter().zip(members);
    let differing = answered.filter_map(|((stored, belongs), is_member)| {
        belongs.filter(|belongs| *belongs != is_member).map(|belongs| (stored, belongs))
    });
    Ok(Some(AskedRules { person, differing: differing.collect(), after }))
}

/// Writes what differs, but for rules that changed meanwhile; `false` where the person did. Both are asked anew.
///
/// # Errors
/// When the engine fails.
pub(super) async fn settle_rules(
    scope: &mut TenantScope<'_>,
    actor: &Actor,
    asked: &AskedRules,
    moment: &Moment,
) -> Result<bool, Error> {
    if store::person(scope, asked.person.id).await?.as_ref() != Some(&asked.person) {
        person_changed(scope, asked.person.id, moment).await?;
        return Ok(false);
    }
    for (rule, belongs) in &asked.differing {
        if let Some(stored) = unchanged(scope, rule).await? {
            settle(scope, actor, &stored, &asked.person, *belongs, moment).await?;
        }
    }
    Ok(true)
}

/// Who would be in a group with this rule.
#[derive(Clone, Debug)]
pub struct Preview {
    /// The first of them by their names, at most 25.
    pub people: Vec<(UserId, String)>,
    /// How many of those looked at.
    pub matching: usize,
    pub looked_at: usize,
    /// There are more people than a preview looks at.
    pub is_partial: bool,
}

/// Tries a rule out on the tenant's people, at most 5,000, and fewer where asking each of them takes long.
///
/// # Errors
/// Not allowed, or a rule that can't be read.
pub async fn preview(app: &App, actor: &Actor, rule: &str, now: Timestamp) -> Result<Preview, Error> {
    actor.require(Permission::ReadDirectory)?;
    let mut rule = read(rule)?;
    let mut preview = Preview { people: Vec::new(), matching: 0, looked_at: 0, is_partial: false };
    let (mut after, mut work) = (Uuid::nil(), 0);
    loop {
        let mut scope = app.db.read().await?;
        let people = store::people(&mut scope.tenant(actor.grant()).await?, after, STEP as i64).await?;
        drop(scope);
        let (asked, round) = asking::of_people(rule, people, now).await?;
        rule = asked;
        work += round.work;
        preview.looked_at += round.answers.len();
        for (person, _) in round.people.iter().zip(&round.answers).filter(|(_, belongs)| **belongs) {
            preview.matching += 1;
            preview.people.push((person.id, person.display_name.clone()));
        }
        preview.people.sort_by_cached_key(|(id, name)| (name.to_lowercase(), *id));
        preview.people.truncate(SHOWN);
        let is_last = round.answers.len() == round.people.len() && round.people.len() < STEP;
        match round.people.get(round.answers.len().saturating_sub(1)) {
            Some(last) if !is_last => after = last.id.0,
            _ => return Ok(preview),
        }
        if preview.looked_at >= LOOKED_AT || work >= PREVIEW_WORK {
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
    app: &App,
    actor: &Actor,
    rule: &str,
    user: UserId,
    now: Timestamp,
) -> Result<bool, Error> {
    actor.require(Permission::ReadDirectory)?;
    let rule = read(rule)?;
    let mut scope = app.db.read().await?;
    let person = store::person(&mut scope.tenant(actor.grant()).await?, user).await?;
    drop(scope);
    let person = person.filter(|person| !person.is_deleted).ok_or_else(Error::not_found)?;
    asking::of_one(rule, person, now).await
}

/// The groups of a tenant whose rules move with the clock.
///
/// # Errors
/// When the engine fails.
pub(super) async fn moving(scope: &mut TenantScope<'_>) -> Result<Vec<ObjectId>, Error> {
    store::moving(scope).await
}
