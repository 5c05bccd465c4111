//! Somebody who asks the service: a browser with a session, or a program with a token.

use std::net::{Ipv4Addr, SocketAddr};

use axum::Router;
use axum::body::Body;
use axum::extract::ConnectInfo;
use http::header::{AUTHORIZATION, CONTENT_TYPE, COOKIE, LOCATION};
use http::{Method, Request};
use serde_json::Value;
use tower::ServiceExt as _;

use crate::web::cookies::SESSION;

pub struct Asking {
    router: Router,
    cookie: String,
    token: String,
}

/// A request to be.
#[derive(Clone, Debug)]
pub struct Sent {
    pub method: Method,
    pub path: String,
    /// A form's fields, a JSON body, or a picture.
    body: Vec<u8>,
    is_api: bool,
}

impl Sent {
    pub fn api(method: Method, path: String, body: Option<Value>) -> Self {
        Self {
            method,
            path,
            body: body.map(|body| body.to_string().into_bytes()).unwrap_or_default(),
            is_api: true,
        }
    }

    pub fn picture(path: String, bytes: &[u8]) -> Self {
        Self { method: Method::PUT, path, body: bytes.to_vec(), is_api: true }
    }

    pub fn page(method: Method, path: String, fields: Vec<(&str, &str)>) -> Self {
        let pairs = fields.into_iter().map(|(name, value)| format!("{name}={value}"));
        Self { method, path, body: pairs.collect::<Vec<_>>().join("&").into_bytes(), is_api: false }
    }
}

/// What can be seen of an answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seen {
    pub status: u16,
    pub location: String,
    pub body: String,
}

impl Asking {
    pub fn new(router: &Router, cookie: &str, token: &str) -> Self {
        Self { router: router.clone(), cookie: cookie.to_owned(), token: token.to_owned() }
    }

    pub async fn send(&self, sent: &Sent) -> Seen {
        let mut request = Request::builder().method(&sent.method).uri(&sent.path);
        request = if sent.is_api {
            request
                .header(AUTHORIZATION, format!("Bearer {}", self.token))
                .header(CONTENT_TYPE, "application/json")
        } else {
            request
                .header(COOKIE, format!("{SESSION}={}", self.cookie))
                .header(CONTENT_TYPE, "application/x-www-form-urlencoded")
                .header("sec-fetch-site", "same-origin")
        };
        let unreachable = Seen { status: 0, location: String::new(), body: String::new() };
        let Ok(mut request) = request.body(Body::from(sent.body.clone())) else { return unreachable };
        request.extensions_mut().insert(ConnectInfo(SocketAddr::new(Ipv4Addr::LOCALHOST.into(), 50_000)));
        let Ok(response) = self.router.clone().oneshot(request).await;
        let (parts, body) = response.into_parts();
        let location = parts.headers.get(LOCATION).and_then(|value| value.to_str().ok()).unwrap_or_default();
        let bytes = axum::body::to_bytes(body, usize::MAX).await.unwrap_or_default();
        Seen {
            status: parts.status.as_u16(),
            location: location.to_owned(),
            body: String::from_utf8_lossy(&bytes).into_owned(),
        }
    }

    /// Creates something and gives its id; empty where it can't be made.
    pub async fn make(&self, path: &str, body: Value) -> String {
        let answer = self.send(&Sent::api(Method::POST, path.to_owned(), Some(body))).await;
        let made: Value = serde_json::from_str(&answer.body).unwrap_or_default();
        made["id"].as_str().unwrap_or_default().to_owned()
    }
}
