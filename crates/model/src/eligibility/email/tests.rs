//! Kinds of cases, with well-known providers and invented companies.

use std::path::PathBuf;

use proptest::prelude::*;

use super::*;

fn class(input: &str) -> EmailClass {
    check(&EmailRules::built_in(), input).class
}

fn code(input: &str) -> Option<Code> {
    check(&EmailRules::built_in(), input).refusals.first().map(|refusal| refusal.code)
}

fn suggestion(input: &str) -> Option<String> {
    check(&EmailRules::built_in(), input).refusals.first().and_then(|refusal| refusal.suggestion.clone())
}

#[track_caller]
fn all(expected: EmailClass, inputs: &[&str]) {
    for input in inputs {
        assert_eq!(class(input), expected, "{input}");
    }
}

#[test]
fn people_at_organisations_are_business() {
    all(
        EmailClass::Business,
        &[
            "jane.doe@quillmoor-instruments.com",
            " jane@quillmoor.co.uk ",
            "o'brien@brambleworks.ie",
            "jürgen.groß@lindenwerk-nord.de",
            "ana@bäckerei-lindenwerk.de",
            "infante@quillmoor.com",
            "marc.info@quillmoor.com",
            "administrator.jane@quillmoor.com",
            "hrabal@quillmoor.cz",
            "teamir@quillmoor.com",
            "paris.post@quillmoor.com",
            "registrar.jones@college.edu",
        ],
    );
}

#[test]
fn functions_are_roles_in_many_languages() {
    all(
        EmailClass::Role,
        &[
            "info@quillmoor.com",
            "INFO2@quillmoor.com",
            "sales.team@quillmoor.com",
            "sales-emea@quillmoor.com",
            "no_reply@quillmoor.com",
            "it-support@quillmoor.com",
            "itsupport@quillmoor.com",
            "hr.department@quillmoor.com",
            "office-berlin@quillmoor.de",
            "marketing+spring@quillmoor.com",
            "email@quillmoor.com",
            "Büro@quillmoor.de",
            "kundenservice@quillmoor.de",
            "recursos.humanos@quillmoor.es",
            "serviceclient@quillmoor.fr",
            "ufficio.acquisti@quillmoor.it",
            "försäljning@quillmoor.se",
            "satinalma@quillmoor.com.tr",
            "soumu@quillmoor.co.jp",
        ],
    );
}

#[test]
fn consumer_providers_are_personal_everywhere() {
    all(
        EmailClass::Personal,
        &[
            "jane@gmail.com",
            "JANE@GMAIL.COM",
            "jane+shop@outlook.com",
            "jane@yahoo.com.ph",
            "jane@hotmail.co.nz",
            "jane@gmx.at",
            "jane@posteo.eu",
            "info@gmail.com",
            "jane@web.de",
            "jane@t-online.de",
            "jane@orange.fr",
            "jane@ms41.hinet.net",
            "jane@ocn.ne.jp",
            "jane@some.fastmail.com",
            "jane@ｇｍａｉｌ．ｃｏｍ",
        ],
    );
    all(EmailClass::Business, &["jane@corp.mail.ru", "jane@comcast.com", "jane@google.com"]);
}

#[test]
fn throw_away_and_forwarding_services_are_told_apart() {
    all(
        EmailClass::Disposable,
        &["a@mailinator.com", "a@team.mailinator.com", "a@guerrillamail.com", "a@yopmail.com"],
    );
    all(
        EmailClass::Relay,
        &["a@duck.com", "a@privaterelay.appleid.com", "a@mozmail.com", "a@jane.anonaddy.me"],
    );
}

#[test]
fn look_alikes_name_the_provider_that_was_meant() {
    for (typed, meant) in [
        ("jane@gmai1.com", "jane@gmail.com"),
        ("jane@gmail.con", "jane@gmail.com"),
        ("jane@gmail.cm", "jane@gmail.com"),
        ("jane@gmailc.om", "jane@gmail.com"),
        ("jane@outlok.com", "jane@outlook.com"),
        ("jane@hotrnail.com", "jane@hotmail.com"),
        ("jane+x@gmаil.com", "jane+x@gmail.com"),
        ("jane@ɡmail.com", "jane@gmail.com"),
    ] {
        // Some of these are caught by the throw-away lists first.
        let expected = match class(typed) {
            EmailClass::Disposable => Code::EmailDisposable,
            _ => Code::EmailLooksLike,
        };
        assert_eq!(code(typed), Some(expected), "{typed}");
        assert_eq!(suggestion(typed).as_deref(), Some(meant), "{typed}");
    }
    assert_eq!(
        (class("jane@gmial.com"), suggestion("jane@gmial.com")),
        (EmailClass::Disposable, Some("jane@gmail.com".into()))
    );
    assert_eq!(code("jane@аррӏе.com"), Some(Code::EmailMixedAlphabets));
    all(EmailClass::Business, &["jane@почта.рф", "jane@zürich.ch", "jane@münchen-kälte.de"]);
}

