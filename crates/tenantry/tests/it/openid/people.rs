//! What applications learn of how somebody signed in and of their groups, where their sign-ins stand, and where people find them.

use super::*;
use crate::signin;
use crate::support::authenticator::Authenticator;

both_engines!(
    an_administrator_without_a_second_factor_comes_back_to_the_application,
    an_application_is_told_how_somebody_signed_in,
    ending_a_session_ends_what_was_granted_in_it,
    sign_ins_to_an_application_stand_in_the_log,
    an_application_is_told_of_groups,
    people_find_their_applications(crate::input::unlimited),
);

async fn an_administrator_without_a_second_factor_comes_back_to_the_application(t: &mut TestApp) {
    let r = registered(t, json!({})).await;
    let roles = [model::roles::Role::GlobalAdministrator];
    let tenant = r.company.tenant;
    for (number, way) in ["app", "codes", "passkey"].into_iter().enumerate() {
        let zoe = signin::person(t, tenant, "contoso", &format!("zoe{number}"), &roles).await;
        let mut browser = t.browser();
        signin::sign_in(&mut browser, &zoe.name).await;
        let page = browser.get(&r.authorize(&[("scope", "openid")])).await;
        assert!(page.location().starts_with("/account/second-factor/first?next="), "{}", page.location());
        let page = browser.follow(&page).await;
        assert!(page.header("content-security-policy").contains("form-action 'self' https://shop.example;"));
        let on = match way {
            "app" => {
                let page = browser.submit_to(&page, "/account/second-factor/authenticator", &[]).await;
                let page = browser.follow(&page).await;
                let key = page.text_of(".secret").unwrap();
                let code = signin::code_of(t, &key);
                browser.submit(&page, &[("code", &code)]).await.location().to_owned()
            }
            "codes" => {
                let page = browser.submit_to(&page, "/account/second-factor/codes", &[]).await;
                page.attributes("a#submit", "href").remove(0)
            }
            _ => {
                let page = browser.get(&page.attributes("a#passkey", "href")[0]).await;
                let form = page.form_to("/account/passkeys");
                let next = form.pairs().into_iter().find(|(name, _)| *name == "next").unwrap().1.to_owned();
                let mut authenticator = Authenticator::new();
                let options = crate::support::authenticator::asked(&mut browser, "/account/passkeys").await;
                let filled = authenticator.create(&options);
                let more = [("passkey_name", "Key"), ("next", next.as_str())];
                let page =
                    crate::support::authenticator::send(&mut browser, "/account/passkeys", &filled, &more);
                page.await.location().to_owned()
            }
        };
        assert!(on.starts_with(&r.at("/oauth2/v2.0/authorize?")), "{way}: {on}");
        let consent = browser.get(&on).await;
        let answer = browser.submit(&consent, &[("answer", "accept")]).await;
        assert!(told(answer.location()).contains_key("code"), "{way}: {}", answer.text());
    }
}

async fn an_application_is_told_how_somebody_signed_in(t: &mut TestApp) {
    let r = registered(t, json!({})).await;
    let ben = signin::person(t, r.company.tenant, "contoso", "ben", &[]).await;
    let mut browser = t.browser();
    signin::sign_in(&mut browser, &ben.name).await;
    let mut seen = Vec::new();
    let code = r.code(&mut browser, &[]).await;
    seen.push(claims(r.redeem(t, &code).await.1["id_token"].as_str().unwrap()));
    let mut authenticator = Authenticator::new();
    authenticator.register(&mut browser, "Key").await;
    t.advance(SignedDuration::from_mins(10));
    // What the client asks of the age is met by showing it again, and told.
    let page = browser.get(&r.authorize(&[("max_age", "60")])).await;
    let confirm = told(page.location());
    let next = [("next", confirm["next"].as_str())];
    let page = authenticator.use_at(&mut browser, "/account/confirm/passkey", &next).await;
    let page = browser.get(page.location()).await;
    let code = told(page.location())["code"].clone();
    seen.push(claims(r.redeem(t, &code).await.1["id_token"].as_str().unwrap()));
    let mut other = t.browser();
    authenticator.use_at(&mut other, "/sign-in/passkey", &[]).await;
    let code = r.code(&mut other, &[]).await;
    let tokens = r.redeem(t, &code).await.1;
    seen.push(claims(tokens["id_token"].as_str().unwrap()));
    let told: Vec<_> = seen.iter().map(|token| (&token["acr"], &token["amr"])).collect();
    assert_eq!(
        told,
        [
            (&json!("1"), &json!(["pwd"])),
            (&json!("2"), &json!(["pwd", "hwk", "pop", "mfa"])),
            (&json!("2"), &json!(["hwk", "pop", "mfa"])),
        ]
    );
    assert!(seen[1]["auth_time"].as_i64().unwrap() >= seen[0]["auth_time"].as_i64().unwrap() + 600);
    assert_eq!(claims(tokens["access_token"].as_str().unwrap())["amr"], json!(["hwk", "pop", "mfa"]));
}

