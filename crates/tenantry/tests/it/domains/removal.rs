//! What keeps a name, and what becomes of one that is removed.

use model::refusal::Code;
use model::roles::Role;

use super::{
    activities, add, codes, company, expected, get, is_verified, make_primary, own, person, remove, verify,
};
use crate::support::TestApp;

both_engines!(
    what_uses_a_name_keeps_it,
    a_removed_name_is_free_and_starts_a_new_epoch,
    only_a_verified_name_becomes_primary,
);

async fn what_uses_a_name_keeps_it(t: &mut TestApp) {
    let contoso = company(t, "contoso").await;
    let initial = "contoso.onwork.localhost";
    own(t, &contoso.admin, "contoso.test").await;
    add(t, &contoso.admin, "mail.contoso.test").await.unwrap();
    for number in 10..22 {
        person(t, contoso.tenant, &format!("p{number}"), "contoso.test", Role::GlobalReader).await;
    }
    make_primary(t, &contoso.admin, "contoso.test").await.unwrap();
    let refusals = remove(t, &contoso.admin, "contoso.test").await.unwrap_err().into_refusals().unwrap();
    let found: Vec<_> = refusals.iter().map(|refusal| refusal.code).collect();
    assert_eq!(found, [Code::DomainNamePrimary, Code::DomainNameUsedByPeople, Code::DomainNameUsedByNames]);
    let argument = |at: usize, name: &str| {
        refusals[at].arguments.iter().find(|(known, _)| *known == name).unwrap().1.clone()
    };
    assert_eq!(argument(1, "count"), "12");
    assert_eq!(argument(1, "people").split(", ").count(), 10);
    assert!(argument(1, "people").starts_with("p10@contoso.test, p11@contoso.test"));
    assert_eq!(argument(2, "names"), "mail.contoso.test");
    assert_eq!(
        codes(remove(t, &contoso.admin, initial).await),
        [Code::DomainNameInitial, Code::DomainNameUsedByPeople]
    );
    assert!(is_verified(&get(t, &contoso.admin, "contoso.test").await.unwrap()));
    remove(t, &contoso.admin, "mail.contoso.test").await.unwrap();
    assert_eq!(codes(remove(t, &contoso.admin, "mail.contoso.test").await), [Code::NotFound]);
}

async fn a_removed_name_is_free_and_starts_a_new_epoch(t: &mut TestApp) {
    let (contoso, fabrikam) = (company(t, "contoso").await, company(t, "fabrikam").await);
    own(t, &contoso.admin, "contoso.test").await;
    add(t, &fabrikam.admin, "contoso.test").await.unwrap();
    let text = expected(t, &fabrikam.admin, "contoso.test").await;
    t.dns.text("contoso.test", &[&text]);
    assert_eq!(codes(verify(t, &fabrikam.admin, "contoso.test").await), [Code::DomainNameProvenElsewhere]);
    remove(t, &contoso.admin, "contoso.test").await.unwrap();
    assert_eq!(
        activities(t, contoso.tenant, "contoso.test").await,
        ["domain-added", "domain-removed", "domain-verified", "evidence-established", "evidence-withdrawn"]
    );
    verify(t, &fabrikam.admin, "contoso.test").await.unwrap();
    assert_eq!(t.count("SELECT epoch FROM verified_domain WHERE name = 'contoso.test'").await, 2);
}

async fn only_a_verified_name_becomes_primary(t: &mut TestApp) {
    let contoso = company(t, "contoso").await;
    add(t, &contoso.admin, "contoso.test").await.unwrap();
    assert_eq!(codes(make_primary(t, &contoso.admin, "contoso.test").await), [Code::DomainNameNotVerified]);
    own(t, &contoso.admin, "contoso.org").await;
    make_primary(t, &contoso.admin, "contoso.org").await.unwrap();
    make_primary(t, &contoso.admin, "contoso.org").await.expect("once more changes nothing");
    assert!(get(t, &contoso.admin, "contoso.org").await.unwrap().name.is_primary);
    assert!(!get(t, &contoso.admin, "contoso.onwork.localhost").await.unwrap().name.is_primary);
    let events = activities(t, contoso.tenant, "contoso.org").await;
    assert_eq!(events.iter().filter(|event| *event == "domain-made-primary").count(), 1);
}
