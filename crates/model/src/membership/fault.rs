//! Why a rule can't be read, precise enough to mend it.

use std::sync::LazyLock;

use super::{Attribute, operators};
use crate::refusal::{Code, Refusal};

/// All attributes as a refusal lists them.
static ATTRIBUTES: LazyLock<String> = LazyLock::new(|| {
    let named: Vec<_> = Attribute::names().map(|name| format!("user.{name}")).collect();
    named.join(", ")
});

/// All operators, likewise.
static OPERATORS: LazyLock<String> = LazyLock::new(|| operators().collect::<Vec<_>>().join(", "));

/// What is wrong, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// Characters before the fault.
    pub at: usize,
    pub kind: FaultKind,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FaultKind {
    /// More than [`super::LONGEST`] characters.
    TooLong,
    /// Brackets inside brackets without end.
    TooDeep,
    /// A text or list that never ends.
    Unterminated,
    Empty,
    /// No attribute of that name; the one that was probably meant.
    UnknownAttribute {
        name: String,
        nearest: Option<&'static str>,
    },
    /// Rules describe people: `device.` and others aren't offered.
    NotOfUsers(String),
    UnknownOperator(String),
    /// An operator that this attribute can't be asked with.
    OperatorUnfit {
        operator: String,
        attribute: String,
    },
    ExpectedOperator(String),
    ExpectedValue(String),
    /// Something between `-and` and `-or`, or an end, was expected.
    ExpectedEnd(String),
    ExpectedCondition(String),
    ExpectedBracket(String),
    /// `true` or `false`.
    ExpectedTruth(String),
    /// A date, or `system.now` with or without `-plus p1d`.
    ExpectedMoment(String),
    /// An object id.
    ExpectedId(String),
    BadPattern(String),
    /// Larger when compiled than is asked of everybody.
    PatternTooLarge(String),
    /// More than [`super::PATTERNS`].
    TooManyPatterns,
    /// The rule ends where this is still expected.
    EndsEarly(Box<FaultKind>),
}

impl Fault {
    /// The refusal that names the place, counted from 1.
    #[must_use]
    pub fn refusal(&self) -> Refusal {
        let (kind, found, other) = self.kind.told();
        Refusal::new(Code::GroupRuleFault)
            .on("membershipRule")
            .with("at", (self.at + 1).to_string())
            .with("kind", kind)
            .with("found", found)
            .with("other", other)
    }
}

impl FaultKind {
    /// The same at the very end, where nothing stands that could be shown.
    pub(super) fn at_end(self) -> Self {
        match self {
            Self::ExpectedOperator(_)
            | Self::UnknownOperator(_)
            | Self::ExpectedValue(_)
            | Self::ExpectedCondition(_)
            | Self::ExpectedTruth(_)
            | Self::ExpectedMoment(_)
            | Self::ExpectedId(_) => Self::EndsEarly(Box::new(self)),
            other => other,
        }
    }

    fn missing(&self) -> &'static str {
        match self {
            Self::ExpectedOperator(_) | Self::UnknownOperator(_) => "ends-before-operator",
            Self::ExpectedValue(_) => "ends-before-value",
            Self::ExpectedTruth(_) => "ends-before-truth",
            Self::ExpectedMoment(_) => "ends-before-moment",
            Self::ExpectedId(_) => "ends-before-id",
            _ => "ends-before-condition",
        }
    }

    /// The name of the kind, what stands there, and what else its text needs.
    fn told(&self) -> (&'static str, &str, &str) {
        match self {
            Self::TooLong => ("too-long", "", ""),
            Self::TooDeep => ("too-deep", "", ""),
            Self::Unterminated => ("unterminated", "", ""),
            Self::Empty => ("empty", "", ""),
            Self::UnknownAttribute { name, nearest: None } => ("unknown-attribute", name, &ATTRIBUTES),
            Self::UnknownAttribute { name, nearest: Some(nearest) } => ("nearly-attribute", name, nearest),
            Self::NotOfUsers(found) => ("not-of-users", found, ""),
            Self::UnknownOperator(found) => ("unknown-operator", found, &OPERATORS),
            Self::OperatorUnfit { operator, attribute } => ("operator-unfit", operator, attribute),
            Self::ExpectedOperator(found) => ("expected-operator", found, ""),
            Self::ExpectedValue(found) => ("expected-value", found, ""),
            Self::ExpectedEnd(found) => ("expected-end", found, ""),
            Self::ExpectedCondition(found) => ("expected-condition", found, ""),
            Self::ExpectedBracket(bracket) => ("expected-bracket", bracket, ""),
            Self::ExpectedTruth(found) => ("expected-truth", found, ""),
            Self::ExpectedMoment(found) => ("expected-moment", found, ""),
            Self::ExpectedId(found) => ("expected-id", found, ""),
            Self::BadPattern(found) => ("bad-pattern", found, ""),
            Self::PatternTooLarge(found) => ("pattern-too-large", found, ""),
            Self::TooManyPatterns => ("too-many-patterns", super::PATTERNS_TOLD, ""),
            Self::EndsEarly(expected) => (expected.missing(), "", ""),
        }
    }
}
