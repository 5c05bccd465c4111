//! How an [`Error`] becomes an answer: a page with a way on, `problem+json` for the API, an id that the log knows.
//!
//! Handlers answer `Result<_, Error>`. The error travels in the response to the [`tell`] layer, which knows the
//! request's language and kind.

use askama::Template;
use axum::Json;
use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use http::header::{CONTENT_TYPE, RETRY_AFTER, WWW_AUTHENTICATE};
use http::{HeaderName, HeaderValue, StatusCode};
use model::refusal::{Code, Refusal};
use serde::Serialize;

use super::denied::{Asker, Denied, complete, lacking};
use super::layout::{Page, render};
use super::locale::{Locale, Told};
use super::roles;
use crate::app::App;
use crate::db::DbError;
use crate::error::Error;

#[derive(Clone)]
struct Failure {
    refusals: Vec<Refusal>,
}

impl IntoResponse for Error {
    fn into_response(self) -> Response {
        let refusals = match self {
            Self::Refused(refusals) => refusals,
            Self::Db(DbError::Unavailable(cause)) => {
                tracing::error!(cause, "the database is unavailable");
                vec![Refusal::new(Code::Unavailable).with("seconds", "5")]
            }
            Self::Db(DbError::Unstorable) => vec![Refusal::new(Code::InputInvalid)],
            Self::Db(DbError::RightLost) => vec![Refusal::new(Code::RightsTakenAway)],
            Self::Db(DbError::Conflict) => vec![Refusal::new(Code::Unavailable).with("seconds", "1")],
            other => {
                tracing::error!(error = %other, "a request failed");
                vec![Refusal::new(Code::OurFault)]
            }
        };
        let status = refusals.first().map_or(500, |refusal| refusal.code.status());
        let mut response =
            StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR).into_response();
        if let Some(seconds) =
            refusals.iter().flat_map(|refusal| &refusal.arguments).find(|(name, _)| *name == "seconds")
            && matches!(status, 429 | 503)
            && let Ok(value) = HeaderValue::from_str(&seconds.1)
        {
            response.headers_mut().insert(RETRY_AFTER, value);
        }
        response.extensions_mut().insert(Failure { refusals });
        response
    }
}

/// A refusal as the API gives it (RFC 9457).
#[derive(Serialize)]
struct Problem<'a> {
    status: u16,
    code: &'a str,
    title: &'a str,
    detail: &'a str,
    instance: &'a str,
    refusals: Vec<ProblemDetail<'a>>,
}

#[derive(Serialize)]
struct ProblemDetail<'a> {
    code: &'a str,
    field: Option<&'static str>,
    reason: &'a str,
    remedy: &'a str,
    suggestion: Option<&'a str>,
}

#[derive(Template)]
#[template(path = "error.html")]
struct ErrorPage {
    page: Page,
    told: Vec<Told>,
    /// What somebody else could give, where that is what is lacking.
    permission: Option<&'static str>,
    request_id: String,
}

/// The same for somebody who is signed in, with their tenant and the ways on around it.
#[derive(Template)]
#[template(path = "error-inside.html")]
struct InsidePage {
    page: Page,
    told: Vec<Told>,
    permission: Option<&'static str>,
    request_id: String,
}

/// The request's id: made for each request, logged with it, shown on error pages.
#[derive(Clone)]
pub struct RequestId(pub String);

/// Middleware: tells failures in the request's language and form, and gives bare errors of the framework a body.
pub async fn tell(State(app): State<App>, page: Page, mut request: Request, next: Next) -> Response {
    let id = app.moment().uuid().simple().to_string();
    request.extensions_mut().insert(RequestId(id.clone()));
    let asker = Asker::default();
    request.extensions_mut().insert(asker.clone());
    let path = request.uri().path().to_owned();
    let form = Form::of(&path);
    let client_id = request.headers().get("client-request-id").cloned();
    let client_text = client_id.as_ref().and_then(|id| id.to_str().ok()).map(str::to_owned);
    let mut response = next.run(request).await;
    if let Some(mut failure) = response.extensions().get::<Failure>().cloned() {
        if let (Form::Page, Some(denied)) = (form, Denied::of(&failure.refusals, &asker, &path)) {
            return denied.render(&app, &asker).await;
        }
        complete(&app, &asker, &mut failure.refusals).await;
        response.extensions_mut().insert(failure);
    }
    let mut response = match is_to_tell(&response) {
        true => {
            let pages = (page, asker.page(&path));
            let of = (id.as_str(), client_text.as_deref(), named_in(&path));
            told(&app, pages, response, (form, asker.is_a_program()), of)
        }
        false => response,
    };
    if matches!(form, Form::Graph) {
        let own = HeaderValue::from_str(&id).ok();
        response.headers_mut().extend(own.clone().map(|id| (HeaderName::from_static("request-id"), id)));
        let client = client_id.or(own).map(|id| (HeaderName::from_static("client-request-id"), id));
        response.headers_mut().extend(client);
    }
    response
}

