//! `/v1.0/users` as programs use it.

use http::Method;
use model::roles::Role;
use serde_json::{Value, json};

use crate::input::hostile;
use crate::support::TestApp;
use crate::support::client::Client;

both_engines!(
    a_tenant_has_so_many_people(|config| config.accounts.people = 3),
    a_user_is_created_read_changed_and_deleted,
    lists_are_filtered_searched_ordered_and_paged,
    pages_along_the_index_hold_everybody_once,
    what_no_index_answers_is_refused,
    bodies_are_read_strictly,
    a_change_is_made_to_what_was_read,
    tokens_end_with_what_they_rest_on,
    another_tenants_ids_answer_like_unknown_ones,
    rights_count_in_the_api_too,
    whoever_may_not_reset_a_password_may_not_redirect_its_code,
    names_tell_nothing_to_whoever_may_not_see_the_directory,
    whatever_a_program_sends_is_answered(crate::input::unlimited),
    people_from_before_the_index_are_found,
);

fn ben(domain: &str) -> Value {
    json!({
        "accountEnabled": true,
        "displayName": "Ben Müller",
        "givenName": "Ben",
        "surname": "Müller",
        "mailNickname": "ben",
        "userPrincipalName": format!("Ben@{domain}"),
        "passwordProfile": { "password": "lively brass orchard 71", "forceChangePasswordNextSignIn": true },
        "jobTitle": "Engineer",
        "department": "Research & Development",
        "mail": "ben@contoso.test",
        "businessPhones": ["+30 210 1234567"],
        "otherMails": ["ben.muller@fabrikam.test"],
        "usageLocation": "gr",
    })
}

async fn contoso(t: &TestApp) -> (Client, String) {
    let company = t.company("contoso").await;
    (t.client(company.tenant, company.ana).await, company.domain)
}

async fn a_user_is_created_read_changed_and_deleted(t: &mut TestApp) {
    let (client, domain) = contoso(t).await;
    let made = client.post("/v1.0/users", ben(&domain)).await;
    assert_eq!(made.status.as_u16(), 201, "{}", made.body);
    let id = made.body["id"].as_str().unwrap().to_owned();
    assert_eq!(made.headers["location"], format!("http://localhost:8080/v1.0/users/{id}"));
    assert_eq!(made.body["@odata.context"], "http://localhost:8080/v1.0/$metadata#users/$entity");
    assert_eq!(made.body["userPrincipalName"], format!("ben@{domain}"));

    let read = client.get(&format!("/v1.0/users/ben@{domain}")).await;
    let mut names: Vec<_> = read.body.as_object().unwrap().keys().map(String::as_str).collect();
    names.sort_unstable();
    assert_eq!(
        names,
        [
            "@odata.context",
            "businessPhones",
            "displayName",
            "givenName",
            "id",
            "jobTitle",
            "mail",
            "mobilePhone",
            "officeLocation",
            "preferredLanguage",
            "surname",
            "userPrincipalName"
        ]
    );
    let more = client.get(&format!("/v1.0/users/{id}?$select=department,usageLocation,accountEnabled")).await;
    assert_eq!(more.body["department"], "Research & Development");
    assert_eq!((&more.body["usageLocation"], &more.body["accountEnabled"]), (&json!("GR"), &json!(true)));

    let path = format!("/v1.0/users/{id}");
    let change = json!({ "jobTitle": null, "city": "Αθήνα", "accountEnabled": false, "surname": "Μύλλερ" });
    assert_eq!(client.patch(&path, change).await.status.as_u16(), 204);
    let read = client.get(&format!("{path}?$select=jobTitle,city,accountEnabled,surname,department")).await;
    assert_eq!(
        (&read.body["jobTitle"], &read.body["city"], &read.body["accountEnabled"], &read.body["surname"]),
        (&Value::Null, &json!("Αθήνα"), &json!(false), &json!("Μύλλερ"))
    );
    assert_eq!(read.body["department"], "Research & Development");

    assert_eq!(client.delete(&path).await.status.as_u16(), 204);
    client.get(&path).await.assert_refused(404, "Request_ResourceNotFound", "not-found");
    let deleted = client.get("/v1.0/directory/deletedItems/microsoft.graph.user").await;
    assert_eq!(deleted.each("id"), [id.as_str()]);
    let restored = client.post(&format!("/v1.0/directory/deletedItems/{id}/restore"), json!({})).await;
    assert_eq!((restored.status.as_u16(), &restored.body["id"]), (200, &json!(id)));
    assert_eq!(client.get(&path).await.status.as_u16(), 200);
    assert_eq!(client.delete(&path).await.status.as_u16(), 204);
    let gone = format!("/v1.0/directory/deletedItems/{id}");
    assert_eq!(client.delete(&gone).await.status.as_u16(), 204);
    client.get(&gone).await.assert_refused(404, "Request_ResourceNotFound", "not-found");
    assert!(client.get("/v1.0/users?$filter=city eq 'Αθήνα'").await.each("id").is_empty());
}