async fn ending_a_session_ends_what_was_granted_in_it(t: &mut TestApp) {
    let r = registered(t, json!({})).await;
    let ben = t.person(r.company.tenant, &r.company.domain, "ben", &[]).await;
    let (mut one, mut two) =
        (t.signed_in(r.company.tenant, ben).await, t.signed_in(r.company.tenant, ben).await);
    let mut tokens = Vec::new();
    for browser in [&mut one, &mut two] {
        let code = r.code(browser, &[]).await;
        tokens.push(r.redeem(t, &code).await.1["refresh_token"].as_str().unwrap().to_owned());
    }
    let page = two.get("/account").await;
    let end =
        page.forms().into_iter().map(|form| form.action).find(|action| action.ends_with("/end")).unwrap();
    assert_eq!(two.post(&end, &[]).await.location(), "/account?done=session");
    assert_eq!(r.refresh(t, &tokens[0]).await.1["error"], "invalid_grant");
    let (status, kept) = r.refresh(t, &tokens[1]).await;
    assert_eq!(status, 200, "{kept}");
    // Whoever leaves keeps what may go on without them; whoever signs out everywhere ends that too.
    two.post("/sign-out", &[]).await;
    let (status, kept) = r.refresh(t, kept["refresh_token"].as_str().unwrap()).await;
    assert_eq!(status, 200, "{kept}");
    let mut three = t.signed_in(r.company.tenant, ben).await;
    let page = three.post("/account/sessions/end-all", &[]).await;
    assert_eq!(page.location(), "/sign-in?signed-out");
    assert_eq!(three.get("/account").await.status, 303);
    assert_eq!(r.refresh(t, kept["refresh_token"].as_str().unwrap()).await.1["error"], "invalid_grant");
}

async fn sign_ins_to_an_application_stand_in_the_log(t: &mut TestApp) {
    let r = registered(t, json!({})).await;
    let ben = t.person(r.company.tenant, &r.company.domain, "ben", &[]).await;
    let mut bens = t.signed_in(r.company.tenant, ben).await;
    r.code(&mut bens, &[]).await;
    let found = r.api.get(&format!("/v1.0/auditLogs/signIns?$filter=appId eq '{}'", r.app_id)).await;
    let found = found.body["value"].as_array().unwrap().clone();
    assert_eq!(found.len(), 1, "{found:?}");
    assert_eq!((&found[0]["appDisplayName"], &found[0]["userId"]), (&json!("Shop"), &json!(ben.to_string())));
    let mut anas = t.signed_in(r.company.tenant, r.company.ana).await;
    let page = anas.get(&format!("/activity/sign-ins?application={}", r.app_id)).await;
    page.assert_shows(&["BEN", "Shop"]);
    let page = anas.get(&format!("/activity/sign-ins?application={}", uuid::Uuid::nil())).await;
    assert!(!page.text().contains("BEN"));
}

