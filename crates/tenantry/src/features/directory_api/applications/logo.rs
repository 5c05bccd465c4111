//! `logo` of an application: a picture, sent and shown as it is.

use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::response::{IntoResponse as _, Response};
use http::StatusCode;
use http::header::CONTENT_TYPE;

use super::find;
use crate::app::App;
use crate::error::Error;
use crate::features::applications;
use crate::graph::Caller;
use crate::transaction;

pub(super) async fn put(
    State(app): State<App>,
    Caller(actor): Caller,
    Path(id): Path<String>,
    image: Bytes,
) -> Result<StatusCode, Error> {
    let moment = app.moment();
    transaction!(app.db, |scope| {
        let mut tenant = scope.tenant(actor.grant()).await?;
        let id = find(&mut tenant, &id).await?;
        applications::set_logo(&mut tenant, &actor, id, &image, &moment).await
    })?;
    Ok(StatusCode::NO_CONTENT)
}

pub(super) async fn get(
    State(app): State<App>,
    Caller(actor): Caller,
    Path(id): Path<String>,
) -> Result<Response, Error> {
    let mut scope = app.db.read().await?;
    let mut tenant = scope.tenant(actor.grant()).await?;
    let id = find(&mut tenant, &id).await?;
    let logo = applications::logo(&mut tenant, &actor, id).await?;
    Ok(([(CONTENT_TYPE, logo.content_type)], logo.image).into_response())
}

pub(super) async fn delete(
    State(app): State<App>,
    Caller(actor): Caller,
    Path(id): Path<String>,
) -> Result<StatusCode, Error> {
    let moment = app.moment();
    transaction!(app.db, |scope| {
        let mut tenant = scope.tenant(actor.grant()).await?;
        let id = find(&mut tenant, &id).await?;
        applications::remove_logo(&mut tenant, &actor, id, &moment).await
    })?;
    Ok(StatusCode::NO_CONTENT)
}
