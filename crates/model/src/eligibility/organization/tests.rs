use proptest::prelude::*;

use super::*;

fn refusal(name: &str) -> Option<Code> {
    check(name).answer.refusals.first().map(|refusal| refusal.code)
}

fn warnings(name: &str) -> Vec<Code> {
    let verdict = check(name);
    assert!(verdict.answer.valid, "{name}");
    verdict.answer.warnings.iter().map(|warning| warning.code).collect()
}

#[test]
fn what_no_register_has_is_refused() {
    for (name, code) in [
        ("", Code::FieldRequired),
        (" \t ", Code::FieldRequired),
        ("\u{3000}", Code::FieldRequired),
        ("A", Code::OrganizationNameOneCharacter),
        (" 東 ", Code::OrganizationNameOneCharacter),
        ("---", Code::OrganizationNameOnlySymbols),
        ("& . !", Code::OrganizationNameOnlySymbols),
        ("€€€", Code::OrganizationNameOnlySymbols),
        ("<b>Contoso</b>", Code::OrganizationNameMarkup),
        ("Contoso &lt;", Code::OrganizationNameMarkup),
        ("<script", Code::OrganizationNameMarkup),
        ("Conto\0so", Code::InputInvalid),
        ("Contoso\nGmbH", Code::InputInvalid),
        ("Contoso \u{202E}moc", Code::InputInvalid),
        ("Con\u{200B}toso", Code::InputInvalid),
    ] {
        assert_eq!(refusal(name), Some(code), "{name:?}");
    }
}

#[test]
fn a_legal_form_alone_is_refused_in_any_writing() {
    for name in [
        "llc",
        "L.L.C.",
        "Inc.",
        "LTD",
        "G.m.b.H.",
        "GmbH & Co. KG",
        "gmbh & co kg",
        "Pty Ltd",
        "(Pty) Ltd",
        "plc",
        "S.à r.l.",
        "SARL",
        "Kft.",
        "Zrt",
        "ООО",
        "OOO",
        "Sdn. Bhd.",
        "W.L.L.",
        "Lda",
        "Corp",
        "Limited",
        "Co., Ltd.",
        "株式会社",
        "有限公司",
        "sp. z o.o.",
        "Sp. z o. o.",
        "A.Ş.",
        "S.p.A.",
        "Ltd Ltd",
        "Company Limited",
        "ТОВ",
        "А.Е.",
        "Aktiengesellschaft",
        "주식회사",
        "ש.מ",
        "d.o.o.",
        "Pvt. Ltd.",
        "B.V.",
        "A/S",
    ] {
        let code = refusal(name);
        // Two writings that only look like a form: Cyrillic letters for a Greek form, and none at all in Hebrew.
        if matches!(name, "А.Е." | "ש.מ") {
            assert_eq!(code, None, "{name}");
        } else {
            assert_eq!(code, Some(Code::OrganizationNameOnlyLegalForm), "{name}");
        }
    }
}

#[test]
fn real_names_are_accepted_without_a_word() {
    for name in [
        "Contoso GmbH",
        "SAS AB",
        "3M",
        "AT&T Inc.",
        "C&A",
        "Ö1",
        "トヨタ自動車株式会社",
        "Яндекс",
        "Muller & Co.KG",
        "S.T. Dupont S.A.",
        "Müller & Söhne oHG",
        "H & M",
        "شركة الاتصالات السعودية",
        "Smith (UK) Ltd",
        "E.ON SE",
        "Yahoo!",
        "Limited Brands",
        "7-Eleven",
        "X5",
        "ABC Co.Ltd",
        "P&G; Q",
        "Dr. Oetker",
        "a < b Ltd",
    ] {
        assert_eq!(warnings(name), [], "{name}");
    }
}

#[test]
fn unlikely_names_are_told_and_allowed() {
    for name in ["Booking.com", "contoso.co.uk Ltd", "Check24.de GmbH", "www.contoso.org"] {
        assert_eq!(warnings(name), [Code::OrganizationNameWebAddress], "{name}");
    }
    assert_eq!(warnings("999"), [Code::OrganizationNameRepeated]);
    assert_eq!(warnings("aaaa"), [Code::OrganizationNameRepeated]);
    assert_eq!(warnings("1 2 3"), [Code::OrganizationNameSpelledOut]);
    assert_eq!(warnings("A B C"), [Code::OrganizationNameSpelledOut]);
    assert_eq!(warnings("9 9 9"), [Code::OrganizationNameRepeated, Code::OrganizationNameSpelledOut]);
}

