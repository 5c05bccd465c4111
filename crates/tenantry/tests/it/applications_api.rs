//! `/v1.0/applications`, `/v1.0/servicePrincipals` and what belongs to them, as programs use them.

#![expect(clippy::too_many_lines, reason = "a walk through one resource reads best in one piece")]

use http::Method;
use model::roles::Role;
use serde_json::{Value, json};

use crate::input::hostile;
use crate::support::TestApp;
use crate::support::client::{Answer, Client};

both_engines!(
    an_application_is_registered_changed_and_deleted,
    every_property_comes_back_as_it_was_written,
    parts_of_properties_are_changed_alone,
    what_was_read_can_be_sent_back,
    rules_of_properties_are_kept,
    identifiers_belong_to_one_application,
    a_secret_is_shown_once_and_kept_as_a_hash,
    certificates_are_read,
    a_service_principal_follows_its_application,
    applications_go_with_their_service_principals,
    roles_are_assigned,
    permissions_are_granted,
    issuers_vouch_for_an_application,
    owners_are_listed_added_and_removed,
    service_principals_are_members_of_groups,
    owners_may_do_without_a_role,
    another_tenants_applications_answer_like_unknown_ones,
    applications_are_found_by_every_property,
    a_change_of_an_application_is_made_to_what_was_read,
    whatever_a_program_sends_about_applications_is_answered(crate::input::unlimited),
);

const UNKNOWN: &str = "00000000-0000-0000-0000-00000000000a";

async fn contoso(t: &TestApp) -> Client {
    let company = t.company("contoso").await;
    t.client(company.tenant, company.ana).await
}

async fn register(client: &Client, body: Value) -> Value {
    let made = client.post("/v1.0/applications", body).await;
    assert_eq!(made.status.as_u16(), 201, "{}", made.body);
    made.body
}

async fn orders(client: &Client) -> (Value, String) {
    let made = register(client, json!({ "displayName": "Orders" })).await;
    let path = format!("/v1.0/applications/{}", text(&made, "id"));
    (made, path)
}

async fn principal_of(client: &Client, application: &Value) -> Value {
    let made = client.post("/v1.0/servicePrincipals", json!({ "appId": application["appId"] })).await;
    assert_eq!(made.status.as_u16(), 201, "{}", made.body);
    made.body
}

fn text<'a>(value: &'a Value, name: &str) -> &'a str {
    value[name].as_str().unwrap_or_else(|| panic!("no {name} in {value}"))
}

fn assert_status(answer: &Answer, status: u16) {
    assert_eq!(answer.status.as_u16(), status, "{}", answer.body);
}

async fn an_application_is_registered_changed_and_deleted(t: &mut TestApp) {
    let client = contoso(t).await;
    let made = client.post("/v1.0/applications", json!({ "displayName": " Orders " })).await;
    assert_status(&made, 201);
    let id = text(&made.body, "id").to_owned();
    let path = format!("/v1.0/applications/{id}");
    assert_eq!(made.headers["location"], format!("http://localhost:8080{path}"));
    assert_eq!(made.body["@odata.context"], "http://localhost:8080/v1.0/$metadata#applications/$entity");
    assert_eq!(
        (&made.body["displayName"], &made.body["signInAudience"]),
        (&json!("Orders"), &json!("AzureADMyOrg"))
    );
    assert_eq!(made.body["publisherDomain"], "contoso.onwork.localhost");

    let mut read = client.get(&path).await.body;
    assert_eq!(read, made.body);
    let by_app_id = format!("/v1.0/applications(appId='{}')", text(&read, "appId"));
    assert_eq!(client.get(&by_app_id).await.body, read);
    let all = client.get(&format!("{path}?$select=*")).await.body;
    assert_eq!(all.as_object().unwrap().len(), read.as_object().unwrap().len(), "all comes without $select");

    assert_status(&client.patch(&by_app_id, json!({ "displayName": "Orders 2", "tags": ["x"] })).await, 204);
    read["displayName"] = json!("Orders 2");
    read["tags"] = json!(["x"]);
    assert_eq!(client.get(&path).await.body, read);
    assert_eq!(client.get("/v1.0/applications/$count").await.body, json!(1));

    assert_status(&client.delete(&path).await, 204);
    client.get(&path).await.assert_refused(404, "Request_ResourceNotFound", "not-found");
    client.get(&by_app_id).await.assert_refused(404, "Request_ResourceNotFound", "not-found");
    let deleted = client.get("/v1.0/directory/deletedItems/microsoft.graph.application").await;
    assert_eq!(deleted.each("id"), [id.as_str()]);
    let filtered =
        format!("/v1.0/directory/deleteditems/microsoft.graph.application?$filter=id eq '{id}'&$top=10");
    assert_eq!(client.get(&filtered).await.each("id"), [id.as_str()]);
    let gone = format!("/v1.0/directory/deletedItems/{id}");
    assert_status(&client.get(&gone).await, 200);
    let restored = client.post(&format!("{gone}/restore"), json!({})).await;
    assert_eq!((restored.status.as_u16(), &restored.body["id"]), (200, &json!(id)));
    assert_status(&client.get(&path).await, 200);
    assert_status(&client.delete(&path).await, 204);
    assert_status(&client.delete(&gone).await, 204);
    client.get(&gone).await.assert_refused(404, "Request_ResourceNotFound", "not-found");
}

