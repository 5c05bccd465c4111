//! Links between objects: members of groups, owners of groups and applications.

use model::ids::ObjectId;
use model::objects::{ChangeKind, ObjectKind, Relation};
use uuid::Uuid;

use super::store::{self, LinkRow};
use crate::db::{Position, Slice, TenantScope};
use crate::error::Error;
use crate::graph::changes;
use crate::graph::filter::Condition;
use crate::moment::Moment;

/// One end of a link.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Linked {
    pub id: Uuid,
    pub kind: ObjectKind,
}

fn linked_row(row: LinkRow) -> Option<Linked> {
    Some(Linked { id: row.id, kind: row.kind.parse().ok()? })
}

/// Links two objects; `false` where they were linked already.
///
/// # Errors
/// When the engine fails.
pub async fn link(
    scope: &mut TenantScope<'_>,
    (kind, source): (ObjectKind, ObjectId),
    relation: Relation,
    target: Linked,
    moment: &Moment,
) -> Result<bool, Error> {
    let is_new = store::insert_link(scope, source, relation, (target.id, target.kind)).await?;
    if is_new && relation == Relation::Member {
        let other = Some((target.id, target.kind));
        changes::note(scope, (kind, source.0), ChangeKind::MemberAdded, other, moment).await?;
    }
    Ok(is_new)
}

/// Takes a link away; `false` where there was none.
///
/// # Errors
/// When the engine fails.
pub async fn unlink(
    scope: &mut TenantScope<'_>,
    (kind, source): (ObjectKind, ObjectId),
    relation: Relation,
    target: Linked,
    moment: &Moment,
) -> Result<bool, Error> {
    let was_there = store::delete_link(scope, source, relation, target.id).await?;
    if was_there && relation == Relation::Member {
        let other = Some((target.id, target.kind));
        changes::note(scope, (kind, source.0), ChangeKind::MemberRemoved, other, moment).await?;
    }
    Ok(was_there)
}

/// Takes all links to an object away: it is removed for good.
///
/// # Errors
/// When the engine fails.
pub async fn forget_links_of(scope: &mut TenantScope<'_>, id: Uuid, moment: &Moment) -> Result<(), Error> {
    for (source, kind, relation, target_kind) in store::links_to(scope, id).await? {
        if let (Ok(kind), Ok(target_kind)) = (kind.parse(), target_kind.parse())
            && relation == Relation::Member.as_str()
        {
            let other = Some((id, target_kind));
            changes::note(scope, (kind, source.0), ChangeKind::MemberRemoved, other, moment).await?;
        }
    }
    store::delete_links_to(scope, id).await
}

/// Are they linked directly?
///
/// # Errors
/// When the engine fails.
pub async fn is_linked(
    scope: &mut TenantScope<'_>,
    source: ObjectId,
    relation: Relation,
    target: Uuid,
) -> Result<bool, Error> {
    store::is_linked(scope, source, relation, target).await
}

/// Does a path of links lead from one to the other, through deleted objects too? These may be restored, with their links.
///
/// # Errors
/// When the engine fails.
pub async fn reaches(
    scope: &mut TenantScope<'_>,
    source: ObjectId,
    relation: Relation,
    target: Uuid,
) -> Result<bool, Error> {
    store::reaches(scope, source, relation, target, true).await
}

/// Does a path of links lead from one to the other, none of them through a deleted object?
///
/// # Errors
/// When the engine fails.
pub async fn contains(
    scope: &mut TenantScope<'_>,
    source: ObjectId,
    relation: Relation,
    target: Uuid,
) -> Result<bool, Error> {
    store::reaches(scope, source, relation, target, false).await
}

fn page(rows: Vec<LinkRow>, from: Option<&Position>, limit: usize) -> Slice<Linked> {
    let rows = rows.into_iter().filter_map(linked_row).collect();
    Slice::new(rows, limit, from, |linked| (String::new(), linked.id))
}

fn start(from: Option<&Position>) -> Uuid {
    from.map_or(Uuid::nil(), |from| from.id)
}

/// A page of what an object is linked to and isn't deleted, in the order of ids.
///
/// # Errors
/// When the engine fails.
pub async fn linked(
    scope: &mut TenantScope<'_>,
    source: ObjectId,
    relation: Relation,
    from: Option<&Position>,
    limit: usize,
) -> Result<Slice<Linked>, Error> {
    let rows = store::links(scope, source, relation, start(from), limit as i64 + 1).await?;
    Ok(page(rows, from, limit))
}

/// The first so many of what an object is linked to.
///
/// # Errors
/// When the engine fails.
pub async fn linked_all(
    scope: &mut TenantScope<'_>,
    source: ObjectId,
    relation: Relation,
    most: usize,
) -> Result<Vec<Linked>, Error> {
    Ok(linked(scope, source, relation, None, most).await?.items)
}

/// How many an object is linked to, of one kind or of all.
///
/// # Errors
/// When the engine fails.
pub async fn count_linked(
    scope: &mut TenantScope<'_>,
    source: ObjectId,
    relation: Relation,
    kind: Option<ObjectKind>,
) -> Result<i64, Error> {
    store::count_links(scope, source, relation, kind).await
}

/// A page of the objects that are linked to this one and aren't deleted: the groups it is in, what it owns.
///
/// # Errors
/// When the engine fails.
pub async fn holders_of(
    scope: &mut TenantScope<'_>,
    target: Uuid,
    relation: Relation,
    from: Option<&Position>,
    limit: usize,
) -> Result<Slice<Linked>, Error> {
    let rows = store::holders(scope, target, relation, start(from), limit as i64 + 1).await?;
    Ok(page(rows, from, limit))
}

/// Narrows a list to the objects that this one is in or owns.
pub fn narrow_to_own(condition: &mut Condition, target: Uuid) {
    let [is_in, owns] = [Relation::Member, Relation::Owner]
        .map(|relation| store::reaching(condition, target, relation, false));
    condition.and(&format!("(id IN ({is_in}) OR id IN ({owns}))"));
}

/// Narrows a list to what an object is linked to; `transitive` over several links.
pub fn narrow_to_linked(condition: &mut Condition, source: ObjectId, relation: Relation, transitive: bool) {
    let inside = store::reached(condition, source, relation, transitive);
    condition.and(&format!("id IN ({inside})"));
}

/// Narrows a list to the objects that are linked to this one; `transitive` over several links.
pub fn narrow_to_holders(condition: &mut Condition, target: Uuid, relation: Relation, transitive: bool) {
    let inside = store::reaching(condition, target, relation, transitive);
    condition.and(&format!("id IN ({inside})"));
}

/// Narrows a list to the groups and administrative units that something is in; `transitive` over other groups. Who is in a group
/// isn't in the units of the group.
pub fn narrow_to_memberships(condition: &mut Condition, target: Uuid, transitive: bool) {
    let inside = store::memberships(condition, target, transitive);
    condition.and(&format!("id IN ({inside})"));
}
