//! A new password, set by an administrator.

use model::audit::{Activity, TargetKind};
use model::ids::UserId;
use model::roles::Permission;

use super::guard::{not_self, target};
use super::lookup::{Person, require_password_here, signs_in_elsewhere};
use crate::access::{Actor, session};
use crate::app::App;
use crate::db::TenantScope;
use crate::error::Error;
use crate::features::audit::{self, Event};
use crate::features::credentials;
use crate::moment::Moment;
use crate::secrets::Secret;

/// Makes a temporary password and its hash, before the transaction that stores the hash.
///
/// # Errors
/// When too many passwords are being hashed.
pub async fn temporary_password(app: &App, moment: &Moment) -> Result<(Secret, String), Error> {
    let password = Secret::new(model::directory::temporary_password(moment.bytes()));
    let hash = app.passwords.hash(&password, moment).await?;
    Ok((password, hash))
}

/// A temporary password for somebody new at this domain name; none where its people sign in with an identity provider of
/// their own, since no password opens their accounts.
///
/// # Errors
/// As [`temporary_password`], or the engine fails.
pub async fn first_password(
    app: &App,
    actor: &Actor,
    domain: &str,
    moment: &Moment,
) -> Result<Option<(Secret, String)>, Error> {
    let mut scope = app.db.read().await?;
    let elsewhere = signs_in_elsewhere(&mut scope.tenant(actor.grant()).await?, domain).await?;
    drop(scope);
    if elsewhere {
        return Ok(None);
    }
    temporary_password(app, moment).await.map(Some)
}

/// Somebody whose password the actor may reset.
///
/// # Errors
/// Not allowed, or not there.
pub async fn resettable(scope: &mut TenantScope<'_>, actor: &Actor, user: UserId) -> Result<Person, Error> {
    target(scope, actor, Permission::ResetPasswords, user, false).await
}

/// Sets a temporary password, which must be changed at the next sign-in, ends all sessions of the person, and
/// lifts a lockout.
///
/// # Errors
/// Not allowed, not there, or the own account.
pub async fn reset_password(
    scope: &mut TenantScope<'_>,
    actor: &Actor,
    user: UserId,
    hash: &str,
    moment: &Moment,
) -> Result<(), Error> {
    set(scope, actor, user, hash, true, moment).await
}

/// The same with a password that may stay.
///
/// # Errors
/// As [`reset_password`].
pub async fn set(
    scope: &mut TenantScope<'_>,
    actor: &Actor,
    user: UserId,
    hash: &str,
    must_change: bool,
    moment: &Moment,
) -> Result<(), Error> {
    let found = resettable(scope, actor, user).await?;
    not_self(actor, user)?;
    require_password_here(scope, &found.domain_name).await?;
    credentials::set_password(scope, user, hash, must_change, moment).await?;
    credentials::forgive(scope, user).await?;
    session::revoke_all(scope, user, None, moment).await?;
    let name = found.sign_in_name();
    let event = Event::new(Activity::PasswordResetByAdministrator, TargetKind::User, user, name);
    audit::record(scope, actor, event, moment).await
}
