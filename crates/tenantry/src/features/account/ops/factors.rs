//! The own second factors.

use model::authentication::Method;

use super::{first_way, own_id, tell};
use crate::access::session::{self, SignedIn};
use crate::app::App;
use crate::db::TenantScope;
use crate::error::Error;
use crate::features::credentials::{self, Factors};
use crate::moment::Moment;
use crate::secrets::Secret;

/// Puts the waiting authenticator app in force.
///
/// # Errors
/// As [`credentials::confirm_authenticator`].
pub async fn confirm_app(
    app: &App,
    scope: &mut TenantScope<'_>,
    (who, language): (&SignedIn, &str),
    code: &str,
    moment: &Moment,
) -> Result<(), Error> {
    credentials::confirm_authenticator(app, scope, &who.actor, own_id(who)?, code, moment).await?;
    tell(app, scope, (who, language), ("mail-app-added", &[]), moment).await?;
    counts_here(scope, who, Method::Code, moment).await
}

/// Replaces the recovery codes; they are shown once.
///
/// # Errors
/// When the engine fails.
pub async fn make_codes(
    app: &App,
    scope: &mut TenantScope<'_>,
    (who, language): (&SignedIn, &str),
    moment: &Moment,
) -> Result<Vec<Secret>, Error> {
    let codes = credentials::make_recovery_codes(app, scope, &who.actor, own_id(who)?, moment).await?;
    tell(app, scope, (who, language), ("mail-codes-made", &[]), moment).await?;
    counts_here(scope, who, Method::Code, moment).await?;
    Ok(codes)
}

/// Takes the authenticator app away.
///
/// # Errors
/// As [`credentials::require_left`].
pub async fn remove_app(
    app: &App,
    scope: &mut TenantScope<'_>,
    (who, language): (&SignedIn, &str),
    moment: &Moment,
) -> Result<(), Error> {
    let user = own_id(who)?;
    let administrator = who.actor.rights().are_administrative();
    let left = Factors { authenticator: false, ..credentials::second_factors(scope, user).await? };
    credentials::require_left(first_way(scope, who).await?, left, administrator)?;
    if credentials::remove_authenticator(scope, &who.actor, user, moment).await? {
        tell(app, scope, (who, language), ("mail-app-removed", &[]), moment).await?;
    }
    Ok(())
}

// Whoever sets up their first factor here has it at hand. With an earlier one, it had to be shown at sign-in.
pub(super) async fn counts_here(
    scope: &mut TenantScope<'_>,
    who: &SignedIn,
    method: Method,
    moment: &Moment,
) -> Result<(), Error> {
    if who.has_second_factor {
        Ok(())
    } else {
        session::second_factor_shown(scope, who, method, moment).await
    }
}
