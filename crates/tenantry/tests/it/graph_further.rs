//! What clients of Microsoft Graph ask beside the resources themselves: managers, properties that applications add, logos,
//! certificates that sign, policies, addresses of objects, and what a token tells.

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use http::Method;
use serde_json::{Value, json};

use crate::support::TestApp;
use crate::support::client::{Answer, Client};

both_engines!(
    people_report_to_a_manager,
    a_manager_who_is_removed_manages_nobody,
    objects_tell_their_addresses_where_a_client_asks,
    applications_add_properties_to_people_and_groups,
    an_application_has_a_logo,
    a_certificate_that_signs_keeps_its_key_here,
    policies_map_claims,
    policies_say_how_tokens_are_issued,
    a_list_of_several_kinds_expands_what_they_share,
    any_object_is_deleted_by_its_id,
    a_program_that_asks_too_much_waits(|config| config.limits.api_writes_per_second = 1),
    changes_of_groups_tell_who_came_and_who_left,
    a_token_tells_whom_it_stands_for,
    a_password_has_no_name_in_it,
    whatever_a_program_sends_further_is_answered(crate::input::unlimited),
);

async fn contoso(t: &TestApp) -> Client {
    let company = t.company("contoso").await;
    t.client(company.tenant, company.ana).await
}

fn id_of(answer: &Answer) -> String {
    assert_eq!(answer.status.as_u16(), 201, "{}", answer.body);
    answer.body["id"].as_str().unwrap().to_owned()
}

async fn person(client: &Client, name: &str) -> String {
    let body = json!({
        "accountEnabled": true,
        "displayName": name,
        "mailNickname": name,
        "userPrincipalName": format!("{name}@contoso.onwork.localhost"),
        "passwordProfile": { "password": "lively brass orchard 71" },
    });
    id_of(&client.post("/v1.0/users", body).await)
}

async fn assert_status(answer: Answer, status: u16) -> Value {
    assert_eq!(answer.status.as_u16(), status, "{}", answer.body);
    answer.body
}

fn named(id: &str) -> Value {
    json!({ "@odata.id": format!("https://graph.example/v1.0/users/{id}") })
}

async fn people_report_to_a_manager(t: &mut TestApp) {
    let client = contoso(t).await;
    let (ben, ida, zoe) =
        (person(&client, "ben").await, person(&client, "ida").await, person(&client, "zoe").await);
    let manager = format!("/v1.0/users/{ben}/manager");
    client.get(&manager).await.assert_refused(404, "Request_ResourceNotFound", "not-found");
    let put = async |user: &str, manager: &str| {
        client.put(&format!("/v1.0/users/{user}/manager/$ref"), named(manager)).await
    };
    assert_status(put(&ben, &ida).await, 204).await;
    assert_status(put(&ida, &zoe).await, 204).await;
    let found = assert_status(client.get(&manager).await, 200).await;
    assert_eq!((&found["id"], &found["@odata.type"]), (&json!(ida), &json!("#microsoft.graph.user")));
    let reference = assert_status(client.get(&format!("{manager}/$ref")).await, 200).await;
    assert!(reference["@odata.id"].as_str().unwrap().ends_with(&ida), "{reference}");
    assert_eq!(client.get(&format!("/v1.0/users/{zoe}/directReports")).await.each("id"), [ida.as_str()]);
    assert_eq!(client.get(&format!("/v1.0/users/{zoe}/directReports/$count")).await.body, json!(1));
    let expanded = client.get(&format!("/v1.0/users/{ben}?$expand=manager($select=id)&$select=id")).await;
    assert_eq!(expanded.body["manager"]["id"], json!(ida), "{}", expanded.body);

    // Nobody reports to themselves, over however many.
    for (user, manager) in [(&ben, &ben), (&zoe, &ben), (&zoe, &ida)] {
        put(user, manager).await.assert_refused(400, "Request_BadRequest", "manager-circle");
    }
    put(&ben, "00000000-0000-0000-0000-00000000000a").await.assert_refused(
        404,
        "Request_ResourceNotFound",
        "not-found",
    );
    let bound = json!({ "manager@odata.bind": format!("https://graph.example/v1.0/users/{zoe}") });
    assert_status(client.patch(&format!("/v1.0/users/{ben}"), bound).await, 204).await;
    assert_eq!(client.get(&manager).await.body["id"], json!(zoe));
    assert_status(client.delete(&format!("{manager}/$ref")).await, 204).await;
    client.delete(&format!("{manager}/$ref")).await.assert_refused(
        404,
        "Request_ResourceNotFound",
        "not-found",
    );
}