/// The last thing that an address names, as it was written there.
fn named_in(path: &str) -> String {
    let last = path.rsplit('/').find(|part| !part.is_empty() && !part.starts_with('$')).unwrap_or_default();
    last.chars().take(80).collect()
}

/// Did it fail, in whatever way, and without saying so in a form of its own?
fn is_to_tell(response: &Response) -> bool {
    let status = response.status().as_u16();
    response.extensions().get::<Failure>().is_some()
        || (status >= 400 && !response.headers().contains_key(CONTENT_TYPE))
        || plain_text_error(response)
}

fn told(
    app: &App,
    (page, inside): (Page, Option<Page>),
    response: Response,
    (form, to_a_program): (Form, bool),
    (id, client_id, named): (&str, Option<&str>, String),
) -> Response {
    let status = response.status();
    let failure = response.extensions().get::<Failure>();
    let refusals = failure.map_or_else(|| vec![bare(status)], |failure| failure.refusals.clone());
    if status.is_server_error() {
        tracing::error!(request = id, %status, "answered with an error");
    } else if matches!(form, Form::Page) && status != StatusCode::NOT_FOUND {
        // Somebody who is shown the id may tell it to the operator.
        let code = refusals.first().map(|refusal| refusal.code.as_str());
        tracing::info!(request = id, %status, code, "refused on a page");
    }
    let (mut parts, _) = response.into_parts();
    parts.headers.remove(http::header::CONTENT_LENGTH);
    let mut told = page.l.refusals(&refusals);
    let body = match form {
        Form::Problem => problem(status, &refusals, &told, id),
        Form::Graph => {
            // Graph's clients know 400 for what a page answers 422.
            let status =
                if status == StatusCode::UNPROCESSABLE_ENTITY { StatusCode::BAD_REQUEST } else { status };
            parts.status = status;
            tell_programs(&page.l, &refusals, &mut told, to_a_program);
            let not_found = page.l.a("graph-not-found", &[("id", &named)]);
            let is_there = refusals.first().is_some_and(|refusal| refusal.code == Code::PhotoMissing);
            let not_found = Some(not_found).filter(|_| status == StatusCode::NOT_FOUND && !is_there);
            graph(status, &refusals, &told, (id, client_id, not_found), &app.moment().now)
        }
        Form::Page => {
            let (permission, request_id) = (lacking(&refusals), id.to_owned());
            match inside {
                Some(page) => render(&InsidePage { page, told, permission, request_id }, status),
                None => render(&ErrorPage { page, told, permission, request_id }, status),
            }
        }
    };
    let (body_parts, body) = body.into_parts();
    parts.headers.extend(body_parts.headers);
    Response::from_parts(parts, body)
}

/// A program has only the text: nothing stands beside a field, and there is no page to go back to. One that acts for itself has
/// no roles of people.
fn tell_programs(l: &Locale, refusals: &[Refusal], told: &mut [Told], for_itself: bool) {
    for (refusal, told) in refusals.iter().zip(told) {
        match (refusal.code, refusal.field) {
            (Code::FieldRequired, Some(field)) => {
                told.reason = l.a("graph-field-required", &[("property", field)]);
            }
            (Code::NotAllowed, _) if for_itself => {
                let permission = refusal.arguments.iter().find(|(name, _)| *name == "permission");
                let wanted = permission.and_then(|(_, key)| key.parse().ok());
                let words = wanted.map(|permission| roles::permission(l, permission)).unwrap_or_default();
                told.reason = l.a("graph-not-granted", &[("permission", &words)]);
                told.remedy = l.t("graph-not-granted-remedy");
            }
            (Code::WrongMethod, _) => told.remedy = l.t("graph-wrong-method-remedy"),
            _ => {}
        }
    }
}

