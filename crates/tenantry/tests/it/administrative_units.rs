//! Administrative units: made, changed, removed, who is in them, and that this gives nobody anything.

use model::roles::Role;
use serde_json::{Value, json};

use crate::openid::{claims, registered};
use crate::support::TestApp;
use crate::support::client::{Answer, Client};

both_engines!(
    units_are_made_changed_and_removed,
    people_and_groups_are_in_units,
    being_in_a_unit_gives_nothing,
    who_grants_roles_manages_units,
    no_token_tells_of_units,
    some_units_hide_who_is_in_them,
    whatever_is_sent_of_units_is_answered(crate::input::unlimited),
);

const UNITS: &str = "/v1.0/administrativeUnits";

async fn contoso(t: &TestApp) -> Client {
    let company = t.company("contoso").await;
    t.client(company.tenant, company.ana).await
}

fn made(answer: &Answer) -> String {
    assert_eq!(answer.status.as_u16(), 201, "{}", answer.body);
    answer.body["id"].as_str().unwrap().to_owned()
}

fn went(answer: &Answer) {
    assert_eq!(answer.status.as_u16(), 204, "{}", answer.body);
}

async fn unit(client: &Client, name: &str) -> String {
    made(&client.post(UNITS, json!({ "displayName": name })).await)
}

fn group(name: &str) -> Value {
    json!({ "displayName": name, "mailEnabled": false, "mailNickname": name, "securityEnabled": true })
}

fn named(id: impl std::fmt::Display) -> Value {
    json!({ "@odata.id": format!("https://graph.example/v1.0/directoryObjects/{id}") })
}

async fn units_are_made_changed_and_removed(t: &mut TestApp) {
    let client = contoso(t).await;
    let made = client.post(UNITS, json!({ "displayName": "Athens", "description": "Who works there" })).await;
    assert_eq!(made.status, 201, "{}", made.body);
    let id = made.body["id"].as_str().unwrap().to_owned();
    let path = format!("{UNITS}/{id}");
    let mut shown = client.get(&path).await.body;
    shown.as_object_mut().unwrap().remove("@odata.context");
    assert_eq!(
        shown,
        json!({
            "id": id, "deletedDateTime": null, "displayName": "Athens", "description": "Who works there",
            "visibility": null, "isMemberManagementRestricted": false,
        })
    );
    let change =
        json!({ "displayName": "Athens and Patras", "description": null, "visibility": "HiddenMembership" });
    went(&client.patch(&path, change).await);
    // Clients send what they read.
    let read = client.get(&path).await.body;
    went(&client.patch(&path, read.clone()).await);
    assert_eq!((&read["description"], &read["visibility"]), (&Value::Null, &json!("HiddenMembership")));
    unit(&client, "Berlin").await;
    for (query, names) in [
        ("?$orderby=displayName", vec!["Athens and Patras", "Berlin"]),
        ("?$filter=displayName eq 'Berlin'", vec!["Berlin"]),
        ("?$filter=startsWith(displayName,'Ath')&$select=id,displayName", vec!["Athens and Patras"]),
        ("?$search=\"displayName:patras\"", vec!["Athens and Patras"]),
        ("?$orderby=displayName desc&$top=1", vec!["Berlin"]),
    ] {
        assert_eq!(client.get(&format!("{UNITS}{query}")).await.each("displayName"), names, "{query}");
    }
    for bad in [
        json!({}),
        json!({ "displayName": "" }),
        json!({ "displayName": "X", "visibility": "Private" }),
        json!({ "displayName": "X", "isMemberManagementRestricted": true }),
        json!({ "displayName": "X", "membershipRule": "user.city -eq \"Athens\"" }),
    ] {
        assert_eq!(client.post(UNITS, bad.clone()).await.status, 400, "{bad}");
    }
    assert_eq!(
        client.get(&format!("/v1.0/directoryObjects/{id}")).await.body["displayName"],
        "Athens and Patras"
    );
    let found = client
        .post("/v1.0/directoryObjects/getByIds", json!({ "ids": [id], "types": ["administrativeUnit"] }));
    assert_eq!(found.await.body["value"][0]["@odata.type"], "#microsoft.graph.administrativeUnit");

    // It is gone for good.
    went(&client.delete(&path).await);
    client.get(&path).await.assert_refused(404, "Request_ResourceNotFound", "not-found");
    let deleted = client.get(&format!("/v1.0/directory/deletedItems/{id}")).await;
    deleted.assert_refused(404, "Request_ResourceNotFound", "not-found");
    let told = client.get("/v1.0/auditLogs/directoryAudits").await.each("activityDisplayName");
    for activity in ["Add", "Update", "Delete"] {
        let name = format!("{activity} administrative unit");
        assert!(told.contains(&name), "{name} in {told:?}");
    }
}

