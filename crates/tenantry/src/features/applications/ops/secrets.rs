//! Secrets and certificates. A secret is shown by the operation that makes it, and kept as a keyed hash.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::Timestamp;
use model::applications::{
    Application, KeyCredential, LONGEST_SECRET_DAYS, PASSWORDS, PasswordCredential, SECRET_DAYS,
    ServicePrincipal, hint,
};
use model::audit::{Activity, Change};
use model::ids::ObjectId;
use model::refusal::{Code, Refusal};
use uuid::Uuid;

use super::guard;
use crate::access::Actor;
use crate::app::App;
use crate::db::TenantScope;
use crate::error::Error;
use crate::features::applications::resource::Credentialed;
use crate::features::applications::{certificates, store};
use crate::features::audit::{self, Event};
use crate::features::objects::{self, Object};
use crate::moment::Moment;
use crate::secrets::Secret;

const PURPOSE: &str = "application secret";

/// What somebody says of a secret that they want.
#[derive(Clone, Debug, Default)]
pub struct NewSecret {
    pub display_name: Option<String>,
    pub starts: Option<Timestamp>,
    /// Two years after the start where nothing is said.
    pub ends: Option<Timestamp>,
}

fn context(object: ObjectId, key: Uuid) -> Vec<u8> {
    [object.0.as_bytes().as_slice(), key.as_bytes()].concat()
}

/// Makes a secret for an application or a service principal. The text that comes back is kept nowhere.
///
/// # Errors
/// Not allowed, not there, too many, or a lifetime that is none or is longer than ten years.
pub async fn add_secret<P: Credentialed>(
    app: &App,
    scope: &mut TenantScope<'_>,
    actor: &Actor,
    id: ObjectId,
    new: NewSecret,
    moment: &Moment,
) -> Result<(PasswordCredential, Secret), Error> {
    guard::may_change(scope, actor, id).await?;
    let mut found: Object<P> = objects::get(scope, id).await?;
    if found.properties.passwords().len() >= PASSWORDS {
        let refusal = Refusal::new(Code::PropertyTooMany).on("passwordCredentials");
        return Err(refusal.with("max", PASSWORDS.to_string()).into());
    }
    let made = checked(new, moment)?;
    let key = moment.uuid();
    let secret = Secret::new(URL_SAFE_NO_PAD.encode(moment.bytes::<30>()));
    let credential = PasswordCredential { hint: Some(hint(secret.expose())), key_id: Some(key), ..made };
    let hash = app.keys.hash(PURPOSE, &context(id, key), secret.expose());
    store::secrets::insert(scope, id, key, hash).await?;
    found.properties.passwords().push(credential.clone());
    objects::save(scope, &mut found, moment).await?;
    tell(scope, actor, &found, (Activity::ApplicationSecretAdded, &credential), moment).await?;
    Ok((credential, secret))
}

fn checked(new: NewSecret, moment: &Moment) -> Result<PasswordCredential, Refusal> {
    let name = new.display_name.map(|name| name.trim().to_owned()).filter(|name| !name.is_empty());
    if name.as_ref().is_some_and(|name| name.chars().count() > 256) {
        return Err(Refusal::new(Code::FieldTooLong).on("displayName").with("max", "256"));
    }
    if name.as_ref().is_some_and(|name| name.chars().any(char::is_control)) {
        return Err(Refusal::new(Code::PropertyCharacters).on("displayName"));
    }
    let starts = new.starts.unwrap_or(moment.now);
    let refused = || Refusal::new(Code::SecretLifetime).on("endDateTime");
    let in_days = |days: i64| {
        moment.now.checked_add(jiff::SignedDuration::from_hours(24 * days)).map_err(|_| refused())
    };
    // From now, whatever the start: a secret of the far future is as old by then.
    let latest = in_days(LONGEST_SECRET_DAYS)?;
    let ends = new.ends.map_or_else(|| in_days(SECRET_DAYS), Ok)?;
    if ends <= starts || ends <= moment.now || ends > latest {
        return Err(refused());
    }
    Ok(PasswordCredential {
        display_name: name,
        start_date_time: Some(starts),
        end_date_time: Some(ends),
        ..PasswordCredential::default()
    })
}

async fn tell<P: Credentialed>(
    scope: &mut TenantScope<'_>,
    actor: &Actor,
    found: &Object<P>,
    (activity, credential): (Activity, &PasswordCredential),
    moment: &Moment,
) -> Result<(), Error> {
    let mut changes = Vec::new();
    changes.extend(credential.key_id.map(|key| Change::set("keyId", key.to_string())));
    changes.extend(credential.display_name.as_ref().map(|name| Change::set("secretName", name)));
    changes.extend(credential.end_date_time.map(|ends| Change::set("endDateTime", ends.to_string())));
    let event = Event::new(activity, P::TARGET, found.id, &found.display_name).changes(changes);
    audit::record(scope, actor, event, moment).await
}

