//! One key for all ways to write the same name, so that it is found in the data. `generate.py` folds alike.

use unicode_normalization::UnicodeNormalization;

/// Compatibility forms, case, Greek accents, Arabic and Hebrew points, spaces and punctuation don't count.
pub(super) fn key(text: &str) -> String {
    let folded = text.nfkc().flat_map(char::to_lowercase).filter(|c| !dropped(*c)).map(without_greek_accent);
    folded.map(same).collect()
}

/// A Greek letter without its accent; any other as it is.
pub(super) fn without_greek_accent(c: char) -> char {
    match c {
        '\u{370}'..='\u{3ff}' | '\u{1f00}'..='\u{1fff}' => std::iter::once(c).nfd().next().unwrap_or(c),
        _ => c,
    }
}

fn dropped(c: char) -> bool {
    c.is_whitespace()
        || matches!(
            c,
            '-' | '‐'
                | '‑'
                | '–'
                | '\''
                | '’'
                | 'ʼ'
                | 'ʹ'
                | '`'
                | '.'
                | ','
                | '·'
                | '・'
                | '('
                | ')'
                | '"'
        )
        || matches!(c, '\u{640}' | '\u{64b}'..='\u{652}' | '\u{670}' | '\u{591}'..='\u{5c7}' | '\u{200b}'..='\u{200f}')
}

fn same(c: char) -> char {
    match c {
        'ё' => 'е',
        'أ' | 'إ' | 'آ' => 'ا',
        'ى' | 'ی' => 'ي',
        'ک' => 'ك',
        'ς' => 'σ',
        'ヶ' => 'ケ',
        'ヵ' => 'カ',
        other => other,
    }
}
