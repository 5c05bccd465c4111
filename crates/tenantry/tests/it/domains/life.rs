//! Names for life: proven daily, warned of, lapsed, restored.

use std::sync::Arc;

use http::StatusCode;
use jiff::SignedDuration;
use model::domains::life::Life;
use model::refusal::Code;
use model::roles::Role;
use serde_json::json;
use tenantry::access::Actor;
use tenantry::app::App;
use tenantry::features::domains::{Check, Name};
use tenantry::mail::Transport;
use tenantry::moment::SystemRandom;
use tenantry::outside::Outside;
use tenantry::outside::dns::{Kind, LookUpError};
use tenantry::outside::payment::Payment;
use tenantry::outside::payment::sandbox::Sandbox;
use tenantry::{jobs, serve};

use super::{activities, add, codes, expected, get, make_primary, own, verify};
use crate::signin::{self, is_in};
use crate::support::TestApp;
use crate::support::authority::Authority;
use crate::support::people::Company;

both_engines!(
    a_missing_record_warns_then_lapses_and_a_proof_restores,
    trouble_of_dns_is_no_failed_proof,
    names_below_share_the_life_of_the_name_above,
    proofs_are_spread_and_renew_evidence,
    a_real_server_decides_over_restarts,
);

pub const DAY: SignedDuration = SignedDuration::from_hours(24);

/// Days pass one by one, and each day's jobs run.
pub async fn days(t: &TestApp, count: usize) {
    days_of(&t.app, t, count).await;
}

async fn days_of(app: &App, t: &TestApp, count: usize) {
    jobs::schedule_recurring(app).await.unwrap();
    for _ in 0..count {
        t.advance(DAY);
        jobs::run_due(app).await.unwrap();
    }
    t.run_jobs().await;
}

pub fn operator(company: &Company) -> Actor {
    Actor::operator(company.tenant)
}

pub async fn named(t: &TestApp, company: &Company, name: &str) -> Name {
    get(t, &operator(company), name).await.unwrap().name
}

/// The subjects of the mails that an address got since it was last asked for.
pub async fn subjects(t: &mut TestApp, address: &str) -> Vec<String> {
    t.mails_to(address).await.into_iter().map(|mail| mail.subject).collect()
}

/// A name that lapsed: its record is gone for more than thirty days.
pub async fn lapse(t: &TestApp, company: &Company, name: &str) {
    t.dns.clear(name);
    days(t, 40).await;
    assert!(matches!(named(t, company, name).await.life, Life::Lapsed { .. }), "{name}");
}