async fn lists_are_filtered_searched_ordered_and_paged(t: &mut TestApp) {
    let (client, domain) = contoso(t).await;
    for (name, title, country) in
        [("ben", "Engineer", "GR"), ("chloé", "engineering lead", "CY"), ("dora", "Sales", "GR")]
    {
        let ascii = name.replace('é', "e");
        let body = json!({
            "accountEnabled": name != "dora", "displayName": name, "mailNickname": ascii,
            "userPrincipalName": format!("{ascii}@{domain}"), "jobTitle": title, "country": country,
            "mail": format!("{ascii}@contoso.test"), "otherMails": [format!("{ascii}@fabrikam.test")],
            "passwordProfile": { "password": "lively brass orchard 71" },
        });
        assert_eq!(client.post("/v1.0/users", body).await.status.as_u16(), 201);
    }
    for (query, found) in [
        ("$filter=jobTitle eq 'engineer'", vec!["ben"]),
        ("$filter=startsWith(jobTitle,'ENGINEER')", vec!["ben", "chloé"]),
        ("$filter=startswith(displayName,'chloÉ')", vec!["chloé"]),
        ("$filter=country eq 'GR' and accountEnabled eq true", vec!["ben"]),
        ("$filter=country eq 'GR' and not (accountEnabled)", vec!["dora"]),
        ("$filter=country in ('CY','DE') or jobTitle eq 'Sales'", vec!["chloé", "dora"]),
        ("$filter=jobTitle eq null", vec!["ANA.TORRES"]),
        ("$filter=country ne 'GR'", vec!["ANA.TORRES", "chloé"]),
        ("$filter=endsWith(mail,'N@contoso.test')", vec!["ben"]),
        ("$filter=otherMails/any(m:m eq 'dora@fabrikam.test')", vec!["dora"]),
        ("$filter=otherMails/any(m:startsWith(m,'chl'))", vec!["chloé"]),
        (
            "$filter=createdDateTime le 2026-03-02T09:00:00Z and createdDateTime gt 2026-03-01",
            vec!["ANA.TORRES", "ben", "chloé", "dora"],
        ),
        ("$filter=displayName eq 'o''neil'", vec![]),
        ("$filter=id eq 'nonsense'", vec![]),
        ("$search=\"displayName:chloe\"", vec!["chloé"]),
        ("$search=\"jobTitle:eng\" AND NOT \"displayName:ben\"", vec!["chloé"]),
    ] {
        let answer = client.get(&format!("/v1.0/users?{query}")).await;
        assert_eq!(answer.status.as_u16(), 200, "{query}: {}", answer.body);
        let mut names = answer.each("displayName");
        names.sort();
        assert_eq!(names, found, "{query}");
    }

    let mut next = "/v1.0/users?$orderby=displayName desc&$top=2&$count=true&$select=displayName".to_owned();
    let mut names = Vec::new();
    for page in 0..3 {
        let answer = client.get(&next).await;
        assert_eq!(answer.body.get("@odata.count"), (page == 0).then_some(&json!(4)));
        names.extend(answer.each("displayName"));
        match answer.body["@odata.nextLink"].as_str() {
            Some(link) => next = link.strip_prefix("http://localhost:8080").unwrap().to_owned(),
            None => break,
        }
    }
    assert_eq!(names, ["dora", "chloé", "ben", "ANA.TORRES"]);
    let moved = next.replace("$top=2", "$top=3");
    client.get(&moved).await.assert_refused(400, "Request_BadRequest", "page-link-invalid");
    assert_eq!(client.get("/v1.0/users/$count?$filter=country eq 'GR'").await.body, json!(2));
    assert_eq!(client.get("/v1.0/me").await.body["displayName"], "ANA.TORRES");
}

