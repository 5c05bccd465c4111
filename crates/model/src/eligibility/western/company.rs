//! Names of companies: the legal form apart, the rest word by word, and in English where every word is known.

use std::collections::HashMap;
use std::sync::LazyLock;

use super::keys::key;
use super::language::{Language, Script};
use super::romanise::{Piece, pieces, written};
use super::segment::Word;

const WORDS: &str = include_str!("../../../data/western/words.tsv");
const FORMS: &str = include_str!("../../../data/western/forms.tsv");

/// A word of company names.
#[derive(Clone, Copy, Debug)]
pub(super) struct Known {
    pub(super) latin: &'static str,
    pub(super) english: &'static str,
}

static BY_WORD: LazyLock<HashMap<(&'static str, String), Known>> = LazyLock::new(|| {
    rows(WORDS)
        .map(|(language, native, latin, english)| ((language, key(native)), Known { latin, english }))
        .collect()
});

/// Legal forms, longest first.
static LEGAL_FORMS: LazyLock<Vec<LegalForm>> = LazyLock::new(|| {
    let form = |(language, native, latin, english): Row| LegalForm {
        language,
        native: lower(native),
        latin,
        english,
    };
    let mut forms: Vec<LegalForm> = rows(FORMS).map(form).collect();
    forms.sort_by_key(|form| std::cmp::Reverse(form.native.len()));
    forms
});

type Row = (&'static str, &'static str, &'static str, &'static str);

struct LegalForm {
    language: &'static str,
    native: String,
    latin: &'static str,
    english: &'static str,
}

fn rows(data: &'static str) -> impl Iterator<Item = Row> {
    data.lines().filter(|line| !line.starts_with('#')).filter_map(|line| {
        let mut cells = line.split('\t');
        Some((cells.next()?, cells.next()?, cells.next()?, cells.next()?))
    })
}

/// Case and full width don't count in legal forms; dots and spaces do.
fn lower(text: &str) -> String {
    use unicode_normalization::UnicodeNormalization;
    text.nfkc().flat_map(char::to_lowercase).collect()
}

/// A word of company names by its folded spelling. Marathi and Nepali share the words of Hindi.
pub(super) fn word(text: &str, language: &str) -> Option<Known> {
    let language = match language {
        "mr" | "ne" => "hi",
        "fa" | "ur" => "ar",
        other => *["ar", "he", "hi", "ja", "zh", "ko", "th"].iter().find(|known| **known == other)?,
    };
    BY_WORD.get(&(language, key(text))).copied()
}

/// The Latin forms of a name, best first. Where Cyrillic has ks, many firms write x abroad.
pub(super) fn forms(text: &str, language: &Language) -> Vec<String> {
    let quotes = ['«', '»', '„', '“', '”', '"', '「', '」', '『', '』', '・'];
    let hebrew = language.script == Script::Hebrew;
    let (before, core, after) = divided(text, language);
    let unquoted = |c: char| if quotes.contains(&c) && !(hebrew && c == '"') { ' ' } else { c };
    let core: String = core.chars().map(unquoted).collect();
    let pieces = pieces(core.trim(), language);
    let latin = written(&pieces, false);
    let at_end = matches!(
        language.script,
        Script::Han | Script::Kana | Script::Hangul | Script::Thai | Script::Hebrew
    );
    let (first, last) = if at_end { (None, after.or(before)) } else { (before, after) };
    let latin_form = last.or(first).map_or("", |form| form.latin);
    let english_form = last.or(first).map_or("", |form| form.english);
    let join =
        |parts: [&str; 3]| parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ");
    let native = join([first.map_or("", |form| form.latin), &latin, last.map_or("", |form| form.latin)]);
    let english = join([&gloss(&pieces, language), if at_end { latin_form } else { english_form }, ""]);
    let other = join([&latin, english_form, ""]);
    let mut forms = vec![native, english, other];
    if language.script == Script::Cyrillic && forms[0].contains("ks") {
        forms.insert(1, forms[0].replace("ks", "x"));
    }
    forms
}

/// The name with its legal form, at its head or its end, taken off.
fn divided<'a>(
    text: &'a str,
    language: &Language,
) -> (Option<&'static LegalForm>, &'a str, Option<&'static LegalForm>) {
    let text = text.trim();
    let here = || LEGAL_FORMS.iter().filter(|form| same_script(form.language, language));
    let (mut head, mut tail, mut core) = (None, None, text);
    if let Some((form, rest)) =
        here().find_map(|form| Some((form, without_end(core, &form.native, language)?)))
    {
        (tail, core) = (Some(form), rest);
    }
    if let Some((form, rest)) =
        here().find_map(|form| Some((form, without_head(core, &form.native, language)?)))
    {
        (head, core) = (Some(form), rest);
    }
    // Thai names stand between two words that together are one form.
    if tail.is_some() {
        (head.filter(|form: &&LegalForm| !form.latin.is_empty()), core, tail)
    } else {
        (head, core, tail)
    }
}

fn same_script(form: &str, language: &Language) -> bool {
    form == language.code
        || (form == "hi" && matches!(language.code, "mr" | "ne"))
        || (form == "ar" && matches!(language.code, "fa" | "ur"))
}

/// What stands before the form, if the text ends with it as a word of its own.
fn without_end<'a>(text: &'a str, form: &str, language: &Language) -> Option<&'a str> {
    let start = text
        .char_indices()
        .rev()
        .map(|(at, _)| at)
        .take(form.chars().count() + 2)
        .find(|at| lower(&text[*at..]) == form)?;
    let rest = &text[..start];
    let apart = spaceless(language) || rest.ends_with(|c: char| !c.is_alphanumeric());
    (apart && !rest.trim().is_empty()).then(|| rest.trim_end_matches([' ', ',', '(']))
}

/// What stands behind the form, if the text begins with it as a word of its own.
fn without_head<'a>(text: &'a str, form: &str, language: &Language) -> Option<&'a str> {
    let end = text
        .char_indices()
        .map(|(at, c)| at + c.len_utf8())
        .take(form.chars().count() + 2)
        .find(|at| lower(&text[..*at]) == form)?;
    let rest = &text[end..];
    let apart = spaceless(language) || rest.starts_with(|c: char| !c.is_alphanumeric());
    (apart && !rest.trim().is_empty()).then(|| rest.trim_start())
}

fn spaceless(language: &Language) -> bool {
    matches!(language.script, Script::Han | Script::Kana | Script::Thai | Script::Hangul)
}

/// The name in English as far as its words are known. Arabic and Hebrew put what describes behind what is described,
/// so what follows the proper name is read from its end, if all of it is known.
fn gloss(found: &[Piece], language: &Language) -> String {
    if !matches!(language.script, Script::Arabic | Script::Hebrew) {
        return written(found, true);
    }
    let mut words = Vec::new();
    for piece in found {
        match piece {
            Piece::Word(word) => words.push(word),
            Piece::Between(between) if between.chars().any(char::is_alphanumeric) => {
                return written(found, false);
            }
            Piece::Between(_) => {}
        }
    }
    let proper = |word: &&&Word| word.english.is_none_or(|english| english == word.latin);
    let names = words.iter().take_while(proper).count();
    let english: Option<Vec<&str>> = words[names..].iter().rev().map(|word| word.english).collect();
    let Some(english) = english else { return written(found, false) };
    words[..names].iter().map(|word| word.latin.as_str()).chain(english).collect::<Vec<_>>().join(" ")
}
