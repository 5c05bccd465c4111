//! Applications act for themselves at the directory API, within what they are granted there.

use http::Method;
use model::roles::Role;
use serde_json::{Value, json};

use crate::openid::{Registered, claims, registered};
use crate::support::TestApp;
use crate::support::client::Client;

both_engines!(
    an_application_may_what_it_is_granted,
    what_an_application_does_stands_in_the_log,
    an_application_ends_with_everything_that_it_rests_on,
    no_token_of_another_kind_makes_an_application,
);

const USERS_WRITE: &str = "741f803b-c850-494e-b5df-cde7c675a1ca";
const AUDIT_READ: &str = "b0afded3-3588-46d8-8b3d-9842eff778da";
const API: &str = "00000003-0000-0000-c000-000000000000";

async fn own_api(r: &Registered) -> Value {
    let found = r.api.get(&format!("/v1.0/servicePrincipals?$filter=appId eq '{API}'")).await;
    found.body["value"][0]["id"].clone()
}

/// Grants a permission and gives the id of that.
async fn granted(r: &Registered, role: &str) -> String {
    let given = json!({ "principalId": r.principal, "resourceId": own_api(r).await, "appRoleId": role });
    let path = format!("/v1.0/servicePrincipals/{}/appRoleAssignments", r.principal);
    let made = r.api.post(&path, given).await;
    assert_eq!(made.status, 201, "{}", made.body);
    made.body["id"].as_str().unwrap().to_owned()
}

async fn token(r: &Registered, t: &mut TestApp, scope: &str) -> String {
    let sent = [
        ("grant_type", "client_credentials"),
        ("client_id", r.app_id.as_str()),
        ("client_secret", r.secret.as_str()),
        ("scope", scope),
    ];
    let (status, answer) = r.token(t, &sent).await;
    assert_eq!(status, 200, "{answer}");
    answer["access_token"].as_str().unwrap().to_owned()
}

const SCOPE: &str = "https://graph.microsoft.com/.default";

async fn program(r: &Registered, t: &mut TestApp) -> Client {
    let token = token(r, t, SCOPE).await;
    r.api.with_token(&token)
}

fn person(r: &Registered, name: &str) -> Value {
    json!({
        "accountEnabled": true, "displayName": name, "mailNickname": name,
        "userPrincipalName": format!("{name}@{}", r.company.domain),
        "passwordProfile": { "password": "lively brass orchard 71" },
    })
}

async fn an_application_may_what_it_is_granted(t: &mut TestApp) {
    let r = registered(t, json!({})).await;
    let ben = t.person(r.company.tenant, &r.company.domain, "ben", &[]).await;
    let before = program(&r, t).await;
    for path in [
        "users",
        "groups",
        "applications",
        "servicePrincipals",
        "domains",
        "directoryRoles",
        "webhooks",
        "auditLogs/directoryAudits",
        "directory/deletedItems/microsoft.graph.user",
        "oauth2PermissionGrants",
        "roleManagement/directory/roleAssignments",
        "policies/claimsMappingPolicies",
    ] {
        let answer = before.get(&format!("/v1.0/{path}")).await;
        assert_eq!(answer.status, 403, "{path}: {}", answer.body);
    }
    assert_eq!(before.get(&format!("/v1.0/users/{ben}")).await.status, 403);
    // It has no account of its own.
    for path in ["me", "me/memberOf", "me/manager", "me/appRoleAssignments", "me/photo/$value"] {
        before.get(&format!("/v1.0/{path}")).await.assert_refused(400, "BadRequest", "person-needed");
    }
    assert_eq!(before.get("/subscriptions").await.body["value"], json!([]));

    let grant = granted(&r, USERS_WRITE).await;
    // A token says what was granted when it was made.
    assert_eq!(before.get("/v1.0/users").await.status, 403);
    for scope in [SCOPE, "http://localhost:8080/.default", "http://localhost:8080//.default"] {
        let token = token(&r, t, scope).await;
        assert_eq!(claims(&token)["roles"], json!(["User.ReadWrite.All"]));
        assert_eq!(r.api.with_token(&token).get("/v1.0/users").await.status, 200, "{scope}");
    }
    let program = program(&r, t).await;
    assert_eq!(program.post("/v1.0/users", person(&r, "ida")).await.status, 201);
    let group =
        json!({ "displayName": "S", "mailEnabled": false, "mailNickname": "s", "securityEnabled": true });
    assert_eq!(program.post("/v1.0/groups", group.clone()).await.status, 403);
    // Whoever may do more is out of reach.
    let password = json!({ "passwordProfile": { "password": "lively brass orchard 72" } });
    assert_eq!(program.patch(&format!("/v1.0/users/{}", r.company.ana), password).await.status, 403);

    // Roles of the directory count beside, with the token that is there.
    let role = json!({
        "principalId": r.principal, "directoryScopeId": "/",
        "roleDefinitionId": Role::GroupsAdministrator.template_id(),
    });
    let made = r.api.post("/v1.0/roleManagement/directory/roleAssignments", role).await;
    assert_eq!(made.status, 201, "{}", made.body);
    assert_eq!(program.post("/v1.0/groups", group).await.status, 201);

    // Taken back is taken back.
    let path = format!("/v1.0/servicePrincipals/{}/appRoleAssignments/{grant}", r.principal);
    assert_eq!(r.api.delete(&path).await.status, 204);
    assert_eq!(program.post("/v1.0/users", person(&r, "zoe")).await.status, 403);
    t.an_hour_passes();
    assert_eq!(program.get("/v1.0/groups").await.status, 401);
}

