use std::collections::HashMap;

use proptest::prelude::*;

use super::*;

#[derive(Default)]
struct Ana {
    texts: HashMap<Attribute, String>,
    other_mails: Vec<String>,
    enabled: bool,
    hired: Option<Timestamp>,
    manager: Option<Uuid>,
}

impl Person for Ana {
    fn text(&self, attribute: Attribute) -> Option<&str> {
        self.texts.get(&attribute).map(String::as_str)
    }
    fn texts(&self, _: Attribute) -> Vec<&str> {
        self.other_mails.iter().map(String::as_str).collect()
    }
    fn truth(&self, _: Attribute) -> bool {
        self.enabled
    }
    fn moment(&self, attribute: Attribute) -> Option<Timestamp> {
        if attribute == Attribute::EmployeeHireDate { self.hired } else { None }
    }
    fn manager(&self) -> Option<Uuid> {
        self.manager
    }
}

fn ana() -> Ana {
    let texts = [
        (Attribute::Department, "Sales"),
        (Attribute::Country, "GR"),
        (Attribute::DisplayName, "Ana \"the one\" O'Torres"),
        (Attribute::JobTitle, "Senior Engineer"),
        (Attribute::ObjectId, "9f4e1c9a-6a5e-4d0c-9a53-3f6b2f0a1b11"),
    ];
    Ana {
        texts: texts.into_iter().map(|(attribute, text)| (attribute, text.to_owned())).collect(),
        other_mails: vec!["ana@contoso.com".into(), "a.torres@fabrikam.com".into()],
        enabled: true,
        hired: Some("2026-11-01T00:00:00Z".parse().unwrap()),
        manager: Some(Uuid::from_u128(7)),
    }
}

fn holds(rule: &str) -> bool {
    let now = "2026-11-22T10:00:00Z".parse().unwrap();
    Rule::parse(rule).unwrap_or_else(|fault| panic!("{rule}: {fault:?}")).matches(&ana(), now)
}

