//! Every answer of the API that a test sees is held against the API's own description.

use http::{Method, StatusCode, Uri};
use serde_json::Value;
use tenantry::features::api_document::api;
use tenantry::graph::address;

/// The described path that an address has: of those that fit, the one with the fewest holes.
fn described_path(path: &str) -> Option<&'static str> {
    let parts: Vec<&str> = path.split('/').collect();
    let fits = |template: &&String| {
        let holes: Vec<&str> = template.split('/').collect();
        holes.len() == parts.len()
            && holes.iter().zip(&parts).all(|(hole, part)| hole.starts_with('{') || hole == part)
    };
    let paths = api()["paths"].as_object().unwrap().keys();
    paths.filter(fits).min_by_key(|template| template.matches('{').count()).map(String::as_str)
}

/// Fails unless status and body of an answer are described.
pub fn assert_described(method: &Method, uri: &str, status: StatusCode, media: &str, body: &Value) {
    let Ok(uri) = uri.parse::<Uri>() else { return };
    let uri = address::usual(&uri).map_or(uri, |(usual, _)| usual);
    let path = percent_encoding::percent_decode_str(uri.path()).decode_utf8_lossy().into_owned();
    if !path.starts_with("/v1.0/") {
        return;
    }
    let operation = described_path(&path).map(|path| &api()["paths"][path][method.as_str().to_lowercase()]);
    let Some(operation) = operation.filter(|operation| !operation.is_null()) else {
        assert!(matches!(status.as_u16(), 404 | 405), "{method} {path} isn't described and answers {status}");
        return;
    };
    let response = &operation["responses"][status.as_str()];
    assert!(!response.is_null(), "{method} {path}: {status} isn't described: {body}");
    let content = &response["content"];
    if content.is_null() {
        assert!(body.as_str().is_some_and(str::is_empty), "{method} {path}: {status} has a body: {body}");
        return;
    }
    let media = media.split(';').next().unwrap_or_default();
    let any_kind = format!("{}/*", media.split('/').next().unwrap_or_default());
    let any_kind = &content[any_kind];
    let schema = if any_kind.is_null() { &content[media]["schema"] } else { &any_kind["schema"] };
    assert!(!schema.is_null(), "{method} {path}: {status} comes as {media:?}: {body}");
    if media.starts_with("application/")
        && let Err(fault) = fits(schema, body, "")
    {
        panic!("{method} {path}: {status} doesn't fit its schema at {fault}: {body}");
    }
}

fn resolved(schema: &'static Value) -> &'static Value {
    match schema["$ref"].as_str() {
        Some(reference) => {
            let name = reference.rsplit('/').next().unwrap();
            let found = &api()["components"]["schemas"][name];
            assert!(!found.is_null(), "{reference} is nowhere");
            found
        }
        None => schema,
    }
}

/// The document's patterns are beginnings, or parts.
fn has_pattern(schema: &Value, name: &str) -> bool {
    let patterns = schema["patternProperties"].as_object().into_iter().flatten();
    patterns.map(|(pattern, _)| pattern.replace('\\', "")).any(|pattern| match pattern.strip_prefix('^') {
        Some(beginning) => name.starts_with(beginning),
        None => name.contains(&pattern),
    })
}

fn is_of(kind: &str, value: &Value) -> bool {
    match kind {
        "string" => value.is_string(),
        "boolean" => value.is_boolean(),
        "integer" => value.is_i64(),
        "array" => value.is_array(),
        "object" => value.is_object(),
        _ => value.is_null(),
    }
}

/// JSON Schema, as far as the document uses it.
fn fits(schema: &'static Value, value: &Value, at: &str) -> Result<(), String> {
    let schema = resolved(schema);
    if let Some(sides) = schema["anyOf"].as_array() {
        let faults: Vec<String> = sides.iter().map_while(|side| fits(side, value, at).err()).collect();
        return if faults.len() < sides.len() { Ok(()) } else { Err(faults.join(" | ")) };
    }
    let no = |why: String| Err(format!("{at}: {why}"));
    let kinds: Vec<&str> = match &schema["type"] {
        Value::String(kind) => vec![kind],
        Value::Array(kinds) => kinds.iter().filter_map(Value::as_str).collect(),
        _ => return Ok(()),
    };
    if !kinds.iter().any(|kind| is_of(kind, value)) {
        return no(format!("{value} isn't {kinds:?}"));
    }
    if let Some(values) = schema["enum"].as_array()
        && !values.contains(value)
    {
        return no(format!("{value} is none of {values:?}"));
    }
    match value {
        Value::String(text) => match schema["format"].as_str() {
            Some("uuid") if text.parse::<uuid::Uuid>().is_err() => no(format!("{text} is no id")),
            Some("date-time") if text.parse::<jiff::Timestamp>().is_err() => {
                no(format!("{text} is no moment"))
            }
            _ if schema["maxLength"].as_u64().is_some_and(|most| text.chars().count() as u64 > most) => {
                no("too long".to_owned())
            }
            _ => Ok(()),
        },
        Value::Array(items) => {
            if schema["maxItems"].as_u64().is_some_and(|most| items.len() as u64 > most) {
                return no("too many".to_owned());
            }
            let of = &schema["items"];
            items.iter().enumerate().try_for_each(|(index, item)| match of {
                Value::Null => Ok(()),
                of => fits(of, item, &format!("{at}/{index}")),
            })
        }
        Value::Object(object) => {
            for name in schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str) {
                if !object.contains_key(name) {
                    return no(format!("{name} is missing"));
                }
            }
            for (name, value) in object {
                let known = &schema["properties"][name];
                if !known.is_null() {
                    fits(known, value, &format!("{at}/{name}"))?;
                } else if schema["additionalProperties"] == false && !has_pattern(schema, name) {
                    return no(format!("{name} isn't described"));
                }
            }
            Ok(())
        }
        _ => Ok(()),
    }
}
