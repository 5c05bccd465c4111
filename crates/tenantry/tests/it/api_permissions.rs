//! What an application is granted at APIs in the portal, and the certificates that it proves itself with.

use aws_lc_rs::digest::{SHA1_FOR_LEGACY_USE_ONLY, digest};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jiff::SignedDuration;
use model::roles::Role;
use rcgen::KeyPair;
use serde_json::{Value, json};

use crate::openid::{Registered, claims, registered, registered_in, told};
use crate::programs::{certificate, proof};
use crate::support::TestApp;
use crate::support::browser::Browser;
use crate::support::page::Page;

both_engines!(
    a_role_is_granted_and_taken_back,
    what_is_granted_for_everybody_asks_nobody,
    nobody_grants_more_than_they_may,
    who_may_not_grant_sees_what_is_granted,
    ids_of_another_tenant_are_unknown,
    a_pasted_certificate_proves_the_program,
    a_private_key_is_never_taken,
);

const OWN_API: &str = "00000003-0000-0000-c000-000000000000";
const ROLES_WRITTEN: &str = "9e3f62cf-ca93-4989-b6ce-bf83c28f9fe8";
const GROUPS_READ: &str = "5b567255-7703-4780-807c-7be8301ae99b";
const ROLE: &str = "0f6a52d1-57cf-4f0b-8a42-9b0ad0d2c001";
const UNKNOWN: &str = "0190a5b0-0000-7000-8000-000000000000";

/// An API of the same tenant: its client id, and the id of its service principal.
async fn orders(r: &Registered) -> (String, String) {
    let permission = |id: u8, value: &str, words: &str| {
        json!({
            "id": format!("0f6a52d1-57cf-4f0b-8a42-9b0ad0d2d0{id:02}"), "value": value, "type": "User", "isEnabled": true,
            "adminConsentDisplayName": words, "adminConsentDescription": "For administrators",
            "userConsentDisplayName": format!("{words} of yours"), "userConsentDescription": "For you",
        })
    };
    let body = json!({
        "displayName": "Orders",
        "appRoles": [{ "allowedMemberTypes": ["Application"], "description": "Reads every order.", "displayName": "Read orders",
            "id": ROLE, "isEnabled": true, "value": "Orders.Read.All" }],
        "api": { "oauth2PermissionScopes": [permission(1, "Read", "See orders"), permission(2, "Write", "Change orders")] },
    });
    let made = r.api.post("/v1.0/applications", body).await;
    assert_eq!(made.status, 201, "{}", made.body);
    let app_id = made.body["appId"].as_str().unwrap().to_owned();
    (app_id.clone(), principal_of(r, &app_id).await)
}

/// The id of a service principal, which is made where there is none.
async fn principal_of(r: &Registered, app_id: &str) -> String {
    let made = r.api.post("/v1.0/servicePrincipals", json!({ "appId": app_id })).await;
    let found = match made.status.as_u16() {
        201 => made.body,
        _ => r.api.get(&format!("/v1.0/servicePrincipals(appId='{app_id}')")).await.body,
    };
    found["id"].as_str().unwrap().to_owned()
}

fn path_of(r: &Registered) -> String {
    format!("/applications/{}", r.object)
}

fn new_of(r: &Registered) -> String {
    format!("{}/api-permissions/new", path_of(r))
}

/// Ticks boxes of an API and sends them.
async fn grant(browser: &mut Browser, r: &Registered, api: &str, ticked: &[(&str, &str)]) -> Page {
    let form = browser.get(&format!("{}?api={api}", new_of(r))).await;
    browser.submit_to(&form, &new_of(r), ticked).await
}

/// Where what is granted is taken back.
fn removals(page: &Page) -> Vec<String> {
    let links = page.attributes("main a", "href").into_iter();
    links.filter(|link| link.contains("/api-permissions/remove?")).collect()
}

/// Answers a question with yes.
async fn confirmed(browser: &mut Browser, question: &str) -> Page {
    let page = browser.get(question).await;
    let answer = browser.submit_to(&page, question.split('?').next().unwrap(), &[]).await;
    browser.follow(&answer).await
}

