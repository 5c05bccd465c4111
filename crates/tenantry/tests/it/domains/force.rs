//! Removing a name by force: what uses it is renamed first.

use http::StatusCode;
use model::domains::life::Life;
use model::refusal::Code;
use model::roles::Role;
use serde_json::json;
use tenantry::access::Actor;
use tenantry::error::Error;
use tenantry::features::directory::{self, NewUser};
use tenantry::features::domains;
use tenantry::transaction;

use super::life::{named, operator, subjects};
use super::{activities, add, codes, get, make_primary, own, remove};
use crate::support::TestApp;
use crate::support::people::Company;

both_engines!(
    what_uses_a_name_is_renamed_and_the_name_goes,
    too_many_uses_and_the_own_name_are_refused,
    a_removal_goes_on_after_a_crash,
    references_of_all_kinds_come_in_pages,
    services_and_the_default_are_patched,
);

async fn force(t: &TestApp, company: &Company, name: &str) -> Result<(), Error> {
    let (app, moment, actor) = (t.app.clone(), t.app.moment(), operator(company));
    transaction!(app.db, |scope| {
        let mut tenant = scope.tenant(actor.grant()).await?;
        domains::force_remove(&app, &mut tenant, &actor, name, &moment).await
    })
}

async fn many(t: &TestApp, company: &Company, domain: &str, count: usize) {
    let (moment, actor) = (t.app.moment(), Actor::operator(company.tenant));
    let made: Result<(), Error> = transaction!(t.app.db, |scope| {
        let mut tenant = scope.tenant(actor.grant()).await?;
        for number in 0..count {
            let new = NewUser {
                user_name: format!("p{number:04}"),
                domain_name: domain.to_owned(),
                display_name: format!("Person {number}"),
                ..NewUser::default()
            };
            directory::create_user(&t.app, &mut tenant, &actor, &new, &moment).await?;
        }
        Ok(())
    });
    made.unwrap();
}

#[expect(clippy::too_many_lines, reason = "a walk reads best in one piece")]
async fn what_uses_a_name_is_renamed_and_the_name_goes(t: &mut TestApp) {
    let contoso = t.company("contoso").await;
    let initial = "contoso.onwork.localhost";
    let actor = operator(&contoso);
    own(t, &actor, "contoso.test").await;
    add(t, &actor, "shop.contoso.test").await.unwrap();
    make_primary(t, &actor, "contoso.test").await.unwrap();
    let ida = t.person(contoso.tenant, "contoso.test", "ida", &[]).await;
    t.person(contoso.tenant, "shop.contoso.test", "ida", &[]).await;
    t.person(contoso.tenant, initial, "ida", &[]).await;
    let client = t.client(contoso.tenant, contoso.ana).await;
    let group = json!({ "displayName": "Sales", "groupTypes": ["Unified"], "mailEnabled": true,
        "mailNickname": "sales", "securityEnabled": false });
    let group = client.post("/v1.0/groups", group).await;
    assert_eq!(group.body["mail"], "sales@contoso.test", "{}", group.body);
    let uris = json!(["api://contoso.test/portal", "https://shop.contoso.test/app"]);
    let application =
        client.post("/v1.0/applications", json!({ "displayName": "Portal", "identifierUris": uris })).await;
    let (group, application) =
        (group.body["id"].as_str().unwrap().to_owned(), application.body["id"].as_str().unwrap().to_owned());
    let mut ana = t.signed_in(contoso.tenant, contoso.ana).await;
    ana.get("/domains/contoso.test/remove").await.assert_shows(&["Sales", "Portal", "ida@contoso.test"]);
    let page = ana.get("/domains/contoso.test/force").await;
    page.assert_shows(&["contoso.test is the primary domain name."]);
    make_primary(t, &actor, initial).await.unwrap();
    let codes_of = codes(remove(t, &actor, "contoso.test").await);
    let wanted = [
        Code::DomainNameUsedByPeople,
        Code::DomainNameUsedByGroups,
        Code::DomainNameUsedByApplications,
        Code::DomainNameUsedByNames,
    ];
    assert_eq!(codes_of, wanted);
    let page = ana.get("/domains/contoso.test/remove").await;
    page.assert_shows(&["Remove by force"]);
    let page = ana.get("/domains/contoso.test/force").await;
    page.assert_shows(&["What will be renamed: 4 uses", "shop.contoso.test", "Sales", "Portal"]);
    let started = super::press(&mut ana, &page, "/domains/contoso.test/force").await;
    assert_eq!(started.location(), "/domains/contoso.test/departure");
    ana.follow(&started).await.assert_shows(&["0 of 4 renamed"]);
    let shown = client.get("/v1.0/domains/contoso.test").await;
    assert_eq!(shown.body["state"]["operation"], "ForceDelete");
    let renamed = json!({ "userPrincipalName": "a@contoso.test" });
    let refused = client.patch(&format!("/v1.0/users/{}", contoso.ana), renamed).await;
    assert_eq!(refused.codes().1, "domain-name-leaving");
    t.run_jobs().await;
    let page = ana.get("/domains/contoso.test/departure").await;
    page.assert_shows(&["Removed", "ida@contoso.test", "number added", "sales@contoso.onwork.localhost"]);
    for name in ["contoso.test", "shop.contoso.test"] {
        assert_eq!(codes(get(t, &actor, name).await), [Code::NotFound], "{name}");
    }
    let person = client.get(&format!("/v1.0/users/{ida}")).await.body["userPrincipalName"].clone();
    assert!(
        ["ida2@contoso.onwork.localhost", "ida3@contoso.onwork.localhost"]
            .contains(&person.as_str().unwrap())
    );
    let group = client.get(&format!("/v1.0/groups/{group}")).await;
    assert_eq!(group.body["mail"], "sales@contoso.onwork.localhost");
    let uris = client.get(&format!("/v1.0/applications/{application}")).await.body["identifierUris"].clone();
    assert_eq!(uris, json!([format!("api://{initial}/portal"), format!("https://shop.{initial}/app")]));
    let told = subjects(t, "ana.torres@mail.test").await;
    assert_eq!(told, ["contoso.test was removed"]);
    assert_eq!(subjects(t, "ida@mail.test").await.len(), 2);
    let told = activities(t, contoso.tenant, "contoso.test").await;
    assert!(
        told.contains(&"domain-removal-started".to_owned()) && told.contains(&"domain-removed".to_owned())
    );
}