async fn a_manager_who_is_removed_manages_nobody(t: &mut TestApp) {
    let client = contoso(t).await;
    let (ben, ida) = (person(&client, "ben").await, person(&client, "ida").await);
    let manager = format!("/v1.0/users/{ben}/manager");
    assert_status(client.put(&format!("{manager}/$ref"), named(&ida)).await, 204).await;
    assert_status(client.delete(&format!("/v1.0/users/{ida}")).await, 204).await;
    client.get(&manager).await.assert_refused(404, "Request_ResourceNotFound", "not-found");
    let deleted = format!("/v1.0/directory/deletedItems/{ida}");
    assert_status(client.post(&format!("{deleted}/restore"), json!({})).await, 200).await;
    assert_eq!(client.get(&manager).await.body["id"], json!(ida), "a restored manager manages again");
    assert_status(client.delete(&format!("/v1.0/users/{ida}")).await, 204).await;
    assert_status(client.delete(&deleted).await, 204).await;
    client.get(&manager).await.assert_refused(404, "Request_ResourceNotFound", "not-found");
}

async fn objects_tell_their_addresses_where_a_client_asks(t: &mut TestApp) {
    let client = contoso(t).await;
    let ben = person(&client, "ben").await;
    let ask = async |path: &str, accept: &str| {
        client.send(Method::GET, path, None, &[("accept", accept)]).await.body
    };
    let full = "application/json; odata.metadata=full";
    let found = ask(&format!("/v1.0/users/{ben}"), full).await;
    assert_eq!(found["@odata.type"], "#microsoft.graph.user");
    assert_eq!(found["@odata.id"], format!("http://localhost:8080/v1.0/directoryObjects/{ben}"));
    let listed = ask("/v1.0/users?$select=id", full).await;
    assert_eq!(listed["value"][0]["@odata.type"], "#microsoft.graph.user");
    let least = ask("/v1.0/users?$top=1", "application/json;odata.metadata=none").await;
    assert!(least.get("@odata.context").is_none() && least.get("@odata.nextLink").is_some(), "{least}");
    let usual = ask(&format!("/v1.0/users/{ben}"), "*/*").await;
    assert!(usual.get("@odata.id").is_none(), "{usual}");
    // What an object says of itself can be sent back to name it.
    let group = json!({ "displayName": "Sales", "mailEnabled": false, "mailNickname": "sales",
        "securityEnabled": true, "members@odata.bind": [found["@odata.id"]] });
    id_of(&client.post("/v1.0/groups", group).await);
}

/// Both objects have 42 there.
async fn added_properties_are_found(client: &Client, name: &str, objects: [(&str, &String); 2]) {
    let unknown = name.replace("costCenter", "shoeSize");
    for (collection, object) in objects {
        for (filter, found) in [
            (format!("{name} eq 42"), true),
            (format!("{} eq '42'", name.replace("costCenter", "COSTcenter")), true),
            (format!("startsWith({name},'4')"), true),
            (format!("{name} in (41, 42) and id eq '{object}'"), true),
            (format!("{name} eq 4"), false),
            (format!("{unknown} eq 42"), false),
        ] {
            let answer = client.get(&format!("/v1.0/{collection}?$filter={filter}&$select=id")).await;
            assert_eq!(answer.each("id"), if found { vec![object.clone()] } else { vec![] }, "{filter}");
        }
        let none = client.get(&format!("/v1.0/{collection}?$filter={name} eq null&$select=id")).await;
        assert!(!none.each("id").contains(object));
    }
    let elsewhere = client.get(&format!("/v1.0/applications?$filter={name} eq 42")).await;
    elsewhere.assert_refused(400, "Request_UnsupportedQuery", "query-unsupported");
}

