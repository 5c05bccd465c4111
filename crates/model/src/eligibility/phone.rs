//! Phone numbers: any usual writing in, E.164 out, an extension kept apart.
//!
//! The numbering plans are those of libphonenumber through `rlibphonenumber`: beside `phonenumber` it adds 1 MB less to
//! the binary and answers its first question in 22 ms instead of 71 ms, at 1.5 MB more memory and the same verdicts.

use rlibphonenumber::{
    NumberLengthType, PHONE_NUMBER_UTIL, ParseError, PhoneNumber, PhoneNumberFormat, Region, ValidationError,
};
use serde::Serialize;

use super::answer::Answer;
use super::tidy;
use crate::refusal::{Code, Refusal};

/// Characters of a number as entered, at most.
pub const MAX_INPUT: usize = 64;
const FIELD: &str = "phone";

/// Whether this is a number that can be called.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct PhoneVerdict {
    /// E.164: a plus sign and at most 15 digits.
    pub number: Option<String>,
    /// Digits to dial after the call is taken; never part of `number`.
    pub extension: Option<String>,
    /// ISO 3166-1 alpha-2 of the number's numbering plan; none for worldwide ones such as +800.
    pub country: Option<String>,
    /// How people abroad write it.
    pub display: Option<String>,
    #[serde(flatten)]
    pub answer: Answer,
}

/// Checks a number; one without country code is read as one of `country` (ISO 3166-1 alpha-2).
#[must_use]
pub fn check(number: &str, country: Option<&str>) -> PhoneVerdict {
    let mut verdict = PhoneVerdict {
        number: None,
        extension: None,
        country: None,
        display: None,
        answer: Answer::default(),
    };
    match parse(number, country) {
        Ok(parsed) => describe(&mut verdict, &parsed, country),
        Err(refusal) => verdict.answer.refuse(refusal),
    }
    verdict
}

fn parse(number: &str, country: Option<&str>) -> Result<PhoneNumber, Refusal> {
    let number = tidy::line(number, FIELD, MAX_INPUT)?;
    let country = country.map(str::to_ascii_uppercase).and_then(|country| country.parse::<Region>().ok());
    let parsed = first_reading(&number, country).map_err(|error| refusal(&error))?;
    match PHONE_NUMBER_UTIL.is_possible_number_with_reason(&parsed) {
        Ok(NumberLengthType::IsPossible) if PHONE_NUMBER_UTIL.is_valid_number(&parsed) => Ok(parsed),
        Ok(NumberLengthType::IsPossible) => Err(Refusal::new(Code::PhoneNotInPlan).on(FIELD)),
        Ok(NumberLengthType::IsPossibleLocalOnly) | Err(ValidationError::TooShort) => {
            Err(Refusal::new(Code::PhoneTooShort).on(FIELD))
        }
        Err(ValidationError::TooLong) => Err(Refusal::new(Code::PhoneTooLong).on(FIELD)),
        Err(_) => Err(Refusal::new(Code::PhoneNotInPlan).on(FIELD)),
    }
}

/// As the country dials; where that fails, "00" read as the plus sign that it is in most of the world.
fn first_reading(number: &str, country: Option<Region>) -> Result<PhoneNumber, ParseError> {
    let as_dialled = PHONE_NUMBER_UTIL.parse(number, country);
    if as_dialled.as_ref().is_ok_and(|parsed| PHONE_NUMBER_UTIL.is_valid_number(parsed)) {
        return as_dialled;
    }
    let international = number.strip_prefix("00").map(|rest| format!("+{rest}"));
    match international.map(|number| PHONE_NUMBER_UTIL.parse(number, None)) {
        Some(Ok(parsed)) if as_dialled.is_err() || PHONE_NUMBER_UTIL.is_valid_number(&parsed) => Ok(parsed),
        _ => as_dialled,
    }
}

fn describe(verdict: &mut PhoneVerdict, parsed: &PhoneNumber, country: Option<&str>) {
    verdict.number = Some(PHONE_NUMBER_UTIL.format(parsed, PhoneNumberFormat::E164).into_owned());
    verdict.extension = parsed.extension.clone().filter(|extension| !extension.is_empty());
    let mut bare = parsed.clone();
    bare.extension = None;
    verdict.display = Some(PHONE_NUMBER_UTIL.format(&bare, PhoneNumberFormat::International).into_owned());
    let region = PHONE_NUMBER_UTIL.get_region_for_number(parsed);
    verdict.country =
        region.map(|region| region.as_region_str().to_string()).filter(|region| region.len() == 2);
    let other =
        verdict.country.as_deref().zip(country).is_some_and(|(of, home)| !of.eq_ignore_ascii_case(home));
    if other {
        verdict.answer.warn(Refusal::new(Code::PhoneOtherCountry).on(FIELD));
    }
}

