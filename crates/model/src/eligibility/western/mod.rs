//! Western European characters: can name checking read it, and if not, what would it look like?
//!
//! Western European means writable in Windows-1252, the code page of Western Europe on Windows. Text that is comes
//! back unchanged. Anything else gets a proposal for the person to confirm: the name a place is known by abroad
//! (東京 → Tokyo), else a romanisation by the usual rules of its language (`letters`, `hangul`, `indic`, …), with the
//! usual Latin form of a legal form (ООО → OOO) and up to two other readings. All rules and names are data in
//! `crates/model/data/western`.

mod abjad;
mod charset;
mod company;
mod hangul;
mod indic;
mod kana;
mod keys;
mod language;
mod letters;
mod places;
mod romanise;
mod segment;
mod sorted;

use serde::{Deserialize, Serialize};
use unicode_normalization::UnicodeNormalization;

pub use charset::is_western;
use language::{Language, Script};

/// The most characters that are looked up in dictionaries; the rest is written letter by letter.
const MOST_CHARACTERS: usize = 600;

/// The most alternatives beside the first proposal.
const MOST_ALTERNATIVES: usize = 2;

/// A Western form of a text, for the person to confirm or change.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Western {
    /// Always in Western European characters.
    pub western: String,
    /// Other usual forms, best first, at most two.
    pub alternatives: Vec<String>,
    pub source: Source,
}

/// Where a Western form comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Source {
    /// The name that a place is known by abroad.
    Exonym,
    /// Written by the rules of its language.
    Romanisation,
    /// It was in Western European characters already.
    Unchanged,
}

/// Proposes a Western form. `country` (ISO 3166-1) and `language` (BCP 47) say how letters are read that several
/// languages share; without them the letters themselves decide.
#[must_use]
pub fn propose(text: &str, country: Option<&str>, language: Option<&str>) -> Western {
    if is_western(text) {
        return Western { western: text.to_owned(), alternatives: Vec::new(), source: Source::Unchanged };
    }
    let country = country.map(str::to_ascii_uppercase);
    let text: String = text.nfkc().collect();
    if text.chars().nth(MOST_CHARACTERS).is_some() {
        return Western {
            western: charset::fold(&text),
            alternatives: Vec::new(),
            source: Source::Romanisation,
        };
    }
    let mut language = Language::of(&text, country.as_deref(), language);
    let exonyms = places::find(&text, country.as_deref());
    let latin = language.script == Script::Latin;
    let source = if exonyms.is_empty() || latin { Source::Romanisation } else { Source::Exonym };
    if !exonyms.is_empty() {
        // The other form of a place is how it sounds, so its parts aren't looked up as places again.
        language.countries = &[];
    }
    let candidates = if latin {
        [latin_forms(&text, &language), exonyms]
    } else {
        [exonyms, company::forms(&text, &language)]
    };
    let mut forms: Vec<String> = Vec::new();
    for form in candidates.into_iter().flatten().map(|form| charset::fold(&form)) {
        if !form.is_empty() && !forms.contains(&form) {
            forms.push(form);
        }
    }
    forms.truncate(1 + MOST_ALTERNATIVES);
    let western = if forms.is_empty() { String::new() } else { forms.remove(0) };
    Western { western, alternatives: forms, source }
}

/// Latin letters outside Windows-1252: with the accents that it has, or for Vietnamese with none, as is usual abroad.
fn latin_forms(text: &str, language: &Language) -> Vec<String> {
    let bare = charset::without_accents(text);
    if language.code == "vi" { vec![bare] } else { vec![charset::fold(text), bare] }
}

#[cfg(test)]
mod tests;