#[test]
fn each_fault_has_its_own_reason() {
    let long_local = format!("{}@quillmoor.com", "a".repeat(65));
    for (input, expected) in [
        ("", Code::FieldRequired),
        ("jane", Code::EmailNoAt),
        ("jane@", Code::EmailNoAt),
        ("jane@doe@quillmoor.com", Code::EmailSeveral),
        ("Jane <jane@quillmoor.com>", Code::EmailCharacters),
        ("mailto:jane@quillmoor.com", Code::EmailCharacters),
        ("jane＠quillmoor.com", Code::EmailCharacters),
        ("jane@quillmoor.com\r\nBcc: all@quillmoor.com", Code::EmailCharacters),
        ("jane\0@quillmoor.com", Code::EmailCharacters),
        ("ja\u{202e}ne@quillmoor.com", Code::EmailCharacters),
        ("jane..doe@quillmoor.com", Code::EmailLocalPart),
        (".jane@quillmoor.com", Code::EmailLocalPart),
        ("jane%else@quillmoor.com", Code::EmailLocalPart),
        ("jane@quillmoor..com", Code::EmailDomain),
        ("jane@-quillmoor.com", Code::EmailDomain),
        ("jane@quill_moor.com", Code::EmailDomain),
        ("jane@quillmoor.com.", Code::EmailDomain),
        ("jane@quillmoor,com", Code::EmailDomain),
        ("jane@co.uk", Code::EmailDomain),
        ("jane@intranet-host", Code::EmailDomain),
        ("jane@quillmoor.comx", Code::EmailUnknownEnding),
        ("jane@quillmoor.test", Code::EmailReserved),
        ("jane@mail.example.com", Code::EmailReserved),
        ("jane@[192.0.2.1]", Code::EmailAddressLiteral),
        ("jane@192.0.2.1", Code::EmailAddressLiteral),
        (long_local.as_str(), Code::EmailTooLong),
    ] {
        assert_eq!(class(input), EmailClass::Invalid, "{input}");
        assert_eq!(code(input), Some(expected), "{input}");
    }
    assert_eq!(suggestion("jane@quillmoor,com").as_deref(), Some("jane@quillmoor.com"));
    assert_eq!(suggestion("jane@quillmoor.com.").as_deref(), Some("jane@quillmoor.com"));
}

#[test]
fn one_mailbox_has_one_canonical_form_and_keeps_its_tag_for_delivery() {
    let address = |input| check(&EmailRules::built_in(), input).address.unwrap();
    let tagged = address(" Jane.Doe+Spring@Lindenwerk-KÄLTE.de ");
    assert_eq!(tagged.as_entered, "Jane.Doe+Spring@Lindenwerk-KÄLTE.de");
    assert_eq!(tagged.canonical, format!("jane.doe@{}", ascii_domain("lindenwerk-kälte.de").unwrap()));
    assert_eq!(address("jane@eu.quillmoor.co.uk").registrable_domain, "quillmoor.co.uk");
}

#[test]
fn the_operators_lists_win() {
    let mut rules = EmailRules::built_in()
        .with_allow(["gmail.com", "info@quillmoor.com"])
        .with_deny(["rival-company.com", "gmail.com"])
        .allow_test_names(true);
    assert_eq!(check(&rules, "jane@gmail.com").class, EmailClass::Business);
    assert_eq!(check(&rules, "info@quillmoor.com").class, EmailClass::Business);
    let denied = check(&rules, "jane@eu.rival-company.com");
    assert_eq!((denied.class, denied.refusals[0].code), (EmailClass::Invalid, Code::EmailDenied));
    assert_eq!(check(&rules, "jane@contoso.test").class, EmailClass::Business);
    rules.replace_list(EmailList::Disposable, ["quillmoor-temporary.com"]);
    assert_eq!(check(&rules, "a@quillmoor-temporary.com").class, EmailClass::Disposable);
    assert_eq!(check(&rules, "a@mailinator.com").class, EmailClass::Business);
}

#[test]
fn domains_of_providers_and_public_suffixes_are_known() {
    let rules = EmailRules::built_in();
    assert!(rules.is_consumer_domain("gmail.com") && rules.is_consumer_domain("duck.com"));
    assert!(!rules.is_consumer_domain("quillmoor.com"));
    assert!(
        is_public_suffix("co.uk") && is_public_suffix("github.io") && !is_public_suffix("quillmoor.co.uk")
    );
    assert_eq!(registrable_domain("mail.quillmoor.co.uk"), Some("quillmoor.co.uk"));
    assert_eq!(registrable_domain("co.uk"), None);
    assert_eq!(registrable_domain("quillmoor.nosuchending"), None);
}