#[expect(clippy::too_many_lines, reason = "a walk reads best in one piece")]
async fn a_missing_record_warns_then_lapses_and_a_proof_restores(t: &mut TestApp) {
    let contoso = t.company("contoso").await;
    let actor = operator(&contoso);
    own(t, &actor, "contoso.test").await;
    make_primary(t, &actor, "contoso.test").await.unwrap();
    let zoe = t.person(contoso.tenant, "contoso.test", "zoe", &[]).await;
    days(t, 3).await;
    assert!(matches!(named(t, &contoso, "contoso.test").await.life, Life::Verified { .. }));
    let text = expected(t, &actor, "contoso.test").await;
    t.dns.clear("contoso.test");
    days(t, 6).await;
    let name = named(t, &contoso, "contoso.test").await;
    assert!(matches!(name.life, Life::Failing { .. }) && name.is_primary, "{:?}", name.life);
    assert!(subjects(t, "ana.torres@mail.test").await.is_empty());
    days(t, 3).await;
    let warning = t.mail_to("ana.torres@mail.test").await;
    assert_eq!(warning.subject, "contoso.test will lapse unless its DNS record is back");
    assert!(warning.text.contains(&text) && warning.text.contains("April 2026"), "{}", warning.text);
    assert!(warning.html.contains(&text));
    let mut ana = t.signed_in(contoso.tenant, contoso.ana).await;
    ana.get("/overview").await.assert_shows(&["The DNS record of contoso.test is gone.", "By"]);
    ana.get("/domains").await.assert_shows(&["Will lapse"]);
    let page = ana.get("/domains/contoso.test").await;
    page.assert_shows(&[
        "The name will lapse",
        "Publish the record again",
        &text,
        "Administrators were warned",
    ]);

    days(t, 24).await;
    assert_eq!(subjects(t, "ana.torres@mail.test").await, ["contoso.test has lapsed"]);
    assert!(!named(t, &contoso, "contoso.test").await.is_primary);
    assert!(named(t, &contoso, "contoso.onwork.localhost").await.is_primary);
    let client = t.client(contoso.tenant, contoso.ana).await;
    let refused = client.post("/v1.0/users", json!({
        "accountEnabled": true, "displayName": "Ben", "mailNickname": "ben",
        "userPrincipalName": "ben@contoso.test", "passwordProfile": { "password": "lively brass orchard 71" },
    }));
    refused.await.assert_refused(400, "Request_BadRequest", "domain-name-lapsed");
    let rename = json!({ "userPrincipalName": "ana@contoso.test" });
    let refused = client.patch(&format!("/v1.0/users/{}", contoso.ana), rename).await;
    assert_eq!(refused.codes().1, "domain-name-lapsed");
    let kept = client.patch(&format!("/v1.0/users/{zoe}"), json!({ "jobTitle": "Pilot" })).await;
    assert_eq!(kept.status, StatusCode::NO_CONTENT, "who is there stays: {}", kept.body);
    let linked = json!({ "displayName": "Portal", "identifierUris": ["api://contoso.test/portal"] });
    assert_eq!(client.post("/v1.0/applications", linked).await.codes().1, "domain-name-lapsed");
    assert_eq!(codes(make_primary(t, &actor, "contoso.test").await), [Code::DomainNameLapsed]);
    let shown = client.get("/v1.0/domains/contoso.test").await;
    assert_eq!(shown.body["isVerified"], true);
    assert_eq!(shown.body["state"]["status"], "Failed", "{}", shown.body);
    add(t, &actor, "shop.contoso.test").await.unwrap();
    assert!(matches!(named(t, &contoso, "shop.contoso.test").await.life, Life::Claimed), "no new linking");
    let mut ana = t.signed_in(contoso.tenant, contoso.ana).await;
    ana.get("/domains/contoso.test")
        .await
        .assert_shows(&["The name has lapsed", "Everybody goes on signing in"]);
    ana.get("/people/new").await.assert_shows(&["@contoso.onwork.localhost"]);
    let edit = ana.get(&format!("/people/{zoe}/edit")).await;
    edit.assert_shows(&["@contoso.test"]);
    let saved = ana.submit(&edit, &[("displayName", "Zoe Quist")]).await;
    assert_eq!(saved.status, StatusCode::SEE_OTHER, "{}", saved.text());

    t.dns.text("contoso.test", &[&text]);
    days(t, 1).await;
    assert_eq!(subjects(t, "ana.torres@mail.test").await, ["contoso.test is proven again"]);
    make_primary(t, &actor, "contoso.test").await.unwrap();
    t.person(contoso.tenant, "contoso.test", "ben", &[]).await;
    let told = activities(t, contoso.tenant, "contoso.test").await;
    for activity in ["domain-proof-missing", "domain-warned", "domain-lapsed", "domain-restored"] {
        assert_eq!(told.iter().filter(|told| *told == activity).count(), 1, "{activity} in {told:?}");
    }
}

async fn trouble_of_dns_is_no_failed_proof(t: &mut TestApp) {
    let contoso = t.company("contoso").await;
    let actor = operator(&contoso);
    own(t, &actor, "contoso.test").await;
    for trouble in [LookUpError::ServerFailure, LookUpError::Timeout] {
        t.dns.clear("contoso.test");
        t.dns.put("contoso.test", Kind::Txt, Err(trouble));
        t.dns.put("contoso.test", Kind::Mx, Err(trouble));
        days(t, 45).await;
        let life = named(t, &contoso, "contoso.test").await.life;
        assert!(matches!(life, Life::Verified { .. }), "{trouble}: {life:?}");
    }
    // Who proves by MX isn't missing while the mail records can't be had.
    t.dns.put("contoso.test", Kind::Txt, Err(LookUpError::NoRecord { ttl: None }));
    days(t, 45).await;
    assert!(matches!(named(t, &contoso, "contoso.test").await.life, Life::Verified { .. }));
    assert!(subjects(t, "ana.torres@mail.test").await.is_empty());
}

