//! Applications in the portal and by the operator's hand.

use std::process::Command;

use model::roles::Role;
use serde_json::Value;
use tenantry::access::Actor;
use tenantry::error::Error;
use tenantry::transaction;

use crate::support::TestApp;
use crate::support::browser::Browser;
use crate::support::page::Page;
use crate::support::program::program;

both_engines!(
    an_application_is_registered_given_a_secret_and_deleted,
    an_application_is_registered_for_where_it_runs,
    people_are_assigned_and_made_owners,
    pages_of_another_tenants_application_answer_like_unknown_ones,
    who_may_not_is_told_who_may,
    lists_go_on_behind_fifty,
    roles_are_defined_changed_and_removed,
    permissions_are_defined_by_whoever_may_change_the_application,
    what_is_shown_once_is_made_once,
    a_save_over_what_changed_meanwhile_is_refused,
);

async fn registered(browser: &mut Browser, name: &str) -> (String, Page) {
    let page = browser.get("/applications/new").await;
    let typed = [("displayName", name), ("redirectUris", "https://contoso.test/in\nhttp://localhost:3000/")];
    let answer = browser.submit(&page, &typed).await;
    let page = browser.follow(&answer).await;
    (page.path.split('?').next().unwrap().to_owned(), page)
}

const CHANGED: &str = "This was changed after you opened the page";

async fn roles_are_defined_changed_and_removed(t: &mut TestApp) {
    let company = t.company("contoso").await;
    let mut ana = t.signed_in(company.tenant, company.ana).await;
    let (path, page) = registered(&mut ana, "Orders").await;
    page.assert_shows(&["Roles and permissions", "It defines none."]);
    let new = format!("{path}/roles/new");
    let form = ana.get(&new).await;
    ana.submit_to(&form, &new, &[("displayName", "Approvers")])
        .await
        .assert_refused(422, "This field is empty");
    let typed = [("displayName", "Approvers"), ("value", "Orders Approve"), ("allowedMemberTypes", "User")];
    let wrong = ana.submit_to(&form, &new, &typed).await;
    assert_eq!(wrong.status.as_u16(), 422);
    assert_eq!(wrong.attributes("#value", "aria-invalid"), ["true"]);
    let saved = ana.submit_to(&form, &new, &[typed[0], ("value", "Orders.Approve"), typed[2]]).await;
    let page = ana.follow(&saved).await;
    page.assert_shows(&["The changes are saved", "Approvers", "Orders.Approve"]);
    // The same value twice would make tokens say nothing.
    let twice = ana.submit_to(&form, &new, &[typed[0], ("value", "Orders.Approve"), typed[2]]).await;
    assert_eq!(twice.status.as_u16(), 422);
    let role =
        page.attributes("main a", "href").into_iter().find(|link| link.contains("/roles/") && link != &new);
    let role = role.unwrap();
    ana.get(&format!("{path}/assignments/new")).await.assert_shows(&["Approvers"]);

    let ask = ana.get(&format!("{role}/remove")).await;
    ask.assert_shows(&["Remove the role Approvers?", "Orders.Approve"]);
    assert_eq!(ana.post(&format!("{role}/remove"), &[]).await.status.as_u16(), 422, "still enabled");
    let edit = ana.get(&role).await;
    let mut form = edit.form_to(&role);
    form.values.retain(|(name, _)| name != "isEnabled");
    let saved = ana.send_form(form, &[("description", "Who approve orders")]).await;
    ana.follow(&saved).await.assert_shows(&["Approvers", "Disabled"]);
    let page = confirmed(&mut ana, &format!("{role}/remove")).await;
    assert!(!page.text().contains("Approvers"), "{}", page.text());
    assert_eq!(ana.get(&role).await.status.as_u16(), 404);
}

