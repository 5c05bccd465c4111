use proptest::prelude::*;

use super::*;

const VALUE: &str = "tenantry-verification=k3J9xQ2mZp7Lr5Tw";

fn verdict(entered: &str) -> DomainNameVerdict {
    let is_consumer = |name: &str| name == "gmail.com";
    check(
        entered,
        &Rules { account_domain: "onwork.org", allow_test_names: false, is_consumer: &is_consumer },
    )
}

fn refused(entered: &str) -> Option<Code> {
    verdict(entered).answer.refusals.first().map(|refusal| refusal.code)
}

#[test]
fn names_are_brought_to_one_form() {
    for (entered, name, registrable) in [
        ("contoso.com", "contoso.com", "contoso.com"),
        (" CONTOSO.Com. ", "contoso.com", "contoso.com"),
        ("müller.de", "xn--mller-kva.de", "xn--mller-kva.de"),
        ("MU\u{308}LLER.de", "xn--mller-kva.de", "xn--mller-kva.de"),
        ("xn--mller-kva.de", "xn--mller-kva.de", "xn--mller-kva.de"),
        ("straße.de", "xn--strae-oqa.de", "xn--strae-oqa.de"),
        ("例え。jp", "xn--r8jz45g.jp", "xn--r8jz45g.jp"),
        ("mail.contoso.co.uk", "mail.contoso.co.uk", "contoso.co.uk"),
        ("contoso.github.io", "contoso.github.io", "contoso.github.io"),
    ] {
        let verdict = verdict(entered);
        assert_eq!(verdict.name, name, "{entered}: {:?}", verdict.answer.refusals);
        assert_eq!(verdict.registrable.as_deref(), Some(registrable), "{entered}");
        assert!(verdict.answer.valid, "{entered}: {:?}", verdict.answer.refusals);
    }
    assert_eq!(verdict("xn--mller-kva.de").display, "müller.de");
}

#[test]
fn what_can_belong_to_no_tenant_is_refused() {
    for (entered, code) in [
        ("", Code::FieldRequired),
        ("contoso", Code::DomainNameSyntax),
        ("con toso.com", Code::DomainNameSyntax),
        ("contoso..com", Code::DomainNameSyntax),
        (".contoso.com", Code::DomainNameSyntax),
        ("contoso.com..", Code::DomainNameSyntax),
        ("-contoso.com", Code::DomainNameSyntax),
        ("con_toso.com", Code::DomainNameSyntax),
        ("con\0toso.com", Code::DomainNameSyntax),
        ("contoso.com\r\nx", Code::DomainNameSyntax),
        ("xn--\u{fc}.com", Code::DomainNameSyntax),
        ("contoso.123", Code::DomainNameSyntax),
        ("1.2.3.4", Code::DomainNameIpAddress),
        ("１.２.３.４", Code::DomainNameIpAddress),
        ("[2001:db8::1]", Code::DomainNameIpAddress),
        ("*.contoso.com", Code::DomainNameWildcard),
        ("com", Code::DomainNamePublicSuffix),
        ("co.uk", Code::DomainNamePublicSuffix),
        ("github.io", Code::DomainNamePublicSuffix),
        ("onwork.org", Code::DomainNameAccountDomain),
        ("fabrikam.ONWORK.org.", Code::DomainNameAccountDomain),
        ("contoso.test", Code::DomainNameReserved),
        ("a.example.com", Code::DomainNameReserved),
        ("printer.local", Code::DomainNameReserved),
        ("gmail.com", Code::DomainNameConsumer),
        ("mail.gmail.com", Code::DomainNameConsumer),
    ] {
        assert_eq!(refused(entered), Some(code), "{entered:?}");
    }
    assert_eq!(refused("notonwork.org"), None);
    assert_eq!(refused(&format!("{}.com", "a".repeat(44))), None);
    assert_eq!(refused(&format!("{}.com", "a".repeat(45))), Some(Code::DomainNameTooLong));
    assert_eq!(refused(&"a".repeat(1 << 20)), Some(Code::DomainNameTooLong));
    assert_eq!(refused(&"\0".repeat(1 << 20)), Some(Code::DomainNameTooLong));
}

#[test]
fn development_may_allow_test_names_alone() {
    let rules = Rules { account_domain: "onwork.localhost", allow_test_names: true, is_consumer: &|_| false };
    for entered in ["contoso.test", "contoso.example", "contoso.localhost"] {
        assert!(check(entered, &rules).answer.valid, "{entered}");
    }
    assert!(check("x.onwork.localhost", &rules).answer.refuses(Code::DomainNameAccountDomain));
    assert!(check("printer.local", &rules).answer.refuses(Code::DomainNameReserved));
    assert!(check("test", &rules).answer.refuses(Code::DomainNameSyntax));
}

