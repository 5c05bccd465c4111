//! A resource: its properties, which of them may be written, and which a new one needs.

use model::shape::or_null;
use serde_json::{Map, Value, json};

#[must_use]
pub fn text() -> Value {
    json!({ "type": "string" })
}

/// A text of at most so many characters.
#[must_use]
pub fn text_of(longest: usize) -> Value {
    json!({ "type": "string", "maxLength": longest })
}

#[must_use]
pub fn truth() -> Value {
    json!({ "type": "boolean" })
}

#[must_use]
pub fn number() -> Value {
    json!({ "type": "integer" })
}

#[must_use]
pub fn id() -> Value {
    json!({ "type": "string", "format": "uuid" })
}

#[must_use]
pub fn moment() -> Value {
    json!({ "type": "string", "format": "date-time" })
}

#[must_use]
pub fn list_of(items: Value) -> Value {
    json!({ "type": "array", "items": items })
}

#[must_use]
pub fn one_of(values: &[&str]) -> Value {
    json!({ "type": "string", "enum": values })
}

/// A schema by its name.
#[must_use]
pub fn reference(name: &str) -> Value {
    json!({ "$ref": format!("#/components/schemas/{name}") })
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Access {
    Both,
    Read,
    Write,
}

#[derive(Clone, Debug)]
struct Property {
    name: String,
    schema: Value,
    access: Access,
}

/// A resource under the name that Microsoft Graph gives it.
#[derive(Clone, Debug)]
pub struct Shape {
    name: &'static str,
    properties: Vec<Property>,
    needed: &'static [&'static str],
    linked: &'static [&'static str],
    is_extended: bool,
}

impl Shape {
    #[must_use]
    pub fn new(name: &'static str) -> Self {
        Self { name, properties: Vec::new(), needed: &[], linked: &[], is_extended: false }
    }

    fn put(mut self, name: &str, schema: Value, access: Access) -> Self {
        self.properties.push(Property { name: name.to_owned(), schema, access });
        self
    }

    /// A property that always has a value.
    #[must_use]
    pub fn has(self, name: &str, schema: Value) -> Self {
        self.put(name, schema, Access::Both)
    }

    /// A property that may be null.
    #[must_use]
    pub fn may_have(self, name: &str, schema: Value) -> Self {
        self.put(name, or_null(schema), Access::Both)
    }

    /// A property that is sent and never shown.
    #[must_use]
    pub fn takes(self, name: &str, schema: Value) -> Self {
        self.put(name, schema, Access::Write)
    }

    /// Properties that are null here, or empty lists.
    #[must_use]
    pub fn never_has(self, nulls: &[&str], lists: &[&str]) -> Self {
        let shape =
            nulls.iter().fold(self, |shape, name| shape.put(name, json!({ "type": "null" }), Access::Read));
        let nothing = || json!({ "type": "array", "maxItems": 0 });
        lists.iter().fold(shape, |shape, name| shape.put(name, nothing(), Access::Read))
    }

    /// The properties of a type that is written as it stands.
    #[must_use]
    pub fn all_of(self, schema: &Value) -> Self {
        let properties = schema["properties"].as_object().into_iter().flatten();
        properties.fold(self, |shape, (name, schema)| shape.put(name, schema.clone(), Access::Both))
    }

    /// Which of the properties are shown alone.
    #[must_use]
    pub fn read_only(mut self, names: &[&str]) -> Self {
        for property in self.properties.iter_mut().filter(|property| names.contains(&property.name.as_str()))
        {
            property.access = Access::Read;
        }
        self
    }

    /// What a new one must be given.
    #[must_use]
    pub fn needs(self, needed: &'static [&'static str]) -> Self {
        Self { needed, ..self }
    }

    /// Applications may add properties to it.
    #[must_use]
    pub fn extended(self) -> Self {
        Self { is_extended: true, ..self }
    }

    /// What `$expand` may show.
    #[must_use]
    pub fn linked(self, linked: &'static [&'static str]) -> Self {
        Self { linked, ..self }
    }

    fn answer(&self) -> Value {
        let mut properties = Map::new();
        for property in self.properties.iter().filter(|property| property.access != Access::Write) {
            let mut schema = property.schema.clone();
            if property.access == Access::Read {
                schema["readOnly"] = true.into();
            }
            properties.insert(property.name.clone(), schema);
        }
        for name in self.linked {
            properties.insert((*name).to_owned(), list_of(reference("directoryObject")));
        }
        for name in ["@odata.context", "@odata.type"] {
            properties.insert(name.into(), text());
        }
        let mut answer = json!({ "type": "object", "properties": properties, "additionalProperties": false });
        // Annotations come and go with the detail that a client accepts (OData JSON 4.01 §3.1).
        answer["patternProperties"] = json!({ "@": {} });
        if self.is_extended {
            answer["patternProperties"]["^extension_"] = json!({});
        }
        answer
    }

    fn body(&self, needed: &[&str]) -> Value {
        let written = self.properties.iter().filter(|property| property.access != Access::Read);
        let properties: Map<String, Value> =
            written.map(|property| (property.name.clone(), property.schema.clone())).collect();
        json!({ "type": "object", "properties": properties, "required": needed })
    }

    /// `user` as answers show it, `user.new` as it is created, `user.change` as it is changed.
    #[must_use]
    pub fn schemas(&self) -> Vec<(String, Value)> {
        let name = self.name;
        vec![
            (name.to_owned(), self.answer()),
            (format!("{name}.new"), self.body(self.needed)),
            (format!("{name}.change"), self.body(&[])),
        ]
    }
}
