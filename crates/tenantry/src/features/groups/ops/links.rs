//! Who is in a group, and who owns it.

use model::audit::{Activity, Change, TargetKind};
use model::groups::{GroupProperties, MOST_OWNERS, may_own};
use model::ids::{ObjectId, UserId};
use model::objects::{ObjectKind, Relation};
use model::refusal::{Code, Refusal};
use uuid::Uuid;

use super::guard::{require_to_give, target};
use crate::access::Actor;
use crate::db::TenantScope;
use crate::error::Error;
use crate::features::audit::{self, Event};
use crate::features::directory::find_person;
use crate::features::groups::Group;
use crate::features::objects::{self, Linked, narrow_to_holders, narrow_to_linked};
use crate::graph::filter::Condition;
use crate::graph::query::ObjectQuery;
use crate::moment::Moment;

/// An object that a request names by its id.
#[derive(Clone, Debug)]
pub struct Referenced {
    pub linked: Linked,
    pub name: String,
    /// Of a person; two may have the same name.
    pub sign_in_name: Option<String>,
    pub is_deleted: bool,
}

/// Finds what an id names, whatever its kind, deleted or not.
///
/// # Errors
/// When the engine fails.
pub async fn referenced(scope: &mut TenantScope<'_>, id: Uuid) -> Result<Option<Referenced>, Error> {
    if let Some(brief) = objects::brief(scope, ObjectId(id)).await? {
        let linked = Linked { id, kind: brief.kind };
        let (name, is_deleted) = (brief.display_name, brief.is_deleted);
        return Ok(Some(Referenced { linked, name, sign_in_name: None, is_deleted }));
    }
    let person = find_person(scope, UserId(id)).await?;
    Ok(person.map(|person| Referenced {
        linked: Linked { id, kind: ObjectKind::User },
        sign_in_name: Some(person.sign_in_name()),
        name: person.display_name,
        is_deleted: person.deleted_at.is_some(),
    }))
}

/// Adds a member or an owner.
///
/// # Errors
/// Not allowed, not there, there already, of a kind that can't be, or a group that would be in itself.
pub async fn add(
    scope: &mut TenantScope<'_>,
    actor: &Actor,
    group: ObjectId,
    relation: Relation,
    other: Uuid,
    moment: &Moment,
) -> Result<(), Error> {
    let group = target(scope, actor, group, false).await?;
    require_to_give(scope, actor, &group).await?;
    put(scope, actor, &group, relation, other, moment).await
}

/// The same, of a group that the actor may change.
pub(super) async fn put(
    scope: &mut TenantScope<'_>,
    actor: &Actor,
    group: &Group,
    relation: Relation,
    other: Uuid,
    moment: &Moment,
) -> Result<(), Error> {
    let found = referenced(scope, other).await?.filter(|found| !found.is_deleted);
    let found = found.ok_or_else(Error::not_found)?;
    match relation {
        Relation::Member => may_be_member(scope, group, &found).await?,
        Relation::Owner => may_be_owner(scope, group, &found).await?,
        Relation::UnitMember => return Err(Error::not_found()),
    }
    let is_new = objects::link(scope, (ObjectKind::Group, group.id), relation, found.linked, moment).await?;
    if !is_new {
        return Err(Refusal::new(Code::GroupMemberThere).with("name", found.name).into());
    }
    let (activity, property) = match relation {
        Relation::Owner => (Activity::GroupOwnerAdded, "owner"),
        _ => (Activity::GroupMemberAdded, "member"),
    };
    let event = Event::new(activity, TargetKind::Group, group.id, &group.display_name)
        .and(found.linked.kind, found.linked.id, &found.name)
        .changes([Change::set(property, found.name)]);
    audit::record(scope, actor, event, moment).await
}

