//! What a client says of itself when it registers (OpenID Connect Dynamic Client Registration 1.0 §2, RFC 7591 §2).

use serde_json::{Map, Value};

use super::error::{Fault, FaultCode};

/// Client metadata. Members that aren't known are left alone, and null is as if it weren't there (RFC 7591 §2).
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ClientMetadata(Map<String, Value>);

/// Entries of a list, and characters of a text.
const ENTRIES: usize = 50;
const LONGEST: usize = 2000;

fn invalid(words: String) -> Fault {
    Fault::new(FaultCode::InvalidClientMetadata, words)
}

impl ClientMetadata {
    /// # Errors
    /// Not a JSON object.
    pub fn parse(body: &[u8]) -> Result<Self, Fault> {
        match serde_json::from_slice(body) {
            Ok(Value::Object(members)) => Ok(Self(members)),
            _ => Err(invalid("the body isn't a JSON object".into())),
        }
    }

    /// # Errors
    /// It isn't a text, or is a very long one.
    pub fn text(&self, name: &str) -> Result<Option<String>, Fault> {
        match self.0.get(name) {
            None | Some(Value::Null) => Ok(None),
            Some(Value::String(text)) if text.len() <= LONGEST => {
                Ok(Some(text.clone()).filter(|text| !text.is_empty()))
            }
            Some(_) => Err(invalid(format!("{name} isn't a text, or is too long"))),
        }
    }

    /// # Errors
    /// It isn't a list of texts, or is a very long one.
    pub fn texts(&self, name: &str) -> Result<Option<Vec<String>>, Fault> {
        let refused = || invalid(format!("{name} isn't a list of texts, or is too long"));
        match self.0.get(name) {
            None | Some(Value::Null) => Ok(None),
            Some(Value::Array(several)) if several.len() <= ENTRIES => {
                let text =
                    |value: &Value| value.as_str().filter(|text| text.len() <= LONGEST).map(str::to_owned);
                several.iter().map(text).collect::<Option<Vec<_>>>().map(Some).ok_or_else(refused)
            }
            Some(_) => Err(refused()),
        }
    }

    /// # Errors
    /// It is neither true nor false.
    pub fn truth(&self, name: &str) -> Result<bool, Fault> {
        match self.0.get(name) {
            None | Some(Value::Null) => Ok(false),
            Some(Value::Bool(truth)) => Ok(*truth),
            Some(_) => Err(invalid(format!("{name} is true or false"))),
        }
    }

    /// # Errors
    /// It isn't a whole number of seconds.
    pub fn seconds(&self, name: &str) -> Result<Option<u32>, Fault> {
        match self.0.get(name) {
            None | Some(Value::Null) => Ok(None),
            Some(value) => {
                let seconds = value.as_u64().and_then(|seconds| u32::try_from(seconds).ok());
                seconds.map(Some).ok_or_else(|| invalid(format!("{name} isn't a number of seconds")))
            }
        }
    }

    /// As it stands.
    #[must_use]
    pub fn value(&self, name: &str) -> Option<&Value> {
        self.0.get(name).filter(|value| !value.is_null())
    }
}
