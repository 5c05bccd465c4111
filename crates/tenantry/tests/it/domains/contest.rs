//! A lapsed name that another tenant proves: a case, its waiting time, and what becomes of either side.

use http::StatusCode;
use jiff::SignedDuration;
use model::domains::life::Life;
use model::ids::UserId;
use model::refusal::Code;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::json;
use tenantry::access::Actor;
use tenantry::error::Error;
use tenantry::features::directory::{self, Profile, SignInName};
use tenantry::features::domains::Check;
use tenantry::transaction;

use super::life::{days, lapse, named, operator, subjects};
use super::{activities, add, codes, expected, get, own, remove, verify};
use crate::signin::{self, PASSWORD, is_in, sign_in, to_password};
use crate::support::TestApp;
use crate::support::company::{CONTOSO, Company as Signatory};
use crate::support::people::Company;

both_engines!(
    a_contested_name_goes_and_revives_nothing,
    a_holder_who_proves_in_time_keeps_the_name,
    claims_come_one_after_the_other,
    a_name_removed_and_proven_elsewhere_revives_nothing,
    contact_addresses_go_with_a_name_however_they_were_typed,
    a_name_that_was_promoted_is_not_lost_unwarned,
);

/// Adds a name, publishes the record beside those that are there, and checks.
async fn claim(t: &TestApp, company: &Company, name: &str, others: &[&str]) -> Option<Code> {
    let actor = operator(company);
    if get(t, &actor, name).await.is_err() {
        add(t, &actor, name).await.unwrap();
    }
    let text = expected(t, &actor, name).await;
    t.dns.text(name, &[others, &[text.as_str()]].concat());
    match verify(t, &actor, name).await.unwrap() {
        Check::NotYet(refusal) => Some(refusal.code),
        _ => None,
    }
}

async fn move_to(t: &TestApp, company: &Company, user: UserId, name: &str, contact: Option<&str>) {
    let (actor, moment) = (Actor::operator(company.tenant), t.app.moment());
    let moved: Result<(), Error> = transaction!(t.app.db, |scope| {
        let mut tenant = scope.tenant(actor.grant()).await?;
        let person = directory::find_person(&mut tenant, user).await?.unwrap();
        let mut profile = Profile::of(&person);
        let (local, domain) = name.split_once('@').unwrap();
        profile.name = SignInName::new(local, domain);
        if let Some(contact) = contact {
            profile.contact = directory::contact_email(&t.app, contact, "contactEmail").unwrap();
        }
        directory::update(&mut tenant, &actor, user, &profile, &moment).await
    });
    moved.unwrap();
}

