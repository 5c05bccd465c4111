//! E-mail: may this address open a work account?
//!
//! An address has one [`EmailClass`]; every class but `business` carries the refusal that says why and what to do.
//! The order of the questions is the order of [`check`]: is it an address at all; what do the operator's own lists
//! say; whose domain is it; does the domain pass for another; is the mailbox a function rather than a person.
//!
//! **Lists** lie in `data/email`, written by `data/email/generate` from packages that `SOURCES.md` names: about
//! 158,000 throw-away domains, 16,000 of mail and access providers, 5,600 role words. They are sorted text inside the
//! program, 2.7 MB in all, searched by binary search where they lie: nothing is read, allocated or built at the start,
//! and only the pages that a search touches are in memory. Each can be replaced while the service runs.
//!
//! **Brands** (`yahoo`, `hotmail`, `gmx`, …) count under every country's ending. A listed domain speaks for what lies
//! below it, except `corp.`, `staff.` and the like, where a provider's own people write from.

mod address;
mod domain;
mod lists;
mod lookalike;
mod role;
#[cfg(test)]
mod tests;

pub use address::{Address, is_test_name};
pub use domain::{
    ascii as ascii_domain, is_public_suffix, registrable_domain, told as told_domain,
    unicode as unicode_domain,
};
use lists::Names;
use lookalike::Likeness;
use serde::Serialize;

use crate::refusal::{Code, Refusal};

/// What an address is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum EmailClass {
    /// A person's mailbox at an organisation's domain.
    Business,
    /// A mailbox that a consumer or access provider gives to private people.
    Personal,
    /// A function or a shared mailbox at an organisation's domain.
    Role,
    /// A throw-away mailbox.
    Disposable,
    /// A forwarding address that hides its owner.
    Relay,
    /// Not an address, or one that passes for another.
    Invalid,
}

/// The answer to [`check`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct EmailVerdict {
    pub class: EmailClass,
    /// The address, whenever the input is one.
    pub address: Option<Address>,
    /// Why it can't be used; empty for business addresses.
    pub refusals: Vec<Refusal>,
}

/// The lists that a deployment can replace.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EmailList {
    Disposable,
    Personal,
    Relay,
    RoleWords,
}

/// The lists and switches that a deployment checks with.
#[derive(Clone, Debug)]
pub struct EmailRules {
    disposable: Names,
    personal: Names,
    relays: Names,
    role_words: Names,
    allow: Names,
    deny: Names,
    test_names: bool,
}

/// Mail brands that are one service under every country's ending.
const BRANDS: Names = Names::BuiltIn(include_str!("../../../data/email/brands.txt"));
/// Labels below a provider's domain from which its own people write.
const STAFF_LABELS: [&str; 4] = ["corp", "corporate", "staff", "employees"];

impl EmailRules {
    /// The lists inside the program, no lists of the operator.
    #[must_use]
    pub fn built_in() -> Self {
        Self {
            disposable: Names::BuiltIn(include_str!("../../../data/email/disposable.txt")),
            personal: Names::BuiltIn(include_str!("../../../data/email/personal.txt")),
            relays: Names::BuiltIn(include_str!("../../../data/email/relays.txt")),
            role_words: Names::BuiltIn(include_str!("../../../data/email/role-words.txt")),
            allow: Names::BuiltIn(""),
            deny: Names::BuiltIn(""),
            test_names: false,
        }
    }

    /// Domains or whole addresses that count as business whatever the other lists say.
    #[must_use]
    pub fn with_allow<'a>(mut self, lines: impl IntoIterator<Item = &'a str>) -> Self {
        self.allow = Names::read(lines);
        self
    }

    /// Domains or whole addresses that are refused whatever the other lists say; `allow` wins over it.
    #[must_use]
    pub fn with_deny<'a>(mut self, lines: impl IntoIterator<Item = &'a str>) -> Self {
        self.deny = Names::read(lines);
        self
    }

    /// Lets `.test`, `.example`, `.invalid` and `.localhost` pass as domains, for test and demonstration deployments.
    #[must_use]
    pub fn allow_test_names(mut self, allowed: bool) -> Self {
        self.test_names = allowed;
        self
    }

    /// Puts an operator's list, one name a line, in the place of a built-in one.
    pub fn replace_list<'a>(&mut self, list: EmailList, lines: impl IntoIterator<Item = &'a str>) {
        let names = Names::read(lines);
        match list {
            EmailList::Disposable => self.disposable = names,
            EmailList::Personal => self.personal = names,
            EmailList::Relay => self.relays = names,
            EmailList::RoleWords => self.role_words = names,
        }
    }

    /// Whether a domain belongs to a provider of consumer, throw-away or forwarding mailboxes, so that no
    /// organisation can claim it. The domain is in the form of [`ascii_domain`].
    #[must_use]
    pub fn is_consumer_domain(&self, domain: &str) -> bool {
        !self.allow.covers(domain) && self.provider_class(domain).is_some()
    }

    fn provider_class(&self, domain: &str) -> Option<EmailClass> {
        if self.relays.covers(domain) {
            return Some(EmailClass::Relay);
        }
        if self.disposable.covers(domain) {
            return Some(EmailClass::Disposable);
        }
        let is_staff = || domain.split('.').next().is_some_and(|label| STAFF_LABELS.contains(&label));
        match self.personal.covering(domain) {
            Some(listed) if listed.len() < domain.len() && is_staff() => None,
            Some(_) => Some(EmailClass::Personal),
            None => (is_brand(domain) && !is_staff()).then_some(EmailClass::Personal),
        }
    }

    fn lists_address(names: &Names, address: &Address) -> bool {
        names.covers(&address.domain) || names.contains(&address.canonical)
    }
}

