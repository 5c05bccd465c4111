//! Romanisation by letter for alphabets that write all their sounds; the rules are `letters.txt`.

use std::collections::HashMap;
use std::sync::LazyLock;

use unicode_normalization::UnicodeNormalization;

const DATA: &str = include_str!("../../../data/western/letters.txt");

struct Rule {
    before: &'static str,
    letters: Vec<char>,
    after: &'static str,
    latin: &'static str,
}

#[derive(Default)]
struct Alphabet {
    parent: Option<&'static str>,
    rules: HashMap<char, Vec<Rule>>,
}

static ALPHABETS: LazyLock<HashMap<&'static str, Alphabet>> = LazyLock::new(|| {
    let mut alphabets: HashMap<&str, Alphabet> = HashMap::new();
    let mut current = "";
    for line in DATA.lines().filter(|line| !line.starts_with('#')) {
        if let Some(head) = line.strip_prefix('[').and_then(|line| line.strip_suffix(']')) {
            let mut names = head.split(' ');
            current = names.next().unwrap_or_default();
            alphabets.entry(current).or_default().parent = names.next();
            continue;
        }
        let rules = line.split_whitespace().filter_map(rule);
        let alphabet = alphabets.entry(current).or_default();
        for rule in rules {
            alphabet.rules.entry(rule.letters[0]).or_default().push(rule);
        }
    }
    for alphabet in alphabets.values_mut() {
        let weight = |rule: &Rule| (rule.letters.len(), !rule.before.is_empty(), !rule.after.is_empty());
        alphabet
            .rules
            .values_mut()
            .for_each(|rules| rules.sort_by_key(|rule| std::cmp::Reverse(weight(rule))));
    }
    alphabets
});

/// One rule, `before<letters>after=Latin`.
fn rule(text: &'static str) -> Option<Rule> {
    let (pattern, latin) = text.split_once('=')?;
    let (before, rest) = pattern.split_once('<').unwrap_or(("", pattern));
    let (letters, after) = rest.split_once('>').unwrap_or((rest, ""));
    let letters: Vec<char> = letters.chars().collect();
    (!letters.is_empty()).then_some(Rule { before, letters, after, latin })
}

impl Rule {
    fn fits(&self, word: &[char], at: usize) -> bool {
        let end = at + self.letters.len();
        let edge =
            |set: &str, c: Option<&char>, mark: char| set.is_empty() || set.contains(*c.unwrap_or(&mark));
        let previous = at.checked_sub(1).and_then(|at| word.get(at));
        word[at..].starts_with(&self.letters)
            && edge(self.before, previous, '^')
            && edge(self.after, word.get(end), '$')
    }
}

/// The best rule for the letters at a place; a language's own rules come before its parent's of the same length.
fn best(language: &str, word: &[char], at: usize) -> Option<&'static Rule> {
    let mut alphabet = ALPHABETS.get(language);
    let mut best: Option<&'static Rule> = None;
    while let Some(rules) = alphabet {
        let found =
            rules.rules.get(&word[at]).and_then(|rules| rules.iter().find(|rule| rule.fits(word, at)));
        if found.is_some_and(|found| best.is_none_or(|best| found.letters.len() > best.letters.len())) {
            best = found;
        }
        alphabet = rules.parent.and_then(|parent| ALPHABETS.get(parent));
    }
    best
}

/// The consonants and vowels of one letter without regard to its neighbours.
pub(super) fn single(language: &str, c: char, first: bool) -> Option<&'static str> {
    let word = if first { vec![c] } else { vec!['\u{b7}', c] };
    best(language, &word, word.len() - 1).map(|rule| rule.latin)
}

/// A word in Latin letters, in the case of its own letters. Letters without a rule stay.
pub(super) fn word(text: &str, language: &str) -> String {
    let letters: Vec<char> = text.nfc().map(bare).collect();
    let lower: Vec<char> = letters.iter().map(|c| c.to_lowercase().next().unwrap_or(*c)).collect();
    let mut latin = String::new();
    let mut at = 0;
    while at < lower.len() {
        let Some(rule) = best(language, &lower, at) else {
            latin.push(letters[at]);
            at += 1;
            continue;
        };
        let end = at + rule.letters.len();
        latin.push_str(&cased(rule.latin, &letters, at, end));
        at = end;
    }
    latin
}

/// A Greek letter without its stress; one with a diaeresis stays apart, since it doesn't join its neighbour.
fn bare(c: char) -> char {
    if !matches!(c, '\u{370}'..='\u{3ff}' | '\u{1f00}'..='\u{1fff}') {
        return c;
    }
    let parts: Vec<char> = std::iter::once(c).nfd().collect();
    match (parts.first(), parts.contains(&'\u{308}')) {
        (Some('ι'), true) => 'ϊ',
        (Some('υ'), true) => 'ϋ',
        (Some(base), _) => *base,
        (None, _) => c,
    }
}

/// `Shch` at the head of a capitalised word, `SHCH` among capitals.
fn cased(latin: &str, letters: &[char], start: usize, end: usize) -> String {
    if !letters[start].is_uppercase() {
        return latin.to_owned();
    }
    let beside = letters.get(end).or_else(|| start.checked_sub(1).and_then(|at| letters.get(at)));
    let capitals =
        letters[start..end].iter().skip(1).chain(beside).all(|c| c.is_uppercase()) && letters.len() > 1;
    if capitals { latin.to_uppercase() } else { capitalised(latin) }
}

/// With a capital first letter.
pub(super) fn capitalised(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}