#[expect(clippy::too_many_lines, reason = "a walk reads best in one piece")]
async fn an_application_is_told_of_groups(t: &mut TestApp) {
    let r = registered(t, json!({})).await;
    let ben = t.person(r.company.tenant, &r.company.domain, "ben", &[]).await;
    let mut browser = t.signed_in(r.company.tenant, ben).await;
    let mut ids = Vec::new();
    for number in 0..4 {
        let nickname = format!("group{number}");
        let mut group = json!({ "displayName": nickname, "mailEnabled": false, "mailNickname": nickname, "securityEnabled": true });
        if number == 3 {
            group["mailEnabled"] = json!(true);
            group["securityEnabled"] = json!(false);
            group["groupTypes"] = json!(["Unified"]);
        }
        let made = r.api.post("/v1.0/groups", group).await;
        ids.push(made.body["id"].as_str().unwrap_or_else(|| panic!("{}", made.body)).to_owned());
    }
    // Ben is in the first and, over it, in the second; the third is another's; the fourth is no security group.
    let link = async |group: &str, member: &str| {
        let member = json!({ "@odata.id": format!("http://localhost:8080/v1.0/directoryObjects/{member}") });
        let answer = r.api.post(&format!("/v1.0/groups/{group}/members/$ref"), member).await;
        assert_eq!(answer.status, 204, "{}", answer.body);
    };
    let ben_id = ben.to_string();
    link(&ids[0], &ben_id).await;
    link(&ids[1], &ids[0]).await;
    link(&ids[3], &ben_id).await;
    let given = json!({ "principalId": ids[0], "resourceId": r.principal, "appRoleId": uuid::Uuid::nil() });
    let path = format!("/v1.0/servicePrincipals/{}/appRoleAssignedTo", r.principal);
    assert_eq!(r.api.post(&path, given).await.status, 201);
    let sorted = |groups: &[&String]| {
        let mut groups: Vec<String> = groups.iter().map(|group| (*group).clone()).collect();
        groups.sort();
        groups
    };
    for (wish, expected) in [
        (json!(null), vec![]),
        (json!("SecurityGroup"), sorted(&[&ids[0], &ids[1]])),
        (json!("All"), sorted(&[&ids[0], &ids[1], &ids[3]])),
        (json!("ApplicationGroup"), sorted(&[&ids[0]])),
    ] {
        let application = format!("/v1.0/applications/{}", r.object);
        let changed = r.api.patch(&application, json!({ "groupMembershipClaims": wish })).await;
        assert_eq!(changed.status, 204, "{}", changed.body);
        let code = r.code(&mut browser, &[("scope", "openid")]).await;
        let token = claims(r.redeem(t, &code).await.1["id_token"].as_str().unwrap());
        let mut groups: Vec<String> = serde_json::from_value(token["groups"].clone()).unwrap_or_default();
        groups.sort();
        assert_eq!(groups, expected, "{wish}: {token}");
    }
    // Beyond 200, the token says where to ask.
    let all = json!({ "groupMembershipClaims": "All" });
    r.api.patch(&format!("/v1.0/applications/{}", r.object), all).await;
    for number in 0..199 {
        let nickname = format!("more{number}");
        let member = format!("http://localhost:8080/v1.0/directoryObjects/{ben}");
        let group = json!({
            "displayName": nickname, "mailEnabled": false, "mailNickname": nickname, "securityEnabled": true,
            "members@odata.bind": [member],
        });
        assert_eq!(r.api.post("/v1.0/groups", group).await.status, 201);
    }
    let code = r.code(&mut browser, &[("scope", "openid")]).await;
    let token = claims(r.redeem(t, &code).await.1["id_token"].as_str().unwrap());
    assert!(token.get("groups").is_none());
    let source = &token["_claim_sources"][token["_claim_names"]["groups"].as_str().unwrap()];
    let path = source["endpoint"].as_str().unwrap().strip_prefix("http://localhost:8080").unwrap().to_owned();
    let asked = r.api.post(&path, json!({ "securityEnabledOnly": false })).await;
    assert_eq!(asked.body["value"].as_array().unwrap().len(), 202, "{}", asked.body);
}

