//! Passkeys (Web Authentication): keys that a person's devices keep and that open their account alone, or after a password.
//!
//! A challenge is carried by the browser, encrypted and bound to what it is for; the transaction that accepts its answer notes
//! that it was answered. The address of this service and the name that keys are bound to come from the configuration.

mod ceremony;
mod signature;
mod store;
mod web;

use model::audit::{Activity, Change, TargetKind};
use model::authentication::Method;
use model::ids::{TenantId, UserId};
use model::refusal::{Code, Refusal};
use protocol::webauthn::{self, Assertion, ClientData, Fault};
use uuid::Uuid;

pub use ceremony::{Answer, Purpose, Registration};
pub use store::Passkey;
pub use web::{answered, begin_sign_in, begin_with, registering, registration};

use crate::access::{Actor, Origin};
use crate::app::App;
use crate::db::TenantScope;
use crate::error::Error;
use crate::features::audit::{self, Event};
use crate::moment::Moment;
use ceremony::RelyingParty;

/// The longest name, in characters, and how many passkeys one person may have.
const LONGEST_NAME: usize = 60;
const MOST: usize = 20;

/// Whose passkey an answer says it is. Nothing counts of it before the signature was checked.
#[must_use]
pub fn named(answer: &Answer) -> Option<(TenantId, UserId)> {
    let (tenant, user) = answer.user_handle.split_at_checked(16)?;
    Some((TenantId(Uuid::from_slice(tenant).ok()?), UserId(Uuid::from_slice(user).ok()?)))
}

/// The passkeys of a person, the oldest first.
///
/// # Errors
/// When the engine fails.
pub async fn passkeys(scope: &mut TenantScope<'_>, user: UserId) -> Result<Vec<Passkey>, Error> {
    store::all(scope, user).await
}

pub(super) async fn remove_all(scope: &mut TenantScope<'_>, user: UserId) -> Result<(), Error> {
    store::delete_all(scope, user).await
}

/// A name as it is kept.
///
/// # Errors
/// [`Code::FieldRequired`], [`Code::FieldTooLong`], [`Code::InputInvalid`].
pub fn checked_name(typed: &str) -> Result<String, Refusal> {
    let name = typed.trim();
    let refuse =
        |code: Code| Err(Refusal::new(code).with("max", LONGEST_NAME.to_string()).on("passkey_name"));
    if name.is_empty() {
        refuse(Code::FieldRequired)
    } else if name.chars().count() > LONGEST_NAME {
        refuse(Code::FieldTooLong)
    } else if name.chars().any(char::is_control) {
        refuse(Code::InputInvalid)
    } else {
        Ok(name.to_owned())
    }
}

/// Adds a passkey and tells which kind it is.
///
/// # Errors
/// [`Code::PasskeyRefused`] for an answer that doesn't count, [`Code::PasskeyKnown`], [`Code::PasskeyTooMany`].
pub async fn add(
    app: &App,
    scope: &mut TenantScope<'_>,
    (actor, user): (&Actor, UserId),
    (registration, name): (&Registration, &str),
    moment: &Moment,
) -> Result<Method, Error> {
    let party = RelyingParty::of(app);
    let read = registered(&party, registration).map_err(|_| Refusal::new(Code::PasskeyRefused))?;
    if !store::use_challenge(scope, &registration.challenge, moment).await? {
        return Err(Code::PasskeyRefused.into());
    }
    if store::all(scope, user).await?.len() >= MOST {
        return Err(Refusal::new(Code::PasskeyTooMany).with("max", MOST.to_string()).into());
    }
    let (data, credential) = read;
    let made = store::New {
        id: moment.uuid(),
        user,
        credential_id: &credential.id,
        key: &credential.key,
        counter: data.counter,
        aaguid: Uuid::from_bytes(credential.aaguid),
        transports: &registration.transports,
        backup_eligible: data.is_backup_eligible(),
        name,
    };
    if !store::insert(scope, &made, moment).await? {
        return Err(Code::PasskeyKnown.into());
    }
    let event = Event::new(Activity::PasskeyAdded, TargetKind::User, user, actor.name());
    audit::record(scope, actor, event.changes([Change::set("passkey", name)]), moment).await?;
    Ok(kind_of(data.is_backup_eligible()))
}

