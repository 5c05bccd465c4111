//! The same act on several people, groups and applications; the list of people, filtered; the page of a person.

use http::StatusCode;
use model::roles::Role;
use serde_json::json;

use crate::support::TestApp;
use crate::support::browser::Browser;
use crate::support::page::Page;
use crate::support::people::Company;

both_engines!(
    several_people_are_changed_at_once,
    several_people_join_and_leave_a_group,
    several_groups_and_applications_are_deleted_and_restored,
    the_list_of_people_is_narrowed,
    a_person_has_tabs_and_a_manager,
    people_are_invited_by_their_addresses,
    applications_whose_secrets_end_soon_are_found,
    acts_lead_back_to_the_list_as_it_was_seen,
    a_registration_without_service_principal_gets_one,
);

/// Asks, answers yes, and gives the page of results.
async fn act(browser: &mut Browser, list: &str, action: &str, ids: &[String], more: &[(&str, &str)]) -> Page {
    let ticks: String = ids.iter().map(|id| format!("&id={id}")).collect();
    let asked = browser.get(&format!("{list}/selected?action={action}{ticks}")).await;
    assert_eq!(asked.status, StatusCode::OK, "{}", asked.text());
    browser.submit_to(&asked, &format!("{list}/selected"), more).await
}

async fn several_people_are_changed_at_once(t: &mut TestApp) {
    let Company { tenant, domain, ana } = t.company("contoso").await;
    let mut ids = Vec::new();
    for name in ["ben", "ida"] {
        ids.push(t.person(tenant, &domain, name, &[]).await.to_string());
    }
    let mut everybody = ids.clone();
    everybody.push(ana.to_string());
    let mut browser = t.signed_in(tenant, ana).await;
    let list = browser.get("/people").await;
    list.assert_shows(&["Add to a group", "End all sessions", "Enable"]);
    let asked = browser.get(&format!("/people/selected?action=disable&id={}&id={}", ids[0], ids[1])).await;
    asked.assert_shows(&["Disable these 2 people?", "They can't sign in until you enable them again"]);
    let done = act(&mut browser, "/people", "disable", &everybody, &[]).await;
    done.assert_shows(&["2 people are disabled", "Unchanged", "your own account"]);
    browser.get("/people?filter=disabled").await.assert_shows(&["2 people on this page"]);
    act(&mut browser, "/people", "enable", &ids, &[]).await.assert_shows(&["2 people are enabled"]);
    act(&mut browser, "/people", "delete", &ids, &[]).await.assert_shows(&["2 people are deleted"]);
    // Ben's name is taken by now, Ida's isn't.
    t.person(tenant, &domain, "ben", &[]).await;
    let deleted = browser.get("/people?filter=deleted").await;
    deleted.assert_shows(&["30 days left", "Restore"]);
    let restored = act(&mut browser, "/people", "restore", &ids, &[]).await;
    restored.assert_shows(&["One person is restored", "has the name ben@"]);
    t.signed_in(tenant, ids[1].parse().unwrap()).await;
    let out = act(&mut browser, "/people", "end-sessions", &ids[1..], &[]).await;
    out.assert_shows(&["One person is signed out everywhere"]);
    browser.get("/people/selected?action=delete").await.assert_shows(&["Nothing is ticked"]);
    assert_eq!(browser.get("/people/selected?action=melt").await.status, StatusCode::NOT_FOUND);
    // A helpdesk administrator may look, but not delete.
    let eva = t.person(tenant, &domain, "eva", &[Role::HelpdeskAdministrator]).await;
    let mut eva = t.signed_in(tenant, eva).await;
    let refused = eva.post("/people/selected", &[("action", "delete"), ("id", &ids[1])]).await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN);
}

