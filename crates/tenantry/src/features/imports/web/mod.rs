//! `/people/import`, where a file is sent, and `/people/imports/{id}`, where it is looked at, started and followed.

mod one;
mod upload;

use axum::Router;
use axum::response::{IntoResponse as _, Response};
use axum::routing::{get, post};
use http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use http::{HeaderValue, header};

use crate::app::App;
use crate::web::upload::own_limit;

pub fn routes() -> Router<App> {
    Router::new()
        .route("/people/import", get(upload::show).post(upload::send).layer(own_limit()))
        .route("/people/import/template.csv", get(upload::template))
        .route("/people/imports/{id}", get(one::show))
        .route("/people/imports/{id}/start", post(one::start))
        .route("/people/imports/{id}/discard", post(one::discard))
        .route("/people/imports/{id}/results.csv", get(one::results))
        .route("/people/imports/{id}/passwords", get(one::ask_passwords).post(one::passwords))
}

/// A table as a file to keep.
fn csv_file(text: String, name: &'static str) -> Response {
    let headers = [
        (CONTENT_TYPE, HeaderValue::from_static("text/csv; charset=utf-8")),
        (CONTENT_DISPOSITION, HeaderValue::from_static(name)),
        (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
    ];
    (headers, text).into_response()
}
