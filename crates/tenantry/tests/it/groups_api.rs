//! `/v1.0/groups` and who is in them, as programs use it.

use std::sync::atomic::{AtomicBool, Ordering};

use http::Method;
use jiff::SignedDuration;
use model::roles::Role;
use serde_json::{Value, json};

use crate::input::hostile;
use crate::support::TestApp;
use crate::support::client::Client;
use crate::support::people::Company;

both_engines!(
    a_group_is_created_read_changed_deleted_and_restored,
    kinds_of_groups_and_their_rules,
    members_and_owners_come_and_go,
    groups_nest_without_circles,
    lists_of_several_kinds_are_paged_filtered_and_counted,
    memberships_are_checked_over_groups,
    every_advertised_property_is_filtered,
    owners_change_their_own_groups_alone,
    whoever_has_no_role_sees_names_alone,
    so_many_groups_follow_a_rule(|config| config.accounts.rule_groups = 1),
    groups_for_roles_are_for_those_who_grant_roles,
    hidden_members_are_hidden,
    hidden_memberships_are_hidden_from_their_other_end,
    another_tenants_groups_answer_like_unknown_ones,
    a_deleted_group_is_gone_for_everybody,
    a_group_is_removed_for_good_after_thirty_days,
    a_change_is_made_to_what_was_read,
    members_follow_a_rule,
    a_rule_is_asked_of_many_in_steps,
    rules_that_move_with_the_clock_are_asked_daily,
    a_heavy_rule_holds_up_nobody(crate::input::unlimited),
    a_rule_that_changes_while_it_is_asked_is_asked_anew,
    expansions_are_bounded,
    whatever_a_program_sends_is_answered(crate::input::unlimited),
);

struct World {
    client: Client,
    company: Company,
}

async fn contoso(t: &TestApp) -> World {
    let company = t.company("contoso").await;
    World { client: t.client(company.tenant, company.ana).await, company }
}

impl World {
    async fn group(&self, name: &str) -> String {
        self.made(security(name)).await
    }

    async fn made(&self, body: Value) -> String {
        let made = self.client.post("/v1.0/groups", body).await;
        assert_eq!(made.status.as_u16(), 201, "{}", made.body);
        made.body["id"].as_str().unwrap().to_owned()
    }

    async fn person(&self, t: &TestApp, name: &str) -> String {
        t.person(self.company.tenant, &self.company.domain, name, &[]).await.to_string()
    }

    async fn add(&self, group: &str, relation: &str, other: &str) {
        let answer =
            self.client.post(&format!("/v1.0/groups/{group}/{relation}/$ref"), reference(other)).await;
        assert_eq!(answer.status.as_u16(), 204, "{}", answer.body);
    }

    async fn ids(&self, path: &str) -> Vec<String> {
        let answer = self.client.get(path).await;
        assert_eq!(answer.status.as_u16(), 200, "{path}: {}", answer.body);
        let mut ids = answer.each("id");
        ids.sort();
        ids
    }
}

fn security(name: &str) -> Value {
    json!({ "displayName": name, "mailNickname": name, "mailEnabled": false, "securityEnabled": true })
}

fn unified(name: &str) -> Value {
    json!({
        "displayName": name, "mailNickname": name, "mailEnabled": true, "securityEnabled": false,
        "groupTypes": ["Unified"],
    })
}

fn reference(id: &str) -> Value {
    json!({ "@odata.id": format!("https://graph.microsoft.com/v1.0/directoryObjects/{id}") })
}

fn sorted(mut ids: Vec<String>) -> Vec<String> {
    ids.sort();
    ids
}

async fn a_group_is_created_read_changed_deleted_and_restored(t: &mut TestApp) {
    let world = contoso(t).await;
    let client = &world.client;
    let mut body = security("sales");
    body["description"] = json!("Those who sell");
    body["@odata.type"] = json!("#microsoft.graph.group");
    body["groupTypes"] = json!([]);
    body["visibility"] = Value::Null;
    let made = client.post("/v1.0/groups", body).await;
    assert_eq!(made.status.as_u16(), 201, "{}", made.body);
    let id = made.body["id"].as_str().unwrap().to_owned();
    assert_eq!(made.headers["location"], format!("http://localhost:8080/v1.0/groups/{id}"));
    assert_eq!(made.body["@odata.context"], "http://localhost:8080/v1.0/$metadata#groups/$entity");

    let path = format!("/v1.0/groups/{id}");
    let read = client.get(&path).await;
    for (property, value) in [
        ("displayName", json!("sales")),
        ("description", json!("Those who sell")),
        ("mailNickname", json!("sales")),
        ("mailEnabled", json!(false)),
        ("securityEnabled", json!(true)),
        ("groupTypes", json!([])),
        ("mail", Value::Null),
        ("visibility", Value::Null),
        ("isAssignableToRole", Value::Null),
        ("proxyAddresses", json!([])),
        ("createdDateTime", json!("2026-03-02T09:00:00Z")),
        ("deletedDateTime", Value::Null),
    ] {
        assert_eq!(read.body.get(property), Some(&value), "{property}");
    }
    assert!(read.body["securityIdentifier"].as_str().unwrap().starts_with("S-1-12-1-"));
    assert!(read.body.get("assignedLicenses").is_none() && read.body.get("members").is_none());

    let change = json!({ "displayName": "Sales", "description": null, "mailNickname": "sell" });
    assert_eq!(client.patch(&path, change).await.status.as_u16(), 204);
    let read = client.get(&format!("{path}?$select=displayName,description,mailNickname")).await;
    assert_eq!(
        (&read.body["displayName"], &read.body["description"], &read.body["mailNickname"]),
        (&json!("Sales"), &Value::Null, &json!("sell"))
    );

    assert_eq!(client.delete(&path).await.status.as_u16(), 204);
    client.get(&path).await.assert_refused(404, "Request_ResourceNotFound", "not-found");
    assert!(world.ids("/v1.0/groups").await.is_empty());
    let deleted = "/v1.0/directory/deletedItems";
    assert_eq!(world.ids(&format!("{deleted}/microsoft.graph.group")).await, [id.as_str()]);
    let gone = client.get(&format!("{deleted}/{id}")).await;
    assert_eq!(gone.body["@odata.type"], "#microsoft.graph.group");
    assert_eq!(gone.body["deletedDateTime"], "2026-03-02T09:00:00Z");
    let restored = client.post(&format!("{deleted}/{id}/restore"), json!({})).await;
    assert_eq!((restored.status.as_u16(), &restored.body["id"]), (200, &json!(id)));
    assert_eq!(client.get(&path).await.status.as_u16(), 200);
    client.delete(&path).await;
    assert_eq!(client.delete(&format!("{deleted}/{id}")).await.status.as_u16(), 204);
    client.get(&format!("{deleted}/{id}")).await.assert_refused(404, "Request_ResourceNotFound", "not-found");
}

