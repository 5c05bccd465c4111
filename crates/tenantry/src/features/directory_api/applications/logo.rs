//! `logo` of an application: a picture, sent and shown as it is but for what it tells beside.

use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, Path, State};
use axum::response::Response;
use axum::routing::{MethodRouter, get};
use http::{HeaderMap, StatusCode};
use serde_json::json;

use super::find;
use crate::app::App;
use crate::error::Error;
use crate::features::applications;
use crate::graph::Caller;
use crate::openapi::{Answer, Described, Operation};
use crate::pictures;
use crate::transaction;

/// Bytes that are read of a picture before it is refused for its size.
const READ: usize = 512 * 1024;

pub(super) fn routes() -> MethodRouter<App> {
    get(show).put(put).delete(delete).layer(DefaultBodyLimit::max(READ))
}

async fn put(
    State(app): State<App>,
    Caller(actor): Caller,
    Path(id): Path<String>,
    image: Bytes,
) -> Result<StatusCode, Error> {
    let moment = app.moment();
    transaction!(app.db, |scope| {
        let mut tenant = scope.tenant(actor.grant()).await?;
        let id = find(&mut tenant, &actor, &id).await?;
        let address = applications::logo_address(&app, id);
        applications::set_logo(&mut tenant, &actor, id, (&image, &address), &moment).await
    })?;
    Ok(StatusCode::NO_CONTENT)
}

async fn show(
    State(app): State<App>,
    Caller(actor): Caller,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Result<Response, Error> {
    let mut scope = app.db.read().await?;
    let mut tenant = scope.tenant(actor.grant()).await?;
    let id = find(&mut tenant, &actor, &id).await?;
    let logo = applications::logo(&mut tenant, &actor, id).await?;
    let etag = pictures::etag(&logo.image);
    Ok(pictures::shown(&headers, &logo.content_type, &etag, logo.image))
}

async fn delete(
    State(app): State<App>,
    Caller(actor): Caller,
    Path(id): Path<String>,
) -> Result<StatusCode, Error> {
    let moment = app.moment();
    transaction!(app.db, |scope| {
        let mut tenant = scope.tenant(actor.grant()).await?;
        let id = find(&mut tenant, &actor, &id).await?;
        applications::remove_logo(&mut tenant, &actor, id, &moment).await
    })?;
    Ok(StatusCode::NO_CONTENT)
}

pub(super) fn described() -> Described {
    let path = "/v1.0/applications/{id}/logo";
    let mut put = Operation::put(path, "Give the application a logo").takes(json!({}));
    put.media = "image/*";
    Described::of([
        Operation::get(path, "The logo of an application")
            .answers(200, Answer::Text("image/*"))
            .answers(304, Answer::Nothing),
        put,
        Operation::delete(path, "Take the logo away"),
    ])
}
