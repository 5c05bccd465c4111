//! The part that every check's answer has in common, so that page, API and CLI read the same fields.

use serde::Serialize;

use crate::refusal::{Code, Refusal};

/// What the refusals and warnings come to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Class {
    Accepted,
    /// Allowed, but the person is told something first.
    Warned,
    Refused,
}

/// Refusals, warnings and what could be taken instead; a verdict flattens it beside its own normalised value.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Answer {
    pub class: Class,
    pub valid: bool,
    pub refusals: Vec<Refusal>,
    pub warnings: Vec<Refusal>,
    pub suggestions: Vec<String>,
}

impl Default for Answer {
    fn default() -> Self {
        Self {
            class: Class::Accepted,
            valid: true,
            refusals: Vec::new(),
            warnings: Vec::new(),
            suggestions: Vec::new(),
        }
    }
}

impl Answer {
    /// Adds a reason to say no.
    pub fn refuse(&mut self, refusal: impl Into<Refusal>) {
        self.class = Class::Refused;
        self.valid = false;
        self.refusals.push(refusal.into());
    }

    /// Adds something to tell that doesn't stop the person.
    pub fn warn(&mut self, warning: impl Into<Refusal>) {
        if self.class == Class::Accepted {
            self.class = Class::Warned;
        }
        self.warnings.push(warning.into());
    }

    /// Adds a value that would be accepted; the latest refusal offers the first one.
    pub fn suggest(&mut self, value: impl Into<String>) {
        let value = value.into();
        if let Some(refusal) = self.refusals.last_mut().filter(|refusal| refusal.suggestion.is_none()) {
            refusal.suggestion = Some(value.clone());
        }
        if !self.suggestions.contains(&value) {
            self.suggestions.push(value);
        }
    }

    /// Whether this reason to say no was given.
    #[must_use]
    pub fn refuses(&self, code: Code) -> bool {
        self.refusals.iter().any(|refusal| refusal.code == code)
    }

    /// Whether this warning was given.
    #[must_use]
    pub fn warns(&self, code: Code) -> bool {
        self.warnings.iter().any(|warning| warning.code == code)
    }
}
