//! One address: from what was typed to its parts, or the reason why it is none.
//!
//! Stricter than RFC 5322 where its freedom only serves mistakes and attacks: quoted local parts, comments, display
//! names, source routes and IP addresses in place of a domain are refused, each with its own reason.

use serde::Serialize;
use unicode_normalization::UnicodeNormalization;

use super::domain;
use crate::refusal::{Code, Refusal};

/// A well-formed address.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Address {
    /// As typed, without the space around it; mail is sent here, plus tag included.
    pub as_entered: String,
    /// What two spellings of one mailbox have in common: lower case, one form of Unicode and IDN, no plus tag.
    pub canonical: String,
    /// The canonical part before the `@`.
    pub local: String,
    /// The domain in ASCII, lower case.
    pub domain: String,
    /// The domain that was registered, or the domain itself where the ending is reserved for tests.
    pub registrable_domain: String,
}

/// Endings that lead nowhere on the public internet (RFC 2606, 6761, 6762, 7686, 8375, 9476 and common private use).
const RESERVED_ENDINGS: [&str; 14] = [
    "test",
    "example",
    "invalid",
    "localhost",
    "local",
    "localdomain",
    "internal",
    "intranet",
    "private",
    "corp",
    "home",
    "lan",
    "onion",
    "alt",
];
const RESERVED_DOMAINS: [&str; 5] = ["example.com", "example.net", "example.org", "example.edu", "home.arpa"];
/// The endings that the test names of a deployment may use (RFC 2606).
const TEST_ENDINGS: [&str; 4] = ["test", "example", "invalid", "localhost"];

/// Longest local part and whole address in bytes (RFC 5321 §4.5.3.1, RFC 3696 erratum 1690).
const LONGEST_LOCAL: usize = 64;
const LONGEST: usize = 254;

/// Whether a domain bears a name reserved for tests (RFC 2606), which DNS doesn't know.
#[must_use]
pub fn is_test_name(domain: &str) -> bool {
    TEST_ENDINGS.contains(&domain.rsplit('.').next().unwrap_or_default())
        || RESERVED_DOMAINS.contains(&domain)
}

pub(super) fn parse(input: &str, test_names: bool) -> Result<Address, Refusal> {
    let entered = input.trim_matches([' ', '\t', '\u{a0}', '\u{3000}']);
    if entered.is_empty() {
        return Err(Code::FieldRequired.into());
    }
    if entered.len() > 4 * LONGEST {
        return Err(Code::EmailTooLong.into());
    }
    if entered.chars().any(is_never_written) {
        return Err(Code::EmailCharacters.into());
    }
    let (local, domain) = split(entered)?;
    check_local(local)?;
    let ascii = check_domain(local, domain, test_names)?;
    if local.len() > LONGEST_LOCAL || local.len() + 1 + ascii.len() > LONGEST {
        return Err(Code::EmailTooLong.into());
    }
    let folded: String = local.nfkc().flat_map(char::to_lowercase).nfkc().collect();
    // Folding can bring in what may not be typed: `¼` becomes a fraction slash.
    check_local(&folded)?;
    let canonical_local = match folded.split_once('+') {
        Some((name, _)) if !name.is_empty() && check_local(name).is_ok() => name.to_owned(),
        _ => folded,
    };
    let registrable = domain::registrable_domain(&ascii).unwrap_or(&ascii).to_owned();
    Ok(Address {
        as_entered: entered.to_owned(),
        canonical: format!("{canonical_local}@{ascii}"),
        local: canonical_local,
        domain: ascii,
        registrable_domain: registrable,
    })
}

/// Control characters, line breaks, and characters that are invisible or turn the direction of writing.
fn is_never_written(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}')
        || matches!(c, '\u{2060}'..='\u{206f}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{fff0}'..='\u{fffd}')
        || matches!(c, '\u{e0000}'..='\u{e0fff}')
}