/// The roles in the next token of a program for an API.
async fn roles(r: &Registered, t: &mut TestApp, app_id: &str) -> Value {
    let scope = format!("{app_id}/.default");
    let asked = [
        ("grant_type", "client_credentials"),
        ("client_id", r.app_id.as_str()),
        ("client_secret", r.secret.as_str()),
        ("scope", scope.as_str()),
    ];
    let (status, answer) = r.token(t, &asked).await;
    assert_eq!(status, 200, "{answer}");
    claims(answer["access_token"].as_str().unwrap())["roles"].clone()
}

async fn a_role_is_granted_and_taken_back(t: &mut TestApp) {
    let r = registered(t, json!({})).await;
    let (app_id, api) = orders(&r).await;
    let own = principal_of(&r, OWN_API).await;
    let mut ana = t.signed_in(r.company.tenant, r.company.ana).await;
    let (path, new) = (path_of(&r), new_of(&r));
    ana.get(&path).await.assert_shows(&["API permissions", "People are asked for what it wants"]);
    let links = async |browser: &mut Browser, search: &str| {
        browser.get(&format!("{new}{search}")).await.attributes("main .act a", "href")
    };
    let of = |api: &str| format!("{new}?api={api}");
    assert_eq!(links(&mut ana, "").await, [of(&own), of(&api)], "what offers nothing isn't there");
    assert_eq!(links(&mut ana, "?search=ord").await, [of(&api)]);
    ana.get(&format!("{new}?search=shop")).await.assert_shows(&["offers roles or permissions"]);

    let form = ana.get(&of(&api)).await;
    form.assert_shows(&["As itself", "Read orders Orders.Read.All", "Reads every order.", "See orders Read"]);
    ana.submit_to(&form, &new, &[]).await.assert_refused(422, "No permission was ticked");
    assert_eq!(roles(&r, t, &app_id).await, json!([]));
    let sent = ana.submit_to(&form, &new, &[("appRoleId", ROLE)]).await;
    let page = ana.follow(&sent).await;
    page.assert_shows(&["The permissions are granted", "Orders · Orders.Read.All", "As itself"]);
    assert_eq!(roles(&r, t, &app_id).await, json!(["Orders.Read.All"]));
    let again = ana.get(&of(&api)).await;
    assert_eq!(again.attributes("input[type=checkbox][disabled]", "value"), [ROLE]);
    again.assert_shows(&["Granted"]);
    ana.submit_to(&form, &new, &[("appRoleId", ROLE)]).await.assert_refused(422, "assigned already");

    let question = removals(&page).remove(0);
    ana.get(&question).await.assert_shows(&["Take back Orders.Read.All at Orders?"]);
    let page = confirmed(&mut ana, &question).await;
    page.assert_shows(&["The permission is taken back", "None."]);
    assert_eq!(roles(&r, t, &app_id).await, json!([]));
    assert_eq!(ana.get(&question).await.status.as_u16(), 404);
}

