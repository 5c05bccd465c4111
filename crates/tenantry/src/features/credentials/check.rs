//! Which second factors a person has, and whether one was shown.

use jiff::Timestamp;
use model::ids::UserId;

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
}

impl Factors {
    #[must_use]
    pub fn any(self) -> bool {
        self.authenticator || self.recovery_codes > 0
    }
}

/// # Errors
/// When the engine fails.
pub async fn second_factors(scope: &mut TenantScope<'_>, user: UserId) -> Result<Factors, Error> {
    let authenticator = store::authenticator(scope, user).await?.is_some_and(|found| found.secret.is_some());
    Ok(Factors { authenticator, recovery_codes: store::recovery_codes_left(scope, user).await? })
}

/// What a person typed as the second factor.
#[derive(Clone, Copy)]
pub enum SecondFactor<'a> {
    Authenticator(&'a str),
    RecoveryCode(&'a str),
}

/// The factor that was accepted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UsedFactor {
    Authenticator,
    RecoveryCode,
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
    let accepted = match factor {
        SecondFactor::Authenticator(code) => {
            authenticator::consume(app, scope, user, code, moment.now).await?
        }
        SecondFactor::RecoveryCode(code) => recovery::consume(app, scope, user, code, moment.now).await?,
    };
    Ok(accepted.then_some(match factor {
        SecondFactor::Authenticator(_) => UsedFactor::Authenticator,
        SecondFactor::RecoveryCode(_) => UsedFactor::RecoveryCode,
    }))
}

/// Seconds since the epoch, as authenticator apps count.
pub(super) fn seconds(now: Timestamp) -> u64 {
    u64::try_from(now.as_second()).unwrap_or_default()
}
