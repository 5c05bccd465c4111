//! Values as queries write them, and as the index holds them.

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use protocol::odata::Literal;

/// Bytes of a value that the index holds as they are: the engines bound the length of a key.
pub(super) const WHOLE: usize = 1000;

/// The row of `directory_index` that a value has.
#[must_use]
pub fn folded(text: &str) -> Vec<u8> {
    bounded(text.to_lowercase().into_bytes())
}

/// The same for questions about endings.
#[must_use]
pub fn folded_backwards(text: &str) -> Vec<u8> {
    bounded(text.to_lowercase().chars().rev().collect::<String>().into_bytes())
}

/// A long value is its beginning and a digest of all of it, so that equal still means equal.
fn bounded(mut bytes: Vec<u8>) -> Vec<u8> {
    if bytes.len() > WHOLE {
        let digest = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, &bytes);
        bytes.truncate(WHOLE);
        bytes.extend(digest.as_ref());
    }
    bytes
}

/// The text of a literal.
#[must_use]
pub fn as_text(value: &Literal) -> Option<String> {
    match value {
        Literal::Text(text) | Literal::Guid(text) | Literal::Moment(text) => Some(text.clone()),
        Literal::Int(_) | Literal::Bool(_) | Literal::Null => None,
    }
}

/// The instant of a literal.
#[must_use]
pub fn as_moment(value: &Literal) -> Option<Timestamp> {
    let (Literal::Moment(text) | Literal::Text(text)) = value else { return None };
    let day = || Some(text.parse::<Date>().ok()?.to_zoned(TimeZone::UTC).ok()?.timestamp());
    text.parse().ok().or_else(day)
}

/// The text of a value that an application added, as the index holds it.
#[must_use]
pub fn as_added(value: &Literal) -> Option<String> {
    match value {
        Literal::Int(number) => Some(number.to_string()),
        Literal::Bool(truth) => Some(truth.to_string()),
        other => as_text(other),
    }
}
