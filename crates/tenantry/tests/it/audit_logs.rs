//! The logs of a tenant: in Graph's shape, as pages, as files, and how long they are kept.

use jiff::SignedDuration;
use model::roles::Role;
use serde_json::{Value, json};

use crate::signin::{OTHER_PASSWORD, Person, administrator, to_password, try_password};
use crate::support::TestApp;
use crate::support::client::Client;

both_engines!(
    changes_are_listed_filtered_and_paged,
    sign_ins_tell_who_from_where_and_why_not(crate::signin::unlimited),
    the_pages_show_both_logs_and_files_hold_what_is_filtered(crate::signin::unlimited),
    old_entries_are_forgotten_and_young_ones_kept(|config| config.audit.keep_days = 30),
    what_ended_is_forgotten_a_week_later,
);

async fn make_user(client: &Client, domain: &str, name: &str) -> String {
    let body = json!({
        "accountEnabled": true,
        "displayName": name,
        "mailNickname": name,
        "userPrincipalName": format!("{name}@{domain}"),
        "passwordProfile": { "password": "lively brass orchard 71" },
    });
    let made = client.post("/v1.0/users", body).await;
    assert_eq!(made.status.as_u16(), 201, "{}", made.body);
    made.body["id"].as_str().unwrap().to_owned()
}

async fn found(client: &Client, filter: &str) -> Vec<String> {
    let answer = client.get(&format!("/v1.0/auditLogs/directoryAudits?$filter={filter}")).await;
    assert_eq!(answer.status.as_u16(), 200, "{filter}: {}", answer.body);
    answer.each("activityDisplayName")
}

