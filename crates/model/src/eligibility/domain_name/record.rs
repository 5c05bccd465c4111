//! What is wrong with a verification record, told from what DNS answers at the places where it usually ends up.

use serde::Serialize;

/// Records and characters of each that are looked at; the rest is none of ours.
const MAX_RECORDS: usize = 100;
const MAX_VALUE: usize = 1024;

/// TXT values that DNS answered, each already joined from its parts.
#[derive(Clone, Copy, Debug, Default)]
pub struct Answers<'a> {
    /// At the name itself.
    pub apex: &'a [String],
    /// At `www.` before it.
    pub www: &'a [String],
    /// At the name with itself behind it, where zone editors put a full name: `contoso.com.contoso.com`.
    pub doubled: &'a [String],
}

/// The record, or the mistake that explains its absence best.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "finding", rename_all = "kebab-case", rename_all_fields = "camelCase")]
pub enum Finding {
    /// The record stands where it should.
    Found,
    /// Quotation marks are part of the value.
    Quotes { found: String },
    /// The value lacks what stands before the equals sign.
    KeyMissing { found: String },
    /// Nearly the value: the first difference is at this character, counted from 1.
    Typo { found: String, position: usize },
    /// A value of the right kind with another token: from an earlier try, or still cached.
    OldValue { found: String },
    /// The right value at `www`.
    AtWww { at: String },
    /// The right value, but the zone's name was added to it a second time.
    DoubledSuffix { at: String },
    /// No such record at any of these places.
    Missing,
}

/// Compares what DNS answered with the expected value (`tenantry-verification=<token>`) for `name`.
#[must_use]
pub fn usual_mistakes(expected: &str, name: &str, answers: Answers<'_>) -> Finding {
    let is_expected =
        |values: &[String]| values.iter().take(MAX_RECORDS).any(|value| value.trim() == expected);
    if is_expected(answers.apex) {
        return Finding::Found;
    }
    if let Some(quotes) = answers.apex.iter().take(MAX_RECORDS).find(|value| unquoted(value) == expected) {
        return Finding::Quotes { found: shown(quotes) };
    }
    let elsewhere =
        |values: &[String]| values.iter().take(MAX_RECORDS).any(|value| unquoted(value) == expected);
    if elsewhere(answers.doubled) {
        return Finding::DoubledSuffix { at: format!("{name}.{name}") };
    }
    if elsewhere(answers.www) {
        return Finding::AtWww { at: format!("www.{name}") };
    }
    let near = answers.apex.iter().take(MAX_RECORDS).filter_map(|value| mistake_within(expected, value));
    near.min_by_key(rank).unwrap_or(Finding::Missing)
}

fn mistake_within(expected: &str, value: &str) -> Option<Finding> {
    let value = unquoted(value);
    let (key, token) = expected.split_once('=').unwrap_or(("", expected));
    if value == token {
        return Some(Finding::KeyMissing { found: shown(value) });
    }
    if is_near(expected, value) {
        let same = expected.chars().zip(value.chars()).take_while(|(one, two)| one == two).count();
        return Some(Finding::Typo { found: shown(value), position: same + 1 });
    }
    let same_key = value.split_once('=').is_some_and(|(found, _)| found.trim().eq_ignore_ascii_case(key));
    (same_key && !key.is_empty()).then(|| Finding::OldValue { found: shown(value) })
}

fn rank(finding: &Finding) -> u8 {
    match finding {
        Finding::KeyMissing { .. } => 0,
        Finding::Typo { .. } => 1,
        _ => 2,
    }
}

/// Whether the two share, in any case, at least three quarters of the expected text from both ends; a random token
/// shares next to nothing, so another token is no typo.
fn is_near(expected: &str, value: &str) -> bool {
    let fold = |text: &str| text.chars().take(MAX_VALUE).map(|c| c.to_ascii_lowercase()).collect::<Vec<_>>();
    let key = expected.find('=').map_or(0, |at| at + 1);
    let (one, two) = (fold(expected), fold(value));
    let shorter = one.len().min(two.len());
    let front = one.iter().zip(&two).take_while(|(one, two)| one == two).count();
    let back = one.iter().rev().zip(two.iter().rev()).take_while(|(one, two)| one == two).count();
    let back = back.min(shorter - front.min(shorter));
    let token = one.len().saturating_sub(key);
    let missing = one.len() - (front + back).min(one.len());
    missing * 4 <= token && two.len() <= one.len() + token / 4
}

fn unquoted(value: &str) -> &str {
    let value = value.trim();
    value.trim_matches(|mark| matches!(mark, '"' | '\'' | '“' | '”' | '„' | '‘' | '’' | '`')).trim()
}

fn shown(value: &str) -> String {
    value.chars().take(MAX_VALUE).collect()
}
