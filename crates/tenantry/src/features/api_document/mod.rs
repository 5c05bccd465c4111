//! The API described: `/v1.0/openapi.json` and `/v1.0/$metadata` for programs, `/docs/api` for people. All are made from
//! what stands beside the routes, once.

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
use crate::openapi::{Answer, Described, Operation, csdl, document};

pub fn routes() -> Router<App> {
    Router::new()
        .route("/v1.0/openapi.json", get(file))
        .route("/v1.0/$metadata", get(model))
        .route("/docs/api", get(page::show))
}

fn described() -> Described {
    let open = |operation: Operation| {
        let mut operation = operation.answers(304, Answer::Nothing);
        operation.is_open = true;
        operation.refusals = vec![429, 503];
        operation
    };
    let own = [
        Operation::get("/v1.0/openapi.json", "This document")
            .answers(200, Answer::Json(json!({ "type": "object" }))),
        Operation::get("/v1.0/$metadata", "The directory as an entity model (OData CSDL)")
            .answers(200, Answer::Text("application/xml")),
    ];
    directory_api::described().merge(eligibility::described()).merge(Described::of(own.map(open)))
}

static DOCUMENT: LazyLock<Value> = LazyLock::new(|| document(&described()));

/// The whole document (OpenAPI 3.1).
#[must_use]
pub fn api() -> &'static Value {
    &DOCUMENT
}

static MODEL: LazyLock<String> = LazyLock::new(|| csdl(&directory_api::described()));

/// The same as an entity model (OData CSDL).
#[must_use]
pub fn entity_model() -> &'static str {
    &MODEL
}

/// A document as it is sent: its bytes, their ETag, and what they are.
struct File(Bytes, String, &'static str);

impl File {
    fn of(text: String, kind: &'static str) -> Self {
        let bytes = Bytes::from(text);
        let digest = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, &bytes);
        let tag = format!("\"{}\"", URL_SAFE_NO_PAD.encode(digest.as_ref()));
        Self(bytes, tag, kind)
    }

    fn answer(&self, headers: &HeaderMap) -> Response {
        let Self(bytes, tag, kind) = self;
        let known = headers.get(IF_NONE_MATCH).and_then(|known| known.to_str().ok()).unwrap_or_default();
        let is_known = known
            .split(',')
            .map(|one| one.trim().trim_start_matches("W/"))
            .any(|one| one == "*" || one == tag);
        let kept = [(ETAG, tag.as_str()), (CACHE_CONTROL, "no-cache")];
        if is_known {
            return (StatusCode::NOT_MODIFIED, kept).into_response();
        }
        (kept, [(CONTENT_TYPE, *kind)], bytes.clone()).into_response()
    }
}

static WRITTEN: LazyLock<File> = LazyLock::new(|| File::of(DOCUMENT.to_string(), "application/json"));
static MODEL_WRITTEN: LazyLock<File> = LazyLock::new(|| File::of(MODEL.clone(), "application/xml"));

async fn file(headers: HeaderMap) -> Response {
    WRITTEN.answer(&headers)
}

async fn model(headers: HeaderMap) -> Response {
    MODEL_WRITTEN.answer(&headers)
}