#[expect(clippy::too_many_lines, reason = "a walk reads best in one piece")]
async fn changes_are_listed_filtered_and_paged(t: &mut TestApp) {
    let company = t.company("contoso").await;
    let client = t.client(company.tenant, company.ana).await;
    let mut ids = Vec::new();
    for name in ["ben", "ida", "zoe"] {
        t.advance(SignedDuration::from_secs(10));
        ids.push(make_user(&client, &company.domain, name).await);
    }
    t.advance(SignedDuration::from_secs(10));
    client.patch(&format!("/v1.0/users/{}", ids[0]), json!({ "jobTitle": "Engineer" })).await;
    t.advance(SignedDuration::from_secs(10));
    let sales = json!({ "displayName": "Sales", "mailEnabled": false, "mailNickname": "sales", "securityEnabled": true });
    client.post("/v1.0/groups", sales).await;

    let newest = client.get("/v1.0/auditLogs/directoryAudits?$top=2&$count=true").await;
    assert_eq!(newest.each("activityDisplayName"), ["Add group", "Update user"]);
    let updated = &newest.body["value"][1];
    assert_eq!(updated["category"], "UserManagement");
    assert_eq!(updated["result"], "success");
    assert_eq!(updated["initiatedBy"]["user"]["userPrincipalName"], format!("ana.torres@{}", company.domain));
    assert_eq!(updated["initiatedBy"]["user"]["ipAddress"], "192.0.2.200");
    assert_eq!(updated["targetResources"][0]["id"], ids[0].as_str());
    let changed = &updated["targetResources"][0]["modifiedProperties"][0];
    assert_eq!((&changed["displayName"], &changed["newValue"]), (&json!("jobTitle"), &json!("\"Engineer\"")));
    let all = newest.body["@odata.count"].as_i64().unwrap();
    let mut pages = newest.body["value"].as_array().unwrap().len();
    let mut next = newest.body["@odata.nextLink"].as_str().map(str::to_owned);
    while let Some(link) = next {
        let page = client.get(link.trim_start_matches("http://localhost:8080")).await;
        pages += page.body["value"].as_array().unwrap().len();
        next = page.body["@odata.nextLink"].as_str().map(str::to_owned);
    }
    assert_eq!(i64::try_from(pages).unwrap(), all);

    let by_ana = format!("initiatedBy/user/id eq '{}'", company.ana);
    assert_eq!(found(&client, &by_ana).await.len(), 5);
    let name = "startsWith(initiatedBy/user/userPrincipalName,'ana.') and activityDisplayName eq 'Add user'";
    assert_eq!(found(&client, name).await.len(), 3);
    assert_eq!(found(&client, "category eq 'GroupManagement'").await, ["Add group"]);
    assert_eq!(found(&client, "startsWith(activityDisplayName,'update')").await, ["Update user"]);
    let of_ben = format!("targetResources/any(t:t/id eq '{}')", ids[0]);
    assert_eq!(found(&client, &of_ben).await, ["Update user", "Add user"]);
    assert_eq!(found(&client, "targetResources/any(t:t/displayName eq 'Sales')").await, ["Add group"]);
    let correlation = updated["correlationId"].as_str().unwrap();
    assert_eq!(found(&client, &format!("correlationId eq '{correlation}'")).await, ["Update user"]);
    let at = updated["activityDateTime"].as_str().unwrap();
    assert_eq!(found(&client, &format!("activityDateTime eq {at}")).await, ["Update user"]);
    assert_eq!(found(&client, &format!("activityDateTime gt {at}")).await, ["Add group"]);
    let before = format!("activityDateTime lt {at} and {by_ana}");
    assert_eq!(found(&client, &before).await.len(), 3);
    assert!(found(&client, "result eq 'failure'").await.is_empty());
    assert!(
        found(&client, "initiatedBy/app/displayName eq 'Tenantry'").await.contains(&"Add user".to_owned())
    );
    let oldest =
        client.get("/v1.0/auditLogs/directoryAudits?$orderby=activityDateTime&$top=1&$select=id").await;
    let id = oldest.body["value"][0]["id"].as_str().unwrap().to_owned();
    assert_eq!(oldest.body["value"][0], json!({ "id": id }));
    let one = client.get(&format!("/v1.0/auditLogs/directoryAudits/{id}")).await;
    assert_eq!((&one.body["id"], &one.body["loggedByService"]), (&json!(id), &json!("Core Directory")));

    for refused in [
        "contains(activityDisplayName,'user')",
        "category eq 'UserManagement' or category eq 'GroupManagement'",
        "not (category eq 'UserManagement')",
        "resultReason eq 'x'",
        "activityDateTime ne 2026-01-01T00:00:00Z",
        "targetResources/any(t:startsWith(t/displayName,'S'))",
    ] {
        let answer = client.get(&format!("/v1.0/auditLogs/directoryAudits?$filter={refused}")).await;
        answer.assert_refused(400, "Request_UnsupportedQuery", "query-unsupported");
    }
    let too_many = client.get("/v1.0/auditLogs/directoryAudits?$top=1001").await;
    too_many.assert_refused(400, "Request_BadRequest", "query-invalid");
    let ben = t.person(company.tenant, &company.domain, "cal", &[]).await;
    let reader = t.client(company.tenant, ben).await;
    let answer = reader.get("/v1.0/auditLogs/directoryAudits").await;
    answer.assert_refused(403, "Authorization_RequestDenied", "not-allowed");
}

async fn some_sign_ins(t: &mut TestApp) -> Person {
    let zoe = administrator(t).await;
    let mut browser = t.browser();
    try_password(&mut browser, &zoe.name, OTHER_PASSWORD).await;
    t.advance(SignedDuration::from_secs(5));
    let page = to_password(&mut browser, &zoe.name).await;
    browser.submit_and_follow(&page, &[("password", crate::signin::PASSWORD)]).await;
    t.run_jobs().await;
    zoe
}

