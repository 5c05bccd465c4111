//! The form of a person: what stands in it, and what is read from it.

use model::eligibility::email::{self, EmailRules};
use model::eligibility::organization::check_person;
use model::eligibility::username;
use model::refusal::Refusal;

use crate::app::App;
use crate::features::directory::ops::create::{ContactEmail, SignInName};
use crate::features::directory::ops::lookup::Person;
use crate::features::directory::ops::update::Profile;
use crate::web::forms::Fields;

/// The form filled with what is stored.
pub(super) fn filled(person: &Person) -> Fields {
    let contact = person.contact.as_ref().map_or("", |email| &email.address);
    Fields::new()
        .with("username", &person.user_name)
        .with("domain", &person.domain_name)
        .with("displayName", &person.display_name)
        .with("givenName", person.given_name.clone().unwrap_or_default())
        .with("surname", person.surname.clone().unwrap_or_default())
        .with("contactEmail", contact)
}

/// Reads and checks the form; what is refused is put beside its field.
pub(super) fn read(app: &App, fields: &mut Fields) -> Option<Profile> {
    let domain = fields.value("domain").to_owned();
    let name = username::check(fields.value("username"), &domain);
    let mut refusals = name.answer.refusals.clone();
    let given_name = person_name(fields.value("givenName"), "givenName", &mut refusals);
    let surname = person_name(fields.value("surname"), "surname", &mut refusals);
    let joined = [given_name.clone(), surname.clone()].into_iter().flatten().collect::<Vec<_>>().join(" ");
    let typed = fields.value("displayName");
    let shown = username::check_display_name(if typed.trim().is_empty() { &joined } else { typed });
    refusals.extend(shown.answer.refusals.iter().cloned().map(|refusal| refusal.on("displayName")));
    let contact = contact(app, fields.value("contactEmail"), &mut refusals);
    if !refusals.is_empty() {
        fields.refuse_all(refusals);
        return None;
    }
    let name = SignInName::new(&name.canonical, &domain);
    Some(Profile { name, display_name: shown.name, given_name, surname, contact })
}

fn person_name(typed: &str, field: &'static str, refusals: &mut Vec<Refusal>) -> Option<String> {
    if typed.trim().is_empty() {
        return None;
    }
    let verdict = check_person(typed, field);
    refusals.extend(verdict.answer.refusals);
    Some(verdict.name)
}

// Any mailbox that receives mail will do to write to somebody: a private one too.
fn contact(app: &App, typed: &str, refusals: &mut Vec<Refusal>) -> Option<ContactEmail> {
    if typed.trim().is_empty() {
        return None;
    }
    let rules = EmailRules::built_in().allow_test_names(app.config.sign_up.allow_test_names);
    let verdict = email::check(&rules, typed);
    match verdict.address {
        Some(address) => Some(ContactEmail { address: address.as_entered, canonical: address.canonical }),
        None => {
            refusals.extend(verdict.refusals.into_iter().map(|refusal| refusal.on("contactEmail")));
            None
        }
    }
}
