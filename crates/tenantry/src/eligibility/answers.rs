//! The answers as JSON: what was found out, then code, reason, remedy and suggestion of every refusal.

use model::eligibility::address::{self, AddressInput, FieldProposal};
use model::eligibility::email::{self, EmailClass, EmailRules};
use model::eligibility::password::{self, Strength};
use model::eligibility::western::{self, Source, Western};
use model::eligibility::{organization, tidy};
use model::refusal::{Code, Refusal};
use serde::Serialize;

use super::questions::{
    AddressQuestion, EmailQuestion, OrganizationQuestion, PasswordQuestion, TransliterateQuestion,
};
use crate::web::locale::Locale;

/// One answer. Its JSON is flat: the fields of `about`, then those of `findings`.
#[derive(Debug, Serialize)]
pub struct Answer {
    #[serde(flatten)]
    pub about: About,
    #[serde(flatten)]
    pub findings: Findings,
}

/// What was found out, by kind of question.
#[derive(Debug, Serialize)]
#[serde(untagged)]
pub enum About {
    Email {
        class: EmailClass,
        /// The form that addresses are compared in: lower case, without a plus tag.
        canonical: Option<String>,
    },
    Organization {
        verdict: Verdict,
        name: String,
        /// Where the name isn't in Western European characters.
        western: Option<Western>,
    },
    Address {
        verdict: Verdict,
        normalised: AddressInput,
        western: Vec<FieldProposal>,
    },
    Password {
        verdict: Verdict,
        strength: Strength,
    },
    Transliterate(Western),
    /// What couldn't be read as a question.
    Verdict {
        verdict: Verdict,
    },
}

/// May it be used?
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Verdict {
    Valid,
    Invalid,
}

/// A refusal or a warning in words.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Finding {
    pub field: Option<&'static str>,
    pub code: Code,
    pub reason: String,
    pub remedy: String,
    pub suggestion: Option<String>,
}

/// Everything refused and warned of. `code`, `reason`, `remedy` and `suggestion` are those of the first refusal.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Findings {
    pub code: Option<Code>,
    pub reason: Option<String>,
    pub remedy: Option<String>,
    pub suggestion: Option<String>,
    /// The reasons of all refusals.
    pub reasons: Vec<String>,
    pub problems: Vec<Finding>,
    pub warnings: Vec<Finding>,
}

impl Findings {
    #[must_use]
    pub fn of(locale: &Locale, refusals: &[Refusal], warnings: &[Refusal]) -> Self {
        let tell = |refusal: &Refusal| {
            let told = locale.refusal(refusal);
            let (reason, remedy) = (told.reason, told.remedy);
            Finding { field: refusal.field, code: refusal.code, reason, remedy, suggestion: told.suggestion }
        };
        let problems: Vec<Finding> = refusals.iter().map(tell).collect();
        let first = problems.first();
        Self {
            code: first.map(|problem| problem.code),
            reason: first.map(|problem| problem.reason.clone()),
            remedy: first.map(|problem| problem.remedy.clone()),
            suggestion: first.and_then(|problem| problem.suggestion.clone()),
            reasons: problems.iter().map(|problem| problem.reason.clone()).collect(),
            warnings: warnings.iter().map(tell).collect(),
            problems,
        }
    }
}

impl Answer {
    /// Whether anything was refused.
    #[must_use]
    pub fn is_refused(&self) -> bool {
        !self.findings.problems.is_empty()
    }
}

impl About {
    pub(super) fn no_address() -> Self {
        Self::Email { class: EmailClass::Invalid, canonical: None }
    }

    pub(super) fn no_text() -> Self {
        Self::Transliterate(Western {
            western: String::new(),
            alternatives: Vec::new(),
            source: Source::Unchanged,
        })
    }
}

impl Verdict {
    fn of(refusals: &[Refusal]) -> Self {
        if refusals.is_empty() { Self::Valid } else { Self::Invalid }
    }
}

fn given(text: &str) -> Option<&str> {
    Some(text.trim()).filter(|text| !text.is_empty())
}

pub(super) fn answer_email(rules: &EmailRules, locale: &Locale, question: &EmailQuestion) -> Answer {
    let verdict = email::check(rules, &question.email);
    let canonical = verdict.address.map(|address| address.canonical);
    Answer {
        about: About::Email { class: verdict.class, canonical },
        findings: Findings::of(locale, &verdict.refusals, &[]),
    }
}

pub(super) fn answer_organization(locale: &Locale, question: &OrganizationQuestion) -> Answer {
    let verdict = organization::check(&question.name);
    let western = (!western::is_western(&verdict.name))
        .then(|| western::propose(&verdict.name, given(&question.country), given(&question.lang)));
    let about =
        About::Organization { verdict: Verdict::of(&verdict.answer.refusals), name: verdict.name, western };
    Answer { about, findings: Findings::of(locale, &verdict.answer.refusals, &verdict.answer.warnings) }
}

pub(super) fn answer_address(locale: &Locale, question: &AddressQuestion) -> Answer {
    let mut verdict = address::check(&question.input());
    if !question.asks_for_street() {
        verdict.refusals.retain(|refusal| {
            (refusal.code, refusal.field) != (Code::FieldRequired, Some(address::Field::AddressLines.name()))
        });
    }
    let about = About::Address {
        verdict: Verdict::of(&verdict.refusals),
        normalised: verdict.normalised,
        western: verdict.western,
    };
    Answer { about, findings: Findings::of(locale, &verdict.refusals, &[]) }
}

pub(super) fn answer_password(product: &str, locale: &Locale, question: &PasswordQuestion) -> Answer {
    let names: Vec<&str> = question.names.iter().map(String::as_str).collect();
    let organizations: Vec<&str> = question.organizations.iter().map(String::as_str).collect();
    let context = password::Context {
        person: &names,
        organization: &organizations,
        product: &[product],
        ..Default::default()
    };
    let verdict = password::check(question.password.expose(), &context);
    let about =
        About::Password { verdict: Verdict::of(&verdict.answer.refusals), strength: verdict.strength };
    Answer { about, findings: Findings::of(locale, &verdict.answer.refusals, &verdict.answer.warnings) }
}

pub(super) fn answer_transliterate(locale: &Locale, question: &TransliterateQuestion) -> Answer {
    let refuse = |code| vec![Refusal::new(code).on("text")];
    let refusals = if question.text.trim().is_empty() {
        refuse(Code::FieldRequired)
    } else if question.text.chars().any(|character| character != '\n' && tidy::is_deceptive(character)) {
        refuse(Code::InputInvalid)
    } else {
        Vec::new()
    };
    let western = western::propose(&question.text, given(&question.country), given(&question.lang));
    Answer { about: About::Transliterate(western), findings: Findings::of(locale, &refusals, &[]) }
}
