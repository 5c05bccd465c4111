//! Custom domain names: what an organisation may add to prove as its own, in one canonical form.

mod record;

use std::net::IpAddr;

pub use record::{Answers, Finding, usual_mistakes};
use serde::Serialize;

use super::answer::Answer;
use super::username::MAX_DOMAIN;
use crate::refusal::{Code, Refusal};

const FIELD: &str = "domain";
/// Bytes of an entry that are still read as a name or a web address.
const MAX_INPUT: usize = 1024;
/// Names that tests and documentation use (RFC 2606, RFC 6761); a deployment may allow them.
const TEST_NAMES: &[&str] = &["test", "example", "localhost", "example.com", "example.net", "example.org"];
/// Names that never lead anywhere public (RFC 6761, 6762, 7686, 8375, 9476, and what ICANN set aside for good).
const PRIVATE_NAMES: &[&str] = &[
    "invalid", "local", "internal", "onion", "arpa", "alt", "home", "corp", "mail", "lan", "intranet",
    "private",
];

/// What the deployment adds to the rules.
pub struct Rules<'a> {
    /// The domain under which initial domains live, in ASCII.
    pub account_domain: &'a str,
    /// Whether names reserved for tests may be added, as in development.
    pub allow_test_names: bool,
    /// Whether mailboxes under this ASCII name are given to the public.
    pub is_consumer: &'a dyn Fn(&str) -> bool,
}

/// Whether this name may be added; whose it is, DNS proves.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct DomainNameVerdict {
    /// Lower-case ASCII (IDNA); empty when the entry isn't a name.
    pub name: String,
    /// The same name as people read it.
    pub display: String,
    /// The part that is registered as a whole: `contoso.com` of `mail.contoso.com`.
    pub registrable: Option<String>,
    #[serde(flatten)]
    pub answer: Answer,
}

/// Checks a name as entered: any case, internationalised or not, with or without a dot at its end.
#[must_use]
pub fn check(entered: &str, rules: &Rules<'_>) -> DomainNameVerdict {
    let mut verdict = DomainNameVerdict {
        name: String::new(),
        display: String::new(),
        registrable: None,
        answer: Answer::default(),
    };
    match canonical(entered) {
        Ok(name) => {
            verdict.display = idna::domain_to_unicode(&name).0;
            verdict.registrable = psl::domain_str(&name).map(str::to_owned);
            if let Some(refusal) = refusal(&name, rules) {
                verdict.answer.refuse(refusal);
            }
            let without_host = name.strip_prefix("www.").filter(|rest| refusal(rest, rules).is_none());
            if let Some(rest) = without_host {
                verdict.answer.suggest(rest);
            }
            verdict.name = name;
        }
        Err(refusal) => {
            verdict.answer.refuse(refusal);
            let host = host_within(entered).and_then(|host| canonical(host).ok());
            if let Some(host) = host.filter(|host| self::refusal(host, rules).is_none()) {
                verdict.answer.suggest(host);
            }
        }
    }
    verdict
}

/// The one form in which names are stored and compared.
///
/// # Errors
/// Not a domain name, an IP address, or a wildcard.
pub fn canonical(entered: &str) -> Result<String, Refusal> {
    let refuse = |code: Code| Err(Refusal::new(code).on(FIELD));
    let trimmed = entered.trim();
    if trimmed.is_empty() {
        return refuse(Code::FieldRequired);
    }
    if trimmed.len() > MAX_INPUT {
        return Err(too_long());
    }
    if trimmed.trim_matches(['[', ']']).parse::<IpAddr>().is_ok() {
        return refuse(Code::DomainNameIpAddress);
    }
    if trimmed.contains('*') {
        return refuse(Code::DomainNameWildcard);
    }
    let dotted = trimmed.replace(['。', '．', '｡'], ".");
    let relative = dotted.strip_suffix('.').unwrap_or(&dotted);
    let Ok(name) = idna::domain_to_ascii_strict(relative) else {
        return refuse(Code::DomainNameSyntax);
    };
    if name.parse::<IpAddr>().is_ok() {
        return refuse(Code::DomainNameIpAddress);
    }
    let numeric = name.rsplit('.').next().is_none_or(|last| last.bytes().all(|byte| byte.is_ascii_digit()));
    if numeric || name.ends_with('.') { refuse(Code::DomainNameSyntax) } else { Ok(name) }
}

fn refusal(name: &str, rules: &Rules<'_>) -> Option<Refusal> {
    let refuse = |code: Code| Some(Refusal::new(code).on(FIELD).with("name", name));
    let account_domain = rules.account_domain.trim_end_matches('.').to_ascii_lowercase();
    if !account_domain.is_empty() && is_within(name, &account_domain) {
        return refuse(Code::DomainNameAccountDomain);
    }
    let test = TEST_NAMES.iter().any(|reserved| is_within(name, reserved));
    if (test && !rules.allow_test_names) || PRIVATE_NAMES.iter().any(|reserved| is_within(name, reserved)) {
        return refuse(Code::DomainNameReserved);
    }
    let suffix = psl::suffix(name.as_bytes());
    if suffix.is_some_and(|suffix| suffix.is_known() && suffix.as_bytes() == name.as_bytes()) {
        return refuse(Code::DomainNamePublicSuffix);
    }
    if !name.contains('.') {
        return refuse(Code::DomainNameSyntax);
    }
    if name.len() > MAX_DOMAIN {
        return Some(too_long());
    }
    let registrable = psl::domain_str(name).unwrap_or(name);
    if (rules.is_consumer)(name) || (rules.is_consumer)(registrable) {
        return refuse(Code::DomainNameConsumer);
    }
    None
}

/// Whether `name` is `parent` or under it.
fn is_within(name: &str, parent: &str) -> bool {
    name.strip_suffix(parent).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
}

/// The host of a web address or of an e-mail address, which people enter where a name is asked for.
fn host_within(entered: &str) -> Option<&str> {
    let entered = entered.trim().get(..entered.trim().len().min(MAX_INPUT))?;
    let after_scheme = entered.split_once("://").map_or(entered, |(_, rest)| rest);
    let host = after_scheme.split(['/', '?', '#']).next()?;
    let host = host.rsplit('@').next()?;
    let host = host.split(':').next()?.trim_start_matches("*.");
    let host = host.strip_prefix("www.").unwrap_or(host);
    (!host.is_empty()).then_some(host)
}

fn too_long() -> Refusal {
    Refusal::new(Code::DomainNameTooLong).on(FIELD).with("max", MAX_DOMAIN.to_string())
}

#[cfg(test)]
mod tests;
