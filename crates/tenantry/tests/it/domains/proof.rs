//! What proves a name, and for whom.

use model::refusal::Code;
use model::roles::Role;
use tenantry::features::domains::{Check, Proof};
use tenantry::outside::dns::{Answer, Kind, LookUpError, Record};

use super::{
    activities, add, codes, company, expected, get, is_verified, look, own, person, remove, verify, verify_by,
};
use crate::support::TestApp;
use crate::support::authority::Authority;

both_engines!(
    names_that_can_be_nobodys_are_refused,
    a_claim_shows_nothing_of_others_and_the_first_proof_wins,
    a_record_proves_the_claim_it_was_made_for,
    names_below_come_with_a_proof_in_the_same_tenant_alone,
    an_mx_record_proves_too,
    a_resolver_that_fails_proves_nothing,
    roles_decide_who_may,
    a_tenant_has_so_many_names(|config| config.accounts.domain_names = 3),
    a_real_server_proves_as_its_records_change,
);

async fn names_that_can_be_nobodys_are_refused(t: &mut TestApp) {
    let mut contoso = company(t, "contoso").await;
    for (entered, code) in [
        ("co.uk", Code::DomainNamePublicSuffix),
        ("com", Code::DomainNamePublicSuffix),
        ("gmail.com", Code::DomainNameConsumer),
        ("mail.yahoo.co.uk", Code::DomainNameConsumer),
        ("onwork.localhost", Code::DomainNameAccountDomain),
        ("fabrikam.OnWork.localhost.", Code::DomainNameAccountDomain),
        ("127.0.0.1", Code::DomainNameIpAddress),
        ("*.contoso.test", Code::DomainNameWildcard),
        ("contoso.test\r\nx: y", Code::DomainNameSyntax),
        ("contoso\0.test", Code::DomainNameSyntax),
        ("<b>.test", Code::DomainNameSyntax),
        ("", Code::FieldRequired),
    ] {
        assert_eq!(codes(add(t, &contoso.admin, entered).await), [code], "{entered:?}");
    }
    assert_eq!(add(t, &contoso.admin, " Müller.TEST. ").await.unwrap(), "xn--mller-kva.test");
    assert_eq!(codes(add(t, &contoso.admin, "müller.test").await), [Code::DomainNameAdded]);
    for path in ["/domains", "/domains/xn--mller-kva.test/remove"] {
        contoso.browser.get(path).await.assert_shows(&["müller.test (xn--mller-kva.test)"]);
    }
}

async fn a_claim_shows_nothing_of_others_and_the_first_proof_wins(t: &mut TestApp) {
    let (contoso, fabrikam) = (company(t, "contoso").await, company(t, "fabrikam").await);
    add(t, &contoso.admin, "contoso.test").await.unwrap();
    add(t, &fabrikam.admin, "contoso.test").await.unwrap();
    let (first, second) = (
        expected(t, &contoso.admin, "contoso.test").await,
        expected(t, &fabrikam.admin, "contoso.test").await,
    );
    assert_ne!(first, second);
    assert_eq!(first.len(), "tenantry-verification=".len() + 32, "128 bits");
    t.dns.text("contoso.test", &[&first, &second]);
    let verified = verify(t, &fabrikam.admin, "contoso.test").await.unwrap();
    assert_eq!(verified, Check::Verified { below: Vec::new() });
    assert_eq!(codes(verify(t, &contoso.admin, "contoso.test").await), [Code::DomainNameProvenElsewhere]);
    assert!(!is_verified(&get(t, &contoso.admin, "contoso.test").await.unwrap()));

    let outsider = company(t, "outsider").await;
    add(t, &outsider.admin, "contoso.test").await.expect("a proven name is added like any other");
    assert_eq!(
        activities(t, fabrikam.tenant, "contoso.test").await,
        ["domain-added", "domain-verified", "evidence-established"]
    );
    assert_eq!(activities(t, contoso.tenant, "contoso.test").await, ["domain-added"]);
}

