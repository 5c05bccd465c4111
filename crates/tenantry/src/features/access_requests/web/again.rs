//! An invitation sent again, or taken back.

use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};

use super::id_of;
use crate::access::session::SignedIn;
use crate::app::App;
use crate::error::Error;
use crate::features::access_requests::ops::renew;
use crate::transaction;

pub(super) async fn resend(
    State(app): State<App>,
    signed_in: SignedIn,
    Path(id): Path<String>,
) -> Result<Response, Error> {
    let (actor, request, moment) = (&signed_in.actor, id_of(&id)?, app.moment());
    transaction!(app.db, |scope| {
        let mut tenant = scope.tenant(actor.grant()).await?;
        renew::resend(&app, &mut tenant, actor, request, &moment).await
    })?;
    Ok(Redirect::to(&format!("/access-requests/{request}?done=invited")).into_response())
}

pub(super) async fn revoke(
    State(app): State<App>,
    signed_in: SignedIn,
    Path(id): Path<String>,
) -> Result<Response, Error> {
    let (actor, request, moment) = (&signed_in.actor, id_of(&id)?, app.moment());
    transaction!(app.db, |scope| {
        let mut tenant = scope.tenant(actor.grant()).await?;
        renew::revoke(&mut tenant, actor, request, &moment).await
    })?;
    Ok(Redirect::to(&format!("/access-requests/{request}?done=revoked")).into_response())
}
