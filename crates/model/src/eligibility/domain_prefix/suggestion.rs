//! Prefixes made from an organisation's name.

use super::{MAX_LENGTH, RESERVED, skeleton};
use crate::eligibility::organization::legal_form;

/// Characters of a name that are looked at; more can't show in 27.
const MAX_NAME: usize = 256;

/// The prefix to offer at this attempt: the words together, with hyphens, the first word, the initials, then with
/// numbers. None when the attempt has nothing of its own to offer.
#[must_use]
pub fn suggest(name: &str, attempt: usize) -> Option<String> {
    let words = words(name);
    let prefix = match attempt {
        0 => fit(&words.concat(), MAX_LENGTH),
        1 if words.len() > 1 => fit(&words.join("-"), MAX_LENGTH),
        2 if words.len() > 1 => fit(words.first()?, MAX_LENGTH),
        3 if words.len() > 2 => {
            words.iter().filter_map(|word| word.chars().next()).take(MAX_LENGTH).collect()
        }
        1..4 => return None,
        _ => {
            let number = (attempt - 2).to_string();
            format!("{}{number}", fit(&words.concat(), MAX_LENGTH.saturating_sub(number.len())))
        }
    };
    let free =
        prefix.len() > 1 && prefix.starts_with(|first: char| first.is_ascii_alphabetic() || words.len() == 1);
    (free && prefix.get(2..4) != Some("--") && !RESERVED.contains(&skeleton(&prefix))).then_some(prefix)
}

/// The name's words in ASCII, without its legal form.
fn words(name: &str) -> Vec<String> {
    let name: String = name.chars().take(MAX_NAME).collect();
    let ascii = any_ascii::any_ascii(&legal_form::strip(&name)).to_lowercase();
    let plain = |word: &str| word.chars().filter(char::is_ascii_alphanumeric).collect::<String>();
    ascii
        .split(|character: char| {
            character.is_whitespace() || matches!(character, '-' | '/' | '&' | '+' | ',')
        })
        .map(plain)
        .filter(|word| !word.is_empty())
        .collect()
}

fn fit(text: &str, max: usize) -> String {
    text.chars().take(max).collect::<String>().trim_matches('-').to_owned()
}