async fn a_record_proves_the_claim_it_was_made_for(t: &mut TestApp) {
    let (contoso, fabrikam) = (company(t, "contoso").await, company(t, "fabrikam").await);
    add(t, &contoso.admin, "contoso.test").await.unwrap();
    add(t, &fabrikam.admin, "contoso.test").await.unwrap();
    let text = expected(t, &contoso.admin, "contoso.test").await;
    t.dns.text("contoso.test", &[&text]);
    let theirs = look(t, &t.app.outside.dns, &contoso.admin, "contoso.test").await;
    assert_eq!(theirs.proof(), Some(Proof::Txt));
    let used = verify_by(t, &fabrikam.admin, "contoso.test", &theirs).await;
    assert!(matches!(used, Ok(Check::NotYet(_))), "another tenant's look: {used:?}");

    add(t, &contoso.admin, "contoso.org").await.unwrap();
    let used = verify_by(t, &contoso.admin, "contoso.org", &theirs).await;
    assert!(matches!(used, Ok(Check::NotYet(_))), "another name's look: {used:?}");

    remove(t, &contoso.admin, "contoso.test").await.unwrap();
    add(t, &contoso.admin, "contoso.test").await.unwrap();
    let used = verify_by(t, &contoso.admin, "contoso.test", &theirs).await;
    assert!(matches!(used, Ok(Check::NotYet(_))), "an earlier claim's look: {used:?}");
    assert!(get(t, &contoso.admin, "contoso.test").await.unwrap().name.checked_at.is_some());
}

async fn names_below_come_with_a_proof_in_the_same_tenant_alone(t: &mut TestApp) {
    let (contoso, fabrikam) = (company(t, "contoso").await, company(t, "fabrikam").await);
    add(t, &contoso.admin, "mail.contoso.test").await.unwrap();
    add(t, &contoso.admin, "mailcontoso.test").await.unwrap();
    assert!(!is_verified(&get(t, &contoso.admin, "mail.contoso.test").await.unwrap()));
    own(t, &contoso.admin, "contoso.test").await;
    let below = get(t, &contoso.admin, "mail.contoso.test").await.unwrap();
    assert_eq!(below.name.verified_with.as_deref(), Some("contoso.test"));
    assert!(!is_verified(&get(t, &contoso.admin, "mailcontoso.test").await.unwrap()), "it only ends alike");
    add(t, &contoso.admin, "a.b.contoso.test").await.unwrap();
    assert!(is_verified(&get(t, &contoso.admin, "a.b.contoso.test").await.unwrap()));

    add(t, &fabrikam.admin, "shop.contoso.test").await.unwrap();
    assert!(!is_verified(&get(t, &fabrikam.admin, "shop.contoso.test").await.unwrap()));
    let text = expected(t, &fabrikam.admin, "shop.contoso.test").await;
    t.dns.text("shop.contoso.test", &[&text]);
    assert!(matches!(verify(t, &fabrikam.admin, "shop.contoso.test").await, Ok(Check::Verified { .. })));
    add(t, &contoso.admin, "shop.contoso.test").await.unwrap();
    assert!(
        !is_verified(&get(t, &contoso.admin, "shop.contoso.test").await.unwrap()),
        "a name below that another tenant has proven stays theirs"
    );
}

async fn an_mx_record_proves_too(t: &mut TestApp) {
    let contoso = company(t, "contoso").await;
    add(t, &contoso.admin, "contoso.test").await.unwrap();
    let token = get(t, &contoso.admin, "contoso.test").await.unwrap().name.token;
    let host = format!("{token}.verification.onwork.localhost");
    let records =
        vec![Record::MailExchange("mail.contoso.test".to_owned()), Record::MailExchange(host.clone())];
    t.dns.put("contoso.test", Kind::Mx, Ok(Answer { records, ttl: 60 }));
    let seen = look(t, &t.app.outside.dns, &contoso.admin, "contoso.test").await;
    assert_eq!(seen.proof(), Some(Proof::Mx));
    assert!(matches!(verify(t, &contoso.admin, "contoso.test").await, Ok(Check::Verified { .. })));
}

