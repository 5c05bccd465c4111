//! Does a domain pass for a well-known consumer provider? Typing slips, digits for letters, other alphabets.

use std::sync::LazyLock;

use unicode_normalization::UnicodeNormalization;

use super::domain;
use super::lists::Names;

/// Providers that people mean when they mistype.
const PROVIDERS: &str = include_str!("../../../data/email/mistyped.txt");
/// The same providers, each with its [`characters`]: most are ruled out without comparing letter by letter.
static PROVIDERS_BY_CHARACTERS: LazyLock<Vec<(u64, &'static str)>> =
    LazyLock::new(|| PROVIDERS.lines().map(|provider| (characters(provider), provider)).collect());
/// Real companies whose names happen to lie one letter beside a provider's.
const NEIGHBOURS: Names = Names::BuiltIn(include_str!("../../../data/email/neighbours.txt"));

/// Shortest provider name in which one wrong letter counts as a slip; shorter ones are too close to other names.
const SHORTEST_FOR_SLIPS: usize = 5;
/// A slip exchanges one character at most: one kind disappears, one appears.
const MOST_CHARACTERS_APART: u32 = 2;
/// Existing endings that a hurried hand types for `com`.
const SLIPS_OF_COM: [&str; 3] = ["cm", "co", "om"];

/// What a domain passes for.
pub(super) enum Likeness {
    Provider(&'static str),
    /// Letters of several alphabets in one label, or one foreign alphabet that reads as Latin.
    Alphabets,
}

/// Looks at the registered domain in its ASCII form, which may have an ending that doesn't exist.
pub(super) fn likeness(registrable: &str) -> Option<Likeness> {
    if registrable.contains("xn--") {
        return foreign_letters(registrable);
    }
    meant(registrable).filter(|_| !NEIGHBOURS.contains(registrable)).map(Likeness::Provider)
}

/// The provider that a name reads as, or else is a slip of; a slip rarely hits the first letter.
fn meant(name: &str) -> Option<&'static str> {
    let mut slip: Option<&'static str> = None;
    let same_start = |provider: &str| provider.as_bytes().first() == name.as_bytes().first();
    let own = characters(name);
    for &(theirs, provider) in PROVIDERS_BY_CHARACTERS.iter() {
        if provider.len().abs_diff(name.len()) > 2 {
            continue;
        }
        if provider == name {
            return None;
        }
        if reads_like(name, provider) {
            return Some(provider);
        }
        let better = slip.is_none_or(|found| same_start(provider) && !same_start(found));
        if better && (own ^ theirs).count_ones() <= MOST_CHARACTERS_APART && is_slip_of(name, provider) {
            slip = Some(provider);
        }
    }
    slip
}

/// Which characters a name has; some digits share a letter's bit, so two sets differ by the true difference or less.
fn characters(name: &str) -> u64 {
    name.bytes().fold(0, |set, byte| set | 1 << (byte & 63))
}

fn foreign_letters(registrable: &str) -> Option<Likeness> {
    let shown = domain::unicode(registrable);
    let plain: String = shown.nfkd().filter_map(latin_twin).collect();
    let provider = PROVIDERS.lines().find(|provider| *provider == plain).or_else(|| meant(&plain));
    if let Some(provider) = provider {
        return Some(Likeness::Provider(provider));
    }
    let ending_is_latin = shown.rsplit('.').next().is_some_and(|ending| ending.is_ascii());
    let suspicious = shown.split('.').any(|label| {
        let letters = || label.chars().filter(|c| c.is_alphabetic());
        let latin = letters().any(is_latin);
        let twins = letters().filter(|c| !is_latin(*c)).count();
        let all_twins =
            letters().filter(|c| !is_latin(*c)).all(|c| latin_twin(c).is_some_and(|t| t.is_ascii()));
        twins > 0 && all_twins && (latin || ending_is_latin)
    });
    (suspicious || mixes_alphabets(&shown)).then_some(Likeness::Alphabets)
}

fn is_latin(c: char) -> bool {
    c.is_ascii_alphabetic() || matches!(c, 'à'..='ɏ' | 'ß' | 'ḁ'..='ỿ')
}

/// Latin beside Cyrillic, Greek or Armenian in one label; Han, Kana and Hangul stand beside Latin in ordinary names.
fn mixes_alphabets(shown: &str) -> bool {
    let lookalike_alphabet = |c: char| matches!(c, '\u{370}'..='\u{58f}');
    shown.split('.').any(|label| label.chars().any(is_latin) && label.chars().any(lookalike_alphabet))
}

fn is_slip_of(registrable: &str, provider: &str) -> bool {
    has_moved_dot(registrable, provider) || has_slip(registrable, provider)
}

fn has_slip(registrable: &str, provider: &str) -> bool {
    let (Some((name, ending)), Some((meant, meant_ending))) =
        (registrable.split_once('.'), provider.split_once('.'))
    else {
        return false;
    };
    if name == meant {
        let no_such_ending = !domain::has_known_ending(registrable);
        let slip = meant_ending == "com" && SLIPS_OF_COM.contains(&ending);
        return slip || (no_such_ending && is_one_slip(ending, meant_ending, false));
    }
    ending == meant_ending && meant.len() >= SHORTEST_FOR_SLIPS && is_one_slip(name, meant, true)
}

/// `gmailc.om`: the same letters, the dot one place off.
fn has_moved_dot(registrable: &str, provider: &str) -> bool {
    registrable.len() == provider.len()
        && is_one_slip(registrable, provider, false)
        && registrable.bytes().filter(|b| *b != b'.').eq(provider.bytes().filter(|b| *b != b'.'))
}

/// Equal once digits and letter pairs are read as the letters they look like: `gmai1`, `rnsn`.
fn reads_like(a: &str, b: &str) -> bool {
    looks(a).eq(looks(b))
}

fn looks(text: &str) -> impl Iterator<Item = u8> + '_ {
    let bytes = text.as_bytes();
    let mut at = 0;
    std::iter::from_fn(move || {
        let byte = *bytes.get(at)?;
        let pair = (byte, bytes.get(at + 1).copied().unwrap_or_default());
        at += 1;
        Some(match pair {
            (b'r', b'n') => {
                at += 1;
                b'm'
            }
            (b'v', b'v') => {
                at += 1;
                b'w'
            }
            (b'0', _) => b'o',
            (b'1' | b'i', _) => b'l',
            (b'3', _) => b'e',
            (b'5', _) => b's',
            (other, _) => other,
        })
    })
}