#[test]
fn web_and_mail_addresses_lead_to_their_name() {
    for entered in [
        "https://www.contoso.com/about?x=1",
        "jane@contoso.com",
        "contoso.com/",
        "*.contoso.com",
        "http://contoso.com:8080",
        "www.contoso.com",
    ] {
        assert_eq!(verdict(entered).answer.suggestions, ["contoso.com"], "{entered}");
    }
    assert!(verdict("https://gmail.com/").answer.suggestions.is_empty());
}

fn finding(apex: &[&str], www: &[&str], doubled: &[&str]) -> Finding {
    let owned = |values: &[&str]| values.iter().map(|value| (*value).to_owned()).collect::<Vec<_>>();
    let (apex, www, doubled) = (owned(apex), owned(www), owned(doubled));
    usual_mistakes(VALUE, "contoso.com", Answers { apex: &apex, www: &www, doubled: &doubled })
}

#[test]
fn each_usual_mistake_is_named() {
    let spf = "v=spf1 -all";
    assert_eq!(finding(&[spf, VALUE], &[], &[]), Finding::Found);
    assert_eq!(finding(&[&format!(" {VALUE} ")], &[], &[]), Finding::Found);
    assert_eq!(finding(&[spf], &[], &[]), Finding::Missing);
    assert_eq!(finding(&[], &[], &[]), Finding::Missing);
    let quoted = format!("\"{VALUE}\"");
    assert_eq!(finding(&[&quoted], &[], &[]), Finding::Quotes { found: quoted.clone() });
    assert_eq!(finding(&[spf], &[VALUE], &[]), Finding::AtWww { at: "www.contoso.com".to_owned() });
    let doubled = Finding::DoubledSuffix { at: "contoso.com.contoso.com".to_owned() };
    assert_eq!(finding(&[], &[], &[VALUE]), doubled);
    assert_eq!(
        finding(&["k3J9xQ2mZp7Lr5Tw"], &[], &[]),
        Finding::KeyMissing { found: "k3J9xQ2mZp7Lr5Tw".to_owned() }
    );
    for (value, position) in [
        ("tenantry-verification=k3J9xQ2mZp7Lr5TW", 38),
        ("tenantry-verification=k3J9xQ2mZp7Lr5T", 38),
        ("tenantry-verification=k3J9xO2mZp7Lr5Tw", 28),
        ("tenantry-verification= k3J9xQ2mZp7Lr5Tw", 23),
        ("tenantry-verificaton=k3J9xQ2mZp7Lr5Tw", 19),
        ("Tenantry-Verification=k3J9xQ2mZp7Lr5Tw", 1),
    ] {
        assert_eq!(
            finding(&[spf, value], &[], &[]),
            Finding::Typo { found: value.to_owned(), position },
            "{value}"
        );
    }
    let old = "tenantry-verification=Qw8nB4vC6xZ1aS3d";
    assert_eq!(finding(&[old], &[], &[]), Finding::OldValue { found: old.to_owned() });
    let typo = "tenantry-verification=k3J9xQ2mZp7Lr5Tv";
    assert_eq!(finding(&[old, typo], &[], &[]), Finding::Typo { found: typo.to_owned(), position: 38 });
    let json = serde_json::to_value(finding(&[typo], &[], &[])).expect("serialises");
    assert_eq!(json, serde_json::json!({ "finding": "typo", "found": typo, "position": 38 }));
}

proptest! {
    #[test]
    fn any_text_has_an_answer_and_a_stable_form(text in "(?s).{0,80}|[a-zA-Zü0-9.-]{0,60}\\.(com|de|co\\.uk)") {
        let verdict = verdict(&text);
        if verdict.answer.valid {
            prop_assert!(verdict.name.is_ascii() && verdict.name.len() <= 48);
            prop_assert_eq!(&self::verdict(&verdict.name).name, &verdict.name);
        }
        for suggestion in &verdict.answer.suggestions {
            prop_assert!(self::verdict(suggestion).answer.valid, "{}", suggestion);
        }
    }

    #[test]
    fn any_records_have_a_finding(apex in prop::collection::vec("(?s).{0,60}", 0..4), expected in "(?s).{0,40}") {
        let found = usual_mistakes(&expected, "contoso.com", Answers { apex: &apex, ..Answers::default() });
        if apex.iter().any(|value| value.trim() == expected) {
            prop_assert_eq!(found, Finding::Found);
        }
    }
}