fn full() -> Value {
    let (role, scope) = ("6f9619ff-8b86-4d01-b42d-00cf4fc964f1", "6f9619ff-8b86-4d01-b42d-00cf4fc964f2");
    json!({
        "displayName": "Orders",
        "description": "Takes orders.\nAnd sends them.",
        "notes": "Ask sales first.",
        "signInAudience": "AzureADMultipleOrgs",
        "tags": ["HideApp", "sales"],
        "groupMembershipClaims": "SecurityGroup,ApplicationGroup",
        "isFallbackPublicClient": true,
        "isDeviceOnlyAuthSupported": null,
        "oauth2RequirePostResponse": false,
        "serviceManagementReference": "INC-1",
        "addIns": [{ "id": scope, "type": "FileHandler", "properties": [{ "key": "a", "value": "b" }] }],
        "api": {
            "acceptMappedClaims": true,
            "knownClientApplications": [role],
            "oauth2PermissionScopes": [{
                "adminConsentDescription": "Reads orders", "adminConsentDisplayName": "Read", "id": scope,
                "isEnabled": true, "origin": "Application", "type": "Admin", "userConsentDescription": "Reads your orders",
                "userConsentDisplayName": "Read", "value": "Orders.Read",
            }],
            "preAuthorizedApplications": [{ "appId": role, "delegatedPermissionIds": [scope] }],
            "requestedAccessTokenVersion": 2,
        },
        "appRoles": [{
            "allowedMemberTypes": ["User", "Application"], "description": "Reads", "displayName": "Reader", "id": role,
            "isEnabled": true, "origin": "Application", "value": "Orders.Reader",
        }],
        "info": {
            "logoUrl": null, "marketingUrl": "https://contoso.test/m", "privacyStatementUrl": "https://contoso.test/p",
            "supportUrl": "https://contoso.test/s", "termsOfServiceUrl": "https://contoso.test/t",
        },
        "optionalClaims": {
            "accessToken": [{ "additionalProperties": ["x"], "essential": true, "name": "upn", "source": null }],
            "idToken": [], "saml2Token": [],
        },
        "parentalControlSettings": { "countriesBlockedForMinors": ["GR"], "legalAgeGroupRule": "Allow" },
        "publicClient": { "redirectUris": ["com.contoso.orders://auth"] },
        "requiredResourceAccess": [{
            "resourceAccess": [{ "id": scope, "type": "Scope" }, { "id": role, "type": "Role" }],
            "resourceAppId": "00000003-0000-0000-c000-000000000000",
        }],
        "servicePrincipalLockConfiguration": {
            "allProperties": true, "credentialsWithUsageSign": null, "credentialsWithUsageVerify": true, "isEnabled": true,
            "tokenEncryptionKeyId": null,
        },
        "spa": { "redirectUris": ["http://localhost:3000/"] },
        "web": {
            "homePageUrl": "https://orders.contoso.test/",
            "implicitGrantSettings": { "enableAccessTokenIssuance": false, "enableIdTokenIssuance": true },
            "logoutUrl": "https://orders.contoso.test/out",
            "redirectUriSettings": [{ "index": null, "uri": "https://orders.contoso.test/in" }],
            "redirectUris": ["https://orders.contoso.test/in"],
        },
    })
}

async fn every_property_comes_back_as_it_was_written(t: &mut TestApp) {
    let client = contoso(t).await;
    let made = register(&client, full()).await;
    let read = client.get(&format!("/v1.0/applications/{}", text(&made, "id"))).await.body;
    for (name, value) in full().as_object().unwrap() {
        assert_eq!((&made[name], &read[name]), (value, value), "{name}");
    }
    let (_, path) = orders(&client).await;
    for (name, value) in full().as_object().unwrap() {
        assert_status(&client.patch(&path, json!({ (name.as_str()): value })).await, 204);
        assert_eq!(&client.get(&path).await.body[name], value, "{name}");
    }
}

async fn parts_of_properties_are_changed_alone(t: &mut TestApp) {
    let client = contoso(t).await;
    let made = register(&client, full()).await;
    let path = format!("/v1.0/applications/{}", text(&made, "id"));
    let change = json!({ "web": { "homePageUrl": "https://contoso.test/" }, "info": { "supportUrl": null } });
    assert_status(&client.patch(&path, change).await, 204);
    let read = client.get(&path).await.body;
    assert_eq!(read["web"]["homePageUrl"], "https://contoso.test/");
    assert_eq!(read["web"]["redirectUris"], full()["web"]["redirectUris"]);
    assert_eq!(read["web"]["implicitGrantSettings"], full()["web"]["implicitGrantSettings"]);
    assert_eq!(
        (&read["info"]["supportUrl"], &read["info"]["marketingUrl"]),
        (&Value::Null, &full()["info"]["marketingUrl"])
    );
    let change = json!({ "optionalClaims": null, "tags": [], "api": { "knownClientApplications": [] }, "notes": null });
    assert_status(&client.patch(&path, change).await, 204);
    let read = client.get(&path).await.body;
    assert_eq!(
        (&read["optionalClaims"], &read["tags"], &read["notes"]),
        (&Value::Null, &json!([]), &Value::Null)
    );
    assert_eq!(read["api"]["knownClientApplications"], json!([]));
    assert_eq!(read["api"]["oauth2PermissionScopes"], full()["api"]["oauth2PermissionScopes"]);
}

async fn what_was_read_can_be_sent_back(t: &mut TestApp) {
    let client = contoso(t).await;
    let made = register(&client, full()).await;
    let path = format!("/v1.0/applications/{}", text(&made, "id"));
    client.post(&format!("{path}/addPassword"), json!({})).await;
    let before = client.get(&path).await;
    assert_status(&client.patch(&path, before.body.clone()).await, 204);
    let after = client.get(&path).await;
    assert_eq!(
        (after.body, &after.headers["etag"]),
        (before.body, &before.headers["etag"]),
        "nothing changed"
    );

    let principal = principal_of(&client, &made).await;
    let path = format!("/v1.0/servicePrincipals/{}", text(&principal, "id"));
    let mut read = client.get(&path).await.body;
    read["tags"] = json!(["TestTag"]);
    assert_status(&client.patch(&path, read.clone()).await, 204);
    assert_eq!(client.get(&path).await.body, read);
    for (name, value) in [("appId", json!(UNKNOWN)), ("displayName", json!("Other")), ("appRoles", json!([]))]
    {
        let answer = client.patch(&path, json!({ (name): value })).await;
        answer.assert_refused(400, "Request_BadRequest", "property-read-only");
    }
}

async fn rules_of_properties_are_kept(t: &mut TestApp) {
    let client = contoso(t).await;
    let (_, path) = orders(&client).await;
    let role = |id: &str, value: &str| json!({ "id": id, "value": value, "displayName": "R", "description": "R", "allowedMemberTypes": ["User"] });
    let ids = ["6f9619ff-8b86-4d01-b42d-00cf4fc964f1", "6f9619ff-8b86-4d01-b42d-00cf4fc964f2"];
    for (change, code) in [
        (json!({ "displayName": "" }), "field-required"),
        (json!({ "displayName": null }), "field-required"),
        (json!({ "displayName": "x".repeat(257) }), "field-too-long"),
        (json!({ "web": { "redirectUris": ["http://contoso.test/"] } }), "redirect-uri-invalid"),
        (json!({ "web": { "redirectUris": ["com.contoso.orders://auth"] } }), "redirect-uri-invalid"),
        (json!({ "spa": { "redirectUris": ["https://*.contoso.test/"] } }), "redirect-uri-invalid"),
        (json!({ "publicClient": { "redirectUris": ["javascript:alert(1)"] } }), "redirect-uri-invalid"),
        (json!({ "identifierUris": ["api://other"] }), "identifier-uri-invalid"),
        (json!({ "web": { "homePageUrl": "contoso" } }), "web-address-invalid"),
        (json!({ "appRoles": [role(ids[0], "a"), role(ids[0], "b")] }), "property-repeated"),
        (json!({ "appRoles": [role(ids[0], "a"), role(ids[1], "a")] }), "property-repeated"),
        (json!({ "appRoles": [role(ids[0], "two words")] }), "role-value-invalid"),
        (json!({ "appRoles": [role("x", "a")] }), "property-kind"),
        (json!({ "signInAudience": "Everybody" }), "property-kind"),
        (json!({ "groupMembershipClaims": "Everybody" }), "property-choice"),
        (json!({ "tags": ["a", "a"] }), "property-repeated"),
        (json!({ "web": { "shoeSize": 44 } }), "property-unknown"),
        (json!({ "shoeSize": 44 }), "property-unknown"),
        (json!({ "publisherDomain": "fabrikam.test" }), "property-read-only"),
        (json!({ "passwordCredentials": [{ "displayName": "x" }] }), "secret-by-action"),
        (
            json!({ "keyCredentials": [{ "key": "eA==", "type": "AsymmetricX509Cert", "usage": "Verify" }] }),
            "certificate-invalid",
        ),
    ] {
        let answer = client.patch(&path, change.clone()).await;
        assert_eq!((answer.status.as_u16(), answer.codes().1), (400, code), "{change}: {}", answer.body);
    }
    let publisher =
        client.post(&format!("{path}/setVerifiedPublisher"), json!({ "verifiedPublisherId": "1" })).await;
    publisher.assert_refused(400, "Request_BadRequest", "publisher-not-verified");

    assert_status(&client.patch(&path, json!({ "appRoles": [role(ids[0], "a")] })).await, 204);
    let answer = client.patch(&path, json!({ "appRoles": [] })).await;
    assert_eq!(answer.codes().1, "still-enabled", "{}", answer.body);
    let mut disabled = role(ids[0], "a");
    disabled["isEnabled"] = json!(false);
    assert_status(&client.patch(&path, json!({ "appRoles": [disabled] })).await, 204);
    assert_status(&client.patch(&path, json!({ "appRoles": [] })).await, 204);
}