async fn may_be_member(scope: &mut TenantScope<'_>, group: &Group, found: &Referenced) -> Result<(), Error> {
    if group.properties.is_dynamic() {
        return Err(Code::GroupMembersByRule.into());
    }
    let nested: Option<Group> = match found.linked.kind {
        ObjectKind::Group => objects::find(scope, ObjectId(found.linked.id)).await?,
        _ => None,
    };
    let properties = nested.as_ref().map(|nested| &nested.properties);
    if !group.properties.takes(found.linked.kind, properties) {
        return Err(Refusal::new(Code::GroupMemberUnfit).with("name", &found.name).into());
    }
    if let Some(nested) = &nested
        && (nested.id == group.id || objects::reaches(scope, nested.id, Relation::Member, group.id.0).await?)
    {
        let path = path(scope, group, nested).await?;
        return Err(Refusal::new(Code::GroupCycle).with("path", path).into());
    }
    Ok(())
}

/// The names on the way that would lead from the group back to itself.
async fn path(scope: &mut TenantScope<'_>, group: &Group, nested: &Group) -> Result<String, Error> {
    let mut names = vec![group.display_name.clone(), nested.display_name.clone()];
    let mut at = nested.clone();
    while at.id != group.id {
        if objects::is_linked(scope, at.id, Relation::Member, group.id.0).await? {
            names.push(group.display_name.clone());
            break;
        }
        let mut condition = Condition::default();
        narrow_to_linked(&mut condition, at.id, Relation::Member, false);
        narrow_to_holders(&mut condition, group.id.0, Relation::Member, true);
        let next = objects::list::<GroupProperties>(scope, &ObjectQuery::of(condition, 1)).await?;
        // A way through a deleted group counts as well, since that one may be restored, but it isn't named.
        let Some(next) = next.items.into_iter().next() else {
            names.extend(["…".to_owned(), group.display_name.clone()]);
            break;
        };
        names.push(next.display_name.clone());
        at = next;
    }
    Ok(names.join(" → "))
}

async fn may_be_owner(scope: &mut TenantScope<'_>, group: &Group, found: &Referenced) -> Result<(), Error> {
    if !may_own(found.linked.kind) {
        return Err(Refusal::new(Code::GroupOwnerUnfit).with("name", &found.name).into());
    }
    if objects::count_linked(scope, group.id, Relation::Owner, None).await? >= MOST_OWNERS {
        return Err(Refusal::new(Code::GroupOwnersTooMany).with("max", MOST_OWNERS.to_string()).into());
    }
    Ok(())
}

/// Takes a member or an owner away.
///
/// # Errors
/// Not allowed, not there, or the last person who owns the group.
pub async fn remove(
    scope: &mut TenantScope<'_>,
    actor: &Actor,
    group: ObjectId,
    relation: Relation,
    other: Uuid,
    moment: &Moment,
) -> Result<(), Error> {
    let group = target(scope, actor, group, false).await?;
    require_to_give(scope, actor, &group).await?;
    let missing = || Error::from(Code::GroupMemberMissing);
    if !objects::is_linked(scope, group.id, relation, other).await? {
        return Err(missing());
    }
    let found = referenced(scope, other).await?.ok_or_else(missing)?;
    let (activity, property) = match relation {
        Relation::Member if group.properties.is_dynamic() => return Err(Code::GroupMembersByRule.into()),
        Relation::Member => (Activity::GroupMemberRemoved, "member"),
        Relation::UnitMember => return Err(missing()),
        Relation::Owner => {
            keeps_owner(scope, &group, &found).await?;
            (Activity::GroupOwnerRemoved, "owner")
        }
    };
    objects::unlink(scope, (ObjectKind::Group, group.id), relation, found.linked, moment).await?;
    let change = Change { property: property.to_owned(), old: Some(found.name.clone()), new: None };
    let event = Event::new(activity, TargetKind::Group, group.id, &group.display_name)
        .and(found.linked.kind, found.linked.id, found.name)
        .changes([change]);
    audit::record(scope, actor, event, moment).await
}

/// A group that a person owns keeps one, as Microsoft Graph has it.
async fn keeps_owner(scope: &mut TenantScope<'_>, group: &Group, found: &Referenced) -> Result<(), Error> {
    let is_person = found.linked.kind == ObjectKind::User && !found.is_deleted;
    let people = objects::count_linked(scope, group.id, Relation::Owner, Some(ObjectKind::User)).await?;
    if is_person && people <= 1 { Err(Code::GroupLastOwner.into()) } else { Ok(()) }
}
