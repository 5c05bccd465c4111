//! `/v1.0/$batch`: up to twenty requests in one (facts §7.4).
//!
//! Each part goes through the same doors as a request of its own: this room stands before the rest of the service and asks
//! it, with the token of the whole batch and from where the batch came. A part may wait for others, and is answered 424 where
//! one of them failed. Answers are bounded in bytes: parts behind that aren't run and are answered 413.

use std::collections::BTreeMap;
use std::net::SocketAddr;

use axum::body::{Body, Bytes};
use axum::extract::{ConnectInfo, Request, State};
use axum::response::{IntoResponse as _, Response};
use axum::routing::{any, post};
use axum::{Extension, Router};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::header::{
    ACCEPT, ACCEPT_LANGUAGE, AUTHORIZATION, CONTENT_TYPE, FORWARDED, HOST, IF_MATCH, IF_NONE_MATCH,
    USER_AGENT,
};
use http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, Uri};
use model::refusal::{Code, Refusal};
use serde_json::{Map, Value, json};
use tower::ServiceExt as _;

use crate::app::App;
use crate::error::Error;
use crate::openapi::{Answer, Described, Operation, list_of, number, one_of, text};

/// Parts of a batch.
const MOST: usize = 20;

/// Bytes of the answers behind which no further part is run.
const MOST_BYTES: usize = 16 * 1024 * 1024;

/// Headers that a part may bring along.
const OF_PART: [HeaderName; 8] = [
    ACCEPT,
    ACCEPT_LANGUAGE,
    CONTENT_TYPE,
    IF_MATCH,
    IF_NONE_MATCH,
    HeaderName::from_static("client-request-id"),
    HeaderName::from_static("consistencylevel"),
    HeaderName::from_static("prefer"),
];

/// Headers that are the batch's: who asks, from where, and which host. A proxy vouches for those of the batch alone.
const OF_BATCH: [HeaderName; 5] =
    [AUTHORIZATION, FORWARDED, HOST, USER_AGENT, HeaderName::from_static("x-forwarded-for")];

/// Headers that are the batch's where a part has none.
const OF_EITHER: [HeaderName; 2] = [ACCEPT_LANGUAGE, HeaderName::from_static("client-request-id")];

/// One request of a batch.
#[derive(Debug)]
struct Part {
    id: String,
    method: Method,
    url: String,
    headers: HeaderMap,
    body: Option<Value>,
    after: Vec<String>,
}

/// The door of batches, which stands before `inside`, the rest of the service.
pub fn routes(app: &App, inside: &Router) -> Router<App> {
    let batches = Batches { inside: inside.clone(), limit: app.config.server.body_limit };
    Router::new().route("/v1.0/$batch", any(answer).with_state(batches))
}

/// The same address inside, where a batch comes that can't be read: it is refused there like any other request.
pub(super) fn refusals() -> Router<App> {
    Router::new().route("/v1.0/$batch", post(refuse))
}

#[derive(Clone)]
struct Batches {
    inside: Router,
    /// Bytes of a batch.
    limit: usize,
}

impl Batches {
    async fn ask(&self, request: Request) -> Response {
        let Ok(response) = self.inside.clone().oneshot(request).await;
        response
    }
}

/// Marks the question for the refusal of a part that there is no room for.
#[derive(Clone, Copy)]
struct Full;

async fn refuse(full: Option<Extension<Full>>, body: Bytes) -> Error {
    if full.is_some() {
        return Code::BatchTooLarge.into();
    }
    match read(&body) {
        Ok(_) => Error::internal("a batch that can be read came through"),
        Err(refusal) => refusal.into(),
    }
}

async fn answer(State(batches): State<Batches>, request: Request) -> Response {
    if request.method() != Method::POST {
        return batches.ask(request).await;
    }
    let (parts, body) = request.into_parts();
    let Ok(bytes) = axum::body::to_bytes(body, batches.limit).await else {
        return batches.ask(Request::from_parts(parts, Body::empty())).await;
    };
    let Ok(asked) = read(&bytes) else {
        return batches.ask(Request::from_parts(parts, Body::from(bytes))).await;
    };
    let peer = parts.extensions.get::<ConnectInfo<SocketAddr>>().copied();
    let mut answered: BTreeMap<String, StatusCode> = BTreeMap::new();
    let mut answers = Answers::new();
    for part in asked {
        let id = part.id.clone();
        let failed = |id: &String| answered.get(id).is_none_or(|status| status.as_u16() >= 400);
        let status = if part.after.iter().any(failed) {
            let error = ("FailedDependency", "A request that this one depends on failed.");
            answers.refuse(&id, StatusCode::FAILED_DEPENDENCY, error)
        } else if let Some(mut request) = request_of(part, &parts.headers, peer) {
            if answers.are_full() {
                *request.method_mut() = Method::POST;
                *request.uri_mut() = Uri::from_static("/v1.0/$batch");
                *request.body_mut() = Body::empty();
                request.extensions_mut().insert(Full);
            }
            answers.take(&id, batches.ask(request).await).await
        } else {
            let error = ("Request_BadRequest", "The url isn't a path of this API.");
            answers.refuse(&id, StatusCode::BAD_REQUEST, error)
        };
        answered.insert(id, status);
    }
    ([(CONTENT_TYPE, "application/json")], answers.end()).into_response()
}

