//! The questions as JSON. Absent fields and `null` are empty; fields that nobody asked for are passed over.

use model::eligibility::address::AddressInput;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer};

use super::{Kind, Question};
use crate::secrets::Secret;

/// It isn't one JSON object whose fields have the types of the question.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Unreadable;

/// May this address open a work account?
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct EmailQuestion {
    #[serde(deserialize_with = "text")]
    pub email: String,
}

/// May an organisation be called this?
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct OrganizationQuestion {
    #[serde(deserialize_with = "text")]
    pub name: String,
    /// ISO 3166-1 alpha-2 and BCP 47, for the Western form of the name.
    #[serde(deserialize_with = "text")]
    pub country: String,
    #[serde(deserialize_with = "text")]
    pub lang: String,
}

/// Is there such a place, and do its parts agree?
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct AddressQuestion {
    #[serde(deserialize_with = "text")]
    pub country: String,
    #[serde(deserialize_with = "text")]
    pub postal_code: String,
    #[serde(deserialize_with = "text")]
    pub region: String,
    #[serde(deserialize_with = "text")]
    pub city: String,
    #[serde(deserialize_with = "text")]
    pub suburb: String,
    /// Street and number. Where neither these nor the numbered lines are given, the street isn't asked about.
    pub address_lines: Option<Vec<String>>,
    pub address_line1: Option<String>,
    pub address_line2: Option<String>,
    pub address_line3: Option<String>,
}

/// May this be a password?
#[derive(Debug, Deserialize)]
#[serde(default)]
pub struct PasswordQuestion {
    pub password: Secret,
    /// Names of the person, the user name among them.
    pub names: Vec<String>,
    pub organizations: Vec<String>,
}

/// How is this written in Western European characters?
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct TransliterateQuestion {
    #[serde(deserialize_with = "text")]
    pub text: String,
    #[serde(deserialize_with = "text")]
    pub country: String,
    #[serde(deserialize_with = "text")]
    pub lang: String,
}

impl Default for PasswordQuestion {
    fn default() -> Self {
        Self { password: Secret::new(""), names: Vec::new(), organizations: Vec::new() }
    }
}

impl AddressQuestion {
    pub(super) fn asks_for_street(&self) -> bool {
        self.address_lines.is_some() || self.numbered().next().is_some()
    }

    fn numbered(&self) -> impl Iterator<Item = &String> {
        [&self.address_line1, &self.address_line2, &self.address_line3].into_iter().flatten()
    }

    pub(super) fn input(&self) -> AddressInput {
        AddressInput {
            country: self.country.clone(),
            address_lines: self
                .address_lines
                .iter()
                .flatten()
                .chain(self.numbered())
                .map(String::clone)
                .collect(),
            suburb: self.suburb.clone(),
            city: self.city.clone(),
            region: self.region.clone(),
            postal_code: self.postal_code.clone(),
        }
    }
}

impl Question {
    /// Reads one JSON object, whatever bytes come.
    ///
    /// # Errors
    /// [`Unreadable`] for anything else.
    pub fn from_json(kind: Kind, bytes: &[u8]) -> Result<Self, Unreadable> {
        Ok(match kind {
            Kind::Email => Self::Email(object(bytes)?),
            Kind::Organization => Self::Organization(object(bytes)?),
            Kind::Address => Self::Address(Box::new(object(bytes)?)),
            Kind::Password => Self::Password(object(bytes)?),
            Kind::Transliterate => Self::Transliterate(object(bytes)?),
        })
    }

    /// The question about one value, where a value alone makes one: an address needs its parts.
    #[must_use]
    pub fn from_value(kind: Kind, value: &str) -> Option<Self> {
        let value = value.to_owned();
        Some(match kind {
            Kind::Email => Self::Email(EmailQuestion { email: value }),
            Kind::Organization => {
                Self::Organization(OrganizationQuestion { name: value, ..OrganizationQuestion::default() })
            }
            Kind::Password => {
                let password = Secret::new(value);
                Self::Password(PasswordQuestion { password, ..PasswordQuestion::default() })
            }
            Kind::Transliterate => {
                Self::Transliterate(TransliterateQuestion { text: value, ..TransliterateQuestion::default() })
            }
            Kind::Address => return None,
        })
    }
}

/// Whether these bytes mean to be a JSON object.
#[must_use]
pub(crate) fn begins_object(bytes: &[u8]) -> bool {
    bytes.trim_ascii_start().first() == Some(&b'{')
}

// A JSON array would do for a struct too, field by field; nobody means that. And fields that are passed over are text
// as well.
fn object<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Unreadable> {
    let text = std::str::from_utf8(bytes).map_err(|_| Unreadable)?;
    if begins_object(bytes) { serde_json::from_str(text).map_err(|_| Unreadable) } else { Err(Unreadable) }
}

fn text<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    Option::<String>::deserialize(deserializer).map(Option::unwrap_or_default)
}