async fn a_resolver_that_fails_proves_nothing(t: &mut TestApp) {
    let contoso = company(t, "contoso").await;
    add(t, &contoso.admin, "contoso.test").await.unwrap();
    for failure in [LookUpError::ServerFailure, LookUpError::Timeout] {
        t.dns.put("contoso.test", Kind::Txt, Err(failure));
        let checked = verify(t, &contoso.admin, "contoso.test").await.unwrap();
        assert!(matches!(&checked, Check::NotYet(refusal) if refusal.code == Code::DomainLookUpFailed));
    }
    let text = expected(t, &contoso.admin, "contoso.test").await;
    t.dns.text("contoso.test", &[&text]);
    verify(t, &contoso.admin, "contoso.test").await.unwrap();
    assert_eq!(verify(t, &contoso.admin, "contoso.test").await.unwrap(), Check::Confirmed);
    t.dns.put("contoso.test", Kind::Txt, Err(LookUpError::Timeout));
    assert!(matches!(verify(t, &contoso.admin, "contoso.test").await, Ok(Check::NotYet(_))));
    assert!(
        is_verified(&get(t, &contoso.admin, "contoso.test").await.unwrap()),
        "one failed look takes nothing"
    );
}

async fn roles_decide_who_may(t: &mut TestApp) {
    let contoso = company(t, "contoso").await;
    own(t, &contoso.admin, "contoso.test").await;
    let initial = "contoso.onwork.localhost";
    let (reader, _) = person(t, contoso.tenant, "ben", initial, Role::GlobalReader).await;
    let (keeper, _) = person(t, contoso.tenant, "cleo", initial, Role::DomainNameAdministrator).await;
    assert!(get(t, &reader, "contoso.test").await.is_ok());
    assert_eq!(codes(add(t, &reader, "contoso.org").await), [Code::NotAllowed]);
    assert_eq!(codes(verify(t, &reader, "contoso.test").await), [Code::NotAllowed]);
    assert_eq!(codes(remove(t, &reader, "contoso.test").await), [Code::NotAllowed]);
    assert_eq!(codes(super::make_primary(t, &reader, "contoso.test").await), [Code::NotAllowed]);
    own(t, &keeper, "contoso.org").await;
}

async fn a_tenant_has_so_many_names(t: &mut TestApp) {
    let contoso = company(t, "contoso").await;
    add(t, &contoso.admin, "contoso.test").await.unwrap();
    add(t, &contoso.admin, "contoso.org").await.unwrap();
    assert_eq!(codes(add(t, &contoso.admin, "contoso.net").await), [Code::DomainNamesTooMany]);
    assert_eq!(codes(add(t, &contoso.admin, "contoso.org").await), [Code::DomainNameAdded]);
}

async fn a_real_server_proves_as_its_records_change(t: &mut TestApp) {
    let authority = Authority::start().await;
    let (dns, contoso) = (authority.dns(), company(t, "contoso").await);
    let name = "shop.contoso.test";
    add(t, &contoso.admin, name).await.unwrap();
    let text = expected(t, &contoso.admin, name).await;
    let check = async |t: &TestApp| {
        let observation = look(t, &dns, &contoso.admin, name).await;
        verify_by(t, &contoso.admin, name, &observation).await.unwrap()
    };
    let refused = |checked: &Check| match checked {
        Check::NotYet(refusal) => Some(refusal.code),
        _ => None,
    };
    assert_eq!(refused(&check(t).await), Some(Code::DomainRecordMissing));
    authority.publish("contoso.test", "shop", "TXT", &text[..text.len() - 1]);
    assert_eq!(refused(&check(t).await), Some(Code::DomainRecordDiffers));
    authority.withdraw("contoso.test", "shop", "TXT");
    authority.publish("contoso.test", "shop.contoso.test", "TXT", &text);
    assert_eq!(refused(&check(t).await), Some(Code::DomainRecordElsewhere));
    authority.withdraw("contoso.test", "shop.contoso.test", "TXT");
    authority.publish("contoso.test", "www.shop", "TXT", &text);
    assert_eq!(refused(&check(t).await), Some(Code::DomainRecordElsewhere));
    authority.publish("contoso.test", "shop", "TXT", "\"v=spf1 -all\"");
    authority.publish("contoso.test", "shop", "TXT", &text);
    assert_eq!(check(t).await, Check::Verified { below: Vec::new() });
    authority.withdraw("contoso.test", "shop", "TXT");
    assert_eq!(refused(&check(t).await), Some(Code::DomainRecordElsewhere));
}
