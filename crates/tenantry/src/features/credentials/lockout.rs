//! The lockout of `model::lockout`, kept in the database and judged in the transaction of each attempt.

use model::ids::UserId;
use model::lockout::Fingerprint;

use super::store;
use crate::app::App;
use crate::db::{Scope, TenantScope};
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

const SLOTS: u64 = 4096;

/// The durable write of a failed attempt for a name that nobody has.
///
/// # Errors
/// When the engine fails.
pub async fn waste_an_attempt(
    app: &App,
    scope: &mut Scope,
    name: &str,
    moment: &Moment,
) -> Result<(), Error> {
    let hash = app.keys.hash("unknown name", &[], name);
    let number = hash.iter().take(8).fold(0_u64, |number, byte| number << 8 | u64::from(*byte));
    store::count_unknown(scope, i64::try_from(number % SLOTS).unwrap_or_default(), moment.now).await?;
    Ok(())
}