async fn applications_add_properties_to_people_and_groups(t: &mut TestApp) {
    let client = contoso(t).await;
    let application = client.post("/v1.0/applications", json!({ "displayName": "Payroll" })).await;
    let path = format!("/v1.0/applications/{}/extensionProperties", id_of(&application));
    let new = json!({ "name": "costCenter", "dataType": "Integer", "targetObjects": ["User", "Group"] });
    let made = client.post(&path, new.clone()).await;
    let id = id_of(&made);
    let app_id = application.body["appId"].as_str().unwrap().replace('-', "");
    let name = format!("extension_{app_id}_costCenter");
    assert_eq!((&made.body["name"], &made.body["appDisplayName"]), (&json!(name), &json!("Payroll")));
    assert_eq!(client.get(&path).await.each("id"), [id.as_str()]);
    let one = assert_status(client.get(&format!("{path}/{id}")).await, 200).await;
    assert_eq!(one["targetObjects"], json!(["User", "Group"]));
    client.post(&path, new).await.assert_refused(400, "Request_BadRequest", "extension-name-taken");
    for (bad, code) in [
        (json!({ "name": "a b", "dataType": "String", "targetObjects": ["User"] }), "property-characters"),
        (json!({ "name": "a", "dataType": "Shoe", "targetObjects": ["User"] }), "property-not-one-of"),
        (json!({ "name": "a", "dataType": "String", "targetObjects": ["Shoe"] }), "property-not-one-of"),
        (json!({ "name": "a", "dataType": "String" }), "field-required"),
    ] {
        client.post(&path, bad).await.assert_refused(400, "Request_BadRequest", code);
    }

    let ben = person(&client, "ben").await;
    let group = json!({ "displayName": "Sales", "mailEnabled": false, "mailNickname": "sales", "securityEnabled": true });
    let group = id_of(&client.post("/v1.0/groups", group).await);
    for object in [format!("/v1.0/users/{ben}"), format!("/v1.0/groups/{group}")] {
        let select = format!("{object}?$select=id,{name}");
        assert_eq!(client.get(&select).await.body[&name], Value::Null);
        assert_status(client.patch(&object, json!({ &name: 42 })).await, 204).await;
        assert_eq!(client.get(&select).await.body[&name], json!(42));
        client.patch(&object, json!({ &name: "42" })).await.assert_refused(
            400,
            "Request_BadRequest",
            "property-kind",
        );
        let unknown = json!({ format!("extension_{app_id}_shoeSize"): 42 });
        client.patch(&object, unknown).await.assert_refused(400, "Request_BadRequest", "property-unknown");
    }
    added_properties_are_found(&client, &name, [("users", &ben), ("groups", &group)]).await;
    let other = json!({ &name: null });
    assert_status(client.patch(&format!("/v1.0/groups/{group}"), other).await, 204).await;
    assert_eq!(client.get(&format!("/v1.0/groups/{group}?$select={name}")).await.body[&name], Value::Null);

    // What no application adds any more is nobody's.
    assert_status(client.delete(&format!("{path}/{id}")).await, 204).await;
    t.run_jobs().await;
    assert_eq!(client.get(&format!("/v1.0/users/{ben}?$select={name}")).await.body[&name], Value::Null);
}

