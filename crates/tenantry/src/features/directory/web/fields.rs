//! The form of a person: what stands in it, and what is read from it.

use model::eligibility::username;
use model::refusal::Refusal;

use crate::app::App;
use crate::features::directory::ops::create::SignInName;
use crate::features::directory::ops::entered::{contact_email, person_name};
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
    let given_name = given(person_name(fields.value("givenName"), "givenName"), &mut refusals);
    let surname = given(person_name(fields.value("surname"), "surname"), &mut refusals);
    let joined = [given_name.clone(), surname.clone()].into_iter().flatten().collect::<Vec<_>>().join(" ");
    let typed = fields.value("displayName");
    let shown = username::check_display_name(if typed.trim().is_empty() { &joined } else { typed });
    refusals.extend(shown.answer.refusals.iter().cloned().map(|refusal| refusal.on("displayName")));
    let contact = given(contact_email(app, fields.value("contactEmail"), "contactEmail"), &mut refusals);
    if !refusals.is_empty() {
        fields.refuse_all(refusals);
        return None;
    }
    let name = SignInName::new(&name.canonical, &domain);
    Some(Profile { name, display_name: shown.name, given_name, surname, contact })
}

fn given<T>(read: Result<Option<T>, Vec<Refusal>>, refusals: &mut Vec<Refusal>) -> Option<T> {
    read.unwrap_or_else(|found| {
        refusals.extend(found);
        None
    })
}
