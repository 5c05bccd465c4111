use proptest::prelude::*;

use super::*;

fn refused(prefix: &str) -> Option<Code> {
    check(prefix, &["Northwind"]).answer.refusals.first().map(|refusal| refusal.code)
}

#[test]
fn a_prefix_is_one_dns_label() {
    for prefix in ["contoso", "a", "3m", "contoso-gmbh", " CONTOSO ", "a-b-c", &"a".repeat(27), "ab-c--d"] {
        assert_eq!(refused(prefix), None, "{prefix}");
    }
    for (prefix, code) in [
        ("", Code::FieldRequired),
        ("con toso", Code::DomainPrefixCharacters),
        ("contoso.com", Code::DomainPrefixCharacters),
        ("müller", Code::DomainPrefixCharacters),
        ("сontoso", Code::DomainPrefixCharacters),
        ("con\0toso", Code::DomainPrefixCharacters),
        ("a_b", Code::DomainPrefixCharacters),
        ("-contoso", Code::DomainPrefixHyphen),
        ("contoso-", Code::DomainPrefixHyphen),
        ("xn--contoso", Code::DomainPrefixHyphen),
        ("ab--contoso", Code::DomainPrefixHyphen),
        ("admin", Code::DomainPrefixReserved),
        ("adm1n", Code::DomainPrefixReserved),
        ("l0g-in", Code::DomainPrefixReserved),
        ("rnail", Code::DomainPrefixReserved),
        ("vvvvvv", Code::DomainPrefixReserved),
        ("micr0soft", Code::DomainPrefixReserved),
        ("n0rthwind", Code::DomainPrefixReserved),
    ] {
        assert_eq!(refused(prefix), Some(code), "{prefix}");
    }
    assert_eq!(refused(&"a".repeat(28)), Some(Code::DomainPrefixTooLong));
    assert_eq!(refused(&"a".repeat(1 << 20)), Some(Code::DomainPrefixTooLong));
}

#[test]
fn look_alikes_have_one_skeleton() {
    for (one, two) in [
        ("contoso", "c0nt0so"),
        ("contoso", "con-toso"),
        ("illinois", "1ll1no15"),
        ("modern", "rnodem"),
        ("wave", "vvave"),
        ("Contoso", "contoso"),
    ] {
        assert_eq!(skeleton(one), skeleton(two), "{one} {two}");
    }
    assert_ne!(skeleton("contoso"), skeleton("fabrikam"));
}

#[test]
fn suggestions_come_from_the_organisations_name() {
    let all = |name: &str| (0..6).filter_map(|attempt| suggest(name, attempt)).collect::<Vec<_>>();
    assert_eq!(
        all("Müller & Söhne Bau GmbH"),
        ["mullersohnebau", "muller-sohne-bau", "muller", "msb", "mullersohnebau2", "mullersohnebau3"]
    );
    assert_eq!(all("Contoso Ltd")[..2], ["contoso", "contoso2"]);
    assert_eq!(suggest("Αθηναϊκή Ζυθοποιία Α.Ε.", 0).as_deref(), Some("athinaikizythopoiia"));
    assert_eq!(suggest("3M", 0).as_deref(), Some("3m"));
    assert_eq!(suggest("Mail GmbH", 0), None, "a reserved name isn't offered");
    assert_eq!(suggest("", 0), None);
    assert_eq!(check("Con Toso", &[]).answer.suggestions, ["contoso"]);
    assert_eq!(check("admin", &[]).answer.suggestions, ["admin2"]);
}

proptest! {
    #[test]
    fn any_text_has_an_answer_and_suggestions_are_valid(
        text in "(?s).{0,60}|[a-z0-9-]{0,30}", attempt in 0_usize..2000
    ) {
        let verdict = check(&text, &[]);
        prop_assert_eq!(skeleton(&verdict.skeleton), verdict.skeleton.clone());
        if verdict.answer.valid {
            prop_assert_eq!(&check(&verdict.prefix, &[]), &verdict);
        }
        if let Some(suggestion) = suggest(&text, attempt) {
            prop_assert!(check(&suggestion, &[]).answer.valid, "{}", suggestion);
        }
        for suggestion in &verdict.answer.suggestions {
            prop_assert!(check(suggestion, &[]).answer.valid, "{}", suggestion);
        }
    }
}
