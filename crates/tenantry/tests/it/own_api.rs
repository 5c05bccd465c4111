//! The service principal of the directory API: in every tenant, the tenant's to grant from and nobody's to change. And
//! other ways in which programs find and make what they need.

use http::Method;
use model::roles::Role;
use serde_json::{Value, json};
use tenantry::error::Error;
use tenantry::transaction;

use crate::support::TestApp;
use crate::support::client::Client;

both_engines!(
    every_tenant_has_it_with_its_permissions,
    a_tenant_from_before_is_given_it,
    nobody_changes_or_deletes_it,
    its_permissions_are_granted,
    nobody_grants_more_than_they_may,
    a_unique_name_is_a_key,
    what_is_missing_is_named,
);

const OWN_API: &str = "00000003-0000-0000-c000-000000000000";
const ROLES_WRITTEN: &str = "9e3f62cf-ca93-4989-b6ce-bf83c28f9fe8";
const GROUPS_READ: &str = "5b567255-7703-4780-807c-7be8301ae99b";

async fn contoso(t: &TestApp) -> Client {
    let company = t.company("contoso").await;
    t.client(company.tenant, company.ana).await
}

async fn own_api(client: &Client) -> Value {
    let found = client.get(&format!("/v1.0/servicePrincipals?$filter=appId eq '{OWN_API}'")).await;
    assert_eq!(found.each("appId"), [OWN_API], "{}", found.body);
    found.body["value"][0].clone()
}

fn id(object: &Value) -> String {
    object["id"].as_str().unwrap_or_else(|| panic!("no id: {object}")).to_owned()
}

/// The service principal of a new application.
async fn program(client: &Client) -> String {
    let made = client.post("/v1.0/applications", json!({ "displayName": "Program" })).await.body;
    id(&client.post("/v1.0/servicePrincipals", json!({ "appId": made["appId"] })).await.body)
}

async fn every_tenant_has_it_with_its_permissions(t: &mut TestApp) {
    let client = contoso(t).await;
    let found = own_api(&client).await;
    assert_eq!(found["displayName"], "Microsoft Graph");
    assert_ne!(found["appOwnerOrganizationId"], json!(client.tenant));
    let values = |list: &str| -> Vec<String> {
        let entries = found[list].as_array().unwrap().iter();
        entries.map(|entry| entry["value"].as_str().unwrap().to_owned()).collect()
    };
    for value in ["User.Read.All", "RoleManagement.ReadWrite.Directory", "Domain.ReadWrite.All"] {
        assert!(values("appRoles").contains(&value.to_owned()), "{value}");
        assert!(values("oauth2PermissionScopes").contains(&value.to_owned()), "{value}");
    }
    assert!(values("oauth2PermissionScopes").contains(&"openid".to_owned()));
    let one = client.get(&format!("/v1.0/servicePrincipals(appId='{OWN_API}')")).await;
    assert_eq!(id(&one.body), id(&found));
    let named =
        "/v1.0/servicePrincipals?$filter=servicePrincipalNames/any(n:n eq 'https://graph.microsoft.com')";
    assert_eq!(client.get(named).await.each("id"), [id(&found)]);
    let other = t.company("northwind").await;
    let theirs = own_api(&t.client(other.tenant, other.ana).await).await;
    assert_ne!(id(&theirs), id(&found));
    let foreign = client.get(&format!("/v1.0/servicePrincipals/{}", id(&theirs))).await;
    foreign.assert_refused(404, "Request_ResourceNotFound", "not-found");
    assert!(client.get("/v1.0/applications").await.each("id").is_empty());
}

async fn a_tenant_from_before_is_given_it(t: &mut TestApp) {
    let company = t.company("contoso").await;
    let client = t.client(company.tenant, company.ana).await;
    let old = id(&own_api(&client).await);
    assert_eq!(id(&own_api(&client).await), old);
    let actor = tenantry::access::Actor::operator(client.tenant);
    let gone: Result<_, Error> = transaction!(t.app.db, |scope| {
        let mut inside = scope.tenant(actor.grant()).await?;
        for table in ["directory_index", "directory_object"] {
            inside.execute(&format!("DELETE FROM {table} WHERE tenant_id = $1"), &[]).await?;
        }
        Ok(())
    });
    gone.unwrap();
    tenantry::jobs::schedule_recurring(&t.app).await.unwrap();
    t.run_jobs().await;
    let client = t.client(company.tenant, company.ana).await;
    assert_ne!(id(&own_api(&client).await), old);
}

