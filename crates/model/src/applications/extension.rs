//! Properties that an application adds to objects of the directory (Microsoft Graph, extensionProperty).

use std::str::FromStr;

use jiff::Timestamp;
use serde_json::Value;
use uuid::Uuid;

use crate::refusal::{Code, Refusal};

/// Characters of a name, and of a text.
const NAME: usize = 120;
const TEXT: usize = 256;
/// Values of one property that may have several.
const VALUES: usize = 100;
/// Properties that applications may add to one object (facts §5.3).
pub const ON_ONE_OBJECT: usize = 100;
/// Properties of one application.
pub const OF_ONE_APPLICATION: usize = 100;
const PREFIX: &str = "extension_";

/// What a value is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DataType {
    Binary,
    Boolean,
    DateTime,
    Integer,
    LargeInteger,
    String,
}

impl DataType {
    pub const ALL: [Self; 6] =
        [Self::Binary, Self::Boolean, Self::DateTime, Self::Integer, Self::LargeInteger, Self::String];

    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Binary => "Binary",
            Self::Boolean => "Boolean",
            Self::DateTime => "DateTime",
            Self::Integer => "Integer",
            Self::LargeInteger => "LargeInteger",
            Self::String => "String",
        }
    }

    fn fits(self, value: &Value) -> bool {
        let text = value.as_str();
        match self {
            Self::Boolean => value.is_boolean(),
            Self::Integer => value.as_i64().is_some_and(|number| i32::try_from(number).is_ok()),
            Self::LargeInteger => value.as_i64().is_some(),
            Self::DateTime => text.is_some_and(|text| text.parse::<Timestamp>().is_ok()),
            // 256 bytes in base64.
            Self::Binary => text.is_some_and(|text| {
                let sign = |byte: u8| byte.is_ascii_alphanumeric() || b"+/=".contains(&byte);
                text.len() <= 344 && text.len().is_multiple_of(4) && text.bytes().all(sign)
            }),
            Self::String => text.is_some_and(|text| {
                let length = text.chars().count();
                (1..=TEXT).contains(&length) && !text.chars().any(char::is_control)
            }),
        }
    }
}

impl FromStr for DataType {
    type Err = Refusal;

    fn from_str(text: &str) -> Result<Self, Refusal> {
        let refused = || not_one_of("dataType", &Self::ALL.map(Self::as_str));
        Self::ALL.into_iter().find(|known| known.as_str() == text).ok_or_else(refused)
    }
}

/// The kinds of object that may have such properties.
pub const TARGETS: [&str; 6] =
    ["User", "Group", "AdministrativeUnit", "Application", "Device", "Organization"];

fn not_one_of(property: &'static str, values: &[&str]) -> Refusal {
    Refusal::new(Code::PropertyNotOneOf)
        .on(property)
        .with("property", property)
        .with("values", values.join(", "))
}

/// A property that an application adds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExtensionProperty {
    pub id: Uuid,
    pub application: Uuid,
    /// As clients write it, with the client id in it.
    pub name: String,
    pub data_type: DataType,
    pub target_objects: Vec<String>,
    pub is_multi_valued: bool,
}

/// The whole name of a property that an application calls `name`.
///
/// # Errors
/// None, too long, or with signs that no property has.
pub fn whole_name(app_id: Uuid, name: &str) -> Result<String, Refusal> {
    if name.is_empty() {
        return Err(Refusal::new(Code::FieldRequired).on("name"));
    }
    if name.len() > NAME {
        return Err(Refusal::new(Code::FieldTooLong).on("name").with("max", NAME.to_string()));
    }
    if !name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_') {
        return Err(Refusal::new(Code::PropertyCharacters).on("name"));
    }
    Ok(format!("{PREFIX}{}_{name}", app_id.simple()))
}

/// Is this the name of a property that an application adds?
#[must_use]
pub fn is_extension(name: &str) -> bool {
    name.starts_with(PREFIX)
}

/// Kinds of object, as a client names them.
///
/// # Errors
/// None, or one that isn't there.
pub fn check_targets(targets: &[String]) -> Result<(), Refusal> {
    if targets.is_empty() {
        return Err(Refusal::new(Code::FieldRequired).on("targetObjects"));
    }
    let known = |target: &String| TARGETS.contains(&target.as_str());
    if targets.iter().all(known) { Ok(()) } else { Err(not_one_of("targetObjects", &TARGETS)) }
}

impl ExtensionProperty {
    /// May an object of this kind have this value?
    ///
    /// # Errors
    /// Not of this kind of object, or a value of another type.
    pub fn check(&self, target: &str, value: &Value) -> Result<(), Refusal> {
        if !self.target_objects.iter().any(|known| known == target) {
            return Err(Refusal::new(Code::PropertyUnknown).with("property", &self.name));
        }
        let fits = match (self.is_multi_valued, value) {
            (true, Value::Array(values)) => {
                values.len() <= VALUES && values.iter().all(|value| self.data_type.fits(value))
            }
            (false, value) => self.data_type.fits(value),
            _ => false,
        };
        if fits {
            return Ok(());
        }
        let kind = self.data_type.as_str();
        let kind = if self.is_multi_valued { format!("Collection({kind})") } else { kind.to_owned() };
        Err(Refusal::new(Code::PropertyKind).with("property", &self.name).with("kind", kind))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn the_name_holds_the_client_id() {
        let app_id = Uuid::from_u128(0xA);
        let name = whole_name(app_id, "costCenter").unwrap();
        assert_eq!(name, "extension_0000000000000000000000000000000a_costCenter");
        assert!(is_extension(&name));
        assert_eq!(whole_name(app_id, "cost center").unwrap_err().code, Code::PropertyCharacters);
        assert_eq!(whole_name(app_id, "").unwrap_err().code, Code::FieldRequired);
    }

    #[test]
    fn values_are_of_their_type() {
        let property = |data_type, is_multi_valued| ExtensionProperty {
            id: Uuid::nil(),
            application: Uuid::nil(),
            name: "extension_a_b".into(),
            data_type,
            target_objects: vec!["User".into()],
            is_multi_valued,
        };
        let long = json!("a".repeat(257));
        for (data_type, good, bad) in [
            (DataType::Boolean, json!(true), json!("true")),
            (DataType::Integer, json!(7), json!(1_i64 << 40)),
            (DataType::LargeInteger, json!(1_i64 << 40), json!(1.5)),
            (DataType::DateTime, json!("2026-01-02T03:04:05Z"), json!("yesterday")),
            (DataType::Binary, json!("AAEC"), json!("?")),
            (DataType::String, json!("a"), long),
        ] {
            assert_eq!(property(data_type, false).check("User", &good), Ok(()));
            assert!(property(data_type, false).check("User", &bad).is_err(), "{bad}");
            assert!(property(data_type, false).check("Group", &good).is_err());
            assert!(property(data_type, false).check("User", &json!([good])).is_err());
            assert_eq!(property(data_type, true).check("User", &json!([good, good])), Ok(()));
        }
    }
}