#[expect(clippy::too_many_lines, reason = "a walk reads best in one piece")]
async fn a_contested_name_goes_and_revives_nothing(t: &mut TestApp) {
    let (contoso, fabrikam) = (t.company("contoso").await, t.company("fabrikam").await);
    let initial = "contoso.onwork.localhost";
    own(t, &operator(&contoso), "contoso.test").await;
    let zoe = signin::person(t, contoso.tenant, "contoso", "zoe", &[]).await;
    move_to(t, &contoso, zoe.id, "zoe@contoso.test", None).await;
    let ida = t.person(contoso.tenant, "contoso.test", "ida", &[]).await;
    move_to(t, &contoso, ida, "ida@contoso.test", Some("ida@contoso.test")).await;
    let taken = t.person(contoso.tenant, initial, "ida", &[]).await;
    let gone = t.person(contoso.tenant, "contoso.test", "gone", &[]).await;
    let client = t.client(contoso.tenant, contoso.ana).await;
    let application = json!({ "displayName": "Portal", "identifierUris": ["api://contoso.test/portal"] });
    let application = client.post("/v1.0/applications", application).await.body["id"].clone();
    let mut browser = t.browser();
    sign_in(&mut browser, "zoe@contoso.test").await;
    assert!(is_in(&mut browser).await);
    lapse(t, &contoso, "contoso.test").await;
    sign_in(&mut browser, "zoe@contoso.test").await;
    assert!(
        !browser.get("/account").await.location().starts_with("/sign-in"),
        "sign-in goes on under a lapsed name"
    );
    subjects(t, "ana.torres@mail.test").await;

    assert_eq!(claim(t, &fabrikam, "contoso.test", &[]).await, Some(Code::DomainNameContested));
    assert_eq!(claim(t, &fabrikam, "contoso.test", &[]).await, Some(Code::DomainNameContested), "once more");
    let told = subjects(t, "ana.torres@mail.test").await;
    assert!(
        told.len() == 1 && told[0].starts_with("Somebody else claims contoso.test: prove it by"),
        "{told:?}"
    );
    let mut ana = t.signed_in(contoso.tenant, contoso.ana).await;
    for path in ["/overview", "/domains", "/domains/contoso.test"] {
        let page = ana.get(path).await;
        page.assert_shows(&["contoso.test"]);
        assert!(!page.body.contains("fabrikam"), "{path} names the other side");
    }
    ana.get("/domains/contoso.test")
        .await
        .assert_shows(&["Another organisation claims this name", "Contested"]);
    let mut theirs = t.signed_in(fabrikam.tenant, fabrikam.ana).await;
    let page = theirs.get("/domains/contoso.test").await;
    page.assert_shows(&["Claimed, held elsewhere", "Its present holder was told", "Keep the record in DNS"]);
    for path in ["/overview", "/domains", "/domains/contoso.test"] {
        let page = theirs.get(path).await;
        assert!(!page.body.contains("contoso.onwork"), "{path} names the other side");
    }
    let claimant = t.client(fabrikam.tenant, fabrikam.ana).await;
    let shown = claimant.get("/v1.0/domains/contoso.test").await;
    assert_eq!(shown.body["availabilityStatus"], "EmailVerifiedDomainTakeoverScheduled");
    assert_eq!(shown.body["isVerified"], false);

    days(t, 13).await;
    assert!(matches!(named(t, &contoso, "contoso.test").await.life, Life::Contested { .. }));
    // A sign-up and a request begin by mailboxes of the old epoch.
    let late = Signatory { email: "late@contoso.test", prefix: "late", username: "late", ..CONTOSO };
    let mut signing = t.browser();
    let page = late.prove_mailbox(t, &mut signing).await;
    assert_eq!(page.path, "/sign-up/discovery");
    let client = t.client(contoso.tenant, contoso.ana).await;
    client.delete(&format!("/v1.0/users/{gone}")).await;
    let request = crate::people::ask(t, contoso.tenant, "joe@contoso.test").await.unwrap();
    subjects(t, "ana.torres@mail.test").await;

    let mut asking = t.browser();
    let page = asking.get("/reset").await;
    let page = asking.submit_and_follow(&page, &[("username", "zoe@contoso.test")]).await;
    let code = t.mail_to("zoe@mail.test").await.code();
    days(t, 2).await;
    asking.submit(&page, &[("code", &code)]).await;
    assert!(matches!(named(t, &fabrikam, "contoso.test").await.life, Life::Verified { .. }));
    let lost = named(t, &contoso, "contoso.test").await;
    assert!(matches!(lost.life, Life::Claimed) && !lost.is_primary);
    let told = subjects(t, "ana.torres@mail.test").await;
    assert!(told.contains(&"contoso.test now belongs to another organisation".to_owned()), "{told:?}");
    assert!(told.contains(&"contoso.test is yours".to_owned()), "{told:?}");

    // Accounts stay, under the initial name; sessions end; who can be reached elsewhere is told.
    assert!(browser.get("/account").await.location().starts_with("/sign-in"));
    let told = subjects(t, "zoe@mail.test").await;
    assert_eq!(told, [format!("You sign in as zoe@{initial} now")]);
    assert!(subjects(t, "ida@contoso.test").await.is_empty(), "others read that mailbox now");
    let mut browser = t.browser();
    let page = to_password(&mut browser, "zoe@contoso.test").await;
    let page = browser.submit(&page, &[("password", PASSWORD)]).await;
    page.assert_refused(422, "don't match");
    sign_in(&mut browser, &format!("zoe@{initial}")).await;
    let client = t.client(contoso.tenant, contoso.ana).await;
    let person = async |id: UserId| client.get(&format!("/v1.0/users/{id}")).await.body;
    assert_eq!(person(ida).await["userPrincipalName"], format!("ida2@{initial}"));
    assert_eq!(person(ida).await["mail"], json!(null));
    assert_eq!(person(taken).await["userPrincipalName"], format!("ida@{initial}"));
    let application = client.get(&format!("/v1.0/applications/{}", application.as_str().unwrap())).await;
    assert_eq!(application.body["identifierUris"], json!([format!("api://{initial}/portal")]));
    let found = client.get(&format!("/v1.0/users?$filter=userPrincipalName eq 'zoe@{initial}'")).await;
    assert_eq!(found.each("displayName"), ["Zoe Quist"], "the index followed");
    let mut ana = t.signed_in(contoso.tenant, contoso.ana).await;
    let page = ana.get("/domains/contoso.test/departure").await;
    page.assert_shows(&[
        "Now belongs to another organisation",
        "ida2@contoso.onwork.localhost",
        "number added",
    ]);
    ana.get("/overview").await.assert_shows(&["contoso.test went to another organisation."]);
    theirs = t.signed_in(fabrikam.tenant, fabrikam.ana).await;
    let foreign = theirs.get("/domains/contoso.test/departure").await;
    assert_eq!(foreign.status, StatusCode::NOT_FOUND);

    // Nothing that was begun before counts.
    let restored = client.post(&format!("/v1.0/directory/deletedItems/{gone}/restore"), json!({})).await;
    assert_eq!(restored.body["userPrincipalName"], format!("gone@{initial}"), "{}", restored.body);
    assert_eq!(person(gone).await["userPrincipalName"], format!("gone@{initial}"));
    let page = ana.get(&format!("/access-requests/{request}")).await;
    page.assert_shows(&["Expired"]);
    let page = signing.get("/sign-up/discovery").await;
    assert!(!page.text().contains("contoso Ltd") && page.path != "/sign-up/organisation", "{}", page.text());
    let settled = signing.post("/sign-up/discovery", &[("way", "separate")]).await;
    let goes_on = settled.status.is_redirection() && settled.location().contains("/sign-up/organisation");
    assert!(!goes_on, "{}", settled.text());
    assert_eq!(t.count("SELECT epoch FROM verified_domain WHERE name = 'contoso.test'").await, 2);
}