async fn too_many_uses_and_the_own_name_are_refused(t: &mut TestApp) {
    let contoso = t.company("contoso").await;
    own(t, &operator(&contoso), "contoso.test").await;
    let cora = t.person(contoso.tenant, "contoso.test", "cora", &[Role::GlobalAdministrator]).await;
    let client = t.client(contoso.tenant, cora).await;
    let refused = client.post("/v1.0/domains/contoso.test/forceDelete", json!({})).await;
    assert_eq!(refused.codes().1, "domain-name-own-account");
    many(t, &contoso, "contoso.test", 1000).await;
    let refusals = force(t, &contoso, "contoso.test").await.unwrap_err().into_refusals().unwrap();
    let refused: Vec<_> = refusals.iter().map(|refusal| (refusal.code, refusal.arguments.clone())).collect();
    assert_eq!(refused.len(), 1);
    assert_eq!(refused[0].0, Code::DomainNameUsedTooMuch);
    assert!(refused[0].1.contains(&("count", "1001".to_owned())), "{refused:?}");
    let initial = "contoso.onwork.localhost";
    assert!(codes(force(t, &contoso, initial).await).contains(&Code::DomainNameInitial));
    assert!(matches!(named(t, &contoso, "contoso.test").await.life, Life::Verified { .. }));
}

async fn a_removal_goes_on_after_a_crash(t: &mut TestApp) {
    let contoso = t.company("contoso").await;
    own(t, &operator(&contoso), "contoso.test").await;
    many(t, &contoso, "contoso.test", 90).await;
    let client = t.client(contoso.tenant, contoso.ana).await;
    let answer =
        client.post("/v1.0/domains/contoso.test/forceDelete", json!({ "disableUserAccounts": false })).await;
    assert_eq!(answer.status, StatusCode::NO_CONTENT, "{}", answer.body);
    let again = client.post("/v1.0/domains/contoso.test/forceDelete", json!({})).await;
    assert_eq!(again.status, StatusCode::NO_CONTENT, "asked twice, done once");
    // Steps that run twice, as after a crash between work and commit, change nothing more.
    let actor = operator(&contoso);
    let (app, moment) = (t.app.clone(), t.app.moment());
    let job = domains::RemoveByForce { tenant: contoso.tenant, name: "contoso.test".into() };
    let enqueued: Result<(), Error> =
        transaction!(app.db, |scope| tenantry::jobs::enqueue(scope, &job, &moment).await);
    enqueued.unwrap();
    t.run_jobs().await;
    assert_eq!(codes(get(t, &actor, "contoso.test").await), [Code::NotFound]);
    let under =
        client.get("/v1.0/users?$count=true&$filter=endsWith(userPrincipalName,'@contoso.test')").await;
    assert_eq!(under.body["@odata.count"], 0);
    assert_eq!(t.rows(contoso.tenant, "domain_rename").await, 90);
    assert_eq!(subjects(t, "ana.torres@mail.test").await, ["contoso.test was removed"]);
    own(t, &actor, "contoso.test").await;
}

