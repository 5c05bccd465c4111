//! Korean by the Revised Romanisation (2000), with the sound changes between syllables that it writes.

const FIRST: u32 = 0xac00;
const INITIALS: [&str; 19] =
    ["g", "kk", "n", "d", "tt", "r", "m", "b", "pp", "s", "ss", "", "j", "jj", "ch", "k", "t", "p", "h"];
const VOWELS: [&str; 21] = [
    "a", "ae", "ya", "yae", "eo", "e", "yeo", "ye", "o", "wa", "wae", "oe", "yo", "u", "wo", "we", "wi",
    "yu", "eu", "ui", "i",
];
/// A syllable's end before a consonant or a pause, and what moves on before a vowel: (stays, moves).
const FINALS: [(&str, &str, &str); 28] = [
    ("", "", ""),
    ("k", "", "g"),
    ("k", "", "kk"),
    ("k", "k", "s"),
    ("n", "", "n"),
    ("n", "n", "j"),
    ("n", "", "n"),
    ("t", "", "d"),
    ("l", "", "r"),
    ("k", "l", "g"),
    ("m", "l", "m"),
    ("l", "l", "b"),
    ("l", "l", "s"),
    ("l", "l", "t"),
    ("p", "l", "p"),
    ("l", "", "r"),
    ("m", "", "m"),
    ("p", "", "b"),
    ("p", "p", "s"),
    ("t", "", "s"),
    ("t", "", "ss"),
    ("ng", "ng", ""),
    ("t", "", "j"),
    ("t", "", "ch"),
    ("k", "", "k"),
    ("t", "", "t"),
    ("p", "", "p"),
    ("t", "", ""),
];
const SILENT: usize = 11;
const HIEUT: usize = 18;

fn parts(c: char) -> Option<(usize, usize, usize)> {
    let at = (c as u32).checked_sub(FIRST).filter(|at| *at < 11_172)? as usize;
    Some((at / 588, at % 588 / 28, at % 28))
}

/// A word in lower case; characters that aren't Hangul stay.
pub(super) fn word(text: &str) -> String {
    let letters: Vec<char> = text.chars().collect();
    let mut latin = String::new();
    let mut onset: Option<&str> = None;
    for (at, c) in letters.iter().enumerate() {
        let Some((initial, vowel, last)) = parts(*c) else {
            latin.push(*c);
            onset = None;
            continue;
        };
        latin.push_str(onset.take().unwrap_or(INITIALS[initial]));
        latin.push_str(VOWELS[vowel]);
        let next = letters.get(at + 1).and_then(|next| parts(*next));
        let (end, start) = join(last, next.map(|next| next.0));
        latin.push_str(end);
        onset = start;
    }
    latin
}

/// How a syllable ends and the next begins.
fn join(last: usize, next: Option<usize>) -> (&'static str, Option<&'static str>) {
    let (end, stays, moves) = FINALS[last];
    let Some(next) = next else { return (end, None) };
    if next == SILENT {
        return if end == "ng" { ("ng", Some("")) } else { (stays, Some(moves)) };
    }
    match (end, INITIALS[next]) {
        ("k", "n" | "m") => ("ng", None),
        ("t", "n" | "m") => ("n", None),
        ("p", "n" | "m") => ("m", None),
        ("k", "r") => ("ng", Some("n")),
        ("t", "r") => ("n", Some("n")),
        ("p", "r") => ("m", Some("n")),
        ("ng" | "m", "r") => (end, Some("n")),
        ("n" | "l", "r") | ("l", "n") => ("l", Some("l")),
        ("", _) | (_, "h") if last == 27 && next != HIEUT => ("", None),
        _ => (end, None),
    }
}