async fn identifiers_belong_to_one_application(t: &mut TestApp) {
    let client = contoso(t).await;
    let (first, one) = orders(&client).await;
    let (_, two) = orders(&client).await;
    let own = json!({ "identifierUris": [format!("api://{}", text(&first, "appId")), "https://contoso.onwork.localhost/orders"] });
    assert_status(&client.patch(&one, own.clone()).await, 204);
    assert_eq!(client.get(&one).await.body["identifierUris"], own["identifierUris"]);
    let same = json!({ "identifierUris": ["https://contoso.onwork.localhost/Orders"] });
    let answer = client.patch(&two, same.clone()).await;
    answer.assert_refused(409, "Request_MultipleObjectsWithSameKeyValue", "identifier-uri-taken");
    assert_status(&client.delete(&one).await, 204);
    assert_status(&client.patch(&two, same).await, 204);
    let restore = format!("/v1.0/directory/deletedItems/{}/restore", text(&first, "id"));
    let answer = client.post(&restore, json!({})).await;
    answer.assert_refused(409, "Request_MultipleObjectsWithSameKeyValue", "identifier-uri-taken");
}

async fn a_secret_is_shown_once_and_kept_as_a_hash(t: &mut TestApp) {
    let client = contoso(t).await;
    let (_, path) = orders(&client).await;
    let add = format!("{path}/addPassword");
    let made = client.post(&add, json!({ "passwordCredential": { "displayName": "test password" } })).await;
    assert_status(&made, 200);
    let secret = text(&made.body, "secretText").to_owned();
    assert!(secret.len() >= 40, "{}", secret.len());
    assert_eq!(made.body["hint"], secret[..3]);
    assert_eq!(made.body["displayName"], "test password");
    assert_eq!(made.body["endDateTime"], "2028-03-02T09:00:00Z");

    let read = client.get(&path).await.body;
    let listed = &read["passwordCredentials"][0];
    assert_eq!((&listed["secretText"], &listed["keyId"]), (&Value::Null, &made.body["keyId"]));
    for table in
        ["directory_object", "audit_event", "directory_index", "directory_change", "application_secret"]
    {
        assert!(!stored(t, &client, table).await.contains(&secret), "{table} holds the secret");
    }
    assert_eq!(t.rows(client.tenant, "application_secret").await, 1);

    for credential in [
        json!({ "endDateTime": "2038-01-01T00:00:00Z" }),
        json!({ "endDateTime": "2026-01-01T00:00:00Z" }),
        json!({ "startDateTime": "2026-05-01T00:00:00Z", "endDateTime": "2026-04-01T00:00:00Z" }),
    ] {
        let answer = client.post(&add, json!({ "passwordCredential": credential })).await;
        assert_eq!((answer.status.as_u16(), answer.codes().1), (400, "secret-lifetime"), "{}", answer.body);
    }
    let own = client.post(&add, json!({ "passwordCredential": { "secretText": "chosen by me" } })).await;
    own.assert_refused(400, "Request_BadRequest", "property-read-only");

    let remove = format!("{path}/removePassword");
    client.post(&remove, json!({ "keyId": UNKNOWN })).await.assert_refused(
        400,
        "Request_BadRequest",
        "credential-unknown",
    );
    assert_status(&client.post(&remove, json!({ "keyId": made.body["keyId"] })).await, 204);
    assert_eq!(client.get(&path).await.body["passwordCredentials"], json!([]));
    assert_eq!(t.rows(client.tenant, "application_secret").await, 0);

    client.post(&add, json!({})).await;
    assert_status(&client.patch(&path, json!({ "passwordCredentials": [] })).await, 204);
    assert_eq!(t.rows(client.tenant, "application_secret").await, 0);
    let born = register(
        &client,
        json!({ "displayName": "Born", "passwordCredentials": [{ "displayName": "first" }] }),
    )
    .await;
    assert!(!text(&born["passwordCredentials"][0], "secretText").is_empty());
    let principal = principal_of(&client, &born).await;
    let path = format!("/v1.0/servicePrincipals/{}", text(&principal, "id"));
    let made = client
        .post(&format!("{path}/addPassword"), json!({ "passwordCredential": { "displayName": null } }))
        .await;
    assert_status(&made, 200);
    let keyed = json!({ "keyId": made.body["keyId"] });
    assert_status(&client.post(&format!("{path}/removePassword"), keyed).await, 204);
}

/// All text that a table holds for the tenant.
async fn stored(t: &TestApp, client: &Client, table: &str) -> String {
    let columns: &[&str] = match table {
        "directory_object" => &["properties"],
        "audit_event" => &["changes"],
        "directory_index" => &["value"],
        "application_secret" => &["secret_hash"],
        _ => &["change"],
    };
    let actor = tenantry::access::Actor::system(client.tenant);
    let mut scope = t.app.db.read().await.unwrap();
    let mut inside = scope.tenant(actor.grant()).await.unwrap();
    let mut all = String::new();
    for column in columns {
        let sql = format!("SELECT {column} FROM {table} WHERE tenant_id = $1");
        let is_bytes = matches!(*column, "value" | "secret_hash");
        if is_bytes {
            let rows: Vec<tenantry::db::Single<Vec<u8>>> = inside.all(&sql, &[]).await.unwrap();
            all.extend(rows.iter().map(|row| String::from_utf8_lossy(&row.0).into_owned()));
        } else {
            let rows: Vec<tenantry::db::Single<String>> = inside.all(&sql, &[]).await.unwrap();
            all.extend(rows.into_iter().map(|row| row.0));
        }
    }
    all
}

