//! Eligibility as the outside asks for it: one JSON question in, one JSON answer out.
//!
//! The rules themselves are pure functions in `model::eligibility`. This room puts them behind questions with names and
//! adds the words: code, reason, remedy and suggestion of each refusal in the asker's language. `tenantry check` and
//! `POST /v1.0/check/…` both ask a [`Judge`], and pages tell the same refusals through the same
//! [`Locale`](crate::web::locale::Locale), so the three can't disagree.

mod answers;
mod questions;
mod rules;

pub use answers::{About, Answer, Finding, Findings, Verdict};
pub(crate) use questions::begins_object;
pub use questions::{
    AddressQuestion, EmailQuestion, OrganizationQuestion, PasswordQuestion, TransliterateQuestion, Unreadable,
};
pub use rules::email_rules;

use answers::{answer_address, answer_email, answer_organization, answer_password, answer_transliterate};
use model::eligibility::email::EmailRules;
use model::refusal::{Code, Refusal};

use crate::web::locale::Locale;

/// What can be asked about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Email,
    Organization,
    Address,
    Password,
    Transliterate,
}

/// One question of any kind.
pub enum Question {
    Email(EmailQuestion),
    Organization(OrganizationQuestion),
    Address(Box<AddressQuestion>),
    Password(PasswordQuestion),
    Transliterate(TransliterateQuestion),
}

/// Answers questions by the rules of this deployment, in one language.
#[derive(Clone, Copy)]
pub struct Judge<'a> {
    pub rules: &'a EmailRules,
    pub locale: &'a Locale,
    /// The deployment's name, which no password may contain.
    pub product: &'a str,
}

impl Judge<'_> {
    #[must_use]
    pub fn answer(&self, question: &Question) -> Answer {
        match question {
            Question::Email(question) => answer_email(self.rules, self.locale, question),
            Question::Organization(question) => answer_organization(self.locale, question),
            Question::Address(question) => answer_address(self.locale, question),
            Question::Password(question) => answer_password(self.product, self.locale, question),
            Question::Transliterate(question) => answer_transliterate(self.locale, question),
        }
    }

    /// The answer to what can't be read as a question, shaped as every other answer of its kind.
    #[must_use]
    pub fn unreadable(&self, kind: Kind, code: Code) -> Answer {
        let about = match kind {
            Kind::Email => About::no_address(),
            Kind::Transliterate => About::no_text(),
            Kind::Organization | Kind::Address | Kind::Password => {
                About::Verdict { verdict: Verdict::Invalid }
            }
        };
        Answer { about, findings: Findings::of(self.locale, &[Refusal::new(code)], &[]) }
    }
}

#[cfg(test)]
mod tests;