async fn pages_along_the_index_hold_everybody_once(t: &mut TestApp) {
    let (client, domain) = contoso(t).await;
    let mut people = Vec::new();
    for number in [3, 1, 2, 5, 4, 6] {
        let body = json!({
            "accountEnabled": number != 6, "displayName": format!("Per{number} Persson Perle"),
            "mailNickname": format!("per{number}"), "userPrincipalName": format!("per{number}@{domain}"),
            "department": "Perfumes", "otherMails": [format!("a{number}@x.test"), format!("ab{number}@x.test")],
            "passwordProfile": { "password": "lively brass orchard 71" },
        });
        let made = client.post("/v1.0/users", body).await;
        assert_eq!(made.status.as_u16(), 201, "{}", made.body);
        people.push(format!("Per{number} Persson Perle"));
    }
    people.sort();
    let gone = client.post("/v1.0/users", ben(&domain)).await.body["id"].as_str().unwrap().to_owned();
    client
        .patch(
            &format!("/v1.0/users/{gone}"),
            json!({ "displayName": "Per0 Gone", "department": "Perfumes" }),
        )
        .await;
    client.delete(&format!("/v1.0/users/{gone}")).await;
    for (asked, count) in [
        ("$filter=startsWith(displayName,'per')", 6),
        ("$filter=department eq 'perfumes'", 6),
        ("$filter=department eq 'perfumes' and accountEnabled eq true", 5),
        ("$filter=department eq 'perfumes' and startsWith(displayName,'Per')", 6),
        ("$filter=otherMails/any(m:startsWith(m,'a'))", 6),
        ("$filter=otherMails/any()", 6),
        ("$search=\"displayName:per\"", 6),
        ("$search=\"displayName:per\"&$filter=department eq 'Perfumes'", 6),
        ("$search=\"displayName:per perl\"", 6),
    ] {
        let (mut names, mut next) = (Vec::new(), Some(format!("/v1.0/users?{asked}&$top=2&$count=true")));
        while let Some(address) = next {
            let page = client.get(&address).await;
            assert_eq!(page.status.as_u16(), 200, "{asked}: {}", page.body);
            if names.is_empty() {
                assert_eq!(page.body["@odata.count"], json!(count), "{asked}");
            }
            names.extend(page.each("displayName"));
            let link = page.body["@odata.nextLink"].as_str();
            next = link.map(|link| link.strip_prefix("http://localhost:8080").unwrap().to_owned());
        }
        names.sort();
        assert_eq!(names, people[..count], "{asked}");
    }
}

