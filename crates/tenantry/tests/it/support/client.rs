//! A program with a token: what asks the API.

use axum::Router;
use axum::body::Body;
use axum::extract::ConnectInfo;
use http::header::{AUTHORIZATION, CONTENT_TYPE};
use http::{HeaderMap, Method, Request, StatusCode};
use jiff::SignedDuration;
use model::ids::{TenantId, UserId};
use serde_json::Value;
use std::net::{Ipv4Addr, SocketAddr};
use tenantry::access::{Actor, token};
use tenantry::error::Error;
use tenantry::transaction;
use tower::ServiceExt as _;

use super::TestApp;
use super::document::assert_described;

#[derive(Clone)]
pub struct Client {
    router: Router,
    pub tenant: TenantId,
    pub token: String,
}

pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: Value,
}

impl Answer {
    /// The codes of Microsoft Graph and of the catalogue.
    pub fn codes(&self) -> (&str, &str) {
        let error = &self.body["error"];
        (error["code"].as_str().unwrap_or_default(), error["innerError"]["code"].as_str().unwrap_or_default())
    }

    pub fn assert_refused(&self, status: u16, graph: &str, code: &str) {
        assert_eq!((self.status.as_u16(), self.codes()), (status, (graph, code)), "{}", self.body);
    }

    /// One property of every object in a collection.
    pub fn each(&self, property: &str) -> Vec<String> {
        let values = self.body["value"].as_array().unwrap_or_else(|| panic!("no collection: {}", self.body));
        values.iter().map(|object| object[property].as_str().unwrap_or("null").to_owned()).collect()
    }
}

impl TestApp {
    /// A program that acts as this person for an hour.
    pub async fn client(&self, tenant: TenantId, user: UserId) -> Client {
        let (app, moment) = (self.app.clone(), self.app.moment());
        let (actor, expires_at) = (Actor::operator(tenant), moment.after_seconds(3600));
        let made: Result<_, Error> = transaction!(app.db, |scope| {
            let mut inside = scope.tenant(actor.grant()).await?;
            token::create(&app, &mut inside, user, expires_at, &moment).await
        });
        Client { router: self.router.clone(), tenant, token: made.unwrap().1.expose().to_owned() }
    }

    pub fn an_hour_passes(&self) {
        self.advance(SignedDuration::from_hours(1));
    }
}

impl Client {
    /// The same program with another token.
    pub fn with_token(&self, token: &str) -> Self {
        Self { token: token.to_owned(), ..self.clone() }
    }

    pub async fn get(&self, path: &str) -> Answer {
        self.send(Method::GET, path, None, &[]).await
    }

    pub async fn post(&self, path: &str, body: Value) -> Answer {
        self.send(Method::POST, path, Some(body), &[]).await
    }

    pub async fn patch(&self, path: &str, body: Value) -> Answer {
        self.send(Method::PATCH, path, Some(body), &[]).await
    }

    pub async fn delete(&self, path: &str) -> Answer {
        self.send(Method::DELETE, path, None, &[]).await
    }

    pub async fn put(&self, path: &str, body: Value) -> Answer {
        self.send(Method::PUT, path, Some(body), &[]).await
    }

    /// Sends a file.
    pub async fn put_bytes(&self, path: &str, kind: &str, bytes: Vec<u8>) -> Answer {
        self.ask(Method::PUT, path, Body::from(bytes), &[(CONTENT_TYPE.as_str(), kind)]).await
    }

    pub async fn patch_bytes(&self, path: &str, kind: &str, bytes: Vec<u8>) -> Answer {
        self.ask(Method::PATCH, path, Body::from(bytes), &[(CONTENT_TYPE.as_str(), kind)]).await
    }

    /// Sends a path whose query may hold spaces and quotes, as clients would have escaped them.
    pub async fn send(
        &self,
        method: Method,
        path: &str,
        body: Option<Value>,
        headers: &[(&str, &str)],
    ) -> Answer {
        let body = body.map_or_else(Body::empty, |body| Body::from(body.to_string()));
        let json = (CONTENT_TYPE.as_str(), "application/json");
        self.ask(method, path, body, &[&[json], headers].concat()).await
    }

    async fn ask(&self, method: Method, path: &str, body: Body, headers: &[(&str, &str)]) -> Answer {
        let asked = method.clone();
        let path = path.replace(' ', "%20").replace('"', "%22");
        let mut request = Request::builder()
            .method(method)
            .uri(&path)
            .header(AUTHORIZATION, format!("Bearer {}", self.token));
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let mut request = request.body(body).unwrap();
        let address = SocketAddr::new(Ipv4Addr::new(192, 0, 2, 200).into(), 50_000);
        request.extensions_mut().insert(ConnectInfo(address));
        let (parts, body) = self.router.clone().oneshot(request).await.unwrap().into_parts();
        let bytes = axum::body::to_bytes(body, usize::MAX).await.unwrap();
        assert_ne!(parts.status, StatusCode::INTERNAL_SERVER_ERROR, "{path}");
        let body = serde_json::from_slice(&bytes)
            .unwrap_or_else(|_| Value::String(String::from_utf8_lossy(&bytes).into_owned()));
        let media = parts.headers.get(CONTENT_TYPE).and_then(|media| media.to_str().ok()).unwrap_or_default();
        assert_described(&asked, &path, parts.status, media, &body);
        Answer { status: parts.status, headers: parts.headers, body }
    }
}
