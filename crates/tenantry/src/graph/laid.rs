//! Properties that a client sends, laid over those that are there, and read as their type.
//!
//! Objects are merged, so that one part of `web` can be changed alone, as Graph's clients do; lists are replaced; `null`
//! takes a value away. What the type doesn't know is refused by its path.

use model::refusal::{Code, Refusal};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

/// # Errors
/// [`Code::PropertyUnknown`] or [`Code::PropertyKind`], with the path of the property.
pub fn laid_over<T: Serialize + DeserializeOwned>(
    current: &T,
    sent: Map<String, Value>,
) -> Result<T, Refusal> {
    let mut base = serde_json::to_value(current).unwrap_or_default();
    lay(&mut base, Value::Object(sent));
    read(base)
}

/// A value that a client sent, as its type.
///
/// # Errors
/// As [`laid_over`].
pub fn read<T: DeserializeOwned>(value: Value) -> Result<T, Refusal> {
    serde_path_to_error::deserialize(value).map_err(|error| {
        let path: String = error.path().to_string().chars().take(80).collect();
        let told = error.inner().to_string();
        if told.starts_with("unknown field") {
            return Refusal::new(Code::PropertyUnknown).with("property", path);
        }
        let kind = match told.rsplit_once("expected ") {
            Some((_, kind)) if !told.contains("UUID") => kind.chars().take(120).collect(),
            _ if told.contains("UUID") => "Edm.Guid".to_owned(),
            _ => "Edm.DateTimeOffset".to_owned(),
        };
        Refusal::new(Code::PropertyKind).with("property", path).with("kind", kind)
    })
}

/// The list that stands under a name, as its type; `null` is an empty one.
///
/// # Errors
/// As [`laid_over`].
pub fn read_list<T: DeserializeOwned>(name: &str, value: Value) -> Result<Vec<T>, Refusal> {
    match plain(value) {
        Value::Null => Ok(Vec::new()),
        value => {
            let one = Value::Object(Map::from_iter([(name.to_owned(), value)]));
            let mut read: std::collections::BTreeMap<String, Vec<T>> = read(one)?;
            Ok(read.remove(name).unwrap_or_default())
        }
    }
}

fn lay(base: &mut Value, sent: Value) {
    match (base, sent) {
        (Value::Object(base), Value::Object(sent)) => {
            for (name, value) in sent.into_iter().filter(|(name, _)| !name.contains('@')) {
                match value {
                    Value::Null => drop(base.remove(&name)),
                    value => lay(base.entry(name).or_insert(Value::Null), value),
                }
            }
        }
        (base, sent) => *base = plain(sent),
    }
}

/// Without annotations, and without what says that nothing is there.
#[must_use]
pub fn plain(value: Value) -> Value {
    match value {
        Value::Object(entries) => {
            let said = entries.into_iter().filter(|(name, value)| !name.contains('@') && !value.is_null());
            Value::Object(said.map(|(name, value)| (name, plain(value))).collect())
        }
        Value::Array(values) => Value::Array(values.into_iter().map(plain).collect()),
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use model::applications::ApplicationSettings;
    use serde_json::json;

    use super::*;

    fn laid(base: &ApplicationSettings, sent: Value) -> Result<ApplicationSettings, (Code, String)> {
        let Value::Object(sent) = sent else { panic!("an object") };
        laid_over(base, sent).map_err(|refusal| (refusal.code, refusal.arguments[0].1.clone()))
    }

    #[test]
    fn objects_are_merged_and_lists_replaced() {
        let base = ApplicationSettings::default();
        let sent = json!({ "web": { "redirectUris": ["https://a.test"], "homePageUrl": "https://a.test" } });
        let base = laid(&base, sent).unwrap();
        let next =
            laid(&base, json!({ "web": { "homePageUrl": null }, "tags": ["x"], "api": null })).unwrap();
        assert_eq!(next.web.redirect_uris, ["https://a.test"]);
        assert_eq!((next.web.home_page_url, next.tags), (None, vec!["x".to_owned()]));
        let role = json!({ "appRoles": [{ "id": "6F9619FF-8B86-4D01-B42D-00CF4FC964FF", "description": null, "@odata.type": "x" }] });
        assert_eq!(laid(&base, role).unwrap().app_roles.len(), 1);
    }

    #[test]
    fn what_no_type_knows_is_named() {
        let base = ApplicationSettings::default();
        let unknown = |path: &str| (Code::PropertyUnknown, path.to_owned());
        let kind = |path: &str| (Code::PropertyKind, path.to_owned());
        assert_eq!(laid(&base, json!({ "shoeSize": 4 })).unwrap_err(), unknown("shoeSize"));
        assert_eq!(laid(&base, json!({ "web": { "shoeSize": 4 } })).unwrap_err(), unknown("web.shoeSize"));
        assert_eq!(laid(&base, json!({ "web": 7 })).unwrap_err(), kind("web"));
        assert_eq!(laid(&base, json!({ "tags": ["a", 7] })).unwrap_err(), kind("tags[1]"));
        assert_eq!(laid(&base, json!({ "appRoles": [{ "id": "x" }] })).unwrap_err(), kind("appRoles[0].id"));
        assert_eq!(
            laid(&base, json!({ "signInAudience": "Everybody" })).unwrap_err(),
            kind("signInAudience")
        );
    }
}