#[test]
fn built_in_lists_are_sorted_and_complete() {
    for text in [
        include_str!("../../../data/email/disposable.txt"),
        include_str!("../../../data/email/personal.txt"),
        include_str!("../../../data/email/relays.txt"),
        include_str!("../../../data/email/role-words.txt"),
        include_str!("../../../data/email/brands.txt"),
    ] {
        let names = Names::BuiltIn(text);
        let lines: Vec<&str> = text.lines().collect();
        assert!(lines.is_sorted() && text.ends_with('\n'));
        assert!(lines.iter().step_by(97).all(|line| names.contains(line)));
    }
}

#[test]
fn what_folds_into_a_forbidden_character_is_refused() {
    for local in ["¼", "a½", "％", "a！b", "＂a"] {
        assert_eq!(class(&format!("{local}@quillmoor.com")), EmailClass::Invalid, "{local}");
    }
    let dotted = check(&EmailRules::built_in(), "a.+b@quillmoor.com").address.expect("an address");
    assert_eq!(dotted.canonical, "a.+b@quillmoor.com");
}

#[test]
fn a_megabyte_is_answered() {
    for piece in ["a", "@", "é", "\u{202e}", "xn--a.", "a@b.c,", "\"<"] {
        let input = piece.repeat(1_048_576 / piece.len());
        assert_eq!(class(&input), EmailClass::Invalid);
    }
}

proptest! {
    #[test]
    fn nothing_panics_and_canonical_is_stable(input in any::<String>()) {
        let rules = EmailRules::built_in();
        for text in [input.clone(), format!("{input}@quillmoor.com"), format!("jane@{input}"), format!("jane@{input}.com")] {
            let verdict = check(&rules, &text);
            prop_assert_eq!(verdict.refusals.is_empty(), verdict.class == EmailClass::Business);
            prop_assert!(verdict.address.is_some() || verdict.class == EmailClass::Invalid);
            if let Some(address) = verdict.address {
                let again = check(&rules, &address.canonical).address.map(|a| a.canonical);
                prop_assert_eq!(again, Some(address.canonical));
            }
        }
    }

    #[test]
    fn control_characters_never_pass(before in "[a-z]{1,9}", after in "[a-z]{1,9}", control in "[\\x00-\\x08\\x0a-\\x1f\\x7f]") {
        for text in [
            format!("{before}{control}{after}@quillmoor.com"),
            format!("{before}@{after}.com{control}Bcc: x@y.com"),
            format!("{before}@{after}.com{control}"),
        ] {
            prop_assert_eq!(class(&text), EmailClass::Invalid);
        }
    }
}

/// One row of the labelled file: address, label, other outcomes that are tolerated.
fn labelled_rows(text: &str) -> Vec<(String, String, Vec<String>)> {
    let mut rows = vec![vec![String::new()]];
    let mut quoted = false;
    for c in text.chars() {
        let row = rows.last_mut().unwrap();
        match c {
            '"' => quoted = !quoted,
            ',' if !quoted => row.push(String::new()),
            '\n' if !quoted => rows.push(vec![String::new()]),
            '\r' if !quoted => {}
            other => row.last_mut().unwrap().push(other),
        }
    }
    rows.into_iter()
        .skip(1)
        .filter(|row| row.len() == 4)
        .map(|row| {
            let tolerated = row[3].split_once("accept:").map_or("", |(_, rest)| rest);
            (row[0].clone(), row[1].clone(), tolerated.split('|').map(str::to_owned).collect())
        })
        .collect()
}

#[test]
fn the_labelled_addresses_are_classified_well_enough() {
    let file = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data/email_dev.csv");
    let Ok(text) = std::fs::read_to_string(&file) else {
        println!("skipped: {} is absent", file.display());
        return;
    };
    let rules = EmailRules::built_in();
    let (mut good, mut companies, mut refused, mut others, mut let_in) = (0, 0, 0, 0, 0);
    let rows = labelled_rows(&text);
    for (address, label, tolerated) in &rows {
        let class = match check(&rules, address).class {
            EmailClass::Relay => "personal".to_owned(),
            class => format!("{class:?}").to_lowercase(),
        };
        let accepts = |outcome: &str| label == outcome || tolerated.iter().any(|t| t == outcome);
        good += usize::from(accepts(&class));
        let only_business = label == "business" && tolerated.iter().all(|t| t.is_empty() || t == "business");
        companies += usize::from(only_business);
        refused += usize::from(only_business && class != "business");
        others += usize::from(!accepts("business"));
        let_in += usize::from(!accepts("business") && class == "business");
    }
    assert!(rows.len() > 1_000, "the file was read: {} rows", rows.len());
    assert!(good * 100 >= rows.len() * 97, "{good} of {}", rows.len());
    assert!(refused * 1000 <= companies * 5, "{refused} of {companies} real companies refused");
    assert!(let_in * 100 <= others * 3, "{let_in} of {others} others let in");
}