async fn what_is_granted_for_everybody_asks_nobody(t: &mut TestApp) {
    let r = registered(t, json!({})).await;
    let (app_id, api) = orders(&r).await;
    let tenant = r.company.tenant;
    let ben = t.person(tenant, &r.company.domain, "ben", &[]).await;
    let (mut ana, mut bens) = (t.signed_in(tenant, r.company.ana).await, t.signed_in(tenant, ben).await);
    let read = format!("{app_id}/Read");
    let ask = r.authorize(&[("scope", &read)]);
    bens.get(&ask).await.assert_shows(&["See orders of yours at Orders"]);
    let before = t.rows(tenant, "oauth2_permission_grant").await;
    let sent = grant(&mut ana, &r, &api, &[("scope", "Read")]).await;
    let page = ana.follow(&sent).await;
    page.assert_shows(&["Orders · Read", "agreed for everybody"]);
    let code = told(bens.get(&ask).await.location())["code"].clone();
    let token = claims(r.redeem(t, &code).await.1["access_token"].as_str().unwrap());
    assert_eq!((&token["scp"], &token["aud"]), (&json!("Read"), &json!(app_id)));

    // A further one is added to the same grant, and each is taken back by itself.
    let sent = grant(&mut ana, &r, &api, &[("scope", "Write")]).await;
    let page = ana.follow(&sent).await;
    assert_eq!(t.rows(tenant, "oauth2_permission_grant").await, before + 1);
    let write = removals(&page).into_iter().find(|link| link.ends_with("scope=Write")).unwrap();
    let page = confirmed(&mut ana, &write).await;
    page.assert_shows(&["taken back", "Orders · Read"]);
    assert_eq!(removals(&page).len(), 1);
    assert!(told(bens.get(&ask).await.location()).contains_key("code"));
    let question = removals(&page).remove(0);
    confirmed(&mut ana, &question).await.assert_shows(&["None."]);
    assert_eq!(t.rows(tenant, "oauth2_permission_grant").await, before);
    let consent = bens.get(&ask).await;
    consent.assert_shows(&["See orders of yours at Orders"]);
    bens.submit(&consent, &[("answer", "accept")]).await;
    ana.get(&path_of(&r)).await.assert_shows(&["None.", "Some people agreed to something"]);

    for (ticked, reason) in [
        (("scope", "Nope"), "no permission with the name Nope"),
        (("scope", "openid"), "no permission with the name openid"),
        (("appRoleId", UNKNOWN), "has no such role"),
        (("appRoleId", "00000000-0000-0000-0000-000000000000"), "has no such role"),
    ] {
        ana.post(&new_of(&r), &[("api", &api), ticked]).await.assert_refused(422, reason);
    }
}

async fn nobody_grants_more_than_they_may(t: &mut TestApp) {
    let r = registered(t, json!({})).await;
    let (tenant, own) = (r.company.tenant, principal_of(&r, OWN_API).await);
    let ben = t.person(tenant, &r.company.domain, "ben", &[Role::CloudApplicationAdministrator]).await;
    let (mut ana, mut bens) = (t.signed_in(tenant, r.company.ana).await, t.signed_in(tenant, ben).await);
    let beyond = "allows more than your own roles do";
    let before = t.rows(tenant, "oauth2_permission_grant").await;
    // One box too many, and nothing of it is done.
    let both = [("appRoleId", GROUPS_READ), ("appRoleId", ROLES_WRITTEN), ("scope", "User.Read")];
    let refused = grant(&mut bens, &r, &own, &both).await;
    refused.assert_refused(422, beyond);
    assert_eq!(refused.attributes("[name=appRoleId][checked]", "value").len(), 2, "it stays ticked");
    let scope = [("scope", "User.ReadWrite.All")];
    grant(&mut bens, &r, &own, &scope).await.assert_refused(422, beyond);
    assert_eq!(t.rows(tenant, "app_role_assignment").await, 0);
    assert_eq!(t.rows(tenant, "oauth2_permission_grant").await, before);
    let sent = grant(&mut bens, &r, &own, &[both[0], both[2]]).await;
    bens.follow(&sent)
        .await
        .assert_shows(&["Microsoft Graph · Group.Read.All", "Microsoft Graph · User.Read"]);
    // What somebody else granted they can see; of a role at the directory API they are told so before they ask.
    let sent = grant(&mut ana, &r, &own, &[both[1], scope[0]]).await;
    let page = ana.follow(&sent).await;
    let links = removals(&page);
    let roles: Vec<_> = links.iter().filter(|link| link.contains("assignment=")).collect();
    assert_eq!((links.len(), roles.len()), (4, 2));
    bens.get(roles[1]).await.assert_shows(&[beyond]);
    // Less than before is nobody's gain.
    let scope = links.iter().find(|link| link.contains("ReadWrite")).unwrap();
    confirmed(&mut bens, scope).await.assert_shows(&["taken back"]);
}

