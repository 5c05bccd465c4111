//! Whom an identity is.

use jiff::Timestamp;
use model::audit::{Activity, TargetKind};
use model::ids::UserId;
use model::refusal::{Code, Refusal};
use model::roles::Permissions;

use super::newcomer;
use super::trip::Asserted;
use crate::access::{Actor, Origin, session};
use crate::app::App;
use crate::db::TenantScope;
use crate::error::Error;
use crate::features::audit::{self, Event};
use crate::features::directory::{self, SignInAccount, find_for_sign_in, find_person};
use crate::features::federation::store::{self, Provider};
use crate::moment::Moment;

/// Somebody's identity at a provider.
#[derive(Clone, Debug)]
pub struct Identity {
    pub issuer: String,
    pub subject: String,
    pub linked_at: Timestamp,
    pub last_used_at: Timestamp,
}

pub(super) fn stranger(name: &str) -> Refusal {
    Refusal::new(Code::IdentityProviderStranger).with("name", name)
}

/// The person of an identity: whom it is linked to, or, the first time, whom the asserted name finds, or who is made where the
/// provider is set up so; then it is linked.
///
/// # Errors
/// Nobody has the name and nobody is made, their name isn't at the provider's domain name any more, or it is another's by an earlier link.
pub async fn person_of(
    app: &App,
    scope: &mut TenantScope<'_>,
    (provider, asserted): (&Provider, &Asserted),
    origin: &Origin,
    moment: &Moment,
) -> Result<SignInAccount, Error> {
    let mut was_deleted = false;
    if let Some(link) = store::linked(scope, &asserted.issuer, &asserted.subject).await? {
        let person = find_person(scope, link.user).await?;
        match person.filter(|person| person.deleted_at.is_none()) {
            Some(person) if person.domain_name == provider.domain => {
                store::touch(scope, link.user, &provider.domain, moment.now).await?;
                let found = find_for_sign_in(scope, &person.user_name, &person.domain_name).await?;
                return found.ok_or_else(|| stranger(&person.sign_in_name()).into());
            }
            // Under which name they are now is no matter of this provider's.
            Some(person) => {
                let name = asserted.name.as_ref().unwrap_or(&person.user_name);
                return Err(stranger(&format!("{name}@{}", provider.domain)).into());
            }
            // Somebody who came back after their account was deleted has a new one.
            None => {
                store::unlink(scope, link.user).await?;
                was_deleted = true;
            }
        }
    }
    let name = asserted.name.clone()?;
    let whole = format!("{name}@{}", provider.domain);
    let found = match find_for_sign_in(scope, &name, &provider.domain).await? {
        // Whoever was deleted here was so on purpose, and comes back when somebody makes them.
        None if provider.creates_people && !was_deleted => {
            newcomer::make(app, scope, (provider, asserted), &name, moment).await?
        }
        found => found,
    };
    let person = found.ok_or_else(|| stranger(&whole))?;
    match store::link_of(scope, person.id).await? {
        Some(link) if link.domain == provider.domain => {
            return Err(Refusal::new(Code::IdentityProviderOtherIdentity).with("name", whole).into());
        }
        // From where they had their name before.
        Some(_) => drop(store::unlink(scope, person.id).await?),
        None => {}
    }
    store::link(scope, (&asserted.issuer, &asserted.subject, &provider.domain), person.id, moment.now)
        .await?;
    let actor =
        Actor::user(scope.tenant(), person.id, &person.display_name, Permissions::default(), origin.clone());
    let event = Event::new(Activity::IdentityLinked, TargetKind::User, person.id, whole);
    audit::record(scope, &actor, event, moment).await?;
    Ok(person)
}

/// The identity of a person whom the actor may manage.
///
/// # Errors
/// Not allowed, or not there.
pub async fn identity_of(
    scope: &mut TenantScope<'_>,
    actor: &Actor,
    user: UserId,
) -> Result<(String, Option<Identity>), Error> {
    let person = directory::resettable(scope, actor, user).await?;
    let link = store::link_of(scope, user).await?;
    let identity = link.map(|link| Identity {
        issuer: link.issuer,
        subject: link.subject,
        linked_at: link.linked_at,
        last_used_at: link.last_used_at,
    });
    Ok((person.display_name, identity))
}

/// Forgets who a person is at the provider; whoever has their name there next is them.
///
/// # Errors
/// Not allowed, not there, or nothing to forget.
pub async fn forget(
    scope: &mut TenantScope<'_>,
    actor: &Actor,
    user: UserId,
    moment: &Moment,
) -> Result<(), Error> {
    let person = directory::resettable(scope, actor, user).await?;
    if actor.user_id() == Some(user) {
        return Err(Code::OwnAccount.into());
    }
    if !store::unlink(scope, user).await? {
        return Err(Error::not_found());
    }
    // Whoever it was until now is it no more.
    session::revoke_all(scope, user, None, moment).await?;
    let event = Event::new(Activity::IdentityForgotten, TargetKind::User, user, person.sign_in_name());
    audit::record(scope, actor, event, moment).await
}