async fn references_of_all_kinds_come_in_pages(t: &mut TestApp) {
    let contoso = t.company("contoso").await;
    own(t, &operator(&contoso), "contoso.test").await;
    make_primary(t, &operator(&contoso), "contoso.test").await.unwrap();
    many(t, &contoso, "contoso.test", 5).await;
    t.person(contoso.tenant, &contoso.domain, "other", &[]).await;
    let client = t.client(contoso.tenant, contoso.ana).await;
    for (path, body) in [
        (
            "/v1.0/groups",
            json!({ "displayName": "Sales", "groupTypes": ["Unified"], "mailEnabled": true,
            "mailNickname": "sales", "securityEnabled": false }),
        ),
        (
            "/v1.0/groups",
            json!({ "displayName": "Plain", "mailEnabled": false, "mailNickname": "plain",
            "securityEnabled": true }),
        ),
        (
            "/v1.0/applications",
            json!({ "displayName": "Portal", "identifierUris": ["api://contoso.test/portal"] }),
        ),
        ("/v1.0/applications", json!({ "displayName": "Other" })),
    ] {
        assert_eq!(client.post(path, body).await.status, StatusCode::CREATED);
    }
    let mut next = "/v1.0/domains/contoso.test/domainNameReferences?$top=3&$count=true".to_owned();
    let (mut kinds, mut pages) = (Vec::new(), 0);
    while !next.is_empty() {
        let page = client.get(&next).await;
        assert_eq!(page.status.as_u16(), 200, "{}", page.body);
        if pages == 0 {
            assert_eq!(page.body["@odata.count"], 7);
        }
        kinds.extend(page.each("@odata.type"));
        pages += 1;
        let link = page.body["@odata.nextLink"].as_str().unwrap_or_default();
        next = link.strip_prefix("http://localhost:8080").unwrap_or_default().to_owned();
    }
    kinds.sort();
    let count = |kind: &str| kinds.iter().filter(|found| found.ends_with(kind)).count();
    assert_eq!((pages, count(".user"), count(".group"), count(".application")), (3, 5, 1, 1), "{kinds:?}");
}

async fn services_and_the_default_are_patched(t: &mut TestApp) {
    let contoso = t.company("contoso").await;
    own(t, &operator(&contoso), "contoso.test").await;
    add(t, &operator(&contoso), "contoso.example").await.unwrap();
    let client = t.client(contoso.tenant, contoso.ana).await;
    let path = "/v1.0/domains/contoso.test";
    let patched = client
        .patch(
            path,
            json!({ "isDefault": true, "supportedServices": ["Email", "OfficeCommunicationsOnline"] }),
        )
        .await;
    assert_eq!(patched.status, StatusCode::NO_CONTENT, "{}", patched.body);
    let shown = client.get(path).await;
    assert_eq!(shown.body["supportedServices"], json!(["Email", "OfficeCommunicationsOnline"]));
    assert_eq!(shown.body["isDefault"], true);
    assert_eq!(client.patch(path, json!({ "supportedServices": ["Fax"] })).await.codes().1, "property-value");
    let claimed =
        client.patch("/v1.0/domains/contoso.example", json!({ "supportedServices": ["Email"] })).await;
    assert_eq!(claimed.codes().1, "domain-name-not-verified");
    let selected = client.get(&format!("{path}?$select=id,state,availabilityStatus")).await;
    let mut keys: Vec<_> = selected.body.as_object().unwrap().keys().cloned().collect();
    keys.sort();
    assert_eq!(keys, ["@odata.context", "availabilityStatus", "id", "state"]);
    for written in ["isVerified", "passwordValidityPeriodInDays", "state", "id"] {
        let refused = client.patch(path, json!({ written: 1 })).await;
        assert_eq!(refused.codes().1, "property-read-only", "{written}");
    }
}