async fn certificates_are_read(t: &mut TestApp) {
    use base64::Engine as _;
    use base64::engine::general_purpose::STANDARD;
    let client = contoso(t).await;
    let (_, path) = orders(&client).await;
    let made = rcgen::generate_simple_self_signed(["contoso.test".to_owned()]).unwrap();
    let der = STANDARD.encode(made.cert.der());
    let key = |key: &str| json!({ "key": key, "type": "AsymmetricX509Cert", "usage": "Verify", "displayName": "CN=contoso" });
    assert_status(&client.patch(&path, json!({ "keyCredentials": [key(&der)] })).await, 204);
    let first = client.get(&path).await.body["keyCredentials"][0].clone();
    assert_eq!((&first["key"], &first["displayName"]), (&Value::Null, &json!("CN=contoso")));
    let thumbprint = STANDARD.decode(text(&first, "customKeyIdentifier")).unwrap();
    assert_eq!((thumbprint.len(), text(&first, "endDateTime")), (20, "4096-01-01T00:00:00Z"));

    let pem = STANDARD.encode(made.cert.pem());
    let both = json!({ "keyCredentials": [first, key(&pem)] });
    assert_status(&client.patch(&path, both).await, 204);
    let keys = client.get(&path).await.body["keyCredentials"].clone();
    assert_eq!(keys.as_array().unwrap().len(), 2);
    assert_eq!((&keys[0], &keys[1]["customKeyIdentifier"]), (&first, &first["customKeyIdentifier"]));
    let unknown =
        json!({ "keyCredentials": [{ "keyId": UNKNOWN, "type": "AsymmetricX509Cert", "usage": "Verify" }] });
    client.patch(&path, unknown).await.assert_refused(400, "Request_BadRequest", "credential-unknown");
    for bad in ["", "!", "eA==", &der[..der.len() / 2], &format!("{der}AAAA")] {
        let answer = client.patch(&path, json!({ "keyCredentials": [key(bad)] })).await;
        assert_eq!((answer.status.as_u16(), answer.codes().1), (400, "certificate-invalid"), "{bad}");
    }
    assert_status(&client.patch(&path, json!({ "keyCredentials": [] })).await, 204);
    assert_eq!(client.get(&path).await.body["keyCredentials"], json!([]));
}

async fn a_service_principal_follows_its_application(t: &mut TestApp) {
    let client = contoso(t).await;
    let application = register(&client, full()).await;
    let app_id = text(&application, "appId").to_owned();
    let body = json!({ "accountEnabled": true, "appId": app_id, "displayName": "Orders", "tags": ["WindowsAzureActiveDirectoryIntegratedApp"] });
    let made = client.post("/v1.0/servicePrincipals", body.clone()).await;
    assert_status(&made, 201);
    let path = format!("/v1.0/servicePrincipals/{}", text(&made.body, "id"));
    assert_eq!(client.get(&path).await.body, made.body);
    assert_eq!(client.get(&format!("/v1.0/servicePrincipals(appId='{app_id}')")).await.body, made.body);
    assert_eq!(made.body["appRoles"], full()["appRoles"]);
    assert_eq!(made.body["oauth2PermissionScopes"], full()["api"]["oauth2PermissionScopes"]);
    assert_eq!(made.body["servicePrincipalNames"], json!([app_id]));
    assert_eq!(made.body["appOwnerOrganizationId"], json!(client.tenant));
    assert_eq!(made.body["servicePrincipalType"], "Application");

    let again = client.post("/v1.0/servicePrincipals", body).await;
    again.assert_refused(409, "Request_MultipleObjectsWithSameKeyValue", "service-principal-exists");
    for app_id in [UNKNOWN, "nonsense"] {
        let answer = client.post("/v1.0/servicePrincipals", json!({ "appId": app_id })).await;
        answer.assert_refused(400, "Request_BadRequest", "application-unknown");
    }
    let identifier = format!("api://{app_id}");
    let change = json!({ "displayName": "Orders 2", "identifierUris": [identifier] });
    assert_status(&client.patch(&format!("/v1.0/applications(appId='{app_id}')"), change).await, 204);
    let read = client.get(&path).await.body;
    assert_eq!(
        (&read["displayName"], &read["servicePrincipalNames"]),
        (&json!("Orders 2"), &json!([app_id, identifier]))
    );

    let change = json!({
        "accountEnabled": false, "appRoleAssignmentRequired": true, "notes": "n", "loginUrl": "https://contoso.test/in",
        "preferredSingleSignOnMode": "oidc", "notificationEmailAddresses": ["it@contoso.test"], "alternativeNames": ["x"],
        "samlSingleSignOnSettings": { "relayState": "https://contoso.test" }, "description": "d",
    });
    assert_status(&client.patch(&path, change.clone()).await, 204);
    let read = client.get(&path).await.body;
    for (name, value) in change.as_object().unwrap() {
        assert_eq!(&read[name], value, "{name}");
    }
    let answer = client.patch(&path, json!({ "preferredSingleSignOnMode": "guess" })).await;
    answer.assert_refused(400, "Request_BadRequest", "property-choice");
}

async fn applications_go_with_their_service_principals(t: &mut TestApp) {
    let client = contoso(t).await;
    let (application, path) = orders(&client).await;
    let principal = principal_of(&client, &application).await;
    let (id, of) =
        (text(&principal, "id").to_owned(), format!("/v1.0/servicePrincipals/{}", text(&principal, "id")));
    assert_status(&client.delete(&path).await, 204);
    client.get(&of).await.assert_refused(404, "Request_ResourceNotFound", "not-found");
    let deleted = client.get("/v1.0/directory/deletedItems/microsoft.graph.servicePrincipal").await;
    assert_eq!(deleted.each("id"), [id.as_str()]);
    let restore = format!("/v1.0/directory/deletedItems/{}/restore", text(&application, "id"));
    assert_status(&client.post(&restore, json!({})).await, 200);
    assert_status(&client.get(&of).await, 200);

    assert_status(&client.delete(&of).await, 204);
    assert_status(&client.get(&path).await, 200);
    let second = principal_of(&client, &application).await;
    let restore = format!("/v1.0/directory/deletedItems/{id}/restore");
    let answer = client.post(&restore, json!({})).await;
    assert_eq!(answer.codes().1, "service-principal-exists", "{}", answer.body);
    assert_status(&client.delete(&format!("/v1.0/servicePrincipals/{}", text(&second, "id"))).await, 204);
    assert_status(&client.post(&restore, json!({})).await, 200);
    assert_status(&client.delete(&path).await, 204);
    t.advance(jiff::SignedDuration::from_hours(24 * 31));
    t.run_jobs().await;
    assert_eq!(
        t.rows(client.tenant, "directory_object").await,
        2,
        "the directory API itself and the Azure CLI stay"
    );
}