#[test]
fn the_name_is_kept_composed_and_single_spaced() {
    assert_eq!(check("  Cafe\u{301}   Noir \t GmbH ").name, "Café Noir GmbH");
    assert_eq!(check("\u{3000}東京\u{3000}商会\u{3000}").name, "東京 商会");
}

#[test]
fn length_is_counted_in_characters_after_tidying() {
    assert!(check(&format!(" {} ", "ü".repeat(256))).answer.valid);
    assert!(check(&"u\u{308}".repeat(256)).answer.valid);
    assert_eq!(refusal(&"ü".repeat(257)), Some(Code::FieldTooLong));
    assert_eq!(refusal(&"a".repeat(1 << 20)), Some(Code::FieldTooLong));
    assert_eq!(refusal(&"\u{300}".repeat(1 << 19)), Some(Code::FieldTooLong));
}

#[test]
fn legal_forms_are_stripped_from_names() {
    for (name, stripped) in [
        ("Contoso GmbH", "Contoso"),
        ("Contoso GmbH & Co. KG", "Contoso"),
        ("Contoso (Pty) Ltd", "Contoso"),
        ("Contoso, Inc.", "Contoso"),
        ("AB Volvo", "Volvo"),
        ("ООО Ромашка", "Ромашка"),
        ("トヨタ自動車株式会社", "トヨタ自動車"),
        ("株式会社日立製作所", "日立製作所"),
        ("华为技术有限公司", "华为技术"),
        ("Muster sp. z o.o.", "Muster"),
        ("Limited Brands Inc", "Limited Brands"),
        ("SAS AB", "SAS AB"),
        ("GmbH", "GmbH"),
        ("Contoso", "Contoso"),
    ] {
        assert_eq!(legal_form::strip(name), stripped, "{name}");
    }
}

#[test]
fn every_country_of_the_data_has_its_bit() {
    let data = include_str!("../../../data/organization/legal-forms.txt");
    let lines: Vec<&str> = data.lines().filter(|line| !line.starts_with('#')).collect();
    assert!(lines.len() <= 128, "a country more than the bits that tell them apart");
    for line in lines {
        let (country, forms) = line.split_once('\t').expect("country, tab, forms");
        assert!(country.len() == 2 && country.chars().all(|c| c.is_ascii_uppercase()), "{line}");
        assert!(forms.split('|').all(|form| !form.trim().is_empty()), "{line}");
    }
}

#[test]
fn names_of_people_have_more_than_an_initial() {
    let refusal =
        |name: &str| check_person(name, "firstName").answer.refusals.first().map(|refusal| refusal.code);
    for name in [
        "Jane",
        "Li",
        "李",
        "김",
        "Ng",
        "Ø.N.",
        "José María",
        "O’Neil",
        "van der Berg",
        "あ",
        "ဦ",
        "Sammy Jr. 3rd",
    ] {
        assert_eq!(refusal(name), None, "{name}");
    }
    for name in ["J", "J.", "Ж", "é", "e\u{301}", "Ω"] {
        assert_eq!(refusal(name), Some(Code::PersonNameOneCharacter), "{name}");
    }
    for name in ["42", "--", "jane@contoso.com", "Win at https://x.example", "WWW.x.example", "<i>Jane</i>"] {
        assert_eq!(refusal(name), Some(Code::PersonNameCharacters), "{name}");
    }
    assert_eq!(refusal(&"é".repeat(64)), None);
    assert_eq!(refusal(&"é".repeat(65)), Some(Code::FieldTooLong));
    assert_eq!(check_person("", "lastName").answer.refusals[0].field, Some("lastName"));
}

#[test]
fn the_answer_has_the_same_fields_everywhere() {
    let json = serde_json::to_value(check("Booking.com")).expect("serialises");
    assert_eq!(json["name"], "Booking.com");
    assert_eq!(json["class"], "warned");
    assert_eq!(json["valid"], true);
    assert_eq!(json["warnings"][0]["code"], "organization-name-web-address");
    assert_eq!(json["refusals"], serde_json::json!([]));
    assert_eq!(json["suggestions"], serde_json::json!([]));
}

proptest! {
    #[test]
    fn any_text_has_an_answer_and_a_stable_form(text in "\\PC{0,300}|(?s).{0,300}") {
        let verdict = check(&text);
        prop_assert_eq!(verdict.answer.valid, verdict.answer.refusals.is_empty());
        if verdict.answer.valid {
            prop_assert_eq!(&check(&verdict.name), &verdict);
        }
        let person = check_person(&text, "firstName");
        if person.answer.valid {
            prop_assert_eq!(&check_person(&person.name, "firstName"), &person);
        }
        let stripped = legal_form::strip(&verdict.name);
        prop_assert!(verdict.name.is_empty() || !stripped.is_empty());
    }
}
