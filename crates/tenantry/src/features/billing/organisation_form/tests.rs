use model::refusal::Code;

use super::*;
use crate::web::locale::{Locale, Locales};

fn english() -> Locale {
    Locales::embedded().unwrap().english()
}

fn greek() -> Fields {
    Fields::new()
        .with("legal_name", "Ελληνικά Λιμάνια Α.Ε.")
        .with("country", "GR")
        .with("address_lines", "Ermou 12\r\n3rd floor")
        .with("city", "Αθήνα")
        .with("postal_code", "10557")
        .with("given_name", "Ana")
        .with("surname", "Torres")
        .with("phone", "210 1234567")
}

fn names(form: &OrganisationForm) -> Vec<Vec<&str>> {
    form.rows.iter().map(|row| row.iter().map(|field| field.name.as_str()).collect()).collect()
}

#[test]
fn each_country_has_its_own_fields_order_and_words() {
    let l = english();
    let form = |country| view(&l, &Fields::new().with("country", country), "/x");
    let germany = form("DE");
    assert_eq!(names(&germany), [vec!["address_lines"], vec!["postal_code", "city"]]);
    assert!(germany.rows[1][0].hint.contains("For example"));
    let us = form("us");
    assert_eq!(names(&us), [vec!["address_lines"], vec!["city", "region", "postal_code"]]);
    assert_eq!((us.rows[1][1].label.as_str(), us.rows[1][2].label.as_str()), ("State", "ZIP code"));
    assert!(us.rows[1][1].options.contains(&("US-CA".to_owned(), "California".to_owned())));
    let brazil = form("BR");
    assert!(brazil.registration_label.contains("CNPJ") && !brazil.registration_optional);
    let japan = form("JP");
    assert_eq!(names(&japan)[0], ["postal_code", "region"]);
    assert!(form("").rows.len() == 2 && form("ZZ").rows.len() == 2);
}

#[test]
fn countries_stand_by_name() {
    let countries = view(&english(), &Fields::new(), "/x").countries;
    let names: Vec<_> = countries.iter().map(|(_, name)| name.as_str()).collect();
    assert_eq!(&names[1..4], ["Afghanistan", "Åland Islands", "Albania"]);
    assert_eq!(countries.len(), 251);
}

#[test]
fn western_forms_are_proposed_kept_and_dropped_when_stale() {
    let mut fields = greek();
    assert_eq!(take(&mut fields, "ana@contoso.com"), None);
    assert!(!fields.is_refused() && status(&fields) == StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(fields.value("city_western"), "Athens");
    let form = view(&english(), &fields, "/x");
    assert!(form.proposed && form.asks("city_western") && form.asks("legal_name_western"));
    assert!(!form.asks("address_lines_western"));

    let mut sent = greek()
        .with("legal_name_western", fields.value("legal_name_western"))
        .with("city_western", "Athens")
        .with("city_western_of", "Αθήνα");
    let organisation = take(&mut sent, "ana@contoso.com").unwrap();
    assert_eq!(organisation.address.western_city, "Athens");
    assert_eq!(input(&fields_from(&organisation)).city_western, "Athens");
    let again = take(&mut fields_from(&organisation), "ana@contoso.com").unwrap();
    assert_eq!(again, organisation);

    let mut moved = sent.with("city", "Πάτρα").with("postal_code", "26221");
    assert_eq!(take(&mut moved, "ana@contoso.com"), None);
    // Proposed anew: the form of the other city is gone.
    assert!(moved.value("city_western").starts_with("P"), "{}", moved.value("city_western"));
}

#[test]
fn refusals_stand_beside_their_fields() {
    let mut fields =
        greek().with("postal_code", "1").with("website", "javascript:alert(1)").with("given_name", "");
    assert_eq!(take(&mut fields, "ana@contoso.com"), None);
    assert_eq!(fields.refusal("website").unwrap().code, Code::WebsiteInvalid);
    assert!(["postal_code", "given_name"].iter().all(|name| fields.refusal(name).is_some()));
    assert!(fields.refusals().iter().all(|refusal| refusal.field.is_some()));
}
