//! Asking a rule of one person.

use jiff::{SignedDuration, Timestamp};

use super::{Attribute, Condition, Instant, ItemTest, Kind, Order, PATTERN_WORK, Person, Test};

/// As texts are compared.
pub(super) fn folded(text: &str) -> String {
    text.to_lowercase()
}

impl Condition {
    pub(super) fn holds(&self, person: &dyn Person, now: Timestamp) -> bool {
        match self {
            Self::And(left, right) => left.holds(person, now) && right.holds(person, now),
            Self::Or(left, right) => left.holds(person, now) || right.holds(person, now),
            Self::Not(inner) => !inner.holds(person, now),
            Self::IsNull(attribute) => is_null(*attribute, person),
            Self::Text(attribute, test) => {
                person.text(*attribute).is_some_and(|text| test.passes(&folded(text)))
            }
            Self::Item { attribute, all, test } => {
                let mut passes = person.texts(*attribute).into_iter().map(|text| test.passes(&folded(text)));
                if *all { passes.all(|it| it) } else { passes.any(|it| it) }
            }
            Self::IsTrue(attribute) => person.truth(*attribute),
            Self::Moment(attribute, order, instant) => {
                person.moment(*attribute).is_some_and(|moment| order.holds(moment, instant.at(now)))
            }
        }
    }

    pub(super) fn work(&self, person: &dyn Person) -> usize {
        match self {
            Self::And(left, right) | Self::Or(left, right) => left.work(person) + right.work(person),
            Self::Not(inner) => inner.work(person),
            Self::Text(attribute, test) => 1 + person.text(*attribute).map_or(0, str::len) * test.work(),
            Self::Item { attribute, test, .. } => {
                let characters: usize = person.texts(*attribute).into_iter().map(str::len).sum();
                1 + characters * test.work()
            }
            Self::IsNull(_) | Self::IsTrue(_) | Self::Moment(..) => 1,
        }
    }

    pub(super) fn moves_with_time(&self) -> bool {
        match self {
            Self::And(left, right) | Self::Or(left, right) => {
                left.moves_with_time() || right.moves_with_time()
            }
            Self::Not(inner) => inner.moves_with_time(),
            Self::Moment(_, _, Instant::FromNow(_)) => true,
            _ => false,
        }
    }
}

fn is_null(attribute: Attribute, person: &dyn Person) -> bool {
    match attribute.kind() {
        Kind::Text => person.text(attribute).is_none(),
        Kind::Texts => person.texts(attribute).is_empty(),
        Kind::Truth => false,
        Kind::Moment => person.moment(attribute).is_none(),
    }
}

impl ItemTest {
    fn passes(&self, text: &str) -> bool {
        match self {
            Self::And(left, right) => left.passes(text) && right.passes(text),
            Self::Or(left, right) => left.passes(text) || right.passes(text),
            Self::Not(inner) => !inner.passes(text),
            Self::Text(test) => test.passes(text),
        }
    }

    fn work(&self) -> usize {
        match self {
            Self::And(left, right) | Self::Or(left, right) => left.work() + right.work(),
            Self::Not(inner) => inner.work(),
            Self::Text(test) => test.work(),
        }
    }
}

impl Test {
    /// Of a folded text.
    fn passes(&self, text: &str) -> bool {
        match self {
            Self::Equals(value) => text == value,
            Self::StartsWith(value) => text.starts_with(value.as_str()),
            Self::EndsWith(value) => text.ends_with(value.as_str()),
            Self::Contains(value) => text.contains(value.as_str()),
            Self::In(values) => values.iter().any(|value| value == text),
            Self::Matches(pattern) => pattern.0.is_match(text),
        }
    }

    /// Of one character.
    fn work(&self) -> usize {
        match self {
            Self::In(values) => values.len(),
            Self::Matches(_) => PATTERN_WORK,
            _ => 1,
        }
    }
}

impl Order {
    fn holds(self, moment: Timestamp, than: Timestamp) -> bool {
        match self {
            Self::Equal => moment == than,
            Self::AtMost => moment <= than,
            Self::AtLeast => moment >= than,
        }
    }
}

impl Instant {
    fn at(self, now: Timestamp) -> Timestamp {
        match self {
            Self::At(moment) => moment,
            Self::FromNow(days) => now.saturating_add(SignedDuration::from_hours(24 * days)).unwrap_or(now),
        }
    }
}