async fn names_below_share_the_life_of_the_name_above(t: &mut TestApp) {
    let (contoso, fabrikam) = (t.company("contoso").await, t.company("fabrikam").await);
    let actor = operator(&contoso);
    own(t, &actor, "contoso.test").await;
    for below in ["shop.contoso.test", "mail.contoso.test"] {
        add(t, &actor, below).await.unwrap();
    }
    let client = t.client(contoso.tenant, contoso.ana).await;
    let shown = client.get("/v1.0/domains/shop.contoso.test").await;
    assert_eq!(shown.body["isRoot"], false);
    assert_eq!(client.get("/v1.0/domains/shop.contoso.test/rootDomain").await.body["id"], "contoso.test");
    assert_eq!(client.get("/v1.0/domains/contoso.test/rootDomain").await.status, StatusCode::NOT_FOUND);
    let refused = client.post("/v1.0/domains/shop.contoso.test/promote", json!({})).await;
    assert_eq!(refused.codes().1, "domain-record-missing");
    let text = expected(t, &actor, "shop.contoso.test").await;
    t.dns.text("shop.contoso.test", &[&text]);
    let mut ana = t.signed_in(contoso.tenant, contoso.ana).await;
    let page = ana.get("/domains/shop.contoso.test").await;
    page.assert_shows(&["Let it stand for itself", &text]);
    let promoted = client.post("/v1.0/domains/shop.contoso.test/promote", json!({})).await;
    assert_eq!(
        (promoted.status.as_u16(), &promoted.body["isRoot"]),
        (200, &json!(true)),
        "{}",
        promoted.body
    );
    let again = client.post("/v1.0/domains/shop.contoso.test/promote", json!({})).await;
    assert_eq!(again.codes().1, "domain-name-is-root");

    lapse(t, &contoso, "contoso.test").await;
    assert!(matches!(named(t, &contoso, "mail.contoso.test").await.life, Life::Lapsed { .. }));
    assert!(matches!(named(t, &contoso, "shop.contoso.test").await.life, Life::Verified { .. }));
    // Another tenant's proof of a name below takes that name alone.
    let theirs = operator(&fabrikam);
    add(t, &theirs, "mail.contoso.test").await.unwrap();
    let text = expected(t, &theirs, "mail.contoso.test").await;
    t.dns.text("mail.contoso.test", &[&text]);
    assert!(matches!(verify(t, &theirs, "mail.contoso.test").await.unwrap(), Check::NotYet(_)));
    days(t, 15).await;
    assert!(matches!(named(t, &fabrikam, "mail.contoso.test").await.life, Life::Verified { .. }));
    assert!(matches!(named(t, &contoso, "mail.contoso.test").await.life, Life::Claimed));
    assert!(matches!(named(t, &contoso, "contoso.test").await.life, Life::Lapsed { .. }));
}

async fn proofs_are_spread_and_renew_evidence(t: &mut TestApp) {
    let contoso = t.company("contoso").await;
    let actor = operator(&contoso);
    for number in 0..40 {
        own(t, &actor, &format!("name{number}.test")).await;
    }
    days(t, 45).await;
    let due = t.count("SELECT count(DISTINCT due_at) FROM verified_domain WHERE due_at IS NOT NULL").await;
    assert!(due > 30, "{due}");
    let initial = "SELECT count(*) FROM verified_domain WHERE due_at IS NOT NULL AND name LIKE '%onwork%'";
    assert_eq!(t.count(initial).await, 0);
    let mut ana = t.signed_in(contoso.tenant, contoso.ana).await;
    ana.get("/overview").await.assert_shows(&["name0.test", "Proven"]);
    let told = activities(t, contoso.tenant, "name0.test").await;
    let renewed = told.iter().filter(|told| *told == "evidence-established").count();
    assert!((5..10).contains(&renewed), "weekly, not daily: {told:?}");
    // Twice in one instant changes nothing.
    let before = named(t, &contoso, "name0.test").await;
    jobs::run_due(&t.app).await.unwrap();
    assert_eq!(named(t, &contoso, "name0.test").await, before);
}

/// The service on the same database, as after a restart, asking that server.
async fn restarted(t: &TestApp, authority: &Authority) -> App {
    let config = t.app.config.clone();
    let outside = Outside {
        mail: Transport::new(&config.mail).unwrap(),
        dns: authority.dns(),
        payment: Payment::new(Sandbox),
        http: t.app.outside.http.clone(),
    };
    serve::open_with(config, outside, Arc::new(t.clock.clone()), Arc::new(SystemRandom)).await.unwrap()
}

async fn a_real_server_decides_over_restarts(t: &mut TestApp) {
    let authority = Authority::start().await;
    let contoso = t.company("contoso").await;
    let actor = operator(&contoso);
    let zoe = signin::person(t, contoso.tenant, "contoso", "zoe", &[Role::GlobalReader]).await;
    own(t, &actor, "contoso.test").await;
    let text = expected(t, &actor, "contoso.test").await;
    authority.publish("contoso.test", "@", "TXT", &text);
    let life = async |t: &TestApp| named(t, &contoso, "contoso.test").await.life;
    days_of(&restarted(t, &authority).await, t, 2).await;
    assert!(matches!(life(t).await, Life::Verified { .. }));
    authority.withdraw("contoso.test", "@", "TXT");
    for (count, wanted) in [(1, "failing"), (8, "warned"), (25, "lapsed")] {
        // Each stretch is run by a service of its own.
        days_of(&restarted(t, &authority).await, t, count).await;
        assert_eq!(life(t).await.as_str(), wanted);
    }
    let mut browser = t.browser();
    signin::sign_in(&mut browser, &zoe.name).await;
    assert!(browser.get("/account").await.status.is_redirection() || is_in(&mut browser).await);
    authority.publish("contoso.test", "@", "TXT", &text);
    days_of(&restarted(t, &authority).await, t, 1).await;
    assert!(matches!(life(t).await, Life::Verified { .. }));
}
