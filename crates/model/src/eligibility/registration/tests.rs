use proptest::prelude::*;

use super::*;

const DATA: &str = include_str!("../../../data/registration/kinds.tsv");

fn refused(country: &str, number: &str) -> Option<Code> {
    check(country, number).answer.refusals.first().map(|refusal| refusal.code)
}

#[test]
fn every_line_of_the_data_is_read_and_accepts_its_sample() {
    for line in DATA.lines().filter(|line| !line.starts_with('#')) {
        let (country, kind) = kind::read(line).unwrap_or_else(|| panic!("not read: {line}"));
        assert!(matches!(kind.find(kind.sample), Finding::Valid { .. }), "{line}");
        let same = kinds(country).iter().all(|other| other.required == kind.required);
        assert!(same, "{country} both requires a number and doesn't");
    }
}

#[test]
fn the_countries_of_the_required_list_require_one() {
    let required = "AE AM AZ BR BY HU IN IQ KG KZ MD MM PL RU SA SS TH TJ TR UA UZ VE VN ZA";
    for country in required.split(' ') {
        assert!(is_required(country), "{country}");
        assert_eq!(refused(country, " "), Some(Code::RegistrationRequired), "{country}");
    }
    for country in ["DE", "US", "GB", "JP", "CN", "LI", "ZZ", ""] {
        assert!(!is_required(country), "{country}");
        assert!(check(country, "").answer.valid, "{country}");
    }
}

#[test]
fn several_kinds_and_writings_are_accepted_and_normalised() {
    for (country, writing, number, kind) in [
        ("BR", "12.345.678/0001-95", "12345678000195", "CNPJ"),
        ("br", "12345678000195", "12345678000195", "CNPJ"),
        ("BR", "123.456.789-09", "12345678909", "CPF"),
        ("PL", "PL 526-123-45-67", "5261234567", "NIP"),
        ("PL", "0000123456", "0000123456", "KRS"),
        ("HU", "12345676-2-41", "12345676241", "Adószám"),
        ("HU", "HU12345676", "12345676", "Közösségi adószám"),
        ("KZ", "120340001230", "120340001230", "BIN/IIN"),
        ("RU", "7701234560", "7701234560", "INN"),
        ("RU", "1027700123450", "1027700123450", "OGRN"),
        ("ZA", "2012/123456/07", "201212345607", "Company registration number"),
        ("VE", "j-12345678-4", "J123456784", "RIF"),
        ("DE", "DE 123 456 788", "123456788", "USt-IdNr."),
        ("DE", "hrb 12345", "HRB12345", "Handelsregisternummer"),
        ("GB", "sc123456", "SC123456", "Company number"),
        ("AZ", "123 456 7801", "1234567801", "VÖEN"),
        ("MX", "ñ&m 120101-ab0", "Ñ&M120101AB0", "RFC"),
        ("US", "12-3456789", "123456789", "EIN"),
        ("SA", "301234567800003", "301234567800003", "VAT number"),
    ] {
        let verdict = check(country, writing);
        assert_eq!(verdict.number.as_deref(), Some(number), "{writing}: {:?}", verdict.answer.refusals);
        assert_eq!(verdict.kind, Some(kind), "{writing}");
    }
}

#[test]
fn a_slip_of_one_digit_is_told_apart_from_another_number() {
    for (country, number) in [
        ("BR", "12.345.678/0001-96"),
        ("RU", "7701234561"),
        ("RU", "1027700123451"),
        ("KZ", "120340001231"),
        ("HU", "12345675-2-41"),
        ("TR", "1234567891"),
        ("AZ", "1234567811"),
        ("UA", "32123456"),
        ("DE", "DE123456789"),
        ("FR", "123456789"),
        ("IT", "01234560158"),
        ("ES", "B12345675"),
        ("NZ", "9429123456785"),
    ] {
        assert_eq!(refused(country, number), Some(Code::RegistrationChecksum), "{country} {number}");
    }
    for (country, number) in
        [("BR", "1234"), ("SA", "101"), ("AE", "200123456700003"), ("IN", "12345"), ("MD", "x")]
    {
        assert_eq!(refused(country, number), Some(Code::RegistrationFormat), "{country} {number}");
    }
}

#[test]
fn countries_without_data_keep_what_looks_like_a_number() {
    assert_eq!(check("LI", "FL-0002.123.456-7").number.as_deref(), Some("FL00021234567"));
    assert_eq!(refused("LI", "none"), Some(Code::InputInvalid));
    assert_eq!(refused("LI", "1<b>2"), Some(Code::InputInvalid));
    assert_eq!(refused("LI", "1\u{0}2"), Some(Code::InputInvalid));
    assert_eq!(refused("DE", &"1".repeat(1 << 20)), Some(Code::FieldTooLong));
}

#[test]
fn forms_name_the_number_as_people_there_do() {
    assert_eq!(labels("BR").as_deref(), Some("CNPJ, CPF"));
    assert_eq!(labels("us").as_deref(), Some("EIN"));
    assert_eq!(labels("ZZ"), None);
}

proptest! {
    #[test]
    fn any_text_has_an_answer_and_a_stable_form(
        line in 0_usize..113, text in "(?s).{0,70}|[0-9A-Z ./-]{0,24}|[٠-٩０-９]{8,14}"
    ) {
        let line = DATA.lines().nth(line + 1).expect("as many lines as the range");
        let verdict = check(&line[..2], &text);
        if let (Some(number), Some(_)) = (&verdict.number, verdict.kind) {
            prop_assert!(number.is_ascii() || ["BY", "MX"].contains(&&line[..2]), "{}", number);
            prop_assert_eq!(&check(&line[..2], number).number, &verdict.number);
        }
    }
}
