//! Names of organisations and of the people who speak for them.
//!
//! The name is what registers are searched for, so what can't be a registered name is refused: one character, only
//! symbols, only a legal form. What is merely unlikely (a web address, "999", "1 2 3") is allowed and told.

pub mod legal_form;
mod person;

pub use person::{PersonNameVerdict, check_person};
use serde::Serialize;

use super::answer::Answer;
use super::tidy;
use crate::refusal::{Code, Refusal};

/// Characters in an organisation's name, at most.
pub const MAX_NAME: usize = 256;
const FIELD: &str = "organizationName";

/// Whether an organisation may be called this.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct OrganizationVerdict {
    /// Composed (NFC), trimmed, single-spaced; empty when it couldn't be read at all.
    pub name: String,
    #[serde(flatten)]
    pub answer: Answer,
}

/// Checks an organisation's name as entered, in any script.
#[must_use]
pub fn check(name: &str) -> OrganizationVerdict {
    let mut answer = Answer::default();
    let name = match tidy::line(name, FIELD, MAX_NAME) {
        Ok(name) => name,
        Err(refusal) => {
            answer.refuse(refusal);
            return OrganizationVerdict { name: String::new(), answer };
        }
    };
    if let Some(code) = impossible(&name) {
        answer.refuse(Refusal::new(code).on(FIELD));
    } else {
        for code in unlikely(&name) {
            answer.warn(Refusal::new(code).on(FIELD).with("name", name.clone()));
        }
    }
    OrganizationVerdict { name, answer }
}

fn impossible(name: &str) -> Option<Code> {
    if tidy::has_markup(name) {
        return Some(Code::OrganizationNameMarkup);
    }
    if !name.chars().any(char::is_alphanumeric) {
        return Some(Code::OrganizationNameOnlySymbols);
    }
    if name.chars().count() == 1 {
        return Some(Code::OrganizationNameOneCharacter);
    }
    legal_form::is_only(name).then_some(Code::OrganizationNameOnlyLegalForm)
}

fn unlikely(name: &str) -> Vec<Code> {
    let mut codes = Vec::new();
    if name.split(' ').any(is_web_address) {
        codes.push(Code::OrganizationNameWebAddress);
    }
    let mut solid = name.chars().filter(|character| *character != ' ');
    let first = solid.next();
    if name.chars().count() >= 3
        && solid.clone().count() >= 2
        && solid.all(|character| Some(character) == first)
    {
        codes.push(Code::OrganizationNameRepeated);
    }
    if name.contains(' ') && name.split(' ').all(is_one_letter) {
        codes.push(Code::OrganizationNameSpelledOut);
    }
    codes
}

fn is_one_letter(word: &str) -> bool {
    word.chars().count() == 1 && word.chars().all(char::is_alphanumeric)
}

/// Whether a word ends in a top-level domain; "Co.KG" and "S.A." do too, but are legal forms.
fn is_web_address(word: &str) -> bool {
    let word = word.trim_matches(|character: char| !character.is_alphanumeric()).to_lowercase();
    let Some((host, ending)) = word.rsplit_once('.') else { return false };
    let known = psl::suffix(ending.as_bytes()).is_some_and(|suffix| suffix.is_known());
    let label = host.split('.').next().unwrap_or_default();
    known && !label.is_empty() && !legal_form::is_one(label) && !legal_form::is_one(&word)
}

#[cfg(test)]
mod tests;
