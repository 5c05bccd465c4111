//! Second factors, taken away by an administrator from whoever lost theirs.

use model::audit::{Activity, Change, TargetKind};
use model::ids::UserId;
use model::roles::Permission;

use super::guard::{not_self, target};
use crate::access::{Actor, session};
use crate::app::App;
use crate::db::TenantScope;
use crate::error::Error;
use crate::features::audit::{self, Event};
use crate::features::credentials::{self, Factors};
use crate::mail::{self, Message};
use crate::moment::Moment;
use crate::web::locale::FALLBACK;

/// The second factors of somebody whose factors the actor may take away, and a mark that another factor changes.
///
/// # Errors
/// Not allowed, or not there.
pub async fn second_factors(
    scope: &mut TenantScope<'_>,
    actor: &Actor,
    user: UserId,
) -> Result<(Factors, String), Error> {
    target(scope, actor, Permission::ResetPasswords, user, false).await?;
    let factors = credentials::second_factors(scope, user).await?;
    Ok((factors, credentials::second_factors_mark(scope, user).await?))
}

/// Takes all second factors of a person away, ends what they are signed in to, and writes to them. Tells what there was.
/// At the next sign-in they are asked for a new one as anybody is who has none.
///
/// # Errors
/// Not allowed, not there, or the own account.
pub async fn reset_second_factors(
    app: &App,
    scope: &mut TenantScope<'_>,
    actor: &Actor,
    user: UserId,
    moment: &Moment,
) -> Result<Factors, Error> {
    let person = target(scope, actor, Permission::ResetPasswords, user, false).await?;
    not_self(actor, user)?;
    let had = credentials::remove_second_factors(scope, user).await?;
    if !had.any() {
        return Ok(had);
    }
    session::revoke_all(scope, user, None, moment).await?;
    let counts = [
        ("authenticatorApps", i64::from(had.authenticator)),
        ("passkeys", had.passkeys),
        ("recoveryCodes", had.recovery_codes),
    ];
    let changes = counts.iter().filter_map(|(name, count)| Change::between(name, &count.to_string(), "0"));
    let event = Event::new(Activity::SecondFactorsReset, TargetKind::User, user, person.sign_in_name());
    audit::record(scope, actor, event.changes(changes), moment).await?;
    if let Some(contact) = &person.contact {
        let message = Message::new(&contact.address, FALLBACK, "mail-factors-reset")
            .with("name", person.sign_in_name())
            .action("mail-account-look", app.link("/account"));
        mail::send(scope.global(), message, moment).await?;
    }
    Ok(had)
}