async fn roles_are_assigned(t: &mut TestApp) {
    let company = t.company("contoso").await;
    let client = t.client(company.tenant, company.ana).await;
    let ben = t.person(company.tenant, &company.domain, "ben", &[]).await;
    let application = register(&client, full()).await;
    let resource = text(&principal_of(&client, &application).await, "id").to_owned();
    let role = text(&full()["appRoles"][0], "id").to_owned();
    let nobody = "00000000-0000-0000-0000-000000000000";
    let to = format!("/v1.0/servicePrincipals/{resource}/appRoleAssignedTo");
    let of_ben = format!("/v1.0/users/{ben}/appRoleAssignments");
    let wanted = |principal: &str, role: &str| json!({ "principalId": principal, "resourceId": resource, "appRoleId": role });
    let made = client.post(&to, wanted(&ben.to_string(), &role)).await;
    assert_status(&made, 201);
    assert_eq!(
        (&made.body["principalType"], &made.body["principalDisplayName"]),
        (&json!("User"), &json!("BEN"))
    );
    assert_eq!(made.body["resourceDisplayName"], "Orders");
    let id = text(&made.body, "id");
    assert_eq!(client.get(&of_ben).await.each("id"), [id]);
    assert_eq!(client.get(&to).await.each("principalId"), [ben.to_string()]);
    assert_eq!(
        client.get(&format!("{of_ben}/{id}")).await.body,
        client.get(&format!("{to}/{id}")).await.body
    );

    let program = text(
        &principal_of(&client, &register(&client, json!({ "displayName": "Program" })).await).await,
        "id",
    )
    .to_owned();
    let of_program = format!("/v1.0/servicePrincipals/{program}/appRoleAssignments");
    assert_status(&client.post(&of_program, wanted(&program, &role)).await, 201);
    assert_status(&client.post(&of_ben, wanted(&ben.to_string(), nobody)).await, 201);
    for (path, body, status, code) in [
        (&to, wanted(&ben.to_string(), &role), 400, "already-assigned"),
        (&to, wanted(&ben.to_string(), UNKNOWN), 400, "app-role-unknown"),
        (&to, wanted(UNKNOWN, &role), 404, "not-found"),
        (&of_ben, wanted(&company.ana.to_string(), &role), 400, "property-read-only"),
        (&to, json!({ "principalId": ben, "resourceId": resource }), 400, "field-required"),
        (&to, json!({ "principalId": "x", "resourceId": resource, "appRoleId": role }), 400, "property-kind"),
    ] {
        let answer = client.post(path, body).await;
        assert_eq!((answer.status.as_u16(), answer.codes().1), (status, code), "{}", answer.body);
    }
    assert_eq!(client.get(&to).await.each("id").len(), 3);
    let mut next = format!("{to}?$top=2");
    let mut found = Vec::new();
    for _ in 0..2 {
        let page = client.get(&next).await;
        found.extend(page.each("id"));
        next = page.body["@odata.nextLink"].as_str().unwrap_or_default().replace("http://localhost:8080", "");
    }
    assert_eq!((found.len(), next.as_str()), (3, ""));
    let own = t.client(company.tenant, ben).await;
    assert_eq!(own.get("/v1.0/me/appRoleAssignments").await.each("resourceId").len(), 2);
    own.post(&to, wanted(&ben.to_string(), &role)).await.assert_refused(
        403,
        "Authorization_RequestDenied",
        "not-allowed",
    );

    assert_status(&client.delete(&format!("{of_ben}/{id}")).await, 204);
    client.get(&format!("{to}/{id}")).await.assert_refused(404, "Request_ResourceNotFound", "not-found");
    assert_status(&client.delete(&format!("/v1.0/users/{ben}")).await, 204);
    assert_eq!(client.get(&to).await.each("principalDisplayName"), ["Program"]);
}

async fn permissions_are_granted(t: &mut TestApp) {
    let client = contoso(t).await;
    let mut ids = Vec::new();
    for name in ["Client", "Resource"] {
        let made = register(&client, json!({ "displayName": name })).await;
        ids.push(text(&principal_of(&client, &made).await, "id").to_owned());
    }
    let ana = text(&client.get("/v1.0/me").await.body, "id").to_owned();
    let all = "/v1.0/oauth2PermissionGrants";
    let wanted = json!({ "clientId": ids[0], "resourceId": ids[1], "consentType": "AllPrincipals", "scope": "Read  Write Read", "startTime": "2026-01-01T00:00:00Z" });
    let made = client.post(all, wanted.clone()).await;
    assert_status(&made, 201);
    assert_eq!((&made.body["scope"], &made.body["principalId"]), (&json!("Read Write"), &Value::Null));
    let path = format!("{all}/{}", text(&made.body, "id"));
    client.post(all, wanted.clone()).await.assert_refused(400, "Request_BadRequest", "already-assigned");
    let mut personal = wanted.clone();
    personal["consentType"] = json!("Principal");
    client.post(all, personal.clone()).await.assert_refused(400, "Request_BadRequest", "property-choice");
    personal["principalId"] = json!(ana);
    assert_status(&client.post(all, personal).await, 201);
    for (filter, count) in [
        (format!("clientId eq '{}'", ids[0]), 2),
        (format!("clientId eq '{}' and consentType eq 'Principal'", ids[0]), 1),
        (format!("resourceId eq '{}' and principalId eq '{ana}'", ids[1]), 1),
        (format!("clientId eq '{}'", ids[1]), 0),
        ("clientId eq 'nonsense'".into(), 0),
    ] {
        let found = client.get(&format!("{all}?$filter={filter}")).await;
        assert_eq!(found.each("id").len(), count, "{filter}");
    }
    assert_eq!(
        client
            .get(&format!("/v1.0/servicePrincipals/{}/oauth2PermissionGrants", ids[0]))
            .await
            .each("id")
            .len(),
        2
    );
    assert_eq!(client.get("/v1.0/users/me@nowhere.test/oauth2PermissionGrants").await.status.as_u16(), 404);
    assert_eq!(client.get(&format!("/v1.0/users/{ana}/oauth2PermissionGrants")).await.each("id").len(), 1);
    assert_status(&client.patch(&path, json!({ "scope": "Read" })).await, 204);
    assert_eq!(client.get(&path).await.body["scope"], "Read");
    client.patch(&path, json!({ "clientId": ids[1] })).await.assert_refused(
        400,
        "Request_BadRequest",
        "property-read-only",
    );
    assert_status(&client.delete(&path).await, 204);
    client.get(&path).await.assert_refused(404, "Request_ResourceNotFound", "not-found");
}

