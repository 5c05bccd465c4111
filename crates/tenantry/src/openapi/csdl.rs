//! The same description as an entity model (OData CSDL XML 4.01), for clients that read `$metadata`.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use serde_json::{Map, Value};

use super::{Answer, Described};

/// What an object says of itself, not of the directory.
fn is_annotation(name: &str) -> bool {
    name.contains('@')
}

/// The type that several kinds of object are of.
const ANY: &str = "directoryObject";

/// Types by their names; those that stand inside others are named after where they stand.
#[derive(Default)]
struct Types {
    written: BTreeMap<String, String>,
    /// Which are of [`ANY`], and have its key.
    derived: Vec<String>,
}

impl Types {
    fn add(&mut self, name: &str, schema: &Value) {
        let Some(properties) = schema["properties"].as_object() else { return };
        let is_entity = properties.contains_key("id");
        let is_derived = self.derived.iter().any(|derived| derived == name);
        let mut inside = String::new();
        if is_entity && !is_derived {
            inside.push_str("<Key><PropertyRef Name=\"id\"/></Key>");
        }
        let own = |property: &&String| !(is_annotation(property) || is_derived && *property == "id");
        for (property, schema) in properties.iter().filter(|(property, _)| own(property)) {
            inside.push_str(&self.property((name, is_entity), property, schema));
        }
        let element = if is_entity { "EntityType" } else { "ComplexType" };
        let is_open = schema["patternProperties"].get("^extension_").is_some();
        let open = if is_open { " OpenType=\"true\"" } else { "" };
        let base = if is_derived { format!(" BaseType=\"graph.{ANY}\"") } else { String::new() };
        let written = format!("<{element} Name=\"{name}\"{base}{open}>{inside}</{element}>");
        self.written.insert(name.to_owned(), written);
    }

    fn property(&mut self, (owner, is_entity): (&str, bool), name: &str, schema: &Value) -> String {
        let (kind, is_nullable) = self.kind(owner, name, schema);
        if kind.contains(ANY) {
            return format!("<NavigationProperty Name=\"{name}\" Type=\"{kind}\"/>");
        }
        let kind = if is_entity && name == "id" { "Edm.String".to_owned() } else { kind };
        let nullable = if is_nullable { "" } else { " Nullable=\"false\"" };
        format!("<Property Name=\"{name}\" Type=\"{kind}\"{nullable}/>")
    }

    /// The type of a schema, and whether it may be null.
    fn kind(&mut self, owner: &str, name: &str, schema: &Value) -> (String, bool) {
        if let Some(reference) = schema["$ref"].as_str() {
            return (format!("graph.{}", reference.rsplit('/').next().unwrap_or_default()), false);
        }
        if let Some(some) = schema["anyOf"].as_array() {
            let one = some.iter().find(|one| one["type"] != "null").unwrap_or(&Value::Null);
            return (self.kind(owner, name, one).0, true);
        }
        let is_nullable = schema["type"].as_array().is_some();
        let kinds = schema["type"].as_array().and_then(|kinds| kinds.first());
        let kind = match (kinds.unwrap_or(&schema["type"]).as_str(), schema["format"].as_str()) {
            (Some("array"), _) if schema["items"].is_object() => {
                format!("Collection({})", self.kind(owner, name, &schema["items"]).0)
            }
            (Some("array"), _) => "Collection(Edm.Untyped)".into(),
            (Some("object"), _) if schema["properties"].is_object() => {
                let mut letters = name.chars();
                let first = letters.next().map(|first| first.to_ascii_uppercase());
                let own = first.into_iter().chain(letters).collect::<String>();
                let inner = format!("{owner}{own}");
                self.add(&inner, schema);
                format!("graph.{inner}")
            }
            (Some("boolean"), _) => "Edm.Boolean".into(),
            (Some("integer"), Some("int32")) => "Edm.Int32".into(),
            (Some("integer"), _) => "Edm.Int64".into(),
            (Some("number"), _) => "Edm.Double".into(),
            (Some("string"), Some("uuid")) => "Edm.Guid".into(),
            (Some("string"), Some("date-time")) => "Edm.DateTimeOffset".into(),
            (Some("string"), Some("date")) => "Edm.Date".into(),
            (Some("string"), _) => "Edm.String".into(),
            // Nothing here has a value.
            (Some("null"), _) => return ("Edm.Untyped".into(), true),
            _ => "Edm.Untyped".into(),
        };
        (kind, is_nullable)
    }
}

/// Whether an answer is a whole collection, and of which type its objects are.
fn answered(answer: &Answer) -> Option<(bool, &str)> {
    let Answer::Json(schema) = answer else { return None };
    let items = schema["properties"]["value"]["items"]["$ref"].as_str();
    let path = items.or(schema["$ref"].as_str())?;
    Some((items.is_some(), path.rsplit('/').next()?))
}

fn container(described: &Described) -> String {
    let mut sets: BTreeMap<&str, String> = BTreeMap::new();
    for operation in described.operations.iter().filter(|operation| operation.method == "GET") {
        let Some(name) = operation.path.strip_prefix("/v1.0/") else { continue };
        if !name.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
            continue;
        }
        let found = operation.answers.iter().find_map(|(_, answer)| answered(answer));
        if let Some((is_set, kind)) = found {
            let (element, attribute) =
                if is_set { ("EntitySet", "EntityType") } else { ("Singleton", "Type") };
            sets.insert(name, format!("<{element} Name=\"{name}\" {attribute}=\"graph.{kind}\"/>"));
        }
    }
    sets.into_values().collect()
}

/// The document. Names of types are those of the OpenAPI document's schemas.
#[must_use]
pub fn csdl(described: &Described) -> String {
    let mut types = Types::default();
    let whole: Map<String, Value> = described.schemas.iter().cloned().collect();
    if let Some(kinds) = whole.get(ANY).and_then(|any| any["anyOf"].as_array()) {
        let named = kinds.iter().filter_map(|kind| kind["$ref"].as_str()?.rsplit('/').next());
        types.derived = named.map(str::to_owned).collect();
        let base = format!(
            "<EntityType Name=\"{ANY}\" Abstract=\"true\"><Key><PropertyRef Name=\"id\"/></Key>\
             <Property Name=\"id\" Type=\"Edm.String\" Nullable=\"false\"/></EntityType>"
        );
        types.written.insert(ANY.into(), base);
    }
    for (name, schema) in whole.iter().filter(|(name, _)| !name.contains('.')) {
        types.add(name, schema);
    }
    let mut text = String::from(
        "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n\
         <edmx:Edmx Version=\"4.0\" xmlns:edmx=\"http://docs.oasis-open.org/odata/ns/edmx\"><edmx:DataServices>\
         <Schema Namespace=\"microsoft.graph\" Alias=\"graph\" xmlns=\"http://docs.oasis-open.org/odata/ns/edm\">\n",
    );
    for written in types.written.values() {
        text.push_str(written);
        text.push('\n');
    }
    let sets = container(described);
    let _ = write!(
        text,
        "<EntityContainer Name=\"GraphService\">{sets}</EntityContainer>\n</Schema></edmx:DataServices></edmx:Edmx>\n"
    );
    text
}
