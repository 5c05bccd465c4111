//! A person's browser without JavaScript: cookies, same-origin posts, forms. It follows nothing by itself.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use axum::Router;
use axum::body::Body;
use axum::extract::ConnectInfo;
use http::header::{CONTENT_TYPE, COOKIE, HOST, ORIGIN, SET_COOKIE, USER_AGENT};
use http::{Method, Request, StatusCode};
use hyper_util::rt::TokioIo;
use tower::ServiceExt as _;

use super::page::{Form, Page};

/// How requests reach the service.
#[derive(Clone)]
enum Via {
    /// In this process.
    Router(Router),
    /// Over the network, to a process of its own.
    Network(SocketAddr),
}

#[derive(Clone)]
pub struct Browser {
    via: Via,
    origin: String,
    pub address: IpAddr,
    cookies: Vec<(String, String)>,
}

impl Browser {
    pub fn new(router: Router, origin: &str, address: IpAddr) -> Self {
        Self { via: Via::Router(router), origin: origin.to_owned(), address, cookies: Vec::new() }
    }

    /// The same browser in front of another node of the service.
    pub fn of(self, router: Router) -> Self {
        Self { via: Via::Router(router), ..self }
    }

    /// A browser of this machine for a service that listens on a port.
    pub fn to_port(port: u16) -> Self {
        let address = IpAddr::V4(Ipv4Addr::LOCALHOST);
        let via = Via::Network(SocketAddr::new(address, port));
        Self { via, origin: format!("http://localhost:{port}"), address, cookies: Vec::new() }
    }

    pub async fn get(&mut self, path: &str) -> Page {
        let request = self.request(Method::GET, path).header("sec-fetch-site", "same-origin");
        self.send(path, request.body(Body::empty()).unwrap()).await
    }

    pub async fn post(&mut self, path: &str, values: &[(&str, &str)]) -> Page {
        let request = self.request(Method::POST, path).header("sec-fetch-site", "same-origin");
        self.send(path, request.header(ORIGIN, &self.origin).body(form_body(values)).unwrap()).await
    }

    /// A request of the caller's own making; cookies and address are the browser's.
    pub fn request(&self, method: Method, path: &str) -> http::request::Builder {
        let cookies: Vec<_> = self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let request = Request::builder()
            .method(method)
            .uri(path)
            .header(HOST, self.origin.split("//").nth(1).unwrap_or_default())
            .header(USER_AGENT, "Mozilla/5.0 (X11; Linux x86_64) Chrome/140.0 test")
            .header(CONTENT_TYPE, "application/x-www-form-urlencoded");
        if cookies.is_empty() { request } else { request.header(COOKIE, cookies.join("; ")) }
    }

    /// Sends any request. A fault of ours (500) fails the test wherever it comes up.
    pub async fn send(&mut self, path: &str, request: Request<Body>) -> Page {
        let page = self.attempt(path, request).await;
        page.unwrap_or_else(|| panic!("{path}: the connection was lost"))
    }

    /// The same, where the service may die before it answers.
    pub async fn attempt(&mut self, path: &str, mut request: Request<Body>) -> Option<Page> {
        let (parts, bytes) = match &self.via {
            Via::Router(router) => {
                request.extensions_mut().insert(ConnectInfo(SocketAddr::new(self.address, 50_000)));
                let (parts, body) = router.clone().oneshot(request).await.unwrap().into_parts();
                (parts, axum::body::to_bytes(body, usize::MAX).await.unwrap())
            }
            Via::Network(address) => over_network(*address, request).await?,
        };
        let body = String::from_utf8_lossy(&bytes).into_owned();
        let page = Page { path: path.to_owned(), status: parts.status, headers: parts.headers, body };
        assert_ne!(page.status, StatusCode::INTERNAL_SERVER_ERROR, "{path}: {}", page.text());
        page.assert_sound();
        self.keep_cookies(&page);
        Some(page)
    }

