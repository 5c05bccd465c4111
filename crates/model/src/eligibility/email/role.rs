//! Is the part before the `@` a function rather than a person?
//!
//! The *whole* local part decides: every word in it must be a role word or a word that goes with one. So
//! `info2`, `sales.team`, `no_reply` and `kundenservice-berlin` are functions, `infante`, `marc.info` and
//! `administrator.jane` are people.

use unicode_normalization::UnicodeNormalization;

use super::lists::Names;

/// Words that go with a role word: `team`, `emea`, `the`.
const QUALIFIERS: Names = Names::BuiltIn(include_str!("../../../data/email/role-qualifiers.txt"));
/// Places and the like, which go with a role word only behind it: `sales.berlin`, but `paris.post` is a person.
const PLACES: Names = Names::BuiltIn(include_str!("../../../data/email/role-places.txt"));

/// Shortest word that may be stuck to another one without a separator: `salesteam`, but `hrabal` is a person.
const SHORTEST_STUCK: usize = 4;
/// Departments of two letters that are stuck before a longer word: `itsupport`.
const SHORT_DEPARTMENTS: [&str; 5] = ["hr", "it", "pr", "ir", "qa"];
const SHORT_WORDS: [&str; 8] = ["web", "the", "all", "our", "dev", "net", "seo", "app"];

pub(super) fn is_role(words: &Names, local: &str) -> bool {
    let folded = fold(local);
    let parts: Vec<&str> = folded
        .split(|c: char| !c.is_alphanumeric())
        .map(|part| part.trim_matches(|c: char| c.is_ascii_digit()))
        .filter(|part| !part.is_empty())
        .collect();
    match parts.as_slice() {
        [] => false,
        [one] => words.contains(one) || is_compound(words, one),
        many => words.contains(&many.concat()) || all_go_together(words, many),
    }
}

fn all_go_together(words: &Names, parts: &[&str]) -> bool {
    let mut roles = 0;
    for part in parts {
        if words.contains(part) || is_compound(words, part) {
            roles += 1;
        } else if !(QUALIFIERS.contains(part) || (roles > 0 && PLACES.contains(part))) {
            return false;
        }
    }
    roles > 0
}

/// Whether one run of letters is two or three words, one of them a role word.
fn is_compound(words: &Names, run: &str) -> bool {
    if !run.is_ascii() || run.len() > 40 {
        return false;
    }
    (2..run.len().saturating_sub(2)).any(|at| {
        let (head, tail) = run.split_at(at);
        let starts = words.contains(head) || QUALIFIERS.contains(head);
        if !starts
            || !(head.len() >= SHORTEST_STUCK
                || SHORT_DEPARTMENTS.contains(&head)
                || SHORT_WORDS.contains(&head))
        {
            return false;
        }
        let tail_is_role = words.contains(tail) && (tail.len() >= SHORTEST_STUCK || tail == "ops");
        tail_is_role
            || (words.contains(head)
                && (QUALIFIERS.contains(tail) || (tail.len() > 4 && PLACES.contains(tail))))
            || (tail.len() >= 2 * SHORTEST_STUCK && is_compound(words, tail))
    })
}

/// Lower case without diacritics: `Büro` as `buro`, `Øko` as `oko`.
fn fold(local: &str) -> String {
    if local.is_ascii() {
        return local.to_ascii_lowercase();
    }
    let plain = local.nfkd().filter(|c| !unicode_normalization::char::is_combining_mark(*c));
    let mut folded = String::with_capacity(local.len());
    for c in plain.flat_map(char::to_lowercase) {
        match c {
            'ß' => folded.push_str("ss"),
            'æ' => folded.push_str("ae"),
            'œ' => folded.push_str("oe"),
            'ø' => folded.push('o'),
            'ł' => folded.push('l'),
            'đ' | 'ð' => folded.push('d'),
            'ı' => folded.push('i'),
            'þ' => folded.push_str("th"),
            other => folded.push(other),
        }
    }
    folded
}