async fn an_application_has_a_logo(t: &mut TestApp) {
    let client = contoso(t).await;
    let application = id_of(&client.post("/v1.0/applications", json!({ "displayName": "Payroll" })).await);
    let path = format!("/v1.0/applications/{application}/logo");
    client.get(&path).await.assert_refused(404, "Request_ResourceNotFound", "not-found");
    let png = crate::photos::TOLD.to_vec();
    let body =
        json!({ "appId": client.get(&format!("/v1.0/applications/{application}")).await.body["appId"] });
    let principal = id_of(&client.post("/v1.0/servicePrincipals", body).await);
    assert_eq!(client.put_bytes(&path, "text/html", png.clone()).await.status.as_u16(), 204);
    let shown = client.get(&path).await;
    assert_eq!(shown.headers["content-type"], "image/png", "what it is, not what somebody said it is");
    assert_eq!(shown.headers["x-content-type-options"], "nosniff");
    let page = b"<script>alert(1)</script>".to_vec();
    client.put_bytes(&path, "image/png", page).await.assert_refused(
        400,
        "Request_BadRequest",
        "picture-kind",
    );
    let shown_at = format!("http://localhost:8080{path}");
    for object in
        [format!("/v1.0/applications/{application}"), format!("/v1.0/servicePrincipals/{principal}")]
    {
        assert_eq!(client.get(&object).await.body["info"]["logoUrl"], shown_at.as_str(), "{object}");
    }
    let found = client.get(shown_at.strip_prefix("http://localhost:8080").unwrap()).await;
    assert_eq!(found.headers["etag"], shown.headers["etag"]);
    assert!(!shown.body.to_string().contains("private words"), "it tells nothing beside");
    the_address_of_a_logo_is_ours(&client, &application, &shown_at).await;
    let large = [png, vec![0; 100 * 1024]].concat();
    client.put_bytes(&path, "image/png", large).await.assert_refused(
        400,
        "Request_BadRequest",
        "picture-too-large",
    );
    assert_status(client.delete(&path).await, 204).await;
    client.get(&path).await.assert_refused(404, "Request_ResourceNotFound", "not-found");
    for object in
        [format!("/v1.0/applications/{application}"), format!("/v1.0/servicePrincipals/{principal}")]
    {
        assert_eq!(client.get(&object).await.body["info"]["logoUrl"], Value::Null, "{object}");
    }
}

/// Clients send back what they have read, whenever that was; nobody else says where a logo stands.
async fn the_address_of_a_logo_is_ours(client: &Client, application: &str, address: &str) {
    let path = format!("/v1.0/applications/{application}");
    for (logo, support) in [(json!(address), "https://a.test/1"), (Value::Null, "https://a.test/2")] {
        let change = json!({ "info": { "logoUrl": logo, "supportUrl": support } });
        assert_status(client.patch(&path, change).await, 204).await;
        let info = client.get(&path).await.body["info"].clone();
        assert_eq!((&info["logoUrl"], &info["supportUrl"]), (&json!(address), &json!(support)));
    }
    assert_status(client.patch(&path, json!({ "info": null })).await, 204).await;
    assert_eq!(client.get(&path).await.body["info"]["logoUrl"], address);
    let elsewhere = json!({ "displayName": "Payroll", "info": { "logoUrl": "https://a.test/logo.png" } });
    for refused in
        [client.patch(&path, elsewhere.clone()).await, client.post("/v1.0/applications", elsewhere).await]
    {
        refused.assert_refused(400, "Request_BadRequest", "property-read-only");
    }
}

async fn principal(client: &Client) -> String {
    let application = client.post("/v1.0/applications", json!({ "displayName": "Payroll" })).await;
    let body = json!({ "appId": application.body["appId"] });
    id_of(&client.post("/v1.0/servicePrincipals", body).await)
}

async fn a_certificate_that_signs_keeps_its_key_here(t: &mut TestApp) {
    let client = contoso(t).await;
    let path = format!("/v1.0/servicePrincipals/{}", principal(&client).await);
    let add = format!("{path}/addTokenSigningCertificate");
    let made = client.post(&add, json!({ "displayName": "CN=payroll", "type": "", "usage": "" })).await;
    let made = assert_status(made, 200).await;
    let der = STANDARD.decode(made["key"].as_str().unwrap()).unwrap();
    let print = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA1_FOR_LEGACY_USE_ONLY, &der);
    let print: String = print.as_ref().iter().map(|byte| format!("{byte:02X}")).collect();
    assert_eq!(made["thumbprint"], json!(print));
    let preferred = json!({ "preferredTokenSigningKeyThumbprint": print });
    assert_status(client.patch(&path, preferred).await, 204).await;
    let found = client.get(&path).await.body;
    let usages: Vec<_> =
        found["keyCredentials"].as_array().unwrap().iter().map(|key| &key["usage"]).collect();
    assert_eq!(usages, ["Sign", "Verify"]);
    assert_eq!(t.rows(client.tenant, "signing_key").await, 1);
    client.post(&add, json!({ "displayName": "payroll" })).await.assert_refused(
        400,
        "Request_BadRequest",
        "certificate-name-unfit",
    );
    // Who takes the certificate away takes its key away.
    assert_status(client.patch(&path, json!({ "keyCredentials": [] })).await, 204).await;
    assert_eq!(t.rows(client.tenant, "signing_key").await, 0);
}

