//! Roles of a tenant's own, and roles held by groups and applications: what they allow, and that nobody gets or gives
//! more by any way.

use http::Method;
use model::ids::UserId;
use model::roles::{Permission, Role};
use serde_json::{Value, json};
use tenantry::access::{Actor, Origin, session};
use tenantry::app::App;
use tenantry::config::Config;
use tenantry::db::DbError;
use tenantry::error::Error;
use tenantry::features::{credentials, directory};
use tenantry::transaction;

use crate::support::TestApp;
use crate::support::client::Client;
use crate::support::people::Company;

both_engines!(
    a_role_allows_just_what_it_says_and_changes_at_once,
    nobody_gives_or_takes_more_than_they_may,
    what_a_group_gives_goes_with_it_in_a_pending_write,
    the_last_global_administrator_is_one_themselves,
    definitions_come_and_go(super::few_roles),
    groups_and_applications_hold_roles,
    roles_stand_among_memberships,
    roles_are_found_as_objects,
    roles_are_kept_in_the_portal,
    a_refusal_says_who_can_help,
    another_tenants_roles_are_unknown,
);

const DEFINITIONS: &str = "/v1.0/roleManagement/directory/roleDefinitions";
const ASSIGNMENTS: &str = "/v1.0/roleManagement/directory/roleAssignments";

fn few_roles(config: &mut Config) {
    config.accounts.custom_roles = 2;
}

fn role(name: &str, permissions: &[Permission]) -> Value {
    let actions: Vec<_> = permissions.iter().map(|permission| permission.resource_action()).collect();
    json!({
        "displayName": name,
        "isEnabled": true,
        "rolePermissions": [{ "allowedResourceActions": actions }],
    })
}

async fn made(client: &Client, path: &str, body: Value) -> String {
    let answer = client.post(path, body).await;
    assert_eq!(answer.status.as_u16(), 201, "{path}: {}", answer.body);
    answer.body["id"].as_str().unwrap().to_owned()
}

async fn given(client: &Client, holder: &str, role: &str) -> String {
    let body = json!({ "principalId": holder, "roleDefinitionId": role, "directoryScopeId": "/" });
    made(client, ASSIGNMENTS, body).await
}

fn group_for_roles(name: &str) -> Value {
    json!({
        "displayName": name,
        "mailEnabled": false,
        "mailNickname": name.to_lowercase().replace(' ', ""),
        "securityEnabled": true,
        "isAssignableToRole": true,
    })
}