async fn a_holder_who_proves_in_time_keeps_the_name(t: &mut TestApp) {
    let (contoso, fabrikam) = (t.company("contoso").await, t.company("fabrikam").await);
    own(t, &operator(&contoso), "contoso.test").await;
    let text = expected(t, &operator(&contoso), "contoso.test").await;
    lapse(t, &contoso, "contoso.test").await;
    assert_eq!(claim(t, &fabrikam, "contoso.test", &[]).await, Some(Code::DomainNameContested));
    days(t, 5).await;
    subjects(t, "ana.torres@mail.test").await;
    let theirs = expected(t, &operator(&fabrikam), "contoso.test").await;
    t.dns.text("contoso.test", &[&theirs, &text]);
    let mut ana = t.signed_in(contoso.tenant, contoso.ana).await;
    let page = ana.get("/domains/contoso.test").await;
    let checked = super::press(&mut ana, &page, "/domains/contoso.test/check").await;
    assert_eq!(checked.status, StatusCode::SEE_OTHER, "{}", checked.text());
    assert!(matches!(named(t, &contoso, "contoso.test").await.life, Life::Verified { .. }));
    let mut told = subjects(t, "ana.torres@mail.test").await;
    told.sort();
    assert_eq!(told, ["contoso.test stays with its holder", "contoso.test stays yours"]);
    assert!(matches!(named(t, &fabrikam, "contoso.test").await.life, Life::Claimed));
    assert_eq!(
        codes(verify(t, &operator(&fabrikam), "contoso.test").await),
        [Code::DomainNameProvenElsewhere]
    );
    days(t, 20).await;
    assert!(matches!(named(t, &contoso, "contoso.test").await.life, Life::Verified { .. }));
    assert_eq!(t.count("SELECT count(*) FROM domain_case").await, 0);

    // The same at the last moment, by the decision's own look.
    lapse(t, &contoso, "contoso.test").await;
    assert_eq!(claim(t, &fabrikam, "contoso.test", &[]).await, Some(Code::DomainNameContested));
    t.advance(SignedDuration::from_hours(24 * 14));
    t.dns.text("contoso.test", &[&theirs, &text]);
    t.run_jobs().await;
    assert!(matches!(named(t, &contoso, "contoso.test").await.life, Life::Verified { .. }));
    let told = activities(t, contoso.tenant, "contoso.test").await;
    assert_eq!(told.iter().filter(|told| *told == "domain-kept").count(), 2, "{told:?}");
}