#[expect(clippy::too_many_lines, reason = "one walk through a resource reads best in one piece")]
async fn kinds_of_groups_and_their_rules(t: &mut TestApp) {
    let world = contoso(t).await;
    let client = &world.client;
    let with = |mut body: Value, name: &str, value: Value| {
        body[name] = value;
        body
    };
    let plain = || security("sales");
    let rule = "user.department -eq \"Sales\"";
    let mut dynamic = with(plain(), "groupTypes", json!(["DynamicMembership"]));
    for (body, code) in [
        (json!([]), "body-invalid"),
        (json!({}), "field-required"),
        (with(plain(), "displayName", json!("")), "field-required"),
        (with(plain(), "displayName", json!("n".repeat(257))), "field-too-long"),
        (with(plain(), "mailNickname", json!("a b")), "property-characters"),
        (with(plain(), "mailEnabled", json!(true)), "group-kind-unfit"),
        (with(plain(), "securityEnabled", json!(false)), "group-kind-unfit"),
        (with(plain(), "groupTypes", json!(["Distribution"])), "property-not-one-of"),
        (with(plain(), "groupTypes", json!("Unified")), "property-kind"),
        (with(plain(), "visibility", json!("Secret")), "property-not-one-of"),
        (with(plain(), "visibility", json!("HiddenMembership")), "group-unified-alone"),
        (with(plain(), "theme", json!("Teal")), "group-unified-alone"),
        (with(plain(), "membershipRule", json!(rule)), "group-rule-unfit"),
        (dynamic.clone(), "group-rule-missing"),
        (with(dynamic.clone(), "membershipRule", json!("user.department -eq")), "group-rule-fault"),
        (
            with(dynamic.clone(), "membershipRule", json!("user.city -match \"(?:.?){500}!\"")),
            "group-rule-fault",
        ),
        (
            with(dynamic.clone(), "membershipRule", json!(["user.city -match \"a\""; 6].join(" -or "))),
            "group-rule-fault",
        ),
        (with(plain(), "shoeSize", json!(44)), "property-unknown"),
        (with(plain(), "createdDateTime", json!("2026-01-01T00:00:00Z")), "property-read-only"),
        (with(plain(), "owners@odata.bind", json!(["x"])), "reference-invalid"),
        (with(unified("all"), "mailEnabled", json!(false)), "group-kind-unfit"),
    ] {
        let answer = client.post("/v1.0/groups", body).await;
        assert_eq!((answer.status.as_u16(), answer.codes().1), (400, code), "{}", answer.body);
    }
    assert!(world.ids("/v1.0/groups").await.is_empty(), "a refusal leaves nothing");

    let team = world.made(unified("Team")).await;
    let read = client.get(&format!("/v1.0/groups/{team}")).await.body;
    assert_eq!(read["mail"], format!("team@{}", world.company.domain));
    assert_eq!(read["proxyAddresses"], json!([format!("SMTP:team@{}", world.company.domain)]));
    assert_eq!(read["visibility"], "Public");
    assert_eq!(world.ids(&format!("/v1.0/groups/{team}/owners")).await, [world.company.ana.to_string()]);
    let again = client.post("/v1.0/groups", unified("TEAM")).await;
    assert_eq!((again.status.as_u16(), again.codes().1), (400, "group-name-taken"), "{}", again.body);
    world.group("team").await;

    dynamic["membershipRule"] = json!(rule);
    let dynamic = world.made(dynamic).await;
    let path = format!("/v1.0/groups/{dynamic}");
    assert_eq!(client.get(&path).await.body["membershipRuleProcessingState"], "On");
    let ben = world.person(t, "ben").await;
    let refused = client.post(&format!("{path}/members/$ref"), reference(&ben)).await;
    refused.assert_refused(400, "Request_BadRequest", "group-members-by-rule");
    let fault = client.patch(&path, json!({ "membershipRule": "user.departmnt -eq \"x\"" })).await;
    let message = fault.body["error"]["message"].as_str().unwrap();
    assert!(message.starts_with("The rule can't be understood at character 1: there is no"), "{message}");
    assert!(message.contains("user.departmnt, but user.department"), "{message}");
    for (change, code) in [
        (json!({ "isAssignableToRole": true }), "group-roles-unfit"),
        (json!({ "groupTypes": ["Unified", "DynamicMembership"], "mailEnabled": true }), "property-fixed"),
        (json!({ "displayName": null }), "field-required"),
    ] {
        let answer = client.patch(&path, change).await;
        assert_eq!((answer.status.as_u16(), answer.codes().1), (400, code), "{}", answer.body);
    }
}

#[expect(clippy::too_many_lines, reason = "one walk through a resource reads best in one piece")]
async fn members_and_owners_come_and_go(t: &mut TestApp) {
    let world = contoso(t).await;
    let client = &world.client;
    let (ben, eva) = (world.person(t, "ben").await, world.person(t, "eva").await);
    let mut body = security("sales");
    body["owners@odata.bind"] = json!([format!("https://x.test/v1.0/users/{ben}")]);
    body["members@odata.bind"] = json!([format!("https://x.test/v1.0/directoryObjects/{eva}")]);
    let sales = world.made(body).await;
    let path = format!("/v1.0/groups/{sales}");
    let owners = client.get(&format!("{path}/owners")).await;
    assert_eq!(owners.each("id"), [ben.as_str()]);
    assert_eq!(owners.each("@odata.type"), ["#microsoft.graph.user"]);
    assert_eq!(owners.body["@odata.context"], "http://localhost:8080/v1.0/$metadata#directoryObjects");
    world.add(&sales, "members", &ben).await;
    assert_eq!(world.ids(&format!("{path}/members")).await, sorted(vec![ben.clone(), eva.clone()]));

    let twice = client.post(&format!("{path}/members/$ref"), reference(&ben)).await;
    twice.assert_refused(400, "Request_BadRequest", "group-member-there");
    let message = twice.body["error"]["message"].as_str().unwrap();
    assert!(message.contains("One or more added object references already exist"), "{message}");
    let unknown = "00000000-0000-0000-0000-00000000000a";
    client.post(&format!("{path}/members/$ref"), reference(unknown)).await.assert_refused(
        404,
        "Request_ResourceNotFound",
        "not-found",
    );
    for (body, code) in [
        (json!({}), "field-required"),
        (json!({ "@odata.id": null }), "field-required"),
        (json!({ "@odata.id": "nonsense" }), "reference-invalid"),
    ] {
        let answer = client.post(&format!("{path}/members/$ref"), body).await;
        answer.assert_refused(400, "Request_BadRequest", code);
    }
    let one = client.get(&format!("{path}/members/{ben}/$ref")).await;
    assert_eq!(one.body["@odata.id"], format!("http://localhost:8080/v1.0/directoryObjects/{ben}"));
    let listed = client.get(&format!("{path}/members/$ref")).await;
    assert_eq!(listed.each("@odata.id").len(), 2);
    assert_eq!(client.get(&format!("{path}/members/{ben}")).await.body["displayName"], "BEN");

    assert_eq!(client.delete(&format!("{path}/members/{ben}/$ref")).await.status.as_u16(), 204);
    let gone = client.delete(&format!("{path}/members/{ben}/$ref")).await;
    gone.assert_refused(404, "Request_ResourceNotFound", "group-member-missing");
    client.get(&format!("{path}/members/{ben}/$ref")).await.assert_refused(
        404,
        "Request_ResourceNotFound",
        "not-found",
    );
    let last = client.delete(&format!("{path}/owners/{ben}/$ref")).await;
    last.assert_refused(400, "Request_BadRequest", "group-last-owner");
    world.add(&sales, "owners", &eva).await;
    assert_eq!(client.delete(&format!("{path}/owners/{ben}/$ref")).await.status.as_u16(), 204);

    let other = world.group("other").await;
    let owner = client.post(&format!("{path}/owners/$ref"), reference(&other)).await;
    owner.assert_refused(400, "Request_BadRequest", "group-owner-unfit");
    let bound: Vec<String> = (0..21).map(|_| format!("https://x.test/users/{ben}")).collect();
    let answer = client.patch(&path, json!({ "members@odata.bind": bound })).await;
    answer.assert_refused(400, "Request_BadRequest", "references-too-many");
    let bind = json!({ "members@odata.bind": [format!("https://x.test/users/{ben}")] });
    assert_eq!(client.patch(&path, bind).await.status.as_u16(), 204);
    assert_eq!(world.ids(&format!("{path}/members")).await.len(), 2);

    let expanded = client.get(&format!("{path}?$expand=members($select=id,displayName),owners")).await;
    assert_eq!(expanded.body["members"].as_array().unwrap().len(), 2, "{}", expanded.body);
    assert_eq!(expanded.body["owners"][0]["id"], json!(eva));
    let owned = client.get(&format!("/v1.0/users/{eva}/ownedObjects")).await;
    assert_eq!(owned.each("@odata.type"), ["#microsoft.graph.group"]);
    assert_eq!(t.rows(world.company.tenant, "directory_link").await, 3);
}

