//! Domain names: one spelling, and where the registrable part begins.

use idna::uts46::{AsciiDenyList, DnsLength, Hyphens, Uts46};

/// The one spelling of a domain name: lower case, compatibility forms folded, other scripts as `xn--…`.
///
/// None for what is no host name: empty or over-long labels, a hyphen at a label's edge, characters that host names
/// don't have, Punycode that doesn't decode (RFC 1035, RFC 5890, UTS 46).
#[must_use]
pub fn ascii(domain: &str) -> Option<String> {
    if domain.len() > 1024 {
        return None;
    }
    Uts46::new()
        .to_ascii(domain.as_bytes(), AsciiDenyList::STD3, Hyphens::CheckFirstLast, DnsLength::Verify)
        .ok()
        .map(std::borrow::Cow::into_owned)
}

/// The domain as people read it: `xn--…` labels in their own script.
#[must_use]
pub fn unicode(ascii: &str) -> String {
    let (text, _) = Uts46::new().to_unicode(ascii.as_bytes(), AsciiDenyList::EMPTY, Hyphens::Allow);
    text.into_owned()
}

/// The domain as people read it, and beside it as DNS has it where that differs: other scripts have letters that look alike.
#[must_use]
pub fn told(ascii: &str) -> String {
    let read = unicode(ascii);
    if read.is_ascii() { read } else { format!("{read} ({ascii})") }
}

/// Whether the name is a suffix below which anyone may register, such as `com`, `co.uk` or `github.io`.
#[must_use]
pub fn is_public_suffix(domain: &str) -> bool {
    psl::suffix(domain.as_bytes()).is_some_and(|suffix| suffix.is_known() && suffix == domain)
}

/// The domain that was registered below a public suffix: `example.co.uk` for `mail.example.co.uk`.
///
/// None for a public suffix itself and for endings that don't exist.
#[must_use]
pub fn registrable_domain(domain: &str) -> Option<&str> {
    if !has_known_ending(domain) {
        return None;
    }
    psl::domain_str(domain)
}

pub(super) fn has_known_ending(domain: &str) -> bool {
    psl::suffix(domain.as_bytes()).is_some_and(|suffix| suffix.is_known())
}

/// Whether the name is a suffix that a registry of the DNS itself runs, which no mailbox can be at.
pub(super) fn is_registry_suffix(domain: &str) -> bool {
    psl::suffix(domain.as_bytes())
        .is_some_and(|suffix| suffix.typ() == Some(psl::Type::Icann) && suffix == domain)
}
