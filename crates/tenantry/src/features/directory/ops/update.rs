//! Changing a person's names and contact address.

use model::audit::{Activity, Change, TargetKind};
use model::ids::UserId;
use model::objects::ChangeKind;
use model::refusal::Code;
use model::roles::Permission;

use super::create::{ContactEmail, SignInName};
use super::directory_user::noted;
use super::guard::target;
use super::lookup::{Person, signs_in_elsewhere};
use crate::access::Actor;
use crate::db::TenantScope;
use crate::error::Error;
use crate::features::audit::{self, Event};
use crate::features::credentials;
use crate::features::directory::store;
use crate::features::roles;
use crate::mail::{self, Message};
use crate::moment::Moment;
use crate::web::locale::FALLBACK;

/// A person's new properties, all of them. Names were checked by `model::eligibility`.
#[derive(Clone, Debug)]
pub struct Profile {
    pub name: SignInName,
    pub display_name: String,
    pub given_name: Option<String>,
    pub surname: Option<String>,
    pub contact: Option<ContactEmail>,
}

impl Profile {
    /// As it stands.
    #[must_use]
    pub fn of(person: &Person) -> Self {
        Self {
            name: SignInName::new(&person.user_name, &person.domain_name),
            display_name: person.display_name.clone(),
            given_name: person.given_name.clone(),
            surname: person.surname.clone(),
            contact: person.contact.clone(),
        }
    }
}

/// Writes a person's properties and tells the log which ones changed. Without a change nothing is written.
///
/// # Errors
/// Not allowed, not there, or a name that is taken or at a domain that isn't verified. The contact address of somebody
/// else who has a password takes [`Permission::ResetPasswords`] too.
pub async fn update(
    scope: &mut TenantScope<'_>,
    actor: &Actor,
    user: UserId,
    profile: &Profile,
    moment: &Moment,
) -> Result<(), Error> {
    let person = target(scope, actor, Permission::ManageUsers, user, false).await?;
    let (old_name, new_name) = (person.sign_in_name(), profile.name.to_string());
    let text = |value: &Option<String>| value.clone().unwrap_or_default();
    let address = |contact: &Option<ContactEmail>| {
        contact.as_ref().map_or(String::new(), |email| email.address.clone())
    };
    let changes: Vec<Change> = [
        Change::between("userPrincipalName", &old_name, &new_name),
        Change::between("displayName", &person.display_name, &profile.display_name),
        Change::between("givenName", &text(&person.given_name), &text(&profile.given_name)),
        Change::between("surname", &text(&person.surname), &text(&profile.surname)),
        Change::between("contactEmail", &address(&person.contact), &address(&profile.contact)),
    ]
    .into_iter()
    .flatten()
    .collect();
    if changes.is_empty() {
        return Ok(());
    }
    if address(&person.contact) != address(&profile.contact) {
        may_redirect(scope, actor, user).await?;
        tell_old_address(scope, &person, moment).await?;
        store::rehome::end_mailed(scope, user, moment.now).await?;
    }
    if old_name != new_name {
        may_rename(scope, actor, &person, &profile.name).await?;
        profile.name.free_for(scope, Some(user)).await?;
        store::rename(scope, user, &profile.name).await?;
        // Under a name that another provider signs in, a password is no way in any more.
        if person.domain_name != profile.name.domain && roles::global_administrators(scope).await? == 0 {
            return Err(Code::LastGlobalAdministrator.into());
        }
    }
    store::update(scope, user, profile).await?;
    noted(scope, user, ChangeKind::Updated, moment).await?;
    let event = Event::new(Activity::UserUpdated, TargetKind::User, user, new_name).changes(changes);
    audit::record(scope, actor, event, moment).await
}

/// Codes to set a new password go to the contact address: whoever changes it could have one sent to themselves.
async fn may_redirect(scope: &mut TenantScope<'_>, actor: &Actor, user: UserId) -> Result<(), Error> {
    if actor.user_id() == Some(user) || credentials::password_of(scope, user).await?.is_none() {
        return Ok(());
    }
    actor.require(Permission::ResetPasswords)
}

/// Where a provider signs people in, the name says who somebody is there: whoever gives it could give their own, and whoever
/// takes somebody out lets their old password open the account.
pub(super) async fn may_rename(
    scope: &mut TenantScope<'_>,
    actor: &Actor,
    person: &Person,
    name: &SignInName,
) -> Result<(), Error> {
    let elsewhere = signs_in_elsewhere(scope, &person.domain_name).await?
        || signs_in_elsewhere(scope, &name.domain).await?;
    if elsewhere { actor.require(Permission::ResetPasswords) } else { Ok(()) }
}

async fn tell_old_address(
    scope: &mut TenantScope<'_>,
    person: &Person,
    moment: &Moment,
) -> Result<(), Error> {
    let Some(old) = &person.contact else { return Ok(()) };
    let message =
        Message::new(&old.address, FALLBACK, "mail-contact-changed").with("name", person.sign_in_name());
    mail::send(scope.global(), message, moment).await
}
