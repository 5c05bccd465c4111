//! The lockout of `model::lockout`, kept in the database and judged in the transaction of each attempt.
//!
//! The count is read and written in one serialisable transaction after the hash, never before it: tries that race each
//! other are counted one by one, and those after the one that locks are refused whatever they showed. A name that nobody
//! has is counted by the same statements, under the [`Subject`](super::Subject) that stands for it.

use model::ids::UserId;
use model::lockout::Fingerprint;

use super::store;
use crate::db::TenantScope;
use crate::error::Error;
use crate::moment::Moment;

/// Where an attempt comes from: a browser in which this person signed in before, or any other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    Familiar,
    Unfamiliar,
}

impl Place {
    fn is_familiar(self) -> bool {
        self == Self::Familiar
    }
}

/// What became of an attempt. Those outside see one failure in both refusals.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Judged {
    Admitted,
    Failed,
    /// Refused without regard to whether it was right.
    Locked,
}

/// Whether every attempt from such a place is refused now. What can be used up is looked at only after this.
///
/// # Errors
/// When the engine fails.
pub async fn is_locked(
    scope: &mut TenantScope<'_>,
    user: UserId,
    place: Place,
    moment: &Moment,
) -> Result<bool, Error> {
    Ok(store::lockout(scope, user, place.is_familiar()).await?.is_locked(moment.now))
}

/// Judges an attempt whose secret was found right or wrong, and remembers a failure. `fingerprint` for passwords alone.
/// A right one forgets nothing: whoever has the password would get endless tries at the second factor. The end of a
/// whole sign-in does, by [`forget_failures`].
///
/// # Errors
/// When the engine fails.
pub async fn judge(
    scope: &mut TenantScope<'_>,
    user: UserId,
    place: Place,
    right: bool,
    fingerprint: Option<Fingerprint>,
    moment: &Moment,
) -> Result<Judged, Error> {
    let state = store::lockout(scope, user, place.is_familiar()).await?;
    if state.is_locked(moment.now) {
        // Written back unchanged: an attempt while locked costs what any other failure costs.
        store::put_lockout(scope, user, place.is_familiar(), &state).await?;
        return Ok(Judged::Locked);
    }
    if right {
        return Ok(Judged::Admitted);
    }
    store::put_lockout(scope, user, place.is_familiar(), &state.fail(fingerprint, moment.now)).await?;
    Ok(Judged::Failed)
}

/// Forgets the failures from one kind of place, since a sign-in from there was completed.
///
/// # Errors
/// When the engine fails.
pub async fn forget_failures(scope: &mut TenantScope<'_>, user: UserId, place: Place) -> Result<(), Error> {
    Ok(store::forget_lockout(scope, user, place.is_familiar()).await?)
}

/// Forgets the failures from everywhere, since the person proved by mail who they are.
///
/// # Errors
/// When the engine fails.
pub async fn forgive(scope: &mut TenantScope<'_>, user: UserId) -> Result<(), Error> {
    for familiar in [true, false] {
        store::forget_lockout(scope, user, familiar).await?;
    }
    Ok(())
}

/// Costs what judging a failure costs and counts nothing: an attempt that couldn't have been right, whatever was typed.
///
/// # Errors
/// When the engine fails.
pub async fn judge_nothing(scope: &mut TenantScope<'_>, user: UserId, place: Place) -> Result<(), Error> {
    let state = store::lockout(scope, user, place.is_familiar()).await?;
    Ok(store::put_lockout(scope, user, place.is_familiar(), &state).await?)
}

/// Forgets all about a person who is removed for good.
///
/// # Errors
/// When the engine fails.
pub async fn forget_person(scope: &mut TenantScope<'_>, user: UserId) -> Result<(), Error> {
    Ok(store::forget_person(scope, user).await?)
}
