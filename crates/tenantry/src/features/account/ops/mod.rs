//! A file per use case.

mod factors;
mod passkeys;
mod password;
mod sessions;

pub use factors::{confirm_app, make_codes, remove_app};
pub use passkeys::{add_passkey, confirm_with_passkey, remove_passkey};
pub use password::{Confirmed, change, confirm, confirm_second, names, own_provider, require_password};
pub use sessions::{end_all, end_one, end_others, rename};

use model::authentication::{FirstWay, Method, Methods};
use model::ids::UserId;

use super::store;
use crate::access::session::SignedIn;
use crate::app::App;
use crate::db::TenantScope;
use crate::error::Error;
use crate::features::credentials;
use crate::mail::{self, Message};
use crate::moment::Moment;

/// Writes to a person that their ways in have changed, where they have an address.
async fn tell(
    app: &App,
    scope: &mut TenantScope<'_>,
    (who, language): (&SignedIn, &str),
    (key, more): (&str, &[(&str, &str)]),
    moment: &Moment,
) -> Result<(), Error> {
    let Some(address) = store::profile(scope, own_id(who)?).await?.contact_email else { return Ok(()) };
    let message = Message::new(address, language, key).with("name", &who.user_name);
    let message = more.iter().fold(message, |message, (name, value)| message.with(name, *value));
    let message = message.action("mail-account-look", app.link("/account"));
    mail::send(scope.global(), message, moment).await
}

/// What the person signs in with first. That a provider's second factor counts says nothing of whether it asks for one: it has
/// where nothing but the provider brought one to this session.
async fn first_way(scope: &mut TenantScope<'_>, who: &SignedIn) -> Result<FirstWay, Error> {
    let has_brought_one = who.second_factor_at.is_some() && who.methods == Methods::of(Method::Federated);
    Ok(match own_provider(scope, who).await? {
        Some(provider) if provider.trusts_second_factor && has_brought_one => FirstWay::TrustedProvider,
        Some(_) => FirstWay::Provider,
        None if credentials::password_of(scope, own_id(who)?).await?.is_some() => FirstWay::Password,
        None => FirstWay::Nothing,
    })
}

/// The person who is signed in.
pub fn own_id(who: &SignedIn) -> Result<UserId, Error> {
    who.actor.user_id().ok_or_else(Error::not_found)
}
