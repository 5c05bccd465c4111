//! Windows-1252: which characters it has, and the nearest it has for those it lacks.

use any_ascii::any_ascii_char;
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// What Windows-1252 has beyond ISO 8859-1.
const BEYOND_LATIN_1: &str = "€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ";

/// Latin letters that don't come apart into a letter and an accent, as name checking expects them.
const LETTERS: [(char, &str); 26] = [
    ('ł', "l"),
    ('Ł', "L"),
    ('đ', "d"),
    ('Đ', "D"),
    ('ı', "i"),
    ('ħ', "h"),
    ('Ħ', "H"),
    ('ŧ', "t"),
    ('Ŧ', "T"),
    ('ŋ', "ng"),
    ('Ŋ', "Ng"),
    ('ŀ', "l"),
    ('Ŀ', "L"),
    ('ə', "a"),
    ('Ə', "A"),
    ('ĸ', "k"),
    ('ʻ', "'"),
    ('ʼ', "'"),
    ('ẞ', "SS"),
    ('ɓ', "b"),
    ('ɗ', "d"),
    ('ƙ', "k"),
    ('ơ', "o"),
    ('Ơ', "O"),
    ('ư', "u"),
    ('Ư', "U"),
];

fn has(c: char) -> bool {
    c.is_ascii() || ('\u{a0}'..='\u{ff}').contains(&c) || BEYOND_LATIN_1.contains(c)
}

/// Whether every character can be written in Windows-1252.
#[must_use]
pub fn is_western(text: &str) -> bool {
    text.chars().all(has)
}

/// The text with each character that Windows-1252 lacks replaced by the nearest that it has, or left out.
pub(super) fn fold(text: &str) -> String {
    text.nfc().fold(String::with_capacity(text.len()), |mut folded, c| {
        if has(c) {
            folded.push(c)
        } else {
            folded.push_str(&nearest(c))
        }
        folded
    })
}

/// The same without any accents: `Hue` of `Huế`.
pub(super) fn without_accents(text: &str) -> String {
    let bare = text.nfd().filter(|c| !is_combining_mark(*c));
    fold(
        &bare
            .flat_map(|c| {
                replacement(c).map_or_else(|| c.to_string(), str::to_owned).chars().collect::<Vec<_>>()
            })
            .collect::<String>(),
    )
}

fn replacement(c: char) -> Option<&'static str> {
    LETTERS.iter().find(|(letter, _)| *letter == c).map(|(_, nearest)| *nearest)
}

/// The letter under the accents, or what a general table says.
fn nearest(c: char) -> String {
    if let Some(known) = replacement(c) {
        return known.to_owned();
    }
    let mut parts = std::iter::once(c).nfd();
    match parts.next() {
        Some(base) if base != c && base.is_ascii() => base.to_string(),
        _ if is_combining_mark(c) => String::new(),
        _ => any_ascii_char(c).to_owned(),
    }
}