async fn what_an_application_does_stands_in_the_log(t: &mut TestApp) {
    let r = registered(t, json!({})).await;
    granted(&r, USERS_WRITE).await;
    granted(&r, AUDIT_READ).await;
    let program = program(&r, t).await;
    assert_eq!(program.post("/v1.0/users", person(&r, "ida")).await.status, 201);
    for filter in [
        format!("initiatedBy/app/appId eq '{}'", r.app_id),
        format!("initiatedBy/app/servicePrincipalId eq '{}'", r.principal),
        "initiatedBy/app/displayName eq 'Shop'".to_owned(),
    ] {
        let found = program.get(&format!("/v1.0/auditLogs/directoryAudits?$filter={filter}")).await;
        let entries = found.body["value"].as_array().unwrap();
        assert_eq!(entries.len(), 1, "{filter}: {}", found.body);
        let by = &entries[0]["initiatedBy"];
        assert_eq!(by["user"], Value::Null);
        assert_eq!(
            by["app"],
            json!({ "appId": r.app_id, "displayName": "Shop", "servicePrincipalId": r.principal,
                "servicePrincipalName": r.app_id })
        );
    }
}

async fn an_application_ends_with_everything_that_it_rests_on(t: &mut TestApp) {
    let mut r = registered(t, json!({})).await;
    granted(&r, USERS_WRITE).await;
    let (application, principal) =
        (format!("/v1.0/applications/{}", r.object), format!("/v1.0/servicePrincipals/{}", r.principal));
    for what in ["secret", "secret of the principal", "principal", "application"] {
        if what.ends_with("of the principal") {
            let made = r.api.post(&format!("{principal}/addPassword"), json!({})).await;
            r.secret = made.body["secretText"].as_str().unwrap().to_owned();
        }
        let program = program(&r, t).await;
        assert_eq!(program.get("/v1.0/users").await.status, 200, "{what}");
        match what {
            "secret" | "secret of the principal" => {
                let holder = if what == "secret" { &application } else { &principal };
                let keys = r.api.get(holder).await.body["passwordCredentials"].clone();
                for key in keys.as_array().unwrap() {
                    let sent = json!({ "keyId": key["keyId"] });
                    assert_eq!(r.api.post(&format!("{holder}/removePassword"), sent).await.status, 204);
                }
            }
            "principal" => {
                let sent = json!({ "accountEnabled": false });
                assert_eq!(r.api.patch(&principal, sent).await.status, 204);
            }
            _ => assert_eq!(r.api.delete(&application).await.status, 204),
        }
        assert_eq!(program.get("/v1.0/users").await.status, 401, "{what}");
        assert_eq!(program.post("/v1.0/users", person(&r, "ida")).await.status, 401, "{what}");
        let made = r.api.post(&format!("{application}/addPassword"), json!({})).await;
        r.secret = made.body["secretText"].as_str().unwrap_or_default().to_owned();
        if what == "principal" {
            r.api.patch(&principal, json!({ "accountEnabled": true })).await;
        }
    }
}

async fn no_token_of_another_kind_makes_an_application(t: &mut TestApp) {
    let r = registered(t, json!({})).await;
    granted(&r, USERS_WRITE).await;
    let real = token(&r, t, SCOPE).await;
    let part = |index: usize| real.split('.').nth(index).unwrap();
    let encoded = |value: &Value| {
        use base64::Engine as _;
        base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(value.to_string())
    };
    let mut wider = claims(&real);
    wider["roles"] = json!(["Directory.ReadWrite.All"]);
    let header = |alg: &str| encoded(&json!({ "alg": alg, "typ": "at+jwt" }));
    for forged in [
        format!("{}.{}.{}", part(0), encoded(&wider), part(2)),
        format!("{}.{}.", header("none"), part(1)),
        format!("{}.{}.{}", header("HS256"), part(1), part(2)),
        format!("{}.{}", part(0), part(1)),
        format!("{real}x"),
    ] {
        let answer = r.api.with_token(&forged).send(Method::GET, "/v1.0/users", None, &[]).await;
        assert_eq!(answer.status, 401, "{forged}");
    }
    // A token for another application isn't one for this service.
    let other = r.api.post("/v1.0/applications", json!({ "displayName": "Orders" })).await;
    let app_id = other.body["appId"].as_str().unwrap().to_owned();
    r.api.post("/v1.0/servicePrincipals", json!({ "appId": app_id })).await;
    let elsewhere = token(&r, t, &format!("{app_id}/.default")).await;
    assert_eq!(r.api.with_token(&elsewhere).get("/v1.0/users").await.status, 401);
}
