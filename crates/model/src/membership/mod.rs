//! Rule-based membership: a group whose members are whoever a rule describes (facts §5.5).
//!
//! `(user.department -eq "Sales") -and (user.country -in ["GR", "CY"])`. A [`Rule`] is read once, with faults that name
//! their place, and asked of one person at a time. Texts are compared without regard to case; names of attributes are
//! written as they are. A rule never fails on a person: an attribute that isn't set is `null`, and `null` equals only
//! `null`.

mod evaluate;
mod fault;
mod parse;
mod token;

#[cfg(test)]
mod tests;

use jiff::Timestamp;
use uuid::Uuid;

pub use fault::{Fault, FaultKind};
pub use parse::operators;

/// Characters of a rule (facts §5.5).
pub const LONGEST: usize = 3072;

/// Tests of a rule that ask for a pattern.
pub const PATTERNS: usize = 5;
/// The same in a refusal.
const PATTERNS_TOLD: &str = "5";

/// Bytes of a compiled pattern: `^\w{1,64}@contoso\.com$` fits.
const PATTERN_BYTES: usize = 8 * 1024;

/// What the largest pattern costs a character, where the cost of a comparison is 1; measured.
const PATTERN_WORK: usize = 500;

/// What a rule can ask of a person.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Attribute {
    AccountEnabled,
    City,
    CompanyName,
    Country,
    CreatedDateTime,
    Department,
    DisplayName,
    EmployeeHireDate,
    EmployeeId,
    EmployeeType,
    FaxNumber,
    GivenName,
    JobTitle,
    Mail,
    MailNickname,
    MobilePhone,
    ObjectId,
    OfficeLocation,
    OtherMails,
    PostalCode,
    PreferredLanguage,
    State,
    StreetAddress,
    Surname,
    TelephoneNumber,
    UsageLocation,
    UserPrincipalName,
    UserType,
}

/// The kind of an attribute's values, which says how it may be compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Text,
    Texts,
    Truth,
    Moment,
}

impl Attribute {
    /// The names in rules, without `user.`; several are older than those of Microsoft Graph.
    const NAMES: [(&'static str, Self); 28] = [
        ("accountEnabled", Self::AccountEnabled),
        ("city", Self::City),
        ("companyName", Self::CompanyName),
        ("country", Self::Country),
        ("createdDateTime", Self::CreatedDateTime),
        ("department", Self::Department),
        ("displayName", Self::DisplayName),
        ("employeeHireDate", Self::EmployeeHireDate),
        ("employeeId", Self::EmployeeId),
        ("employeeType", Self::EmployeeType),
        ("facsimileTelephoneNumber", Self::FaxNumber),
        ("givenName", Self::GivenName),
        ("jobTitle", Self::JobTitle),
        ("mail", Self::Mail),
        ("mailNickName", Self::MailNickname),
        ("mobile", Self::MobilePhone),
        ("objectId", Self::ObjectId),
        ("physicalDeliveryOfficeName", Self::OfficeLocation),
        ("otherMails", Self::OtherMails),
        ("postalCode", Self::PostalCode),
        ("preferredLanguage", Self::PreferredLanguage),
        ("state", Self::State),
        ("streetAddress", Self::StreetAddress),
        ("surname", Self::Surname),
        ("telephoneNumber", Self::TelephoneNumber),
        ("usageLocation", Self::UsageLocation),
        ("userPrincipalName", Self::UserPrincipalName),
        ("userType", Self::UserType),
    ];

    fn named(name: &str) -> Option<Self> {
        Self::NAMES.into_iter().find(|(known, _)| *known == name).map(|(_, attribute)| attribute)
    }

    /// The names of all attributes, without `user.`.
    pub fn names() -> impl Iterator<Item = &'static str> {
        Self::NAMES.into_iter().map(|(name, _)| name)
    }