async fn permissions_are_defined_by_whoever_may_change_the_application(t: &mut TestApp) {
    let company = t.company("contoso").await;
    let mut ana = t.signed_in(company.tenant, company.ana).await;
    let (path, _) = registered(&mut ana, "Orders").await;
    let new = format!("{path}/permissions/new");
    let form = ana.get(&new).await;
    let typed = [
        ("value", "Orders.Read"),
        ("type", "Admin"),
        ("adminConsentDisplayName", "Read orders"),
        ("adminConsentDescription", "Reads every order."),
    ];
    let reserved =
        ana.submit_to(&form, &new, &[("value", "offline_access"), typed[1], typed[2], typed[3]]).await;
    assert_eq!(reserved.status.as_u16(), 422);
    let saved = ana.submit_to(&form, &new, &typed).await;
    let page = ana.follow(&saved).await;
    page.assert_shows(&["Read orders", "Orders.Read"]);
    let link = page
        .attributes("main a", "href")
        .into_iter()
        .find(|link| link.contains("/permissions/") && link != &new);
    let link = link.unwrap();
    let edit = ana.get(&link).await;
    assert_eq!(edit.attributes("input[name=type][checked]", "value"), ["Admin"]);
    let saved = ana.submit_to(&edit, &link, &[("userConsentDisplayName", "See your orders")]).await;
    ana.follow(&saved).await.assert_shows(&["The changes are saved"]);

    // Nobody else's: an owner without a role may, others may not.
    let other = t.company("fabrikam").await;
    let mut foreign = t.signed_in(other.tenant, other.ana).await;
    for page in [new.clone(), link.clone(), format!("{link}/remove")] {
        assert_eq!(foreign.get(&page).await.status.as_u16(), 404, "{page}");
        assert_eq!(foreign.post(&page, &typed).await.status.as_u16(), 404, "{page}");
    }
    let rea = t.person(company.tenant, &company.domain, "rea", &[Role::DirectoryReaders]).await;
    let mut reader = t.signed_in(company.tenant, rea).await;
    assert_eq!(reader.get(&link).await.status.as_u16(), 403);
    assert_eq!(reader.post(&link, &typed).await.status.as_u16(), 403);
    let owner = t.person(company.tenant, &company.domain, "ben", &[]).await;
    ana.post(&format!("{path}/owners/new"), &[("id", &owner.to_string())]).await;
    let mut owner = t.signed_in(company.tenant, owner).await;
    let edit = owner.get(&link).await;
    let saved = owner.submit_to(&edit, &link, &[("adminConsentDisplayName", "Look at orders")]).await;
    owner.follow(&saved).await.assert_shows(&["Look at orders"]);
}

async fn what_is_shown_once_is_made_once(t: &mut TestApp) {
    let company = t.company("contoso").await;
    let ben = t.person(company.tenant, &company.domain, "ben", &[]).await;
    let mut ana = t.signed_in(company.tenant, company.ana).await;
    let (path, _) = registered(&mut ana, "Orders").await;
    let form = ana.get(&format!("{path}/secrets/new")).await;
    let typed = [("secretName", "deploy"), ("lifetime", "90")];
    assert_eq!(ana.submit(&form, &typed).await.status.as_u16(), 200);
    ana.submit(&form, &typed).await.assert_refused(422, CHANGED);
    assert_eq!(t.rows(company.tenant, "application_secret").await, 1);

    let ask = format!("/people/{ben}/reset-password");
    let form = ana.get(&ask).await;
    ana.submit_to(&form, &ask, &[]).await.assert_shows(&["never again"]);
    ana.submit_to(&form, &ask, &[]).await.assert_refused(409, CHANGED);

    let form = ana.get("/webhooks/new").await;
    let typed = [("url", "https://hooks.contoso.com/in"), ("events", "user.*")];
    let seen = form.attributes("[name=seen]", "value").remove(0);
    let values: Vec<_> = typed.into_iter().chain([("seen", seen.as_str())]).collect();
    let shown = ana.post("/webhooks/new", &values).await;
    ana.post("/webhooks/new", &values).await.assert_refused(422, CHANGED);
    let hook = shown.attributes("main .actions a", "href").remove(0);
    let ask = format!("{hook}/secret");
    let form = ana.get(&ask).await;
    assert_eq!(ana.submit_to(&form, &ask, &[]).await.status.as_u16(), 200);
    ana.submit_to(&form, &ask, &[]).await.assert_refused(409, CHANGED);

    let account = ana.get("/account").await;
    let codes = "/account/second-factor/codes";
    ana.submit_to(&account, codes, &[]).await.assert_shows(&["Keep these recovery codes"]);
    ana.submit_to(&account, codes, &[]).await.assert_refused(409, CHANGED);
}

