//! One connection with one person's cookies, as a browser without pages would hold it.

use std::collections::BTreeMap;

use bytes::Bytes;
use http_body_util::{BodyExt as _, Full};
use hyper::client::conn::http1::{SendRequest, handshake};
use hyper::header::{AUTHORIZATION, CONTENT_TYPE, COOKIE, HOST, LOCATION, ORIGIN, SET_COOKIE};
use hyper::{Method, Request};
use hyper_util::rt::TokioIo;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use tokio::net::TcpStream;

use crate::Fault;
use crate::server::fault;

pub struct Client {
    port: u16,
    sender: SendRequest<Full<Bytes>>,
    cookies: BTreeMap<String, String>,
}

pub struct Answer {
    pub status: u16,
    pub location: String,
    pub body: Bytes,
}

impl Answer {
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// The answer to a form that leads on: a redirect to a path that begins so.
    pub fn leads_to(self, path: &str) -> Result<Self, Fault> {
        if self.status == 303 && self.location.starts_with(path) {
            return Ok(self);
        }
        let text = self.text();
        let head = text.split("<h1>").nth(1).unwrap_or(&text);
        let head: String = head.chars().take(600).collect();
        Err(format!("status {} to {:?} instead of {path}: {head}", self.status, self.location))
    }
}

impl Client {
    pub async fn connect(port: u16) -> Result<Self, Fault> {
        let stream = TcpStream::connect(("127.0.0.1", port)).await.map_err(fault)?;
        stream.set_nodelay(true).map_err(fault)?;
        let (sender, connection) = handshake(TokioIo::new(stream)).await.map_err(fault)?;
        tokio::spawn(connection);
        Ok(Self { port, sender, cookies: BTreeMap::new() })
    }

    /// Another person on the same connection.
    pub fn forget(&mut self) {
        self.cookies.clear();
    }

    /// Whether the service has given this person anything to remember.
    pub fn is_known(&self) -> bool {
        !self.cookies.is_empty()
    }

    pub async fn get(&mut self, path: &str) -> Result<Answer, Fault> {
        self.send(Method::GET, path, None).await
    }

    /// Asks the API with a token: by POST where there is something to send.
    pub async fn ask(&mut self, path: &str, token: &str, body: Option<String>) -> Result<Answer, Fault> {
        let method = if body.is_some() { Method::POST } else { Method::GET };
        let request = Request::builder()
            .method(method)
            .uri(path)
            .header(HOST, format!("localhost:{}", self.port))
            .header(AUTHORIZATION, format!("Bearer {token}"))
            .header(CONTENT_TYPE, "application/json");
        let request = request.body(Full::from(body.unwrap_or_default())).map_err(fault)?;
        self.answered(request).await
    }

    pub async fn post(&mut self, path: &str, values: &[(&str, &str)]) -> Result<Answer, Fault> {
        let encode = |text| utf8_percent_encode(text, NON_ALPHANUMERIC);
        let pairs = values.iter().map(|(name, value)| format!("{}={}", encode(name), encode(value)));
        self.send(Method::POST, path, Some(pairs.collect::<Vec<_>>().join("&"))).await
    }

    async fn send(&mut self, method: Method, path: &str, form: Option<String>) -> Result<Answer, Fault> {
        let host = format!("localhost:{}", self.port);
        let mut request = Request::builder().method(method).uri(path).header(HOST, &host);
        if !self.cookies.is_empty() {
            let pairs = self.cookies.iter().map(|(name, value)| format!("{name}={value}"));
            request = request.header(COOKIE, pairs.collect::<Vec<_>>().join("; "));
        }
        if form.is_some() {
            request = request
                .header(CONTENT_TYPE, "application/x-www-form-urlencoded")
                .header(ORIGIN, format!("http://{host}"));
        }
        let request = request.body(Full::from(form.unwrap_or_default())).map_err(fault)?;
        self.answered(request).await
    }

    async fn answered(&mut self, request: Request<Full<Bytes>>) -> Result<Answer, Fault> {
        self.sender.ready().await.map_err(fault)?;
        let response = self.sender.send_request(request).await.map_err(fault)?;
        let (parts, body) = response.into_parts();
        for cookie in parts.headers.get_all(SET_COOKIE) {
            let pair = cookie.to_str().unwrap_or_default().split(';').next().unwrap_or_default();
            if let Some((name, value)) = pair.split_once('=') {
                self.cookies.insert(name.to_owned(), value.to_owned());
            }
        }
        let location = parts.headers.get(LOCATION).and_then(|value| value.to_str().ok()).unwrap_or_default();
        Ok(Answer {
            status: parts.status.as_u16(),
            location: location.to_owned(),
            body: body.collect().await.map_err(fault)?.to_bytes(),
        })
    }
}