async fn groups_nest_without_circles(t: &mut TestApp) {
    let world = contoso(t).await;
    let client = &world.client;
    let (a, b, c) = (world.group("A").await, world.group("B").await, world.group("C").await);
    let ben = world.person(t, "ben").await;
    world.add(&a, "members", &b).await;
    world.add(&b, "members", &c).await;
    world.add(&c, "members", &ben).await;
    for (group, member, path) in [(&c, &a, "C → A → B → C"), (&a, &a, "A → A"), (&b, &a, "B → A → B")]
    {
        let answer = client.post(&format!("/v1.0/groups/{group}/members/$ref"), reference(member)).await;
        answer.assert_refused(400, "Request_BadRequest", "group-cycle");
        let message = answer.body["error"]["message"].as_str().unwrap();
        assert!(message.contains(path), "{message}");
    }
    let team = world.made(unified("team")).await;
    for (group, member) in [(&a, &team), (&team, &a)] {
        let answer = client.post(&format!("/v1.0/groups/{group}/members/$ref"), reference(member)).await;
        answer.assert_refused(400, "Request_BadRequest", "group-member-unfit");
    }
    let members = world.ids(&format!("/v1.0/groups/{a}/transitiveMembers")).await;
    assert_eq!(members, sorted(vec![b.clone(), c.clone(), ben.clone()]));
    let people = format!("/v1.0/groups/{a}/transitiveMembers/microsoft.graph.user");
    assert_eq!(world.ids(&people).await, [ben.as_str()]);
    assert_eq!(client.get(&format!("{people}/$count")).await.body, json!(1));
    assert_eq!(world.ids(&format!("/v1.0/groups/{c}/memberOf")).await, [b.as_str()]);
    let above = world.ids(&format!("/v1.0/groups/{c}/transitiveMemberOf")).await;
    assert_eq!(above, sorted(vec![a.clone(), b.clone()]));

    // A deleted group in between takes the way with it, but not the right to close a circle.
    client.delete(&format!("/v1.0/groups/{b}")).await;
    assert!(world.ids(&format!("/v1.0/groups/{a}/transitiveMembers")).await.is_empty());
    assert_eq!(world.ids(&format!("/v1.0/users/{ben}/transitiveMemberOf")).await, [c.as_str()]);
    let answer = client.post(&format!("/v1.0/groups/{c}/members/$ref"), reference(&a)).await;
    answer.assert_refused(400, "Request_BadRequest", "group-cycle");
}

async fn lists_of_several_kinds_are_paged_filtered_and_counted(t: &mut TestApp) {
    let world = contoso(t).await;
    let client = &world.client;
    let all = world.group("everybody").await;
    let mut expected = Vec::new();
    for number in 0..250 {
        let member = if number % 5 == 0 {
            world.group(&format!("team{number}")).await
        } else {
            world.person(t, &format!("p{number}")).await
        };
        world.add(&all, "members", &member).await;
        expected.push(member);
    }
    let expected = sorted(expected);
    for size in [100, 999, 7] {
        let mut next = format!("/v1.0/groups/{all}/members?$top={size}&$count=true&$select=id");
        let (mut ids, mut pages) = (Vec::new(), 0);
        loop {
            let page = client.get(&next).await;
            assert_eq!(page.body.get("@odata.count"), (pages == 0).then_some(&json!(250)), "{}", page.body);
            ids.extend(page.each("id"));
            pages += 1;
            match page.body["@odata.nextLink"].as_str() {
                Some(link) => next = link.strip_prefix("http://localhost:8080").unwrap().to_owned(),
                None => break,
            }
        }
        assert_eq!(ids, expected, "pages of {size} come in the order of ids, each object once");
        assert_eq!(pages, 250_usize.div_ceil(size));
    }
    let members = format!("/v1.0/groups/{all}/members");
    for (query, found) in [
        ("$count", 250),
        ("microsoft.graph.user/$count", 200),
        ("microsoft.graph.group/$count", 50),
        ("microsoft.graph.servicePrincipal/$count", 0),
        ("$count?$filter=startsWith(displayName,'P1')", 89),
        ("$count?$filter=mailNickname eq 'team10'", 1),
        ("$count?$search=\"displayName:team2\"", 12),
        ("microsoft.graph.user/$count?$filter=displayName eq 'p1'", 1),
    ] {
        assert_eq!(client.get(&format!("{members}/{query}")).await.body, json!(found), "{query}");
    }
    let cast = client
        .get(&format!("{members}/microsoft.graph.user?$orderby=displayName desc&$top=1&$count=true"))
        .await;
    assert_eq!((cast.each("displayName"), &cast.body["@odata.count"]), (vec!["P99".to_owned()], &json!(200)));
    let mixed = client.get(&format!("{members}?$orderby=displayName")).await;
    mixed.assert_refused(400, "Request_UnsupportedQuery", "query-unsupported");
    let unknown = client.get(&format!("{members}?$filter=shoeSize eq 'x'")).await;
    unknown.assert_refused(400, "Request_UnsupportedQuery", "query-unsupported");
    let expanded = client.get(&format!("/v1.0/groups/{all}?$expand=members")).await;
    assert_eq!(expanded.body["members"].as_array().unwrap().len(), 20);
}