async fn what_no_index_answers_is_refused(t: &mut TestApp) {
    let (client, _) = contoso(t).await;
    for query in [
        "$filter=contains(displayName,'n')",
        "$filter=endsWith(displayName,'n')",
        "$filter=shoeSize eq 'x'",
        "$filter=displayName gt 'a'",
        "$orderby=jobTitle",
        "$skip=10",
        "$apply=x",
    ] {
        let answer = client.get(&format!("/v1.0/users?{query}")).await;
        answer.assert_refused(400, "Request_UnsupportedQuery", "query-unsupported");
    }
    for query in
        ["$filter=displayName eq", "$filter=accountEnabled eq 'yes'", "$top=1000", "$top=0", "$count=1"]
    {
        let answer = client.get(&format!("/v1.0/users?{query}")).await;
        answer.assert_refused(400, "Request_BadRequest", "query-invalid");
    }
    let answer = client.get("/v1.0/users?$select=shoeSize").await;
    answer.assert_refused(400, "Request_BadRequest", "property-unknown");
    let answer = client.get("/v1.0/users?$filter=displayName eq 'x' or").await;
    let message = answer.body["error"]["message"].as_str().unwrap();
    assert!(message.starts_with("$filter can't be read at character 22"), "{message}");
}

async fn bodies_are_read_strictly(t: &mut TestApp) {
    let (client, domain) = contoso(t).await;
    let with = |name: &str, value: Value| {
        let mut body = ben(&domain);
        body[name] = value;
        body
    };
    for (body, code) in [
        (json!([]), "body-invalid"),
        (with("shoeSize", json!(44)), "property-unknown"),
        (with("createdDateTime", json!("2026-01-01T00:00:00Z")), "property-read-only"),
        (with("jobTitle", json!(7)), "property-kind"),
        (with("jobTitle", json!("x".repeat(129))), "field-too-long"),
        (with("city", json!("a\u{0}b")), "property-characters"),
        (with("usageLocation", json!("ZZ")), "address-country-unknown"),
        (with("userPrincipalName", json!("ben")), "sign-in-name-incomplete"),
        (with("userPrincipalName", json!("ben@fabrikam.test")), "user-domain-not-verified"),
        (with("passwordProfile", json!({ "password": "123" })), "password-too-short"),
        (with("accountEnabled", Value::Null), "field-required"),
    ] {
        let answer = client.post("/v1.0/users", body).await;
        assert_eq!((answer.status.as_u16(), answer.codes().1), (400, code), "{}", answer.body);
    }
    assert_eq!(client.get("/v1.0/users/$count").await.body, json!(1));
    assert_eq!(client.post("/v1.0/users", ben(&domain)).await.status.as_u16(), 201);
    let twice = client.post("/v1.0/users", ben(&domain)).await;
    assert_eq!(twice.codes(), ("Request_MultipleObjectsWithSameKeyValue", "username-taken"));
}

async fn a_change_is_made_to_what_was_read(t: &mut TestApp) {
    let (client, domain) = contoso(t).await;
    let made = client.post("/v1.0/users", ben(&domain)).await;
    let path = format!("/v1.0/users/{}", made.body["id"].as_str().unwrap());
    let tag = client.get(&path).await.headers["etag"].to_str().unwrap().to_owned();
    let change = |city: &str| Some(json!({ "city": city }));
    let first = client.send(Method::PATCH, &path, change("Athens"), &[("if-match", &tag)]).await;
    assert_eq!(first.status.as_u16(), 204, "{}", first.body);
    let second = client.send(Method::PATCH, &path, change("Patras"), &[("if-match", &tag)]).await;
    second.assert_refused(412, "PreconditionFailed", "changed-meanwhile");
    assert_eq!(client.get(&format!("{path}?$select=city")).await.body["city"], "Athens");
}