async fn a_save_over_what_changed_meanwhile_is_refused(t: &mut TestApp) {
    let company = t.company("contoso").await;
    let ben = t.person(company.tenant, &company.domain, "ben", &[]).await;
    let mut ana = t.signed_in(company.tenant, company.ana).await;
    let (path, _) = registered(&mut ana, "Orders").await;
    for (page, change, late) in [
        (format!("{path}/edit"), ("notes", "First"), ("notes", "Second")),
        (
            format!("{path}/sign-in"),
            ("jwks_uri", "https://contoso.com/keys"),
            ("logoutUrl", "https://contoso.com/out"),
        ),
        (format!("{path}/access"), ("accountEnabled", "no"), ("appRoleAssignmentRequired", "yes")),
        (format!("/people/{ben}/edit"), ("jobTitle", "First"), ("department", "Second")),
    ] {
        let (one, two) = (ana.get(&page).await, ana.get(&page).await);
        let saved = ana.submit_to(&one, &page, &[change]).await;
        assert_eq!(saved.status.as_u16(), 303, "{page}: {}", saved.text());
        ana.submit_to(&two, &page, &[late]).await.assert_refused(422, CHANGED);
        let fresh = ana.get(&page).await;
        assert_eq!(ana.submit_to(&fresh, &page, &[late]).await.status.as_u16(), 303, "{page}");
    }
}

/// Answers a question with yes.
async fn confirmed(browser: &mut Browser, question: &str) -> Page {
    let page = browser.get(question).await;
    let answer = browser.submit_to(&page, question.split('?').next().unwrap(), &[]).await;
    browser.follow(&answer).await
}

async fn an_application_is_registered_given_a_secret_and_deleted(t: &mut TestApp) {
    let company = t.company("contoso").await;
    let mut ana = t.signed_in(company.tenant, company.ana).await;
    let empty = ana.get("/applications").await;
    assert!(empty.text().contains("No application yet"), "{}", empty.text());
    let page = ana.get("/applications/new").await;
    let answer =
        ana.submit(&page, &[("displayName", "Orders"), ("redirectUris", "http://contoso.test/")]).await;
    answer.assert_refused(422, "can't be a redirect URI");
    let (path, page) = registered(&mut ana, "Orders").await;
    assert!(
        page.text().contains("http://localhost:3000/") && page.text().contains("ANA.TORRES"),
        "{}",
        page.text()
    );

    let form = ana.get(&format!("{path}/secrets/new")).await;
    let shown = ana.submit(&form, &[("secretName", "deploy"), ("lifetime", "90")]).await;
    let secret = shown.text_of(".record div:nth-child(2) dd").unwrap();
    assert_eq!(secret.len(), 40, "{secret}");
    let page = ana.get(&path).await;
    assert!(!page.body.contains(&secret) && page.text().contains("deploy"), "{}", page.text());
    let link =
        page.attributes("main a", "href").into_iter().find(|link| link.contains("secrets/remove")).unwrap();
    let page = confirmed(&mut ana, &link).await;
    assert!(page.text().contains("no longer works") && !page.text().contains("deploy"), "{}", page.text());
    assert_eq!(t.rows(company.tenant, "application_secret").await, 0);

    let form = ana.get(&format!("{path}/edit")).await;
    let page = ana.submit_and_follow(&form, &[("displayName", "Orders 2"), ("web.redirectUris", "")]).await;
    assert!(page.text().contains("Orders 2") && !page.text().contains("localhost:3000"), "{}", page.text());
    let form = ana.get(&format!("{path}/edit")).await;
    ana.submit(&form, &[("identifierUris", "api://other")]).await.assert_refused(422, "application ID URI");
    let found = ana.get("/applications?search=orders").await;
    assert_eq!(found.attributes("td a", "href"), [path.as_str()]);
    assert!(ana.get("/applications?search=nothing").await.text().contains("Nothing matches"));

    let list = confirmed(&mut ana, &format!("{path}/delete")).await;
    assert!(list.text().contains("No application yet"), "{}", list.text());
    assert_eq!(ana.get("/applications?filter=deleted").await.attributes("td a", "href"), [path.as_str()]);
    assert!(ana.get(&path).await.text().contains("After 30 days"));
    let page = confirmed(&mut ana, &format!("{path}/restore")).await;
    assert!(page.text().contains("The application is restored"), "{}", page.text());
}

