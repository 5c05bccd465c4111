//! User names: the part of a work account before the @, and the display name beside it.
//!
//! Allowed characters and lengths are those of Entra's user principal names; dots are held to what mail accepts.

use serde::Serialize;

use super::answer::Answer;
use super::{tidy, western};
use crate::refusal::{Code, Refusal};

/// Characters before the @, after it, and of both with it.
pub const MAX_LOCAL: usize = 64;
pub const MAX_DOMAIN: usize = 48;
pub const MAX_TOTAL: usize = 113;
/// Characters of a display name.
pub const MAX_DISPLAY_NAME: usize = 256;
/// Beside letters and digits.
const SYMBOLS: &str = "'.-_!#^~";
const FIELD: &str = "username";

/// Whether a user may have this name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct UsernameVerdict {
    /// As entered, without spaces around it.
    pub username: String,
    /// Lower case: what is compared and kept unique.
    pub canonical: String,
    #[serde(flatten)]
    pub answer: Answer,
}

/// Whether a user may be shown under this name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct DisplayNameVerdict {
    /// Composed (NFC), trimmed, single-spaced.
    pub name: String,
    #[serde(flatten)]
    pub answer: Answer,
}

/// Checks the part before the @ for an account at `domain`.
#[must_use]
pub fn check(username: &str, domain: &str) -> UsernameVerdict {
    let mut answer = Answer::default();
    let trimmed = username.trim();
    let max = MAX_LOCAL.min(MAX_TOTAL.saturating_sub(domain.chars().count() + 1));
    if trimmed.is_empty() {
        answer.refuse(Refusal::new(Code::FieldRequired).on(FIELD));
    } else if trimmed.len() > 4 * MAX_LOCAL || trimmed.chars().count() > max {
        answer.refuse(Refusal::new(Code::UsernameTooLong).on(FIELD).with("max", max.to_string()));
        return UsernameVerdict { username: String::new(), canonical: String::new(), answer };
    } else {
        if !trimmed.chars().all(is_allowed) {
            answer.refuse(Refusal::new(Code::UsernameCharacters).on(FIELD).with("symbols", SYMBOLS));
        }
        if trimmed.starts_with('.') || trimmed.ends_with('.') || trimmed.contains("..") {
            answer.refuse(Refusal::new(Code::UsernameDot).on(FIELD));
        }
    }
    if !answer.valid && !trimmed.is_empty() {
        let folded = fold(trimmed);
        if !folded.is_empty() && folded.len() <= max {
            answer.suggest(folded);
        }
    }
    UsernameVerdict { username: trimmed.to_owned(), canonical: trimmed.to_lowercase(), answer }
}

/// Checks the name that others see.
#[must_use]
pub fn check_display_name(name: &str) -> DisplayNameVerdict {
    let mut answer = Answer::default();
    let name = tidy::line(name, "displayName", MAX_DISPLAY_NAME).unwrap_or_else(|refusal| {
        answer.refuse(refusal);
        String::new()
    });
    if tidy::has_markup(&name) {
        answer.refuse(Refusal::new(Code::InputInvalid).on("displayName"));
    }
    DisplayNameVerdict { name, answer }
}

/// User names that fit a person, the best first: from the names, and from what stands before the @ of an e-mail.
///
/// Who is already called so is the caller's to know; the list goes on with numbers.
#[must_use]
pub fn suggest(first: &str, last: &str, email_local: &str) -> Vec<String> {
    let (first, last) = (word(first), word(last));
    let initial: String = first.chars().take(1).collect();
    let mut candidates = Vec::new();
    if !first.is_empty() && !last.is_empty() {
        candidates.push(format!("{first}.{last}"));
        candidates.push(format!("{initial}{last}"));
    }
    candidates.push(fold(email_local.split('+').next().unwrap_or_default()));
    candidates.extend([first, last]);
    for number in 2..=4 {
        candidates.push(
            candidates
                .first()
                .filter(|name| !name.is_empty())
                .map_or(String::new(), |name| format!("{name}{number}")),
        );
    }
    let mut suggestions: Vec<String> = Vec::new();
    for candidate in candidates {
        if check(&candidate, "").answer.valid && !suggestions.contains(&candidate) {
            suggestions.push(candidate);
        }
    }
    suggestions
}

fn is_allowed(character: char) -> bool {
    character.is_ascii_alphanumeric() || SYMBOLS.contains(character)
}

/// A name as one word of ASCII letters and digits.
fn word(name: &str) -> String {
    let short: String = name.chars().take(MAX_LOCAL).collect();
    let ascii = any_ascii::any_ascii(&sounded(&short)).to_lowercase();
    ascii.chars().filter(char::is_ascii_alphanumeric).take(MAX_LOCAL / 2 - 1).collect()
}