/// One letter left out, put in or doubled, swapped with its neighbour, or hit beside the right key.
fn is_one_slip(typed: &str, meant: &str, only_likely: bool) -> bool {
    let (t, m) = (typed.as_bytes(), meant.as_bytes());
    let same = t.iter().zip(m).take_while(|(a, b)| a == b).count();
    let (t, m, before) = (&t[same..], &m[same..], m[..same].last().copied());
    match (t, m) {
        ([a, rest_t @ ..], [b, rest_m @ ..]) if rest_t == rest_m => {
            !only_likely || is_near_key(*a, *b) || before == Some(*a) || rest_m.first() == Some(a)
        }
        ([a, b, rest_t @ ..], [c, d, rest_m @ ..]) if a == d && b == c && rest_t == rest_m => true,
        ([a, rest_t @ ..], _) if rest_t == m => {
            !only_likely || meant.as_bytes().contains(a) || before.is_some_and(|b| is_near_key(*a, b))
        }
        (_, [_, rest_m @ ..]) if rest_m == t => same > 0,
        _ => false,
    }
}

/// Keys side by side or above each other on a QWERTY, QWERTZ or AZERTY keyboard, and vowels taken for each other.
fn is_near_key(a: u8, b: u8) -> bool {
    const ROWS: [&[u8]; 3] = [b"qwertyuiop", b"asdfghjkl;", b"zxcvbnm,./"];
    let place = |key: u8| {
        ROWS.iter().enumerate().find_map(|(row, keys)| Some((row, keys.iter().position(|k| *k == key)?)))
    };
    let vowels = b"aeiouy";
    if vowels.contains(&a) && vowels.contains(&b) {
        return true;
    }
    match (place(a), place(b)) {
        (Some((row, column)), Some((other_row, other_column))) => {
            row.abs_diff(other_row) <= 1 && column.abs_diff(other_column) <= 1
        }
        _ => false,
    }
}

/// The Latin letter that a letter is drawn like (Unicode UTS 39, confusables); None for accents, which are left out.
fn latin_twin(c: char) -> Option<char> {
    if unicode_normalization::char::is_combining_mark(c) {
        return None;
    }
    Some(match c {
        'а' | 'α' | 'ɑ' => 'a',
        'в' | 'ь' | 'β' | 'ƅ' => 'b',
        'с' | 'ϲ' | 'ᴄ' => 'c',
        'ԁ' | 'đ' => 'd',
        'е' | 'є' | 'ε' | 'ҽ' | 'ə' => 'e',
        'ɡ' | 'ց' | 'ɢ' => 'g',
        'һ' | 'н' | 'հ' | 'ħ' => 'h',
        'і' | 'ι' | 'ı' | 'ɩ' | 'ɪ' => 'i',
        'ј' | 'ϳ' | 'ȷ' => 'j',
        'к' | 'κ' | 'ĸ' => 'k',
        'ӏ' | 'ł' | 'ǀ' | 'ɭ' => 'l',
        'м' | 'ɱ' => 'm',
        'п' | 'η' | 'ո' | 'ɴ' | 'ŋ' => 'n',
        'о' | 'ο' | 'օ' | 'ѳ' | 'θ' | 'ø' | 'ᴏ' | 'ɵ' => 'o',
        'р' | 'ρ' | 'ϸ' => 'p',
        'ԛ' | 'զ' => 'q',
        'г' | 'ɾ' | 'ʀ' => 'r',
        'ѕ' | 'ʂ' | 'ꜱ' => 's',
        'т' | 'τ' | 'ŧ' | 'ƭ' => 't',
        'υ' | 'ս' | 'ц' | 'ʋ' => 'u',
        'ѵ' | 'ν' | 'ᴠ' => 'v',
        'ԝ' | 'ω' | 'ш' | 'ѡ' | 'ա' => 'w',
        'х' | 'χ' => 'x',
        'у' | 'γ' | 'ү' | 'ʏ' | 'ყ' => 'y',
        'ᴢ' | 'ʐ' => 'z',
        other => other,
    })
}