async fn tokens_end_with_what_they_rest_on(t: &mut TestApp) {
    let company = t.company("contoso").await;
    let ida = t.person(company.tenant, &company.domain, "ida", &[Role::GlobalReader]).await;
    let (ana, reader) = (t.client(company.tenant, company.ana).await, t.client(company.tenant, ida).await);
    assert_eq!(reader.get("/v1.0/me").await.status.as_u16(), 200);
    let mut changed = reader.clone();
    changed.token.replace_range(30..31, if &reader.token[30..31] == "A" { "B" } else { "A" });
    for token in [changed.token.as_str(), "", "tenantry_", "x"] {
        let mut client = reader.clone();
        client.token = token.to_owned();
        client.get("/v1.0/me").await.assert_refused(401, "InvalidAuthenticationToken", "token-invalid");
    }
    let path = format!("/v1.0/users/{ida}");
    assert_eq!(ana.patch(&path, json!({ "accountEnabled": false })).await.status.as_u16(), 204);
    reader.get("/v1.0/me").await.assert_refused(401, "InvalidAuthenticationToken", "token-invalid");
    // What was ended stays ended when the person comes back.
    assert_eq!(ana.patch(&path, json!({ "accountEnabled": true })).await.status.as_u16(), 204);
    reader.get("/v1.0/me").await.assert_refused(401, "InvalidAuthenticationToken", "token-invalid");
    let password = json!({ "passwordProfile": { "password": "lively brass orchard 71" } });
    for (act, undo) in [("revoke", false), ("reset", false), ("delete", true)] {
        let holder = t.client(company.tenant, ida).await;
        assert_eq!(holder.get("/v1.0/me").await.status.as_u16(), 200);
        let done = match act {
            "revoke" => ana.post(&format!("{path}/revokeSignInSessions"), json!({})).await,
            "reset" => ana.patch(&path, password.clone()).await,
            _ => ana.delete(&path).await,
        };
        assert!(done.status.is_success(), "{act}: {}", done.body);
        if undo {
            let restore = format!("/v1.0/directory/deletedItems/{ida}/restore");
            assert_eq!(ana.post(&restore, json!({})).await.status.as_u16(), 200);
        }
        holder.get("/v1.0/me").await.assert_refused(401, "InvalidAuthenticationToken", "token-invalid");
    }
    t.an_hour_passes();
    ana.get("/v1.0/me").await.assert_refused(401, "InvalidAuthenticationToken", "token-invalid");
}

async fn another_tenants_ids_answer_like_unknown_ones(t: &mut TestApp) {
    let (client, _) = contoso(t).await;
    let other = t.company("fabrikam").await;
    let unknown = "00000000-0000-0000-0000-00000000000a";
    let foreign_name = format!("ana.torres@{}", other.domain);
    for id in [other.ana.to_string(), foreign_name, unknown.to_owned()] {
        let path = format!("/v1.0/users/{id}");
        for answer in [
            client.get(&path).await,
            client.patch(&path, json!({ "city": "x" })).await,
            client.delete(&path).await,
            client.post(&format!("{path}/revokeSignInSessions"), json!({})).await,
        ] {
            answer.assert_refused(404, "Request_ResourceNotFound", "not-found");
        }
    }
    let filter = format!("/v1.0/users?$filter=id eq '{}'", other.ana);
    assert!(client.get(&filter).await.each("id").is_empty());
}

async fn rights_count_in_the_api_too(t: &mut TestApp) {
    let company = t.company("contoso").await;
    let ida = t.person(company.tenant, &company.domain, "ida", &[]).await;
    let client = t.client(company.tenant, ida).await;
    assert_eq!(client.get("/v1.0/me").await.status.as_u16(), 200);
    for answer in [
        client.get("/v1.0/users").await,
        client.get("/v1.0/users/$count").await,
        client.get(&format!("/v1.0/users/{}", company.ana)).await,
        client.post("/v1.0/users", ben(&company.domain)).await,
        client.patch(&format!("/v1.0/users/{}", company.ana), json!({ "city": "x" })).await,
        client.delete(&format!("/v1.0/users/{}", company.ana)).await,
        client.get("/v1.0/directory/deletedItems/microsoft.graph.user").await,
    ] {
        answer.assert_refused(403, "Authorization_RequestDenied", "not-allowed");
    }
    let own = t.client(company.tenant, company.ana).await;
    let answer = own.delete(&format!("/v1.0/users/{}", company.ana)).await;
    assert_eq!((answer.status.as_u16(), answer.codes().1), (409, "own-account"), "{}", answer.body);
}