async fn claims_come_one_after_the_other(t: &mut TestApp) {
    let (contoso, fabrikam) = (t.company("contoso").await, t.company("fabrikam").await);
    let northwind = t.company("northwind").await;
    own(t, &operator(&contoso), "contoso.test").await;
    lapse(t, &contoso, "contoso.test").await;
    assert_eq!(claim(t, &fabrikam, "contoso.test", &[]).await, Some(Code::DomainNameContested));
    let first = expected(t, &operator(&fabrikam), "contoso.test").await;
    let waits = claim(t, &northwind, "contoso.test", &[&first]).await;
    assert_eq!(waits, Some(Code::DomainNameWaiting));
    let mut theirs = t.signed_in(northwind.tenant, northwind.ana).await;
    theirs.get("/domains/contoso.test").await.assert_shows(&["An earlier claim comes first"]);
    days(t, 5).await;
    // The first gives up: the second has a case with a time of its own.
    remove(t, &operator(&fabrikam), "contoso.test").await.unwrap();
    t.run_jobs().await;
    assert!(matches!(named(t, &northwind, "contoso.test").await.life, Life::Claiming { .. }));
    days(t, 13).await;
    assert!(matches!(named(t, &contoso, "contoso.test").await.life, Life::Contested { .. }));
    // Whose record is gone when it is decided gets nothing, and the holder is as before.
    t.dns.clear("contoso.test");
    days(t, 2).await;
    assert!(matches!(named(t, &contoso, "contoso.test").await.life, Life::Lapsed { .. }));
    assert!(matches!(named(t, &northwind, "contoso.test").await.life, Life::Claimed));
    let told = subjects(t, "ana.torres@mail.test").await;
    assert!(told.contains(&"Your claim to contoso.test is over".to_owned()), "{told:?}");
    assert!(told.contains(&"The claim to contoso.test is over".to_owned()), "{told:?}");
    // A holder who gives the name up ends the waiting.
    assert_eq!(claim(t, &northwind, "contoso.test", &[]).await, Some(Code::DomainNameContested));
    remove(t, &operator(&contoso), "contoso.test").await.unwrap();
    days(t, 1).await;
    assert!(matches!(named(t, &northwind, "contoso.test").await.life, Life::Verified { .. }));
    assert_eq!(t.count("SELECT count(*) FROM domain_case_waiting").await, 0);
}

async fn a_name_removed_and_proven_elsewhere_revives_nothing(t: &mut TestApp) {
    let (contoso, fabrikam) = (t.company("contoso").await, t.company("fabrikam").await);
    own(t, &operator(&contoso), "contoso.test").await;
    let gone = t.person(contoso.tenant, "contoso.test", "gone", &[]).await;
    let ben = t.person(contoso.tenant, &contoso.domain, "ben", &[]).await;
    move_to(t, &contoso, ben, "ben@contoso.onwork.localhost", Some("ben@contoso.test")).await;
    let client = t.client(contoso.tenant, contoso.ana).await;
    client.delete(&format!("/v1.0/users/{gone}")).await;
    let mut browser = t.browser();
    let page = browser.get("/reset").await;
    browser.submit_and_follow(&page, &[("username", "ben@contoso.onwork.localhost")]).await;
    t.mail_to("ben@contoso.test").await.code();
    remove(t, &operator(&contoso), "contoso.test").await.unwrap();
    t.run_jobs().await;
    let mail = client.get(&format!("/v1.0/users/{ben}?$select=mail")).await;
    assert_eq!(mail.body["mail"], "ben@contoso.test", "nobody else has the mailbox yet");
    assert_eq!(claim(t, &fabrikam, "contoso.test", &[]).await, None);
    t.run_jobs().await;
    assert_eq!(client.get(&format!("/v1.0/users/{ben}?$select=mail")).await.body["mail"], json!(null));
    let page = browser.get("/reset").await;
    browser.submit_and_follow(&page, &[("username", "ben@contoso.onwork.localhost")]).await;
    assert!(subjects(t, "ben@contoso.test").await.is_empty(), "no code goes to a mailbox of others");
    let restored = client.post(&format!("/v1.0/directory/deletedItems/{gone}/restore"), json!({})).await;
    assert_eq!(restored.status.as_u16(), 200, "{}", restored.body);
    let name = client.get(&format!("/v1.0/users/{gone}")).await.body["userPrincipalName"].clone();
    assert_eq!(name, "gone@contoso.onwork.localhost");
}