async fn issuers_vouch_for_an_application(t: &mut TestApp) {
    let client = contoso(t).await;
    let (_, path) = orders(&client).await;
    let all = format!("{path}/federatedIdentityCredentials");
    let wanted = |name: &str, subject: &str| {
        json!({
            "name": name, "issuer": "https://token.actions.contoso.test", "subject": subject,
            "audiences": ["api://AzureADTokenExchange"], "description": "Deploys",
        })
    };
    let made = client.post(&all, wanted("deploy", "repo:contoso/orders")).await;
    assert_status(&made, 201);
    let one = format!("{all}/{}", text(&made.body, "id"));
    assert_eq!(client.get(&one).await.body, made.body);
    assert_eq!(client.get(&format!("{all}/deploy")).await.body, made.body);
    assert_eq!(client.get(&all).await.each("name"), ["deploy"]);
    for (name, subject) in [("deploy", "other"), ("other", "repo:contoso/orders")] {
        let answer = client.post(&all, wanted(name, subject)).await;
        assert_eq!(
            (answer.status.as_u16(), answer.codes().1),
            (409, "federated-credential-taken"),
            "{}",
            answer.body
        );
    }
    assert_status(
        &client.patch(&one, json!({ "subject": "repo:contoso/orders:main", "description": null })).await,
        204,
    );
    let read = client.get(&one).await.body;
    assert_eq!((&read["subject"], &read["description"]), (&json!("repo:contoso/orders:main"), &Value::Null));
    client.patch(&one, json!({ "name": "x" })).await.assert_refused(
        400,
        "Request_BadRequest",
        "property-read-only",
    );
    client.patch(&one, json!({ "audiences": [] })).await.assert_refused(
        400,
        "Request_BadRequest",
        "audience-count",
    );
    for number in 1..20 {
        assert_status(&client.post(&all, wanted(&format!("n{number}"), &format!("s{number}"))).await, 201);
    }
    client.post(&all, wanted("n20", "s20")).await.assert_refused(
        400,
        "Request_BadRequest",
        "property-too-many",
    );
    assert_status(&client.delete(&one).await, 204);
    client.get(&one).await.assert_refused(404, "Request_ResourceNotFound", "not-found");
    assert_eq!(client.get(&format!("{all}/$count")).await.body, json!(19));
}

async fn owners_are_listed_added_and_removed(t: &mut TestApp) {
    let company = t.company("contoso").await;
    let client = t.client(company.tenant, company.ana).await;
    let ben = t.person(company.tenant, &company.domain, "ben", &[]).await.to_string();
    let ana = company.ana.to_string();
    let (made, path) = orders(&client).await;
    let principal = principal_of(&client, &made).await;
    for path in [path, format!("/v1.0/servicePrincipals/{}", text(&principal, "id"))] {
        let owners = format!("{path}/owners");
        assert_eq!(client.get(&format!("{owners}?$select=id")).await.each("id"), [ana.as_str()]);
        let add = json!({ "@odata.id": format!("https://graph.microsoft.com/v1.0/directoryObjects/{ben}") });
        assert_status(&client.post(&format!("{owners}/$ref"), add.clone()).await, 204);
        let again = client.post(&format!("{owners}/$ref"), add).await;
        again.assert_refused(400, "Request_BadRequest", "reference-exists");
        let message = text(&again.body["error"], "message").to_owned();
        assert!(message.contains("One or more added object references already exist"), "{message}");
        let listed = client.get(&owners).await;
        assert_eq!(listed.each("@odata.type"), ["#microsoft.graph.user", "#microsoft.graph.user"]);
        assert_eq!(client.get(&format!("{owners}/$count")).await.body, json!(2));
        assert_eq!(client.get(&format!("{owners}/{ben}/$ref")).await.body["id"], json!(ben));
        let expanded = client.get(&format!("{path}?$expand=owners($select=id)")).await;
        assert_eq!(expanded.body["owners"].as_array().unwrap().len(), 2, "{}", expanded.body);
        assert_status(&client.delete(&format!("{owners}/{ana}/$ref")).await, 204);
        client.get(&format!("{owners}/{ana}/$ref")).await.assert_refused(
            404,
            "Request_ResourceNotFound",
            "not-found",
        );
        client.delete(&format!("{owners}/{ana}/$ref")).await.assert_refused(
            404,
            "Request_ResourceNotFound",
            "not-found",
        );
        let unknown = json!({ "@odata.id": format!("https://x/v1.0/directoryObjects/{UNKNOWN}") });
        client.post(&format!("{owners}/$ref"), unknown).await.assert_refused(
            404,
            "Request_ResourceNotFound",
            "not-found",
        );
        assert_status(&client.patch(&path, json!({ "tags": ["x"] })).await, 204);
    }
    let owned = client.get(&format!("/v1.0/users/{ben}/ownedObjects")).await;
    assert_eq!(owned.each("displayName"), ["Orders", "Orders"]);
}

async fn service_principals_are_members_of_groups(t: &mut TestApp) {
    let client = contoso(t).await;
    let (made, path) = orders(&client).await;
    let principal = text(&principal_of(&client, &made).await, "id").to_owned();
    let mut groups = Vec::new();
    for name in ["child", "parent"] {
        let body = json!({ "displayName": name, "mailEnabled": false, "mailNickname": name, "securityEnabled": true });
        groups.push(text(&client.post("/v1.0/groups", body).await.body, "id").to_owned());
    }
    for (group, member) in [(&groups[0], &principal), (&groups[1], &groups[0])] {
        let add = json!({ "@odata.id": format!("https://x/v1.0/directoryObjects/{member}") });
        assert_status(&client.post(&format!("/v1.0/groups/{group}/members/$ref"), add).await, 204);
    }
    let members = client.get(&format!("/v1.0/groups/{}/members", groups[0])).await;
    assert_eq!(members.each("@odata.type"), ["#microsoft.graph.servicePrincipal"]);
    let of = format!("/v1.0/servicePrincipals/{principal}");
    assert_eq!(client.get(&format!("{of}/memberOf")).await.each("displayName"), ["child"]);
    assert_eq!(client.get(&format!("{of}/transitiveMemberOf")).await.each("id").len(), 2);
    let object = client.get(&format!("/v1.0/directoryObjects/{principal}")).await;
    assert_eq!(object.body["@odata.type"], "#microsoft.graph.servicePrincipal");
    let found = client
        .post("/v1.0/directoryObjects/getByIds", json!({ "ids": [principal, text(&made, "id")] }))
        .await;
    assert_eq!(found.each("id").len(), 2);

    let delta = client.get("/v1.0/applications/delta?$select=displayName").await;
    assert_eq!(delta.each("displayName"), ["Orders"]);
    let link = text(&delta.body, "@odata.deltaLink").replace("http://localhost:8080", "");
    assert_status(&client.patch(&path, json!({ "displayName": "Orders 2" })).await, 204);
    assert_eq!(client.get(&link).await.each("displayName"), ["Orders 2"]);
    assert_status(&client.delete(&path).await, 204);
    let gone = client.get(&link).await.body["value"][0].clone();
    assert_eq!(gone["@removed"]["reason"], "changed");
}