async fn whatever_a_program_sends_is_answered(t: &mut TestApp) {
    let (client, domain) = contoso(t).await;
    let made = client.post("/v1.0/users", ben(&domain)).await;
    let path = format!("/v1.0/users/{}", made.body["id"].as_str().unwrap());
    let before = client.get(&format!("{path}?$select=*")).await.body;
    let mut values: Vec<Value> =
        vec![json!(7), json!([7]), json!({ "a": 1 }), json!(true), json!("x".repeat(60_000))];
    values.extend(hostile::known().into_iter().map(Value::from));
    for property in before.as_object().unwrap().keys().filter(|name| !name.starts_with('@')) {
        for value in &values {
            let change = json!({ (property.as_str()): value });
            let answer = client.patch(&path, change).await;
            let status = answer.status.as_u16();
            assert!(matches!(status, 204 | 400), "{property} {value}: {status} {}", answer.body);
            if status == 400 {
                assert!(!answer.codes().0.is_empty() && !answer.codes().1.is_empty(), "{}", answer.body);
                continue;
            }
            let read = client.get(&path).await;
            assert_eq!(read.status.as_u16(), 200, "{property} {value}");
            let restored = client.patch(&path, json!({ (property.as_str()): before[property] })).await;
            assert!(restored.status.is_success(), "{property}: {}", restored.body);
        }
    }
    let mut after = client.get(&format!("{path}?$select=*")).await.body;
    after["lastPasswordChangeDateTime"] = before["lastPasswordChangeDateTime"].clone();
    assert_eq!(after, before);
    let invitation = json!({
        "invitedUserEmailAddress": "dora@fabrikam.test", "inviteRedirectUrl": "https://app.example/",
        "invitedUserDisplayName": "Dora", "invitedUserType": "Guest", "sendInvitationMessage": true,
        "invitedUserMessageInfo": { "messageLanguage": "en" },
    });
    for property in invitation.as_object().unwrap().keys() {
        for value in &values {
            let mut body = invitation.clone();
            body[property] = value.clone();
            let answer = client.post("/v1.0/invitations", body).await;
            assert!(matches!(answer.status.as_u16(), 201 | 400 | 409), "{property} {value}: {}", answer.body);
        }
    }
    for query in hostile::known() {
        let query =
            percent_encoding::utf8_percent_encode(&query, percent_encoding::NON_ALPHANUMERIC).to_string();
        for option in
            ["$filter", "$search", "$select", "$orderby", "$expand", "$top", "$skiptoken", "$count", "x"]
        {
            let status = client.get(&format!("/v1.0/users?{option}={query}")).await.status.as_u16();
            assert!(matches!(status, 200 | 400), "{option}={query}: {status}");
        }
    }
}

async fn people_from_before_the_index_are_found(t: &mut TestApp) {
    let (client, _) = contoso(t).await;
    let tenant = t.company("fabrikam").await.tenant;
    for tenant in [tenant, client.tenant] {
        let actor = tenantry::access::Actor::system(tenant);
        let done: Result<(), tenantry::error::Error> = tenantry::transaction!(t.app.db, |scope| {
            let mut inside = scope.tenant(actor.grant()).await?;
            inside.execute("DELETE FROM directory_index WHERE tenant_id = $1", &[]).await?;
            Ok(())
        });
        done.unwrap();
    }
    let find = "/v1.0/users?$filter=startsWith(displayName,'ana')";
    assert!(client.get(find).await.each("id").is_empty());
    tenantry::jobs::schedule_recurring(&t.app).await.unwrap();
    t.run_jobs().await;
    assert_eq!(client.get(find).await.each("displayName"), ["ANA.TORRES"]);
}