async fn contact_addresses_go_with_a_name_however_they_were_typed(t: &mut TestApp) {
    let (contoso, fabrikam) = (t.company("contoso").await, t.company("fabrikam").await);
    let (name, initial) = ("xn--mller-kva.test", "contoso.onwork.localhost");
    own(t, &operator(&contoso), name).await;
    let client = t.client(contoso.tenant, contoso.ana).await;
    let mut people = Vec::new();
    for (user, address) in [
        ("ben", "ben@müller.test"),
        ("ida", "ida@MÜLLER.test"),
        ("kim", "kim@ｍüller.test"),
        ("lea", "lea@post.müller.test"),
        ("max", "max@xn--mller-kva.test"),
        ("gone", "gone@müller.test"),
    ] {
        let id = t.person(contoso.tenant, initial, user, &[]).await;
        let changed = client.patch(&format!("/v1.0/users/{id}"), json!({ "mail": address })).await;
        assert_eq!(changed.status.as_u16(), 204, "{address}: {}", changed.body);
        people.push((id, address));
    }
    let near = t.person(contoso.tenant, initial, "near", &[]).await;
    client.patch(&format!("/v1.0/users/{near}"), json!({ "mail": "near@anmüller.test" })).await;
    let gone = people[5].0;
    client.delete(&format!("/v1.0/users/{gone}")).await;
    let mut browser = t.browser();
    let page = browser.get("/reset").await;
    let page = browser.submit_and_follow(&page, &[("username", &format!("ben@{initial}"))]).await;
    let code = t.mail_to("ben@müller.test").await.code();
    remove(t, &operator(&contoso), name).await.unwrap();
    assert_eq!(claim(t, &fabrikam, name, &[]).await, None);
    t.run_jobs().await;

    let late = browser.submit(&page, &[("code", &code)]).await;
    assert_eq!(late.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", late.text());
    client.post(&format!("/v1.0/directory/deletedItems/{gone}/restore"), json!({})).await;
    for (id, address) in people {
        let shown = client.get(&format!("/v1.0/users/{id}?$select=mail")).await;
        assert_eq!(shown.body["mail"], json!(null), "{address}");
        let asked = utf8_percent_encode(address, NON_ALPHANUMERIC);
        let found = client.get(&format!("/v1.0/users?$filter=mail eq '{asked}'")).await;
        assert!(found.each("id").is_empty(), "the index followed: {address}");
    }
    let kept = client.get(&format!("/v1.0/users/{near}?$select=mail")).await;
    assert_eq!(kept.body["mail"], "near@anmüller.test");
    let page = browser.get("/reset").await;
    browser.submit_and_follow(&page, &[("username", &format!("ben@{initial}"))]).await;
    assert!(subjects(t, "ben@müller.test").await.is_empty(), "no code goes to a mailbox of others");
}

async fn a_name_that_was_promoted_is_not_lost_unwarned(t: &mut TestApp) {
    let (contoso, fabrikam) = (t.company("contoso").await, t.company("fabrikam").await);
    own(t, &operator(&contoso), "contoso.test").await;
    add(t, &operator(&contoso), "shop.contoso.test").await.unwrap();
    lapse(t, &contoso, "contoso.test").await;
    assert_eq!(claim(t, &fabrikam, "shop.contoso.test", &[]).await, Some(Code::DomainNameContested));
    let theirs = expected(t, &operator(&fabrikam), "shop.contoso.test").await;
    let client = t.client(contoso.tenant, contoso.ana).await;
    let own = expected(t, &operator(&contoso), "shop.contoso.test").await;
    t.dns.text("shop.contoso.test", &[&theirs, &own]);
    subjects(t, "ana.torres@mail.test").await;
    let promoted = client.post("/v1.0/domains/shop.contoso.test/promote", json!({})).await;
    assert_eq!(promoted.status.as_u16(), 200, "{}", promoted.body);
    let told = subjects(t, "ana.torres@mail.test").await;
    assert!(told.contains(&"shop.contoso.test stays with its holder".to_owned()), "{told:?}");
    assert!(matches!(named(t, &fabrikam, "shop.contoso.test").await.life, Life::Claimed));
    assert_eq!(t.count("SELECT count(*) FROM domain_case").await, 0);
    t.dns.text("shop.contoso.test", &[&theirs]);
    days(t, 15).await;
    let life = named(t, &contoso, "shop.contoso.test").await.life;
    assert!(matches!(life, Life::Failing { .. } | Life::Warned { .. }), "{life:?}");
}
