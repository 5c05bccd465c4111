//! `photo` of a person: what is known of it, and the picture itself (Microsoft Graph, profilePhoto). Graph makes several
//! sizes of what is sent; here the one that was sent is kept, and `photos` lists it.

use std::collections::HashMap;

use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, Path, State};
use axum::response::Response;
use axum::routing::get;
use axum::{Json, Router};
use http::{HeaderMap, StatusCode};
use model::ids::UserId;
use model::refusal::Code;
use serde_json::{Map, Value, json};

use crate::access::Actor;
use crate::app::App;
use crate::db::TenantScope;
use crate::error::Error;
use crate::features::directory::{self, PhotoFacts};
use crate::features::directory_api::at::At;
use crate::graph::{Caller, context};
use crate::openapi::{Answer, Operation, Shape, number, reference, text};
use crate::pictures;
use crate::transaction;

/// Bytes that are read of a picture before it is refused for its size (Graph takes so many).
const READ: usize = 4 * 1024 * 1024;

pub(super) fn routes() -> Router<App> {
    let photo = || get(facts).delete(delete);
    let picture = || get(show).put(put).patch(put).delete(delete).layer(DefaultBodyLimit::max(READ));
    Router::new()
        .route("/v1.0/me/photo", photo())
        .route("/v1.0/me/photo/$value", picture())
        .route("/v1.0/me/photos", get(list))
        .route("/v1.0/me/photos/{size}", get(facts))
        .route("/v1.0/me/photos/{size}/$value", get(show))
        .route("/v1.0/users/{id}/photo", photo())
        .route("/v1.0/users/{id}/photo/$value", picture())
        .route("/v1.0/users/{id}/photos", get(list))
        .route("/v1.0/users/{id}/photos/{size}", get(facts))
        .route("/v1.0/users/{id}/photos/{size}/$value", get(show))
}

async fn person(scope: &mut TenantScope<'_>, actor: &Actor, at: &At) -> Result<UserId, Error> {
    at.find(scope, actor).await.map(|(_, id)| UserId(id))
}

/// Refuses a size that isn't kept, where the path names one.
fn of_size(params: &HashMap<String, String>, found: &PhotoFacts) -> Result<(), Error> {
    match params.get("size") {
        Some(size) if *size != found.size() => Err(Code::PhotoMissing.into()),
        _ => Ok(()),
    }
}

fn told(found: &PhotoFacts) -> Map<String, Value> {
    let facts = [
        ("@odata.mediaContentType", json!(found.content_type)),
        ("@odata.mediaEtag", json!(found.etag)),
        ("id", json!(found.size())),
        ("height", json!(found.height)),
        ("width", json!(found.width)),
    ];
    facts.map(|(name, value)| (name.to_owned(), value)).into_iter().collect()
}

async fn facts(
    State(app): State<App>,
    Caller(actor): Caller,
    at: At,
    Path(params): Path<HashMap<String, String>>,
) -> Result<Json<Value>, Error> {
    let mut scope = app.db.read().await?;
    let mut tenant = scope.tenant(actor.grant()).await?;
    let user = person(&mut tenant, &actor, &at).await?;
    let found = directory::photo_facts(&mut tenant, &actor, user).await?.ok_or(Code::PhotoMissing)?;
    of_size(&params, &found)?;
    let mut answer = Map::new();
    answer.insert("@odata.context".into(), context(&app, &format!("users('{user}')/photo/$entity")));
    answer.extend(told(&found));
    Ok(Json(Value::Object(answer)))
}

async fn list(State(app): State<App>, Caller(actor): Caller, at: At) -> Result<Json<Value>, Error> {
    let mut scope = app.db.read().await?;
    let mut tenant = scope.tenant(actor.grant()).await?;
    let user = person(&mut tenant, &actor, &at).await?;
    let found = directory::photo_facts(&mut tenant, &actor, user).await?;
    let context = context(&app, &format!("users('{user}')/photos"));
    let photos: Vec<_> = found.iter().map(told).collect();
    Ok(Json(json!({ "@odata.context": context, "value": photos })))
}

