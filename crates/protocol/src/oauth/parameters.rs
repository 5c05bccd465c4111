//! What a request sent.

use super::error::{Fault, invalid};

/// Parameters that may stand in a request several times (RFC 8707 §2, RFC 8693 §2.1).
const SEVERAL: [&str; 2] = ["resource", "audience"];

/// The parameters of one request: each at most once, and one without a value as if it weren't there (RFC 6749 §3.1).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Parameters(Vec<(String, String)>);

impl Parameters {
    /// Takes decoded pairs.
    ///
    /// # Errors
    /// A parameter that stands there twice.
    pub fn of(pairs: impl IntoIterator<Item = (String, String)>) -> Result<Self, Fault> {
        let mut taken: Vec<(String, String)> = Vec::new();
        for (name, value) in pairs {
            if value.is_empty() {
                continue;
            }
            if !SEVERAL.contains(&name.as_str()) && taken.iter().any(|(known, _)| *known == name) {
                return Err(invalid(format!("the parameter {name} stands there more than once")));
            }
            taken.push((name, value));
        }
        Ok(Self(taken))
    }

    #[must_use]
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// Every value of a parameter that may stand there several times.
    pub fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.0.iter().filter(move |(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// # Errors
    /// It isn't there.
    pub fn required(&self, name: &str) -> Result<&str, Fault> {
        self.get(name).ok_or_else(|| invalid(format!("the parameter {name} is missing")))
    }

    /// The words of a list that is parted by spaces, each once.
    #[must_use]
    pub fn words(&self, name: &str) -> Vec<String> {
        let mut words: Vec<String> = Vec::new();
        for word in self.get(name).unwrap_or_default().split(' ').filter(|word| !word.is_empty()) {
            if !words.iter().any(|known| known == word) {
                words.push(word.to_owned());
            }
        }
        words
    }

    /// In the order in which they were sent.
    #[must_use]
    pub fn pairs(&self) -> &[(String, String)] {
        &self.0
    }

    /// These with the values of others in their place, as a signed or pushed request replaces what stands beside it.
    #[must_use]
    pub fn with(mut self, others: Self) -> Self {
        self.0.retain(|(name, _)| others.get(name).is_none());
        self.0.extend(others.0);
        self
    }

    /// These without one.
    #[must_use]
    pub fn without(mut self, name: &str) -> Self {
        self.0.retain(|(known, _)| known != name);
        self
    }
}
