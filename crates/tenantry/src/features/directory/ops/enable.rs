//! Disabling and enabling a person.

use model::audit::{Activity, TargetKind};
use model::ids::UserId;
use model::objects::ChangeKind;
use model::roles::Permission;

use super::directory_user::noted;
use super::guard::{not_self, target};
use crate::access::{Actor, session};
use crate::db::TenantScope;
use crate::error::Error;
use crate::features::audit::{self, Event};
use crate::features::directory::store;
use crate::features::roles;
use crate::moment::Moment;

/// Disables a person and ends all their sessions. Somebody who is disabled already stays so.
///
/// # Errors
/// Not allowed, not there, the own account, or the last Global administrator.
pub async fn disable(
    scope: &mut TenantScope<'_>,
    actor: &Actor,
    user: UserId,
    moment: &Moment,
) -> Result<(), Error> {
    let found = target(scope, actor, Permission::ManageUsers, user, false).await?;
    not_self(actor, user)?;
    roles::keeps_global_administrator(scope, user).await?;
    if !found.account_enabled {
        return Ok(());
    }
    store::set_enabled(scope, user, false).await?;
    noted(scope, user, ChangeKind::Updated, moment).await?;
    session::revoke_all(scope, user, None, moment).await?;
    let event = Event::new(Activity::UserDisabled, TargetKind::User, user, found.sign_in_name());
    audit::record(scope, actor, event, moment).await
}

/// Enables a person again.
///
/// # Errors
/// Not allowed, or not there.
pub async fn enable(
    scope: &mut TenantScope<'_>,
    actor: &Actor,
    user: UserId,
    moment: &Moment,
) -> Result<(), Error> {
    let found = target(scope, actor, Permission::ManageUsers, user, false).await?;
    if found.account_enabled {
        return Ok(());
    }
    store::set_enabled(scope, user, true).await?;
    noted(scope, user, ChangeKind::Updated, moment).await?;
    let event = Event::new(Activity::UserEnabled, TargetKind::User, user, found.sign_in_name());
    audit::record(scope, actor, event, moment).await
}
