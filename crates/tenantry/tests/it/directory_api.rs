//! Roles, domain names, the organisation, batches and changes, as programs use them.

use http::Method;
use model::roles::Role;
use serde_json::{Value, json};

use crate::input::hostile;
use crate::support::TestApp;
use crate::support::client::Client;

both_engines!(
    roles_are_listed_granted_and_taken_away,
    nobody_grants_beyond_their_own_rights,
    names_are_added_shown_and_removed,
    the_organisation_shows_its_verified_names,
    the_organisation_says_whom_to_tell,
    a_batch_runs_its_requests_in_order(crate::input::unlimited),
    a_batch_that_is_wrong_runs_nothing,
    a_part_of_a_batch_comes_from_where_the_batch_does(|config| {
        config.server.trusted_proxies = vec!["192.0.2.0/24".to_owned()];
    }),
    answers_are_bounded_in_bytes(crate::input::unlimited),
    changes_are_followed,
    tokens_of_changes_belong_to_their_query,
    whatever_a_program_sends_is_answered(crate::input::unlimited),
);

async fn contoso(t: &TestApp) -> (Client, String, String) {
    let company = t.company("contoso").await;
    (t.client(company.tenant, company.ana).await, company.domain, company.ana.to_string())
}

fn person(name: &str, domain: &str) -> Value {
    json!({
        "accountEnabled": true,
        "displayName": name,
        "mailNickname": name,
        "userPrincipalName": format!("{name}@{domain}"),
        "passwordProfile": { "password": "lively brass orchard 71" },
    })
}

async fn made(client: &Client, name: &str, domain: &str) -> String {
    let answer = client.post("/v1.0/users", person(name, domain)).await;
    assert_eq!(answer.status.as_u16(), 201, "{}", answer.body);
    answer.body["id"].as_str().unwrap().to_owned()
}

#[expect(clippy::too_many_lines, reason = "one walk through a resource reads best in one piece")]
async fn roles_are_listed_granted_and_taken_away(t: &mut TestApp) {
    let (client, domain, ana) = contoso(t).await;
    let ben = made(&client, "ben", &domain).await;
    let reader = Role::GlobalReader.template_id();
    let listed = client.get("/v1.0/directoryRoles").await;
    assert_eq!(listed.each("displayName").len(), Role::ALL.len());
    let one =
        client.get("/v1.0/directoryRoles?$filter=roleTemplateId eq '62e90394-69f5-4237-9190-012177145e10'");
    assert_eq!(one.await.each("displayName"), ["Global Administrator"]);
    let activated = client.post("/v1.0/directoryRoles", json!({ "roleTemplateId": reader })).await;
    assert_eq!(activated.status.as_u16(), 201);
    for spelling in [
        format!("/v1.0/directoryRoles(roleTemplateId='{reader}')"),
        format!("/beta/{}/directoryRoles/{reader}", client.tenant),
        format!("/v1.0/myorganization/directoryRoles('{reader}')"),
    ] {
        assert_eq!(client.get(&spelling).await.body["displayName"], "Global Reader", "{spelling}");
    }
    let elsewhere = client.get(&format!("/v1.0/{ben}/directoryRoles")).await;
    elsewhere.assert_refused(404, "Request_ResourceNotFound", "not-found");
    let mut names: Vec<_> = activated.body.as_object().unwrap().keys().map(String::as_str).collect();
    names.sort_unstable();
    assert_eq!(
        names,
        ["@odata.context", "deletedDateTime", "description", "displayName", "id", "roleTemplateId"]
    );

    let members = format!("/v1.0/directoryRoles/{reader}/members");
    let reference = json!({ "@odata.id": format!("https://graph.example/v1.0/directoryObjects/{ben}") });
    let added = client.post(&format!("{members}/$ref"), reference.clone()).await;
    assert_eq!(added.status.as_u16(), 204, "{}", added.body);
    client.post(&format!("{members}/$ref"), reference).await.assert_refused(
        400,
        "Request_BadRequest",
        "reference-exists",
    );
    let held = client.get(&members).await;
    assert_eq!(
        (held.each("id"), held.each("@odata.type")),
        (vec![ben.clone()], vec!["#microsoft.graph.user".to_owned()])
    );
    let shown = client.get(&format!("{members}/{ben}")).await;
    assert_eq!(shown.body["displayName"], "ben");

    let assignments = "/v1.0/roleManagement/directory/roleAssignments";
    let found = client.get(&format!("{assignments}?$filter=principalId eq '{ben}'")).await;
    assert_eq!(found.each("roleDefinitionId"), [reader.to_string()]);
    let id = found.each("id").remove(0);
    assert_eq!(client.get(&format!("{assignments}/{id}")).await.body["principalId"], ben);
    assert_eq!(client.delete(&format!("{assignments}/{id}")).await.status.as_u16(), 204);
    assert_eq!(client.get(&format!("{assignments}/{id}")).await.status.as_u16(), 404);
    let body = json!({ "principalId": ben, "roleDefinitionId": reader, "directoryScopeId": "/" });
    let again = client.post(assignments, body).await;
    assert_eq!((again.status.as_u16(), again.body["id"].as_str()), (201, Some(id.as_str())));
    assert_eq!(client.delete(&format!("{members}/{ben}/$ref")).await.status.as_u16(), 204);
    assert_eq!(client.delete(&format!("{members}/{ben}/$ref")).await.status.as_u16(), 404);

    let global = Role::GlobalAdministrator.template_id();
    client.delete(&format!("/v1.0/directoryRoles/{global}/members/{ana}/$ref")).await.assert_refused(
        409,
        "ObjectConflict",
        "last-global-administrator",
    );
    let definitions =
        client.get("/v1.0/roleManagement/directory/roleDefinitions?$filter=isBuiltIn eq true").await;
    assert_eq!(definitions.each("id").len(), Role::ALL.len());
}

