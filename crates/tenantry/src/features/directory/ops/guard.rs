//! What every change to a person asks first.

use model::ids::UserId;
use model::refusal::Code;
use model::roles::Permission;

use super::lookup::Person;
use crate::access::{Actor, rights};
use crate::db::TenantScope;
use crate::error::Error;
use crate::features::directory::store;
use crate::features::roles;

/// Finds somebody whom the actor may manage, deleted or not as asked.
pub(super) async fn target(
    scope: &mut TenantScope<'_>,
    actor: &Actor,
    permission: Permission,
    user: UserId,
    deleted: bool,
) -> Result<Person, Error> {
    actor.require(permission)?;
    let person = store::person(scope, user).await?;
    let person =
        person.filter(|person| person.deleted_at.is_some() == deleted).ok_or_else(Error::not_found)?;
    let theirs = rights::possible_rights_of(scope, user).await?;
    roles::require_to_manage(actor, theirs, &person.display_name)?;
    Ok(person)
}

/// Nobody locks themselves out, or goes round the checks of My account.
pub(super) fn not_self(actor: &Actor, user: UserId) -> Result<(), Error> {
    if actor.user_id() == Some(user) { Err(Code::OwnAccount.into()) } else { Ok(()) }
}
