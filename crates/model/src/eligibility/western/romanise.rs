//! A whole text in Latin letters, word by word, by the rules of its language.

use super::language::{Language, Script, script};
use super::letters::{self, capitalised};
use super::segment::{self, Word};
use super::{abjad, charset, company, hangul, indic, keys, places};

/// A piece of the text: a word to be romanised, or what stands between words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Piece {
    Word(Word),
    Between(String),
}

/// The text as words in Latin letters and what stands between them.
pub(super) fn pieces(text: &str, language: &Language) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let mut run = String::new();
    for c in text.chars() {
        if belongs(c, language) {
            run.push(c);
            continue;
        }
        flush(&mut run, language, &mut pieces);
        match pieces.last_mut() {
            Some(Piece::Between(between)) => between.push(c),
            _ => pieces.push(Piece::Between(c.to_string())),
        }
    }
    flush(&mut run, language, &mut pieces);
    pieces
}

/// Whether a character is part of a word in the language's script, marks and inner apostrophes included.
fn belongs(c: char, language: &Language) -> bool {
    let kin = |one: Script| matches!(one, Script::Han | Script::Kana);
    match script(c) {
        Some(found) => found == language.script || kin(found) && kin(language.script),
        None => is_mark(c, language.script),
    }
}

fn is_mark(c: char, script: Script) -> bool {
    match script {
        Script::Kana | Script::Han => matches!(c, 'ー' | '々' | 'ヶ'),
        Script::Cyrillic => matches!(c, 'ʼ'),
        Script::Hebrew => matches!(c, '״' | '׳'),
        _ => unicode_normalization::char::is_combining_mark(c),
    }
}

fn flush(run: &mut String, language: &Language, pieces: &mut Vec<Piece>) {
    if run.is_empty() {
        return;
    }
    let text = std::mem::take(run);
    match language.script {
        Script::Han | Script::Kana | Script::Thai => {
            pieces.extend(joined(segment::divide(&text, language)).into_iter().map(Piece::Word));
        }
        Script::Hangul => pieces.extend(compound(&text, language).into_iter().map(Piece::Word)),
        _ => pieces.push(Piece::Word(word(&text, language))),
    }
}

/// One word of a script that writes spaces.
fn word(text: &str, language: &Language) -> Word {
    if let Some(known) = company::word(text, language.code) {
        return Word { latin: known.latin.to_owned(), english: Some(known.english), joins: false };
    }
    // Arabic joins "and" to the word behind it.
    if let Some(rest) = text.strip_prefix('و').filter(|_| language.script == Script::Arabic)
        && let Some(known) = company::word(rest, language.code)
    {
        return Word { latin: format!("Wa {}", known.latin), english: None, joins: false };
    }
    let place = || places::within(&keys::key(text), language.countries);
    let place = if matches!(language.script, Script::Indic | Script::Hangul) || is_abjad(language.script) {
        place()
    } else {
        None
    };
    if let Some(place) = place {
        return Word { latin: place.to_owned(), english: Some(place), joins: false };
    }
    let latin = match language.script {
        Script::Hangul => hangul::word(text),
        Script::Indic => indic::word(text),
        Script::Arabic | Script::Hebrew => abjad::word(text, language.script, language.code),
        Script::Greek | Script::Cyrillic | Script::Armenian | Script::Georgian => {
            letters::word(text, language.code)
        }
        _ => any_ascii::any_ascii(text),
    };
    let latin = if has_case(language.script) { latin } else { capitalised(&latin) };
    Word { latin, english: None, joins: false }
}

/// What kind of district or road a Korean name is, which is written apart: 강남구 is Gangnam-gu.
const KOREAN_KINDS: [char; 10] = ['시', '군', '구', '동', '읍', '면', '리', '도', '로', '길'];

/// A Korean word, the parts that are known words of company names apart: 삼성전자 is Samsung Jeonja.
fn compound(text: &str, language: &Language) -> Vec<Word> {
    let letters: Vec<char> = text.chars().collect();
    if let Some((kind, name)) =
        letters.split_last().filter(|(last, name)| KOREAN_KINDS.contains(last) && name.len() > 1)
    {
        let (name, kind): (String, String) = (name.iter().collect(), kind.to_string());
        if company::word(text, language.code).is_none() && places::within(text, language.countries).is_none()
        {
            let latin = format!("{}-{}", capitalised(&hangul::word(&name)), hangul::word(&kind));
            return vec![Word { latin, english: None, joins: false }];
        }
    }
    let known = |part: &str| company::word(part, language.code).is_some();
    for end in (1..letters.len()).rev() {
        let (head, tail): (String, String) =
            (letters[..end].iter().collect(), letters[end..].iter().collect());
        if known(&tail) || (known(&head) && letters.len() > 3) {
            return [compound(&head, language), compound(&tail, language)].concat();
        }
    }
    vec![word(text, language)]
}

fn is_abjad(script: Script) -> bool {
    matches!(script, Script::Arabic | Script::Hebrew)
}

fn has_case(script: Script) -> bool {
    matches!(script, Script::Greek | Script::Cyrillic | Script::Armenian)
}

/// Lone syllables in a row make one word: 安欣达 is Anxinda.
fn joined(words: Vec<Word>) -> Vec<Word> {
    let mut joined: Vec<Word> = Vec::new();
    for word in words {
        match joined.last_mut() {
            Some(last) if last.joins && word.joins => last.latin.push_str(&word.latin),
            _ => joined.push(word),
        }
    }
    joined.iter_mut().for_each(|word| word.latin = capitalised(&word.latin));
    joined
}

/// The pieces as one text, in Latin letters or as far as known in English.
pub(super) fn written(pieces: &[Piece], english: bool) -> String {
    let mut text = String::new();
    let mut after_word = false;
    for piece in pieces {
        match piece {
            Piece::Word(word) => {
                if after_word || text.ends_with(|c: char| c.is_alphanumeric()) {
                    text.push(' ');
                }
                text.push_str(word.english.filter(|_| english).unwrap_or(&word.latin));
                after_word = true;
            }
            Piece::Between(between) => {
                let between = charset::fold(between);
                let close =
                    between.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '(') && after_word;
                text.push_str(if close { " " } else { "" });
                text.push_str(&between);
                after_word = false;
            }
        }
    }
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