async fn whoever_may_not_reset_a_password_may_not_redirect_its_code(t: &mut TestApp) {
    let company = t.company("contoso").await;
    let (tenant, domain) = (company.tenant, company.domain.as_str());
    let ana = t.client(tenant, company.ana).await;
    let made = ana.post("/v1.0/users", ben(domain)).await;
    let (id, path) = (
        made.body["id"].as_str().unwrap().to_owned(),
        format!("/v1.0/users/{}", made.body["id"].as_str().unwrap()),
    );
    let dan = t.person(tenant, domain, "dan", &[Role::DirectoryWriters]).await;
    let uma = t.person(tenant, domain, "uma", &[Role::UserAdministrator]).await;
    let ida = t.person(tenant, domain, "ida", &[]).await;
    let (writer, user_admin) = (t.client(tenant, dan).await, t.client(tenant, uma).await);
    for mail in [json!("dan@fabrikam.test"), json!(null)] {
        let refused = writer.patch(&path, json!({ "mail": mail, "jobTitle": "Buyer" })).await;
        refused.assert_refused(403, "Authorization_RequestDenied", "not-allowed");
        assert!(refused.body.to_string().contains("set new passwords"), "{}", refused.body);
    }
    let mut browser = t.signed_in(tenant, dan).await;
    let form = browser.get(&format!("/people/{id}/edit")).await;
    let typed = [("contactEmail", "dan@fabrikam.test")];
    assert_eq!(browser.submit(&form, &typed).await.status.as_u16(), 403);
    let same = writer.patch(&path, json!({ "mail": "ben@contoso.test", "jobTitle": "Buyer" })).await;
    assert_eq!(same.status.as_u16(), 204, "{}", same.body);
    t.assert_nothing_left().await;

    let moved = user_admin.patch(&path, json!({ "mail": "ben@fabrikam.test" })).await;
    assert_eq!(moved.status.as_u16(), 204, "{}", moved.body);
    let told = t.mail_to("ben@contoso.test").await;
    assert_eq!(told.subject, format!("The contact address of ben@{domain} was changed"));
    let unused = writer.patch(&format!("/v1.0/users/{ida}"), json!({ "mail": "ida@fabrikam.test" })).await;
    assert_eq!(unused.status.as_u16(), 204, "nobody uses an account without a password: {}", unused.body);
    t.mail_to("ida@mail.test").await;
    t.assert_nothing_left().await;
}

