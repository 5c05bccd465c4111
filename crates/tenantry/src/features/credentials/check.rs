//! Which second factors a person has, and whether one was shown.

use jiff::Timestamp;
use model::authentication::{FirstWay, Method, Missing, WaysIn};
use model::ids::UserId;
use model::refusal::Code;

use super::passkeys::{self, Answer};
use super::{authenticator, recovery, store};
use crate::app::App;
use crate::db::TenantScope;
use crate::error::Error;
use crate::moment::Moment;

/// The second factors that a person has.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Factors {
    pub authenticator: bool,
    /// Recovery codes that weren't used yet.
    pub recovery_codes: i64,
    pub passkeys: i64,
}

impl Factors {
    #[must_use]
    pub fn any(self) -> bool {
        self.authenticator || self.recovery_codes > 0 || self.passkeys > 0
    }
}

/// # Errors
/// When the engine fails.
pub async fn second_factors(scope: &mut TenantScope<'_>, user: UserId) -> Result<Factors, Error> {
    Ok(store::factors(scope, user).await?)
}

/// Refuses to take a way in away that somebody can't do without. `left` is what they would have then, beside `first`.
///
/// # Errors
/// [`Code::SecondFactorNeeded`], [`Code::WayInNeeded`].
pub fn require_left(first: FirstWay, left: Factors, administrator: bool) -> Result<(), Error> {
    let ways = WaysIn {
        first,
        authenticator: left.authenticator,
        recovery_codes: left.recovery_codes,
        passkeys: left.passkeys,
    };
    match ways.missing(administrator) {
        None => Ok(()),
        Some(Missing::WayIn) => Err(Code::WayInNeeded.into()),
        Some(Missing::SecondFactor) => Err(Code::SecondFactorNeeded.into()),
    }
}

/// What a person typed as the second factor.
#[derive(Clone, Copy)]
pub enum SecondFactor<'a> {
    Authenticator(&'a str),
    RecoveryCode(&'a str),
    Passkey(&'a Answer),
}

/// The factor that was accepted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UsedFactor {
    Authenticator,
    RecoveryCode,
    /// Which kind it is.
    Passkey(Method),
}

impl UsedFactor {
    #[must_use]
    pub fn method(self) -> Method {
        match self {
            Self::Authenticator | Self::RecoveryCode => Method::Code,
            Self::Passkey(method) => method,
        }
    }
}

/// Checks a second factor and consumes it: neither a code of the app nor a recovery code counts twice.
/// Ask [`super::is_locked`] before it and judge the answer with [`super::judge`], all in the same transaction.
///
/// # Errors
/// When the engine fails.
pub async fn verify_second_factor(
    app: &App,
    scope: &mut TenantScope<'_>,
    user: UserId,
    factor: SecondFactor<'_>,
    moment: &Moment,
) -> Result<Option<UsedFactor>, Error> {
    Ok(match factor {
        SecondFactor::Authenticator(code) => {
            let right = authenticator::consume(app, scope, user, code, moment.now).await?;
            right.then_some(UsedFactor::Authenticator)
        }
        SecondFactor::RecoveryCode(code) => {
            let right = recovery::consume(app, scope, user, code, moment.now).await?;
            right.then_some(UsedFactor::RecoveryCode)
        }
        SecondFactor::Passkey(answer) => {
            passkeys::consume(app, scope, user, answer, moment).await?.map(UsedFactor::Passkey)
        }
    })
}

/// Seconds since the epoch, as authenticator apps count.
pub(super) fn seconds(now: Timestamp) -> u64 {
    u64::try_from(now.as_second()).unwrap_or_default()
}