async fn an_application_is_registered_for_where_it_runs(t: &mut TestApp) {
    let company = t.company("contoso").await;
    let mut ana = t.signed_in(company.tenant, company.ana).await;
    let page = ana.get("/applications/new").await;
    for (platform, shown, uri) in [
        ("web", "Web", "https://contoso.test/in"),
        ("spa", "Single-page", "https://contoso.test/app"),
        ("publicClient", "Device and desktop", "contoso.orders://in"),
    ] {
        let typed = [("displayName", platform), ("platform", platform), ("redirectUris", uri)];
        ana.submit_and_follow(&page, &typed).await.assert_shows(&[shown, uri]);
    }
    let typed = [("displayName", "Orders"), ("platform", "spa"), ("redirectUris", "contoso.orders://in")];
    let refused = ana.submit(&page, &typed).await;
    refused.assert_refused(422, "can't be a redirect URI");
    assert_eq!(refused.attributes("#redirectUris", "aria-invalid"), ["true"]);
    assert_eq!(refused.attributes("#platform [selected]", "value"), ["spa"]);
    let unknown = ana.post("/applications/new", &[typed[0], ("platform", "fridge")]).await;
    unknown.assert_refused(422, "one of the values");
}

async fn people_are_assigned_and_made_owners(t: &mut TestApp) {
    let company = t.company("contoso").await;
    let ben = t.person(company.tenant, &company.domain, "ben", &[]).await;
    let mut ana = t.signed_in(company.tenant, company.ana).await;
    let (path, _) = registered(&mut ana, "Orders").await;
    let name = format!("ben@{}", company.domain);
    let form = ana.get(&format!("{path}/assignments/new")).await;
    ana.submit(&form, &[("principal", "nobody@contoso.test")])
        .await
        .assert_refused(422, "Nobody here is meant");
    let page = ana.submit_and_follow(&form, &[("principal", &name)]).await;
    assert!(page.text().contains("BEN") && page.text().contains("Default access"), "{}", page.text());
    ana.submit(&form, &[("principal", &name)]).await.assert_refused(422, "assigned already");
    let form = ana.get(&format!("{path}/access")).await;
    let page =
        ana.submit_and_follow(&form, &[("accountEnabled", "no"), ("appRoleAssignmentRequired", "yes")]).await;
    assert!(
        page.text().contains("Disabled") && page.text().contains("Only people and groups that are assigned")
    );

    let mut owner = t.signed_in(company.tenant, ben).await;
    assert_eq!(owner.get(&path).await.status.as_u16(), 403);
    let form = ana.get(&format!("{path}/owners/new")).await;
    let page = ana.submit_and_follow(&form, &[("principal", &ben.to_string())]).await;
    let links = page.attributes("main a", "href");
    assert_eq!(links.iter().filter(|link| link.contains("/owners/remove")).count(), 2);
    assert_eq!(owner.get(&format!("{path}/edit")).await.status.as_u16(), 200);
    let link = links.iter().find(|link| link.contains(&ben.to_string())).unwrap();
    confirmed(&mut ana, link).await;
    assert_eq!(owner.get(&format!("{path}/edit")).await.status.as_u16(), 403);
    let link = links.iter().find(|link| link.contains("/assignments/remove")).unwrap();
    let page = confirmed(&mut ana, link).await;
    assert!(page.text().contains("Nobody is assigned"), "{}", page.text());
}

