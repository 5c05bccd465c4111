//! The own second factors.

use model::refusal::Code;

use super::own_id;
use crate::access::session::{self, SignedIn};
use crate::app::App;
use crate::db::TenantScope;
use crate::error::Error;
use crate::features::credentials;
use crate::moment::Moment;
use crate::secrets::Secret;

/// Puts the waiting authenticator app in force.
///
/// # Errors
/// As [`credentials::confirm_authenticator`].
pub async fn confirm_app(
    app: &App,
    scope: &mut TenantScope<'_>,
    who: &SignedIn,
    code: &str,
    moment: &Moment,
) -> Result<(), Error> {
    credentials::confirm_authenticator(app, scope, &who.actor, own_id(who)?, code, moment).await?;
    counts_here(scope, who, moment).await
}

/// Replaces the recovery codes; they are shown once.
///
/// # Errors
/// When the engine fails.
pub async fn make_codes(
    app: &App,
    scope: &mut TenantScope<'_>,
    who: &SignedIn,
    moment: &Moment,
) -> Result<Vec<Secret>, Error> {
    let codes = credentials::make_recovery_codes(app, scope, &who.actor, own_id(who)?, moment).await?;
    counts_here(scope, who, moment).await?;
    Ok(codes)
}

/// Takes the authenticator app away.
///
/// # Errors
/// [`Code::SecondFactorNeeded`] where it is the last second factor of an administrator.
pub async fn remove_app(scope: &mut TenantScope<'_>, who: &SignedIn, moment: &Moment) -> Result<(), Error> {
    let user = own_id(who)?;
    let administrator = who.actor.rights().are_administrative();
    if administrator && credentials::second_factors(scope, user).await?.recovery_codes == 0 {
        return Err(Code::SecondFactorNeeded.into());
    }
    credentials::remove_authenticator(scope, &who.actor, user, moment).await
}

// Whoever sets up their first factor here has it at hand. With an earlier one, it had to be shown at sign-in.
async fn counts_here(scope: &mut TenantScope<'_>, who: &SignedIn, moment: &Moment) -> Result<(), Error> {
    if who.has_second_factor {
        Ok(())
    } else {
        session::second_factor_shown(scope, who.session, moment).await
    }
}
