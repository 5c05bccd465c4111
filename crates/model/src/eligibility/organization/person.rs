//! Names of people: one character is an initial in an alphabet, and a whole name in Chinese or Korean.

use serde::Serialize;

use crate::eligibility::answer::Answer;
use crate::eligibility::tidy;
use crate::refusal::{Code, Refusal};

/// Characters in a first or a last name, at most.
pub const MAX_NAME: usize = 64;

/// Whether a person may be called this.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct PersonNameVerdict {
    /// Composed (NFC), trimmed, single-spaced; empty when it couldn't be read at all.
    pub name: String,
    #[serde(flatten)]
    pub answer: Answer,
}

/// Checks a first or last name; `field` is its name in the form or the API.
#[must_use]
pub fn check_person(name: &str, field: &'static str) -> PersonNameVerdict {
    let mut answer = Answer::default();
    let name = match tidy::line(name, field, MAX_NAME) {
        Ok(name) => name,
        Err(refusal) => {
            answer.refuse(refusal);
            return PersonNameVerdict { name: String::new(), answer };
        }
    };
    // Names stand in mails to others, so a link in one is how strangers advertise.
    let link = name.contains("://") || name.to_lowercase().contains("www.") || name.contains('@');
    if link || tidy::has_markup(&name) || !name.chars().any(char::is_alphabetic) {
        answer.refuse(Refusal::new(Code::PersonNameCharacters).on(field));
    } else if letters(&name) == 1 && !name.chars().any(is_whole_name) {
        answer.refuse(Refusal::new(Code::PersonNameOneCharacter).on(field));
    }
    PersonNameVerdict { name, answer }
}

fn letters(name: &str) -> usize {
    name.chars().filter(|character| character.is_alphanumeric()).count()
}

/// Whether its script writes a syllable or a word in one character: Burmese, kana, Han, Yi, Hangul.
fn is_whole_name(character: char) -> bool {
    matches!(character,
        '\u{1000}'..='\u{109F}' | '\u{3040}'..='\u{30FF}' | '\u{3400}'..='\u{A4CF}' | '\u{AC00}'..='\u{D7A3}'
        | '\u{F900}'..='\u{FAFF}' | '\u{20000}'..='\u{3FFFF}')
}