async fn memberships_are_checked_over_groups(t: &mut TestApp) {
    let world = contoso(t).await;
    let client = &world.client;
    let (a, b, other) = (world.group("a").await, world.group("b").await, world.group("other").await);
    let ben = world.person(t, "ben").await;
    let team = world.made(unified("team")).await;
    world.add(&a, "members", &b).await;
    world.add(&b, "members", &ben).await;
    world.add(&team, "members", &ben).await;
    for owner in ["users", "directoryObjects"] {
        let path = format!("/v1.0/{owner}/{ben}");
        let asked = json!({ "groupIds": [a, other, team, ben] });
        let answer = client.post(&format!("{path}/checkMemberGroups"), asked).await;
        let found: Vec<String> = serde_json::from_value(answer.body["value"].clone()).unwrap();
        assert_eq!(sorted(found), sorted(vec![a.clone(), team.clone()]), "{}", answer.body);
        let answer = client.post(&format!("{path}/checkMemberObjects"), json!({ "ids": [b] })).await;
        assert_eq!(answer.body["value"], json!([b]));
        for (only, count) in [(true, 2), (false, 3)] {
            let body = json!({ "securityEnabledOnly": only });
            for action in ["getMemberGroups", "getMemberObjects"] {
                let answer = client.post(&format!("{path}/{action}"), body.clone()).await;
                assert_eq!(answer.body["value"].as_array().unwrap().len(), count, "{}", answer.body);
            }
        }
    }
    let every = json!({ "securityEnabledOnly": false });
    let of_group = client.post(&format!("/v1.0/groups/{b}/getMemberGroups"), every).await;
    assert_eq!(of_group.body["value"], json!([a]));
    let many: Vec<&String> = std::iter::repeat_n(&a, 21).collect();
    for (body, code) in [
        (json!({}), "field-required"),
        (json!({ "groupIds": many }), "property-too-many"),
        (json!({ "groupIds": ["x"] }), "property-kind"),
        (json!({ "groupIds": [a], "x": 1 }), "property-unknown"),
    ] {
        let answer = client.post(&format!("/v1.0/users/{ben}/checkMemberGroups"), body).await;
        assert_eq!((answer.status.as_u16(), answer.codes().1), (400, code), "{}", answer.body);
    }
    let own = t.client(world.company.tenant, ben.parse().unwrap()).await;
    assert_eq!(own.get("/v1.0/me/memberOf").await.each("id").len(), 2, "everybody sees their own groups");
    assert_eq!(own.get("/v1.0/me/transitiveMemberOf/$count").await.body, json!(3));
    let answer = own.post("/v1.0/me/checkMemberGroups", json!({ "groupIds": [a] })).await;
    assert_eq!(answer.body["value"], json!([a]));

    let unknown = "00000000-0000-0000-0000-00000000000a";
    let asked = json!({ "ids": [a, ben, unknown], "types": ["user", "group", "device"] });
    let answer = client.post("/v1.0/directoryObjects/getByIds", asked).await;
    assert_eq!(sorted(answer.each("id")), sorted(vec![a.clone(), ben.clone()]));
    let asked = json!({ "ids": [a, ben], "types": ["user"] });
    let answer = client.post("/v1.0/directoryObjects/getByIds", asked).await;
    assert_eq!(answer.each("@odata.type"), ["#microsoft.graph.user"]);
    let one = client.get(&format!("/v1.0/directoryObjects/{a}")).await;
    assert_eq!((&one.body["@odata.type"], &one.body["id"]), (&json!("#microsoft.graph.group"), &json!(a)));
}

async fn every_advertised_property_is_filtered(t: &mut TestApp) {
    let world = contoso(t).await;
    let client = &world.client;
    world.group("plain").await;
    let mut body = unified("team");
    body["description"] = json!("Those who work together");
    body["classification"] = json!("Internal");
    body["uniqueName"] = json!("team-1");
    world.made(body).await;
    let mut body = security("rule");
    body["groupTypes"] = json!(["DynamicMembership"]);
    body["membershipRule"] = json!("user.city -eq \"Athens\"");
    world.made(body).await;
    let mut body = security("roles");
    body["isAssignableToRole"] = json!(true);
    world.made(body).await;
    let long: String = (0..1024).map(|at| char::from_u32(0x1_F300 + at % 600).unwrap()).collect();
    let mut body = security("long");
    body["description"] = json!(long);
    world.made(body).await;
    for (query, found) in [
        ("classification eq 'internal'", vec!["team"]),
        ("createdDateTime ge 2026-03-02T09:00:00Z", vec!["long", "plain", "roles", "rule", "team"]),
        ("startsWith(description,'Those who')", vec!["team"]),
        ("description eq null", vec!["plain", "roles", "rule"]),
        ("displayName eq 'PLAIN'", vec!["plain"]),
        ("displayName in ('plain','rule')", vec!["plain", "rule"]),
        ("startswith(displayName,'r')", vec!["roles", "rule"]),
        ("groupTypes/any(t:t eq 'Unified')", vec!["team"]),
        ("groupTypes/any(c:c eq 'DynamicMembership')", vec!["rule"]),
        ("NOT groupTypes/any(c:c eq 'Unified')", vec!["long", "plain", "roles", "rule"]),
        ("isAssignableToRole eq true", vec!["roles"]),
        ("endsWith(mail,'onwork.localhost')", vec!["team"]),
        ("mailEnabled eq false and securityEnabled eq true", vec!["long", "plain", "roles", "rule"]),
        ("mailNickname eq 'team'", vec!["team"]),
        ("startsWith(membershipRule,'user.city')", vec!["rule"]),
        ("membershipRuleProcessingState eq 'On'", vec!["rule"]),
        ("proxyAddresses/any(p:startsWith(p,'SMTP:team@'))", vec!["team"]),
        ("securityEnabled eq false", vec!["team"]),
        ("uniqueName eq 'team-1'", vec!["team"]),
        ("visibility eq 'Private'", vec!["roles"]),
        ("id eq 'nonsense'", vec![]),
    ] {
        let answer = client.get(&format!("/v1.0/groups?$filter={query}")).await;
        assert_eq!(answer.status.as_u16(), 200, "{query}: {}", answer.body);
        assert_eq!(sorted(answer.each("displayName")), found, "{query}");
    }
    let encoded: String = long.bytes().map(|byte| format!("%{byte:02X}")).collect();
    let answer = client.get(&format!("/v1.0/groups?$filter=description eq '{encoded}'")).await;
    assert_eq!(answer.each("displayName"), ["long"], "long values are equal as a whole");
    assert_eq!(client.get("/v1.0/groups/$count").await.body, json!(5));
    let found = client.get("/v1.0/groups?$search=\"description:those\" OR \"displayName:pla\"").await;
    assert_eq!(sorted(found.each("displayName")), ["plain", "team"]);
    let ordered = client.get("/v1.0/groups?$orderby=displayName desc&$top=2").await;
    assert_eq!(ordered.each("displayName"), ["team", "rule"]);
}