async fn nobody_grants_beyond_their_own_rights(t: &mut TestApp) {
    let (client, domain, _) = contoso(t).await;
    let ben = made(&client, "ben", &domain).await;
    let privileged = Role::PrivilegedRoleAdministrator.template_id();
    let assignments = "/v1.0/roleManagement/directory/roleAssignments";
    let body = |role: Role| json!({ "principalId": ben, "roleDefinitionId": role.template_id(), "directoryScopeId": "/" });
    client.post(assignments, body(Role::PrivilegedRoleAdministrator)).await;
    let bens = t.client(client.tenant, ben.parse().unwrap()).await;
    bens.post(assignments, body(Role::GlobalAdministrator)).await.assert_refused(
        403,
        "Authorization_RequestDenied",
        "not-allowed",
    );
    let cleo = made(&client, "cleo", &domain).await;
    let for_cleo = json!({ "principalId": cleo, "roleDefinitionId": Role::GlobalAdministrator.template_id(), "directoryScopeId": "/" });
    bens.post(assignments, for_cleo).await.assert_refused(
        403,
        "Authorization_RequestDenied",
        "role-beyond-own",
    );
    let plain = t.client(client.tenant, cleo.parse().unwrap()).await;
    let refused = plain.get(&format!("/v1.0/directoryRoles/{privileged}/members")).await;
    refused.assert_refused(403, "Authorization_RequestDenied", "not-allowed");
}

async fn names_are_added_shown_and_removed(t: &mut TestApp) {
    let (client, domain, _) = contoso(t).await;
    let listed = client.get("/v1.0/domains").await;
    assert_eq!(listed.each("id"), std::slice::from_ref(&domain));
    let added = client.post("/v1.0/domains", json!({ "id": "Fabrikam.com" })).await;
    assert_eq!(
        (added.status.as_u16(), added.body["id"].as_str()),
        (201, Some("fabrikam.com")),
        "{}",
        added.body
    );
    assert_eq!(added.body["isVerified"], false);
    let mut names: Vec<_> = added.body.as_object().unwrap().keys().map(String::as_str).collect();
    names.sort_unstable();
    assert_eq!(
        names,
        [
            "@odata.context",
            "authenticationType",
            "availabilityStatus",
            "id",
            "isAdminManaged",
            "isDefault",
            "isInitial",
            "isRoot",
            "isVerified",
            "manufacturer",
            "model",
            "passwordNotificationWindowInDays",
            "passwordValidityPeriodInDays",
            "state",
            "supportedServices",
        ]
    );
    let records = client.get("/v1.0/domains/fabrikam.com/verificationDnsRecords").await;
    assert_eq!(records.each("recordType"), ["Txt", "Mx"]);
    assert!(records.body["value"][0]["text"].as_str().unwrap().starts_with("tenantry-verification="));
    let asked = client.post("/v1.0/domains/fabrikam.com/verify", json!({})).await;
    assert_eq!(asked.status.as_u16() / 100, 4, "{}", asked.body);
    let primary = client.patch("/v1.0/domains/fabrikam.com", json!({ "isDefault": true })).await;
    assert_eq!(primary.codes().1, "domain-name-not-verified");
    let used = client.get(&format!("/v1.0/domains/{domain}/domainNameReferences")).await;
    assert_eq!(used.each("@odata.type"), ["#microsoft.graph.user"]);
    assert_eq!(client.delete("/v1.0/domains/fabrikam.com").await.status.as_u16(), 204);
    assert_eq!(client.get("/v1.0/domains/fabrikam.com").await.status.as_u16(), 404);
    let odd = client.post("/v1.0/domains", json!({ "id": "co.uk" })).await;
    assert_eq!(odd.status.as_u16(), 400, "{}", odd.body);
    let other = t.company("northwind").await;
    let theirs = client.get(&format!("/v1.0/domains/{}", other.domain)).await;
    theirs.assert_refused(404, "Request_ResourceNotFound", "not-found");
}