async fn who_may_not_grant_sees_what_is_granted(t: &mut TestApp) {
    let r = registered(t, json!({})).await;
    let (_, api) = orders(&r).await;
    let tenant = r.company.tenant;
    let reader = t.person(tenant, &r.company.domain, "ida", &[Role::GlobalReader]).await;
    let owner = t.person(tenant, &r.company.domain, "ben", &[]).await;
    let mut ana = t.signed_in(tenant, r.company.ana).await;
    ana.post(&format!("{}/owners/new", path_of(&r)), &[("id", &owner.to_string())]).await;
    let sent = grant(&mut ana, &r, &api, &[("appRoleId", ROLE), ("scope", "Read")]).await;
    let links = removals(&ana.follow(&sent).await);
    assert_eq!(links.len(), 2);
    for person in [reader, owner] {
        let mut browser = t.signed_in(tenant, person).await;
        let page = browser.get(&path_of(&r)).await;
        page.assert_shows(&["Orders · Orders.Read.All", "Orders · Read"]);
        let offered = page.attributes("main a", "href").into_iter();
        assert_eq!(offered.filter(|link| link.contains("/api-permissions/")).count(), 0);
        let of_api = format!("{}?api={api}", new_of(&r));
        for question in links.iter().chain([&new_of(&r), &of_api]) {
            browser.get(question).await.assert_refused(403, "Application administrator");
        }
        let remove = format!("{}/api-permissions/remove", path_of(&r));
        let assignment = links.iter().find_map(|link| link.split_once("assignment=")).unwrap().1;
        let assignment = assignment.replace("%2D", "-");
        for (form, ticked) in [
            (remove, &[("assignment", assignment.as_str())][..]),
            (new_of(&r), &[("api", api.as_str()), ("scope", "Write")]),
        ] {
            assert_eq!(browser.post(&form, ticked).await.status.as_u16(), 403, "{form}");
        }
    }
    assert_eq!(removals(&ana.get(&path_of(&r)).await), links);
}

async fn ids_of_another_tenant_are_unknown(t: &mut TestApp) {
    let (r, other) = (registered(t, json!({})).await, registered_in(t, "fabrikam", json!({})).await);
    let ((_, api), (_, theirs)) = (orders(&r).await, orders(&other).await);
    let mut foreign = t.signed_in(other.company.tenant, other.company.ana).await;
    let sent = grant(&mut foreign, &other, &theirs, &[("appRoleId", ROLE), ("scope", "Read")]).await;
    let page = foreign.follow(&sent).await;
    let mut ana = t.signed_in(r.company.tenant, r.company.ana).await;
    for unknown in [theirs.as_str(), UNKNOWN, "nonsense", &r.object] {
        let form = ana.get(&format!("{}?api={unknown}", new_of(&r))).await;
        assert_eq!(form.status.as_u16(), 404, "{unknown}");
        let ticked = [("api", unknown), ("appRoleId", ROLE), ("scope", "Read")];
        assert_eq!(ana.post(&new_of(&r), &ticked).await.status.as_u16(), 404, "{unknown}");
    }
    for link in removals(&page) {
        let (path, query) = link.split_once('?').unwrap();
        for path in [path.to_owned(), path.replace(&other.object, &r.object)] {
            assert_eq!(ana.get(&format!("{path}?{query}")).await.status.as_u16(), 404, "{path}");
            let query = query.replace("%2D", "-");
            let named: Vec<_> = query.split('&').filter_map(|pair| pair.split_once('=')).collect();
            assert_eq!(ana.post(&path, &named).await.status.as_u16(), 404, "{path}");
        }
    }
    for page in ["api-permissions/new", "certificates/new"] {
        for path in [path_of(&other), format!("/applications/{UNKNOWN}")] {
            assert_eq!(ana.get(&format!("{path}/{page}")).await.status.as_u16(), 404, "{path}/{page}");
            let ticked = [("api", api.as_str()), ("scope", "Read"), ("certificate", "x")];
            assert_eq!(ana.post(&format!("{path}/{page}"), &ticked).await.status.as_u16(), 404);
        }
    }
    assert_eq!(removals(&foreign.get(&path_of(&other)).await).len(), 2);
}