    /// The name that was probably meant: another case, or letters that are wrong, swapped or missing.
    fn nearly_named(name: &str) -> Option<&'static str> {
        let name: String = name.chars().take(60).collect::<String>().to_ascii_lowercase();
        Self::names()
            .map(|known| (strsim::damerau_levenshtein(&name, &known.to_ascii_lowercase()), known))
            .filter(|(distance, known)| *distance <= known.len() / 4)
            .min_by_key(|(distance, _)| *distance)
            .map(|(_, known)| known)
    }

    #[must_use]
    pub fn kind(self) -> Kind {
        match self {
            Self::AccountEnabled => Kind::Truth,
            Self::CreatedDateTime | Self::EmployeeHireDate => Kind::Moment,
            Self::OtherMails => Kind::Texts,
            _ => Kind::Text,
        }
    }
}

/// A person as rules see them.
pub trait Person {
    /// Of an attribute of [`Kind::Text`].
    fn text(&self, attribute: Attribute) -> Option<&str>;
    /// Of an attribute of [`Kind::Texts`].
    fn texts(&self, attribute: Attribute) -> Vec<&str>;
    /// Of an attribute of [`Kind::Truth`].
    fn truth(&self, attribute: Attribute) -> bool;
    /// Of an attribute of [`Kind::Moment`].
    fn moment(&self, attribute: Attribute) -> Option<Timestamp>;
    /// Whose direct report they are.
    fn manager(&self) -> Option<Uuid>;
}

/// A rule that was read.
#[derive(Clone, Debug)]
pub struct Rule(Whole);

#[derive(Clone, Debug)]
enum Whole {
    /// `Direct Reports for "…"`
    ReportsOf(Uuid),
    When(Condition),
}

#[derive(Clone, Debug)]
enum Condition {
    And(Box<Condition>, Box<Condition>),
    Or(Box<Condition>, Box<Condition>),
    Not(Box<Condition>),
    IsNull(Attribute),
    Text(Attribute, Test),
    /// Does any of several values pass, or do all?
    Item {
        attribute: Attribute,
        all: bool,
        test: ItemTest,
    },
    IsTrue(Attribute),
    Moment(Attribute, Order, Instant),
}

#[derive(Clone, Debug)]
enum ItemTest {
    And(Box<ItemTest>, Box<ItemTest>),
    Or(Box<ItemTest>, Box<ItemTest>),
    Not(Box<ItemTest>),
    Text(Test),
}

/// Of a text that is there; values are kept folded.
#[derive(Clone, Debug)]
enum Test {
    Equals(String),
    StartsWith(String),
    EndsWith(String),
    Contains(String),
    In(Vec<String>),
    Matches(Pattern),
}

#[derive(Clone, Debug)]
struct Pattern(regex_lite::Regex);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Order {
    Equal,
    AtMost,
    AtLeast,
}

/// A moment that is given, or one that moves with the clock.
#[derive(Clone, Copy, Debug)]
enum Instant {
    At(Timestamp),
    /// Days after now; before it when negative.
    FromNow(i64),
}

impl Rule {
    /// Reads a rule.
    ///
    /// # Errors
    /// The first place where it can't be understood, and why.
    pub fn parse(text: &str) -> Result<Self, Fault> {
        if text.chars().count() > LONGEST {
            return Err(Fault { at: LONGEST, kind: FaultKind::TooLong });
        }
        parse::rule(text).map(Self)
    }

    /// Does it describe this person, at this moment?
    #[must_use]
    pub fn matches(&self, person: &dyn Person, now: Timestamp) -> bool {
        match &self.0 {
            Whole::ReportsOf(manager) => person.manager() == Some(*manager),
            Whole::When(condition) => condition.holds(person, now),
        }
    }

    /// The most that asking this person may cost: characters compared, those given to patterns [`PATTERN_WORK`]-fold. A
    /// hundred million take about a second.
    #[must_use]
    pub fn work(&self, person: &dyn Person) -> usize {
        match &self.0 {
            Whole::ReportsOf(_) => 1,
            Whole::When(condition) => condition.work(person),
        }
    }

    /// Whether the answer for a person may change while nothing about them does.
    #[must_use]
    pub fn moves_with_time(&self) -> bool {
        matches!(&self.0, Whole::When(condition) if condition.moves_with_time())
    }
}
