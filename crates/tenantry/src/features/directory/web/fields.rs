//! The form of a person: what stands in it, and what is read from it.

use model::eligibility::username;
use model::properties::{Properties, TextProperty};
use model::refusal::Refusal;

use crate::app::App;
use crate::features::directory::ops::create::SignInName;
use crate::features::directory::ops::directory_user::UserChange;
use crate::features::directory::ops::entered::{contact_email, person_name};
use crate::features::directory::ops::lookup::Person;
use crate::features::directory::ops::update::Profile;
use crate::graph::Property;
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

/// What the edit form has beside names and address.
const TEXTS: [&str; 12] = [
    "jobTitle",
    "department",
    "companyName",
    "employeeId",
    "officeLocation",
    "streetAddress",
    "city",
    "state",
    "postalCode",
    "country",
    "mobilePhone",
    "usageLocation",
];

/// The form with what is stored of the texts.
pub(super) fn with_texts(fields: Fields, properties: &Properties) -> Fields {
    TEXTS.iter().fold(fields, |fields, name| fields.with(name, properties.text(name).unwrap_or_default()))
}

/// Reads the texts; one that is left empty is taken away, one that isn't sent stays.
pub(super) fn texts(fields: &mut Fields) -> Option<Vec<(TextProperty, Option<String>)>> {
    let (mut texts, mut refusals) = (Vec::new(), Vec::new());
    for property in TEXTS.iter().filter_map(|name| TextProperty::named(name)) {
        if !fields.has(property.name) {
            continue;
        }
        match fields.value(property.name).trim() {
            "" => texts.push((property, None)),
            value => match property.check(value) {
                Ok(value) => texts.push((property, Some(value))),
                Err(refusal) => refusals.push(refusal),
            },
        }
    }
    let good = refusals.is_empty();
    fields.refuse_all(refusals);
    good.then_some(texts)
}

/// The change that a whole form asks for.
pub(super) fn change(profile: Profile, texts: Vec<(TextProperty, Option<String>)>) -> UserChange {
    fn said<T>(value: Option<T>) -> Property<T> {
        value.map_or(Property::Null, Property::Is)
    }
    UserChange {
        name: Some(profile.name),
        display_name: Some(profile.display_name),
        given_name: said(profile.given_name),
        surname: said(profile.surname),
        contact: said(profile.contact),
        texts,
        ..UserChange::default()
    }
}

fn given<T>(read: Result<Option<T>, Vec<Refusal>>, refusals: &mut Vec<Refusal>) -> Option<T> {
    read.unwrap_or_else(|found| {
        refusals.extend(found);
        None
    })
}
