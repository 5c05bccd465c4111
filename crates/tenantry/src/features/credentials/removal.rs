//! All second factors of a person, taken away at once.

use model::ids::UserId;

use super::check::{Factors, second_factors};
use super::{passkeys, store};
use crate::db::TenantScope;
use crate::error::Error;

/// Takes every second factor of a person away, with what was being set up, and tells what there was. The caller audits it.
///
/// # Errors
/// When the engine fails.
pub async fn remove_second_factors(scope: &mut TenantScope<'_>, user: UserId) -> Result<Factors, Error> {
    let had = second_factors(scope, user).await?;
    store::forget_authenticator(scope, user).await?;
    store::delete_recovery_codes(scope, user).await?;
    passkeys::remove_all(scope, user).await?;
    Ok(had)
}

/// Which second factors a person has: another text as soon as one is set up anew.
///
/// # Errors
/// When the engine fails.
pub async fn second_factors_mark(scope: &mut TenantScope<'_>, user: UserId) -> Result<String, Error> {
    let added_at = store::authenticator_added_at(scope, user).await?;
    let code = store::newest_recovery_code(scope, user).await?;
    let passkeys: Vec<_> =
        passkeys::passkeys(scope, user).await?.into_iter().map(|passkey| passkey.id).collect();
    Ok(format!("{added_at:?} {code:?} {passkeys:?}"))
}
