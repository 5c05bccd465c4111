//! Ending a person's sessions.

use model::audit::{Activity, TargetKind};
use model::ids::UserId;
use model::roles::Permission;

use super::guard::target;
use crate::access::{Actor, session};
use crate::db::TenantScope;
use crate::error::Error;
use crate::features::audit::{self, Event};
use crate::moment::Moment;

/// Ends all sessions of a person.
///
/// # Errors
/// Not allowed, or not there.
pub async fn revoke_sessions(
    scope: &mut TenantScope<'_>,
    actor: &Actor,
    user: UserId,
    moment: &Moment,
) -> Result<(), Error> {
    let found = target(scope, actor, Permission::ManageUsers, user, false).await?;
    if session::revoke_all(scope, user, None, moment).await? > 0 {
        let name = found.sign_in_name();
        let event = Event::new(Activity::SessionsRevoked, TargetKind::User, user, name);
        audit::record(scope, actor, event, moment).await?;
    }
    Ok(())
}