/// Whether a passkey is bound to one device or its owner's devices share it.
fn kind_of(synced: bool) -> Method {
    if synced { Method::SoftwareKey } else { Method::HardwareKey }
}

fn registered(
    party: &RelyingParty,
    registration: &Registration,
) -> Result<(webauthn::AuthenticatorData, webauthn::Credential), Fault> {
    let client = ClientData::parse(&registration.client_data)?;
    client.require(party.expects("webauthn.create", &registration.challenge))?;
    let (data, credential) = webauthn::registered(&registration.attestation, &party.id_hash)?;
    // A key that can't be used to check anything would open nothing.
    if signature::is_usable(&credential.key) { Ok((data, credential)) } else { Err(Fault::Algorithm) }
}

/// Names a passkey.
///
/// # Errors
/// As [`checked_name`]; [`Code::NotFound`].
pub async fn rename(
    scope: &mut TenantScope<'_>,
    (actor, user): (&Actor, UserId),
    (id, typed): (Uuid, &str),
    moment: &Moment,
) -> Result<(), Error> {
    let name = checked_name(typed)?;
    let found = store::all(scope, user).await?.into_iter().find(|passkey| passkey.id == id);
    let before = found.ok_or_else(Error::not_found)?.name;
    let Some(change) = Change::between("passkey", &before, &name) else { return Ok(()) };
    store::rename(scope, user, id, &name).await?;
    let event = Event::new(Activity::PasskeyRenamed, TargetKind::User, user, actor.name());
    audit::record(scope, actor, event.changes([change]), moment).await
}

/// Takes a passkey away and gives its name. Whether the person can do without, the caller has asked.
///
/// # Errors
/// [`Code::NotFound`].
pub async fn remove(
    scope: &mut TenantScope<'_>,
    (actor, user): (&Actor, UserId),
    id: Uuid,
    moment: &Moment,
) -> Result<String, Error> {
    let found = store::all(scope, user).await?.into_iter().find(|passkey| passkey.id == id);
    let name = found.ok_or_else(Error::not_found)?.name;
    store::delete(scope, user, id).await?;
    let change = Change { property: "passkey".into(), old: Some(name.clone()), new: None };
    let event = Event::new(Activity::PasskeyRemoved, TargetKind::User, user, actor.name());
    audit::record(scope, actor, event.changes([change]), moment).await?;
    Ok(name)
}

/// Checks an answer and uses its challenge up. What was shown, or `None`; a passkey that counts backwards is noted.
///
/// # Errors
/// When the engine fails.
pub(super) async fn consume(
    app: &App,
    scope: &mut TenantScope<'_>,
    user: UserId,
    answer: &Answer,
    moment: &Moment,
) -> Result<Option<Method>, Error> {
    let Some(passkey) = store::find(scope, user, &answer.credential).await? else { return Ok(None) };
    let others = !answer.user_handle.is_empty() && named(answer) != Some((scope.tenant(), user));
    let Ok(assertion) = asserted(&RelyingParty::of(app), answer) else { return Ok(None) };
    if others || !signature::is_right(&passkey.key, &assertion.signed, &answer.signature) {
        return Ok(None);
    }
    if !store::use_challenge(scope, &answer.challenge, moment).await? {
        return Ok(None);
    }
    if store::count_use(scope, passkey.id, assertion.data.counter, moment).await? {
        return Ok(Some(kind_of(passkey.backup_eligible)));
    }
    // A lower count, or none where there was one: somebody else may have a copy (§6.1.1).
    if store::suspect(scope, passkey.id, moment).await? {
        let actor = Actor::user(
            scope.tenant(),
            user,
            passkey.person,
            model::roles::Permissions::default(),
            Origin::local(),
        );
        let event = Event::new(Activity::PasskeySuspected, TargetKind::User, user, actor.name());
        audit::record(scope, &actor, event.changes([Change::set("passkey", passkey.name)]), moment).await?;
    }
    Ok(None)
}

fn asserted(party: &RelyingParty, answer: &Answer) -> Result<Assertion, Fault> {
    let client = ClientData::parse(&answer.client_data)?;
    client.require(party.expects("webauthn.get", &answer.challenge))?;
    Assertion::parse(&answer.authenticator_data, &party.id_hash, &signature::hash(&answer.client_data))
}