async fn the_organisation_shows_its_verified_names(t: &mut TestApp) {
    let (client, domain, _) = contoso(t).await;
    let listed = client.get("/v1.0/organization").await;
    assert_eq!(listed.each("id"), [client.tenant.to_string()]);
    let verified = &listed.body["value"][0]["verifiedDomains"];
    assert_eq!(verified[0]["name"], domain);
    let one = client.get(&format!("/v1.0/organization/{}?$select=id,displayName", client.tenant)).await;
    assert_eq!(one.body.as_object().unwrap().len(), 3, "{}", one.body);
    let other = t.company("northwind").await;
    assert_eq!(client.get(&format!("/v1.0/organization/{}", other.tenant)).await.status.as_u16(), 404);
}

async fn the_organisation_says_whom_to_tell(t: &mut TestApp) {
    let (client, ..) = contoso(t).await;
    let path = format!("/v1.0/organization/{}", client.tenant);
    let before = client.get(&path).await.body;
    let change = json!({
        "technicalNotificationMails": ["it@contoso.com", " ops@contoso.com "],
        "securityComplianceNotificationPhones": ["+30 210 1234567"],
        "displayName": before["displayName"],
    });
    assert_eq!(client.patch(&path, change.clone()).await.status.as_u16(), 204);
    let after = client.get(&path).await.body;
    assert_eq!(after["technicalNotificationMails"], json!(["it@contoso.com", "ops@contoso.com"]));
    assert_eq!(after["securityComplianceNotificationPhones"], change["securityComplianceNotificationPhones"]);
    assert_eq!(after["marketingNotificationEmails"], json!([]));
    let told = client
        .get("/v1.0/auditLogs/directoryAudits?$filter=activityDisplayName eq 'Set Company Information'")
        .await;
    assert_eq!(told.each("activityDisplayName").len(), 1);
    assert_eq!(client.patch(&path, json!({ "technicalNotificationMails": null })).await.status.as_u16(), 204);
    assert_eq!(client.get(&path).await.body["technicalNotificationMails"], json!([]));
    for (body, code) in [
        (json!({ "technicalNotificationMails": ["it"] }), "email-no-at"),
        (json!({ "marketingNotificationEmails": ["a@b.test", "A@b.test"] }), "property-repeated"),
        (json!({ "marketingNotificationEmails": "a@b.test" }), "property-kind"),
        (json!({ "displayName": "Another" }), "property-read-only"),
        (json!({ "colour": "red" }), "property-unknown"),
    ] {
        assert_eq!(client.patch(&path, body.clone()).await.codes().1, code, "{body}");
    }
    let company = t.company("northwind").await;
    let reader = t.person(company.tenant, &company.domain, "ben", &[Role::UserAdministrator]).await;
    let reader = t.client(company.tenant, reader).await;
    let own = format!("/v1.0/organization/{}", company.tenant);
    reader.patch(&own, change.clone()).await.assert_refused(
        403,
        "Authorization_RequestDenied",
        "not-allowed",
    );
    reader.patch(&path, change).await.assert_refused(404, "Request_ResourceNotFound", "not-found");
}

