//! Groups that hide who is in them: from everybody but those who are in it, own it or manage groups. Asked wherever a
//! membership could be seen, from either of its ends.

use std::collections::BTreeSet;

use model::groups::HIDDEN;
use model::ids::ObjectId;
use model::objects::Relation;
use model::roles::Permission;
use uuid::Uuid;

use super::{links, store};
use crate::access::Actor;
use crate::db::TenantScope;
use crate::error::Error;
use crate::graph::filter::{Condition, folded};

/// Under which the index keeps how visible a group is, and a unit.
const VISIBILITY: &str = "group.visibility";
const OF_UNITS: &str = "administrativeUnit.visibility";

/// Which of these groups hide their members, deleted or not.
///
/// # Errors
/// When the engine fails.
pub async fn hiding(scope: &mut TenantScope<'_>, groups: &[Uuid]) -> Result<BTreeSet<Uuid>, Error> {
    store::with_value(scope, VISIBILITY, &folded(HIDDEN), groups).await
}

/// May the actor see who is in a group?
///
/// # Errors
/// When the engine fails.
pub async fn sees_members(
    scope: &mut TenantScope<'_>,
    actor: &Actor,
    group: ObjectId,
) -> Result<bool, Error> {
    if actor.may(Permission::ManageGroups) || hiding(scope, &[group.0]).await?.is_empty() {
        return Ok(true);
    }
    let Some(user) = actor.owner(Permission::ReadDirectory) else { return Ok(false) };
    Ok(links::is_linked(scope, group, Relation::Owner, user.0).await?
        || links::contains(scope, group, Relation::Member, user.0).await?)
}

/// Narrows a list of groups that something is in to those of which the actor may know that.
pub fn narrow_to_seen(condition: &mut Condition, actor: &Actor) {
    if actor.may(Permission::ManageGroups) {
        return;
    }
    narrow(condition, actor, VISIBILITY);
}

/// The same of administrative units, which whoever grants roles manages.
pub fn narrow_to_seen_units(condition: &mut Condition, actor: &Actor) {
    if !actor.may(Permission::ManageRoles) {
        narrow(condition, actor, OF_UNITS);
    }
}

fn narrow(condition: &mut Condition, actor: &Actor, property: &'static str) {
    let (property, value) = (condition.bind(property), condition.bind(folded(HIDDEN)));
    let viewer = condition.bind(actor.user_id().map_or(Uuid::nil(), |user| user.0));
    condition.and(&format!(
        "(id NOT IN (SELECT object_id FROM directory_index WHERE tenant_id = $1 AND property = {property} \
         AND value = {value}) OR id IN (SELECT source_id FROM directory_link WHERE tenant_id = $1 \
         AND target_id = {viewer} AND relation IN ('member', 'owner', 'unitMember')))"
    ));
}