async fn several_people_join_and_leave_a_group(t: &mut TestApp) {
    let Company { tenant, domain, ana } = t.company("contoso").await;
    let mut ids = Vec::new();
    for name in ["ben", "ida", "zoe"] {
        ids.push(t.person(tenant, &domain, name, &[]).await.to_string());
    }
    let mut browser = t.signed_in(tenant, ana).await;
    let none = browser.get(&format!("/people/selected?action=add-to-group&id={}", ids[0])).await;
    none.assert_shows(&["There is no group that fits"]);
    let made = browser.post("/groups/new", &[("displayName", "Sales"), ("kind", "security")]).await;
    let group = made.location().split('?').next().unwrap().to_owned();
    let rule =
        [("displayName", "All"), ("membership", "rule"), ("membershipRule", "user.city -eq \"Athens\"")];
    browser.post("/groups/new", &rule).await;
    let id = group.rsplit('/').next().unwrap().to_owned();
    act(&mut browser, "/people", "add-to-group", &ids[..1], &[("group", &id)]).await;
    let asked = browser.get(&format!("/people/selected?action=add-to-group&id={}", ids[0])).await;
    assert_eq!(asked.attributes("#group option", "value"), [id.as_str()], "no group with a rule is offered");
    let done = act(&mut browser, "/people", "add-to-group", &ids, &[("group", &id)]).await;
    done.assert_shows(&["2 people are added to the group", "Unchanged"]);
    browser.get(&format!("/people/{}?show=groups", ids[1])).await.assert_shows(&["Sales"]);
    let left = act(&mut browser, "/people", "remove-from-group", &ids[..2], &[("group", &id)]).await;
    left.assert_shows(&["2 people are removed from the group"]);
    let refused = browser.post("/people/selected", &[("action", "add-to-group"), ("id", &ids[0])]).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);

    // On the page of the group its members are ticked.
    act(&mut browser, "/people", "add-to-group", &ids, &[("group", &id)]).await;
    let page = browser.get(&group).await;
    assert_eq!(page.attributes("input[form=members]", "value").len(), 3);
    let removed = act(&mut browser, &group, "remove", &ids[..2], &[]).await;
    removed.assert_shows(&["2 members are removed"]);
    browser.get(&group).await.assert_shows(&["One member"]);
}

async fn several_groups_and_applications_are_deleted_and_restored(t: &mut TestApp) {
    let Company { tenant, ana, .. } = t.company("contoso").await;
    let client = t.client(tenant, ana).await;
    let mut browser = t.signed_in(tenant, ana).await;
    for (list, path) in [("/groups", "/v1.0/groups"), ("/applications", "/v1.0/applications")] {
        let mut ids = Vec::new();
        for name in ["One", "Two"] {
            let body = match list {
                "/groups" => {
                    json!({ "displayName": name, "mailEnabled": false, "mailNickname": name, "securityEnabled": true })
                }
                _ => json!({ "displayName": name }),
            };
            let made = client.post(path, body).await;
            ids.push(made.body["id"].as_str().unwrap().to_owned());
        }
        let rows = browser.get(list).await;
        assert_eq!(rows.attributes("input[name=id]", "value").len(), 2, "{list}");
        act(&mut browser, list, "delete", &ids, &[]).await.assert_shows(&["are deleted"]);
        let deleted = browser.get(&format!("{list}?filter=deleted")).await;
        deleted.assert_shows(&["30 days left"]);
        act(&mut browser, list, "restore", &ids[..1], &[]).await.assert_shows(&["is restored"]);
        let rows = browser.get(list).await;
        assert_eq!(rows.attributes("input[name=id]", "value"), [ids[0].as_str()]);
        // Ids of the other kind are none of these.
        let other = if list == "/groups" { "/applications" } else { "/groups" };
        let ask = browser.get(&format!("{other}/selected?action=delete&id={}", ids[0])).await;
        ask.assert_shows(&["Nothing is ticked"]);
    }
}

async fn the_list_of_people_is_narrowed(t: &mut TestApp) {
    let Company { tenant, domain, ana } = t.company("contoso").await;
    t.person(tenant, &domain, "ben", &[Role::GlobalReader]).await;
    let ida = t.person(tenant, &domain, "ida", &[]).await;
    let mut browser = t.signed_in(tenant, ana).await;
    let edit = browser.get(&format!("/people/{ida}/edit")).await;
    let changed = browser
        .submit_and_follow(
            &edit,
            &[("department", "Research & Care"), ("jobTitle", "Nurse"), ("usageLocation", "gr")],
        )
        .await;
    changed.assert_shows(&["Research & Care", "Nurse", "GR"]);
    let edit = browser.get(&format!("/people/{ida}/edit")).await;
    browser.submit(&edit, &[("usageLocation", "Atlantis")]).await.assert_refused(422, "");
    let role = Role::GlobalReader.template_id();
    for (query, found) in [
        ("department=research+%26+care".to_owned(), 1),
        ("department=research".to_owned(), 0),
        (format!("role={role}"), 1),
        ("type=Member".to_owned(), 3),
        ("type=Guest".to_owned(), 0),
        (format!("domain={domain}"), 3),
        ("domain=fabrikam.com".to_owned(), 0),
        (format!("role={role}&search=ida"), 0),
        ("filter=roles".to_owned(), 2),
    ] {
        let page = browser.get(&format!("/people?{query}")).await;
        assert_eq!(page.attributes("tbody td a", "href").len(), found, "{query}");
    }
    // What was chosen stands in the form again, and goes into the export.
    let page = browser.get(&format!("/people?role={role}&type=Member")).await;
    assert_eq!(page.attributes("#type option[selected]", "value"), ["Member"]);
    let exported = browser.submit_to(&page, "/people/export", &[]).await;
    assert_eq!(exported.body.lines().count(), 2, "{}", exported.body);
}

