//! The own passkeys: added, removed, shown again.

use model::audit::SignInResult;
use model::refusal::{Code, Refusal};
use uuid::Uuid;

use super::factors::counts_here;
use super::password::refused;
use super::{first_way, own_id, tell};
use crate::access::session::{self, SignedIn};
use crate::app::App;
use crate::db::TenantScope;
use crate::error::Error;
use crate::features::audit;
use crate::features::credentials::passkeys::{self, Answer, Registration};
use crate::features::credentials::{self, Factors, Judged, Place, SecondFactor};
use crate::moment::Moment;

/// Adds a passkey and writes to the person.
///
/// # Errors
/// As [`passkeys::add`].
pub async fn add_passkey(
    app: &App,
    scope: &mut TenantScope<'_>,
    (who, language): (&SignedIn, &str),
    (registration, name): (&Registration, &str),
    moment: &Moment,
) -> Result<(), Error> {
    let user = own_id(who)?;
    let kind = passkeys::add(app, scope, (&who.actor, user), (registration, name), moment).await?;
    tell(app, scope, (who, language), ("mail-passkey-added", &[("passkey", name)]), moment).await?;
    counts_here(scope, who, kind, moment).await
}

/// Takes a passkey away and writes to the person.
///
/// # Errors
/// As [`credentials::require_left`]; not there.
pub async fn remove_passkey(
    app: &App,
    scope: &mut TenantScope<'_>,
    (who, language): (&SignedIn, &str),
    id: Uuid,
    moment: &Moment,
) -> Result<(), Error> {
    let user = own_id(who)?;
    let name = passkeys::remove(scope, (&who.actor, user), id, moment).await?;
    let left: Factors = credentials::second_factors(scope, user).await?;
    let administrator = who.actor.rights().are_administrative();
    credentials::require_left(first_way(scope, who).await?, left, administrator)?;
    tell(app, scope, (who, language), ("mail-passkey-removed", &[("passkey", &name)]), moment).await
}

/// Takes a passkey as proof that it is still the same person. The sign-in is fresh afterwards.
///
/// # Errors
/// When the engine fails. One that isn't right, or comes while locked, is `Some` refusal.
pub async fn confirm_with_passkey(
    app: &App,
    scope: &mut TenantScope<'_>,
    (who, place): (&SignedIn, Place),
    answer: &Answer,
    moment: &Moment,
) -> Result<Option<Refusal>, Error> {
    let user = own_id(who)?;
    let used = match credentials::is_locked(scope, user, place, moment).await? {
        true => None,
        false => {
            let shown = SecondFactor::Passkey(answer);
            credentials::verify_second_factor(app, scope, user, shown, moment).await?
        }
    };
    let judged = credentials::judge(scope, user, place, used.is_some(), None, moment).await?;
    let Some(used) = used.filter(|_| judged == Judged::Admitted) else {
        let refused = refused(app, who, (user, SignInResult::WrongPasskey), place, moment);
        audit::record_sign_in(scope, &refused).await?;
        return Ok(Some(Refusal::new(Code::PasskeyFailed)));
    };
    session::proven_again(scope, who.session, moment).await?;
    session::second_factor_shown(scope, who, used.method(), moment).await?;
    Ok(None)
}
