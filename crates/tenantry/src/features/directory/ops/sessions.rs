//! Ending a person's sessions.

use jiff::Timestamp;
use model::audit::{Activity, TargetKind};
use model::ids::{SessionId, UserId};
use model::roles::Permission;

use super::guard::target;
use crate::access::{Actor, session};
use crate::db::TenantScope;
use crate::error::Error;
use crate::features::audit::{self, Event};
use crate::features::directory::store;
use crate::moment::Moment;

/// One browser in which a person is signed in.
#[derive(Clone, Debug)]
pub struct OpenSession {
    pub id: SessionId,
    pub created_at: Timestamp,
    pub last_seen_at: Timestamp,
    pub expires_at: Timestamp,
    pub ip: String,
    pub user_agent: String,
    pub name: Option<String>,
}

/// Sessions that one page shows.
const SHOWN: usize = 50;

/// The sessions of a person that are alive, the newest first.
///
/// # Errors
/// Not allowed, or the engine fails.
pub async fn open_sessions(
    scope: &mut TenantScope<'_>,
    actor: &Actor,
    user: UserId,
    now: Timestamp,
) -> Result<Vec<OpenSession>, Error> {
    actor.require(Permission::ManageUsers)?;
    store::open_sessions(scope, user, now, SHOWN).await
}

/// Ends one session of a person, with what applications were granted in it.
///
/// # Errors
/// Not allowed, or not there.
pub async fn revoke_session(
    scope: &mut TenantScope<'_>,
    actor: &Actor,
    (user, ended): (UserId, SessionId),
    moment: &Moment,
) -> Result<(), Error> {
    let found = target(scope, actor, Permission::ManageUsers, user, false).await?;
    if !session::revoke(scope, user, ended, moment).await? {
        return Err(Error::not_found());
    }
    let event = Event::new(Activity::SessionRevoked, TargetKind::Session, ended, found.sign_in_name());
    audit::record(scope, actor, event, moment).await
}

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
