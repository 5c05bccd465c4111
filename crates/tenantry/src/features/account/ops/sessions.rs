//! The own sessions.

use model::audit::{Activity, TargetKind};
use model::ids::SessionId;
use model::refusal::{Code, Refusal};

use super::own_id;
use crate::access::session::{self, SignedIn};
use crate::db::TenantScope;
use crate::error::Error;
use crate::features::account::store;
use crate::features::audit::{self, Event};
use crate::moment::Moment;

/// The longest name of a session, in characters.
const LONGEST_NAME: usize = 60;

/// Ends one of the own sessions.
///
/// # Errors
/// [`Code::NotFound`] where it isn't the person's or has ended.
pub async fn end_one(
    scope: &mut TenantScope<'_>,
    who: &SignedIn,
    ended: SessionId,
    moment: &Moment,
) -> Result<(), Error> {
    if !session::revoke(scope, own_id(who)?, ended, moment).await? {
        return Err(Error::not_found());
    }
    let event = Event::new(Activity::SessionRevoked, TargetKind::Session, ended, &who.user_name);
    audit::record(scope, &who.actor, event, moment).await
}

/// Ends all own sessions but the one that asks.
///
/// # Errors
/// When the engine fails.
pub async fn end_others(scope: &mut TenantScope<'_>, who: &SignedIn, moment: &Moment) -> Result<(), Error> {
    let user = own_id(who)?;
    if session::revoke_all(scope, user, Some(who.session), moment).await? > 0 {
        let event = Event::new(Activity::SessionsRevoked, TargetKind::User, user, &who.user_name);
        audit::record(scope, &who.actor, event, moment).await?;
    }
    Ok(())
}

/// Ends all own sessions, also the one that asks, with all that applications and programs were granted.
///
/// # Errors
/// When the engine fails.
pub async fn end_all(scope: &mut TenantScope<'_>, who: &SignedIn, moment: &Moment) -> Result<(), Error> {
    let user = own_id(who)?;
    let event = Event::new(Activity::SessionsRevoked, TargetKind::User, user, &who.user_name);
    audit::record(scope, &who.actor, event, moment).await?;
    session::revoke_all(scope, user, None, moment).await?;
    Ok(())
}

/// Names one of the own sessions; an empty name takes the name away.
///
/// # Errors
/// [`Code::FieldTooLong`], [`Code::InputInvalid`], [`Code::NotFound`].
pub async fn rename(
    scope: &mut TenantScope<'_>,
    who: &SignedIn,
    session: SessionId,
    typed: &str,
) -> Result<(), Error> {
    let name = typed.trim();
    if name.chars().count() > LONGEST_NAME {
        let refusal = Refusal::new(Code::FieldTooLong).with("max", LONGEST_NAME.to_string());
        return Err(refusal.on("session_name").into());
    }
    if name.chars().any(char::is_control) {
        return Err(Refusal::new(Code::InputInvalid).on("session_name").into());
    }
    let name = Some(name).filter(|name| !name.is_empty());
    if store::rename_session(scope, own_id(who)?, session, name).await? {
        Ok(())
    } else {
        Err(Error::not_found())
    }
}