async fn pages_of_another_tenants_application_answer_like_unknown_ones(t: &mut TestApp) {
    let (contoso, fabrikam) = (t.company("contoso").await, t.company("fabrikam").await);
    let mut other = t.signed_in(fabrikam.tenant, fabrikam.ana).await;
    let (foreign, _) = registered(&mut other, "Theirs").await;
    let mut ana = t.signed_in(contoso.tenant, contoso.ana).await;
    let unknown = "/applications/0190a5b0-0000-7000-8000-000000000000";
    for page in
        ["", "/edit", "/access", "/secrets/new", "/owners/new", "/assignments/new", "/delete", "/restore"]
    {
        for path in [foreign.as_str(), unknown] {
            assert_eq!(ana.get(&format!("{path}{page}")).await.status.as_u16(), 404, "GET {path}{page}");
            if !page.is_empty() {
                let typed = [("displayName", "Mine"), ("principal", "x"), ("lifetime", "90")];
                let answer = ana.post(&format!("{path}{page}"), &typed).await;
                assert_eq!(answer.status.as_u16(), 404, "POST {path}{page}");
            }
        }
    }
    assert!(!ana.get("/applications").await.text().contains("Theirs"));
}

async fn who_may_not_is_told_who_may(t: &mut TestApp) {
    let company = t.company("contoso").await;
    let mut ana = t.signed_in(company.tenant, company.ana).await;
    let (path, _) = registered(&mut ana, "Orders").await;
    let ida = t.person(company.tenant, &company.domain, "ida", &[Role::GlobalReader]).await;
    let mut ida = t.signed_in(company.tenant, ida).await;
    assert_eq!(ida.get(&path).await.status.as_u16(), 200);
    for page in ["/applications/new".to_owned(), format!("{path}/edit"), format!("{path}/secrets/new")] {
        let denied = ida.get(&page).await;
        assert_eq!(denied.status.as_u16(), 403, "{page}");
        assert!(denied.text().contains("Application administrator"), "{}", denied.text());
    }
    assert_eq!(ida.post(&format!("{path}/delete"), &[]).await.status.as_u16(), 403);
}

async fn lists_go_on_behind_fifty(t: &mut TestApp) {
    let company = t.company("contoso").await;
    let client = t.client(company.tenant, company.ana).await;
    for number in 0..52 {
        let body = serde_json::json!({ "displayName": format!("Program {number:02}") });
        assert_eq!(client.post("/v1.0/applications", body).await.status.as_u16(), 201);
    }
    let mut ana = t.signed_in(company.tenant, company.ana).await;
    let page = ana.get("/applications").await;
    assert_eq!(page.attributes("td a", "href").len(), 50);
    let next = page.attributes("a[rel=next]", "href").remove(0);
    assert_eq!(ana.get(&next).await.attributes("td a", "href").len(), 2);
    // So does the list of those that registered themselves.
    let grant = Actor::operator(company.tenant).grant();
    let marked: Result<(), Error> = transaction!(t.app.db, |scope| {
        let mut scope = scope.tenant(grant).await?;
        let sql = "INSERT INTO application_sign_in (tenant_id, application_id, settings, registered_at) \
                   SELECT tenant_id, id, '{}', 1 FROM directory_object \
                   WHERE tenant_id = $1 AND kind = 'application' AND display_name <> 'Program 07'";
        scope.execute(sql, &[]).await?;
        Ok(())
    });
    marked.unwrap();
    let page = ana.get("/applications?filter=registered").await;
    assert_eq!((page.attributes("td a", "href").len(), page.body.matches("Program 07").count()), (50, 0));
    let next = page.attributes("a[rel=next]", "href").remove(0);
    assert_eq!(ana.get(&next).await.attributes("td a", "href").len(), 1);
}

