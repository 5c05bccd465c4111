//! What people and programs enter of a person, checked alike.

use model::eligibility::email::{self, EmailRules};
use model::eligibility::organization::check_person;
use model::refusal::Refusal;

use super::create::ContactEmail;
use crate::app::App;

/// A given name or surname; `None` where nothing was entered.
///
/// # Errors
/// Every refusal, on `field`.
pub fn person_name(entered: &str, field: &'static str) -> Result<Option<String>, Vec<Refusal>> {
    if entered.trim().is_empty() {
        return Ok(None);
    }
    let verdict = check_person(entered, field);
    if verdict.answer.refusals.is_empty() { Ok(Some(verdict.name)) } else { Err(verdict.answer.refusals) }
}

/// Where somebody is written to. Any mailbox that receives mail will do: a private one too.
///
/// # Errors
/// Every refusal, on `field`.
pub fn contact_email(
    app: &App,
    entered: &str,
    field: &'static str,
) -> Result<Option<ContactEmail>, Vec<Refusal>> {
    if entered.trim().is_empty() {
        return Ok(None);
    }
    let rules = EmailRules::built_in().allow_test_names(app.config.sign_up.allow_test_names);
    let verdict = email::check(&rules, entered);
    match verdict.address {
        Some(address) => Ok(Some(ContactEmail { address: address.as_entered, canonical: address.canonical })),
        None => Err(verdict.refusals.into_iter().map(|refusal| refusal.on(field)).collect()),
    }
}
