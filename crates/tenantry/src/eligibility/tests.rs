use proptest::prelude::*;
use serde_json::Value;

use super::*;
use crate::web::locale::Locales;

const KINDS: [Kind; 5] =
    [Kind::Email, Kind::Organization, Kind::Address, Kind::Password, Kind::Transliterate];

fn ask(kind: Kind, question: &[u8]) -> Value {
    let rules = EmailRules::built_in();
    let locale = Locales::embedded().unwrap().english();
    let judge = Judge { rules: &rules, locale: &locale, product: "Tenantry" };
    let answer = match Question::from_json(kind, question) {
        Ok(question) => judge.answer(&question),
        Err(Unreadable) => judge.unreadable(kind, Code::InputInvalid),
    };
    serde_json::to_value(answer).unwrap()
}

#[test]
fn an_answer_says_what_it_is_and_what_to_do_instead() {
    let answer = ask(Kind::Email, br#"{"email": "Ana.Torres@gmail.com", "note": 1}"#);
    assert_eq!(answer["class"], "personal");
    assert_eq!(answer["canonical"], "ana.torres@gmail.com");
    assert_eq!(answer["code"], "email-personal");
    assert_eq!(answer["reason"], answer["reasons"][0]);
    assert!(answer["reason"].as_str().unwrap().contains("gmail.com"));
    assert!(!answer["remedy"].as_str().unwrap().is_empty());
    assert_eq!(answer["problems"][0]["field"], "email");
    let fine = ask(Kind::Email, br#"{"email": "ana@contoso.com"}"#);
    assert_eq!((&fine["class"], &fine["code"]), (&Value::from("business"), &Value::Null));
}

#[test]
fn an_address_without_a_street_is_asked_about_its_place_alone() {
    let place = r#""country": "DE", "postal_code": "10117", "region": "", "city": "Berlin""#;
    assert_eq!(ask(Kind::Address, format!("{{{place}}}").as_bytes())["verdict"], "valid");
    let with_street = ask(Kind::Address, format!(r#"{{{place}, "address_lines": []}}"#).as_bytes());
    assert_eq!(with_street["verdict"], "invalid");
    assert_eq!(with_street["problems"][0]["field"], "address_lines");
    let numbered = ask(Kind::Address, format!(r#"{{{place}, "address_line1": "Ufer 1"}}"#).as_bytes());
    assert_eq!(numbered["verdict"], "valid");
    let wrong = ask(Kind::Address, br#"{"country": "DE", "postal_code": "1011", "city": "Berlin"}"#);
    assert_eq!(
        (&wrong["verdict"], &wrong["code"]),
        (&"invalid".into(), &"address-postal-code-invalid".into())
    );
}

#[test]
fn names_and_places_get_a_western_form() {
    let city = ask(Kind::Transliterate, r#"{"text": "Αθήνα", "country": "GR", "lang": null}"#.as_bytes());
    assert_eq!(city["western"], "Athens");
    let company = ask(Kind::Organization, r#"{"name": "ООО Ромашка", "country": "RU"}"#.as_bytes());
    assert_eq!(company["verdict"], "valid");
    assert!(company["western"]["western"].as_str().unwrap().is_ascii());
    assert_eq!(ask(Kind::Organization, br#"{"name": "GmbH"}"#)["verdict"], "invalid");
    assert_eq!(ask(Kind::Transliterate, b"{}")["code"], "field-required");
}

#[test]
fn a_password_is_judged_with_its_names_and_never_told() {
    let answer =
        ask(Kind::Password, br#"{"password": "Fabrikam-orchard-9", "organizations": ["Fabrikam Ltd"]}"#);
    assert_eq!(answer["code"], "password-contains-organization");
    assert!(!answer.to_string().contains("orchard"));
    let product = ask(Kind::Password, br#"{"password": "lively Tenantry orchard"}"#);
    assert_eq!(product["code"], "password-contains-organization");
    let good = ask(Kind::Password, br#"{"password": "lively brass orchard 71"}"#);
    assert_eq!((&good["verdict"], &good["strength"]["level"]), (&"valid".into(), &4.into()));
}

#[test]
fn what_is_no_question_gets_the_same_fields() {
    for kind in KINDS {
        let fields = |answer: Value| answer.as_object().unwrap().keys().cloned().collect::<Vec<_>>();
        for broken in [
            "",
            "null",
            "[\"ana@contoso.com\"]",
            "{",
            "{\"email\": 1, \"name\": 1, \"text\": 1, \"country\": 1, \"password\": 1}",
        ] {
            let answer = ask(kind, broken.as_bytes());
            assert_eq!(answer["code"], "input-invalid", "{kind:?} {broken}");
            assert!(fields(answer).contains(&"problems".to_owned()));
        }
    }
    assert_eq!(ask(Kind::Email, b"x")["class"], "invalid");
    assert_eq!(ask(Kind::Address, b"x")["verdict"], "invalid");
    assert_eq!(ask(Kind::Transliterate, b"x")["western"], "");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn any_bytes_are_answered(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        for kind in KINDS {
            prop_assert!(ask(kind, &bytes).is_object());
        }
    }

    #[test]
    fn any_text_in_any_field_is_answered(text in "(?s).{0,60}", country in "(?s).{0,3}|GR|JP|US") {
        let question = serde_json::json!({
            "email": text, "name": text, "text": text, "password": text, "city": text, "region": text,
            "postal_code": text, "address_lines": [text], "names": [text], "organizations": [text],
            "country": country, "lang": country,
        });
        for kind in KINDS {
            let answer = ask(kind, question.to_string().as_bytes());
            let problems = answer["problems"].as_array().unwrap();
            prop_assert_eq!(answer["code"].is_null(), problems.is_empty());
            for problem in problems {
                prop_assert!(!problem["reason"].as_str().unwrap().is_empty());
                prop_assert!(!problem["remedy"].as_str().unwrap().is_empty());
            }
        }
    }
}