/// A mail brand under a country's ending or a general one: `hotmail.com.br`, `gmx.at`, `posteo.net`.
fn is_brand(domain: &str) -> bool {
    let Some((name, ending)) = registrable_domain(domain).and_then(|registered| registered.split_once('.'))
    else {
        return false;
    };
    let last = ending.rsplit('.').next().unwrap_or_default();
    (last.len() == 2 || matches!(ending, "com" | "net" | "org" | "biz" | "info" | "eu"))
        && BRANDS.contains(name)
}

/// Classifies what a person typed as an e-mail address. Takes any input of any length.
#[must_use]
pub fn check(rules: &EmailRules, input: &str) -> EmailVerdict {
    match address::parse(input, rules.test_names) {
        Ok(address) => {
            let (class, refusal) = classify(rules, &address);
            let refusals = refusal.map(|refusal| refusal.on("email")).into_iter().collect();
            EmailVerdict { class, address: Some(address), refusals }
        }
        Err(refusal) => {
            let refusal = meant_provider(input, &refusal).unwrap_or(refusal);
            EmailVerdict { class: EmailClass::Invalid, address: None, refusals: vec![refusal.on("email")] }
        }
    }
}

fn classify(rules: &EmailRules, address: &Address) -> (EmailClass, Option<Refusal>) {
    let about = |class, code: Code, subject: &str| (class, Some(Refusal::new(code).with("domain", subject)));
    if EmailRules::lists_address(&rules.allow, address) {
        return (EmailClass::Business, None);
    }
    if EmailRules::lists_address(&rules.deny, address) {
        return about(EmailClass::Invalid, Code::EmailDenied, &address.domain);
    }
    match rules.provider_class(&address.domain) {
        Some(EmailClass::Relay) => return about(EmailClass::Relay, Code::EmailRelay, &address.domain),
        Some(EmailClass::Disposable) => return (EmailClass::Disposable, Some(refuse_disposable(address))),
        Some(class) if slipped_ending(address).is_none() => {
            return about(class, Code::EmailPersonal, &address.domain);
        }
        _ => {}
    }
    if let Some(likeness) = lookalike::likeness(&address.registrable_domain) {
        return (
            EmailClass::Invalid,
            Some(refuse_likeness(&likeness, local_of(&address.as_entered), &address.domain)),
        );
    }
    if role::is_role(&rules.role_words, &address.local) {
        let refusal = Refusal::new(Code::EmailRole).with("local", address.local.as_str());
        return (EmailClass::Role, Some(refusal));
    }
    (EmailClass::Business, None)
}

/// Some throw-away domains wait for typing slips; the address that was meant is offered.
fn refuse_disposable(address: &Address) -> Refusal {
    let refusal = Refusal::new(Code::EmailDisposable).with("domain", address.domain.as_str());
    match lookalike::likeness(&address.registrable_domain) {
        Some(Likeness::Provider(meant)) => {
            refusal.suggest(format!("{}@{meant}", local_of(&address.as_entered)))
        }
        _ => refusal,
    }
}

/// `yahoo.cm` is a brand under a country's ending by its letters, and a slip by all experience.
fn slipped_ending(address: &Address) -> Option<Likeness> {
    let ending = address.registrable_domain.split_once('.')?.1;
    matches!(ending, "cm" | "co" | "om").then(|| lookalike::likeness(&address.registrable_domain))?
}

fn refuse_likeness(likeness: &Likeness, local: &str, domain: &str) -> Refusal {
    let shown = unicode_domain(domain);
    match likeness {
        Likeness::Provider(provider) => Refusal::new(Code::EmailLooksLike)
            .with("domain", shown)
            .with("provider", *provider)
            .suggest(format!("{local}@{provider}")),
        Likeness::Alphabets => Refusal::new(Code::EmailMixedAlphabets).with("domain", shown),
    }
}

/// For an ending that doesn't exist: the provider that was meant, as in `gmail.con`.
fn meant_provider(input: &str, refusal: &Refusal) -> Option<Refusal> {
    if refusal.code != Code::EmailUnknownEnding {
        return None;
    }
    let (local, domain) = input.trim().rsplit_once('@')?;
    let domain = ascii_domain(domain)?;
    let likeness = lookalike::likeness(&domain)?;
    Some(refuse_likeness(&likeness, local, &domain))
}

fn local_of(address: &str) -> &str {
    address.rsplit_once('@').map_or(address, |(local, _)| local)
}
