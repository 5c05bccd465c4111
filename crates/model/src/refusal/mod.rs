//! Every "no" of the product.
//!
//! A refusal is a stable [`Code`], the field it speaks of, the values its text names, and where there is one a
//! suggestion that the person can take with one click. Reason and remedy are text and so live in
//! `locales/<language>/refusals.ftl` under the code: `email-personal = …` and its attribute `.remedy = …`.
//! `docs/refusals.md` is generated from the catalogue; a test fails when a code lacks its text.

mod catalogue;

pub use catalogue::Code;
use serde::Serialize;

/// One "no": why, where, and what to do instead.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Refusal {
    pub code: Code,
    /// The form or JSON field that it speaks of, by its name in the API.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub field: Option<&'static str>,
    /// Values that reason and remedy name, by their name in the text.
    #[serde(skip)]
    pub arguments: Vec<(&'static str, String)>,
    /// A value that would be accepted in place of the refused one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub suggestion: Option<String>,
}

impl Refusal {
    #[must_use]
    pub fn new(code: Code) -> Self {
        Self { code, field: None, arguments: Vec::new(), suggestion: None }
    }

    #[must_use]
    pub fn on(mut self, field: &'static str) -> Self {
        self.field = Some(field);
        self
    }

    #[must_use]
    pub fn with(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.arguments.push((name, value.into()));
        self
    }

    #[must_use]
    pub fn suggest(mut self, value: impl Into<String>) -> Self {
        self.suggestion = Some(value.into());
        self
    }
}

impl From<Code> for Refusal {
    fn from(code: Code) -> Self {
        Self::new(code)
    }
}