async fn a_person_has_tabs_and_a_manager(t: &mut TestApp) {
    let Company { tenant, domain, ana } = t.company("contoso").await;
    let ben = t.person(tenant, &domain, "ben", &[]).await;
    let ida = t.person(tenant, &domain, "ida", &[]).await;
    let mut browser = t.signed_in(tenant, ana).await;
    let form = browser.get(&format!("/people/{ben}/manager?search=ida")).await;
    let set = browser.submit(&form, &[("manager", &ida.to_string())]).await;
    browser.follow(&set).await.assert_shows(&["The manager is changed", "IDA"]);
    browser.get(&format!("/people/{ida}")).await.assert_shows(&["Direct reports", "BEN"]);
    let form = browser.get(&format!("/people/{ida}/manager")).await;
    let circle = browser.submit(&form, &[("manager", &ben.to_string())]).await;
    assert_eq!(circle.status, StatusCode::UNPROCESSABLE_ENTITY, "nobody reports to whom they lead");
    let own = browser.post(&format!("/people/{ida}/manager"), &[("manager", &ida.to_string())]).await;
    assert_eq!(own.status, StatusCode::UNPROCESSABLE_ENTITY);
    browser.post(&format!("/people/{ben}/manager"), &[("manager", "")]).await;
    browser.get(&format!("/people/{ida}")).await.assert_shows(&["Nobody"]);

    browser.post("/groups/new", &[("displayName", "Sales"), ("kind", "security")]).await;
    browser.get(&format!("/people/{ana}?show=owned")).await;
    t.signed_in(tenant, ben).await;
    let sessions = browser.get(&format!("/people/{ben}?show=sessions")).await;
    assert_eq!(
        sessions
            .attributes("tbody tr", "class")
            .len()
            .max(sessions.attributes("tbody time", "datetime").len()),
        3
    );
    browser.get(&format!("/people/{ben}?show=activity")).await.assert_shows(&["created a person"]);
    browser.get(&format!("/people/{ben}?show=groups")).await.assert_shows(&["In no group"]);
    // A reader sees neither sessions nor their tab.
    let eva = t.person(tenant, &domain, "eva", &[Role::GlobalReader]).await;
    let mut eva = t.signed_in(tenant, eva).await;
    let page = eva.get(&format!("/people/{ben}?show=sessions")).await;
    assert!(!page.attributes(".tabs a", "href").iter().any(|href| href.ends_with("sessions")));
    page.assert_shows(&["Reporting line"]);
}

async fn people_are_invited_by_their_addresses(t: &mut TestApp) {
    let Company { tenant, domain, ana } = t.company("contoso").await;
    t.person(tenant, &domain, "ben", &[]).await;
    let mut browser = t.signed_in(tenant, ana).await;
    let form = browser.get("/people/invite").await;
    let many = (0..11).map(|number| format!("p{number}@mail.test")).collect::<Vec<_>>().join(";");
    browser.submit(&form, &[("addresses", &many)]).await.assert_refused(422, "more than 10 addresses");
    browser.submit(&form, &[("addresses", " ;, ")]).await.assert_refused(422, "");
    let typed = "eva.lang@guest.test; nobody, ben@mail.test\nEVA.LANG@guest.test\nben@guest.test";
    let sent = browser.submit(&form, &[("addresses", typed), ("domain", &domain), ("type", "Guest")]).await;
    sent.assert_shows(&[
        "2 invitations are on their way",
        "Somebody with this address is here already: ben@",
    ]);
    sent.assert_shows(&[&format!("eva.lang@{domain}")]);
    browser.get("/people?type=Guest").await.assert_shows(&["Eva Lang", "Guest"]);
    let invited = browser.get("/people?filter=invited").await;
    invited.assert_shows(&["Eva Lang", "Invited", "2 people on this page"]);
    t.mail_to("eva.lang@guest.test").await.link();
    t.mail_to("ben@guest.test").await;
    let pending = sent.attributes("dd a", "href").remove(0);
    let page = browser.get(&pending).await;
    page.assert_shows(&["Waiting", "Good until"]);
    let again = browser.submit_to(&page, &pending, &[]).await;
    browser.follow(&again).await.assert_shows(&["A new invitation is on its way"]);
    let link = t.mail_to("eva.lang@guest.test").await.link();
    let page = browser.get(&pending).await;
    let revoked = browser.submit_to(&page, &format!("{pending}/revoke"), &[]).await;
    browser.follow(&revoked).await.assert_shows(&["Revoked"]);
    let gone = t.browser().get(&link).await;
    gone.assert_refused(404, "can't be used");
    // Without an invitation there is nothing to send again.
    let ana = browser.get(&format!("/people/{ana}/invitation")).await;
    ana.assert_shows(&["Nobody was invited"]);
    t.assert_nothing_left().await;
}