async fn nobody_changes_or_deletes_it(t: &mut TestApp) {
    let client = contoso(t).await;
    let found = own_api(&client).await;
    let path = format!("/v1.0/servicePrincipals/{}", id(&found));
    let me = id(&client.get("/v1.0/me").await.body);
    let owner = json!({ "@odata.id": format!("http://localhost:8080/v1.0/directoryObjects/{me}") });
    for answer in [
        client.delete(&path).await,
        client.patch(&path, json!({ "accountEnabled": false })).await,
        client.patch(&path, json!({ "tags": ["ours"] })).await,
        client.post(&format!("{path}/addPassword"), json!({})).await,
        client.post(&format!("{path}/owners/$ref"), owner).await,
        client.post(&format!("{path}/addTokenSigningCertificate"), json!({ "displayName": "CN=ours" })).await,
    ] {
        answer.assert_refused(403, "Authorization_RequestDenied", "service-principal-of-service");
    }
    let again = client.post("/v1.0/servicePrincipals", json!({ "appId": OWN_API })).await;
    assert_eq!(again.codes().1, "service-principal-exists");
    assert_eq!(own_api(&client).await, found);
}

async fn its_permissions_are_granted(t: &mut TestApp) {
    let client = contoso(t).await;
    let (resource, program) = (id(&own_api(&client).await), program(&client).await);
    let to = format!("/v1.0/servicePrincipals/{resource}/appRoleAssignedTo");
    let wanted = json!({ "principalId": program, "resourceId": resource, "appRoleId": GROUPS_READ });
    let made = client.post(&to, wanted).await;
    assert_eq!((made.status.as_u16(), &made.body["resourceDisplayName"]), (201, &json!("Microsoft Graph")));
    assert_eq!(client.get(&to).await.each("principalId"), std::slice::from_ref(&program));
    assert_eq!(client.delete(&format!("{to}/{}", id(&made.body))).await.status.as_u16(), 204);
    let all = "/v1.0/oauth2PermissionGrants";
    let wanted = json!({ "clientId": program, "resourceId": resource, "consentType": "AllPrincipals", "scope": "openid User.Read" });
    let made = client.post(all, wanted).await;
    assert_eq!(made.status.as_u16(), 201, "{}", made.body);
    let path = format!("{all}/{}", id(&made.body));
    assert_eq!(client.patch(&path, json!({ "scope": "openid Group.Read.All" })).await.status.as_u16(), 204);
    let unknown = client.patch(&path, json!({ "scope": "Mail.Read" })).await;
    assert_eq!((unknown.status.as_u16(), unknown.codes().1), (400, "scope-unknown"));
}