async fn a_batch_runs_its_requests_in_order(t: &mut TestApp) {
    let (client, domain, ana) = contoso(t).await;
    let batch = json!({ "requests": [
        { "id": "3", "method": "GET", "url": format!("/users/cleo@{domain}"), "dependsOn": ["2"] },
        { "id": "2", "method": "POST", "url": "users", "headers": { "Content-Type": "application/json" }, "body": person("cleo", &domain) },
        { "id": "1", "method": "GET", "url": "/me?$select=id" },
        { "id": "4", "method": "DELETE", "url": "/users/00000000-0000-0000-0000-000000000000" },
        { "id": "5", "method": "GET", "url": "/me", "dependsOn": ["4"] },
        { "id": "6", "method": "GET", "url": "/users/$count" },
        { "id": "7", "method": "GET", "url": "/$batch" },
        { "id": "8", "method": "GET", "url": "https://graph.example/me" },
    ] });
    let answer = client.post("/v1.0/$batch", batch).await;
    assert_eq!(answer.status.as_u16(), 200, "{}", answer.body);
    let of = |id: &str| -> Value {
        let responses = answer.body["responses"].as_array().unwrap();
        responses.iter().find(|response| response["id"] == id).unwrap().clone()
    };
    let statuses: Vec<_> = (1..=8).map(|id| of(&id.to_string())["status"].as_u64().unwrap()).collect();
    assert_eq!(statuses, [200, 201, 200, 404, 424, 200, 400, 400], "{}", answer.body);
    assert_eq!(of("1")["body"]["id"], ana);
    assert_eq!(of("3")["body"]["displayName"], "cleo");
    assert_eq!(of("4")["body"]["error"]["code"], "Request_ResourceNotFound");
    assert!(of("2")["headers"]["Location"].as_str().unwrap().contains("/v1.0/users/"));

    // The token of the whole batch counts, whatever a part brings along.
    let smuggled = json!({ "requests": [
        { "id": "1", "method": "GET", "url": "/me", "headers": { "Authorization": format!("Bearer {}", client.token) } },
    ] });
    let nobody = client.with_token("tenantry_x");
    let answer = nobody.post("/v1.0/$batch", smuggled).await;
    assert_eq!(answer.body["responses"][0]["status"], 401);
}

async fn a_part_of_a_batch_comes_from_where_the_batch_does(t: &mut TestApp) {
    let (client, domain, _) = contoso(t).await;
    let batch = |name: &str| {
        let headers = json!({
            "Content-Type": "application/json", "X-Forwarded-For": "203.0.113.9", "Forwarded": "for=203.0.113.9",
            "User-Agent": "part", "Cookie": "session=x", "Host": "attacker.example",
        });
        let part = json!({ "id": "1", "method": "POST", "url": "/users", "headers": headers, "body": person(name, &domain) });
        Some(json!({ "requests": [part] }))
    };
    let through = [("x-forwarded-for", "198.51.100.7"), ("user-agent", "batch")];
    for (name, headers, address) in
        [("cleo", through.as_slice(), "198.51.100.7"), ("dora", [].as_slice(), "192.0.2.200")]
    {
        let answer = client.send(Method::POST, "/v1.0/$batch", batch(name), headers).await;
        assert_eq!(answer.body["responses"][0]["status"], 201, "{}", answer.body);
        let made = answer.body["responses"][0]["body"]["id"].as_str().unwrap().to_owned();
        let audits = client.get("/v1.0/auditLogs/directoryAudits").await;
        let audits = audits.body["value"].as_array().unwrap().clone();
        let audit = audits.iter().find(|audit| audit["targetResources"][0]["id"] == json!(made)).unwrap();
        assert_eq!(audit["initiatedBy"]["user"]["ipAddress"], address, "{audit}");
    }
}

