//! The API described: `/v1.0/openapi.json` for programs, `/docs/api` for people. Both are made from what stands beside
//! the routes, once.

mod page;

use std::sync::LazyLock;

use axum::Router;
use axum::response::{IntoResponse as _, Response};
use axum::routing::get;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use bytes::Bytes;
use http::header::{CACHE_CONTROL, CONTENT_TYPE, ETAG, IF_NONE_MATCH};
use http::{HeaderMap, StatusCode};
use serde_json::{Value, json};

use super::{directory_api, eligibility};
use crate::app::App;
use crate::openapi::{Answer, Described, Operation, document};

pub fn routes() -> Router<App> {
    Router::new().route("/v1.0/openapi.json", get(file)).route("/docs/api", get(page::show))
}

fn described() -> Described {
    let mut own = Operation::get("/v1.0/openapi.json", "This document")
        .answers(200, Answer::Json(json!({ "type": "object" })))
        .answers(304, Answer::Nothing);
    own.is_open = true;
    own.refusals = vec![429, 503];
    directory_api::described().merge(eligibility::described()).merge(Described::of([own]))
}

static DOCUMENT: LazyLock<Value> = LazyLock::new(|| document(&described()));

/// The whole document (OpenAPI 3.1).
#[must_use]
pub fn api() -> &'static Value {
    &DOCUMENT
}

/// Its bytes and their ETag.
static WRITTEN: LazyLock<(Bytes, String)> = LazyLock::new(|| {
    let bytes = Bytes::from(DOCUMENT.to_string());
    let digest = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, &bytes);
    let tag = format!("\"{}\"", URL_SAFE_NO_PAD.encode(digest.as_ref()));
    (bytes, tag)
});

async fn file(headers: HeaderMap) -> Response {
    let (bytes, tag) = &*WRITTEN;
    let known = headers.get(IF_NONE_MATCH).and_then(|known| known.to_str().ok()).unwrap_or_default();
    let is_known =
        known.split(',').map(|one| one.trim().trim_start_matches("W/")).any(|one| one == "*" || one == tag);
    let kept = [(ETAG, tag.as_str()), (CACHE_CONTROL, "no-cache")];
    if is_known {
        return (StatusCode::NOT_MODIFIED, kept).into_response();
    }
    (kept, [(CONTENT_TYPE, "application/json")], bytes.clone()).into_response()
}
