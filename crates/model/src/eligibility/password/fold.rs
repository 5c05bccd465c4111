//! The reading in which disguises fall together: "P@$$w0rd" and "password" are one text.
//!
//! Each character stays one character, so that places in the folded text are places in the password.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::decompose_canonical;

/// Lower case only.
pub(super) fn lower(text: &[char]) -> Vec<char> {
    text.iter().map(|character| character.to_lowercase().next().unwrap_or(*character)).collect()
}

/// Lower case, without accents, and with the letters that digits and symbols stand for.
pub(super) fn fold(text: &[char]) -> Vec<char> {
    text.iter().map(|character| fold_one(*character)).collect()
}

pub(super) fn fold_text(text: &str) -> Vec<char> {
    text.nfkc().map(fold_one).collect()
}

fn fold_one(character: char) -> char {
    let mut base = character.to_lowercase().next().unwrap_or(character);
    // Beyond the European alphabets a decomposition isn't a letter and its accent.
    if ('\u{C0}'..'\u{530}').contains(&base) {
        let mut first = None;
        decompose_canonical(base, |part| first = first.or(Some(part)));
        base = first.unwrap_or(base);
    }
    match base {
        '0' => 'o',
        '1' | '!' | '|' | 'i' => 'l',
        '@' | '4' => 'a',
        '$' | '5' => 's',
        '3' | '€' => 'e',
        '7' | '+' => 't',
        '8' => 'b',
        '9' => 'g',
        other => other,
    }
}

/// A name's parts and the name as one word, each in its own script and in ASCII.
pub(super) fn names(name: &str) -> Vec<Vec<char>> {
    parts(name, |character| !character.is_alphanumeric())
}

/// The same of a user name, whose first and last names are joined by dots and underscores. What a hyphen joins stays
/// one word: `build-agent-x7k2` has no name in its last part.
pub(super) fn user_names(name: &str) -> Vec<Vec<char>> {
    parts(name, |character| matches!(character, '.' | '_'))
}

fn parts(name: &str, between: impl Fn(char) -> bool + Copy) -> Vec<Vec<char>> {
    let ascii = any_ascii::any_ascii(name);
    let mut found = Vec::new();
    for text in [name, ascii.as_str()] {
        let parts: Vec<&str> = text.split(between).filter(|part| !part.is_empty()).collect();
        found.push(fold_text(&parts.concat()));
        found.extend(parts.iter().map(|part| fold_text(part)));
    }
    found
}