#[expect(clippy::too_many_lines, reason = "a walk reads best in one piece")]
async fn names_tell_nothing_to_whoever_may_not_see_the_directory(t: &mut TestApp) {
    let company = t.company("contoso").await;
    let (tenant, domain) = (company.tenant, company.domain.as_str());
    let ana = t.client(tenant, company.ana).await;
    let ida = t.person(tenant, domain, "ida", &[]).await;
    let client = t.client(tenant, ida).await;
    let registered = async |owner: bool| {
        let made = ana.post("/v1.0/applications", json!({ "displayName": "Orders" })).await.body;
        let app_id = made["appId"].as_str().unwrap().to_owned();
        ana.post("/v1.0/servicePrincipals", json!({ "appId": app_id })).await;
        if owner {
            let path = format!("/v1.0/applications/{}/owners/$ref", made["id"].as_str().unwrap());
            let body = json!({ "@odata.id": format!("https://graph.example/v1.0/directoryObjects/{ida}") });
            assert_eq!(ana.post(&path, body).await.status.as_u16(), 204);
        }
        app_id
    };
    let (theirs, own) = (registered(false).await, registered(true).await);
    let nothing = "00000000-0000-0000-0000-00000000000a";
    let mut pairs = vec![];
    for below in [
        "",
        "/memberOf",
        "/manager",
        "/directReports/$count",
        "/appRoleAssignments",
        "/oauth2PermissionGrants",
    ] {
        let path = |name: &str| (Method::GET, format!("/v1.0/users/{name}@{domain}{below}"));
        pairs.push((path("ana.torres"), path("nobody")));
    }
    for below in ["/revokeSignInSessions", "/getMemberGroups"] {
        let path = |name: &str| (Method::POST, format!("/v1.0/users/{name}@{domain}{below}"));
        pairs.push((path("ana.torres"), path("nobody")));
    }
    for method in [Method::PATCH, Method::DELETE] {
        let path = |name: &str| (method.clone(), format!("/v1.0/users/{name}@{domain}"));
        pairs.push((path("ana.torres"), path("nobody")));
    }
    for collection in ["applications", "servicePrincipals"] {
        for (method, below) in
            [(Method::GET, ""), (Method::GET, "/owners"), (Method::PATCH, ""), (Method::POST, "/addPassword")]
        {
            let path = |id: &str| (method.clone(), format!("/v1.0/{collection}/appId={id}{below}"));
            pairs.push((path(&theirs), path(nothing)));
        }
    }
    for ((method, known), (_, unknown)) in pairs {
        let body = (method == Method::POST || method == Method::PATCH).then(|| {
            if known.ends_with("getMemberGroups") {
                json!({ "securityEnabledOnly": true })
            } else {
                json!({})
            }
        });
        let mut answers = Vec::new();
        for path in [&known, &unknown] {
            let mut answer = client.send(method.clone(), path, body.clone(), &[]).await;
            answer.assert_refused(403, "Authorization_RequestDenied", "not-allowed");
            for id in ["request-id", "client-request-id"] {
                answer.body["error"]["innerError"][id] = json!(null);
            }
            answers.push(answer.body.to_string());
        }
        assert_eq!(answers[0], answers[1], "{method} {known}");
    }
    let itself = client.get(&format!("/v1.0/users/ida@{domain}")).await;
    assert_eq!((itself.status.as_u16(), &itself.body["id"]), (200, &json!(ida)));
    for collection in ["applications", "servicePrincipals"] {
        let owned = client.get(&format!("/v1.0/{collection}/appId={own}")).await;
        assert_eq!(owned.status.as_u16(), 200, "what one owns: {}", owned.body);
    }
    let missing = ana.get(&format!("/v1.0/users/nobody@{domain}")).await;
    assert_eq!(missing.status.as_u16(), 404, "{}", missing.body);
}

async fn a_tenant_has_so_many_people(t: &mut TestApp) {
    let company = t.company("contoso").await;
    let client = t.client(company.tenant, company.ana).await;
    let body = |name: &str| {
        json!({
            "accountEnabled": true, "displayName": name, "mailNickname": name,
            "userPrincipalName": format!("{name}@{}", company.domain),
            "passwordProfile": { "password": "lively brass orchard 71" },
        })
    };
    let ben = t.person(company.tenant, &company.domain, "ben", &[]).await;
    assert_eq!(client.post("/v1.0/users", body("eva")).await.status.as_u16(), 201);
    let refused = client.post("/v1.0/users", body("dora")).await;
    refused.assert_refused(400, "Request_BadRequest", "people-too-many");
    let mut browser = t.signed_in(company.tenant, company.ana).await;
    let form = browser.get("/people/new").await;
    let typed = [("username", "dora"), ("domain", company.domain.as_str()), ("displayName", "Dora")];
    browser.submit(&form, &typed).await.assert_refused(422, "may have 3 people");
    let form = browser.get("/people/invite").await;
    let invited =
        browser.submit(&form, &[("addresses", "dora@mail.test"), ("domain", &company.domain)]).await;
    invited.assert_shows(&["may have 3 people"]);
    assert_eq!(client.delete(&format!("/v1.0/users/{ben}")).await.status.as_u16(), 204);
    assert_eq!(client.post("/v1.0/users", body("dora")).await.status.as_u16(), 201);
    let restore = format!("/v1.0/directory/deletedItems/{ben}/restore");
    let refused = client.post(&restore, json!({})).await;
    refused.assert_refused(400, "Request_BadRequest", "people-too-many");
    let dora = format!("/v1.0/users/dora@{}", company.domain);
    assert_eq!(client.delete(&dora).await.status.as_u16(), 204);
    assert_eq!(client.post(&restore, json!({})).await.status.as_u16(), 200);
    assert_eq!(client.get("/v1.0/users/$count").await.body, json!(3));
}