async fn owners_change_their_own_groups_alone(t: &mut TestApp) {
    let world = contoso(t).await;
    let (own, other) = (world.group("own").await, world.group("other").await);
    let (ben, eva) = (world.person(t, "ben").await, world.person(t, "eva").await);
    world.add(&own, "owners", &ben).await;
    let client = t.client(world.company.tenant, ben.parse().unwrap()).await;
    let path = format!("/v1.0/groups/{own}");
    assert_eq!(client.get(&path).await.status.as_u16(), 200);
    assert_eq!(client.patch(&path, json!({ "description": "Ours" })).await.status.as_u16(), 204);
    let added = client.post(&format!("{path}/members/$ref"), reference(&eva)).await;
    assert_eq!(added.status.as_u16(), 204, "{}", added.body);
    assert_eq!(client.get(&format!("{path}/members")).await.each("displayName"), ["EVA"]);
    // A rule would tell them about people whom they may not see.
    let rule = json!({ "groupTypes": ["DynamicMembership"], "membershipRule": "user.objectId -ne null", "membershipRuleProcessingState": "On" });
    let refused = client.patch(&path, rule.clone()).await;
    refused.assert_refused(403, "Authorization_RequestDenied", "not-allowed");
    assert_eq!(client.get("/v1.0/me/ownedObjects").await.each("id"), [own.as_str()]);
    let unknown = "00000000-0000-0000-0000-00000000000a";
    for id in [other.as_str(), unknown] {
        let path = format!("/v1.0/groups/{id}");
        for answer in [
            client.get(&path).await,
            client.patch(&path, json!({ "description": "Mine" })).await,
            client.delete(&path).await,
            client.get(&format!("{path}/members")).await,
            client.post(&format!("{path}/members/$ref"), reference(&ben)).await,
            client.delete(&format!("{path}/members/{ben}/$ref")).await,
        ] {
            answer.assert_refused(403, "Authorization_RequestDenied", "not-allowed");
        }
    }
    for answer in [
        client.get("/v1.0/groups").await,
        client.get("/v1.0/groups/$count").await,
        client.post("/v1.0/groups", security("mine")).await,
        client.post("/v1.0/directoryObjects/getByIds", json!({ "ids": [own] })).await,
        client.get("/v1.0/directory/deletedItems/microsoft.graph.group").await,
    ] {
        answer.assert_refused(403, "Authorization_RequestDenied", "not-allowed");
    }
    assert_eq!(client.delete(&path).await.status.as_u16(), 204);
}

async fn whoever_has_no_role_sees_names_alone(t: &mut TestApp) {
    let world = contoso(t).await;
    let own = world.group("own").await;
    let (ben, eva) = (world.person(t, "ben").await, world.person(t, "eva").await);
    world.add(&own, "owners", &ben).await;
    let owner = t.client(world.company.tenant, ben.parse().unwrap()).await;
    let path = format!("/v1.0/groups/{own}");
    assert_eq!(owner.post(&format!("{path}/members/$ref"), reference(&eva)).await.status.as_u16(), 204);
    let named = json!({ "@odata.type": "#microsoft.graph.user", "id": eva, "displayName": "EVA" });
    for list in ["members", "members?$select=*", "members/microsoft.graph.user"] {
        let listed = owner.get(&format!("{path}/{list}")).await;
        assert_eq!(listed.body["value"], json!([named]), "{list}: {}", listed.body);
    }
    let chosen = owner.get(&format!("{path}/members?$select=mail,displayName")).await;
    assert!(chosen.body["value"][0].get("mail").is_none(), "{}", chosen.body);
    let mut one = owner.get(&format!("{path}/members/{eva}")).await.body;
    one.as_object_mut().unwrap().remove("@odata.context");
    assert_eq!(one, named);
    let expanded = owner.get(&format!("{path}?$expand=members")).await;
    assert_eq!(expanded.body["members"], json!([named]), "{}", expanded.body);
    assert_eq!(owner.get(&format!("{path}/members/$count")).await.body, json!(1));
    for asked in [
        "members?$filter=startswith(mail,'e')",
        "members?$search=\"displayName:e\"",
        "members/$count?$filter=startswith(mail,'e')",
        "members/microsoft.graph.user?$filter=startswith(mail,'e')",
        "transitiveMembers",
        "transitiveMembers/microsoft.graph.user/$count",
    ] {
        let answer = owner.get(&format!("{path}/{asked}")).await;
        answer.assert_refused(403, "Authorization_RequestDenied", "not-allowed");
    }
    let by_ana = world.client.get(&format!("{path}/members?$select=mail")).await;
    assert_eq!(by_ana.each("mail"), ["eva@mail.test"]);
    let groups = owner.get("/v1.0/me/ownedObjects/microsoft.graph.group?$expand=members").await;
    assert_eq!(groups.body["value"][0]["members"], json!([named]), "{}", groups.body);
    let own = owner.get("/v1.0/me/ownedObjects?$select=mailNickname").await;
    assert_eq!(own.each("mailNickname"), ["own"]);
}

async fn so_many_groups_follow_a_rule(t: &mut TestApp) {
    let world = contoso(t).await;
    let client = &world.client;
    let with_rule = |name: &str| {
        let mut body = security(name);
        body["groupTypes"] = json!(["DynamicMembership"]);
        body["membershipRule"] = json!("user.department -eq \"Sales\"");
        body["membershipRuleProcessingState"] = json!("On");
        body
    };
    let first = world.made(with_rule("first")).await;
    let plain = world.group("plain").await;
    let pause = json!({ "membershipRuleProcessingState": "Paused" });
    assert_eq!(client.patch(&format!("/v1.0/groups/{first}"), pause).await.status.as_u16(), 204);
    let refused = client.post("/v1.0/groups", with_rule("second")).await;
    refused.assert_refused(400, "Request_BadRequest", "group-rules-too-many");
    let refused = client.patch(&format!("/v1.0/groups/{plain}"), with_rule("plain")).await;
    refused.assert_refused(400, "Request_BadRequest", "group-rules-too-many");
    assert_eq!(client.delete(&format!("/v1.0/groups/{first}")).await.status.as_u16(), 204);
    world.made(with_rule("second")).await;
    let restore = format!("/v1.0/directory/deletedItems/{first}/restore");
    let refused = client.post(&restore, json!({})).await;
    refused.assert_refused(400, "Request_BadRequest", "group-rules-too-many");
}

async fn groups_for_roles_are_for_those_who_grant_roles(t: &mut TestApp) {
    let world = contoso(t).await;
    let company = &world.company;
    let mut body = security("admins");
    body["isAssignableToRole"] = json!(true);
    let admins = world.made(body.clone()).await;
    let path = format!("/v1.0/groups/{admins}");
    assert_eq!(world.client.get(&path).await.body["visibility"], "Private");
    let ida = t.person(company.tenant, &company.domain, "ida", &[Role::GroupsAdministrator]).await;
    let max = t.person(company.tenant, &company.domain, "max", &[Role::PrivilegedRoleAdministrator]).await;
    let (groups, roles) = (t.client(company.tenant, ida).await, t.client(company.tenant, max).await);
    world.add(&admins, "owners", &ida.to_string()).await;
    for answer in [
        groups.post("/v1.0/groups", body.clone()).await,
        groups.patch(&path, json!({ "description": "x" })).await,
        groups.post(&format!("{path}/members/$ref"), reference(&ida.to_string())).await,
        groups.post(&format!("{path}/owners/$ref"), reference(&ida.to_string())).await,
        groups.delete(&path).await,
        roles.post("/v1.0/groups", security("plain")).await,
    ] {
        answer.assert_refused(403, "Authorization_RequestDenied", "not-allowed");
    }
    body["mailNickname"] = json!("more");
    assert_eq!(roles.post("/v1.0/groups", body).await.status.as_u16(), 201);
    let added = roles.post(&format!("{path}/members/$ref"), reference(&max.to_string())).await;
    assert_eq!(added.status.as_u16(), 204, "{}", added.body);
    let plain = world.group("plain").await;
    let nested = roles.post(&format!("{path}/members/$ref"), reference(&plain)).await;
    nested.assert_refused(400, "Request_BadRequest", "group-member-unfit");
    let change = world.client.patch(&path, json!({ "isAssignableToRole": false })).await;
    change.assert_refused(400, "Request_BadRequest", "property-fixed");
}

