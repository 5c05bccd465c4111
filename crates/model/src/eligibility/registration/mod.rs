//! Tax and registration numbers by country.
//!
//! A country knows several kinds, and one is enough. Which kinds, how people there call them and how each is checked
//! is `data/registration/kinds.tsv`; the checks themselves are `stdnum`'s, or a shape with a check digit of our own.

mod kind;

pub use kind::Kind;
use serde::Serialize;

use self::kind::Finding;
use super::answer::Answer;
use super::tidy;
use crate::refusal::{Code, Refusal};

/// Characters of a number as entered, at most.
pub const MAX_INPUT: usize = 64;
const FIELD: &str = "registrationId";

/// Whether this is a number of that country.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct RegistrationVerdict {
    /// Without separators and in upper case; none when nothing was entered or it was refused.
    pub number: Option<String>,
    /// As official documents write it.
    pub display: Option<String>,
    /// The label of the kind that it is; none in countries without data.
    pub kind: Option<&'static str>,
    #[serde(flatten)]
    pub answer: Answer,
}

/// Whether sign-up in this country (ISO 3166-1 alpha-2) asks for a number.
#[must_use]
pub fn is_required(country: &str) -> bool {
    kinds(country).iter().any(|kind| kind.required)
}

/// The kinds that this country accepts, the most usual first; empty where there is no data.
#[must_use]
pub fn kinds(country: &str) -> &'static [Kind] {
    kind::of_country(country)
}

/// What the form calls the number, for example "CNPJ, CPF"; none where there is no data.
#[must_use]
pub fn labels(country: &str) -> Option<String> {
    let labels: Vec<&str> = kinds(country).iter().map(|kind| kind.label).collect();
    (!labels.is_empty()).then(|| labels.join(", "))
}

/// Checks a number as entered; an empty one passes where none is required.
#[must_use]
pub fn check(country: &str, number: &str) -> RegistrationVerdict {
    let mut verdict =
        RegistrationVerdict { number: None, display: None, kind: None, answer: Answer::default() };
    match tidy::line(number, FIELD, MAX_INPUT) {
        Ok(number) => match_kinds(country, &number, &mut verdict),
        Err(refusal) if refusal.code == Code::FieldRequired => {
            if let Some(labels) = labels(country).filter(|_| is_required(country)) {
                verdict
                    .answer
                    .refuse(Refusal::new(Code::RegistrationRequired).on(FIELD).with("labels", labels));
            }
        }
        Err(refusal) => verdict.answer.refuse(refusal),
    }
    verdict
}

fn match_kinds(country: &str, number: &str, verdict: &mut RegistrationVerdict) {
    let kinds = kinds(country);
    let mut mistyped = None;
    for kind in kinds {
        match kind.find(number) {
            Finding::Valid { number, display } => {
                verdict.number = Some(number);
                verdict.display = Some(display);
                verdict.kind = Some(kind.label);
                return;
            }
            Finding::WrongCheckDigit => mistyped = mistyped.or(Some(kind)),
            Finding::Other => {}
        }
    }
    let refusal = match (mistyped, kinds.first()) {
        (Some(kind), _) => Refusal::new(Code::RegistrationChecksum).with("label", kind.label),
        (None, Some(kind)) => Refusal::new(Code::RegistrationFormat)
            .with("labels", labels(country).unwrap_or_default())
            .with("sample", kind.sample),
        (None, None) => return keep_unknown(number, verdict),
    };
    verdict.answer.refuse(refusal.on(FIELD));
}

/// Without data for the country, whatever has a digit and only usual characters is kept for the verifier.
fn keep_unknown(number: &str, verdict: &mut RegistrationVerdict) {
    let usual = |character: char| character.is_alphanumeric() || " .-/&()".contains(character);
    if number.chars().any(char::is_numeric) && number.chars().all(usual) {
        verdict.number = Some(kind::compact(number));
        verdict.display = Some(number.to_owned());
    } else {
        verdict.answer.refuse(Refusal::new(Code::InputInvalid).on(FIELD));
    }
}

#[cfg(test)]
mod tests;
