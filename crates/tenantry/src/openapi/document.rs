//! The whole document.

use std::collections::BTreeMap;

use model::shape::or_null;
use serde_json::{Map, Value, json};

use super::shape::{list_of, reference, text};
use super::{Answer, Described, Operation};

/// What each query option means.
const OPTIONS: [(&str, &str); 8] = [
    ("$select", "Properties to answer, separated by commas."),
    ("$filter", "A condition. What no index answers is refused with the reason."),
    ("$search", "Beginnings of words of names, in double quotes."),
    ("$orderby", "A property, with asc or desc."),
    ("$top", "How many objects a page holds."),
    ("$count", "Whether the first page tells how many objects there are."),
    (
        "$expand",
        "A relation whose objects are wanted inside the answer. A list of several kinds takes `*` alone, and shows nothing more: what its kinds have in common has no relations.",
    ),
    ("$skiptoken", "Where to go on, taken from @odata.nextLink."),
];

/// What a hole of a path means.
fn hole(name: &str) -> &'static str {
    match name {
        "name" => "A domain name.",
        "other" => "The id of the other object, or a kind such as microsoft.graph.user.",
        "credential" => "The id or the name of a federated credential.",
        "size" => "Width and height of a picture, such as 240x240.",
        "user" => "The id of a person.",
        _ => "The id of the object; people are also named by userPrincipalName, applications by appId='…'.",
    }
}

fn told(status: u16) -> &'static str {
    match status {
        200 => "What was asked for.",
        201 => "It was made.",
        204 => "It was done.",
        304 => "It hasn't changed.",
        400 => "The request can't be answered as it is; the reason says why.",
        401 => "The token isn't valid.",
        403 => "The roles of the caller don't allow it.",
        404 => "There is nothing of this name, or nothing that the caller may know of.",
        409 => "It conflicts with what is there.",
        410 => "The changes asked for are forgotten; begin anew.",
        412 => "It was changed meanwhile.",
        413 => "The body is too large.",
        429 => "Too many requests; Retry-After says when to come again.",
        _ => "Not now; Retry-After says when to come again.",
    }
}

fn error() -> Value {
    let detail = json!({
        "type": "object",
        "properties": { "code": text(), "target": or_null(text()), "message": text() },
        "required": ["code", "target", "message"],
        "additionalProperties": false,
    });
    let inner = json!({
        "type": "object",
        "properties": { "code": text(), "date": text(), "request-id": text(), "client-request-id": text() },
        "required": ["code", "date", "request-id", "client-request-id"],
        "additionalProperties": false,
    });
    json!({
        "type": "object",
        "properties": { "error": {
            "type": "object",
            "properties": { "code": text(), "message": text(), "details": list_of(detail), "innerError": inner },
            "required": ["code", "message", "innerError"],
            "additionalProperties": false,
        } },
        "required": ["error"],
        "additionalProperties": false,
    })
}

fn problem() -> Value {
    let refusal = json!({
        "type": "object",
        "properties": { "code": text(), "field": or_null(text()), "reason": text(), "remedy": text(),
            "suggestion": or_null(text()) },
        "additionalProperties": false,
    });
    json!({
        "type": "object",
        "properties": { "status": { "type": "integer" }, "code": text(), "title": text(), "detail": text(),
            "instance": text(), "refusals": list_of(refusal) },
        "required": ["status", "code", "title", "detail", "instance", "refusals"],
        "additionalProperties": false,
    })
}

fn option_schema(name: &str) -> Value {
    match name {
        "$top" => json!({ "type": "integer", "minimum": 1, "maximum": 1000 }),
        "$count" => json!({ "type": "boolean" }),
        _ => text(),
    }
}

fn parameters(operation: &Operation) -> Vec<Value> {
    let mut all = Vec::new();
    for part in operation.path.split('{').skip(1) {
        let name = part.split('}').next().unwrap_or_default();
        all.push(json!({ "name": name, "in": "path", "required": true, "description": hole(name),
            "schema": { "type": "string", "minLength": 1 } }));
    }
    for name in operation.query {
        all.push(json!({ "$ref": format!("#/components/parameters/{}", &name[1..]) }));
    }
    if operation.refusals.contains(&412) {
        all.push(json!({ "$ref": "#/components/parameters/If-Match" }));
    }
    all
}

fn responses(operation: &Operation) -> Map<String, Value> {
    let mut all = Map::new();
    for (status, answer) in &operation.answers {
        let mut response = json!({ "description": told(*status) });
        match answer {
            Answer::Json(schema) => response["content"] = json!({ "application/json": { "schema": schema } }),
            Answer::Text(kind) => {
                let mut content = Map::new();
                content.insert((*kind).to_owned(), json!({ "schema": text() }));
                response["content"] = Value::Object(content);
            }
            Answer::Nothing => {}
        }
        all.insert(status.to_string(), response);
    }
    let refused = if operation.tells_problems { "problem" } else { "refused" };
    for status in &operation.refusals {
        let kind = if operation.tells_problems { "application/problem+json" } else { "application/json" };
        let schema = reference(if refused == "problem" { "problem" } else { "error" });
        let mut content = Map::new();
        content.insert(kind.to_owned(), json!({ "schema": schema }));
        all.insert(status.to_string(), json!({ "description": told(*status), "content": content }));
    }
    all
}

fn name_of(operation: &Operation) -> String {
    let path = operation.path.trim_start_matches("/v1.0/");
    let words = path.split(|char: char| !char.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
    let method = operation.method.to_ascii_lowercase();
    words.fold(method, |name, word| format!("{name}_{word}"))
}

fn written(operation: &Operation) -> Value {
    let mut value = json!({
        "operationId": name_of(operation),
        "summary": operation.summary,
        "tags": [operation.tag()],
        "parameters": parameters(operation),
        "responses": responses(operation),
    });
    if let Some(body) = &operation.body {
        let mut content = Map::new();
        content.insert(operation.media.to_owned(), json!({ "schema": body }));
        value["requestBody"] = json!({ "required": true, "content": content });
    }
    if operation.is_open {
        value["security"] = json!([]);
    }
    value
}

/// The document of all that is described.
#[must_use]
pub fn document(described: &Described) -> Value {
    let mut paths: BTreeMap<&str, Map<String, Value>> = BTreeMap::new();
    for operation in &described.operations {
        let method = operation.method.to_ascii_lowercase();
        paths.entry(&operation.path).or_default().insert(method, written(operation));
    }
    let mut schemas: Map<String, Value> = described.schemas.iter().cloned().collect();
    schemas.insert("error".into(), error());
    schemas.insert("problem".into(), problem());
    let mut options: Map<String, Value> = OPTIONS
        .iter()
        .map(|(name, what)| {
            let option =
                json!({ "name": name, "in": "query", "description": what, "schema": option_schema(name) });
            (name[1..].to_owned(), option)
        })
        .collect();
    options.insert(
        "If-Match".into(),
        json!({ "name": "If-Match", "in": "header", "schema": text(),
            "description": "The ETag of what was read: the change is made to that, or not at all." }),
    );
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "Tenantry directory API",
            "version": "v1.0",
            "description": "The directory of a tenant in Microsoft Graph's shape, and checks of names, addresses and passwords.",
        },
        "servers": [{ "url": "/" }],
        "security": [{ "token": [] }],
        "paths": paths,
        "components": {
            "parameters": options,
            "schemas": schemas,
            "securitySchemes": { "token": { "type": "http", "scheme": "bearer" } },
        },
    })
}