/// A group that hides its members, one of these, and somebody who may only read.
async fn hidden(t: &TestApp, world: &World) -> (String, String, Client) {
    let company = &world.company;
    let mut body = unified("board");
    body["visibility"] = json!("HiddenMembership");
    let board = world.made(body).await;
    let ben = world.person(t, "ben").await;
    world.add(&board, "members", &ben).await;
    let reader = t.person(company.tenant, &company.domain, "rea", &[Role::DirectoryReaders]).await;
    (board, ben, t.client(company.tenant, reader).await)
}

async fn hidden_members_are_hidden(t: &mut TestApp) {
    let world = contoso(t).await;
    let (board, ben, reader) = hidden(t, &world).await;
    let path = format!("/v1.0/groups/{board}");
    assert_eq!(reader.get(&path).await.status.as_u16(), 200);
    for path in [
        format!("{path}/members"),
        format!("{path}/members/$count"),
        format!("{path}/members/$ref"),
        format!("{path}/members/{ben}"),
        format!("{path}/members/{ben}/$ref"),
        format!("{path}/members/microsoft.graph.user"),
        format!("{path}/members/microsoft.graph.user/$count"),
        format!("{path}/transitiveMembers"),
        format!("{path}?$expand=members"),
        format!("/v1.0/users/{}/ownedObjects/microsoft.graph.group?$expand=members", world.company.ana),
    ] {
        let answer = reader.get(&path).await;
        answer.assert_refused(403, "Authorization_RequestDenied", "not-allowed");
    }
    let member = t.client(world.company.tenant, ben.parse().unwrap()).await;
    assert_eq!(member.get(&format!("{path}/members")).await.each("id"), [ben.as_str()]);
    assert_eq!(world.ids(&format!("{path}/members")).await, [ben.as_str()]);
}

async fn hidden_memberships_are_hidden_from_their_other_end(t: &mut TestApp) {
    let world = contoso(t).await;
    let (board, ben, reader) = hidden(t, &world).await;
    let member = t.client(world.company.tenant, ben.parse().unwrap()).await;
    let of_ben = format!("/v1.0/users/{ben}");
    let every = json!({ "securityEnabledOnly": false });
    for (who, count) in [(&reader, 0), (&member, 1), (&world.client, 1)] {
        let me = if count == 1 && std::ptr::eq(who, &member) { "/v1.0/me" } else { &of_ben };
        for path in ["memberOf", "transitiveMemberOf", "memberOf/microsoft.graph.group"] {
            let answer = who.get(&format!("{me}/{path}")).await;
            assert_eq!(answer.each("id").len(), count, "{path}: {}", answer.body);
        }
        assert_eq!(who.get(&format!("{me}/memberOf/$count")).await.body, json!(count));
        assert_eq!(who.get(&format!("{me}/memberOf/{board}")).await.status.is_success(), count == 1);
        let checked = who.post(&format!("{me}/checkMemberGroups"), json!({ "groupIds": [board] })).await;
        assert_eq!(checked.body["value"].as_array().unwrap().len(), count);
        let all = who.post(&format!("{me}/getMemberGroups"), every.clone()).await;
        assert_eq!(all.body["value"].as_array().unwrap().len(), count);
    }
    for (who, members, count) in [(&reader, 0, 0), (&world.client, 2, 1)] {
        let first = who.get("/v1.0/groups/delta").await;
        let shown =
            first.body["value"].as_array().unwrap().iter().find(|found| found["id"] == *board).unwrap();
        assert_eq!(shown["members@delta"].as_array().map_or(0, Vec::len), members, "{shown}");
        let link = first.body["@odata.deltaLink"].as_str().unwrap().replace("http://localhost:8080", "");
        let eva = world.person(t, if count == 0 { "eva" } else { "dan" }).await;
        world.add(&board, "members", &eva).await;
        let changed = who.get(&link).await;
        let shown =
            changed.body["value"].as_array().unwrap().iter().find(|found| found["id"] == *board).unwrap();
        assert_eq!(shown["members@delta"].as_array().map_or(0, Vec::len), count, "{shown}");
    }
    let nobody = world.person(t, "nobody").await;
    let nobody = t.client(world.company.tenant, nobody.parse().unwrap()).await;
    let refused = nobody.get("/v1.0/users/delta?$deltatoken=latest").await;
    refused.assert_refused(403, "Authorization_RequestDenied", "not-allowed");
}

async fn another_tenants_groups_answer_like_unknown_ones(t: &mut TestApp) {
    let world = contoso(t).await;
    let other = t.company("fabrikam").await;
    let foreign = World { client: t.client(other.tenant, other.ana).await, company: other.clone() };
    let own = world.group("own").await;
    let theirs = foreign.group("theirs").await;
    let gone = foreign.group("gone").await;
    foreign.client.delete(&format!("/v1.0/groups/{gone}")).await;
    foreign.add(&theirs, "members", &other.ana.to_string()).await;
    let client = &world.client;
    let ana = other.ana.to_string();
    for id in [theirs.as_str(), gone.as_str(), "00000000-0000-0000-0000-00000000000a", "nonsense"] {
        let path = format!("/v1.0/groups/{id}");
        let mut answers = vec![
            client.patch(&path, json!({ "description": "x" })).await,
            client.delete(&path).await,
            client.post(&format!("{path}/members/$ref"), reference(&ana)).await,
            client.delete(&format!("{path}/members/{ana}/$ref")).await,
            client.delete(&format!("{path}/owners/{ana}/$ref")).await,
            client.post(&format!("{path}/checkMemberGroups"), json!({ "groupIds": [own] })).await,
            client.post(&format!("{path}/getMemberGroups"), json!({ "securityEnabledOnly": false })).await,
            client.post(&format!("/v1.0/directory/deletedItems/{id}/restore"), json!({})).await,
            client.delete(&format!("/v1.0/directory/deletedItems/{id}")).await,
        ];
        for rest in [
            "",
            "/members",
            "/members/$ref",
            "/members/$count",
            "/owners",
            "/memberOf",
            "/transitiveMembers",
            "/transitiveMemberOf",
            "/members/microsoft.graph.user",
        ] {
            answers.push(client.get(&format!("{path}{rest}")).await);
        }
        answers.push(client.get(&format!("/v1.0/directoryObjects/{id}")).await);
        answers.push(client.get(&format!("/v1.0/groups/{own}/members/{id}")).await);
        answers.push(client.delete(&format!("/v1.0/groups/{own}/members/{id}/$ref")).await);
        for answer in answers {
            let (graph, code) = answer.codes();
            assert_eq!((answer.status.as_u16(), graph), (404, "Request_ResourceNotFound"), "{}", answer.body);
            assert!(matches!(code, "not-found" | "group-member-missing"), "{code}");
        }
    }
    for id in [theirs.as_str(), ana.as_str()] {
        let answer = client.post(&format!("/v1.0/groups/{own}/members/$ref"), reference(id)).await;
        answer.assert_refused(404, "Request_ResourceNotFound", "not-found");
        let answer = client.post("/v1.0/directoryObjects/getByIds", json!({ "ids": [id] })).await;
        assert!(answer.each("id").is_empty());
    }
    let asked = json!({ "groupIds": [theirs] });
    let answer = client.post("/v1.0/me/checkMemberGroups", asked).await;
    assert_eq!(answer.body["value"], json!([]));
    assert_eq!(foreign.ids(&format!("/v1.0/groups/{theirs}/members")).await, [ana]);
}

