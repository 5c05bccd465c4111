//! The document as a page: by part, with parameters, bodies and answers; narrowed by a plain form.

use std::collections::BTreeMap;

use askama::Template;
use axum::response::Response;
use http::StatusCode;
use serde_json::Value;

use super::api;
use crate::web::forms::Fields;
use crate::web::layout::{Page, render};

/// A part of the API.
struct Part {
    name: String,
    operations: Vec<Told>,
}

struct Told {
    method: String,
    path: String,
    summary: String,
    /// Name, where it stands, what it means.
    parameters: Vec<(String, String, String)>,
    /// What a body has; empty where there is none.
    body: Vec<Field>,
    /// Status, what it means, what comes with it.
    answers: Vec<(String, String, String)>,
}

/// A property: name, type, what is to know of it.
struct Field {
    name: String,
    kind: String,
    notes: String,
}

struct Resource {
    name: String,
    fields: Vec<Field>,
}

#[derive(Template)]
#[template(path = "docs/api.html")]
struct ApiPage {
    page: Page,
    fields: Fields,
    parts: Vec<Part>,
    resources: Vec<Resource>,
    count: usize,
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

/// The last part of a reference.
fn name_of(reference: &str) -> &str {
    reference.rsplit('/').next().unwrap_or_default()
}

fn resolved(schema: &Value) -> &Value {
    match schema["$ref"].as_str() {
        Some(reference) => &api()["components"]["schemas"][name_of(reference)],
        None => schema,
    }
}

fn kind(schema: &Value) -> String {
    if let Some(reference) = schema["$ref"].as_str() {
        return name_of(reference).to_owned();
    }
    if let Some(sides) = schema["anyOf"].as_array() {
        return sides.iter().map(kind).collect::<Vec<_>>().join(" | ");
    }
    let of = |kind: &str| match (kind, schema["format"].as_str()) {
        ("array", _) => format!("[{}]", kind_of_items(schema)),
        (_, Some(format)) => format.to_owned(),
        _ => kind.to_owned(),
    };
    match &schema["type"] {
        Value::String(kind) => of(kind),
        Value::Array(kinds) => {
            let kinds = kinds.iter().filter_map(Value::as_str);
            kinds
                .map(|kind| if kind == "null" { kind.to_owned() } else { of(kind) })
                .collect::<Vec<_>>()
                .join(" | ")
        }
        _ => String::new(),
    }
}

fn kind_of_items(schema: &Value) -> String {
    if schema["items"].is_null() { String::new() } else { kind(&schema["items"]) }
}

fn fields_of(schema: &Value) -> Vec<Field> {
    let schema = resolved(schema);
    let is_needed =
        |name: &str| schema["required"].as_array().is_some_and(|all| all.iter().any(|one| one == name));
    let field = |(name, property): (&String, &Value)| {
        let mut notes = Vec::new();
        if is_needed(name) {
            notes.push("required".to_owned());
        }
        if property["readOnly"] == true {
            notes.push("read-only".to_owned());
        }
        if let Some(longest) = property["maxLength"].as_u64() {
            notes.push(format!("≤ {longest}"));
        }
        if let Some(values) = property["enum"].as_array() {
            let values: Vec<String> = values
                .iter()
                .map(|value| value.as_str().map_or_else(|| value.to_string(), str::to_owned))
                .collect();
            notes.push(values.join(", "));
        }
        Field { name: name.clone(), kind: kind(property), notes: notes.join("; ") }
    };
    schema["properties"].as_object().into_iter().flatten().map(field).collect()
}

fn content(value: &Value) -> String {
    let of = value["content"].as_object().into_iter().flatten().next();
    of.map_or_else(String::new, |(media, content)| {
        let schema = &content["schema"];
        let of_page = &schema["properties"]["value"];
        let kind = if of_page.is_object() { kind(of_page) } else { kind(schema) };
        if media == "application/json" { kind } else { media.clone() }
    })
}

fn told(path: &str, method: &str, operation: &Value) -> Told {
    let parameters = operation["parameters"].as_array().into_iter().flatten().map(|parameter| {
        let parameter = match parameter["$ref"].as_str() {
            Some(reference) => &api()["components"]["parameters"][name_of(reference)],
            None => parameter,
        };
        (text(&parameter["name"]), text(&parameter["in"]), text(&parameter["description"]))
    });
    let answers = operation["responses"].as_object().into_iter().flatten();
    Told {
        method: method.to_ascii_uppercase(),
        path: path.to_owned(),
        summary: text(&operation["summary"]),
        parameters: parameters.collect(),
        body: fields_of(&operation["requestBody"]["content"]["application/json"]["schema"]),
        answers: answers
            .map(|(status, answer)| (status.clone(), text(&answer["description"]), content(answer)))
            .collect(),
    }
}

/// Whether all words stand in a text.
fn has(words: &[String], text: &str) -> bool {
    let text = text.to_lowercase();
    words.iter().all(|word| text.contains(word))
}

pub(super) async fn show(page: Page, fields: Fields) -> Response {
    let typed: String = fields.value("search").chars().take(100).collect();
    let words: Vec<String> = typed.to_lowercase().split_whitespace().map(str::to_owned).collect();
    let mut parts: BTreeMap<String, Vec<Told>> = BTreeMap::new();
    for (path, methods) in api()["paths"].as_object().into_iter().flatten() {
        for (method, operation) in methods.as_object().into_iter().flatten() {
            let told = told(path, method, operation);
            if has(&words, &format!("{} {} {}", told.method, told.path, told.summary)) {
                parts.entry(text(&operation["tags"][0])).or_default().push(told);
            }
        }
    }
    let parts: Vec<Part> = parts.into_iter().map(|(name, operations)| Part { name, operations }).collect();
    let schemas = api()["components"]["schemas"].as_object().into_iter().flatten();
    let resources = schemas
        .filter(|(name, schema)| !name.contains('.') && !schema["properties"].is_null() && has(&words, name));
    let view = ApiPage {
        count: parts.iter().map(|part| part.operations.len()).sum(),
        resources: resources
            .map(|(name, schema)| Resource { name: name.clone(), fields: fields_of(schema) })
            .collect(),
        parts,
        page,
        fields,
    };
    render(&view, StatusCode::OK)
}
