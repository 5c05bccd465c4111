//! Why a rule can't be read, precise enough to mend it.

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
    /// No attribute of that name; the nearest one, where only the case differs.
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
}