async fn a_deleted_group_is_gone_for_everybody(t: &mut TestApp) {
    let world = contoso(t).await;
    let client = &world.client;
    let (group, ben) = (world.group("sales").await, world.person(t, "ben").await);
    world.add(&group, "members", &ben).await;
    client.delete(&format!("/v1.0/groups/{group}")).await;
    assert!(world.ids(&format!("/v1.0/users/{ben}/memberOf")).await.is_empty());
    let asked = json!({ "groupIds": [group] });
    let answer = client.post(&format!("/v1.0/users/{ben}/checkMemberGroups"), asked).await;
    assert_eq!(answer.body["value"], json!([]));
    client.post(&format!("/v1.0/directory/deletedItems/{group}/restore"), json!({})).await;
    assert_eq!(world.ids(&format!("/v1.0/groups/{group}/members")).await, [ben.as_str()], "links come back");

    client.delete(&format!("/v1.0/users/{ben}")).await;
    assert!(world.ids(&format!("/v1.0/groups/{group}/members")).await.is_empty());
    client.post(&format!("/v1.0/directory/deletedItems/{ben}/restore"), json!({})).await;
    assert_eq!(world.ids(&format!("/v1.0/groups/{group}/members")).await, [ben.as_str()]);
    client.delete(&format!("/v1.0/users/{ben}")).await;
    client.delete(&format!("/v1.0/directory/deletedItems/{ben}")).await;
    assert_eq!(t.rows(world.company.tenant, "directory_link").await, 0, "a person's links go with them");
}

async fn a_group_is_removed_for_good_after_thirty_days(t: &mut TestApp) {
    let world = contoso(t).await;
    let (group, kept) = (world.group("sales").await, world.group("kept").await);
    for id in [&group, &kept] {
        world.client.delete(&format!("/v1.0/groups/{id}")).await;
    }
    world.client.post(&format!("/v1.0/directory/deletedItems/{kept}/restore"), json!({})).await;
    t.advance(SignedDuration::from_hours(24 * 30 - 1));
    t.run_jobs().await;
    assert_eq!(
        t.rows(world.company.tenant, "directory_object").await,
        4,
        "and the principals of the service"
    );
    t.advance(SignedDuration::from_hours(2));
    t.run_jobs().await;
    let client = t.client(world.company.tenant, world.company.ana).await;
    assert_eq!(client.get("/v1.0/groups").await.each("id"), [kept.as_str()]);
    assert_eq!(t.rows(world.company.tenant, "directory_object").await, 3, "and those two");
}

async fn a_change_is_made_to_what_was_read(t: &mut TestApp) {
    let world = contoso(t).await;
    let path = format!("/v1.0/groups/{}", world.group("sales").await);
    let client = &world.client;
    let tag = client.get(&path).await.headers["etag"].to_str().unwrap().to_owned();
    let change = |text: &str| Some(json!({ "description": text }));
    let first = client.send(Method::PATCH, &path, change("one"), &[("if-match", &tag)]).await;
    assert_eq!(first.status.as_u16(), 204, "{}", first.body);
    for (method, body) in [(Method::PATCH, change("two")), (Method::DELETE, None)] {
        let second = client.send(method, &path, body, &[("if-match", &tag)]).await;
        second.assert_refused(412, "PreconditionFailed", "changed-meanwhile");
    }
    assert_eq!(client.get(&path).await.body["description"], "one");
}

fn dynamic(name: &str, rule: &str) -> Value {
    let mut body = security(name);
    body["groupTypes"] = json!(["DynamicMembership"]);
    body["membershipRule"] = json!(rule);
    body
}

async fn members_follow_a_rule(t: &mut TestApp) {
    let world = contoso(t).await;
    let client = &world.client;
    let (ben, eva) = (world.person(t, "ben").await, world.person(t, "eva").await);
    client.patch(&format!("/v1.0/users/{ben}"), json!({ "department": "Sales" })).await;
    let group = world.made(dynamic("sales", "user.department -eq \"Sales\"")).await;
    let path = format!("/v1.0/groups/{group}");
    let members = format!("{path}/members");
    assert!(world.ids(&members).await.is_empty(), "members come after the commit");
    t.run_jobs().await;
    assert_eq!(world.ids(&members).await, [ben.as_str()]);

    client.patch(&format!("/v1.0/users/{eva}"), json!({ "department": "sales" })).await;
    client.patch(&format!("/v1.0/users/{ben}"), json!({ "department": null })).await;
    t.run_jobs().await;
    assert_eq!(world.ids(&members).await, [eva.as_str()], "whoever changes is asked again");

    client.patch(&path, json!({ "membershipRuleProcessingState": "Paused" })).await;
    client.patch(&format!("/v1.0/users/{ben}"), json!({ "department": "Sales" })).await;
    t.run_jobs().await;
    assert_eq!(world.ids(&members).await, [eva.as_str()], "a paused rule rests");
    client.patch(&path, json!({ "membershipRuleProcessingState": "On" })).await;
    t.run_jobs().await;
    assert_eq!(world.ids(&members).await, sorted(vec![ben.clone(), eva.clone()]));

    let rule = "user.displayName -startsWith \"A\"";
    client.patch(&path, json!({ "membershipRule": rule })).await;
    t.run_jobs().await;
    assert_eq!(world.ids(&members).await, [world.company.ana.to_string()]);
    for (id, result) in [(world.company.ana.to_string(), true), (ben.clone(), false)] {
        let body = json!({ "memberId": id });
        let answer = client.post(&format!("{path}/evaluateDynamicMembership"), body).await;
        assert_eq!(answer.body["membershipRuleEvaluationResult"], json!(result), "{}", answer.body);
        let body = json!({ "memberId": id, "membershipRule": "not (user.displayName -startsWith \"A\")" });
        let answer = client.post("/v1.0/groups/evaluateDynamicMembership", body).await;
        assert_eq!(answer.body["membershipRuleEvaluationResult"], json!(!result), "{}", answer.body);
    }

    let taken = client.delete(&format!("{members}/{}/$ref", world.company.ana)).await;
    taken.assert_refused(400, "Request_BadRequest", "group-members-by-rule");
    let assigned = json!({ "groupTypes": [], "membershipRule": null });
    assert_eq!(client.patch(&path, assigned).await.status.as_u16(), 204);
    world.add(&group, "members", &ben).await;
    let nested = world.group("nested").await;
    world.add(&group, "members", &nested).await;
    let back = json!({ "groupTypes": ["DynamicMembership"], "membershipRule": rule });
    assert_eq!(client.patch(&path, back).await.status.as_u16(), 204);
    t.run_jobs().await;
    assert_eq!(world.ids(&members).await, [world.company.ana.to_string()]);

    client.delete(&path).await;
    let zoe = world.person(t, "azoe").await;
    t.run_jobs().await;
    client.post(&format!("/v1.0/directory/deletedItems/{group}/restore"), json!({})).await;
    t.run_jobs().await;
    assert_eq!(world.ids(&members).await, sorted(vec![world.company.ana.to_string(), zoe]));
}

async fn a_rule_is_asked_of_many_in_steps(t: &mut TestApp) {
    let world = contoso(t).await;
    for number in 0..1100 {
        world.person(t, &format!("p{number}")).await;
    }
    let group = world.made(dynamic("everybody", "user.objectId -ne null")).await;
    let count = format!("/v1.0/groups/{group}/members/$count");
    t.run_jobs().await;
    assert_eq!(world.client.get(&count).await.body, json!(1101));
}

