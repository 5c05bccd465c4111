//! What one button does.

use axum::extract::{Path, State};
use axum::response::Response;

use super::{done, id_of};
use crate::access::session::SignedIn;
use crate::app::App;
use crate::error::Error;
use crate::features::webhooks::ops::deliveries::send_test;
use crate::features::webhooks::ops::manage::{self, WebhookUpdate};
use crate::transaction;

pub(super) async fn test(
    State(app): State<App>,
    signed_in: SignedIn,
    Path(id): Path<String>,
) -> Result<Response, Error> {
    let (id, actor, moment) = (id_of(&id)?, &signed_in.actor, app.moment());
    transaction!(app.db, |scope| {
        let mut tenant = scope.tenant(actor.grant()).await?;
        send_test(&app, &mut tenant, actor, id, &moment).await
    })?;
    Ok(done(id, "tested"))
}

async fn set(app: &App, signed_in: &SignedIn, id: &str, enabled: bool) -> Result<Response, Error> {
    let (id, actor, moment) = (id_of(id)?, &signed_in.actor, app.moment());
    let change = WebhookUpdate { enabled: Some(enabled), ..WebhookUpdate::default() };
    transaction!(app.db, |scope| {
        let mut tenant = scope.tenant(actor.grant()).await?;
        manage::update(app, &mut tenant, actor, id, &change, &moment).await
    })?;
    Ok(done(id, if enabled { "enabled" } else { "disabled" }))
}

pub(super) async fn enable(
    State(app): State<App>,
    signed_in: SignedIn,
    Path(id): Path<String>,
) -> Result<Response, Error> {
    set(&app, &signed_in, &id, true).await
}

pub(super) async fn disable(
    State(app): State<App>,
    signed_in: SignedIn,
    Path(id): Path<String>,
) -> Result<Response, Error> {
    set(&app, &signed_in, &id, false).await
}
