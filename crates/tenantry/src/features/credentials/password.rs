//! New passwords: checked against what is easy to guess about this person, then hashed.

use model::eligibility::password::{self, PasswordVerdict};
use model::ids::{TenantId, UserId};
use model::lockout::Fingerprint;

use super::bound_to;
use crate::app::App;
use crate::error::Error;
use crate::moment::Moment;
use crate::secrets::Secret;

/// The names that a person's password must not be made of.
#[derive(Clone, Debug, Default)]
pub struct Context {
    /// First and last name, display name.
    pub person: Vec<String>,
    /// The name that the person signs in with, without its domain.
    pub user_name: String,
    /// The organisation's name and the first labels of its domains.
    pub organization: Vec<String>,
}

/// A password that was accepted and hashed.
pub struct NewPassword {
    pub hash: String,
}

/// Whether a password may be used, and how strong it is.
#[must_use]
pub fn check_new_password(app: &App, typed: &str, context: &Context) -> PasswordVerdict {
    let person: Vec<&str> = context.person.iter().map(String::as_str).collect();
    let organization: Vec<&str> = context.organization.iter().map(String::as_str).collect();
    let product = [app.config.product.name.as_str()];
    let names = password::Context {
        person: &person,
        user_name: &context.user_name,
        organization: &organization,
        product: &product,
        banned: None,
    };
    password::check(typed, &names)
}

impl NewPassword {
    /// Checks and hashes. It is slow on purpose: call it before the transaction.
    ///
    /// # Errors
    /// The refusals of the password; [`model::refusal::Code::Overloaded`] when too many wait for hashing.
    pub async fn make(app: &App, typed: &str, context: &Context, moment: &Moment) -> Result<Self, Error> {
        let verdict = check_new_password(app, typed, context);
        if !verdict.answer.valid {
            return Err(Error::Refused(verdict.answer.refusals));
        }
        let hash = app.passwords.hash(&Secret::new(password::prepare(typed)), moment).await?;
        Ok(Self { hash })
    }
}

/// What lockout remembers of a wrong password.
#[must_use]
pub fn fingerprint(app: &App, tenant: TenantId, user: UserId, typed: &str) -> Fingerprint {
    let hash = app.keys.hash("wrong password", &bound_to(tenant, user), typed);
    Fingerprint(hash.try_into().unwrap_or_default())
}