fn request_of(part: Part, outer: &HeaderMap, peer: Option<ConnectInfo<SocketAddr>>) -> Option<Request> {
    let path = part.url.trim_start_matches('/');
    let path = path.strip_prefix("v1.0/").unwrap_or(path);
    if path.contains("://") || path.starts_with("$batch") {
        return None;
    }
    // Clients of batches leave spaces as they are.
    let uri = format!("/v1.0/{}", path.replace(' ', "%20"));
    let kind = part.headers.get(CONTENT_TYPE);
    let is_picture = kind.is_some_and(|kind| kind.as_bytes().starts_with(b"image/"));
    let body = part.body.map_or_else(Body::empty, |body| match body {
        // JSON holds no bytes: they come as they are answered.
        Value::String(text) if is_picture => Body::from(STANDARD.decode(&text).unwrap_or_default()),
        Value::String(text) => Body::from(text),
        other => Body::from(other.to_string()),
    });
    let mut request = Request::builder().method(part.method).uri(uri).body(body).ok()?;
    let headers = request.headers_mut();
    for name in OF_PART {
        headers.extend(part.headers.get(&name).map(|value| (name, value.clone())));
    }
    let either = OF_EITHER.into_iter().filter(|name| !headers.contains_key(name)).collect::<Vec<_>>();
    for name in OF_BATCH.into_iter().chain(either) {
        for value in outer.get_all(&name) {
            headers.append(name.clone(), value.clone());
        }
    }
    if let Some(peer) = peer {
        request.extensions_mut().insert(peer);
    }
    Some(request)
}

/// The answer of a batch as it grows. Bodies are put in as they are: each stands in memory once.
struct Answers(Vec<u8>);

impl Answers {
    fn new() -> Self {
        Self(b"{\"responses\":[".to_vec())
    }

    fn are_full(&self) -> bool {
        self.0.len() >= MOST_BYTES
    }

    fn put(&mut self, id: &str, status: StatusCode, headers: &Map<String, Value>, body: Option<&[u8]>) {
        if self.0.last() != Some(&b'[') {
            self.0.push(b',');
        }
        let head = json!({ "id": id, "status": status.as_u16(), "headers": headers }).to_string();
        self.0.extend(head.strip_suffix('}').unwrap_or(&head).as_bytes());
        if let Some(body) = body {
            self.0.extend(b",\"body\":");
            self.0.extend(body);
        }
        self.0.push(b'}');
    }

    fn refuse(&mut self, id: &str, status: StatusCode, (code, message): (&str, &str)) -> StatusCode {
        let body = json!({ "error": { "code": code, "message": message } }).to_string();
        self.put(id, status, &Map::new(), Some(body.as_bytes()));
        status
    }

    /// Takes the answer of a part, and gives its status.
    async fn take(&mut self, id: &str, response: Response) -> StatusCode {
        let (parts, body) = response.into_parts();
        let mut headers = Map::new();
        for name in ["content-type", "location", "etag", "retry-after", "cache-control", "request-id"] {
            if let Some(value) = parts.headers.get(name).and_then(|value| value.to_str().ok()) {
                headers.insert(title_case(name), value.into());
            }
        }
        let Ok(bytes) = axum::body::to_bytes(body, MOST_BYTES).await else {
            self.put(id, StatusCode::BAD_GATEWAY, &headers, None);
            return StatusCode::BAD_GATEWAY;
        };
        let is_json = |value: &HeaderValue| value.as_bytes().starts_with(b"application/json");
        if bytes.is_empty() {
            self.put(id, parts.status, &headers, None);
        } else if parts.headers.get(CONTENT_TYPE).is_some_and(is_json) {
            self.put(id, parts.status, &headers, Some(&bytes));
        } else {
            let text = format!("\"{}\"", STANDARD.encode(&bytes));
            self.put(id, parts.status, &headers, Some(text.as_bytes()));
        }
        parts.status
    }

