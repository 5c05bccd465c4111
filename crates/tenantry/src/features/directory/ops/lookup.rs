//! What other features look up about a person.

use model::ids::UserId;

use super::create::SignInName;
use crate::db::TenantScope;
use crate::error::Error;
use crate::features::directory::store;

/// What sign-in knows of an account. A deleted person has none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignInAccount {
    pub id: UserId,
    pub display_name: String,
    pub user_name: String,
    pub domain_name: String,
    pub account_enabled: bool,
    pub contact_email: Option<String>,
}

/// The account with this name, enabled or not.
///
/// # Errors
/// When the engine fails.
pub async fn find_for_sign_in(
    scope: &mut TenantScope<'_>,
    user_name: &str,
    domain_name: &str,
) -> Result<Option<SignInAccount>, Error> {
    store::find_for_sign_in(scope, &SignInName::new(user_name, domain_name)).await
}