async fn nobody_grants_more_than_they_may(t: &mut TestApp) {
    let company = t.company("contoso").await;
    let ana = t.client(company.tenant, company.ana).await;
    let ben = t.person(company.tenant, &company.domain, "ben", &[Role::CloudApplicationAdministrator]).await;
    let ben = t.client(company.tenant, ben).await;
    let (resource, program) = (id(&own_api(&ana).await), program(&ben).await);
    let to = format!("/v1.0/servicePrincipals/{resource}/appRoleAssignedTo");
    let role = |id: &str| json!({ "principalId": program, "resourceId": resource, "appRoleId": id });
    let beyond = |answer: &crate::support::client::Answer| {
        answer.assert_refused(403, "Authorization_RequestDenied", "rights-beyond-own");
    };
    beyond(&ben.post(&to, role(ROLES_WRITTEN)).await);
    assert_eq!(ben.post(&to, role(GROUPS_READ)).await.status.as_u16(), 201);
    let scope = |scope: &str| json!({ "clientId": program, "resourceId": resource, "consentType": "AllPrincipals", "scope": scope });
    let all = "/v1.0/oauth2PermissionGrants";
    beyond(&ben.post(all, scope("openid RoleManagement.ReadWrite.Directory")).await);
    let made = ben.post(all, scope("openid User.Read")).await;
    assert_eq!(made.status.as_u16(), 201, "{}", made.body);
    let grant = format!("{all}/{}", id(&made.body));
    beyond(&ben.patch(&grant, json!({ "scope": "User.ReadWrite.All" })).await);
    // Taking away what they couldn't give is nobody's gain.
    let more = json!({ "scope": "User.Read User.ReadWrite.All address" });
    assert_eq!(ana.patch(&grant, more).await.codes().1, "scope-unknown");
    let more = json!({ "scope": "User.Read User.ReadWrite.All" });
    assert_eq!(ana.patch(&grant, more).await.status.as_u16(), 204);
    assert_eq!(ben.patch(&grant, json!({ "scope": "User.Read" })).await.status.as_u16(), 204);

    // Once it may do more than its owner, the owner makes no more secrets for it.
    let path = format!("/v1.0/servicePrincipals/{program}");
    assert_eq!(ben.post(&format!("{path}/addPassword"), json!({})).await.status.as_u16(), 200);
    assert_eq!(ana.post(&to, role(ROLES_WRITTEN)).await.status.as_u16(), 201);
    beyond(&ben.post(&format!("{path}/addPassword"), json!({})).await);
    let app_id = ana.get(&path).await.body["appId"].as_str().unwrap_or_default().to_owned();
    beyond(&ben.post(&format!("/v1.0/applications(appId='{app_id}')/addPassword"), json!({})).await);
}

const UPSERT: &[(&str, &str)] = &[("prefer", "return=minimal, create-if-missing")];

async fn a_unique_name_is_a_key(t: &mut TestApp) {
    let client = contoso(t).await;
    let group = json!({ "displayName": "Sales", "mailEnabled": false, "mailNickname": "sales", "securityEnabled": true });
    for (collection, body) in [("groups", group), ("applications", json!({ "displayName": "Sales" }))] {
        let path = format!("/v1.0/{collection}(uniqueName='sales-1')");
        let patch = async |path: &str, body: Value, headers: &[(&str, &str)]| {
            client.send(Method::PATCH, path, Some(body), headers).await
        };
        patch(&path, body.clone(), &[]).await.assert_refused(404, "Request_ResourceNotFound", "not-found");
        client.get(&path).await.assert_refused(404, "Request_ResourceNotFound", "not-found");
        let mut other = body.clone();
        other["uniqueName"] = json!("other");
        assert_eq!(patch(&path, other.clone(), UPSERT).await.codes().1, "property-value");
        let made = patch(&path, body.clone(), UPSERT).await;
        assert_eq!(
            (made.status.as_u16(), &made.body["uniqueName"]),
            (201, &json!("sales-1")),
            "{}",
            made.body
        );
        let again = patch(&path, json!({ "displayName": "Sales team" }), UPSERT).await;
        assert_eq!(again.status.as_u16(), 204, "{}", again.body);
        let found = client.get(&path).await.body;
        assert_eq!((&found["id"], &found["displayName"]), (&made.body["id"], &json!("Sales team")));
        let by_id = format!("/v1.0/{collection}/{}", id(&found));
        assert_eq!(client.patch(&by_id, json!({ "uniqueName": "other" })).await.status.as_u16(), 400);
        assert_eq!(client.get(&by_id).await.body["uniqueName"], "sales-1");
        let mut twice = body.clone();
        twice["uniqueName"] = json!("Sales-1");
        let twice = client.post(&format!("/v1.0/{collection}"), twice).await;
        assert!(["group-name-taken", "unique-name-taken"].contains(&twice.codes().1), "{}", twice.body);
        assert_eq!(client.delete(&path).await.status.as_u16(), 204);
        client.get(&path).await.assert_refused(404, "Request_ResourceNotFound", "not-found");
    }
}

async fn what_is_missing_is_named(t: &mut TestApp) {
    let client = contoso(t).await;
    let answer = client.post("/v1.0/applications", json!({})).await;
    answer.assert_refused(400, "Request_BadRequest", "field-required");
    let message = answer.body["error"]["message"].as_str().unwrap_or_default();
    assert!(message.contains("displayName"), "{message}");
    assert_eq!(answer.body["error"]["details"][0]["target"], "displayName");
}