    fn end(mut self) -> Vec<u8> {
        self.0.extend(b"]}");
        self.0
    }
}

fn title_case(name: &str) -> String {
    let upper = |part: &str| {
        let mut chars = part.chars();
        chars.next().map(|first| first.to_ascii_uppercase().to_string() + chars.as_str()).unwrap_or_default()
    };
    name.split('-').map(upper).collect::<Vec<_>>().join("-")
}

/// The parts of a batch, each after all that it waits for.
fn read(bytes: &[u8]) -> Result<Vec<Part>, Refusal> {
    let invalid = |fault: &'static str| Refusal::new(Code::BatchInvalid).with("fault", fault);
    let body: Value = serde_json::from_slice(bytes).map_err(|_| Refusal::new(Code::BodyInvalid))?;
    let requests = body["requests"].as_array().ok_or_else(|| invalid("requests must be a list"))?;
    if requests.is_empty() || requests.len() > MOST {
        return Err(invalid("a batch has 1 to 20 requests"));
    }
    let mut waiting = requests.iter().map(part).collect::<Result<Vec<_>, _>>()?;
    let ids: Vec<String> = waiting.iter().map(|part| part.id.clone()).collect();
    if ids.iter().enumerate().any(|(index, id)| ids[..index].contains(id)) {
        return Err(invalid("each id may stand once"));
    }
    if waiting.iter().flat_map(|part| &part.after).any(|id| !ids.contains(id)) {
        return Err(invalid("dependsOn names an id that isn't in the batch"));
    }
    let mut ordered: Vec<Part> = Vec::with_capacity(waiting.len());
    while !waiting.is_empty() {
        let is_ready =
            |part: &Part| part.after.iter().all(|id| ordered.iter().any(|earlier| earlier.id == *id));
        let Some(index) = waiting.iter().position(is_ready) else {
            return Err(invalid("the requests depend on each other in a circle"));
        };
        ordered.push(waiting.remove(index));
    }
    Ok(ordered)
}

fn part(value: &Value) -> Result<Part, Refusal> {
    let invalid = |fault: &'static str| Refusal::new(Code::BatchInvalid).with("fault", fault);
    let text = |name: &str| value[name].as_str().filter(|text| !text.is_empty() && text.len() <= 8192);
    let id = text("id").ok_or_else(|| invalid("each request needs an id, a text"))?.to_owned();
    let url = text("url").ok_or_else(|| invalid("each request needs a url, a text"))?.to_owned();
    let method = text("method").ok_or_else(|| invalid("each request needs a method"))?;
    let method = method.to_ascii_uppercase().parse().map_err(|_| invalid("a method isn't known"))?;
    let mut headers = HeaderMap::new();
    for (name, value) in value["headers"].as_object().into_iter().flatten() {
        let name = HeaderName::try_from(name).map_err(|_| invalid("a header's name can't be read"))?;
        let value = value.as_str().unwrap_or_default();
        let value = HeaderValue::try_from(value).map_err(|_| invalid("a header's value can't be read"))?;
        headers.insert(name, value);
    }
    let after = match &value["dependsOn"] {
        Value::Null => Vec::new(),
        Value::Array(ids) => ids
            .iter()
            .map(|id| id.as_str().map(str::to_owned))
            .collect::<Option<_>>()
            .ok_or_else(|| invalid("dependsOn is a list of ids"))?,
        _ => return Err(invalid("dependsOn is a list of ids")),
    };
    let body = value.get("body").filter(|body| !body.is_null()).cloned();
    Ok(Part { id, method, url, headers, body, after })
}

pub(super) fn described() -> Described {
    let request = json!({
        "type": "object",
        "properties": { "id": text(), "method": one_of(&["GET", "POST", "PATCH", "PUT", "DELETE"]), "url": text(),
            "headers": { "type": "object" }, "body": {}, "dependsOn": list_of(text()) },
        "required": ["id", "method", "url"],
    });
    let response = json!({
        "type": "object",
        "properties": { "id": text(), "status": number(), "headers": { "type": "object" }, "body": {} },
        "required": ["id", "status", "headers"],
        "additionalProperties": false,
    });
    let body = json!({
        "type": "object",
        "properties": { "requests": { "type": "array", "items": request, "minItems": 1, "maxItems": MOST } },
        "required": ["requests"],
    });
    let answer = json!({ "type": "object", "properties": { "responses": list_of(response) }, "additionalProperties": false });
    Described::of([Operation::post("/v1.0/$batch", "Up to twenty requests in one")
        .takes(body)
        .answers(200, Answer::Json(answer))])
}
