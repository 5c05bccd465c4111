//! Whether applications may register themselves in a tenant: off until an administrator turns it on, with a token that they
//! need or without one.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use model::audit::{Activity, Change, TargetKind};
use model::ids::ObjectId;
use model::refusal::{Code, Refusal};
use model::roles::Permission;

use crate::access::Actor;
use crate::app::App;
use crate::db::TenantScope;
use crate::error::Error;
use crate::features::applications::store;
use crate::features::audit::{self, Event};
use crate::graph::filter::Condition;
use crate::moment::Moment;
use crate::secrets::Secret;

const PURPOSE: &str = "initial access token";

/// Whether applications may register themselves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Registration {
    Off,
    /// With a token that an administrator gave them.
    WithToken,
    Open,
}

impl Registration {
    fn of(stored: Option<&Option<Vec<u8>>>) -> Self {
        match stored {
            None => Self::Off,
            Some(Some(_)) => Self::WithToken,
            Some(None) => Self::Open,
        }
    }

    fn as_str(self) -> &'static str {
        match self {
            Self::Off => "off",
            Self::WithToken => "with a token",
            Self::Open => "open",
        }
    }
}

/// # Errors
/// When the engine fails.
pub async fn registration(app: &App, scope: &mut TenantScope<'_>) -> Result<Registration, Error> {
    if !app.config.registration.enabled {
        return Ok(Registration::Off);
    }
    Ok(Registration::of(store::sign_in::open(scope).await?.as_ref()))
}

/// The hash of the token that applications need, if they need one: it tells one token from the next.
///
/// # Errors
/// When the engine fails.
pub async fn token_hash(scope: &mut TenantScope<'_>) -> Result<Option<Vec<u8>>, Error> {
    Ok(store::sign_in::open(scope).await?.flatten())
}

/// Turns registration on or off. The token that comes back is kept nowhere; each time it is turned on it is a new one.
///
/// # Errors
/// Not allowed, or the operator has it off.
pub async fn set_registration(
    app: &App,
    scope: &mut TenantScope<'_>,
    actor: &Actor,
    wanted: Registration,
    moment: &Moment,
) -> Result<Option<Secret>, Error> {
    actor.require(Permission::ManageApplications)?;
    if !app.config.registration.enabled && wanted != Registration::Off {
        return Err(Code::ClientRegistrationOff.into());
    }
    let before = Registration::of(store::sign_in::open(scope).await?.as_ref());
    let token = (wanted == Registration::WithToken)
        .then(|| Secret::new(URL_SAFE_NO_PAD.encode(moment.bytes::<32>())));
    if wanted == Registration::Off {
        store::sign_in::close(scope).await?;
    } else {
        let context = scope.tenant().0.as_bytes().to_vec();
        let hash = token.as_ref().map(|token| app.keys.hash(PURPOSE, &context, token.expose()));
        store::sign_in::set_open(scope, hash, moment).await?;
    }
    if before != wanted || token.is_some() {
        let tenant = scope.tenant();
        let change = Change {
            property: "clientRegistration".to_owned(),
            old: Some(before.as_str().to_owned()),
            new: Some(wanted.as_str().to_owned()),
        };
        let event = Event::new(Activity::OrganizationUpdated, TargetKind::Tenant, tenant, "");
        audit::record(scope, actor, event.changes([change]), moment).await?;
    }
    Ok(token)
}

/// Lets an application register itself that shows this token.
///
/// # Errors
/// Off, a token that isn't the one, or as many as there may be.
pub async fn admit_registration(
    app: &App,
    scope: &mut TenantScope<'_>,
    shown: Option<&str>,
) -> Result<(), Error> {
    let off = || Error::from(Code::ClientRegistrationOff);
    if !app.config.registration.enabled {
        return Err(off());
    }
    match store::sign_in::open(scope).await? {
        None => return Err(off()),
        Some(None) => {}
        Some(Some(hash)) => {
            let context = scope.tenant().0.as_bytes().to_vec();
            if !app.keys.matches(PURPOSE, &context, shown.unwrap_or_default(), &hash) {
                return Err(Code::TokenInvalid.into());
            }
        }
    }
    let most = app.config.registration.per_tenant;
    if store::sign_in::registered(scope, most).await? >= most {
        return Err(Refusal::new(Code::ClientRegistrationFull).with("max", most.to_string()).into());
    }
    Ok(())
}

/// Marks an application as one that registered itself.
///
/// # Errors
/// When the engine fails.
pub async fn mark_registered(
    scope: &mut TenantScope<'_>,
    application: ObjectId,
    moment: &Moment,
) -> Result<(), Error> {
    store::sign_in::mark_registered(scope, application, moment.now).await
}

/// Narrows a list to the applications that registered themselves.
pub fn only_registered(condition: &mut Condition) {
    store::sign_in::narrow_to_registered(condition);
}

/// Those of some applications that registered themselves.
///
/// # Errors
/// When the engine fails.
pub async fn registered_among(
    scope: &mut TenantScope<'_>,
    applications: &[ObjectId],
) -> Result<Vec<ObjectId>, Error> {
    store::sign_in::registered_among(scope, applications).await
}
