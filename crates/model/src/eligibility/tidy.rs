//! One-line text as it is kept: composed, trimmed, single-spaced, and free of what only deceives or breaks.

use unicode_normalization::UnicodeNormalization;

use crate::refusal::{Code, Refusal};

/// Unicode's composed form without spaces around it and with single spaces inside.
#[must_use]
pub fn tidy(text: &str) -> String {
    let composed: String = text.nfc().collect();
    let mut tidied = String::with_capacity(composed.len());
    for word in composed.split_whitespace() {
        if !tidied.is_empty() {
            tidied.push(' ');
        }
        tidied.push_str(word);
    }
    tidied
}

/// Tidies a required field of at most `max` characters.
///
/// # Errors
/// Empty, too long, or with characters that a line of plain text doesn't have.
pub fn line(text: &str, field: &'static str, max: usize) -> Result<String, Refusal> {
    // Composing shortens a text at most fourfold, so hostile lengths are refused before that work.
    if text.len() > 16 * max + 1024 {
        return Err(too_long(field, max));
    }
    if text.chars().any(is_deceptive) {
        return Err(Refusal::new(Code::InputInvalid).on(field));
    }
    let tidied = tidy(text);
    match tidied.chars().count() {
        0 => Err(Refusal::new(Code::FieldRequired).on(field)),
        length if length > max => Err(too_long(field, max)),
        _ => Ok(tidied),
    }
}

/// The refusal of a text longer than `max` characters.
#[must_use]
pub fn too_long(field: &'static str, max: usize) -> Refusal {
    Refusal::new(Code::FieldTooLong).on(field).with("max", max.to_string())
}

/// Whether it is a control, a direction override, an invisible mark or no character at all.
///
/// Zero-width joiner and non-joiner stay: Persian and Indic names are spelled with them.
#[must_use]
pub fn is_deceptive(character: char) -> bool {
    let tab = character == '\t';
    (character.is_control() && !tab)
        || matches!(character,
            '\u{00AD}' | '\u{061C}' | '\u{180E}' | '\u{200B}' | '\u{200E}' | '\u{200F}' | '\u{2028}'..='\u{202E}'
            | '\u{2060}'..='\u{206F}' | '\u{FEFF}' | '\u{FFF9}'..='\u{FFFF}' | '\u{E000}'..='\u{F8FF}'
            | '\u{E0000}'..='\u{E00FF}' | '\u{F0000}'..='\u{10FFFF}')
        || (character as u32) & 0xFFFE == 0xFFFE
}

/// Whether the text has markup: an angle bracket that opens a tag, or a character reference.
#[must_use]
pub fn has_markup(text: &str) -> bool {
    let characters: Vec<char> = text.chars().collect();
    let tag = characters
        .windows(2)
        .any(|pair| pair[0] == '<' && (pair[1].is_alphabetic() || matches!(pair[1], '/' | '!' | '?')));
    let reference = text.match_indices('&').any(|(at, _)| {
        let rest: String = text[at + 1..].chars().take(10).collect();
        rest.split_once(';').is_some_and(|(name, _)| {
            let name = name.strip_prefix('#').unwrap_or(name);
            name.len() > 1 && name.chars().all(|c| c.is_ascii_alphanumeric())
        })
    });
    tag || reference
}
