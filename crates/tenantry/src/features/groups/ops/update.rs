//! Changing a group.

use model::audit::{Activity, Change, TargetKind};
use model::groups::{GroupProperties, TEXTS, check_name};
use model::roles::Permission;

use super::create::address;
use super::guard::target;
use super::rule::follow_rule;
use super::unique::require_free;
use crate::access::Actor;
use crate::app::App;
use crate::db::TenantScope;
use crate::error::Error;
use crate::features::audit::{self, Event};
use crate::features::groups::Group;
use crate::features::objects;
use crate::moment::Moment;
use model::ids::ObjectId;

/// Gives a group its new name and properties, all of them, and tells the log what changed. Without a change nothing is
/// written.
///
/// # Errors
/// Not allowed, not there, properties that don't fit together or are settled, a name that is taken, or one rule too many.
pub async fn update(
    app: &App,
    scope: &mut TenantScope<'_>,
    actor: &Actor,
    (group, display_name, properties): (ObjectId, &str, &GroupProperties),
    moment: &Moment,
) -> Result<Group, Error> {
    let mut found = target(scope, actor, group, false).await?;
    let mut properties = properties.clone();
    if !properties.is_dynamic() {
        properties.texts.remove("membershipRuleProcessingState");
    }
    properties.complete();
    let mut faults = properties.faults(Some(&found.properties));
    let name = check_name(display_name);
    faults.extend(name.clone().err());
    if !faults.is_empty() {
        return Err(Error::Refused(faults));
    }
    let name = name?;
    if properties.text("mailNickname") != found.properties.text("mailNickname") {
        properties.mail = address(scope, &properties).await?;
    }
    let changes = changes(&found, &name, &properties);
    if changes.is_empty() && properties == found.properties {
        return Ok(found);
    }
    require_free(scope, &properties, Some(group)).await?;
    let asks = |group: &GroupProperties| {
        (
            group.is_dynamic(),
            group.text("membershipRule").map(str::to_owned),
            group.text("membershipRuleProcessingState").map(str::to_owned),
        )
    };
    let rule_changes = asks(&found.properties) != asks(&properties);
    if rule_changes {
        // A rule asks about everybody, and an owner needn't be allowed to see them.
        actor.require(Permission::ManageGroups)?;
    }
    found.display_name = name;
    found.properties = properties;
    objects::save(scope, &mut found, moment).await?;
    let event = Event::new(Activity::GroupUpdated, TargetKind::Group, group, &found.display_name);
    audit::record(scope, actor, event.changes(changes), moment).await?;
    if rule_changes {
        follow_rule(app, scope, &found, moment).await?;
    }
    Ok(found)
}

fn changes(old: &Group, name: &str, new: &GroupProperties) -> Vec<Change> {
    let mut changes: Vec<Change> =
        Change::between("displayName", &old.display_name, name).into_iter().collect();
    let old = &old.properties;
    for text in TEXTS {
        let (old, new) = (old.text(text.name), new.text(text.name));
        changes.extend(Change::between(text.name, old.unwrap_or_default(), new.unwrap_or_default()));
    }
    let truth = |value: bool| if value { "true" } else { "false" };
    let (was, is) = (truth(old.security_enabled), truth(new.security_enabled));
    changes.extend(Change::between("securityEnabled", was, is));
    changes.extend(Change::between("mailEnabled", truth(old.mail_enabled), truth(new.mail_enabled)));
    changes.extend(Change::between("groupTypes", &old.group_types.join(", "), &new.group_types.join(", ")));
    changes
}
