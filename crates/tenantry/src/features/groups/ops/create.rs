//! Creating a group.

use model::audit::{Activity, Change, TargetKind};
use model::groups::{GroupProperties, MOST_BOUND, check_name};
use model::objects::Relation;
use model::refusal::{Code, Refusal};
use uuid::Uuid;

use super::guard::needed;
use super::links::put;
use super::rule::follow_rule;
use super::unique::{require_free, require_room};
use crate::access::Actor;
use crate::app::App;
use crate::db::TenantScope;
use crate::error::Error;
use crate::features::audit::{self, Event};
use crate::features::directory::verified_domains;
use crate::features::groups::Group;
use crate::features::objects;
use crate::moment::Moment;

/// A group to create. Texts were checked by `model::groups`.
#[derive(Clone, Debug, Default)]
pub struct NewGroup {
    pub display_name: String,
    pub properties: GroupProperties,
    pub owners: Vec<Uuid>,
    pub members: Vec<Uuid>,
}

/// The address of a group for mail, at the tenant's primary domain.
pub(super) async fn address(
    scope: &mut TenantScope<'_>,
    properties: &GroupProperties,
) -> Result<Option<String>, Error> {
    let Some(nickname) = properties.text("mailNickname").filter(|_| properties.is_unified()) else {
        return Ok(None);
    };
    let domains = verified_domains(scope).await?;
    Ok(domains.first().map(|domain| format!("{}@{domain}", nickname.to_lowercase())))
}

/// Creates a group with its first owners and members. Who makes a group for mail and names no owner owns it.
///
/// # Errors
/// Not allowed, properties that don't fit together, a name that is taken, one rule too many, or somebody who can't be in it.
pub async fn create(
    app: &App,
    scope: &mut TenantScope<'_>,
    actor: &Actor,
    new: &NewGroup,
    moment: &Moment,
) -> Result<Group, Error> {
    let mut properties = new.properties.clone();
    properties.complete();
    actor.require(needed(&properties))?;
    let mut faults = properties.faults(None);
    if new.owners.len() + new.members.len() > MOST_BOUND {
        faults.push(Refusal::new(Code::ReferencesTooMany).with("max", MOST_BOUND.to_string()));
    }
    let name = check_name(&new.display_name);
    faults.extend(name.clone().err());
    if !faults.is_empty() {
        return Err(Error::Refused(faults));
    }
    properties.mail = address(scope, &properties).await?;
    require_free(scope, &properties, None).await?;
    require_room(scope, &properties).await?;
    let is_unified = properties.is_unified();
    let group: Group = objects::create(scope, &name?, properties, moment).await?;
    let event = Event::new(Activity::GroupCreated, TargetKind::Group, group.id, &group.display_name)
        .changes([Change::set("displayName", &group.display_name)]);
    audit::record(scope, actor, event, moment).await?;
    follow_rule(app, scope, &group, moment).await?;
    let mut owners = new.owners.clone();
    owners.extend(actor.user_id().filter(|_| is_unified && new.owners.is_empty()).map(|user| user.0));
    for owner in owners {
        put(scope, actor, &group, Relation::Owner, owner, moment).await?;
    }
    for member in &new.members {
        put(scope, actor, &group, Relation::Member, *member, moment).await?;
    }
    Ok(group)
}