async fn policies_map_claims(t: &mut TestApp) {
    let client = contoso(t).await;
    let definition = r#"{"ClaimsMappingPolicy":{"Version":1,"IncludeBasicClaimSet":"true","ClaimsSchema":[{"Source":"user","ID":"employeeid","JwtClaimType":"name"}]}}"#;
    let body = json!({ "displayName": "Names", "definition": [definition] });
    let policy = id_of(&client.post("/v1.0/policies/claimsMappingPolicies", body).await);
    let path = format!("/v1.0/policies/claimsMappingPolicies/{policy}");
    let bad = json!({ "displayName": "Names", "definition": [definition.replace("\"name\"", "\"sub\"")] });
    client.post("/v1.0/policies/claimsMappingPolicies", bad).await.assert_refused(
        400,
        "Request_BadRequest",
        "policy-definition-unfit",
    );
    // The name reaches terminals by the log.
    client.patch(&path, json!({ "displayName": "St\u{1b}[2Jaff" })).await.assert_refused(
        400,
        "Request_BadRequest",
        "property-characters",
    );
    assert_status(client.patch(&path, json!({ "displayName": "Staff" })).await, 204).await;
    assert_eq!(client.get(&path).await.body["displayName"], "Staff");
    assert_eq!(client.get(&path).await.body["definition"], json!([definition]));

    let of = format!("/v1.0/servicePrincipals/{}/claimsMappingPolicies", principal(&client).await);
    let reference = json!({ "@odata.id": format!("https://graph.example{path}") });
    assert_status(client.post(&format!("{of}/$ref"), reference.clone()).await, 204).await;
    assert_eq!(client.get(&of).await.each("id"), [policy.as_str()]);
    client.post(&format!("{of}/$ref"), reference).await.assert_refused(
        400,
        "Request_BadRequest",
        "reference-exists",
    );
    client.delete(&path).await.assert_refused(409, "ObjectConflict", "policy-in-use");
    assert_status(client.delete(&format!("{of}/{policy}/$ref")).await, 204).await;
    client.delete(&format!("{of}/{policy}/$ref")).await.assert_refused(
        404,
        "Request_ResourceNotFound",
        "not-found",
    );
    assert_status(client.delete(&path).await, 204).await;
    client.get(&path).await.assert_refused(404, "Request_ResourceNotFound", "not-found");
}