#[test]
fn every_operator_says_yes_and_no() {
    for (rule, expected) in [
        (r#"user.department -eq "sales""#, true),
        (r#"user.department eq "Marketing""#, false),
        (r#"user.department -ne "Marketing""#, true),
        (r#"user.city -ne "Athens""#, true),
        (r#"user.city -eq null"#, true),
        (r#"user.city -eq "null""#, false),
        (r#"user.objectId -ne null"#, true),
        (r#"user.jobTitle -startsWith "senior""#, true),
        (r#"user.jobTitle -notStartsWith "senior""#, false),
        (r#"user.jobTitle -endsWith "ENGINEER""#, true),
        (r#"user.jobTitle -notEndsWith "x""#, true),
        (r#"user.jobTitle -contains "or eng""#, true),
        (r#"user.city -notContains "a""#, true),
        (r#"user.jobTitle -match "^sen.*er$""#, true),
        (r#"user.jobTitle -notMatch "eng""#, false),
        (r#"user.country -in ["CY", "gr"]"#, true),
        (r#"user.country -notIn ["CY", "GR"]"#, false),
        ("user.accountEnabled -eq true", true),
        ("user.accountEnabled -ne true", false),
        (r#"user.accountEnabled -eq "False""#, false),
        (r#"user.otherMails -any (_ -endsWith "@fabrikam.com")"#, true),
        (r#"user.otherMails -all (_ -endsWith ".com" -and -not (_ -contains "bob"))"#, true),
        (r#"user.otherMails -all (_ -endsWith "@fabrikam.com")"#, false),
        (r#"user.otherMails -contains "ANA@contoso.com""#, true),
        (r#"user.otherMails -notContains "ana""#, true),
        ("user.otherMails -eq null", false),
        ("user.employeeHireDate -ge system.now -minus p30d", true),
        ("user.employeeHireDate -ge system.now -minus p7d", false),
        (r#"user.employeeHireDate -le "2026-11-01""#, true),
        ("user.employeeHireDate -eq 2026-11-01T00:00:00Z", true),
        ("user.createdDateTime -ge system.now", false),
        ("user.createdDateTime -eq null", true),
        (r#"Direct Reports for "00000000-0000-0000-0000-000000000007""#, true),
        (r#"direct reports for "00000000-0000-0000-0000-000000000008""#, false),
    ] {
        assert_eq!(holds(rule), expected, "{rule}");
    }
}

#[test]
fn not_binds_closest_then_and_then_or() {
    assert!(holds(r#"user.country -eq "GR" -or user.country -eq "CY" -and user.department -eq "x""#));
    assert!(!holds(r#"(user.country -eq "GR" -or user.country -eq "CY") -and user.department -eq "x""#));
    assert!(!holds(r#"-not (user.country -eq "GR") -and user.department -eq "Sales""#));
    assert!(holds(r#"not user.country -eq "CY" and user.department -eq "Sales""#));
}

#[test]
fn patterns_that_people_write_fit() {
    for pattern in [
        r"^[a-z]+\d{2,4}@contoso\.com$",
        r"^\w{1,64}@contoso\.com$",
        "^(Senior|Principal|Lead|Junior)? ?(Software|Hardware|Network|Systems) (Engineer|Architect|Developer)$",
        "^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$",
    ] {
        let rule = vec![format!("user.displayName -match \"{pattern}\""); PATTERNS].join(" -or ");
        assert!(Rule::parse(&rule).is_ok(), "{pattern}");
    }
}

#[test]
fn the_work_of_a_rule_grows_with_patterns_and_texts() {
    let work = |rule: &str| Rule::parse(rule).unwrap().work(&ana());
    let mails = "ana@contoso.com".len() + "a.torres@fabrikam.com".len();
    assert_eq!(work(r#"user.city -match "a""#), 1);
    assert_eq!(work(r#"user.department -eq "x" -or user.country -eq null"#), 1 + "Sales".len() + 1);
    assert_eq!(
        work(r#"user.otherMails -any (_ -match "a" -or _ -contains "b")"#),
        1 + mails * (PATTERN_WORK + 1)
    );
}

#[test]
fn quotes_can_stand_in_texts() {
    assert!(holds(r#"user.displayName -eq "Ana `"the one`" O'Torres""#));
    assert!(holds(r#"user.displayName -contains 'o''torres'"#));
}

#[test]
fn a_rule_tells_whether_it_moves_with_the_clock() {
    assert!(Rule::parse("-not (user.employeeHireDate -le system.now -plus p1d)").unwrap().moves_with_time());
    assert!(!Rule::parse(r#"user.employeeHireDate -le "2026-11-01""#).unwrap().moves_with_time());
}

#[test]
fn an_unknown_attribute_is_answered_with_those_that_there_are() {
    let told = Rule::parse(r#"user.shoeSize -eq "x""#).unwrap_err().refusal();
    let (_, other) = told.arguments.iter().find(|(name, _)| *name == "other").unwrap();
    for name in ["user.accountEnabled", "user.department", "user.userType"] {
        assert!(other.split(", ").any(|known| known == name), "{other}");
    }
}

#[test]
fn faults_name_the_place_and_the_reason() {
    let unknown = |name: &str, nearest| FaultKind::UnknownAttribute { name: name.into(), nearest };
    let unfit = |operator: &str, attribute: &str| FaultKind::OperatorUnfit {
        operator: operator.into(),
        attribute: attribute.into(),
    };
    let ends = |expected| FaultKind::EndsEarly(Box::new(expected));
    for (rule, at, kind) in [
        ("  ", 2, FaultKind::Empty),
        (r#"user.Department -eq "x""#, 0, unknown("user.Department", Some("department"))),
        (r#"user.departmnt -eq "x""#, 0, unknown("user.departmnt", Some("department"))),
        (r#"user.sate -eq "x""#, 0, unknown("user.sate", Some("state"))),
        (r#"user.shoeSize -eq "x""#, 0, unknown("user.shoeSize", None)),
        (r#"device.model -eq "x""#, 0, FaultKind::NotOfUsers("device.model".into())),
        (r#"department -eq "x""#, 0, FaultKind::ExpectedCondition("department".into())),
        (r#"user.city -like "x""#, 10, FaultKind::UnknownOperator("-like".into())),
        ("user.city", 9, ends(FaultKind::ExpectedOperator(String::new()))),
        ("user.city -eq", 13, ends(FaultKind::ExpectedValue(String::new()))),
        ("user.city -match", 16, ends(FaultKind::ExpectedValue(String::new()))),
        (r#"user.city -in ["a","#, 19, ends(FaultKind::ExpectedValue(String::new()))),
        (r#"user.city -eq "a" -and"#, 22, ends(FaultKind::ExpectedCondition(String::new()))),
        ("user.accountEnabled -eq", 23, ends(FaultKind::ExpectedTruth(String::new()))),
        ("user.employeeHireDate -ge", 25, ends(FaultKind::ExpectedMoment(String::new()))),
        ("Direct Reports for", 18, ends(FaultKind::ExpectedId(String::new()))),
        ("user.city -eq Athens", 14, FaultKind::ExpectedValue("Athens".into())),
        (r#"user.city -eq "Athens"#, 14, FaultKind::Unterminated),
        (r#"user.city -eq "Αθήνα" -xor x"#, 22, FaultKind::ExpectedEnd("-xor".into())),
        (r#"(user.city -eq "x""#, 18, FaultKind::ExpectedBracket(")".into())),
        (r#"user.city -in "x""#, 14, FaultKind::ExpectedBracket("[".into())),
        (r#"user.city -ge "x""#, 10, unfit("-ge", "user.city")),
        (r#"user.otherMails -eq "x""#, 16, unfit("-eq", "user.otherMails")),
        (r#"user.accountEnabled -startsWith "x""#, 20, unfit("-startsWith", "user.accountEnabled")),
        (r#"user.accountEnabled -eq "maybe""#, 24, FaultKind::ExpectedTruth("maybe".into())),
        (r#"user.employeeHireDate -ge "soon""#, 26, FaultKind::ExpectedMoment("soon".into())),
        ("user.employeeHireDate -ge system.now -plus 3", 43, FaultKind::ExpectedMoment("3".into())),
        (r#"user.jobTitle -match "(""#, 21, FaultKind::BadPattern("(".into())),
        (r#"user.jobTitle -match "(?:.?){500}!""#, 21, FaultKind::PatternTooLarge("(?:.?){500}!".into())),
        (&[r#"user.city -notMatch "a""#; 6].join(" -or "), 5 * 28 + 20, FaultKind::TooManyPatterns),
        (r#"Direct Reports for "ana""#, 19, FaultKind::ExpectedId("ana".into())),
        (&"(".repeat(100), 24, FaultKind::TooDeep),
        (&"-not ".repeat(100), 120, FaultKind::TooDeep),
        (&"a".repeat(LONGEST + 1), LONGEST, FaultKind::TooLong),
    ] {
        assert_eq!(Rule::parse(rule).err(), Some(Fault { at, kind }), "{rule}");
    }
}

proptest! {
    #[test]
    fn any_text_has_an_answer(text in any::<String>(), words in "[a-z.\"'()\\[\\], -]{0,80}") {
        for rule in [text.clone(), words, format!("user.city -eq \"{text}\""), format!("user.jobTitle -match \"{text}\"")] {
            match Rule::parse(&rule) {
                Ok(rule) => drop(rule.matches(&ana(), Timestamp::UNIX_EPOCH)),
                Err(fault) => prop_assert!(fault.at <= rule.chars().count()),
            }
        }
    }

    #[test]
    fn a_text_equals_itself_however_it_is_quoted(text in "[^\"`]{0,40}", other in "[^']{0,40}") {
        let mut person = ana();
        person.texts.insert(Attribute::City, text.clone());
        let rule = Rule::parse(&format!("user.city -eq \"{text}\"")).unwrap();
        prop_assert!(rule.matches(&person, Timestamp::UNIX_EPOCH));
        person.texts.insert(Attribute::City, other.clone());
        let rule = Rule::parse(&format!("user.city -eq '{other}'")).unwrap();
        prop_assert!(rule.matches(&person, Timestamp::UNIX_EPOCH));
    }
}
