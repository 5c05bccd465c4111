//! The operator in a tenant: to change something, which its log tells anyway, or to look, which leaves a trace there too.

use model::audit::{Activity, TargetKind};
use model::refusal::{Code, Refusal};

use crate::access::Actor;
use crate::app::App;
use crate::db::TenantScope;
use crate::error::Error;
use crate::features::audit::{self, Event};
use crate::features::operator;
use crate::transaction;

/// The operator in the tenant that an id or one of its verified domain names means.
///
/// # Errors
/// No such tenant, or the engine fails.
pub(super) async fn operator_in(app: &App, tenant: &str) -> Result<Actor, Error> {
    let mut scope = app.db.read().await?;
    let found = operator::find(&mut scope, tenant).await.map_err(|error| match error.is_not_found() {
        true => Refusal::new(Code::NotFound).on("tenant").into(),
        false => error,
    })?;
    Ok(Actor::operator(found.tenant.id))
}

/// What the operator finds in a tenant, told once it is written that they looked, and at what; that nothing was found is
/// written too.
///
/// # Errors
/// As [`operator_in`], or why nothing was found.
pub(super) async fn look<T>(
    app: &App,
    tenant: &str,
    what: &str,
    find: impl AsyncFnOnce(&Actor, &mut TenantScope<'_>) -> Result<T, Error>,
) -> Result<T, Error> {
    let (actor, moment) = (operator_in(app, tenant).await?, app.moment());
    let mut scope = app.db.read().await?;
    let mut inside = scope.tenant(actor.grant()).await?;
    let found = find(&actor, &mut inside).await;
    drop(scope);
    let why = match &found {
        Ok(_) => None,
        Err(Error::Refused(refusals)) => refusals.first().map(|refusal| refusal.code.as_str()),
        Err(_) => return found,
    };
    transaction!(app.db, |scope| {
        let mut inside = scope.tenant(actor.grant()).await?;
        let event = Event::new(Activity::OperatorLooked, TargetKind::Tenant, actor.tenant(), what);
        let event = why.into_iter().fold(event, Event::refused);
        audit::record(&mut inside, &actor, event, &moment).await
    })?;
    found
}

/// The same where a list is shown, which is there whatever it holds: that the operator looked, and at what, is written first.
///
/// # Errors
/// As [`operator_in`].
pub(super) async fn looking(app: &App, tenant: &str, what: &str) -> Result<Actor, Error> {
    let (actor, moment) = (operator_in(app, tenant).await?, app.moment());
    transaction!(app.db, |scope| {
        let mut inside = scope.tenant(actor.grant()).await?;
        let event = Event::new(Activity::OperatorLooked, TargetKind::Tenant, actor.tenant(), what);
        audit::record(&mut inside, &actor, event, &moment).await
    })?;
    Ok(actor)
}