/// A name by the rules of its language, where letter by letter is wrong: Παπαδοπούλου is Papadopoulou. A name that a
/// place has too is written as it sounds, not as the place is known abroad.
fn sounded(name: &str) -> String {
    let mut western = western::propose(name, None, None);
    if western.source == western::Source::Exonym && !western.alternatives.is_empty() {
        return western.alternatives.remove(0);
    }
    western.western
}

/// The nearest allowed user name; empty when nothing is left.
fn fold(name: &str) -> String {
    let short: String = name.chars().take(4 * MAX_LOCAL).collect();
    let ascii = any_ascii::any_ascii(&short).to_lowercase();
    let spaced = ascii.split_whitespace().collect::<Vec<_>>().join(".");
    let allowed: String = spaced.chars().filter(|character| is_allowed(*character)).take(MAX_LOCAL).collect();
    let parts: Vec<&str> = allowed.split('.').filter(|part| !part.is_empty()).collect();
    parts.join(".")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn refused(username: &str) -> Option<Code> {
        check(username, "contoso.com").answer.refusals.first().map(|refusal| refusal.code)
    }

    #[test]
    fn the_allowed_characters_are_allowed_and_no_others() {
        for username in ["jane", "J.Doe", "o'neil", "a", "jane-doe_2", "!#^~", " jane "] {
            assert_eq!(refused(username), None, "{username}");
        }
        for username in
            ["jane doe", "jane@contoso", "müller", "a+b", "a&b", "a\0b", "ja\u{200B}ne", "<b>", "a/b", "a\"b"]
        {
            assert_eq!(refused(username), Some(Code::UsernameCharacters), "{username:?}");
        }
        for username in ["jane.", ".jane", "ja..ne", "."] {
            assert_eq!(refused(username), Some(Code::UsernameDot), "{username}");
        }
        assert_eq!(refused(" "), Some(Code::FieldRequired));
    }

    #[test]
    fn both_parts_and_their_sum_have_limits() {
        assert_eq!(refused(&"a".repeat(64)), None);
        assert_eq!(refused(&"a".repeat(65)), Some(Code::UsernameTooLong));
        assert_eq!(refused(&"a".repeat(1 << 20)), Some(Code::UsernameTooLong));
        let domain = "d".repeat(48);
        assert!(check(&"a".repeat(64), &domain).answer.valid);
        let longer = "d".repeat(60);
        assert!(check(&"a".repeat(52), &longer).answer.valid);
        let refusal = &check(&"a".repeat(53), &longer).answer.refusals[0];
        assert_eq!(refusal.arguments, [("max", "52".to_owned())]);
    }

    #[test]
    fn a_refused_name_comes_with_the_nearest_allowed_one() {
        for (username, suggestion) in
            [("Jürgen Müller", "jurgen.muller"), (".jane.", "jane"), ("Αθηνά", "athina"), ("ja..ne", "ja.ne")]
        {
            assert_eq!(check(username, "").answer.suggestions, [suggestion], "{username}");
        }
        assert!(check("@@", "").answer.suggestions.is_empty());
    }

    #[test]
    fn suggestions_come_from_names_and_mail() {
        assert_eq!(
            suggest("Jane", "Doe", "jd+work"),
            ["jane.doe", "jdoe", "jd", "jane", "doe", "jane.doe2", "jane.doe3", "jane.doe4"]
        );
        assert_eq!(suggest("李", "明", "")[0], "li.ming");
        assert_eq!(suggest("Μαρία", "Παπαδοπούλου", "")[0], "maria.papadopoulou");
        assert_eq!(suggest("", "", "sales.team")[0], "sales.team");
        assert!(suggest("", "", "").is_empty());
    }

    #[test]
    fn display_names_are_plain_lines() {
        assert_eq!(check_display_name("  Jane\u{301}   Doe ").name, "Jané Doe");
        assert!(check_display_name(&"é".repeat(256)).answer.valid);
        assert!(check_display_name(&"é".repeat(257)).answer.refuses(Code::FieldTooLong));
        assert!(check_display_name("a\u{202E}b").answer.refuses(Code::InputInvalid));
        assert!(check_display_name("<b>Jane</b>").answer.refuses(Code::InputInvalid));
        assert!(check_display_name("").answer.refuses(Code::FieldRequired));
    }

    proptest! {
        #[test]
        fn any_text_has_an_answer_and_suggestions_are_valid(text in "(?s).{0,90}", other in "(?s).{0,90}") {
            let verdict = check(&text, "contoso.com");
            if verdict.answer.valid {
                prop_assert_eq!(&check(&verdict.canonical, "contoso.com").canonical, &verdict.canonical);
            }
            for suggestion in verdict.answer.suggestions.iter().chain(&suggest(&text, &other, &text)) {
                prop_assert!(check(suggestion, "contoso.com").answer.valid, "{}", suggestion);
            }
            let shown = check_display_name(&text);
            if shown.answer.valid {
                prop_assert_eq!(&check_display_name(&shown.name), &shown);
            }
        }
    }
}