fn reference(id: &str) -> Value {
    json!({ "@odata.id": format!("https://graph.example/v1.0/directoryObjects/{id}") })
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

/// Without a second factor an administrator gets no further than to the page that sets one up.
async fn with_second_factor(t: &TestApp, company: &Company, user: UserId) {
    let (app, moment, actor) = (t.app.clone(), t.app.moment(), Actor::system(company.tenant));
    let made: Result<_, Error> = transaction!(app.db, |scope| {
        let mut scope = scope.tenant(actor.grant()).await?;
        credentials::make_recovery_codes(&app, &mut scope, &actor, user, &moment).await.map(drop)
    });
    made.unwrap();
}

/// What each permission opens, and nothing else does. The one that is missing only widens two others.
const OPENS: [(Permission, &str); 11] = [
    (Permission::ReadDirectory, "GET /v1.0/groups"),
    (Permission::ManageUsers, "POST /v1.0/users"),
    (Permission::ResetPasswords, "reset"),
    (Permission::DecideAccessRequests, "/access-requests"),
    (Permission::ManageGroups, "POST /v1.0/groups"),
    (Permission::ManageApplications, "POST /v1.0/applications"),
    (Permission::ManageRoles, "POST roles"),
    (Permission::ManageDomains, "POST /domains/add"),
    (Permission::ReadAudit, "/activity"),
    (Permission::ReadBilling, "/billing"),
    (Permission::ManageBilling, "/billing/set-up"),
];

async fn reset(app: &App, actor: &Actor, user: UserId) -> u16 {
    let moment = app.moment();
    let done: Result<(), Error> = transaction!(app.db, |scope| {
        let mut scope = scope.tenant(actor.grant()).await?;
        directory::reset_password(&mut scope, actor, user, "no hash", &moment).await
    });
    done.map_or_else(|error| error.into_refusals().unwrap()[0].code.status(), |()| 204)
}

async fn a_role_allows_just_what_it_says_and_changes_at_once(t: &mut TestApp) {
    let company = t.company("contoso").await;
    let max = t.person(company.tenant, &company.domain, "max", &[]).await;
    let ida = t.person(company.tenant, &company.domain, "ida", &[]).await;
    with_second_factor(t, &company, max).await;
    let ana = t.client(company.tenant, company.ana).await;
    let desk = made(&ana, DEFINITIONS, role("Desk", &[Permission::ReadDirectory])).await;
    given(&ana, &max.to_string(), &desk).await;
    let maxs = t.client(company.tenant, max).await;
    let mut browser = t.signed_in(company.tenant, max).await;
    for (round, (allowed, _)) in OPENS.iter().enumerate() {
        let changed = ana.patch(&format!("{DEFINITIONS}/{desk}"), role("Desk", &[*allowed])).await;
        assert_eq!(changed.status.as_u16(), 204, "{}", changed.body);
        for (permission, probe) in OPENS {
            let name = format!("n{round}x");
            let group = json!({ "displayName": name, "mailEnabled": false, "mailNickname": name, "securityEnabled": true });
            let status = match probe {
                "POST /v1.0/users" => {
                    maxs.post("/v1.0/users", person(&name, &company.domain)).await.status.as_u16()
                }
                "POST /v1.0/groups" => maxs.post("/v1.0/groups", group).await.status.as_u16(),
                "POST /v1.0/applications" => {
                    maxs.post("/v1.0/applications", json!({ "displayName": name })).await.status.as_u16()
                }
                "POST /domains/add" => {
                    browser.post("/domains/add", &[("name", &format!("{name}.com"))]).await.status.as_u16()
                }
                "POST roles" => maxs.post(DEFINITIONS, role(&name, &[*allowed])).await.status.as_u16(),
                "GET /v1.0/groups" => maxs.get("/v1.0/groups").await.status.as_u16(),
                "reset" => reset(&t.app, &t.actor(company.tenant, max).await, ida).await,
                page => browser.get(page).await.status.as_u16(),
            };
            assert_eq!(status != 403, permission == *allowed, "{allowed:?} at {probe}: {status}");
        }
    }
    // Who may do more than look must have a second factor, whoever made the role.
    let ben = t.person(company.tenant, &company.domain, "ben", &[]).await;
    given(&ana, &ben.to_string(), &desk).await;
    let mut bens = t.signed_in(company.tenant, ben).await;
    assert_eq!(bens.get("/account").await.location(), "/account/second-factor/first");
    let disabled = ana.patch(&format!("{DEFINITIONS}/{desk}"), json!({ "isEnabled": false })).await;
    assert_eq!(disabled.status.as_u16(), 204);
    assert_eq!(bens.get("/account").await.status.as_u16(), 200, "a disabled role allows nothing");
}

#[expect(clippy::too_many_lines, reason = "one table of every way to give or take rights")]
async fn nobody_gives_or_takes_more_than_they_may(t: &mut TestApp) {
    use Permission::{
        ManageAdministrators, ManageApplications, ManageBilling, ManageGroups, ManageRoles, ManageUsers,
        ReadDirectory, ResetPasswords,
    };
    let company = t.company("contoso").await;
    let (tenant, domain) = (company.tenant, company.domain.as_str());
    let ana = t.client(tenant, company.ana).await;
    let all_but_money = [
        ReadDirectory,
        ManageUsers,
        ResetPasswords,
        ManageAdministrators,
        ManageGroups,
        ManageApplications,
        ManageRoles,
    ];
    let desk = made(&ana, DEFINITIONS, role("Desk", &all_but_money)).await;
    let money = made(&ana, DEFINITIONS, role("Money", &[ManageBilling])).await;
    let billing = Role::BillingAdministrator.template_id().to_string();
    let [max, ida, paul, gone] = ["max", "ida", "paul", "gone"].map(|name| person(name, domain));
    let (max, ida) = (made(&ana, "/v1.0/users", max).await, made(&ana, "/v1.0/users", ida).await);
    let (paul, gone) = (made(&ana, "/v1.0/users", paul).await, made(&ana, "/v1.0/users", gone).await);
    given(&ana, &max, &desk).await;
    let pauls = given(&ana, &paul, &money).await;
    given(&ana, &gone, &money).await;
    ana.delete(&format!("/v1.0/users/{gone}")).await;
    let payers = made(&ana, "/v1.0/groups", group_for_roles("Payers")).await;
    given(&ana, &payers, &money).await;
    ana.post(&format!("/v1.0/groups/{payers}/members/$ref"), reference(&paul)).await;
    let old = made(&ana, "/v1.0/groups", group_for_roles("Old payers")).await;
    given(&ana, &old, &money).await;
    ana.delete(&format!("/v1.0/groups/{old}")).await;
    let empty = made(&ana, "/v1.0/groups", group_for_roles("Empty")).await;
    let robot = ana.post("/v1.0/applications", json!({ "displayName": "Robot" })).await.body;
    let robots = made(&ana, "/v1.0/servicePrincipals", json!({ "appId": robot["appId"] })).await;
    given(&ana, &robots, &money).await;
    let robot = robot["id"].as_str().unwrap().to_owned();
    let asleep = made(&ana, DEFINITIONS, role("Asleep", &[ManageBilling])).await;
    let disabled = ana.patch(&format!("{DEFINITIONS}/{asleep}"), json!({ "isEnabled": false })).await;
    assert!(disabled.status.is_success(), "{}", disabled.body);
    let sleepers = made(&ana, "/v1.0/groups", group_for_roles("Sleepers")).await;
    given(&ana, &sleepers, &asleep).await;
    let sleeper = made(&ana, "/v1.0/users", person("sleeper", domain)).await;
    given(&ana, &sleeper, &asleep).await;
    let of_old = made(&ana, "/v1.0/users", person("of-old", domain)).await;
    let restored = ana.post(&format!("/v1.0/directory/deletedItems/{old}/restore"), json!({})).await;
    assert!(restored.status.is_success(), "{}", restored.body);
    ana.post(&format!("/v1.0/groups/{old}/members/$ref"), reference(&of_old)).await;
    ana.delete(&format!("/v1.0/groups/{old}")).await;
    let definition = r#"{"ClaimsMappingPolicy":{"Version":1,"ClaimsSchema":[]}}"#;
    let policy = json!({ "displayName": "Names", "definition": [definition] });
    let policy = made(&ana, "/v1.0/policies/claimsMappingPolicies", policy).await;

    let maxs = t.client(tenant, max.parse().unwrap()).await;
    let assignment = |holder: &str, role: &str| json!({ "principalId": holder, "roleDefinitionId": role });
    let secret = || json!({ "passwordCredential": { "displayName": "x" } });
    let (post, patch, delete) = (Method::POST, Method::PATCH, Method::DELETE);
    let ways: Vec<(&str, Method, String, Option<Value>)> = vec![
        ("rights-beyond-own", post.clone(), DEFINITIONS.into(), Some(role("Mine", &[ManageBilling]))),
        (
            "rights-beyond-own",
            patch.clone(),
            format!("{DEFINITIONS}/{desk}"),
            Some(role("Desk", &[ManageRoles, ManageBilling])),
        ),
        (
            "rights-beyond-own",
            patch.clone(),
            format!("{DEFINITIONS}/{money}"),
            Some(json!({ "isEnabled": false })),
        ),
        ("rights-beyond-own", delete.clone(), format!("{DEFINITIONS}/{money}"), None),
        ("role-beyond-own", post.clone(), ASSIGNMENTS.into(), Some(assignment(&ida, &money))),
        ("role-beyond-own", post.clone(), ASSIGNMENTS.into(), Some(assignment(&max, &billing))),
        ("role-beyond-own", post.clone(), ASSIGNMENTS.into(), Some(assignment(&empty, &money))),
        ("role-beyond-own", post.clone(), ASSIGNMENTS.into(), Some(assignment(&robots, &billing))),
        ("rights-beyond-own", delete.clone(), format!("{ASSIGNMENTS}/{pauls}"), None),
        (
            "role-beyond-own",
            post.clone(),
            format!("/v1.0/directoryRoles/{billing}/members/$ref"),
            Some(reference(&ida)),
        ),
        (
            "rights-beyond-own",
            post.clone(),
            format!("/v1.0/groups/{payers}/members/$ref"),
            Some(reference(&ida)),
        ),
        (
            "rights-beyond-own",
            post.clone(),
            format!("/v1.0/groups/{payers}/owners/$ref"),
            Some(reference(&max)),
        ),
        ("rights-beyond-own", delete.clone(), format!("/v1.0/groups/{payers}/members/{paul}/$ref"), None),
        ("rights-beyond-own", delete.clone(), format!("/v1.0/groups/{payers}"), None),
        ("rights-beyond-own", post.clone(), format!("/v1.0/directory/deletedItems/{old}/restore"), None),
        ("rights-beyond-own", post.clone(), format!("/v1.0/directory/deletedItems/{gone}/restore"), None),
        (
            "rights-beyond-own",
            patch.clone(),
            format!("/v1.0/users/{paul}"),
            Some(json!({ "passwordProfile": { "password": "lively brass orchard 72" } })),
        ),
        (
            "rights-beyond-own",
            patch.clone(),
            format!("/v1.0/users/{paul}"),
            Some(json!({ "accountEnabled": false })),
        ),
        ("rights-beyond-own", delete.clone(), format!("/v1.0/users/{paul}"), None),
        (
            "rights-beyond-own",
            patch,
            format!("/v1.0/users/{}", company.ana),
            Some(json!({ "passwordProfile": { "password": "lively brass orchard 72" } })),
        ),
        (
            "rights-beyond-own",
            post.clone(),
            format!("/v1.0/applications/{robot}/addPassword"),
            Some(secret()),
        ),
        (
            "rights-beyond-own",
            post.clone(),
            format!("/v1.0/servicePrincipals/{robots}/addPassword"),
            Some(secret()),
        ),
        ("rights-beyond-own", post, format!("/v1.0/applications/{robot}/owners/$ref"), Some(reference(&max))),
        ("rights-beyond-own", delete.clone(), format!("/v1.0/servicePrincipals/{robots}"), None),
        (
            "rights-beyond-own",
            Method::POST,
            "/v1.0/oauth2PermissionGrants".into(),
            Some(
                json!({ "clientId": robots, "resourceId": robots, "consentType": "AllPrincipals", "scope": "Read" }),
            ),
        ),
        (
            "rights-beyond-own",
            Method::POST,
            format!("/v1.0/servicePrincipals/{robots}/claimsMappingPolicies/$ref"),
            Some(
                json!({ "@odata.id": format!("https://x.test/v1.0/policies/claimsMappingPolicies/{policy}") }),
            ),
        ),
        // Those who prepare themselves for what is disabled or deleted now.
        (
            "rights-beyond-own",
            Method::POST,
            format!("/v1.0/groups/{sleepers}/members/$ref"),
            Some(reference(&max)),
        ),
        (
            "rights-beyond-own",
            Method::PATCH,
            format!("/v1.0/users/{sleeper}"),
            Some(json!({ "passwordProfile": { "password": "lively brass orchard 72" } })),
        ),
        (
            "rights-beyond-own",
            Method::PATCH,
            format!("/v1.0/users/{of_old}"),
            Some(json!({ "passwordProfile": { "password": "lively brass orchard 72" } })),
        ),
    ];
    for (code, method, path, body) in &ways {
        let answer = maxs.send(method.clone(), path, body.clone(), &[]).await;
        assert_eq!(
            (answer.status.as_u16(), answer.codes().1),
            (403, *code),
            "{method} {path}: {}",
            answer.body
        );
    }
    // Who owns an application that got more rights than they have can't make it a secret either.
    ana.post(&format!("/v1.0/applications/{robot}/owners/$ref"), reference(&ida)).await;
    let owner = t.client(tenant, ida.parse().unwrap()).await;
    let refused = owner.post(&format!("/v1.0/applications/{robot}/addPassword"), secret()).await;
    assert_eq!(refused.codes().1, "rights-beyond-own");
    // The page names what an owner lacks, not what they need no role for.
    let mut browser = t.signed_in(tenant, ida.parse().unwrap()).await;
    let refused = browser.get(&format!("/applications/{robot}/edit")).await;
    refused.assert_refused(403, "allows more than your own roles do");

    // Within their own rights all of it works.
    let half = made(&maxs, DEFINITIONS, role("Half", &[ManageUsers, ReadDirectory])).await;
    given(&maxs, &empty, &half).await;
    let added = maxs.post(&format!("/v1.0/groups/{empty}/members/$ref"), reference(&ida)).await;
    assert_eq!(added.status.as_u16(), 204, "{}", added.body);
    assert_eq!(owner.post("/v1.0/users", person("by-ida", domain)).await.status.as_u16(), 201);
    assert_eq!(owner.post("/v1.0/groups", group_for_roles("Mine")).await.status.as_u16(), 403);
    assert_eq!(maxs.delete(&format!("/v1.0/groups/{empty}")).await.status.as_u16(), 204);
    assert_eq!(owner.post("/v1.0/users", person("again", domain)).await.status.as_u16(), 403);
}

async fn what_a_group_gives_goes_with_it_in_a_pending_write(t: &mut TestApp) {
    let company = t.company("contoso").await;
    let ana = t.client(company.tenant, company.ana).await;
    let ben = t.person(company.tenant, &company.domain, "ben", &[]).await;
    let ida = t.person(company.tenant, &company.domain, "ida", &[]).await;
    let keys = [Permission::ReadDirectory, Permission::ResetPasswords];
    let desk = made(&ana, DEFINITIONS, role("Desk", &keys)).await;
    let group = made(&ana, "/v1.0/groups", group_for_roles("Desks")).await;
    let held = given(&ana, &group, &desk).await;
    let members = format!("/v1.0/groups/{group}/members");
    ana.post(&format!("{members}/$ref"), reference(&ben.to_string())).await;
    let browser = t.signed_in(company.tenant, ben).await;
    let cookie = browser.cookie("session").unwrap().to_owned();
    let (definition, of_group) = (format!("{DEFINITIONS}/{desk}"), format!("/v1.0/groups/{group}"));
    let restore = format!("/v1.0/directory/deletedItems/{group}/restore");
    #[expect(clippy::type_complexity, reason = "two requests side by side, used once")]
    let takes: [(Method, String, Option<Value>, Method, String, Option<Value>); 4] = [
        (
            Method::DELETE,
            format!("{members}/{ben}/$ref"),
            None,
            Method::POST,
            format!("{members}/$ref"),
            Some(reference(&ben.to_string())),
        ),
        (
            Method::PATCH,
            definition.clone(),
            Some(json!({ "isEnabled": false })),
            Method::PATCH,
            definition,
            Some(json!({ "isEnabled": true })),
        ),
        (Method::DELETE, of_group, None, Method::POST, restore, None),
        (
            Method::DELETE,
            format!("{ASSIGNMENTS}/{held}"),
            None,
            Method::POST,
            ASSIGNMENTS.into(),
            Some(json!({ "principalId": group, "roleDefinitionId": desk })),
        ),
    ];
    for (take, path, body, back, back_path, back_body) in takes {
        let now = t.app.moment();
        let admitted = session::admit(&t.app, &cookie, Origin::local(), &now).await.unwrap().unwrap().actor;
        assert_eq!(reset(&t.app, &admitted, ida).await, 204, "{path}");
        let taken = ana.send(take, &path, body, &[]).await;
        assert_eq!(taken.status.as_u16(), 204, "{path}: {}", taken.body);
        let (app, moment) = (t.app.clone(), t.app.moment());
        let pending: Result<(), Error> = transaction!(app.db, |scope| {
            let mut scope = scope.tenant(admitted.grant()).await?;
            directory::reset_password(&mut scope, &admitted, ida, "no hash", &moment).await
        });
        assert!(matches!(pending, Err(Error::Db(DbError::RightLost))), "{path}: {pending:?}");
        let returned = ana.send(back, &back_path, back_body, &[]).await;
        assert!(returned.status.is_success(), "{back_path}: {}", returned.body);
    }
}

async fn the_last_global_administrator_is_one_themselves(t: &mut TestApp) {
    let company = t.company("contoso").await;
    let (ana, global) =
        (t.client(company.tenant, company.ana).await, Role::GlobalAdministrator.template_id());
    let ben = t.person(company.tenant, &company.domain, "ben", &[]).await;
    let group = made(&ana, "/v1.0/groups", group_for_roles("Globals")).await;
    given(&ana, &group, &global.to_string()).await;
    ana.post(&format!("/v1.0/groups/{group}/members/$ref"), reference(&ben.to_string())).await;
    let bens = t.client(company.tenant, ben).await;
    let held = ana.get(&format!("{ASSIGNMENTS}?$filter=principalId eq '{}'", company.ana)).await;
    let held = held.each("id").remove(0);
    let of_ana = format!("/v1.0/users/{}", company.ana);
    for (method, path, body) in [
        (Method::DELETE, format!("{ASSIGNMENTS}/{held}"), None),
        (Method::DELETE, format!("/v1.0/directoryRoles/{global}/members/{}/$ref", company.ana), None),
        (Method::PATCH, of_ana.clone(), Some(json!({ "accountEnabled": false }))),
        (Method::DELETE, of_ana.clone(), None),
    ] {
        let answer = bens.send(method, &path, body, &[]).await;
        answer.assert_refused(409, "ObjectConflict", "last-global-administrator");
    }
    // The group may lose the role, and then Ben is none any more.
    assert_eq!(bens.delete(&format!("/v1.0/groups/{group}")).await.status.as_u16(), 204);
    assert_eq!(bens.get("/v1.0/users").await.status.as_u16(), 403);
    assert_eq!(ana.get(&of_ana).await.status.as_u16(), 200);
}

#[expect(clippy::too_many_lines, reason = "one walk through a resource reads best in one piece")]
async fn definitions_come_and_go(t: &mut TestApp) {
    let company = t.company("contoso").await;
    let ana = t.client(company.tenant, company.ana).await;
    let body = json!({
        "description": "my test role definition",
        "displayName": "Test Pontificator",
        "isEnabled": true,
        "rolePermissions": [{ "allowedResourceActions": [
            "microsoft.directory/applications/allProperties/read",
            "microsoft.directory/applications/synchronization/standard/read",
            "microsoft.directory/groups/allProperties/read",
        ]}],
        "version": "1.5",
    });
    let created = ana.post(DEFINITIONS, body.clone()).await;
    assert_eq!(created.status.as_u16(), 201, "{}", created.body);
    let mut names: Vec<_> = created.body.as_object().unwrap().keys().map(String::as_str).collect();
    names.sort_unstable();
    assert_eq!(
        names,
        [
            "@odata.context",
            "description",
            "displayName",
            "id",
            "isBuiltIn",
            "isEnabled",
            "resourceScopes",
            "rolePermissions",
            "templateId",
            "version"
        ]
    );
    let id = created.body["id"].as_str().unwrap();
    assert_eq!(
        created.body["rolePermissions"][0]["allowedResourceActions"],
        body["rolePermissions"][0]["allowedResourceActions"]
    );
    assert_eq!(
        (&created.body["templateId"], &created.body["isBuiltIn"]),
        (&created.body["id"], &json!(false))
    );
    // A client sends the whole object back.
    let mut whole = created.body.clone();
    whole["description"] = json!("for the tests");
    assert_eq!(ana.patch(&format!("{DEFINITIONS}/{id}"), whole).await.status.as_u16(), 204);
    let read = ana.get(&format!("{DEFINITIONS}/{id}")).await.body;
    assert_eq!(
        (read["description"].as_str(), read["version"].as_str()),
        (Some("for the tests"), Some("1.5"))
    );
    for filter in [
        "displayName eq 'test pontificator'".to_owned(),
        "isBuiltIn eq false".to_owned(),
        format!("templateId eq '{id}'"),
        format!("id eq '{id}' and isEnabled eq true"),
    ] {
        assert_eq!(ana.get(&format!("{DEFINITIONS}?$filter={filter}")).await.each("id"), [id], "{filter}");
    }
    let template = uuid::Uuid::from_u128(77).to_string();
    let mut second = role("Second", &[Permission::ManageGroups]);
    second["templateId"] = json!(template);
    let second = ana.post(DEFINITIONS, second).await;
    assert_eq!(second.body["templateId"], template, "{}", second.body);

    let mut bad = vec![
        ("role-name-taken", role("TEST pontificator", &[Permission::ManageGroups])),
        ("role-name-taken", role("global administrator", &[Permission::ManageGroups])),
        ("role-allows-nothing", role("x", &[])),
        ("field-required", role(" ", &[Permission::ManageGroups])),
        ("field-required", json!({ "displayName": "x", "rolePermissions": [] })),
        ("roles-too-many", role("Third", &[Permission::ManageGroups])),
    ];
    for (property, value, code) in [
        (
            "rolePermissions",
            json!([{ "allowedResourceActions": ["microsoft.intune/x/read"] }]),
            "role-action-unknown",
        ),
        (
            "rolePermissions",
            json!([{ "allowedResourceActions": ["microsoft.directory/groups/allProperties/allTasks"], "condition": "@Subject" }]),
            "property-value",
        ),
        ("rolePermissions", json!(7), "property-kind"),
        ("rolePermissions", json!([7]), "property-kind"),
        ("resourceScopes", json!(["/administrativeUnits/x"]), "property-value"),
        ("isBuiltIn", json!(true), "property-value"),
        ("templateId", json!("x"), "property-value"),
        ("colour", json!("red"), "property-unknown"),
    ] {
        let mut body = role("Other", &[Permission::ManageGroups]);
        body[property] = value;
        bad.push((code, body));
    }
    for (code, body) in bad {
        let answer = ana.post(DEFINITIONS, body.clone()).await;
        assert_eq!((answer.status.is_client_error(), answer.codes().1), (true, code), "{body}");
    }
    let named = ana.post(DEFINITIONS, json!({ "displayName": "x", "isEnabled": true, "rolePermissions": [{ "allowedResourceActions": ["fly/to/moon"] }] })).await;
    assert!(named.body["error"]["message"].as_str().unwrap().contains("fly/to/moon"), "{}", named.body);

    let global = Role::GlobalAdministrator.template_id();
    for answer in [
        ana.patch(&format!("{DEFINITIONS}/{global}"), json!({ "displayName": "x" })).await,
        ana.delete(&format!("{DEFINITIONS}/{global}")).await,
    ] {
        answer.assert_refused(400, "Request_BadRequest", "role-built-in");
    }
    let ida = t.person(company.tenant, &company.domain, "ida", &[]).await.to_string();
    let held = given(&ana, &ida, id).await;
    let refused = ana.delete(&format!("{DEFINITIONS}/{id}")).await;
    refused.assert_refused(409, "ObjectConflict", "role-in-use");
    assert!(refused.body["error"]["message"].as_str().unwrap().contains("One person"), "{}", refused.body);
    assert_eq!(ana.delete(&format!("{ASSIGNMENTS}/{held}")).await.status.as_u16(), 204);
    assert_eq!(ana.delete(&format!("{DEFINITIONS}/{id}")).await.status.as_u16(), 204);
    assert_eq!(ana.get(&format!("{DEFINITIONS}/{id}")).await.status.as_u16(), 404);
    let idas = t.client(company.tenant, ida.parse().unwrap()).await;
    for answer in [idas.get(DEFINITIONS).await, idas.post(DEFINITIONS, body).await] {
        answer.assert_refused(403, "Authorization_RequestDenied", "not-allowed");
    }
}

#[expect(clippy::too_many_lines, reason = "a walk reads best in one piece")]
async fn groups_and_applications_hold_roles(t: &mut TestApp) {
    let company = t.company("contoso").await;
    let ana = t.client(company.tenant, company.ana).await;
    let reader = Role::GlobalReader.template_id().to_string();
    let group = made(&ana, "/v1.0/groups", group_for_roles("Readers")).await;
    let robot = ana.post("/v1.0/applications", json!({ "displayName": "Robot" })).await.body;
    let robots = made(&ana, "/v1.0/servicePrincipals", json!({ "appId": robot["appId"] })).await;
    let ida = t.person(company.tenant, &company.domain, "ida", &[]).await.to_string();
    let members = format!("/v1.0/directoryRoles/{reader}/members");
    for id in [&group, &robots, &ida] {
        let added = ana.post(&format!("{members}/$ref"), reference(id)).await;
        assert_eq!(added.status.as_u16(), 204, "{}", added.body);
    }
    let listed = ana.get(&format!("{members}?$select=id")).await;
    let mut ids = listed.each("id");
    ids.sort();
    let mut all = vec![group.clone(), robots.clone(), ida.clone()];
    all.sort();
    assert_eq!(ids, all);
    let mut kinds = listed.each("@odata.type");
    kinds.sort();
    assert_eq!(
        kinds,
        ["#microsoft.graph.group", "#microsoft.graph.servicePrincipal", "#microsoft.graph.user"]
    );
    let cast = ana.get(&format!("{members}/microsoft.graph.user")).await;
    assert_eq!(cast.each("id"), std::slice::from_ref(&ida));
    let named = ana.get(&format!("/v1.0/directoryRoles(roleTemplateId='{reader}')/members/{group}")).await;
    assert_eq!(named.body["displayName"], "Readers", "{}", named.body);
    let by_reference = ana.get(&format!("{members}/{group}/$ref?$select=id,url")).await;
    assert_eq!(by_reference.body["id"], group, "{}", by_reference.body);
    assert_eq!(ana.get(&format!("{members}/{}/$ref", company.ana)).await.status.as_u16(), 404);
    // A group that wasn't made for it, and an application, hold none.
    let plain = json!({ "displayName": "Plain", "mailEnabled": false, "mailNickname": "plain", "securityEnabled": true });
    let plain = made(&ana, "/v1.0/groups", plain).await;
    for id in [&plain, robot["id"].as_str().unwrap()] {
        let refused = ana.post(&format!("{members}/$ref"), reference(id)).await;
        refused.assert_refused(400, "Request_BadRequest", "role-for-whom");
    }
    let expanded = ana
        .get(&format!(
            "{ASSIGNMENTS}?$filter=roleDefinitionId eq '{reader}'&$expand=principal,roleDefinition&$top=2"
        ))
        .await;
    assert_eq!(expanded.body["value"].as_array().unwrap().len(), 2);
    for found in expanded.body["value"].as_array().unwrap() {
        assert_eq!(found["principal"]["id"], found["principalId"]);
        assert_eq!(found["roleDefinition"]["displayName"], "Global Reader");
    }
    let next = expanded.body["@odata.nextLink"].as_str().unwrap().split("/v1.0").nth(1).unwrap().to_owned();
    assert_eq!(ana.get(&format!("/v1.0{next}")).await.each("id").len(), 1);
    // Nobody is two at once, and a role counts in the whole tenant.
    for narrowed in [
        format!("principalId eq '{ida}' and principalId eq '{group}'"),
        format!("directoryScopeId eq '/elsewhere' and principalId eq '{ida}'"),
    ] {
        let found = ana.get(&format!("{ASSIGNMENTS}?$filter={narrowed}")).await;
        assert!(found.each("id").is_empty(), "{narrowed}: {}", found.body);
    }
    let ends = ana.get(&format!("{DEFINITIONS}?$filter=endswith(displayName,'Global')")).await;
    assert_eq!(ends.status.as_u16(), 400, "{}", ends.body);
    ana.post(&format!("/v1.0/groups/{group}/members/$ref"), reference(&ida)).await;
    let transitive = "/v1.0/roleManagement/directory/transitiveRoleAssignments";
    let idas = t.client(company.tenant, ida.parse().unwrap()).await;
    let mut held =
        idas.get(&format!("{transitive}?$filter=principalId eq '{ida}'")).await.each("principalId");
    held.sort();
    let mut both = vec![group.clone(), ida.clone()];
    both.sort();
    assert_eq!(held, both);
    // Removed for good, nobody holds anything.
    for (path, id) in [("groups", &group), ("servicePrincipals", &robots), ("users", &ida)] {
        ana.delete(&format!("/v1.0/{path}/{id}")).await;
        assert_eq!(ana.delete(&format!("/v1.0/directory/deletedItems/{id}")).await.status.as_u16(), 204);
    }
    assert_eq!(t.rows(company.tenant, "object_role_assignment").await, 0);
    assert_eq!(t.rows(company.tenant, "role_assignment").await, 1);
}

/// Somebody with a role of their own, one of the tenant's own, and one by a group: their address, the group and the three.
struct Holding {
    ana: Client,
    of_ida: String,
    group: String,
    helper: String,
    reader: String,
    own: String,
}

async fn holding(t: &TestApp) -> Holding {
    let company = t.company("contoso").await;
    let ana = t.client(company.tenant, company.ana).await;
    let [reader, helper] =
        [Role::GlobalReader, Role::HelpdeskAdministrator].map(|role| role.template_id().to_string());
    let group = made(&ana, "/v1.0/groups", group_for_roles("Readers")).await;
    given(&ana, &group, &reader).await;
    let ida = t.person(company.tenant, &company.domain, "ida", &[]).await.to_string();
    given(&ana, &ida, &helper).await;
    let own = made(&ana, DEFINITIONS, role("Desk", &[Permission::ManageGroups])).await;
    given(&ana, &ida, &own).await;
    ana.post(&format!("/v1.0/groups/{group}/members/$ref"), reference(&ida)).await;
    Holding { ana, of_ida: format!("/v1.0/users/{ida}"), group, helper, reader, own }
}

fn in_order(mut ids: Vec<String>) -> Vec<String> {
    ids.sort();
    ids
}

fn sorted<const N: usize>(ids: [&String; N]) -> Vec<String> {
    let mut ids: Vec<String> = ids.into_iter().cloned().collect();
    ids.sort();
    ids
}

async fn roles_stand_among_memberships(t: &mut TestApp) {
    let Holding { ana, of_ida, group, helper, reader, .. } = holding(t).await;
    let direct = ana.get(&format!("{of_ida}/memberOf")).await;
    assert_eq!(in_order(direct.each("id")), sorted([&group, &helper]), "{}", direct.body);
    let shown = direct.body["value"].as_array().unwrap().iter().find(|found| found["id"] == *helper).unwrap();
    assert_eq!(shown["@odata.type"], "#microsoft.graph.directoryRole");
    assert_eq!(
        (&shown["displayName"], &shown["roleTemplateId"]),
        (&json!("Helpdesk Administrator"), &json!(helper))
    );
    let all = ana.get(&format!("{of_ida}/transitiveMemberOf?$count=true")).await;
    assert_eq!(in_order(all.each("id")), sorted([&group, &helper, &reader]));
    assert_eq!(all.body["@odata.count"], 3);
    assert_eq!(ana.get(&format!("{of_ida}/transitiveMemberOf/$count")).await.body, json!(3));

    // A page at a time, in the order of ids, nothing twice and nothing left out.
    let (mut paged, mut next) = (Vec::new(), Some(format!("{of_ida}/transitiveMemberOf?$top=1&$select=id")));
    while let Some(path) = next {
        let page = ana.get(&path).await;
        paged.extend(page.each("id"));
        let link = page.body["@odata.nextLink"].as_str();
        next = link.map(|link| format!("/v1.0{}", link.split("/v1.0").nth(1).unwrap()));
    }
    assert_eq!(paged, sorted([&group, &helper, &reader]));

    let role_cast = "microsoft.graph.directoryRole";
    assert_eq!(ana.get(&format!("{of_ida}/memberOf/{role_cast}")).await.each("id"), [helper.as_str()]);
    assert_eq!(ana.get(&format!("{of_ida}/memberOf/{role_cast}/$count")).await.body, json!(1));
    assert_eq!(
        ana.get(&format!("{of_ida}/memberOf/microsoft.graph.group")).await.each("id"),
        [group.as_str()]
    );
    let one = ana.get(&format!("{of_ida}/memberOf/{helper}")).await;
    assert_eq!(one.body["displayName"], "Helpdesk Administrator");
    assert_eq!(
        ana.get(&format!("{of_ida}/memberOf/{reader}")).await.status.as_u16(),
        404,
        "only over a group"
    );
    let filtered =
        ana.get(&format!("{of_ida}/memberOf?$filter=displayName eq 'Helpdesk Administrator'")).await;
    assert_eq!(filtered.each("id"), [helper.as_str()]);
    let expanded = ana.get(&format!("{of_ida}?$select=id&$expand=memberOf($select=id)")).await;
    assert_eq!(expanded.body["memberOf"].as_array().unwrap().len(), 2, "{}", expanded.body);
    assert_eq!(ana.get(&format!("/v1.0/groups/{group}/memberOf")).await.each("id"), [reader.as_str()]);
}

async fn roles_are_found_as_objects(t: &mut TestApp) {
    let Holding { ana, of_ida, group, helper, reader, own } = holding(t).await;
    let every = json!({ "securityEnabledOnly": false });
    let held = ana.post(&format!("{of_ida}/getMemberObjects"), every.clone()).await.body["value"].clone();
    assert_eq!(in_order(serde_json::from_value(held).unwrap()), sorted([&group, &helper, &reader]));
    assert_eq!(ana.post(&format!("{of_ida}/getMemberGroups"), every).await.body["value"], json!([group]));
    let asked = json!({ "ids": [reader, own] });
    assert_eq!(ana.post(&format!("{of_ida}/checkMemberObjects"), asked).await.body["value"], json!([reader]));

    let asked = json!({ "ids": [reader, group], "types": ["directoryRole"] });
    let found = ana.post("/v1.0/directoryObjects/getByIds", asked).await;
    assert_eq!(found.each("@odata.type"), ["#microsoft.graph.directoryRole"]);
    let counted = ana.get("/v1.0/directoryRoles?$count=true&$top=2").await;
    let all = Role::ALL.len();
    assert_eq!((counted.each("id").len(), &counted.body["@odata.count"]), (2, &json!(all)));
    for option in ["$skip=1", "$orderby=displayName", "$search=\"x\""] {
        let refused = ana.get(&format!("/v1.0/directoryRoles?{option}")).await;
        refused.assert_refused(400, "Request_UnsupportedQuery", "query-unsupported");
    }
    let object = ana.get(&format!("/v1.0/directoryObjects/{reader}")).await;
    assert_eq!(object.body["displayName"], "Global Reader", "{}", object.body);
}

async fn roles_are_kept_in_the_portal(t: &mut TestApp) {
    let company = t.company("contoso").await;
    let ida = t.person(company.tenant, &company.domain, "ida", &[]).await.to_string();
    let ana = t.client(company.tenant, company.ana).await;
    let group = made(&ana, "/v1.0/groups", group_for_roles("Service desk")).await;
    ana.post(&format!("/v1.0/groups/{group}/members/$ref"), reference(&ida)).await;
    let mut browser = t.signed_in(company.tenant, company.ana).await;
    browser.get("/roles").await.assert_shows(&[
        "Roles",
        "No roles of your own yet",
        "Global administrator",
        "Compliance administrator",
    ]);
    let form = browser.get("/roles/new").await;
    let refused = browser.submit_to(&form, "/roles/new", &[("displayName", "Desk")]).await;
    refused.assert_refused(422, "A role must allow something");
    let typed = [
        ("displayName", "Desk"),
        ("description", "Helps"),
        ("permissions", "reset-passwords"),
        ("isEnabled", "yes"),
    ];
    let made = browser.submit_to(&form, "/roles/new", &typed).await;
    let path = made.location().split('?').next().unwrap().to_owned();
    browser.follow(&made).await.assert_shows(&[
        "Desk",
        "Helps",
        "set new passwords for people",
        "Whoever holds no other role finds nothing to use it on",
        "Nobody holds this role",
    ]);
    let search = browser.get(&format!("{path}/assign?search=serv")).await;
    search.assert_shows(&["Service desk", "Group"]);
    assert!(!search.text().contains("IDA"), "the search narrows");
    let given = browser.post(&format!("{path}/assign"), &[("id", &group)]).await;
    browser
        .follow(&given)
        .await
        .assert_shows(&["Service desk", "Everybody who is in the group has the role"]);
    browser.get(&format!("/people/{ida}")).await.assert_shows(&["Desk", "From the group Service desk"]);
    browser.get("/people?filter=roles").await.assert_shows(&["IDA"]);
    browser.get(&format!("{path}/delete")).await.assert_shows(&["One person, group or application holds it"]);
    browser.post(&format!("{path}/delete"), &[]).await.assert_refused(409, "holds the role Desk");
    let edit = browser.get(&format!("{path}/edit")).await;
    let saved = browser.submit_to(&edit, &format!("{path}/edit"), &[("displayName", "Front desk")]).await;
    browser.follow(&saved).await.assert_shows(&["Front desk", "set new passwords for people"]);
    let remove = browser.get(&format!("{path}/remove?id={group}")).await;
    remove.assert_shows(&[
        "Take the role Front desk from Service desk?",
        "Everybody who is in the group loses it",
    ]);
    let removed = browser.submit_to(&remove, &format!("{path}/remove"), &[]).await;
    browser.follow(&removed).await.assert_shows(&["Nobody holds this role"]);
    let deleted = browser.post(&format!("{path}/delete"), &[]).await;
    browser.follow(&deleted).await.assert_shows(&["The role is deleted", "No roles of your own yet"]);
    browser.get("/activity").await.assert_shows(&["made a role", "deleted a role", "assigned a role"]);
}

async fn a_refusal_says_who_can_help(t: &mut TestApp) {
    let company = t.company("contoso").await;
    let ana = t.client(company.tenant, company.ana).await;
    let ida = t.person(company.tenant, &company.domain, "ida", &[]).await;
    t.person(company.tenant, &company.domain, "pam", &[Role::PrivilegedRoleAdministrator]).await;
    made(&ana, DEFINITIONS, role("Log keepers", &[Permission::ReadAudit])).await;
    let mut browser = t.signed_in(company.tenant, ida).await;
    let denied = browser.get("/activity").await;
    denied.assert_refused(403, "You can't read the activity log");
    for shown in ["Reports reader", "Log keepers", "See who can give you one"] {
        assert!(denied.text().contains(shown), "{shown}: {}", denied.text());
    }
    assert!(
        denied.attributes("main a", "href").contains(&"/account/access?permission=read-audit".to_owned())
    );
    browser
        .post("/domains/add", &[("name", "x.com")])
        .await
        .assert_refused(403, "You can't add, verify and remove domain names");
    let access = browser.get("/account/access?permission=read-audit").await;
    access.assert_shows(&[
        "You hold no role",
        "To read the activity log",
        "ANA.TORRES",
        "PAM",
        "Log keepers",
    ]);
    let beyond = browser.get("/account/access?permission=manage-domains").await;
    beyond.assert_shows(&["ANA.TORRES"]);
    assert!(!beyond.text().contains("PAM"), "she may not grant what she can't do herself");
    let idas = t.client(company.tenant, ida).await;
    let refused = idas.get("/v1.0/users").await;
    refused.assert_refused(403, "Authorization_RequestDenied", "not-allowed");
    let message = refused.body["error"]["message"].as_str().unwrap().to_owned();
    assert!(
        message.contains("see people, groups, applications and roles")
            && message.contains("Directory Readers"),
        "{message}"
    );
    given(&ana, &ida.to_string(), &Role::DirectoryReaders.template_id().to_string()).await;
    browser.get("/account/access").await.assert_shows(&["Directory readers", "Given directly"]);
    for nonsense in ["x", "", "read-audit%00", "../../etc"] {
        assert_eq!(browser.get(&format!("/account/access?permission={nonsense}")).await.status.as_u16(), 200);
    }
}

async fn another_tenants_roles_are_unknown(t: &mut TestApp) {
    let (company, other) = (t.company("contoso").await, t.company("fabrikam").await);
    let (ana, theirs) =
        (t.client(company.tenant, company.ana).await, t.client(other.tenant, other.ana).await);
    let foreign = made(&theirs, DEFINITIONS, role("Theirs", &[Permission::ManageGroups])).await;
    let held = given(&theirs, &other.ana.to_string(), &foreign).await;
    let ida = t.person(company.tenant, &company.domain, "ida", &[]).await.to_string();
    let mut browser = t.signed_in(company.tenant, company.ana).await;
    for page in ["", "/edit", "/delete", "/assign"] {
        assert_eq!(browser.get(&format!("/roles/{foreign}{page}")).await.status.as_u16(), 404, "{page}");
    }
    for path in [format!("{DEFINITIONS}/{foreign}"), format!("{ASSIGNMENTS}/{held}")] {
        assert_eq!(ana.get(&path).await.status.as_u16(), 404, "{path}");
        assert_eq!(ana.delete(&path).await.status.as_u16(), 404, "{path}");
    }
    let reader = Role::GlobalReader.template_id().to_string();
    for (holder, role) in [(&ida, &foreign), (&other.ana.to_string(), &reader)] {
        let body = json!({ "principalId": holder, "roleDefinitionId": role });
        assert_eq!(ana.post(ASSIGNMENTS, body).await.status.as_u16(), 404);
    }
    assert!(!browser.get("/roles").await.text().contains("Theirs"));
    assert!(!ana.get(DEFINITIONS).await.body.to_string().contains("Theirs"));
    assert_eq!(theirs.get(&format!("{DEFINITIONS}/{foreign}")).await.status.as_u16(), 200);
}
