//! What every request and answer passes: cross-site posts are refused, security headers are set, requests end in time.

use std::time::Duration;

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, ORIGIN, REFERRER_POLICY, STRICT_TRANSPORT_SECURITY,
    X_CONTENT_TYPE_OPTIONS, X_FRAME_OPTIONS,
};
use http::{HeaderMap, HeaderName, HeaderValue, Method};
use model::refusal::{Code, Refusal};

use crate::app::App;
use crate::error::Error;

/// Everything a page needs comes from this service; nothing runs or styles inline.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; \
    connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

/// Refuses unsafe requests that another site's page sent, by Fetch metadata where the browser gives it, else by
/// Origin. A client that sends neither is no browser and carries no one's cookies. Others end in time.
pub async fn guard(State(app): State<App>, request: Request, next: Next) -> Response {
    let safe = matches!(*request.method(), Method::GET | Method::HEAD | Method::OPTIONS);
    if safe
        || is_for_clients(request.uri().path())
        || is_same_site(request.headers(), &app.config.server.public_url)
    {
        return in_time(&app, next.run(request)).await;
    }
    Error::from(Code::CrossSite).into_response()
}

/// Where other sites' pages may post: whatever counts there the client sends itself, and a cookie that the browser adds means nothing.
fn is_for_clients(path: &str) -> bool {
    const ENDPOINTS: [&str; 8] = [
        "oauth2/v2.0/authorize",
        "oauth2/v2.0/devicecode",
        "oauth2/v2.0/token",
        "oauth2/v2.0/introspect",
        "oauth2/v2.0/revoke",
        "oauth2/v2.0/par",
        // It leads to a page that asks.
        "oauth2/v2.0/logout",
        "openid/userinfo",
    ];
    let named = path.strip_prefix('/').and_then(|path| path.split_once('/'));
    named.is_some_and(|(_, rest)| ENDPOINTS.contains(&rest))
}

/// Lets the forms of one page lead to another site, directly or by redirects: browsers compare each step of a form's way with
/// `form-action`. An address that can't stand in a policy changes nothing.
pub fn let_forms_lead_to(headers: &mut HeaderMap, uri: &str) {
    let Some((scheme, rest)) = uri.split_once(':') else { return };
    let source = match rest.strip_prefix("//").and_then(|rest| rest.split(['/', '?', '#']).next()) {
        Some(authority) if matches!(scheme, "http" | "https") && !authority.is_empty() => {
            format!("{scheme}://{authority}")
        }
        // Without a host it would be every site.
        _ if scheme.eq_ignore_ascii_case("http") || scheme.eq_ignore_ascii_case("https") => return,
        _ => format!("{scheme}:"),
    };
    let fits = |byte: u8| byte.is_ascii_alphanumeric() || b"+-.:/[]".contains(&byte);
    if !source.bytes().all(fits) {
        return;
    }
    let policy = POLICY.replace("form-action 'self'", &format!("form-action 'self' {source}"));
    if let Ok(value) = HeaderValue::from_str(&policy) {
        headers.insert(CONTENT_SECURITY_POLICY, value);
    }
}

/// The same for a form whose way leads on to `next`, a path of this site, and from there perhaps to a client's address.
#[must_use]
pub fn on_the_way_to(next: &str, mut response: Response) -> Response {
    let asked = next.split_once("/oauth2/v2.0/authorize?").map(|(_, asked)| asked).unwrap_or_default();
    let uri = asked.split('&').find_map(|pair| pair.strip_prefix("redirect_uri="));
    let uri = uri.map(|uri| percent_encoding::percent_decode_str(uri).decode_utf8_lossy());
    if let Some(uri) = uri {
        let_forms_lead_to(response.headers_mut(), &uri);
    }
    response
}

/// Lets one page open frames of these addresses, by their origins.
pub fn let_frames_open(headers: &mut HeaderMap, uris: &[String]) {
    let origin = |uri: &String| {
        let (scheme, rest) = uri.split_once("://")?;
        let authority = rest.split(['/', '?', '#']).next()?;
        let fits = |byte: u8| byte.is_ascii_alphanumeric() || b"-.:[]".contains(&byte);
        (matches!(scheme, "http" | "https") && authority.bytes().all(fits))
            .then(|| format!("{scheme}://{authority}"))
    };
    let mut origins: Vec<String> = uris.iter().filter_map(origin).collect();
    origins.sort();
    origins.dedup();
    let policy = format!("{POLICY}; frame-src {}", origins.join(" "));
    if let Ok(value) = HeaderValue::from_str(&policy) {
        headers.insert(CONTENT_SECURITY_POLICY, value);
    }
}

fn is_same_site(headers: &HeaderMap, own_origin: &str) -> bool {
    match (headers.get("sec-fetch-site"), headers.get(ORIGIN)) {
        (Some(site), _) => site == "same-origin" || site == "none",
        (None, Some(origin)) => origin.as_bytes() == own_origin.as_bytes(),
        (None, None) => true,
    }
}

/// Middleware: ends a request that takes too long.
pub async fn bounded(State(app): State<App>, request: Request, next: Next) -> Response {
    in_time(&app, next.run(request)).await
}

async fn in_time(app: &App, answer: impl Future<Output = Response>) -> Response {
    let limit = Duration::from_secs(app.config.server.request_timeout);
    match tokio::time::timeout(limit, answer).await {
        Ok(response) => response,
        Err(_) => Error::from(Refusal::new(Code::Unavailable).with("seconds", "5")).into_response(),
    }
}

/// Sets the security headers of every answer.
pub async fn headers(State(app): State<App>, request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    let mut set = |name: HeaderName, value: &'static str| {
        headers.entry(name).or_insert(HeaderValue::from_static(value));
    };
    set(CONTENT_SECURITY_POLICY, POLICY);
    set(X_CONTENT_TYPE_OPTIONS, "nosniff");
    set(X_FRAME_OPTIONS, "DENY");
    set(REFERRER_POLICY, "same-origin");
    set(
        HeaderName::from_static("permissions-policy"),
        "camera=(), microphone=(), geolocation=(), interest-cohort=()",
    );
    set(HeaderName::from_static("cross-origin-opener-policy"), "same-origin");
    set(HeaderName::from_static("cross-origin-resource-policy"), "same-origin");
    set(CACHE_CONTROL, "no-store");
    if app.config.server.is_secure() {
        set(STRICT_TRANSPORT_SECURITY, "max-age=31536000; includeSubDomains");
    }
    response
}
