//! What JSON a type is written as, in the words of JSON Schema, so that the description of the API is made from the
//! types that it reads and writes.

use jiff::Timestamp;
use serde_json::{Map, Value, json};
use uuid::Uuid;

/// A type that the API shows as it is.
pub trait Shaped {
    /// A schema (JSON Schema 2020-12).
    fn shape() -> Value;
}

/// The same, or null.
#[must_use]
pub fn or_null(mut schema: Value) -> Value {
    if let Some(kind) = schema["type"].as_str().map(str::to_owned) {
        schema["type"] = json!([kind, "null"]);
        if let Some(values) = schema.get_mut("enum").and_then(Value::as_array_mut) {
            values.push(Value::Null);
        }
        return schema;
    }
    json!({ "anyOf": [schema, { "type": "null" }] })
}

/// An object with these properties and no other.
#[must_use]
pub fn object(properties: impl IntoIterator<Item = (String, Value)>) -> Value {
    let properties: Map<String, Value> = properties.into_iter().collect();
    json!({ "type": "object", "properties": properties, "additionalProperties": false })
}

/// A field as it is written: `saml2_token` is `saml2Token`.
#[must_use]
pub fn camel_case(field: &str) -> String {
    let mut parts = field.trim_start_matches("r#").split('_');
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |name, part| {
        let mut letters = part.chars();
        let upper = letters.next().map(|first| first.to_ascii_uppercase());
        name + &upper.map(String::from).unwrap_or_default() + letters.as_str()
    })
}

macro_rules! plain {
    ($($type:ty => $schema:tt;)*) => {$(
        impl Shaped for $type {
            fn shape() -> Value { json!($schema) }
        }
    )*};
}

plain! {
    String => { "type": "string" };
    bool => { "type": "boolean" };
    i32 => { "type": "integer", "format": "int32" };
    Uuid => { "type": "string", "format": "uuid" };
    Timestamp => { "type": "string", "format": "date-time" };
}

impl<T: Shaped> Shaped for Option<T> {
    fn shape() -> Value {
        or_null(T::shape())
    }
}

impl<T: Shaped> Shaped for Vec<T> {
    fn shape() -> Value {
        json!({ "type": "array", "items": T::shape() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_those_that_serde_writes() {
        for (field, name) in [
            ("id", "id"),
            ("r#type", "type"),
            ("saml2_token", "saml2Token"),
            ("oauth2_require_post_response", "oauth2RequirePostResponse"),
        ] {
            assert_eq!(camel_case(field), name);
        }
        assert_eq!(
            or_null(json!({ "type": "string", "enum": ["a"] })),
            json!({ "type": ["string", "null"], "enum": ["a", null] })
        );
    }
}