async fn a_pasted_certificate_proves_the_program(t: &mut TestApp) {
    let r = registered(t, json!({})).await;
    let mut ana = t.signed_in(r.company.tenant, r.company.ana).await;
    let new = format!("{}/certificates/new", path_of(&r));
    let (der, key) = certificate("shop.example");
    let pem = format!("-----BEGIN CERTIFICATE-----\r\n{der}\r\n-----END CERTIFICATE-----\r\n");
    let form = ana.get(&new).await;
    for wrong in ["", "shop.example", &der[..der.len() / 2]] {
        ana.submit(&form, &[("certificate", wrong)]).await.assert_refused(422, "This isn't a certificate");
    }
    let typed = [("certificate", pem.as_str()), ("certificateName", "Deploy")];
    let page = ana.submit_and_follow(&form, &typed).await;
    let thumbprint = digest(&SHA1_FOR_LEGACY_USE_ONLY, &STANDARD.decode(&der).unwrap());
    let thumbprint: String = thumbprint.as_ref().iter().map(|byte| format!("{byte:02X}")).collect();
    page.assert_shows(&["The certificate is added", "Deploy", "CN=", &thumbprint, "until"]);
    ana.submit(&form, &typed).await.assert_refused(422, "This was changed after you opened the page");
    // Without PEM around it, and by its own name.
    let (second, _) = certificate("second.example");
    let form = ana.get(&new).await;
    ana.submit_and_follow(&form, &[("certificate", &second)]).await.assert_shows(&["Deploy", &thumbprint]);

    let token = async |t: &mut TestApp| {
        let now = t.app.moment().now.as_second();
        let audience = format!("http://localhost:8080{}", r.at("/oauth2/v2.0/token"));
        let claims =
            json!({ "iss": r.app_id, "sub": r.app_id, "aud": audience, "exp": now + 60, "jti": "j" });
        let assertion = proof(&json!({ "alg": "ES256", "typ": "JWT" }), &claims, &key);
        let asked = [
            ("grant_type", "client_credentials"),
            ("scope", "https://graph.microsoft.com/.default"),
            ("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"),
            ("client_assertion", assertion.as_str()),
        ];
        r.token(t, &asked).await
    };
    let (status, answer) = token(t).await;
    assert_eq!(status, 200, "{answer}");
    let links = ana.get(&path_of(&r)).await.attributes("main a", "href");
    let links: Vec<_> = links.iter().filter(|link| link.contains("/certificates/remove")).collect();
    assert_eq!(links.len(), 2);
    ana.get(links[0]).await.assert_shows(&["Remove the certificate Deploy?", &thumbprint]);
    let page = confirmed(&mut ana, links[0]).await;
    page.assert_shows(&["The certificate is removed and no longer works"]);
    assert!(!page.text().contains(&thumbprint));
    assert_eq!(token(t).await.1["error"], "invalid_client");
    assert_eq!(ana.get(links[0]).await.status.as_u16(), 404);
}

async fn a_private_key_is_never_taken(t: &mut TestApp) {
    let r = registered(t, json!({})).await;
    let mut ana = t.signed_in(r.company.tenant, r.company.ana).await;
    let new = format!("{}/certificates/new", path_of(&r));
    let (der, _) = certificate("shop.example");
    let key = KeyPair::generate().unwrap().serialize_pem();
    let secret = key.lines().nth(1).unwrap().to_owned();
    let both = format!("-----BEGIN CERTIFICATE-----\n{der}\n-----END CERTIFICATE-----\n{key}");
    let encoded = STANDARD.encode(&both);
    let form = ana.get(&new).await;
    let before = t.rows(r.company.tenant, "audit_event").await;
    for age in [0, 16] {
        t.advance(SignedDuration::from_mins(age));
        for pasted in [key.as_str(), &both, &encoded, &key.replace("PRIVATE KEY", "rsa private key")] {
            let typed = [("certificate", pasted), ("certificateName", "Deploy")];
            let refused = ana.submit(&form, &typed).await;
            refused.assert_refused(422, "This holds a private key. It was not kept.");
            assert!(!refused.body.contains(&secret) && !refused.body.contains(&encoded[..40]));
            assert_eq!(refused.attributes("#certificateName", "value"), ["Deploy"]);
            assert!(ana.cookie("waiting").is_none(), "it waits for no sign-in");
        }
        // Nor does what can't be read, which may be one without its name.
        let bare = ana.submit(&form, &[("certificate", &secret)]).await;
        bare.assert_refused(422, "This isn't a certificate");
        assert!(ana.cookie("waiting").is_none());
    }
    let sent = ana.submit(&form, &[("certificate", &der)]).await;
    assert!(sent.location().starts_with("/account/confirm?next="), "{}", sent.text());
    assert_eq!(t.rows(r.company.tenant, "audit_event").await, before);
}
