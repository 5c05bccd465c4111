//! Answers to clients: errors as the standards have them, redirects in every response mode, and what pages of other sites may read.

use askama::Template;
use axum::Json;
use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Redirect, Response};
use http::header::{
    ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS, ACCESS_CONTROL_ALLOW_ORIGIN,
    ACCESS_CONTROL_MAX_AGE, ALLOW, CONTENT_TYPE, PRAGMA, RETRY_AFTER, WWW_AUTHENTICATE,
};
use http::{HeaderName, HeaderValue, StatusCode};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use protocol::oauth::{Fault, FaultCode, ResponseMode};
use serde::Serialize;
use serde_json::json;

use crate::app::App;
use crate::error::Error;
use crate::web::failure::RequestId;
use crate::web::layout::{Page, render};
use crate::web::security;

const UNRESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// A value as it stands in a query.
#[must_use]
pub fn encoded(text: &str) -> String {
    utf8_percent_encode(text, UNRESERVED).to_string()
}

/// Lets pages of any site read an answer. Nothing that a browser adds by itself, such as a cookie, counts at these endpoints.
#[must_use]
pub fn readable_anywhere(mut response: Response) -> Response {
    let headers = response.headers_mut();
    headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
    headers.insert(
        HeaderName::from_static("cross-origin-resource-policy"),
        HeaderValue::from_static("cross-origin"),
    );
    response
}

/// What a browser asks before it sends a page's request.
pub async fn preflight() -> Response {
    let mut response = StatusCode::NO_CONTENT.into_response();
    let headers = response.headers_mut();
    headers.insert(ACCESS_CONTROL_ALLOW_METHODS, HeaderValue::from_static("GET, POST"));
    headers.insert(
        ACCESS_CONTROL_ALLOW_HEADERS,
        HeaderValue::from_static("authorization, content-type, dpop, x-client-sku, x-client-ver"),
    );
    headers.insert(ACCESS_CONTROL_MAX_AGE, HeaderValue::from_static("86400"));
    readable_anywhere(response)
}

/// A JSON answer that nothing keeps (RFC 6749 §5.1).
#[must_use]
pub fn json_answer(status: StatusCode, value: &impl Serialize) -> Response {
    let mut response = (status, Json(value)).into_response();
    response.headers_mut().insert(PRAGMA, HeaderValue::from_static("no-cache"));
    readable_anywhere(response)
}

/// An error of the token endpoint and its like (RFC 6749 §5.2).
#[must_use]
pub fn fault(fault: &Fault) -> Response {
    let status = match fault.code {
        FaultCode::InvalidClient => StatusCode::UNAUTHORIZED,
        FaultCode::ServerError => StatusCode::INTERNAL_SERVER_ERROR,
        FaultCode::TemporarilyUnavailable => StatusCode::SERVICE_UNAVAILABLE,
        _ => StatusCode::BAD_REQUEST,
    };
    let body = json!({ "error": fault.code.as_str(), "error_description": fault.description });
    let mut response = json_answer(status, &body);
    if status == StatusCode::UNAUTHORIZED {
        response.headers_mut().insert(WWW_AUTHENTICATE, HeaderValue::from_static("Basic realm=\"token\""));
    }
    response
}

/// An error that isn't the client's, told to a program. The log has what it was.
#[must_use]
pub fn failed(error: Error) -> Response {
    if error.is_not_found() {
        return fault(&Fault::new(
            FaultCode::InvalidRequest,
            "the tenant that the address names isn't known here",
        ));
    }
    match error.into_refusals() {
        Ok(refusals) => {
            let status = refusals.first().map_or(400, |refusal| refusal.code.status());
            let code = match status {
                429 | 503 => FaultCode::TemporarilyUnavailable,
                _ => FaultCode::InvalidRequest,
            };
            let words = refusals.first().map_or("", |refusal| refusal.code.as_str());
            let mut response = fault(&Fault::new(code, words));
            if matches!(status, 429 | 503) {
                *response.status_mut() =
                    StatusCode::from_u16(status).unwrap_or(StatusCode::SERVICE_UNAVAILABLE);
                let seconds = refusals
                    .iter()
                    .flat_map(|refusal| &refusal.arguments)
                    .find(|(name, _)| *name == "seconds");
                if let Ok(value) = HeaderValue::from_str(seconds.map_or("10", |(_, seconds)| seconds)) {
                    response.headers_mut().insert(RETRY_AFTER, value);
                }
            }
            response
        }
        // Shown by a layer that it passes, with the id of the request.
        Err(error) => error.into_response(),
    }
}

/// Middleware: gives a request its id, and a failure that a layer or the framework gave no form the one that programs read.
pub async fn told_to_programs(State(app): State<App>, mut request: Request, next: Next) -> Response {
    let id = app.moment().uuid().simple().to_string();
    request.extensions_mut().insert(RequestId(id.clone()));
    let answer = next.run(request).await;
    if answer.status().is_server_error() {
        tracing::error!(request = id, status = %answer.status(), "answered with an error");
    }
    let is_told = answer.headers().get(CONTENT_TYPE).is_some_and(|kind| kind == "application/json");
    if answer.status().as_u16() < 400 || is_told {
        return answer;
    }
    let code = match answer.status().as_u16() {
        408 | 429 | 503 => FaultCode::TemporarilyUnavailable,
        500.. => FaultCode::ServerError,
        _ => FaultCode::InvalidRequest,
    };
    let mut told = fault(&Fault::new(code, answer.status().canonical_reason().unwrap_or_default()));
    *told.status_mut() = answer.status();
    for name in [ALLOW, RETRY_AFTER] {
        told.headers_mut().extend(answer.headers().get(&name).map(|value| (name.clone(), value.clone())));
    }
    told
}

#[derive(Template)]
#[template(path = "openid/form-post.html")]
struct FormPost<'a> {
    page: Page,
    action: &'a str,
    values: &'a [(&'a str, String)],
}

/// Brings an answer to the client (OAuth 2.0 Multiple Response Type Encoding, Form Post Response Mode).
#[must_use]
pub fn to_client(page: Page, redirect_uri: &str, mode: ResponseMode, values: &[(&str, String)]) -> Response {
    if mode == ResponseMode::FormPost {
        let view = FormPost { page, action: redirect_uri, values };
        let mut response = render(&view, StatusCode::OK);
        security::let_forms_lead_to(response.headers_mut(), redirect_uri);
        return response;
    }
    Redirect::to(&carrying(redirect_uri, mode, values)).into_response()
}

/// An address with an answer in it.
#[must_use]
pub fn carrying(uri: &str, mode: ResponseMode, values: &[(&str, String)]) -> String {
    let pairs: Vec<String> =
        values.iter().map(|(name, value)| format!("{name}={}", encoded(value))).collect();
    let pairs = pairs.join("&");
    match mode {
        _ if pairs.is_empty() => uri.to_owned(),
        ResponseMode::Fragment => format!("{uri}#{pairs}"),
        _ if uri.contains('?') => format!("{uri}&{pairs}"),
        _ => format!("{uri}?{pairs}"),
    }
}