async fn policies_say_how_tokens_are_issued(t: &mut TestApp) {
    let client = contoso(t).await;
    let all = "/v1.0/policies/tokenIssuancePolicies";
    let definition = r#"{"TokenIssuancePolicy":{"Version":1,"SigningAlgorithm":"http://www.w3.org/2001/04/xmldsig-more#rsa-sha256","TokenResponseSigningPolicy":"ResponseAndToken","SamlTokenVersion":"2.0","EmitSamlNameFormat":false}}"#;
    let made = client.post(all, json!({ "displayName": "Signed", "definition": [definition] })).await;
    let policy = id_of(&made);
    let path = format!("{all}/{policy}");
    for (wrong, right) in [("2000/09/xmldsig#rsa-sha1", "2001/04/xmldsig-more#rsa-sha256"), ("Sam", "TokenI")]
    {
        let bad = json!({ "displayName": "Signed", "definition": [definition.replace(right, wrong)] });
        let refused = client.post(all, bad).await;
        refused.assert_refused(400, "Request_BadRequest", "policy-definition-unfit");
    }
    // Each kind has definitions of its own, and is found below its own address alone.
    let other = json!({ "displayName": "Names", "definition": [r#"{"ClaimsMappingPolicy":{"Version":1}}"#] });
    let refused = client.post(all, other).await;
    refused.assert_refused(400, "Request_BadRequest", "policy-definition-unfit");
    let elsewhere = client.get(&format!("/v1.0/policies/claimsMappingPolicies/{policy}")).await;
    elsewhere.assert_refused(404, "Request_ResourceNotFound", "not-found");
    assert_eq!(client.get(all).await.each("id"), [policy.as_str()]);
    assert_status(client.patch(&path, json!({ "displayName": "Safer" })).await, 204).await;
    assert_eq!(client.get(&path).await.body["displayName"], "Safer");

    let principal = principal(&client).await;
    let of = format!("/v1.0/servicePrincipals/{principal}/tokenIssuancePolicies");
    let reference = json!({ "@odata.id": format!("https://graph.example{path}") });
    let wrong = format!("/v1.0/servicePrincipals/{principal}/claimsMappingPolicies/$ref");
    let refused = client.post(&wrong, reference.clone()).await;
    refused.assert_refused(400, "Request_BadRequest", "reference-invalid");
    assert_status(client.post(&format!("{of}/$ref"), reference.clone()).await, 204).await;
    assert_eq!(client.get(&of).await.each("id"), [policy.as_str()]);
    assert_eq!(client.get(&format!("{of}/$ref")).await.body["value"].as_array().unwrap().len(), 1);
    let twice = client.post(&format!("{of}/$ref"), reference).await;
    twice.assert_refused(400, "Request_BadRequest", "reference-exists");
    client.delete(&path).await.assert_refused(409, "ObjectConflict", "policy-in-use");
    assert_status(client.delete(&format!("{of}/{policy}/$ref")).await, 204).await;
    assert_status(client.delete(&path).await, 204).await;
    client.get(&path).await.assert_refused(404, "Request_ResourceNotFound", "not-found");
}

async fn a_list_of_several_kinds_expands_what_they_share(t: &mut TestApp) {
    let client = contoso(t).await;
    let ben = person(&client, "ben").await;
    let body = json!({ "displayName": "Sales", "mailEnabled": false, "mailNickname": "sales", "securityEnabled": true });
    let group = id_of(&client.post("/v1.0/groups", body).await);
    let path = format!("/v1.0/groups/{group}/members");
    assert_status(client.post(&format!("{path}/$ref"), named(&ben)).await, 204).await;
    for path in [path.clone(), format!("/v1.0/groups/{group}/transitiveMembers")] {
        let all = client.get(&format!("{path}?$expand=*")).await;
        assert_eq!(all.each("id"), [ben.as_str()], "{}", all.body);
        assert!(all.body["value"][0].get("memberOf").is_none());
    }
    assert_eq!(
        client.get(&format!("/v1.0/users/{ben}/memberOf?$expand=*")).await.each("id"),
        [group.as_str()]
    );
    for expand in ["manager", "*,manager"] {
        let refused = client.get(&format!("{path}?$expand={expand}")).await;
        refused.assert_refused(400, "Request_UnsupportedQuery", "query-unsupported");
    }
}

async fn any_object_is_deleted_by_its_id(t: &mut TestApp) {
    let client = contoso(t).await;
    let ben = person(&client, "ben").await;
    let application = id_of(&client.post("/v1.0/applications", json!({ "displayName": "Payroll" })).await);
    for id in [ben, application] {
        let path = format!("/v1.0/directoryObjects/{id}");
        assert_status(client.delete(&path).await, 204).await;
        client.get(&path).await.assert_refused(404, "Request_ResourceNotFound", "not-found");
        assert_status(client.get(&format!("/v1.0/directory/deletedItems/{id}")).await, 200).await;
    }
}

async fn a_program_that_asks_too_much_waits(t: &mut TestApp) {
    let (company, other) = (t.company("contoso").await, t.company("fabrikam").await);
    let client = t.client(company.tenant, company.ana).await;
    let write =
        async |client: &Client| client.delete("/v1.0/users/00000000-0000-0000-0000-00000000000a").await;
    let mut refused = None;
    for _ in 0..400 {
        let answer = write(&client).await;
        if answer.status.as_u16() == 429 {
            refused = Some(answer);
            break;
        }
    }
    let refused = refused.expect("the three hundred at once are over");
    refused.assert_refused(429, "TooManyRequests", "too-many-requests");
    assert!(refused.headers["retry-after"].to_str().unwrap().parse::<u32>().unwrap() >= 1);
    // Reading goes on, a question that is posted is none that changes, and nobody else waits.
    assert_eq!(client.get("/v1.0/me").await.status.as_u16(), 200);
    let asked = client.post("/v1.0/me/getMemberGroups", json!({ "securityEnabledOnly": false })).await;
    assert_eq!(asked.status.as_u16(), 200, "{}", asked.body);
    assert_eq!(write(&t.client(other.tenant, other.ana).await).await.status.as_u16(), 404);
    // In a batch each part waits for itself. Real time counts here, in which one more may be let through.
    let mut parts = vec![json!({ "id": "0", "method": "GET", "url": "/me" })];
    let unknown = "/users/00000000-0000-0000-0000-00000000000a";
    parts.extend((1..20).map(|id| json!({ "id": id.to_string(), "method": "DELETE", "url": unknown })));
    let answered = client.post("/v1.0/$batch", json!({ "requests": parts })).await.body;
    let answers = answered["responses"].as_array().unwrap();
    let read = answers.iter().find(|part| part["id"] == "0").unwrap();
    assert_eq!(read["status"], 200, "{answered}");
    let waits = answers.iter().find(|part| part["status"] == 429).expect("a change that waits");
    assert!(waits["headers"]["Retry-After"].is_string(), "{answered}");
}

async fn changes_of_groups_tell_who_came_and_who_left(t: &mut TestApp) {
    let client = contoso(t).await;
    let (ben, ida) = (person(&client, "ben").await, person(&client, "ida").await);
    let group = json!({ "displayName": "Sales", "mailEnabled": false, "mailNickname": "sales",
        "securityEnabled": true, "members@odata.bind": [named(&ben)["@odata.id"]] });
    let group = id_of(&client.post("/v1.0/groups", group).await);
    let first = client.get("/v1.0/groups/delta?$select=displayName,members").await.body;
    let shown = &first["value"][0];
    assert_eq!((&shown["id"], &shown["displayName"]), (&json!(group), &json!("Sales")), "{first}");
    assert_eq!(shown["members@delta"], json!([{ "@odata.type": "#microsoft.graph.user", "id": ben }]));
    let names_alone = client.get("/v1.0/groups/delta?$select=displayName").await.body;
    assert!(names_alone["value"][0].get("members@delta").is_none(), "{names_alone}");

    let members = format!("/v1.0/groups/{group}/members");
    assert_status(client.post(&format!("{members}/$ref"), named(&ida)).await, 204).await;
    assert_status(client.delete(&format!("{members}/{ben}/$ref")).await, 204).await;
    let link =
        |answer: &Value| answer["@odata.deltaLink"].as_str().unwrap().replace("http://localhost:8080", "");
    let changed = client.get(&link(&first)).await.body;
    let mut moved = changed["value"][0]["members@delta"].as_array().unwrap().clone();
    moved.sort_by_key(|member| member.get("@removed").is_some());
    assert_eq!((&moved[0]["id"], &moved[1]["id"]), (&json!(ida), &json!(ben)), "{changed}");
    assert_eq!(moved[1]["@removed"], json!({ "reason": "deleted" }));
    // Whoever asked for names alone isn't bothered.
    let names = client.get(&link(&names_alone)).await.body;
    assert_eq!(names["value"], json!([]), "{names}");
    assert_eq!(client.get(&link(&changed)).await.body["value"], json!([]));
}

async fn a_token_tells_whom_it_stands_for(t: &mut TestApp) {
    let client = contoso(t).await;
    let parts: Vec<&str> = client.token.split('.').collect();
    let [header, claims, signature] = parts[..] else { panic!("three parts") };
    let decoded: Value = serde_json::from_slice(&URL_SAFE_NO_PAD.decode(claims).unwrap()).unwrap();
    assert_eq!(decoded["tid"], json!(client.tenant));
    assert_eq!(decoded["iss"], json!(format!("http://localhost:8080/{}/v2.0", client.tenant)));
    assert_eq!(client.get("/v1.0/me").await.body["id"], decoded["oid"]);

    // Nothing but what was signed is believed, and no algorithm but ours (RFC 8725 §3.1).
    let encode = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
    let mut longer = decoded.clone();
    longer["exp"] = json!(decoded["exp"].as_i64().unwrap() + 3600);
    let none = encode(&json!({ "alg": "none", "typ": "at+jwt" }));
    for forged in [
        format!("{header}.{}.{signature}", encode(&longer)),
        format!("{none}.{claims}."),
        format!("{none}.{claims}.{signature}"),
        format!("{header}.{claims}"),
        format!("{header}.{claims}."),
        format!("{header}.{claims}.{signature}AA"),
        format!("{header}.{claims}.{signature}.{signature}"),
    ] {
        let refused = client.with_token(&forged).get("/v1.0/me").await;
        refused.assert_refused(401, "InvalidAuthenticationToken", "token-invalid");
    }
    t.an_hour_passes();
    client.get("/v1.0/me").await.assert_refused(401, "InvalidAuthenticationToken", "token-invalid");
}

async fn a_password_has_no_name_in_it(t: &mut TestApp) {
    let client = contoso(t).await;
    let create = async |name: &str, password: &str| {
        let body = json!({
            "accountEnabled": true,
            "displayName": "Agent",
            "givenName": "Ludmila",
            "mailNickname": name,
            "userPrincipalName": format!("{name}@contoso.onwork.localhost"),
            "passwordProfile": { "password": password },
        });
        client.post("/v1.0/users", body).await
    };
    for password in ["xkq-Ludm1la-vbwz", "xkq-C0ntoso-vbwz"] {
        let refused = create("agent-x7k2pqrs", password).await;
        assert_eq!(refused.status.as_u16(), 400, "{}", refused.body);
    }
    let id = id_of(&create("agent-x7k2pqrs", "IrPa55w0rdx7k2pqrs").await);
    let path = format!("/v1.0/users/{id}");
    let again = client.patch(&path, json!({ "passwordProfile": { "password": "xkq-Ludmila-vbwz" } })).await;
    again.assert_refused(400, "Request_BadRequest", "password-contains-name");
}

async fn whatever_a_program_sends_further_is_answered(t: &mut TestApp) {
    let client = contoso(t).await;
    let ben = person(&client, "ben").await;
    let application = id_of(&client.post("/v1.0/applications", json!({ "displayName": "Payroll" })).await);
    let principal = principal(&client).await;
    let definition = r#"{"ClaimsMappingPolicy":{"Version":1,"ClaimsSchema":[]}}"#;
    let extension = json!({ "name": "costCenter", "dataType": "String", "targetObjects": ["User"], "isMultiValued": false });
    let policy = json!({ "displayName": "Names", "definition": [definition], "description": "x" });
    let issuance =
        json!({ "displayName": "Signed", "definition": [r#"{"TokenIssuancePolicy":{"Version":1}}"#] });
    let certificate = json!({ "displayName": "CN=payroll", "endDateTime": "2027-01-01T00:00:00Z" });
    let routes = [
        ("/v1.0/policies/claimsMappingPolicies".to_owned(), policy),
        ("/v1.0/policies/tokenIssuancePolicies".to_owned(), issuance),
        (format!("/v1.0/applications/{application}/extensionProperties"), extension),
        (format!("/v1.0/servicePrincipals/{principal}/addTokenSigningCertificate"), certificate),
        (format!("/v1.0/servicePrincipals/{principal}/claimsMappingPolicies/$ref"), named(&ben)),
        (format!("/v1.0/servicePrincipals/{principal}/tokenIssuancePolicies/$ref"), named(&ben)),
    ];
    let mut values = vec![json!(null), json!(7), json!([7]), json!({ "a": 1 }), json!([{}]), json!(true)];
    values.extend(crate::input::hostile::known().into_iter().map(Value::from));
    for (path, good) in &routes {
        for property in good.as_object().unwrap().keys() {
            for value in &values {
                for value in [value.clone(), json!([value])] {
                    let mut body = good.clone();
                    body[property] = value;
                    let answer = client.post(path, body.clone()).await;
                    assert!(answer.status.as_u16() < 500, "{path} {body}: {}", answer.body);
                }
            }
        }
    }
    for bytes in [b"".to_vec(), vec![0; 600 * 1024], b"\x89PNG".to_vec()] {
        let answer = client.put_bytes(&format!("/v1.0/applications/{application}/logo"), "a/b", bytes).await;
        assert!((400..500).contains(&answer.status.as_u16()), "{}", answer.body);
    }
}