async fn owners_may_do_without_a_role(t: &mut TestApp) {
    let company = t.company("contoso").await;
    let client = t.client(company.tenant, company.ana).await;
    let ben = t.person(company.tenant, &company.domain, "ben", &[]).await;
    let owner = t.client(company.tenant, ben).await;
    let bind = format!("https://graph.microsoft.com/v1.0/{UNKNOWN}/directoryObjects/{ben}");
    let made = register(&client, json!({ "displayName": "Orders", "owners@odata.bind": [bind] })).await;
    let path = format!("/v1.0/applications/{}", text(&made, "id"));
    let (_, other) = orders(&client).await;
    assert_status(&owner.get(&path).await, 200);
    assert_status(&owner.patch(&path, json!({ "notes": "mine" })).await, 204);
    assert_status(&owner.post(&format!("{path}/addPassword"), json!({})).await, 200);
    let principal = principal_of(&owner, &made).await;
    let of = format!("/v1.0/servicePrincipals/{}", text(&principal, "id"));
    assert_status(&owner.patch(&of, json!({ "accountEnabled": false })).await, 204);
    for answer in [
        owner.post("/v1.0/applications", json!({ "displayName": "Another" })).await,
        owner.get("/v1.0/applications").await,
        owner.get(&other).await,
        owner.patch(&other, json!({ "notes": "x" })).await,
        owner.post(&format!("{other}/addPassword"), json!({})).await,
        owner.delete(&other).await,
        owner.get(&format!("/v1.0/applications/{UNKNOWN}")).await,
    ] {
        answer.assert_refused(403, "Authorization_RequestDenied", "not-allowed");
    }
    let reader = t.person(company.tenant, &company.domain, "ida", &[Role::GlobalReader]).await;
    let reader = t.client(company.tenant, reader).await;
    assert_status(&reader.get(&path).await, 200);
    reader.patch(&path, json!({ "notes": "x" })).await.assert_refused(
        403,
        "Authorization_RequestDenied",
        "not-allowed",
    );
    assert_status(&owner.delete(&path).await, 204);
}

async fn another_tenants_applications_answer_like_unknown_ones(t: &mut TestApp) {
    let client = contoso(t).await;
    let (_, own) = orders(&client).await;
    let fabrikam = t.company("fabrikam").await;
    let other = t.client(fabrikam.tenant, fabrikam.ana).await;
    let (theirs, _) = orders(&other).await;
    let principal = principal_of(&other, &theirs).await;
    for (foreign, app_id, principal) in
        [(text(&theirs, "id"), text(&theirs, "appId"), text(&principal, "id")), (UNKNOWN, UNKNOWN, UNKNOWN)]
    {
        let (path, keyed) =
            (format!("/v1.0/applications/{foreign}"), format!("/v1.0/applications(appId='{app_id}')"));
        let of = format!("/v1.0/servicePrincipals/{principal}");
        let credential =
            json!({ "name": "a", "issuer": "https://x.test", "subject": "s", "audiences": ["a"] });
        for answer in [
            client.get(&path).await,
            client.get(&keyed).await,
            client.patch(&path, json!({ "notes": "x" })).await,
            client.delete(&path).await,
            client.post(&format!("{path}/addPassword"), json!({})).await,
            client.post(&format!("{path}/removePassword"), json!({ "keyId": UNKNOWN })).await,
            client.post(&format!("{path}/federatedIdentityCredentials"), credential).await,
            client.get(&format!("{path}/federatedIdentityCredentials")).await,
            client.get(&of).await,
            client.patch(&of, json!({ "notes": "x" })).await,
            client.delete(&of).await,
            client.get(&format!("{of}/appRoleAssignedTo")).await,
            client.get(&format!("{of}/oauth2PermissionGrants")).await,
            client.get(&format!("/v1.0/directory/deletedItems/{foreign}")).await,
            client.post(&format!("/v1.0/directory/deletedItems/{foreign}/restore"), json!({})).await,
            client.get(&format!("/v1.0/groups/{foreign}/appRoleAssignments")).await,
        ] {
            answer.assert_refused(404, "Request_ResourceNotFound", "not-found");
        }
        let answer = client.post("/v1.0/servicePrincipals", json!({ "appId": app_id })).await;
        answer.assert_refused(400, "Request_BadRequest", "application-unknown");
        let grant = json!({ "clientId": principal, "resourceId": principal, "consentType": "AllPrincipals", "scope": "x" });
        let answer = client.post("/v1.0/oauth2PermissionGrants", grant).await;
        answer.assert_refused(404, "Request_ResourceNotFound", "not-found");
        let bind =
            json!({ "owners@odata.bind": [format!("https://x/v1.0/directoryObjects/{}", fabrikam.ana)] });
        let unknown = json!({ "owners@odata.bind": [format!("https://x/v1.0/directoryObjects/{UNKNOWN}")] });
        let (one, two) = (client.patch(&own, bind).await, client.patch(&own, unknown).await);
        assert_eq!((one.status.as_u16(), one.codes()), (two.status.as_u16(), two.codes()));
    }
    assert_eq!(client.get("/v1.0/applications").await.each("id").len(), 1);
    let known = client.get("/v1.0/servicePrincipals?$orderby=displayName").await;
    assert_eq!(known.each("displayName"), ["Microsoft Azure CLI", "Microsoft Graph"]);
}