async fn people_and_groups_are_in_units(t: &mut TestApp) {
    let company = t.company("contoso").await;
    let client = t.client(company.tenant, company.ana).await;
    let ben = t.person(company.tenant, &company.domain, "ben", &[]).await.to_string();
    let (athens, sales) =
        (unit(&client, "Athens").await, made(&client.post("/v1.0/groups", group("sales")).await));
    let path = format!("{UNITS}/{athens}/members");
    for id in [&ben, &sales] {
        went(&client.post(&format!("{path}/$ref"), named(id)).await);
    }
    let twice = client.post(&format!("{path}/$ref"), named(&ben)).await;
    twice.assert_refused(400, "Request_BadRequest", "group-member-there");
    // A group that is made in it.
    let north = made(&client.post(&path, group("north")).await);
    let user = json!({ "@odata.type": "#microsoft.graph.user", "displayName": "x" });
    assert_eq!(client.post(&path, user).await.status, 400);
    let mut all = client.get(&path).await.each("id");
    all.sort();
    let mut wanted = vec![ben.clone(), sales.clone(), north.clone()];
    wanted.sort();
    assert_eq!(all, wanted);
    assert_eq!(client.get(&format!("{path}/microsoft.graph.user")).await.each("id"), [ben.as_str()]);
    assert_eq!(client.get(&format!("{path}/microsoft.graph.group")).await.each("id").len(), 2);
    assert_eq!(client.get(&format!("{path}/$ref")).await.body["value"].as_array().unwrap().len(), 3);
    assert_eq!(client.get(&format!("{path}/{ben}/$ref")).await.status, 200);
    let expanded = client.get(&format!("{UNITS}/{athens}?$expand=members")).await;
    assert_eq!(expanded.body["members"].as_array().unwrap().len(), 3, "{}", expanded.body);

    for (kind, id) in [("users", &ben), ("groups", &sales), ("groups", &north)] {
        for path in ["memberOf", "transitiveMemberOf", "memberOf/microsoft.graph.administrativeUnit"] {
            let found = client.get(&format!("/v1.0/{kind}/{id}/{path}")).await;
            assert_eq!(found.each("id"), [athens.as_str()], "{path}: {}", found.body);
        }
        let groups = client.get(&format!("/v1.0/{kind}/{id}/memberOf/microsoft.graph.group")).await;
        assert!(groups.each("id").is_empty(), "{}", groups.body);
    }
    // Who is removed for good is in it no more.
    for path in [format!("/v1.0/groups/{north}"), format!("/v1.0/directory/deletedItems/{north}")] {
        went(&client.delete(&path).await);
    }
    assert_eq!(client.get(&path).await.each("id").len(), 2);
    went(&client.delete(&format!("{path}/{ben}/$ref")).await);
    let missing = client.delete(&format!("{path}/{ben}/$ref")).await;
    missing.assert_refused(404, "Request_ResourceNotFound", "group-member-missing");
    assert_eq!(client.get(&path).await.each("id"), [sales.as_str()]);
    went(&client.delete(&format!("{UNITS}/{athens}")).await);
    assert!(client.get(&format!("/v1.0/groups/{sales}/memberOf")).await.each("id").is_empty());
}