    /// Goes where a redirect leads, until a page comes.
    pub async fn follow(&mut self, page: &Page) -> Page {
        let mut page = page.clone();
        for _ in 0..10 {
            if !page.status.is_redirection() {
                return page;
            }
            let location = page.location().to_owned();
            page = self.get(location.strip_prefix(&self.origin).unwrap_or(&location)).await;
        }
        panic!("{} redirects without end", page.path)
    }

    /// Fills the page's form that has these fields, and sends it.
    pub async fn submit(&mut self, page: &Page, fills: &[(&str, &str)]) -> Page {
        let form = page.form_with(fills);
        self.send_form(form, fills).await
    }

    /// Fills the page's form that goes to a path, and sends it.
    pub async fn submit_to(&mut self, page: &Page, action: &str, fills: &[(&str, &str)]) -> Page {
        self.send_form(page.form_to(action), fills).await
    }

    /// Submits and follows to the page that comes of it.
    pub async fn submit_and_follow(&mut self, page: &Page, fills: &[(&str, &str)]) -> Page {
        let answer = self.submit(page, fills).await;
        self.follow(&answer).await
    }

    /// Sends a filled form to a service that may die before it answers.
    pub async fn attempt_form(&mut self, form: &Form) -> Option<Page> {
        let values: Vec<_> =
            form.values.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        let request = self.request(Method::POST, &form.action).header("sec-fetch-site", "same-origin");
        self.attempt(&form.action, request.body(form_body(&values)).unwrap()).await
    }

    pub async fn send_form(&mut self, form: Form, fills: &[(&str, &str)]) -> Page {
        let form = fills.iter().fold(form, |form, (name, value)| form.fill(name, value));
        let values: Vec<_> =
            form.values.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        if form.method == "post" {
            return self.post(&form.action, &values).await;
        }
        let path = form.action.split('?').next().unwrap_or_default();
        self.get(&format!("{path}?{}", encode(&values))).await
    }

    pub fn cookie(&self, name: &str) -> Option<&str> {
        self.cookies.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    pub fn set_cookie(&mut self, name: &str, value: &str) {
        self.cookies.retain(|(known, _)| known != name);
        self.cookies.push((name.to_owned(), value.to_owned()));
    }

    fn keep_cookies(&mut self, page: &Page) {
        for header in page.headers.get_all(SET_COOKIE) {
            let text = header.to_str().unwrap();
            let (pair, attributes) = text.split_once(';').unwrap_or((text, ""));
            let (name, value) = pair.split_once('=').unwrap();
            self.cookies.retain(|(known, _)| known != name.trim());
            if !attributes.to_ascii_lowercase().contains("max-age=0") {
                self.cookies.push((name.trim().to_owned(), value.trim().to_owned()));
            }
        }
    }
}

async fn over_network(
    address: SocketAddr,
    request: Request<Body>,
) -> Option<(http::response::Parts, bytes::Bytes)> {
    let stream = tokio::net::TcpStream::connect(address).await.ok()?;
    let (mut sender, connection) = hyper::client::conn::http1::handshake(TokioIo::new(stream)).await.ok()?;
    tokio::spawn(connection);
    let (parts, body) = sender.send_request(request).await.ok()?.into_parts();
    // A status without its whole body isn't an answer yet.
    let bytes = axum::body::to_bytes(Body::new(body), usize::MAX).await.ok()?;
    Some((parts, bytes))
}

/// Names and values as forms write them.
pub fn encode(values: &[(&str, &str)]) -> String {
    let escape =
        |text| percent_encoding::utf8_percent_encode(text, percent_encoding::NON_ALPHANUMERIC).to_string();
    let pairs: Vec<_> =
        values.iter().map(|(name, value)| format!("{}={}", escape(name), escape(value))).collect();
    pairs.join("&")
}

/// The body of a posted form.
pub fn form_body(values: &[(&str, &str)]) -> Body {
    Body::from(encode(values))
}