async fn applications_are_found_by_every_property(t: &mut TestApp) {
    let client = contoso(t).await;
    let made = register(&client, full()).await;
    let app_id = text(&made, "appId").to_owned();
    let uri = format!("api://{app_id}");
    let path = format!("/v1.0/applications/{}", text(&made, "id"));
    client.patch(&path, json!({ "identifierUris": [uri], "uniqueName": "orders" })).await;
    let other = register(&client, json!({ "displayName": "Invoices" })).await;
    let principal = principal_of(&client, &made).await;
    let disabled = principal_of(&client, &other).await;
    let change = json!({ "accountEnabled": false, "appRoleAssignmentRequired": true, "tags": ["y"], "alternativeNames": ["z"], "preferredSingleSignOnMode": "saml" });
    client.patch(&format!("/v1.0/servicePrincipals/{}", text(&disabled, "id")), change).await;
    let (yes, no) = (vec!["Orders"], Vec::<&str>::new());
    for (filter, found) in [
        (format!("appId eq '{app_id}'"), &yes),
        (format!("appId eq '{UNKNOWN}'"), &no),
        (format!("id eq '{}'", text(&made, "id")), &yes),
        ("displayName eq 'orders'".into(), &yes),
        ("startswith(displayName,'ord')".into(), &yes),
        (format!("identifierUris/any(x:x eq '{uri}')"), &yes),
        ("identifierUris/any(x:startswith(x,'api://'))".into(), &yes),
        ("tags/any(x:x eq 'sales')".into(), &yes),
        ("signInAudience eq 'AzureADMultipleOrgs'".into(), &yes),
        ("publisherDomain eq 'contoso.onwork.localhost' and uniqueName eq 'orders'".into(), &yes),
        ("web/redirectUris/any(x:startswith(x,'https://orders'))".into(), &yes),
        ("spa/redirectUris/any(x:x eq 'http://localhost:3000/')".into(), &yes),
        ("publicClient/redirectUris/any(x:startswith(x,'com.contoso'))".into(), &yes),
        ("createdDateTime ge 2027-01-01".into(), &no),
        ("displayName ne 'Invoices' and createdDateTime ge 2026-01-01T00:00:00Z".into(), &yes),
    ] {
        let answer = client.get(&format!("/v1.0/applications?$filter={filter}")).await;
        assert_status(&answer, 200);
        assert_eq!(&answer.each("displayName"), found, "{filter}");
    }
    let (orders, invoices) = (vec!["Orders"], vec!["Invoices"]);
    for (filter, found) in [
        (format!("appId eq '{app_id}'"), &orders),
        ("accountEnabled eq false".into(), &invoices),
        ("accountEnabled eq true and servicePrincipalType eq 'Application' and startswith(displayName,'o')".into(), &orders),
        ("appRoleAssignmentRequired eq true".into(), &invoices),
        (format!("servicePrincipalNames/any(x:x eq '{uri}')"), &orders),
        ("tags/any(x:x eq 'y')".into(), &invoices),
        ("alternativeNames/any(x:x eq 'z')".into(), &invoices),
        ("preferredSingleSignOnMode eq 'saml'".into(), &invoices),
        ("homepage eq 'https://orders.contoso.test/'".into(), &orders),
        ("signInAudience eq 'AzureADMultipleOrgs' and startswith(displayName,'o')".into(), &orders),
        ("startswith(displayName,'inv') and createdDateTime ge 2026-01-01".into(), &invoices),
        (format!("id eq '{}'", text(&principal, "id")), &orders),
    ] {
        let answer = client.get(&format!("/v1.0/servicePrincipals?$filter={filter}")).await;
        assert_status(&answer, 200);
        assert_eq!(&answer.each("displayName"), found, "{filter}");
    }
    let search = client.get("/v1.0/applications?$search=\"displayName:inv\"&$count=true").await;
    assert_eq!(
        (search.each("displayName"), &search.body["@odata.count"]),
        (vec!["Invoices".to_owned()], &json!(1))
    );
    let ordered = client.get("/v1.0/servicePrincipals?$orderby=displayName&$top=1&$select=displayName").await;
    assert_eq!(ordered.body["value"], json!([{ "displayName": "Invoices" }]));
    let next = ordered.body["@odata.nextLink"].as_str().unwrap().replace("http://localhost:8080", "");
    assert_eq!(client.get(&next).await.each("displayName"), ["Microsoft Azure CLI"]);
    let refused = client.get("/v1.0/applications?$filter=notes eq 'x'").await;
    refused.assert_refused(400, "Request_UnsupportedQuery", "query-unsupported");
}

async fn a_change_of_an_application_is_made_to_what_was_read(t: &mut TestApp) {
    let client = contoso(t).await;
    let (_, path) = orders(&client).await;
    let tag = client.get(&path).await.headers["etag"].to_str().unwrap().to_owned();
    let change = |notes: &str| Some(json!({ "notes": notes }));
    assert_status(&client.send(Method::PATCH, &path, change("a"), &[("if-match", &tag)]).await, 204);
    let second = client.send(Method::PATCH, &path, change("b"), &[("if-match", &tag)]).await;
    second.assert_refused(412, "PreconditionFailed", "changed-meanwhile");
    let third = client.send(Method::DELETE, &path, None, &[("if-match", &tag)]).await;
    third.assert_refused(412, "PreconditionFailed", "changed-meanwhile");
}

async fn whatever_a_program_sends_about_applications_is_answered(t: &mut TestApp) {
    let client = contoso(t).await;
    let mut body = full();
    // Given once, it stays.
    body["uniqueName"] = json!("orders");
    let made = register(&client, body).await;
    let principal = principal_of(&client, &made).await;
    let mut values: Vec<Value> = vec![
        json!(7),
        json!([7]),
        json!([["a"]]),
        json!({ "a": 1 }),
        json!(true),
        json!([{}]),
        json!("x".repeat(60_000)),
    ];
    values.extend(hostile::known().into_iter().map(Value::from));
    for path in [
        format!("/v1.0/applications/{}", text(&made, "id")),
        format!("/v1.0/servicePrincipals/{}", text(&principal, "id")),
    ] {
        let before = client.get(&path).await.body;
        for property in before.as_object().unwrap().keys().filter(|name| !name.starts_with('@')) {
            let inner: Vec<String> =
                before[property].as_object().map(|inner| inner.keys().cloned().collect()).unwrap_or_default();
            for (index, value) in values.iter().enumerate() {
                let mut changes =
                    vec![json!({ (property.as_str()): value }), json!({ (property.as_str()): [value] })];
                // Each value into some of the parts: all of them into all would take a minute.
                let parts = inner.iter().enumerate().filter(|(part, _)| (part + index) % 4 == 0);
                changes.extend(
                    parts.map(|(_, inner)| json!({ (property.as_str()): { (inner.as_str()): value } })),
                );
                for change in changes {
                    let answer = client.patch(&path, change.clone()).await;
                    let status = answer.status.as_u16();
                    assert!(matches!(status, 204 | 400 | 409), "{change}: {status} {}", answer.body);
                    if status == 204 {
                        let back = json!({ (property.as_str()): before[property] });
                        assert_status(&client.patch(&path, back).await, 204);
                    } else {
                        assert!(
                            !answer.codes().0.is_empty() && !answer.codes().1.is_empty(),
                            "{}",
                            answer.body
                        );
                    }
                }
            }
        }
        assert_eq!(client.get(&path).await.body, before);
    }
    let own = text(&made, "id");
    for nonsense in hostile::known() {
        let part =
            percent_encoding::utf8_percent_encode(&nonsense, percent_encoding::NON_ALPHANUMERIC).to_string();
        for path in [
            format!("/v1.0/applications/{part}"),
            format!("/v1.0/applications(appId='{part}')"),
            format!("/v1.0/servicePrincipals(appId='{part}')/appRoleAssignedTo"),
            format!("/v1.0/applications/{own}/federatedIdentityCredentials/{part}"),
            format!("/v1.0/oauth2PermissionGrants/{part}"),
        ] {
            let status = client.get(&path).await.status.as_u16();
            assert!(matches!(status, 200 | 400 | 404), "{path}: {status}");
        }
        for body in [
            json!({ "passwordCredential": { "displayName": nonsense } }),
            json!({ "passwordCredential": nonsense }),
        ] {
            let status =
                client.post(&format!("/v1.0/applications/{own}/addPassword"), body).await.status.as_u16();
            assert!(matches!(status, 200 | 400), "{status}");
        }
        client.patch(&format!("/v1.0/applications/{own}"), json!({ "passwordCredentials": [] })).await;
    }
}