fn refusal(error: &ParseError) -> Refusal {
    let code = match error {
        ParseError::InvalidCountryCode => Code::PhoneCountryUnknown,
        ParseError::NotANumber(_) => Code::PhoneNotANumber,
        ParseError::TooShortAfterIdd | ParseError::TooShortNsn => Code::PhoneTooShort,
        ParseError::TooLongNsn => Code::PhoneTooLong,
    };
    Refusal::new(code).on(FIELD)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn refused(number: &str, country: Option<&str>) -> Option<Code> {
        check(number, country).answer.refusals.first().map(|refusal| refusal.code)
    }

    #[test]
    fn any_usual_writing_becomes_the_same_number() {
        for (writing, country, number) in [
            ("+49 30 901820", None, "+4930901820"),
            ("030 901820", Some("DE"), "+4930901820"),
            ("030/90 18 20", Some("de"), "+4930901820"),
            ("(030) 901820", Some("DE"), "+4930901820"),
            ("0049 30 901820", Some("DE"), "+4930901820"),
            ("0049 (0)30 901820", None, "+4930901820"),
            ("+49 (0) 30 901820", Some("US"), "+4930901820"),
            ("011 49 30 901820", Some("US"), "+4930901820"),
            ("00 49 30 901820", Some("US"), "+4930901820"),
            ("425-882-8080", Some("US"), "+14258828080"),
            ("1 (425) 882-8080", Some("US"), "+14258828080"),
            ("(425) 882.8080", Some("CA"), "+14258828080"),
            ("020 7946 0018", Some("GB"), "+442079460018"),
            ("06 698 12345", Some("IT"), "+390669812345"),
            ("＋４９ ３０ ９０１８２０", None, "+4930901820"),
            ("tel:+49-30-901820", None, "+4930901820"),
            ("8 (495) 123-45-67", Some("RU"), "+74951234567"),
            ("1-800-FLOWERS", Some("US"), "+18003569377"),
            ("+800 1234 5678", None, "+80012345678"),
        ] {
            let verdict = check(writing, country);
            assert_eq!(verdict.number.as_deref(), Some(number), "{writing}: {:?}", verdict.answer.refusals);
        }
    }

    #[test]
    fn an_extension_is_kept_apart() {
        for writing in [
            "425 882 8080 x12",
            "(425) 882-8080 ext. 12",
            "+1 425 882 8080;ext=12",
            "4258828080 extension 12",
        ] {
            let verdict = check(writing, Some("US"));
            assert_eq!(verdict.number.as_deref(), Some("+14258828080"), "{writing}");
            assert_eq!(verdict.extension.as_deref(), Some("12"), "{writing}");
            assert_eq!(verdict.display.as_deref(), Some("+1 425-882-8080"), "{writing}");
        }
    }

    #[test]
    fn each_kind_of_no_has_its_code() {
        for (writing, country, code) in [
            ("", None, Code::FieldRequired),
            ("call me", Some("DE"), Code::PhoneNotANumber),
            ("030 901820", None, Code::PhoneCountryUnknown),
            ("+999 123456", None, Code::PhoneCountryUnknown),
            ("030 901820", Some("ZZ"), Code::PhoneCountryUnknown),
            ("882 8080", Some("US"), Code::PhoneTooShort),
            ("+49 3", None, Code::PhoneTooShort),
            ("+1 425 882 8080 9999", None, Code::PhoneTooLong),
            ("+1 111 111 1111", None, Code::PhoneNotInPlan),
            ("+49\0 30 901820", None, Code::InputInvalid),
        ] {
            assert_eq!(refused(writing, country), Some(code), "{writing}");
        }
        assert_eq!(refused(&"1".repeat(1 << 20), Some("US")), Some(Code::FieldTooLong));
    }

    #[test]
    fn a_number_abroad_is_told_and_allowed() {
        let verdict = check("+44 20 7946 0018", Some("DE"));
        assert!(verdict.answer.valid && verdict.answer.warns(Code::PhoneOtherCountry));
        assert_eq!(verdict.country.as_deref(), Some("GB"));
    }

    proptest! {
        #[test]
        fn any_text_has_an_answer_and_e164_reads_itself(
            text in "(?s).{0,80}|[+0-9() ./x-]{0,24}", country in "[A-Za-z]{0,3}"
        ) {
            let verdict = check(&text, Some(&country));
            prop_assert_eq!(verdict.answer.valid, verdict.number.is_some());
            if let Some(number) = verdict.number {
                prop_assert!(number.len() <= 16 && number.starts_with('+'), "{}", number);
                prop_assert_eq!(check(&number, None).number, Some(number));
            }
        }
    }
}