async fn sign_ins_tell_who_from_where_and_why_not(t: &mut TestApp) {
    let zoe = some_sign_ins(t).await;
    let client = t.client(zoe.tenant, zoe.id).await;
    let all = client.get("/v1.0/auditLogs/signIns?$count=true").await;
    assert_eq!(all.body["@odata.count"], 2, "{}", all.body);
    let (done, refused) = (&all.body["value"][0], &all.body["value"][1]);
    assert_eq!(done["status"]["errorCode"], 0);
    assert_eq!(
        refused["status"],
        json!({ "additionalDetails": "", "errorCode": 50126, "failureReason": "Wrong password" })
    );
    for row in [done, refused] {
        assert_eq!(row["userPrincipalName"], zoe.name.as_str());
        assert_eq!(row["userId"], zoe.id.to_string());
        assert_eq!(row["appDisplayName"], "Tenantry");
        assert!(row["correlationId"].is_string(), "{row}");
    }
    let ip = done["ipAddress"].as_str().unwrap();
    let id = zoe.id;
    for (filter, count) in [
        (format!("userId eq '{id}' and status/errorCode eq 0"), 1),
        ("status/errorCode ne 0".to_owned(), 1),
        ("status/errorCode eq 1".to_owned(), 0),
        (format!("userPrincipalName eq '{}'", zoe.name.to_uppercase()), 2),
        ("startsWith(userPrincipalName,'zo')".to_owned(), 2),
        ("startsWith(userPrincipalName,'zz')".to_owned(), 0),
        (format!("ipAddress eq '{ip}' and createdDateTime ge 2020-01-01T00:00:00Z"), 2),
        (format!("startsWith(ipAddress,'{}')", &ip[..3]), 2),
        (format!("appId eq '{}'", done["appId"].as_str().unwrap()), 2),
        ("appId eq 'x'".to_owned(), 0),
        (format!("createdDateTime le {}", refused["createdDateTime"].as_str().unwrap()), 1),
        ("riskState eq 'atRisk'".to_owned(), 0),
        ("isInteractive eq true".to_owned(), 2),
        (format!("userId eq '{id}' and userId eq '{}'", zoe.tenant), 0),
    ] {
        let answer = client.get(&format!("/v1.0/auditLogs/signIns?$filter={filter}")).await;
        assert_eq!(answer.each("id").len(), count, "{filter}: {}", answer.body);
    }
    let answer = client.get("/v1.0/auditLogs/signIns?$filter=startsWith(appDisplayName,'T')").await;
    answer.assert_refused(400, "Request_UnsupportedQuery", "query-unsupported");
    let one = client.get(&format!("/v1.0/auditLogs/signIns/{}", done["id"].as_str().unwrap())).await;
    assert_eq!(one.body["id"], done["id"]);
    let changes = client.get("/v1.0/auditLogs/directoryAudits").await;
    assert!(!changes.each("activityDisplayName").iter().any(|name| name.contains("ign")), "{}", changes.body);
}

async fn the_pages_show_both_logs_and_files_hold_what_is_filtered(t: &mut TestApp) {
    let zoe = some_sign_ins(t).await;
    let domain = zoe.name.split_once('@').unwrap().1.to_owned();
    let ana = t.person(zoe.tenant, &domain, "ana", &[Role::GlobalReader]).await;
    let mut browser = t.signed_in(zoe.tenant, ana).await;
    let page = browser.get("/activity").await;
    page.assert_shows(&["Changes, last 30 days", "created the work account"]);
    let page = browser.get("/activity?category=GroupManagement").await;
    page.assert_shows(&["Nothing like this happened"]);
    let page = browser.get("/activity/sign-ins").await;
    page.assert_shows(&["Wrong password", "Signed in", "Zoe Quist"]);
    let one = page.attributes("#results td:first-child a", "href").remove(1);
    browser.get(&one).await.assert_shows(&["Wrong password", "50126", "Not shown"]);
    let page = browser.get("/activity/sign-ins?username=zo&result=failure").await;
    assert_eq!(page.attributes("#results td:first-child a", "href").len(), 1);
    let file = browser.get("/activity/sign-ins/export.jsonl?result=failure").await;
    let lines: Vec<Value> = file.body.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(lines.len(), 1);
    assert_eq!((&lines[0]["errorCode"], &lines[0]["secondFactor"]), (&json!(50126), &json!(false)));
    let file = browser.get("/activity/sign-ins/export.csv").await;
    assert_eq!(file.body.lines().count(), 3, "{}", file.body);
    let file = browser.get("/activity/export.csv?activity=tenant-created").await;
    assert_eq!(file.body.lines().count(), 2, "{}", file.body);
    assert!(file.body.starts_with("at,activity,"), "{}", file.body);
}