async fn rules_that_move_with_the_clock_are_asked_daily(t: &mut TestApp) {
    let world = contoso(t).await;
    let client = &world.client;
    let ben = world.person(t, "ben").await;
    client.patch(&format!("/v1.0/users/{ben}"), json!({ "employeeHireDate": "2026-03-04T00:00:00Z" })).await;
    let group = world.made(dynamic("new", "user.employeeHireDate -le system.now")).await;
    tenantry::jobs::schedule_recurring(&t.app).await.unwrap();
    t.run_jobs().await;
    let count = |client: Client| {
        let path = format!("/v1.0/groups/{group}/members/$count");
        async move { client.get(&path).await.body }
    };
    assert_eq!(count(client.clone()).await, json!(0));
    for _ in 0..3 {
        t.advance(SignedDuration::from_hours(25));
        t.run_jobs().await;
    }
    assert_eq!(count(t.client(world.company.tenant, world.company.ana).await).await, json!(1));
}

/// The heaviest patterns that a rule may have, on texts that make them work.
async fn heavy(world: &World, t: &TestApp) -> (String, String) {
    let ben = world.person(t, "ben").await;
    let mails: Vec<String> = (0..40).map(|number| format!("{number:0>250}")).collect();
    world.client.patch(&format!("/v1.0/users/{ben}"), json!({ "otherMails": mails })).await;
    let rule = ["user.otherMails -any (_ -match \"(?:.?){60}!\")"; 5].join(" -or ");
    (ben, rule)
}

async fn a_heavy_rule_holds_up_nobody(t: &mut TestApp) {
    let world = contoso(t).await;
    let (_, rule) = heavy(&world, t).await;
    let group = world.made(dynamic("heavy", &rule)).await;
    let other = t.company("northwind").await;
    let client = t.client(other.tenant, other.ana).await;
    let ended = AtomicBool::new(false);
    let t = &*t;
    let jobs = async {
        t.run_jobs().await;
        ended.store(true, Ordering::SeqCst);
    };
    let others = async {
        for number in 0..5 {
            let change = json!({ "jobTitle": format!("{number}") });
            let answer = client.patch(&format!("/v1.0/users/{}", other.ana), change).await;
            assert_eq!(answer.status.as_u16(), 204, "{}", answer.body);
        }
        assert!(!ended.load(Ordering::SeqCst), "the changes of others waited for the rule");
    };
    tokio::join!(jobs, others);
    assert!(world.ids(&format!("/v1.0/groups/{group}/members")).await.is_empty());
}

async fn a_rule_that_changes_while_it_is_asked_is_asked_anew(t: &mut TestApp) {
    let world = contoso(t).await;
    let (ben, rule) = heavy(&world, t).await;
    let rule = format!("({rule}) -or user.department -eq \"Sales\"");
    let group = world.made(dynamic("heavy", &rule)).await;
    let user = format!("/v1.0/users/{ben}");
    world.client.patch(&user, json!({ "department": "Sales" })).await;
    let t = &*t;
    let changes = async {
        world.client.patch(&user, json!({ "department": "Support" })).await;
    };
    tokio::join!(t.run_jobs(), changes);
    t.run_jobs().await;
    assert!(world.ids(&format!("/v1.0/groups/{group}/members")).await.is_empty());
    let everybody = json!({ "membershipRule": "user.objectId -ne null" });
    let changes = async {
        world.client.patch(&user, json!({ "department": "Sales" })).await;
        world.client.patch(&format!("/v1.0/groups/{group}"), everybody).await;
    };
    tokio::join!(t.run_jobs(), changes);
    t.run_jobs().await;
    assert_eq!(world.ids(&format!("/v1.0/groups/{group}/members")).await.len(), 2);
}

async fn expansions_are_bounded(t: &mut TestApp) {
    let world = contoso(t).await;
    let client = &world.client;
    let group = world.group("sales").await;
    for (query, graph, code, told) in [
        (
            "$expand=members,owners,members($top=1)",
            "Request_BadRequest",
            "query-invalid",
            "members stands twice",
        ),
        ("$expand=members&$top=101", "Request_BadRequest", "query-invalid", "between 1 and 100 with $expand"),
        (
            "$expand=members,owners,memberOf",
            "Request_UnsupportedQuery",
            "query-unsupported",
            "at most 2 relations",
        ),
    ] {
        let refused = client.get(&format!("/v1.0/groups?{query}")).await;
        refused.assert_refused(400, graph, code);
        let message = refused.body["error"]["message"].as_str().unwrap();
        assert!(message.contains(told), "{message}");
    }
    let listed = client.get("/v1.0/groups?$expand=members,owners&$top=100").await;
    assert_eq!(listed.body["value"][0]["members"], json!([]), "{}", listed.body);
    let one = client.get(&format!("/v1.0/groups/{group}?$expand=members,owners,memberOf")).await;
    assert_eq!(one.body["memberOf"], json!([]), "{}", one.body);
}

async fn whatever_a_program_sends_is_answered(t: &mut TestApp) {
    let world = contoso(t).await;
    let client = &world.client;
    let path = format!("/v1.0/groups/{}", world.group("sales").await);
    let before = client.get(&format!("{path}?$select=*")).await.body;
    let mut values: Vec<Value> =
        vec![json!(7), json!([7]), json!({ "a": 1 }), json!(true), json!("x".repeat(60_000))];
    values.extend(hostile::known().into_iter().map(Value::from));
    for property in before.as_object().unwrap().keys().filter(|name| !name.starts_with('@')) {
        for value in &values {
            let change = json!({ (property.as_str()): value });
            let status = client.patch(&path, change).await.status.as_u16();
            assert!(matches!(status, 204 | 400), "{property}: {value}: {status}");
        }
        if client.get(&format!("{path}?$select=*")).await.body[property] != before[property] {
            let restored = client.patch(&path, json!({ (property.as_str()): before[property] })).await;
            assert!(
                restored.status.is_success() || property == "uniqueName",
                "{property}: {}",
                restored.body
            );
        }
    }
    for value in hostile::known() {
        let body = json!({ "@odata.id": value });
        let status = client.post(&format!("{path}/members/$ref"), body).await.status.as_u16();
        assert_eq!(status, 400, "{value}");
        let body = json!({ "groupIds": [value], "ids": [value], "types": [value] });
        for action in ["/v1.0/me/checkMemberGroups", "/v1.0/directoryObjects/getByIds"] {
            assert_eq!(client.post(action, body.clone()).await.status.as_u16(), 400, "{value}");
        }
        let query =
            percent_encoding::utf8_percent_encode(&value, percent_encoding::NON_ALPHANUMERIC).to_string();
        for option in ["$filter", "$search", "$select", "$orderby", "$expand", "$top", "$skiptoken", "$count"]
        {
            for list in ["/v1.0/groups".to_owned(), format!("{path}/members"), path.clone()] {
                let status = client.get(&format!("{list}?{option}={query}")).await.status.as_u16();
                assert!(matches!(status, 200 | 400), "{list}?{option}={query}: {status}");
            }
        }
        let status = client.get(&format!("{path}/members/{query}")).await.status.as_u16();
        assert!(matches!(status, 200 | 404), "{query}: {status}");
    }
}
