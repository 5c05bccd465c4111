//! What every change to a person asks first.

use model::directory::may_manage;
use model::ids::UserId;
use model::refusal::Code;
use model::roles::{Permission, Role};

use super::lookup::Person;
use crate::access::{Actor, session};
use crate::db::TenantScope;
use crate::error::Error;
use crate::features::directory::store;

/// A person to change, with the roles they hold.
pub(super) struct Target {
    pub person: Person,
    pub roles: Vec<Role>,
}

/// Finds somebody whom the actor may manage, deleted or not as asked.
pub(super) async fn target(
    scope: &mut TenantScope<'_>,
    actor: &Actor,
    permission: Permission,
    user: UserId,
    deleted: bool,
) -> Result<Target, Error> {
    actor.require(permission)?;
    let person = store::person(scope, user).await?;
    let person =
        person.filter(|person| person.deleted_at.is_some() == deleted).ok_or_else(Error::not_found)?;
    let roles = session::roles_of(scope, user).await?;
    if !may_manage(actor.roles(), &roles) {
        actor.require(Permission::ManageAdministrators)?;
    }
    Ok(Target { person, roles })
}

/// Nobody locks themselves out, or goes round the checks of My account.
pub(super) fn not_self(actor: &Actor, user: UserId) -> Result<(), Error> {
    if actor.user_id() == Some(user) { Err(Code::OwnAccount.into()) } else { Ok(()) }
}

/// Refuses to take away the last Global administrator who can sign in. Writing transactions are serial in effect on
/// both engines, so of two who remove each other's role at once only one succeeds.
pub(super) async fn keeps_global_administrator(
    scope: &mut TenantScope<'_>,
    target: &Target,
) -> Result<(), Error> {
    let counts = target.roles.contains(&Role::GlobalAdministrator) && target.person.account_enabled;
    if counts && store::other_global_administrators(scope, target.person.id).await? == 0 {
        return Err(Code::LastGlobalAdministrator.into());
    }
    Ok(())
}