async fn answers_are_bounded_in_bytes(t: &mut TestApp) {
    let (client, domain, _) = contoso(t).await;
    let mails: Vec<String> = (0..200).map(|number| format!("{number:0>240}")).collect();
    for number in 0..90 {
        let id = t.person(client.tenant, &domain, &format!("p{number}"), &[]).await;
        let answer = client.patch(&format!("/v1.0/users/{id}"), json!({ "otherMails": mails })).await;
        assert_eq!(answer.status.as_u16(), 204, "{}", answer.body);
    }
    let group = json!({ "displayName": "all", "mailNickname": "all", "mailEnabled": false, "securityEnabled": true,
        "groupTypes": ["DynamicMembership"], "membershipRule": "user.objectId -ne null" });
    let group = client.post("/v1.0/groups", group).await.body["id"].as_str().unwrap().to_owned();
    t.run_jobs().await;
    for path in [
        "/v1.0/users?$top=999&$select=id,otherMails".to_owned(),
        "/v1.0/users?$top=999&$select=id,otherMails&$orderby=displayName".to_owned(),
        "/v1.0/users/delta?$top=999&$select=id,otherMails".to_owned(),
        format!("/v1.0/groups/{group}/members?$top=999&$select=id,otherMails"),
    ] {
        let (mut seen, mut pages, mut next) = (Vec::new(), 0, Some(path.clone()));
        while let Some(address) = next {
            let page = client.get(&address).await;
            assert!(page.body.to_string().len() < 5_000_000, "{path}");
            seen.extend(page.each("id"));
            pages += 1;
            next = page.body.get("@odata.nextLink").map(|_| link(&page.body, "@odata.nextLink"));
        }
        seen.sort();
        seen.dedup();
        assert_eq!((pages, seen.len()), (2, 91), "{path}");
    }

    let part = |id: u32| json!({ "id": id.to_string(), "method": "GET", "url": "/users?$top=999&$select=otherMails" });
    let requests: Vec<Value> = (0..8).map(part).collect();
    let answer = client.post("/v1.0/$batch", json!({ "requests": requests })).await;
    let responses = answer.body["responses"].as_array().unwrap();
    let statuses: Vec<_> = responses.iter().map(|response| response["status"].as_u64().unwrap()).collect();
    assert_eq!(statuses, [200, 200, 200, 200, 413, 413, 413, 413]);
    assert_eq!(responses[7]["body"]["error"]["innerError"]["code"], "batch-too-large");
}

async fn a_batch_that_is_wrong_runs_nothing(t: &mut TestApp) {
    let (client, domain, _) = contoso(t).await;
    let make = |id: &str, after: Value| json!({ "id": id, "method": "POST", "url": "/users", "body": person("dora", &domain), "dependsOn": after });
    let many: Vec<Value> = (0..21).map(|id| make(&id.to_string(), json!([]))).collect();
    for requests in [
        json!([]),
        json!(many),
        json!([make("1", json!([])), make("1", json!([]))]),
        json!([make("1", json!(["2"])), make("2", json!(["1"]))]),
        json!([make("1", json!(["9"]))]),
        json!([{ "id": 1, "method": "GET", "url": "/me" }]),
        json!([{ "id": "1", "method": "GET" }]),
        json!([make("1", json!([])), { "id": "2", "method": "G T", "url": "/me" }]),
        json!("x"),
    ] {
        let answer = client.post("/v1.0/$batch", json!({ "requests": requests })).await;
        answer.assert_refused(400, "Request_BadRequest", "batch-invalid");
    }
    let answer = client.send(Method::POST, "/v1.0/$batch", None, &[]).await;
    answer.assert_refused(400, "Request_BadRequest", "body-invalid");
    assert_eq!(client.get(&format!("/v1.0/users/dora@{domain}")).await.status.as_u16(), 404);
}

fn link(answer: &Value, name: &str) -> String {
    let address = answer[name].as_str().unwrap_or_else(|| panic!("no {name}: {answer}"));
    address.strip_prefix("http://localhost:8080").unwrap().to_owned()
}

async fn changes_are_followed(t: &mut TestApp) {
    let (client, domain, ana) = contoso(t).await;
    let ben = made(&client, "ben", &domain).await;
    let cleo = made(&client, "cleo", &domain).await;
    let first = client.get("/v1.0/users/delta?$select=displayName,id&$top=2").await;
    assert_eq!(first.each("id").len(), 2);
    // Made while the first round is under way: it may come twice, and is never missed.
    let dora = made(&client, "dora", &domain).await;
    let second = client.get(&link(&first.body, "@odata.nextLink")).await;
    let mut all = [first.each("id"), second.each("id")].concat();
    all.retain(|id| *id != dora);
    all.sort();
    let mut expected = vec![ana.clone(), ben.clone(), cleo.clone()];
    expected.sort();
    assert_eq!(all, expected);
    let delta = link(&second.body, "@odata.deltaLink");

    client.patch(&format!("/v1.0/users/{ben}"), json!({ "displayName": "Benjamin" })).await;
    client.delete(&format!("/v1.0/users/{cleo}")).await;
    let changed = client.get(&delta).await;
    let of = |id: &str| {
        let value = changed.body["value"].as_array().unwrap().clone();
        value
            .into_iter()
            .find(|object| object["id"] == id)
            .unwrap_or_else(|| panic!("{id}: {}", changed.body))
    };
    assert_eq!(of(&ben)["displayName"], "Benjamin");
    assert_eq!(of(&cleo)["@removed"]["reason"], "changed");
    assert_eq!(of(&dora)["displayName"], "dora");
    let delta = link(&changed.body, "@odata.deltaLink");
    let nothing = client.get(&delta).await;
    assert_eq!(nothing.each("id"), Vec::<String>::new());

    client.delete(&format!("/v1.0/directory/deletedItems/{cleo}")).await;
    let gone = client.get(&link(&nothing.body, "@odata.deltaLink")).await;
    assert_eq!(gone.body["value"][0]["@removed"]["reason"], "deleted");

    let latest = client.get("/v1.0/users/delta?$deltatoken=latest").await;
    assert_eq!(latest.each("id"), Vec::<String>::new());
    let northwind = t.company("northwind").await;
    let theirs = t.client(northwind.tenant, northwind.ana).await;
    made(&theirs, "eve", &northwind.domain).await;
    let mine = client.get(&link(&latest.body, "@odata.deltaLink")).await;
    assert_eq!(mine.each("id"), Vec::<String>::new());
}