fn split(entered: &str) -> Result<(&str, &str), Refusal> {
    if let Some(rest) = strip_prefix_ignoring_case(entered, "mailto:") {
        return Err(Refusal::new(Code::EmailCharacters).suggest(rest));
    }
    if entered.contains('＠') && !entered.contains('@') {
        return Err(Refusal::new(Code::EmailCharacters).suggest(entered.nfkc().collect::<String>()));
    }
    if let Some((_, inner)) = entered.split_once('<') {
        let inner = inner.split('>').next().unwrap_or_default();
        let refusal = Refusal::new(Code::EmailCharacters);
        return Err(if inner.contains('@') { refusal.suggest(inner) } else { refusal });
    }
    let Some((local, domain)) = entered.rsplit_once('@') else {
        return Err(Code::EmailNoAt.into());
    };
    if local.contains('@') {
        return Err(Code::EmailSeveral.into());
    }
    if local.is_empty() || domain.is_empty() {
        return Err(Code::EmailNoAt.into());
    }
    Ok((local, domain))
}

fn strip_prefix_ignoring_case<'a>(text: &'a str, prefix: &str) -> Option<&'a str> {
    let head = text.get(..prefix.len())?;
    head.eq_ignore_ascii_case(prefix).then(|| &text[prefix.len()..])
}

fn check_local(local: &str) -> Result<(), Refusal> {
    if local.starts_with('"') || local.starts_with('.') || local.ends_with('.') || local.contains("..") {
        return Err(Code::EmailLocalPart.into());
    }
    // `%` and `!` once routed mail through other hosts; nobody's mailbox needs them today.
    if local.chars().any(|c| matches!(c, '%' | '!')) {
        return Err(Code::EmailLocalPart.into());
    }
    let is_letter = |c: char| c.is_alphanumeric() || unicode_normalization::char::is_combining_mark(c);
    if !local.chars().all(|c| is_letter(c) || ".#$&'*+-/=?^_`{|}~".contains(c)) {
        return Err(Code::EmailCharacters.into());
    }
    Ok(())
}

fn check_domain(local: &str, domain: &str, test_names: bool) -> Result<String, Refusal> {
    if domain.starts_with('[') || domain.split('.').all(|label| label.bytes().all(|b| b.is_ascii_digit())) {
        return Err(Code::EmailAddressLiteral.into());
    }
    let refused = Refusal::new(Code::EmailDomain);
    if let Some(rest) = domain.strip_suffix('.') {
        return Err(suggest_if_valid(refused, local, rest));
    }
    if domain.contains([',', ' ']) {
        return Err(suggest_if_valid(refused, local, &domain.replace([',', ' '], ".").replace("..", ".")));
    }
    let Some(ascii) = domain::ascii(domain) else {
        return Err(refused);
    };
    let ending = ascii.rsplit('.').next().unwrap_or_default();
    if test_names && TEST_ENDINGS.contains(&ending) {
        return Ok(ascii);
    }
    let reserved = RESERVED_DOMAINS.iter().any(|name| is_or_below(&ascii, name));
    if reserved || RESERVED_ENDINGS.contains(&ending) {
        return Err(Refusal::new(Code::EmailReserved).with("domain", domain));
    }
    if !ascii.contains('.') {
        return Err(refused);
    }
    if !domain::has_known_ending(&ascii) {
        return Err(Refusal::new(Code::EmailUnknownEnding).with("ending", ending));
    }
    if domain::is_registry_suffix(&ascii) {
        return Err(refused);
    }
    Ok(ascii)
}

fn suggest_if_valid(refusal: Refusal, local: &str, domain: &str) -> Refusal {
    match domain::ascii(domain) {
        Some(ascii) if domain::registrable_domain(&ascii).is_some() => {
            refusal.suggest(format!("{local}@{domain}"))
        }
        _ => refusal,
    }
}

fn is_or_below(domain: &str, parent: &str) -> bool {
    domain.strip_suffix(parent).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
}