async fn old_entries_are_forgotten_and_young_ones_kept(t: &mut TestApp) {
    let company = t.company("contoso").await;
    let client = t.client(company.tenant, company.ana).await;
    make_user(&client, &company.domain, "ben").await;
    assert!(t.rows(company.tenant, "audit_event").await > 2);
    tenantry::jobs::schedule_recurring(&t.app).await.unwrap();
    t.advance(SignedDuration::from_hours(24 * 29));
    t.run_jobs().await;
    let client = t.client(company.tenant, company.ana).await;
    make_user(&client, &company.domain, "ida").await;
    let kept = found(&client, "activityDisplayName eq 'Add user'").await;
    assert_eq!(kept.len(), 3);
    t.advance(SignedDuration::from_hours(48));
    t.run_jobs().await;
    assert_eq!(t.rows(company.tenant, "audit_event").await, 1);
}

async fn what_ended_is_forgotten_a_week_later(t: &mut TestApp) {
    let r = crate::openid::registered(t, json!({})).await;
    let tenant = r.company.tenant;
    let ben = t.person(tenant, &r.company.domain, "ben", &[]).await;
    let mut browser = t.signed_in(tenant, ben).await;
    let code = r.code(&mut browser, &[]).await;
    let (_, tokens) = r.redeem(t, &code).await;
    let other = r.code(&mut browser, &[("scope", "openid")]).await;
    assert_eq!(r.redeem(t, &other).await.0, 200);
    r.code(&mut browser, &[]).await;
    // One more who stays signed in: what rests on such a session is told of its end.
    let zoe = crate::signin::person(t, tenant, "contoso", "zoe", &[]).await;
    let mut kept = t.browser();
    let page = crate::signin::to_password(&mut kept, &zoe.name).await;
    kept.submit(&page, &[("password", crate::signin::PASSWORD), ("remember", "yes")]).await;
    let lasting = r.code(&mut kept, &[("scope", "openid")]).await;
    assert_eq!(r.redeem(t, &lasting).await.0, 200);
    assert_eq!(t.rows(tenant, "application_grant").await, 4);
    let sessions = t.rows(tenant, "session").await;
    tenantry::jobs::schedule_recurring(&t.app).await.unwrap();
    t.advance(SignedDuration::from_hours(24 * 6));
    t.run_jobs().await;
    assert_eq!(t.rows(tenant, "session").await, sessions);
    t.advance(SignedDuration::from_hours(24 * 4));
    t.run_jobs().await;
    let left = t.rows(tenant, "application_grant").await;
    assert_eq!(left, 2, "one was never redeemed, one ended with its session");
    assert_eq!(t.rows(tenant, "session").await, 1);
    let refreshed = r.refresh(t, tokens["refresh_token"].as_str().unwrap()).await;
    assert_eq!(refreshed.0, 200, "it outlives its session: {}", refreshed.1);
    let api = t.client(tenant, r.company.ana).await;
    let before = t.rows(tenant, "audit_event").await;
    assert_eq!(api.post(&format!("/v1.0/users/{ben}/revokeSignInSessions"), json!({})).await.status, 200);
    assert_eq!(t.rows(tenant, "audit_event").await, before + 1, "an application was all that he had left");
}