#[test]
fn the_operator_registers_and_deletes() {
    let folder = tempfile::tempdir().unwrap();
    let run = |arguments: &[&str]| -> (bool, Value) {
        let mut command: Command = program();
        command.current_dir(folder.path()).env("TENANTRY_PASSWORDS_MEMORY", "64");
        let output = command.args(arguments).arg("--json").output().unwrap();
        let text = String::from_utf8(output.stdout).unwrap();
        (output.status.success(), serde_json::from_str(text.trim()).unwrap_or(Value::String(text)))
    };
    let made = run(&[
        "tenant",
        "create",
        "--display-name",
        "Contoso Ltd",
        "--prefix",
        "contoso",
        "--country",
        "GB",
        "--contact-email",
        "office@contoso.test",
    ]);
    assert!(made.0, "{}", made.1);
    let tenant = made.1["initialDomain"].as_str().unwrap().to_owned();
    let app = |arguments: &[&str]| run(&[&["app", arguments[0], &tenant], &arguments[1..]].concat());
    let (done, orders) =
        app(&["create", "--display-name", "Orders", "--redirect-uri", "https://contoso.test/in"]);
    assert!(done, "{orders}");
    let id = orders["appId"].as_str().unwrap();
    let (_, listed) = app(&["list"]);
    assert_eq!(listed["value"][0]["displayName"], "Orders");
    let (done, secret) = app(&["add-secret", id, "--days", "30"]);
    assert!(done && secret["secretText"].as_str().unwrap().len() == 40);
    assert_eq!(app(&["show", id]).1["secrets"], 1);
    assert!(!app(&["create", "--display-name", "Bad", "--redirect-uri", "http://contoso.test/"]).0);
    assert!(!app(&["show", "00000000-0000-0000-0000-00000000000a"]).0);
    assert!(!run(&["app", "list"]).0);
    assert_eq!(app(&["show", "Orders"]).1["appId"], orders["appId"], "it goes by its name");
    let (done, changed) = app(&["update", "Orders", "--display-name", "Sales orders", "--redirect-uri", ""]);
    assert!(done && changed["redirectUris"] == serde_json::json!([]), "{changed}");
    let spa =
        ["update", id, "--spa-redirect-uri", "https://contoso.test/spa", "--assignment-required", "true"];
    let (_, changed) = app(&spa);
    assert_eq!(changed["redirectUris"][0], "https://contoso.test/spa");
    assert_eq!(changed["appRoleAssignmentRequired"], true, "{changed}");
    assert!(!app(&["update", id, "--redirect-uri", "http://contoso.test/"]).0);
    let deleted = app(&["delete", "Sales orders"]);
    assert_eq!((&deleted.1["id"], &deleted.1["deleted"]), (&orders["id"], &true.into()));
    assert_eq!(app(&["list"]).1["value"], serde_json::json!([]));
    assert_eq!(app(&["list", "--deleted"]).1["value"][0]["id"], orders["id"]);
    assert_eq!(app(&["restore", id]).1["appId"], orders["appId"]);
    assert_eq!(app(&["show", id]).1["secrets"], 1);
    assert!(app(&["delete", id]).0 && app(&["restore", orders["id"].as_str().unwrap()]).0);
    assert!(!app(&["restore", id]).0, "it isn't deleted");
    let (_, other) = app(&["create", "--display-name", "Sales orders"]);
    let (done, several) = app(&["show", "Sales orders"]);
    let both =
        [&orders["id"], &other["id"]].iter().all(|id| several.to_string().contains(id.as_str().unwrap()));
    assert!(!done && both, "{several}");
}
