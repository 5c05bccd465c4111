//! Security defaults (facts §5.9): one switch, on from the beginning. While it is on, everybody must have a second factor within
//! fourteen days of the first sign-in without one. Administrators must have one at once, whatever the switch says.

use model::audit::{Activity, Change, TargetKind};
use model::roles::Permission;

use super::store;
use crate::access::Actor;
use crate::db::TenantScope;
use crate::error::Error;
use crate::features::audit::{self, Event};
use crate::moment::Moment;

/// Its name in the log, as the API has it.
pub const NAME: &str = "Security Defaults";

/// Whether the switch is on.
///
/// # Errors
/// Not allowed, or the engine fails.
pub async fn security_defaults(scope: &mut TenantScope<'_>, actor: &Actor) -> Result<bool, Error> {
    actor.require(Permission::ReadDirectory)?;
    store::security_defaults(scope).await
}

/// Turns it on or off.
///
/// # Errors
/// Not allowed, or the engine fails.
pub async fn set_security_defaults(
    scope: &mut TenantScope<'_>,
    actor: &Actor,
    on: bool,
    moment: &Moment,
) -> Result<(), Error> {
    actor.require(Permission::ManageOrganization)?;
    let before = store::security_defaults(scope).await?;
    let Some(change) = Change::between("isEnabled", &before.to_string(), &on.to_string()) else {
        return Ok(());
    };
    store::set_security_defaults(scope, on).await?;
    if on {
        // Whoever was asked long ago is asked anew: the days begin when the switch does.
        store::forget_second_factor_due(scope).await?;
    }
    let event = Event::new(Activity::PolicyUpdated, TargetKind::Policy, scope.tenant(), NAME);
    audit::record(scope, actor, event.changes([change]), moment).await
}
