//! The rule of a group, handed on to those who ask it.

use model::groups::PAUSED;

use crate::app::App;
use crate::db::TenantScope;
use crate::error::Error;
use crate::features::groups::Group;
use crate::features::membership;
use crate::moment::Moment;

/// Has the group's rule followed as it is now; refuses one rule too many.
pub(super) async fn follow_rule(
    app: &App,
    scope: &mut TenantScope<'_>,
    group: &Group,
    moment: &Moment,
) -> Result<(), Error> {
    let properties = &group.properties;
    let paused = properties.text("membershipRuleProcessingState") == Some(PAUSED);
    let rule = properties.text("membershipRule").filter(|_| properties.is_dynamic());
    membership::rule_changed(app, scope, group.id, rule.map(|rule| (rule, paused)), moment).await
}
