//! What a tenant keeps of a person beside their names: the writable properties of a Microsoft Graph user (facts §7.1).
//!
//! Texts stand in one table with their limits, so that API, import and rules agree on what exists.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::eligibility::address;
use crate::refusal::{Code, Refusal};

/// A text that a person may have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TextProperty {
    /// As Microsoft Graph spells it.
    pub name: &'static str,
    /// Characters.
    pub longest: usize,
}

/// Every text, in the order of their names.
pub const TEXTS: [TextProperty; 16] = [
    text("city", 128),
    text("companyName", 64),
    text("country", 128),
    text("department", 64),
    text("employeeId", 16),
    text("employeeType", 64),
    text("faxNumber", 64),
    text("jobTitle", 128),
    text("mailNickname", 64),
    text("mobilePhone", 64),
    text("officeLocation", 128),
    text("postalCode", 40),
    text("preferredLanguage", 35),
    text("state", 128),
    text("streetAddress", 1024),
    text("usageLocation", 2),
];

/// Entries of a list of texts, and characters of each.
pub const LIST: usize = 250;
pub const LIST_TEXT: usize = 250;

const fn text(name: &'static str, longest: usize) -> TextProperty {
    TextProperty { name, longest }
}

impl TextProperty {
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        TEXTS.into_iter().find(|property| property.name == name)
    }

    /// The text as it is kept: without space around it.
    ///
    /// # Errors
    /// Too long, with characters that no line of text has, or no country where one is meant.
    pub fn check(self, value: &str) -> Result<String, Refusal> {
        let value = line(self.name, self.longest, value)?;
        match self.name {
            "usageLocation" => {
                let country = value.to_ascii_uppercase();
                match address::rules(&country) {
                    Some(_) => Ok(country),
                    None => Err(Refusal::new(Code::AddressCountryUnknown).on(self.name)),
                }
            }
            "mailNickname"
                if !value
                    .bytes()
                    .all(|byte| byte.is_ascii_graphic() && !b"@()\\[]\";:<>,".contains(&byte)) =>
            {
                Err(Refusal::new(Code::PropertyCharacters).on(self.name))
            }
            _ => Ok(value),
        }
    }
}

/// One entry of `businessPhones` or `otherMails`.
///
/// # Errors
/// As [`TextProperty::check`].
pub fn check_entry(name: &'static str, value: &str) -> Result<String, Refusal> {
    line(name, LIST_TEXT, value)
}

fn line(name: &'static str, longest: usize, value: &str) -> Result<String, Refusal> {
    let value = value.trim();
    if value.is_empty() {
        return Err(Refusal::new(Code::FieldRequired).on(name));
    }
    if value.chars().count() > longest {
        return Err(Refusal::new(Code::FieldTooLong).on(name).with("max", longest.to_string()));
    }
    if value.chars().any(char::is_control) {
        return Err(Refusal::new(Code::PropertyCharacters).on(name));
    }
    Ok(value.to_owned())
}

/// A person's properties.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Properties {
    /// By the names of [`TEXTS`]; a text that isn't set isn't there.
    pub texts: BTreeMap<String, String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub business_phones: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub other_mails: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub employee_hire_date: Option<Timestamp>,
    /// What applications added, by the whole names of their properties.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub extensions: BTreeMap<String, serde_json::Value>,
}

impl Properties {
    #[must_use]
    pub fn text(&self, name: &str) -> Option<&str> {
        self.texts.get(name).map(String::as_str)
    }

    /// Sets a text that was checked, or takes it away.
    pub fn set(&mut self, property: TextProperty, value: Option<String>) {
        match value {
            Some(value) => self.texts.insert(property.name.to_owned(), value),
            None => self.texts.remove(property.name),
        };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_found_by_name_and_bounded() {
        assert!(TEXTS.is_sorted_by_key(|property| property.name));
        let title = TextProperty::named("jobTitle").unwrap();
        assert_eq!(title.check("  Engineer ").unwrap(), "Engineer");
        assert_eq!(title.check(&"é".repeat(128)).unwrap().chars().count(), 128);
        assert_eq!(title.check(&"é".repeat(129)).unwrap_err().code, Code::FieldTooLong);
        assert_eq!(title.check("a\nb").unwrap_err().code, Code::PropertyCharacters);
        assert_eq!(title.check(" ").unwrap_err().code, Code::FieldRequired);
        assert!(TextProperty::named("jobtitle").is_none());
    }

    #[test]
    fn places_and_nicknames_have_a_form() {
        let check = |name: &str, value: &str| TextProperty::named(name).unwrap().check(value);
        assert_eq!(check("usageLocation", "gr").unwrap(), "GR");
        assert_eq!(check("usageLocation", "ZZ").unwrap_err().code, Code::AddressCountryUnknown);
        assert_eq!(check("mailNickname", "ana.torres").unwrap(), "ana.torres");
        assert_eq!(check("mailNickname", "ana torres").unwrap_err().code, Code::PropertyCharacters);
    }

    #[test]
    fn properties_survive_storage() {
        let mut properties = Properties::default();
        properties.set(TextProperty::named("city").unwrap(), Some("Αθήνα".into()));
        properties.business_phones.push("+30 210 1234567".into());
        let stored = serde_json::to_string(&properties).unwrap();
        assert_eq!(serde_json::from_str::<Properties>(&stored).unwrap(), properties);
        assert_eq!(serde_json::from_str::<Properties>("{}").unwrap(), Properties::default());
        properties.set(TextProperty::named("city").unwrap(), None);
        assert_eq!(properties.text("city"), None);
    }
}
