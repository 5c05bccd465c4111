//! Legal forms of the world ("GmbH", "Sdn. Bhd.", "株式会社"), as data.
//!
//! Forms are compared by their letters, digits and ampersands, without case, dots or accents, so that "S. à r. l." is
//! "sarl". Words of several forms count together only within one country: "Company Limited" is no name, "SAS AB" is.

use std::collections::{BTreeMap, HashMap};
use std::sync::LazyLock;

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

const DATA: &str = include_str!("../../../data/organization/legal-forms.txt");
/// Words of the longest form.
const MAX_WORDS: usize = 6;

struct Forms {
    /// Bits of the countries that know the form, by the form's letters.
    countries: HashMap<String, u128>,
}

static FORMS: LazyLock<Forms> = LazyLock::new(|| {
    let mut numbers = BTreeMap::new();
    let mut countries: HashMap<String, u128> = HashMap::new();
    for line in DATA.lines().filter(|line| !line.starts_with('#')) {
        let Some((country, forms)) = line.split_once('\t') else { continue };
        let next = numbers.len();
        let bit = 1_u128.checked_shl(*numbers.entry(country).or_insert(next) as u32).unwrap_or_default();
        for form in forms.split('|').map(letters).filter(|form| !form.is_empty()) {
            *countries.entry(form).or_default() |= bit;
        }
    }
    Forms { countries }
});

/// Letters, digits and ampersands alone ("C&A" isn't "C.A."), lower-case, without accents.
fn letters(text: &str) -> String {
    let decomposed = text.nfkd().filter(|character| !is_combining_mark(*character));
    decomposed
        .filter(|character| character.is_alphanumeric() || *character == '&')
        .flat_map(char::to_lowercase)
        .collect()
}

/// Whether the text is exactly one legal form.
#[must_use]
pub fn is_one(text: &str) -> bool {
    FORMS.countries.contains_key(&letters(text))
}

/// Whether the text is nothing but legal forms of one country.
#[must_use]
pub fn is_only(text: &str) -> bool {
    if is_one(text) {
        return true;
    }
    let words: Vec<String> = words(text).map(letters).filter(|word| !word.is_empty()).collect();
    let common = words.iter().try_fold(u128::MAX, |known, word| {
        let known = known & FORMS.countries.get(word)?;
        (known != 0).then_some(known)
    });
    !words.is_empty() && common.is_some()
}

/// The name without the legal forms at its end and its beginning; the whole name when nothing else would be left.
#[must_use]
pub fn strip(name: &str) -> String {
    let mut words: Vec<&str> = words(name).collect();
    while let Some(count) =
        (1..=MAX_WORDS.min(words.len())).rev().find(|n| is_one(&words[words.len() - n..].concat()))
    {
        if count == words.len() {
            return name.to_owned();
        }
        words.truncate(words.len() - count);
        while words.last().is_some_and(|word| letters(word).trim_matches('&').is_empty()) {
            words.pop();
        }
    }
    // In front only what can't be a name's own word: "AB Volvo" and "OOO Ромашка", but "Limited Brands" stays.
    if words.len() > 1 && is_one(words[0]) && is_leading(words[0]) {
        words.remove(0);
    }
    let text = words.join(" ");
    let text =
        text.trim_matches(|character: char| matches!(character, ',' | '.' | '&' | '(' | ')' | '-' | ' '));
    let text = strip_solid(text);
    if letters(text).is_empty() { name.to_owned() } else { text.to_owned() }
}

/// Chinese and Japanese write the form without a space before or after the name.
fn strip_solid(text: &str) -> &str {
    const SOLID: &[&str] = &[
        "株式会社",
        "有限会社",
        "合同会社",
        "合資会社",
        "合名会社",
        "一般社団法人",
        "股份有限公司",
        "有限责任公司",
        "有限責任公司",
        "有限公司",
        "주식회사",
        "유한회사",
        "(주)",
        "㈜",
        "㈱",
    ];
    let text = SOLID.iter().find_map(|form| text.strip_suffix(form)).unwrap_or(text);
    SOLID.iter().find_map(|form| text.strip_prefix(form)).unwrap_or(text).trim()
}

fn is_leading(word: &str) -> bool {
    word.chars().filter(|character| character.is_alphabetic()).count() <= 4
        && word.chars().filter(|character| character.is_alphabetic()).all(char::is_uppercase)
}

fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|character: char| character.is_whitespace() || character == ',')
        .filter(|word| !word.is_empty())
}
