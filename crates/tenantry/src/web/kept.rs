//! Finished answers that everybody may have: sent again from memory, before anything else is asked.
//!
//! A handler says of an answer that it may be kept, and of what ([`MayBeKept`]); here, outside of all that makes it ready to be
//! sent, it is kept for a moment ([`recent`](crate::recent)) with its headers, compressed as its client wants it.

use std::sync::Arc;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::Request;
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use http::header::{
    ACCEPT_ENCODING, CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_TYPE, ETAG, HeaderMap, IF_NONE_MATCH,
};
use http::{Method, StatusCode};
use model::ids::TenantId;
use tower::ServiceExt as _;

use crate::app::App;
use crate::recent::{AsOf, Recent};

/// Answers that are kept. Each is some kilobytes.
const MOST: usize = 1000;
/// What names an answer may be as long as this, and an answer as large.
const LONGEST: usize = 500;
const LARGEST: usize = 64 * 1024;

/// Put into an answer that is the same for everybody: what it is as old as, and whose change ends it.
#[derive(Clone, Copy)]
pub struct MayBeKept {
    pub as_of: AsOf,
    pub tenant: Option<TenantId>,
}

struct Answer {
    headers: HeaderMap,
    body: Bytes,
}

/// What this process keeps, by address and by what the client can decompress.
pub struct Kept(Recent<String, Arc<Answer>>);

impl Default for Kept {
    fn default() -> Self {
        Self(Recent::at_most(MOST))
    }
}

/// Stands before the whole service, whose part for a request `within` picks.
pub fn before(app: &App, within: impl Fn(&Request) -> Router + Clone + Send + Sync + 'static) -> Router {
    let app = app.clone();
    Router::new().fallback(async move |request: Request| {
        let whole = within(&request);
        if *request.method() != Method::GET || request.uri().query().is_some() {
            let Ok(answer) = whole.oneshot(request).await;
            return answer;
        }
        let name = name(&request);
        if let Some(kept) = name.as_ref().and_then(|name| app.kept.0.find(&app, name)) {
            return kept.to(request.headers());
        }
        // Who knows it already is told so; whatever is kept is whole.
        let tags = request.headers().get_all(IF_NONE_MATCH).iter();
        let asked: HeaderMap = tags.map(|tag| (IF_NONE_MATCH, tag.clone())).collect();
        let Ok(answer) = whole.oneshot(request).await;
        match answer.extensions().get::<MayBeKept>().copied() {
            Some(may) if answer.status() == StatusCode::OK => keep(&app, name, may, answer, &asked).await,
            _ => answer,
        }
    })
}

fn name(request: &Request) -> Option<String> {
    let mut encodings = request.headers().get_all(ACCEPT_ENCODING).iter();
    let encodings = match (encodings.next(), encodings.next()) {
        (None, _) => "",
        (Some(value), None) => value.to_str().ok()?,
        // What is named by one of them must not be compressed by another.
        (Some(_), Some(_)) => return None,
    };
    let name = format!("{}\n{encodings}", request.uri().path());
    (name.len() <= LONGEST).then_some(name)
}

async fn keep(
    app: &App,
    name: Option<String>,
    may: MayBeKept,
    answer: Response,
    asked: &HeaderMap,
) -> Response {
    let (parts, body) = answer.into_parts();
    let Ok(body) = to_bytes(body, LARGEST).await else {
        return StatusCode::INTERNAL_SERVER_ERROR.into_response();
    };
    let mut headers = parts.headers;
    headers.remove(CONTENT_LENGTH);
    let answer = Arc::new(Answer { headers, body });
    if let Some(name) = name {
        app.kept.0.keep(name, may.as_of, may.tenant, Arc::clone(&answer));
    }
    answer.to(asked)
}

impl Answer {
    fn to(&self, asked: &HeaderMap) -> Response {
        if is_known(&self.headers, asked) {
            let mut response = StatusCode::NOT_MODIFIED.into_response();
            *response.headers_mut() = self.headers.clone();
            response.headers_mut().remove(CONTENT_TYPE);
            response.headers_mut().remove(CONTENT_ENCODING);
            return response;
        }
        let mut response = Response::new(Body::from(self.body.clone()));
        *response.headers_mut() = self.headers.clone();
        response
    }
}

/// Does the client say that it has what this tag names (RFC 9110 §13.1.2)?
fn is_known(own: &HeaderMap, asked: &HeaderMap) -> bool {
    let Some(own) = own.get(ETAG).and_then(|tag| tag.to_str().ok()) else { return false };
    let known = asked.get_all(IF_NONE_MATCH).iter().filter_map(|value| value.to_str().ok());
    let same = |tag: &str| tag == "*" || tag.trim_start_matches("W/") == own.trim_start_matches("W/");
    known.flat_map(|tags| tags.split(',')).any(|tag| same(tag.trim()))
}