async fn they_read_what_they_were_told(t: &mut TestApp, r: &Registered, browser: &mut Browser) {
    let permission = |value: &str, words: Option<&str>| {
        json!({
            "id": t.app.moment().uuid(), "value": value, "type": "User", "isEnabled": true,
            "userConsentDisplayName": words, "userConsentDescription": words,
            "adminConsentDisplayName": format!("For administrators: {value}"),
            "adminConsentDescription": format!("For administrators: {value}"),
        })
    };
    let scopes = [permission("Orders.Read", Some("See your orders")), permission("Carts.Read", None)];
    let own = json!({ "api": { "oauth2PermissionScopes": scopes } });
    let changed = r.api.patch(&format!("/v1.0/applications/{}", r.object), own).await;
    assert_eq!(changed.status, 204, "{}", changed.body);
    let asked = format!("openid {0}/Orders.Read {0}/Carts.Read", r.app_id);
    r.code(browser, &[("scope", &asked)]).await;
    let page = browser.get("/my-applications").await;
    page.assert_shows(&["See your orders", "For administrators: Carts.Read", "Know that it is you"]);
    assert!(!page.text().contains("Orders.Read"), "{}", page.text());
    assert_eq!(page.body.matches("Know that it is you").count(), 1);
}

async fn people_find_their_applications(t: &mut TestApp) {
    let web = json!({ "redirectUris": [CALLBACK], "homePageUrl": "https://shop.example/" });
    let r = registered(t, json!({ "web": web })).await;
    let ben = t.person(r.company.tenant, &r.company.domain, "ben", &[]).await;
    let mut browser = t.signed_in(r.company.tenant, ben).await;
    browser.get("/my-applications").await.assert_shows(&["No application yet"]);
    r.code(&mut browser, &[("scope", "openid profile")]).await;
    let page = browser.get("/my-applications").await;
    page.assert_shows(&["Shop"]);
    assert_eq!(page.attributes(".launcher a", "href"), ["https://shop.example/"]);
    page.assert_shows(&["You let it:", "Know that it is you", "See your name and user name", "Take back"]);
    they_read_what_they_were_told(t, &r, &mut browser).await;
    browser.get("/my-applications?search=sho").await.assert_shows(&["Shop"]);
    browser.get("/my-applications?search=nothing").await.assert_shows(&["None found"]);
    let mut anas = t.signed_in(r.company.tenant, r.company.ana).await;
    anas.get("/my-applications").await.assert_shows(&["No application yet"]);
    let given =
        json!({ "principalId": r.company.ana, "resourceId": r.principal, "appRoleId": uuid::Uuid::nil() });
    let path = format!("/v1.0/servicePrincipals/{}/appRoleAssignedTo", r.principal);
    assert_eq!(r.api.post(&path, given).await.status, 201);
    anas.get("/my-applications").await.assert_shows(&["Shop"]);
    let logo = format!("/my-applications/{}/logo", r.principal);
    assert_eq!(browser.get(&logo).await.status, 404);
    const DOT: &[u8] = b"GIF89a\x01\x00\x01\x00\x00\xff\x00,\x00\x00\x00\x00\x01\x00\x01\x00\x00\x02\x00;";
    let sent =
        r.api.put_bytes(&format!("/v1.0/applications/{}/logo", r.object), "image/gif", DOT.to_vec()).await;
    assert_eq!(sent.status, 204, "{}", sent.body);
    let page = browser.get(&logo).await;
    assert_eq!((page.status.as_u16(), page.header("content-type")), (200, "image/gif"));
    assert_eq!(
        browser.get("/my-applications").await.attributes(".launcher img", "src"),
        std::slice::from_ref(&logo)
    );
    let stranger = t.person(r.company.tenant, &r.company.domain, "mia", &[]).await;
    let mut mias = t.signed_in(r.company.tenant, stranger).await;
    assert_eq!(mias.get(&logo).await.status, 404);
    let others = mias.post("/my-applications/take-back", &[("id", &r.principal)]).await;
    assert_eq!(others.status, 404, "she gave it nothing");
    let page = browser.get("/my-applications").await;
    let back = browser.submit_and_follow(&page, &[("id", &r.principal)]).await;
    back.assert_shows(&["asks you the next time", "No application yet"]);
    r.code(&mut browser, &[("scope", "openid")]).await;
    let path = format!("/v1.0/servicePrincipals/{}", r.principal);
    r.api.patch(&path, json!({ "tags": ["HideApp"] })).await;
    browser.get("/my-applications").await.assert_shows(&["No application yet"]);
}
