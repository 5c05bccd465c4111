//! Dividing text whose script writes no spaces: the fewest words that the data knows, longer ones before shorter.

use super::language::Language;
use super::sorted::Sorted;
use super::{company, kana, places};

static JAPANESE: Sorted = Sorted(include_str!("../../../data/western/japanese.tsv"));
static CHINESE: Sorted = Sorted(include_str!("../../../data/western/chinese.tsv"));
static THAI: Sorted = Sorted(include_str!("../../../data/western/thai.tsv"));

/// The longest word that is looked for, in characters.
const LONGEST: usize = 14;

/// A word as it goes into the result.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Word {
    /// In Latin letters.
    pub(super) latin: String,
    /// In English where the data knows.
    pub(super) english: Option<&'static str>,
    /// A lone syllable, which joins its neighbours.
    pub(super) joins: bool,
}

/// The words of a run of Han, kana or Thai.
pub(super) fn divide(text: &str, language: &Language) -> Vec<Word> {
    let letters: Vec<char> = text.chars().collect();
    let mut best: Vec<Option<(u32, usize)>> = vec![None; letters.len() + 1];
    best[letters.len()] = Some((0, 0));
    for start in (0..letters.len()).rev() {
        for length in 1..=LONGEST.min(letters.len() - start) {
            let Some((rest, _)) = best[start + length] else { continue };
            let piece: String = letters[start..start + length].iter().collect();
            let Some(cost) = cost(&piece, length, language) else { continue };
            if best[start].is_none_or(|(total, _)| cost + rest < total) {
                best[start] = Some((cost + rest, length));
            }
        }
    }
    let mut words = Vec::new();
    let mut at = 0;
    while at < letters.len() {
        let length = best[at].map_or(1, |(_, length)| length.max(1));
        let piece: String = letters[at..at + length].iter().collect();
        words.push(read(&piece, length, language));
        at += length;
    }
    words
}

/// Known words cost little, the more so the longer; a lone character costs more than any word.
fn cost(piece: &str, length: usize, language: &Language) -> Option<u32> {
    if company::word(piece, language.code).is_some() {
        return Some(if length == 1 { 13 } else { 9 });
    }
    if length > 1 && places::within(piece, language.countries).is_some() {
        return Some(if length == 2 { 11 } else { 9 });
    }
    if language.code == "ja" && piece.chars().all(|c| matches!(c, '\u{3041}'..='\u{30ff}')) {
        return Some(10);
    }
    if dictionary(language).get(piece).is_some() {
        return Some(if length == 1 { 15 } else { 10 });
    }
    (length == 1).then_some(25)
}

fn dictionary(language: &Language) -> &'static Sorted {
    match language.code {
        "ja" => &JAPANESE,
        "th" => &THAI,
        _ => &CHINESE,
    }
}

fn read(piece: &str, length: usize, language: &Language) -> Word {
    if let Some(known) = company::word(piece, language.code) {
        return Word { latin: known.latin.to_owned(), english: Some(known.english), joins: false };
    }
    if let Some(place) = places::within(piece, language.countries).filter(|_| length > 1) {
        return Word { latin: place.to_owned(), english: Some(place), joins: false };
    }
    let latin = match (language.code, dictionary(language).get(piece)) {
        ("zh", Some("")) => syllables(piece),
        ("zh", Some(spaced)) => spaced.split(' ').collect(),
        (_, Some(reading)) if !reading.is_empty() => reading.to_owned(),
        ("ja", _) if piece.chars().all(|c| matches!(c, '\u{3041}'..='\u{30ff}')) => kana::word(piece),
        _ => any_ascii::any_ascii(piece).to_lowercase(),
    };
    Word { latin, english: None, joins: length == 1 }
}

/// Each character by its usual syllable, with the apostrophe that pinyin puts before a vowel.
fn syllables(piece: &str) -> String {
    let mut latin = String::new();
    for c in piece.chars() {
        let syllable = CHINESE.get(c.encode_utf8(&mut [0; 4])).unwrap_or_default();
        if !latin.is_empty() && syllable.starts_with(['a', 'e', 'o']) {
            latin.push('\'');
        }
        latin.push_str(syllable);
    }
    latin
}
