//! How an application signs people in, beyond its properties of Microsoft Graph.

use jiff::Timestamp;
use model::applications::{Application, SignInSettings};
use model::audit::{Activity, TargetKind};
use model::ids::ObjectId;

use super::application::differences;
use super::guard;
use crate::access::Actor;
use crate::app::App;
use crate::db::TenantScope;
use crate::error::Error;
use crate::features::applications::store;
use crate::features::audit::{self, Event};
use crate::features::objects::Object;
use crate::moment::Moment;

/// The settings, and when the application registered itself.
#[derive(Clone, Debug, Default)]
pub struct SignIn {
    pub settings: SignInSettings,
    pub registered_at: Option<Timestamp>,
}

/// How an application signs people in, for the sign-in itself.
///
/// # Errors
/// When the engine fails.
pub async fn sign_in_of(scope: &mut TenantScope<'_>, application: ObjectId) -> Result<SignIn, Error> {
    Ok(store::sign_in::find(scope, application).await?.unwrap_or_default())
}

/// What is another whenever an application, its service principal, or how it signs people in, was changed, deleted or restored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Standing {
    /// The version of the service principal; `None` is deleted.
    pub principal: Option<i64>,
    /// That of the application; `None` is deleted, or not kept by the tenant.
    pub version: Option<i64>,
    pub settings: Option<String>,
    pub registered_at: Option<Timestamp>,
}

/// How an application stands that a service principal stands for.
///
/// # Errors
/// When the engine fails.
pub async fn standing_of(
    scope: &mut TenantScope<'_>,
    application: ObjectId,
    principal: ObjectId,
) -> Result<Standing, Error> {
    store::sign_in::standing(scope, application, principal).await
}

/// Changes it.
///
/// # Errors
/// Not allowed, not there, or settings that break a rule.
pub async fn set_sign_in(
    app: &App,
    scope: &mut TenantScope<'_>,
    actor: &Actor,
    (id, settings): (ObjectId, &SignInSettings),
    moment: &Moment,
) -> Result<(), Error> {
    let found: Object<Application> = guard::application(scope, actor, id).await?;
    let before = sign_in_of(scope, id).await?.settings;
    settings.check(&app.config.outbound.rules()).map_err(Error::Refused)?;
    if before == *settings {
        return Ok(());
    }
    store::sign_in::put(scope, id, settings).await?;
    // Those that were and aren't any more are told too.
    let mut changes = differences(&before, settings);
    changes.extend(differences(settings, &before).into_iter().filter_map(|mut change| {
        std::mem::swap(&mut change.old, &mut change.new);
        (change.new.as_deref() == Some("")).then_some(change)
    }));
    let event = Event::new(Activity::ApplicationUpdated, TargetKind::Application, id, &found.display_name);
    audit::record(scope, actor, event.changes(changes), moment).await
}