async fn tokens_of_changes_belong_to_their_query(t: &mut TestApp) {
    let (client, domain, _) = contoso(t).await;
    made(&client, "ben", &domain).await;
    let first = client.get("/v1.0/users/delta?$select=id").await;
    let delta = link(&first.body, "@odata.deltaLink");
    let other_query = delta.replace("$select=id", "$select=displayName");
    client.get(&other_query).await.assert_refused(400, "Request_BadRequest", "page-link-invalid");
    let northwind = t.company("northwind").await;
    let theirs = t.client(northwind.tenant, northwind.ana).await;
    theirs.get(&delta).await.assert_refused(400, "Request_BadRequest", "page-link-invalid");
    client.get("/v1.0/users?$deltatoken=latest").await.assert_refused(
        400,
        "Request_UnsupportedQuery",
        "query-unsupported",
    );
    client.get("/v1.0/users?$expand=licenseDetails").await.assert_refused(
        400,
        "Request_UnsupportedQuery",
        "query-unsupported",
    );
}

async fn whatever_a_program_sends_is_answered(t: &mut TestApp) {
    let (client, domain, ana) = contoso(t).await;
    let reader = Role::GlobalReader.template_id();
    let batch = json!({ "requests": [{ "id": "1", "method": "GET", "url": "/me", "headers": {}, "body": {}, "dependsOn": [] }] });
    let bodies = [
        ("/v1.0/domains", json!({ "id": "fabrikam.com" })),
        (&*format!("/v1.0/domains/{domain}/verify"), json!({ "x": 1 })),
        ("/v1.0/domains/fabrikam.org/promote", json!({ "x": 1 })),
        ("/v1.0/domains/fabrikam.org/forceDelete", json!({ "disableUserAccounts": true })),
        ("/v1.0/directoryRoles", json!({ "roleTemplateId": reader })),
        (&format!("/v1.0/directoryRoles/{reader}/members/$ref"), json!({ "@odata.id": ana })),
        (
            "/v1.0/roleManagement/directory/roleAssignments",
            json!({ "principalId": ana, "roleDefinitionId": reader, "directoryScopeId": "/" }),
        ),
        ("/v1.0/$batch", batch["requests"][0].clone()),
    ];
    let mut values: Vec<Value> = vec![json!(7), json!([7]), json!({ "a": 1 }), json!(true), json!(null)];
    values.extend(hostile::known().into_iter().map(Value::from));
    for (path, good) in &bodies {
        for property in good.as_object().unwrap().keys() {
            for value in &values {
                let mut body = good.clone();
                body[property] = value.clone();
                let body = if path.ends_with("$batch") { json!({ "requests": [body] }) } else { body };
                let answer = client.post(path, body).await;
                let status = answer.status.as_u16();
                assert!(matches!(status, 200..=204 | 400 | 404), "{path} {property} {value}: {status}");
            }
        }
    }
    for text in hostile::known() {
        let text =
            percent_encoding::utf8_percent_encode(&text, percent_encoding::NON_ALPHANUMERIC).to_string();
        for path in [
            "directoryRoles",
            "directoryRoles/{}/members",
            "domains/{}",
            "organization/{}",
            "users/delta?$deltatoken={}",
            "users/delta?$skiptoken={}",
            "roleManagement/directory/roleAssignments/{}",
            "directoryRoles?$filter={}",
        ] {
            let status = client.get(&format!("/v1.0/{}", path.replace("{}", &text))).await.status.as_u16();
            assert!(matches!(status, 200 | 400 | 404), "{path} {text}: {status}");
        }
    }
}