async fn being_in_a_unit_gives_nothing(t: &mut TestApp) {
    let company = t.company("contoso").await;
    let client = t.client(company.tenant, company.ana).await;
    let ben = t.person(company.tenant, &company.domain, "ben", &[]).await;
    let (athens, berlin) = (unit(&client, "Athens").await, unit(&client, "Berlin").await);
    let sales = made(&client.post("/v1.0/groups", group("sales")).await);
    for id in [ben.to_string(), sales.clone()] {
        went(&client.post(&format!("{UNITS}/{athens}/members/$ref"), named(id)).await);
    }
    let every = json!({ "securityEnabledOnly": false });
    for action in ["getMemberGroups", "getMemberObjects"] {
        let found = client.post(&format!("/v1.0/users/{ben}/{action}"), every.clone()).await;
        assert_eq!(found.body["value"], json!([]), "{action}");
    }
    let asked =
        client.post(&format!("/v1.0/users/{ben}/checkMemberGroups"), json!({ "groupIds": [athens] })).await;
    assert_eq!(asked.body["value"], json!([]));
    // A unit is in nothing, owns nothing, and holds no role of any kind.
    let in_group = client.post(&format!("/v1.0/groups/{sales}/members/$ref"), named(&athens)).await;
    in_group.assert_refused(400, "Request_BadRequest", "group-member-unfit");
    let owner = client.post(&format!("/v1.0/groups/{sales}/owners/$ref"), named(&athens)).await;
    owner.assert_refused(400, "Request_BadRequest", "group-owner-unfit");
    let in_unit = client.post(&format!("{UNITS}/{berlin}/members/$ref"), named(&athens)).await;
    in_unit.assert_refused(400, "Request_BadRequest", "administrative-unit-member-unfit");
    let role = json!({ "principalId": athens, "roleDefinitionId": Role::GlobalReader.template_id(), "directoryScopeId": "/" });
    let held = client.post("/v1.0/roleManagement/directory/roleAssignments", role).await;
    held.assert_refused(400, "Request_BadRequest", "role-for-whom");
    let app = client.post("/v1.0/applications", json!({ "displayName": "Shop" })).await.body;
    let principal = made(&client.post("/v1.0/servicePrincipals", json!({ "appId": app["appId"] })).await);
    let assigned = json!({ "principalId": athens, "resourceId": principal, "appRoleId": uuid::Uuid::nil() });
    let assigned =
        client.post(&format!("/v1.0/servicePrincipals/{principal}/appRoleAssignedTo"), assigned).await;
    assert_eq!(assigned.status, 400, "{}", assigned.body);
    // Nor do the groups in it lend their members anything through it.
    went(&client.post(&format!("/v1.0/groups/{sales}/members/$ref"), named(ben)).await);
    let found = client.get(&format!("/v1.0/groups/{sales}/transitiveMembers")).await;
    assert_eq!(found.each("id"), [ben.to_string()]);
    let found = client.post(&format!("/v1.0/users/{ben}/getMemberObjects"), every).await;
    assert_eq!(found.body["value"], json!([sales]));
}

async fn who_grants_roles_manages_units(t: &mut TestApp) {
    let company = t.company("contoso").await;
    let client = t.client(company.tenant, company.ana).await;
    let ben = t.person(company.tenant, &company.domain, "ben", &[]).await;
    let athens = unit(&client, "Athens").await;
    went(&client.post(&format!("{UNITS}/{athens}/members/$ref"), named(ben)).await);
    // No role is limited to a unit.
    let scoped = format!("{UNITS}/{athens}/scopedRoleMembers");
    assert_eq!(client.get(&scoped).await.body["value"], json!([]));
    let wish =
        json!({ "roleId": Role::HelpdeskAdministrator.template_id(), "roleMemberInfo": { "id": ben } });
    client.post(&scoped, wish).await.assert_refused(400, "Request_BadRequest", "scoped-roles-not-offered");
    let theirs = t.client(company.tenant, ben).await;
    assert_eq!(theirs.get(&format!("{UNITS}/{athens}")).await.status, 403);
    for (name, role, may) in [
        ("eva", Role::GroupsAdministrator, false),
        ("ida", Role::UserAdministrator, false),
        ("pia", Role::PrivilegedRoleAdministrator, true),
    ] {
        let person = t.person(company.tenant, &company.domain, name, &[role]).await;
        let actor = t.client(company.tenant, person).await;
        assert_eq!(actor.get(&format!("{UNITS}/{athens}")).await.status, 200);
        for answer in [
            actor.post(UNITS, json!({ "displayName": "Mine" })).await,
            actor.patch(&format!("{UNITS}/{athens}"), json!({ "displayName": name })).await,
            actor.post(&format!("{UNITS}/{athens}/members/$ref"), named(person)).await,
            actor.delete(&format!("{UNITS}/{athens}/members/{person}/$ref")).await,
        ] {
            assert_eq!(answer.status.is_success(), may, "{name}: {}", answer.body);
        }
    }
}

