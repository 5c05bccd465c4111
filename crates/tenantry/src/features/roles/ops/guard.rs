//! What every grant asks first: may the actor give that much, and does a Global administrator remain?

use model::directory::may_manage;
use model::ids::UserId;
use model::refusal::Code;
use model::roles::{Permission, Permissions};
use uuid::Uuid;

use crate::access::Actor;
use crate::db::TenantScope;
use crate::error::Error;
use crate::features::roles::store;

/// Refuses to act on a person who may do more than the actor: who resets their password could sign in as them.
///
/// # Errors
/// Not allowed, or [`Code::RightsBeyondOwn`].
pub fn require_to_manage(actor: &Actor, theirs: Permissions, name: &str) -> Result<(), Error> {
    if may_manage(actor.rights(), theirs) {
        return Ok(());
    }
    actor.require(Permission::ManageAdministrators)?;
    actor.require_to_cover(theirs, name)
}

/// Refuses to put somebody where they get more than the actor may: into a group that holds roles, to the secrets of an
/// application that does.
///
/// # Errors
/// [`Code::RightsBeyondOwn`].
pub async fn require_to_give(
    scope: &mut TenantScope<'_>,
    actor: &Actor,
    object: Uuid,
    name: &str,
) -> Result<(), Error> {
    let given = store::possible_rights_of_object(scope, object).await?;
    actor.require_to_cover(given, name)
}

/// Refuses to take away the last person who is Global administrator themselves and can sign in: what a group gives can
/// go with the group. Writing transactions are serial in effect on both engines, so of two who remove each other at once
/// only one succeeds.
///
/// # Errors
/// [`Code::LastGlobalAdministrator`].
pub async fn keeps_global_administrator(scope: &mut TenantScope<'_>, user: UserId) -> Result<(), Error> {
    let counts = store::is_global_administrator(scope, user.0).await?;
    if counts && store::other_global_administrators(scope, user.0).await? == 0 {
        return Err(Code::LastGlobalAdministrator.into());
    }
    Ok(())
}

/// People who are Global administrators themselves and can sign in.
///
/// # Errors
/// When the engine fails.
pub async fn global_administrators(scope: &mut TenantScope<'_>) -> Result<i64, Error> {
    store::other_global_administrators(scope, Uuid::nil()).await
}
