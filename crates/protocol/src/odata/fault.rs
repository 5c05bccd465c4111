//! Why a query can't be read, precise enough to mend it.

use std::fmt;

/// What is wrong, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// The query option, such as `$filter`; empty when the option itself is unknown.
    pub option: &'static str,
    /// Bytes of the option's value before the fault.
    pub at: usize,
    pub kind: FaultKind,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FaultKind {
    /// Something else stands where this was expected.
    Expected { expected: &'static str, found: String },
    /// A text in quotes never ends.
    Unterminated,
    /// A number, date or id that can't be one.
    Malformed(String),
    /// OData has it, directory queries don't.
    NotSupported(String),
    /// The option stands twice.
    Repeated,
    /// A relation that is expanded already.
    ExpandedTwice(String),
    /// Longer than [`super::LONGEST`].
    TooLong,
    /// More conditions, or deeper nesting, than anybody needs.
    TooComplex,
}

impl Fault {
    pub(super) fn new(option: &'static str, at: usize, kind: FaultKind) -> Self {
        Self { option, at, kind }
    }

    pub(super) fn at(at: usize, kind: FaultKind) -> Self {
        Self::new("", at, kind)
    }

    pub(super) fn expected(at: usize, expected: &'static str, found: &str) -> Self {
        let found = if found.is_empty() { "the end".to_owned() } else { found.chars().take(40).collect() };
        Self::at(at, FaultKind::Expected { expected, found })
    }

    pub(super) fn of(self, option: &'static str) -> Self {
        Self { option, ..self }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.kind {
            FaultKind::Expected { expected, found } => write!(f, "expected {expected}, found {found}"),
            FaultKind::Unterminated => f.write_str("a text has no closing quote"),
            FaultKind::Malformed(what) => write!(f, "{what} can't be read"),
            FaultKind::NotSupported(what) => write!(f, "{what} isn't supported"),
            FaultKind::Repeated => f.write_str("the option stands twice"),
            FaultKind::ExpandedTwice(name) => write!(f, "{name} stands twice"),
            FaultKind::TooLong => f.write_str("the value is too long"),
            FaultKind::TooComplex => f.write_str("there are too many conditions"),
        }
    }
}

impl std::error::Error for Fault {}