/// Removes a secret.
///
/// # Errors
/// Not allowed, not there, or no secret with this id.
pub async fn remove_secret<P: Credentialed>(
    scope: &mut TenantScope<'_>,
    actor: &Actor,
    id: ObjectId,
    key: Uuid,
    moment: &Moment,
) -> Result<(), Error> {
    guard::may_change(scope, actor, id).await?;
    let mut found: Object<P> = objects::get(scope, id).await?;
    let passwords = found.properties.passwords();
    let at = passwords.iter().position(|password| password.key_id == Some(key));
    let removed =
        at.map(|at| passwords.remove(at)).ok_or(Refusal::new(Code::CredentialUnknown).on("keyId"))?;
    store::secrets::delete(scope, id, key).await?;
    objects::save(scope, &mut found, moment).await?;
    tell(scope, actor, &found, (Activity::ApplicationSecretRemoved, &removed), moment).await
}

/// The hashes of the secrets that an application and its service principal have.
#[derive(Clone, Default)]
pub struct SecretHashes(Vec<store::secrets::Hashed>);

impl std::fmt::Debug for SecretHashes {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "{} hashes", self.0.len())
    }
}

/// Those that are kept of two objects.
///
/// # Errors
/// When the engine fails.
pub async fn secret_hashes(
    scope: &mut TenantScope<'_>,
    application: ObjectId,
    principal: ObjectId,
) -> Result<SecretHashes, Error> {
    Ok(SecretHashes(store::secrets::hashes(scope, (application, principal)).await?))
}

/// The id of the valid secret of an application, or of its service principal, that was shown.
#[must_use]
pub fn matching_secret(
    app: &App,
    (application, principal): (&Object<Application>, &Object<ServicePrincipal>),
    hashes: &SecretHashes,
    shown: &str,
    now: Timestamp,
) -> Option<Uuid> {
    let of_application = (application.id, &application.properties.password_credentials);
    let of_principal = (principal.id, &principal.properties.password_credentials);
    let is_valid = |password: &&PasswordCredential| {
        password.start_date_time.is_some_and(|starts| starts <= now)
            && password.end_date_time.is_some_and(|ends| ends > now)
    };
    for (id, passwords) in [of_application, of_principal] {
        for key in passwords.iter().filter(is_valid).filter_map(|password| password.key_id) {
            let hashed = hashes.0.iter().find(|hashed| hashed.object == id && hashed.key == key);
            if hashed.is_some_and(|own| app.keys.matches(PURPOSE, &context(id, key), shown, &own.hash)) {
                return Some(key);
            }
        }
    }
    None
}

/// Secrets and certificates as a client lists them: what is missing is removed, certificates may be new. Tells whether
/// anything changed; the object is for the caller to save.
pub(super) async fn keep<P: Credentialed>(
    scope: &mut TenantScope<'_>,
    actor: &Actor,
    found: &mut Object<P>,
    (passwords, keys): (Option<Vec<PasswordCredential>>, Option<Vec<KeyCredential>>),
    moment: &Moment,
) -> Result<bool, Error> {
    let mut changed = false;
    if let Some(wanted) = passwords {
        let current = found.properties.passwords().clone();
        let known = |password: &PasswordCredential| current.iter().any(|own| own.key_id == password.key_id);
        if wanted.iter().any(|password| password.key_id.is_none() || !known(password)) {
            return Err(Refusal::new(Code::SecretByAction).on("passwordCredentials").into());
        }
        let stays = |own: &PasswordCredential| wanted.iter().any(|password| password.key_id == own.key_id);
        for removed in current.iter().filter(|own| !stays(own)) {
            if let Some(key) = removed.key_id {
                store::secrets::delete(scope, found.id, key).await?;
            }
            tell(scope, actor, found, (Activity::ApplicationSecretRemoved, removed), moment).await?;
            changed = true;
        }
        found.properties.passwords().retain(stays);
    }
    if let Some(wanted) = keys {
        let settled = certificates::settled(found.properties.keys(), wanted, moment)?;
        let names = |keys: &[KeyCredential]| {
            let thumbprints = keys.iter().filter_map(|key| key.custom_key_identifier.as_deref());
            thumbprints.collect::<Vec<_>>().join(", ").chars().take(500).collect::<String>()
        };
        let change = Change::between("keyCredentials", &names(found.properties.keys()), &names(&settled));
        if *found.properties.keys() != settled {
            *found.properties.keys() = settled;
            super::signing::forget_unused(scope, found.id, found.properties.keys()).await?;
            let event = Event::new(
                Activity::ApplicationCertificatesChanged,
                P::TARGET,
                found.id,
                &found.display_name,
            );
            audit::record(scope, actor, event.changes(change), moment).await?;
            changed = true;
        }
    }
    Ok(changed)
}