async fn show(
    State(app): State<App>,
    Caller(actor): Caller,
    at: At,
    Path(params): Path<HashMap<String, String>>,
    headers: HeaderMap,
) -> Result<Response, Error> {
    let mut scope = app.db.read().await?;
    let mut tenant = scope.tenant(actor.grant()).await?;
    let user = person(&mut tenant, &actor, &at).await?;
    let found = directory::photo(&mut tenant, &actor, user).await?;
    of_size(&params, &found.facts)?;
    Ok(pictures::shown(&headers, &found.facts.content_type, &found.facts.etag, found.image))
}

/// `If-Match` names the picture that is to be replaced or removed.
async fn unchanged(
    scope: &mut TenantScope<'_>,
    actor: &Actor,
    user: UserId,
    headers: &HeaderMap,
) -> Result<(), Error> {
    let found = directory::photo_facts(scope, actor, user).await?;
    pictures::unchanged(headers, found.as_ref().map(|found| found.etag.as_str()))
}

async fn put(
    State(app): State<App>,
    Caller(actor): Caller,
    at: At,
    headers: HeaderMap,
    image: Bytes,
) -> Result<StatusCode, Error> {
    let moment = app.moment();
    transaction!(app.db, |scope| {
        let mut tenant = scope.tenant(actor.grant()).await?;
        let user = person(&mut tenant, &actor, &at).await?;
        unchanged(&mut tenant, &actor, user, &headers).await?;
        directory::set_photo(&mut tenant, &actor, user, &image, &moment).await
    })?;
    Ok(StatusCode::OK)
}

async fn delete(
    State(app): State<App>,
    Caller(actor): Caller,
    at: At,
    headers: HeaderMap,
) -> Result<StatusCode, Error> {
    let moment = app.moment();
    transaction!(app.db, |scope| {
        let mut tenant = scope.tenant(actor.grant()).await?;
        let user = person(&mut tenant, &actor, &at).await?;
        unchanged(&mut tenant, &actor, user, &headers).await?;
        directory::remove_photo(&mut tenant, &actor, user, &moment).await
    })?;
    Ok(StatusCode::NO_CONTENT)
}

pub(super) fn described(whose: &str) -> Vec<Operation> {
    let (photo, photos) = (format!("{whose}/photo"), format!("{whose}/photos"));
    let (value, size) = (format!("{photo}/$value"), format!("{photos}/{{size}}"));
    let picture =
        |operation: Operation| operation.answers(200, Answer::Text("image/*")).answers(304, Answer::Nothing);
    let sent = |operation: Operation| {
        let answers = vec![(200, Answer::Nothing)];
        Operation { media: "image/*", answers, ..operation.takes(json!({})) }
    };
    let facts = |operation: Operation| operation.answers(200, Answer::Json(reference("profilePhoto")));
    vec![
        facts(Operation::get(&photo, "What is known of a person's photo")),
        Operation::delete(&photo, "Take a person's photo away"),
        picture(Operation::get(&value, "The photo of a person")),
        sent(Operation::put(&value, "Give a person a photo").also_refused(&[412])),
        sent(Operation::patch(&value, "Give a person another photo")),
        Operation::delete(&value, "Take a person's photo away"),
        Operation::get(&photos, "The sizes of a person's photo: the one that was sent")
            .answers(200, Answer::Json(crate::openapi::page(reference("profilePhoto")))),
        facts(Operation::get(&size, "What is known of a size of a person's photo")),
        picture(Operation::get(format!("{size}/$value"), "A size of a person's photo")),
    ]
}

pub(super) fn shape() -> Shape {
    Shape::new("profilePhoto").has("id", text()).has("height", number()).has("width", number())
}