async fn no_token_tells_of_units(t: &mut TestApp) {
    let r = registered(t, json!({ "groupMembershipClaims": "All" })).await;
    let ben = t.person(r.company.tenant, &r.company.domain, "ben", &[]).await;
    let athens = unit(&r.api, "Athens").await;
    went(&r.api.post(&format!("{UNITS}/{athens}/members/$ref"), named(ben)).await);
    let mut browser = t.signed_in(r.company.tenant, ben).await;
    let code = r.code(&mut browser, &[]).await;
    let (status, tokens) = r.redeem(t, &code).await;
    assert_eq!(status, 200, "{tokens}");
    for token in ["id_token", "access_token"] {
        assert!(!claims(tokens[token].as_str().unwrap()).to_string().contains(&athens));
    }
}

async fn some_units_hide_who_is_in_them(t: &mut TestApp) {
    let company = t.company("contoso").await;
    let client = t.client(company.tenant, company.ana).await;
    let readers = [Role::DirectoryReaders];
    let eva = t.person(company.tenant, &company.domain, "eva", &readers).await;
    let ida = t.person(company.tenant, &company.domain, "ida", &readers).await;
    let hidden = json!({ "displayName": "Audit", "visibility": "HiddenMembership" });
    let audit = made(&client.post(UNITS, hidden).await);
    let path = format!("{UNITS}/{audit}/members");
    went(&client.post(&format!("{path}/$ref"), named(eva)).await);
    let (inside, outside) = (t.client(company.tenant, eva).await, t.client(company.tenant, ida).await);
    for actor in [&client, &inside] {
        assert_eq!(actor.get(&path).await.each("id"), [eva.to_string()]);
        assert_eq!(
            actor
                .get(&format!("/v1.0/users/{eva}/memberOf/microsoft.graph.administrativeUnit"))
                .await
                .each("id"),
            [audit.as_str()]
        );
    }
    for path in [path.clone(), format!("{path}/$count"), format!("{path}/{eva}"), format!("{path}/$ref")] {
        assert_eq!(outside.get(&path).await.status, 403, "{path}");
    }
    assert_eq!(outside.get(&format!("{UNITS}/{audit}?$expand=members")).await.status, 403);
    for path in ["memberOf", "transitiveMemberOf", "memberOf/microsoft.graph.administrativeUnit"] {
        let found = outside.get(&format!("/v1.0/users/{eva}/{path}")).await.each("id");
        assert!(!found.contains(&audit), "{path}");
    }
}

async fn whatever_is_sent_of_units_is_answered(t: &mut TestApp) {
    let client = contoso(t).await;
    let athens = unit(&client, "Athens").await;
    let path = format!("{UNITS}/{athens}");
    let routes = [
        (UNITS.to_owned(), json!({ "displayName": "X", "description": "x", "visibility": "Public" })),
        (format!("{path}/members"), group("north")),
        (format!("{path}/members/$ref"), named(&athens)),
        (format!("{path}/scopedRoleMembers"), json!({ "roleId": "x", "roleMemberInfo": {} })),
    ];
    let mut values = vec![json!(null), json!(7), json!([7]), json!({ "a": 1 }), json!([{}]), json!(true)];
    values.extend(crate::input::hostile::known().into_iter().map(Value::from));
    for (path, good) in &routes {
        for property in good.as_object().unwrap().keys() {
            for value in &values {
                let mut body = good.clone();
                body[property] = value.clone();
                let answer = client.post(path, body.clone()).await;
                assert!(answer.status.as_u16() < 500, "{path} {body}: {}", answer.body);
            }
        }
    }
}