async fn applications_whose_secrets_end_soon_are_found(t: &mut TestApp) {
    let Company { tenant, ana, .. } = t.company("contoso").await;
    let client = t.client(tenant, ana).await;
    let mut browser = t.signed_in(tenant, ana).await;
    for (name, days) in [("Soon", 10), ("Late", 200)] {
        let made = client.post("/v1.0/applications", json!({ "displayName": name })).await;
        let ends = t.app.moment().after_seconds(days * 86_400).to_string();
        let path = format!("/v1.0/applications/{}/addPassword", made.body["id"].as_str().unwrap());
        client
            .post(&path, json!({ "passwordCredential": { "displayName": "x", "endDateTime": ends } }))
            .await;
    }
    client.post("/v1.0/applications", json!({ "displayName": "None" })).await;
    let page = browser.get("/applications?filter=expiring").await;
    assert_eq!(page.attributes("tbody td a", "href").len(), 1, "{}", page.text());
    page.assert_shows(&["Soon", "Ends soon"]);
}

async fn acts_lead_back_to_the_list_as_it_was_seen(t: &mut TestApp) {
    let Company { tenant, ana, .. } = t.company("contoso").await;
    let mut browser = t.signed_in(tenant, ana).await;
    let seen = "/people?filter=enabled&search=ana";
    let list = browser.get(seen).await;
    assert_eq!(list.attributes("form[action='/people/selected'] [name=from]", "value"), [seen]);
    let at = |from: &str| format!("/people/selected?action=end-sessions&id={ana}&from={from}");
    let asked = browser.get(&at("%2Fpeople%3Ffilter%3Denabled%26search%3Dana")).await;
    assert_eq!(asked.attributes(".actions .link", "href"), [seen]);
    assert_eq!(asked.attributes("li > a", "href"), [format!("/people/{ana}")]);
    for elsewhere in
        ["%2F%2Fevil.example", "https%3A%2F%2Fevil.example", "%2Fgroups%3Fx", "%2Fpeople%2Fnew", ""]
    {
        let asked = browser.get(&at(elsewhere)).await;
        assert_eq!(asked.attributes(".actions .link", "href"), ["/people"], "{elsewhere}");
    }
}

async fn a_registration_without_service_principal_gets_one(t: &mut TestApp) {
    let Company { tenant, ana, .. } = t.company("contoso").await;
    let client = t.client(tenant, ana).await;
    let made = client.post("/v1.0/applications", json!({ "displayName": "Payroll" })).await;
    let at = format!("/applications/{}", made.body["id"].as_str().unwrap());
    let mut browser = t.signed_in(tenant, ana).await;
    browser.get(&at).await.assert_shows(&["Without service principal", "Nobody can use it"]);
    let asked = browser.get(&format!("{at}/access")).await;
    let saved =
        browser.submit_to(&asked, &format!("{at}/access"), &[("appRoleAssignmentRequired", "yes")]).await;
    browser.follow(&saved).await.assert_shows(&["Only people and groups that are assigned"]);
    let app_id = made.body["appId"].as_str().unwrap();
    let found = client.get(&format!("/v1.0/servicePrincipals(appId='{app_id}')")).await;
    assert_eq!(found.body["appRoleAssignmentRequired"], true);
    // One that was deleted comes back as it was, and a page that was opened before doesn't bring it back.
    let stale = browser.get(&format!("{at}/access")).await;
    client.delete(&format!("/v1.0/servicePrincipals/{}", found.body["id"].as_str().unwrap())).await;
    let refused = browser.submit_to(&stale, &format!("{at}/access"), &[]).await;
    refused.assert_refused(422, "changed after you opened");
    let asked = browser.get(&format!("{at}/access")).await;
    assert_eq!(asked.attributes("[name=appRoleAssignmentRequired][checked]", "value"), ["yes"]);
    browser.submit_to(&asked, &format!("{at}/access"), &[]).await;
    let again = client.get(&format!("/v1.0/servicePrincipals(appId='{app_id}')")).await;
    assert_eq!(
        (&again.body["id"], &again.body["appRoleAssignmentRequired"]),
        (&found.body["id"], &json!(true))
    );
}
