//! Passwords: long enough, and hard to guess once the usual disguises are taken off.
//!
//! A password is read the way guessers write: lower case, without accents, "0" for "o". In that reading every banned
//! term and every pattern (a run, a keyboard row, a repetition) counts one point, and so does each character left
//! over; five points are enough. Names of the person, the organisation and the product are refused outright. The
//! points come from the algorithm that Microsoft documents for Entra password protection.
//!
//! No answer of this module contains any part of a password.

mod fold;
mod pattern;
mod score;
mod terms;

use serde::Serialize;
pub use terms::BannedTerms;
use unicode_normalization::UnicodeNormalization;

use super::answer::Answer;
use crate::eligibility::organization::legal_form;
use crate::refusal::{Code, Refusal};

/// Characters of a password, counted after [`prepare`].
pub const MIN_LENGTH: usize = 8;
pub const MAX_LENGTH: usize = 256;
/// Points from which a password is accepted.
pub const MIN_POINTS: usize = 5;
/// Composing shortens a text at most to a quarter; longer input is refused before that work.
const MAX_BYTES: usize = MAX_LENGTH * 16;
/// Letters of a name from which it is looked for.
const MIN_NAME: usize = 4;
const FIELD: &str = "password";

/// What the password must not be made of, beside the built-in terms.
#[derive(Clone, Copy, Default)]
pub struct Context<'a> {
    /// First and last name, display name.
    pub person: &'a [&'a str],
    /// The name that the person signs in with, without its domain.
    pub user_name: &'a str,
    /// The organisation's names and initial-domain prefix.
    pub organization: &'a [&'a str],
    /// The deployment's names.
    pub product: &'a [&'a str],
    /// The tenant's own list.
    pub banned: Option<&'a BannedTerms>,
}

/// For the meter shown while typing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Strength {
    /// 0 is refused; 1 to 4 are accepted, 4 is out of reach of guessing.
    pub level: u8,
    /// One for each banned term or pattern, one for each other character.
    pub points: usize,
}

/// Whether this password may be used.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct PasswordVerdict {
    pub strength: Strength,
    #[serde(flatten)]
    pub answer: Answer,
}

/// The form that is hashed and compared, so that one keyboard's "ü" is every keyboard's (NFKC, as NIST SP 800-63B
/// recommends). Spaces stay as they are.
#[must_use]
pub fn prepare(password: &str) -> String {
    password.nfkc().collect()
}

/// Checks a new password.
#[must_use]
pub fn check(password: &str, context: &Context<'_>) -> PasswordVerdict {
    let mut answer = Answer::default();
    if password.len() > MAX_BYTES {
        answer.refuse(too_long());
        return PasswordVerdict { strength: Strength { level: 0, points: 0 }, answer };
    }
    let prepared: Vec<char> = password.nfkc().collect();
    if prepared.len() > MAX_LENGTH {
        answer.refuse(too_long());
        return PasswordVerdict { strength: Strength { level: 0, points: 0 }, answer };
    }
    if prepared.iter().any(|character| character.is_control()) {
        answer.refuse(Refusal::new(Code::PasswordCharacters).on(FIELD));
    }
    if prepared.len() < MIN_LENGTH {
        answer.refuse(Refusal::new(Code::PasswordTooShort).on(FIELD).with("min", MIN_LENGTH.to_string()));
    }
    let folded = fold::fold(&prepared);
    if contains_name(&folded, context.person, fold::names)
        || contains_name(&folded, &[context.user_name], fold::user_names)
    {
        answer.refuse(Refusal::new(Code::PasswordContainsName).on(FIELD));
    }
    let of_organization = |name: &str| fold::names(&legal_form::strip(name));
    if contains_name(&folded, context.organization, of_organization)
        || contains_name(&folded, context.product, fold::names)
    {
        answer.refuse(Refusal::new(Code::PasswordContainsOrganization).on(FIELD));
    }
    let points = score::points(&fold::lower(&prepared), &folded, context.banned);
    if points < MIN_POINTS && answer.valid {
        answer.refuse(Refusal::new(Code::PasswordWeak).on(FIELD));
    }
    let level = if answer.valid { level(points) } else { 0 };
    PasswordVerdict { strength: Strength { level, points }, answer }
}

/// How strong the password is; the same reckoning as [`check`].
#[must_use]
pub fn strength(password: &str, context: &Context<'_>) -> Strength {
    check(password, context).strength
}

fn level(points: usize) -> u8 {
    match points {
        0..MIN_POINTS => 0,
        MIN_POINTS..8 => 1,
        8..11 => 2,
        11..15 => 3,
        _ => 4,
    }
}

fn contains_name(folded: &[char], names: &[&str], parts: impl Fn(&str) -> Vec<Vec<char>>) -> bool {
    names.iter().flat_map(|name| parts(name)).any(|part| {
        part.len() >= MIN_NAME && folded.windows(part.len()).any(|window| window == part.as_slice())
    })
}

fn too_long() -> Refusal {
    Refusal::new(Code::PasswordTooLong).on(FIELD).with("max", MAX_LENGTH.to_string())
}

#[cfg(test)]
mod tests;