/// In which form a failure is told.
#[derive(Clone, Copy)]
enum Form {
    Page,
    /// RFC 9457.
    Problem,
    /// Microsoft Graph's envelope (facts §7.4).
    Graph,
}

impl Form {
    fn of(path: &str) -> Self {
        // Azure's clients ask these of a cloud.
        if matches!(path, "/metadata/endpoints" | "/subscriptions" | "/tenants") {
            return Self::Graph;
        }
        match path.strip_prefix("/v1.0/") {
            None if path == "/v1.0" => Self::Graph,
            None => Self::Page,
            Some(rest) if rest.starts_with("check/") => Self::Problem,
            Some(_) => Self::Graph,
        }
    }
}

/// The name that Graph has for what happened.
fn graph_code(status: StatusCode, code: Code) -> &'static str {
    match (status.as_u16(), code) {
        (_, Code::QueryUnsupported) => "Request_UnsupportedQuery",
        (
            _,
            Code::UsernameTaken
            | Code::IdentifierUriTaken
            | Code::UniqueNameTaken
            | Code::ServicePrincipalExists,
        ) => "Request_MultipleObjectsWithSameKeyValue",
        (_, Code::PhotoMissing) => "ImageNotFound",
        (_, Code::PersonNeeded) => "BadRequest",
        (401, _) => "InvalidAuthenticationToken",
        (403, _) => "Authorization_RequestDenied",
        (404, _) => "Request_ResourceNotFound",
        (409, _) => "ObjectConflict",
        (412, _) => "PreconditionFailed",
        (429, _) => "TooManyRequests",
        (500, _) => "InternalServerError",
        (501.., _) => "ServiceNotAvailable",
        _ => "Request_BadRequest",
    }
}

fn graph(
    status: StatusCode,
    refusals: &[Refusal],
    told: &[Told],
    (id, client_id, not_found): (&str, Option<&str>, Option<String>),
    now: &jiff::Timestamp,
) -> Response {
    let Some((refusal, first)) = refusals.first().zip(told.first()) else { return status.into_response() };
    let details: Vec<_> = refusals
        .iter()
        .zip(told)
        .map(|(refusal, told)| {
            let message = format!("{} {}", told.reason, told.remedy);
            serde_json::json!({ "code": told.code, "target": refusal.field, "message": message })
        })
        .collect();
    let error = serde_json::json!({ "error": {
        "code": graph_code(status, refusal.code),
        "message": not_found.unwrap_or_else(|| format!("{} {}", first.reason, first.remedy)),
        "details": details,
        "innerError": {
            "code": first.code,
            "date": now.strftime("%Y-%m-%dT%H:%M:%S").to_string(),
            "request-id": id,
            "client-request-id": client_id.unwrap_or(id),
        },
    }});
    let mut response = (status, Json(error)).into_response();
    if status == StatusCode::UNAUTHORIZED {
        // RFC 6750 §3: a program that shows no token learns which kind to get.
        response.headers_mut().insert(WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
    }
    response
}

// The framework's own rejections (unreadable form, wrong method) come as plain text meant for developers.
fn plain_text_error(response: &Response) -> bool {
    response.status().as_u16() >= 400
        && response.headers().get(CONTENT_TYPE).is_some_and(|kind| kind.as_bytes().starts_with(b"text/plain"))
}

fn bare(status: StatusCode) -> Refusal {
    Refusal::new(match status.as_u16() {
        405 => Code::WrongMethod,
        404 => Code::NotFound,
        403 => Code::CrossSite,
        413 => Code::InputTooLarge,
        503 | 408 => return Refusal::new(Code::Unavailable).with("seconds", "5"),
        400..500 => Code::InputInvalid,
        _ => Code::OurFault,
    })
}

fn problem(status: StatusCode, refusals: &[Refusal], told: &[Told], id: &str) -> Response {
    let details = refusals.iter().zip(told).map(|(refusal, told)| ProblemDetail {
        code: told.code,
        field: refusal.field,
        reason: &told.reason,
        remedy: &told.remedy,
        suggestion: told.suggestion.as_deref(),
    });
    let Some(first) = told.first() else { return status.into_response() };
    let problem = Problem {
        status: status.as_u16(),
        code: first.code,
        title: &first.reason,
        detail: &first.remedy,
        instance: id,
        refusals: details.collect(),
    };
    let mut response = Json(problem).into_response();
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
    response
}
