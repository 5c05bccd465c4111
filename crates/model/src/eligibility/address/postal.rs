//! A postal code in its country's usual writing, or the nearest that would be right.

use unicode_normalization::UnicodeNormalization;

use super::countries::CountryRules;

/// What a typed code turned out to be.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Reading {
    /// Right, in the country's writing.
    Valid(String),
    /// Wrong; the code that was probably meant, where one change makes it right.
    Invalid(Option<String>),
}

/// Characters that are taken for each other when a code is typed or read out.
const LOOK_ALIKES: [(char, char); 8] =
    [('O', '0'), ('I', '1'), ('L', '1'), ('S', '5'), ('B', '8'), ('Z', '2'), ('G', '6'), ('Q', '0')];

/// Longer than any code with its spaces and country sign.
const LONGEST: usize = 24;

/// Reads a typed code by the rules of a country that has postal codes.
pub(super) fn read(rules: &CountryRules, typed: &str) -> Reading {
    let clean = clean(typed);
    if clean.len() > LONGEST {
        return Reading::Invalid(None);
    }
    if let Some(code) = right(rules, &clean) {
        return Reading::Valid(code);
    }
    Reading::Invalid(corrections(&clean).find_map(|attempt| right(rules, &attempt)))
}

/// Full width to half width, capitals, one kind of hyphen, single spaces, no postal mark.
fn clean(typed: &str) -> String {
    let dashes = ['‐', '‑', '‒', '–', '—', '―', '−', 'ー'];
    let text: String = typed.nfkc().flat_map(char::to_uppercase).filter(|c| *c != '〒').collect();
    text.replace(dashes, "-").split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The code in the country's writing, if the text is one but for spaces, hyphens and a country sign.
fn right(rules: &CountryRules, clean: &str) -> Option<String> {
    let unsigned = rules.signs.iter().filter_map(|sign| unsigned(clean, sign));
    let completed = completed(rules, clean);
    std::iter::once(clean.to_owned()).chain(unsigned).chain(completed).find_map(|text| {
        let written = written(rules, &text).filter(|text| rules.is_postal_code(text));
        written.or_else(|| rules.is_postal_code(&text).then(|| text.clone()))
    })
}

fn unsigned(clean: &str, sign: &str) -> Option<String> {
    let rest = clean.strip_prefix(sign)?;
    let separated = rest.starts_with(['-', ' ', '.']) || rest.starts_with(|c: char| c.is_ascii_digit());
    separated.then(|| rest.trim_start_matches(['-', ' ', '.']).to_owned())
}

/// With the letters that all codes of the country begin with, when they were left out: `AD500` of `500`.
fn completed(rules: &CountryRules, clean: &str) -> Option<String> {
    let example = rules.postal_example()?;
    let letters = example.find(|c: char| c.is_ascii_digit())?;
    let start = &example[..letters];
    let fixed = !start.is_empty() && rules.postal.starts_with(start) && !clean.starts_with(start.trim());
    fixed.then(|| format!("{start}{clean}"))
}

/// The text with spaces and hyphens where an example of the same shape has them.
fn written(rules: &CountryRules, text: &str) -> Option<String> {
    let compact: Vec<char> = text.chars().filter(|c| c.is_alphanumeric()).collect();
    let bare = |example: &str| -> Vec<char> { example.chars().filter(|c| c.is_alphanumeric()).collect() };
    let alike =
        |a: &[char], b: &[char]| a.iter().zip(b).all(|(a, b)| a.is_ascii_digit() == b.is_ascii_digit());
    let same_length = || rules.examples.iter().filter(|example| bare(example).len() == compact.len());
    let example =
        same_length().find(|example| alike(&bare(example), &compact)).or_else(|| same_length().next())?;
    let mut letters = compact.iter();
    Some(
        example
            .chars()
            .filter_map(|c| if c.is_alphanumeric() { letters.next().copied() } else { Some(c) })
            .collect(),
    )
}

/// The text with one look-alike exchanged, then with all of them made digits.
fn corrections(clean: &str) -> impl Iterator<Item = String> + '_ {
    let exchange = |c: char| {
        LOOK_ALIKES.iter().flat_map(move |&(a, b)| [(a, b), (b, a)]).filter(move |pair| pair.0 == c)
    };
    let single = clean.char_indices().flat_map(move |(at, c)| {
        exchange(c).map(move |(_, other)| format!("{}{other}{}", &clean[..at], &clean[at + c.len_utf8()..]))
    });
    let digit = |c: char| LOOK_ALIKES.iter().find(|pair| pair.0 == c).map_or(c, |pair| pair.1);
    single.chain(std::iter::once_with(move || clean.chars().map(digit).collect()))
}
