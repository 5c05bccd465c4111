//! Devices are signed in on another one (RFC 8628), also by clients that every tenant knows and that name no tenant.

use http::StatusCode;
use jiff::SignedDuration;
use model::roles::Role;
use serde_json::{Value, json};

use crate::input::hostile;
use crate::openid::{Registered, claims, post, registered, told};
use crate::support::TestApp;
use crate::support::browser::Browser;

both_engines!(
    a_device_is_signed_in,
    a_device_is_told_how_it_stands,
    a_code_counts_once_and_in_its_tenant,
    guessing_codes_is_slow(|config| config.limits.sensitive_per_minute = 10),
    the_azure_cli_is_known_everywhere,
    a_request_that_names_no_tenant_is_for_that_of_the_person,
    whatever_is_sent_to_devices_is_answered(crate::input::unlimited),
);

const CLI: &str = "04b07795-8ddb-461a-bbee-02f9e1bf7b46";
const DEVICE: &str = "urn:ietf:params:oauth:grant-type:device_code";

async fn public(t: &TestApp) -> Registered {
    registered(t, json!({ "isFallbackPublicClient": true })).await
}

async fn start(t: &mut TestApp, tenant: &str, client: &str, scope: &str) -> (StatusCode, Value) {
    let path = format!("/{tenant}/oauth2/v2.0/devicecode");
    post(&mut t.browser(), &path, &[("client_id", client), ("scope", scope)], None).await
}

async fn poll(t: &mut TestApp, tenant: &str, client: &str, device_code: &Value) -> (StatusCode, Value) {
    let sent = [
        ("grant_type", DEVICE),
        ("client_id", client),
        ("device_code", device_code.as_str().unwrap()),
        // MSAL for Python sends this beside it.
        ("code", device_code.as_str().unwrap()),
        ("client_info", "1"),
    ];
    post(&mut t.browser(), &format!("/{tenant}/oauth2/v2.0/token"), &sent, None).await
}

async fn answer(browser: &mut Browser, code: &Value, answer: &str) -> crate::support::page::Page {
    let page = browser.get("/device").await;
    let confirm = browser.submit(&page, &[("device_code", code.as_str().unwrap())]).await;
    assert_eq!(confirm.status, 200, "{}", confirm.text());
    browser.submit(&confirm, &[("answer", answer)]).await
}

async fn a_device_is_signed_in(t: &mut TestApp) {
    let r = public(t).await;
    let tenant = r.company.tenant.to_string();
    let ben = t.person(r.company.tenant, &r.company.domain, "ben", &[]).await;
    let (status, asked) = start(t, &tenant, &r.app_id, "openid profile offline_access User.Read").await;
    assert_eq!(status, 200, "{asked}");
    assert_eq!(asked["verification_uri"], "http://localhost:8080/device");
    assert_eq!((&asked["expires_in"], &asked["interval"]), (&json!(900), &json!(5)));
    let code = asked["user_code"].as_str().unwrap();
    assert!(asked["message"].as_str().unwrap().contains(code));
    assert!(code.len() == 9 && !code.contains(['A', 'E', 'I', 'O', 'U', '0', '1']), "{code}");

    let mut stranger = t.browser();
    assert_eq!(stranger.get("/device").await.location(), "/sign-in?next=%2Fdevice");
    let mut browser = t.signed_in(r.company.tenant, ben).await;
    let page = browser.get("/device").await;
    let typed = code.to_lowercase().replace('-', " ");
    let confirm = browser.submit(&page, &[("device_code", &typed)]).await;
    confirm.assert_shows(&[
        "Let Shop in?",
        "Chrome on Linux",
        "Go on only if you started this yourself",
        "See your name and user name",
    ]);
    let done = browser.submit(&confirm, &[("answer", "accept")]).await;
    done.assert_shows(&["Your device is signed in"]);

    let (status, tokens) = poll(t, &tenant, &r.app_id, &asked["device_code"]).await;
    assert_eq!(status, 200, "{tokens}");
    let identity = claims(tokens["id_token"].as_str().unwrap());
    assert_eq!((&identity["sub"], &identity["aud"]), (&json!(ben.to_string()), &json!(r.app_id)));
    let program = r.api.with_token(tokens["access_token"].as_str().unwrap());
    assert_eq!(program.get("/v1.0/me").await.body["id"], ben.to_string());
    assert!(tokens["client_info"].is_string());
    let refresh = [
        ("grant_type", "refresh_token"),
        ("client_id", r.app_id.as_str()),
        ("refresh_token", tokens["refresh_token"].as_str().unwrap()),
    ];
    let (status, refreshed) = r.token(t, &refresh).await;
    assert_eq!(status, 200, "{refreshed}");
    // Fetched twice: whoever has a copy of the code may have it, so nobody has.
    let (status, again) = poll(t, &tenant, &r.app_id, &asked["device_code"]).await;
    assert_eq!((status.as_u16(), again["error"].as_str()), (400, Some("invalid_grant")));
    let program = r.api.with_token(refreshed["access_token"].as_str().unwrap());
    assert_eq!(program.get("/v1.0/me").await.status, 401);
}

async fn a_device_is_told_how_it_stands(t: &mut TestApp) {
    let r = public(t).await;
    let tenant = r.company.tenant.to_string();
    let ben = t.person(r.company.tenant, &r.company.domain, "ben", &[]).await;
    let error =
        |answer: (StatusCode, Value)| (answer.0.as_u16(), answer.1["error"].as_str().unwrap().to_owned());
    let told = |code: &str| (400, code.to_owned());
    let asked = start(t, &tenant, &r.app_id, "openid").await.1;
    let code = asked["device_code"].clone();
    assert_eq!(error(poll(t, &tenant, &r.app_id, &code).await), told("authorization_pending"));
    assert_eq!(error(poll(t, &tenant, &r.app_id, &code).await), told("slow_down"));
    // The pause has grown to ten seconds.
    t.advance(SignedDuration::from_secs(6));
    assert_eq!(error(poll(t, &tenant, &r.app_id, &code).await), told("slow_down"));
    t.advance(SignedDuration::from_secs(15));
    assert_eq!(error(poll(t, &tenant, &r.app_id, &code).await), told("authorization_pending"));
    let mut browser = t.signed_in(r.company.tenant, ben).await;
    answer(&mut browser, &asked["user_code"], "deny").await.assert_shows(&["The device stays outside"]);
    assert_eq!(error(poll(t, &tenant, &r.app_id, &code).await), told("access_denied"));

    let asked = start(t, &tenant, &r.app_id, "openid").await.1;
    t.advance(SignedDuration::from_mins(15));
    assert_eq!(error(poll(t, &tenant, &r.app_id, &asked["device_code"]).await), told("expired_token"));
    let page = browser.get("/device").await;
    let late = browser.submit(&page, &[("device_code", asked["user_code"].as_str().unwrap())]).await;
    late.assert_refused(422, "No device waits under this code");

    // What no person could grant isn't asked of one.
    for (client, scope, wrong) in [
        ("nonsense", "openid", (401, "invalid_client")),
        ("00000000-0000-0000-0000-000000000001", "openid", (401, "invalid_client")),
        (r.app_id.as_str(), "api://nobody/Read", (400, "invalid_target")),
    ] {
        let answer = error(start(t, &tenant, client, scope).await);
        assert_eq!(answer, (wrong.0, wrong.1.to_owned()), "{client} {scope}");
    }
    // Said to be public is said so: an application that nobody said it of isn't.
    for public in [json!(null), json!(false)] {
        let path = format!("/v1.0/applications/{}", r.object);
        assert_eq!(r.api.patch(&path, json!({ "isFallbackPublicClient": public })).await.status, 204);
        assert_eq!(error(start(t, &tenant, &r.app_id, "openid").await), told("unauthorized_client"));
    }
}

async fn a_code_counts_once_and_in_its_tenant(t: &mut TestApp) {
    let r = public(t).await;
    let tenant = r.company.tenant.to_string();
    let other = t.company("fabrikam").await;
    let ben = t.person(r.company.tenant, &r.company.domain, "ben", &[]).await;
    let asked = start(t, &tenant, &r.app_id, "openid").await.1;
    let code = asked["user_code"].as_str().unwrap();
    // To a person of another tenant it is a code like any that isn't there.
    let mut foreign = t.signed_in(other.tenant, other.ana).await;
    let page = foreign.get("/device").await;
    foreign.submit(&page, &[("device_code", code)]).await.assert_refused(422, "No device waits");
    let forced = [("device_code", code), ("answer", "accept")];
    foreign.post("/device/answer", &forced).await.assert_refused(422, "No device waits");

    let mut browser = t.signed_in(r.company.tenant, ben).await;
    answer(&mut browser, &asked["user_code"], "accept").await.assert_shows(&["Your device is signed in"]);
    browser.post("/device/answer", &forced).await.assert_refused(422, "No device waits");
    // A device asks where it asked before, and as the client that it was.
    let foreign_tenant = other.tenant.to_string();
    for (tenant, client) in [
        (foreign_tenant.as_str(), r.app_id.as_str()),
        ("organizations", r.app_id.as_str()),
        (tenant.as_str(), CLI),
    ] {
        let (status, answer) = poll(t, tenant, client, &asked["device_code"]).await;
        assert_eq!(
            (status.as_u16(), answer["error"].as_str()),
            (400, Some("invalid_grant")),
            "{tenant} {client}"
        );
    }
    let mut spoilt = asked["device_code"].as_str().unwrap().to_owned();
    spoilt.replace_range(0..1, if spoilt.starts_with('A') { "B" } else { "A" });
    let (_, answer) = poll(t, &tenant, &r.app_id, &json!(spoilt)).await;
    assert_eq!(answer["error"], "invalid_grant");
    // Two at once: one of them gets in, and then neither stays.
    let (first, second) = {
        let (mut one, mut two) = (t.browser(), t.browser());
        let sent = [
            ("grant_type", "device_code"),
            ("client_id", r.app_id.as_str()),
            ("device_code", asked["device_code"].as_str().unwrap()),
        ];
        let path = r.at("/oauth2/v2.0/token");
        tokio::join!(post(&mut one, &path, &sent, None), post(&mut two, &path, &sent, None))
    };
    let got = [&first, &second].iter().filter(|(status, _)| *status == 200).count();
    assert_eq!(got, 1, "{first:?} {second:?}");
}

async fn guessing_codes_is_slow(t: &mut TestApp) {
    let r = public(t).await;
    let ben = t.person(r.company.tenant, &r.company.domain, "ben", &[]).await;
    let mut browser = t.signed_in(r.company.tenant, ben).await;
    let mut statuses = Vec::new();
    for guess in 0..12 {
        let code = format!("BCDF-GHJ{}", char::from(b"KLMNPQRSTVWX"[guess]));
        statuses.push(browser.post("/device", &[("device_code", &code)]).await.status.as_u16());
    }
    assert_eq!(statuses[..10], [422; 10]);
    assert_eq!(statuses[10..], [429; 2]);
}

async fn the_azure_cli_is_known_everywhere(t: &mut TestApp) {
    let company = t.company("contoso").await;
    let api = t.client(company.tenant, company.ana).await;
    let found = api.get(&format!("/v1.0/servicePrincipals?$filter=appId eq '{CLI}'")).await;
    let principal = found.body["value"][0]["id"].as_str().unwrap().to_owned();
    assert_eq!(found.body["value"][0]["displayName"], "Microsoft Azure CLI");
    let ida = t.person(company.tenant, &company.domain, "ida", &[Role::GlobalReader]).await;

    let scope = "http://localhost:8080//.default offline_access openid profile";
    let (status, asked) = start(t, "organizations", CLI, scope).await;
    assert_eq!(status, 200, "{asked}");
    let mut browser = t.signed_in(company.tenant, ida).await;
    answer(&mut browser, &asked["user_code"], "accept").await.assert_shows(&["Your device is signed in"]);
    let (status, tokens) = poll(t, "organizations", CLI, &asked["device_code"]).await;
    assert_eq!(status, 200, "{tokens}");
    let identity = claims(tokens["id_token"].as_str().unwrap());
    assert_eq!(identity["tid"], company.tenant.to_string());
    let program = api.with_token(tokens["access_token"].as_str().unwrap());
    assert_eq!(program.get("/v1.0/users").await.status, 200);
    assert_eq!(program.get("/tenants").await.body["value"][0]["tenantId"], company.tenant.to_string());
    // It does what the person may and no more.
    let group =
        json!({ "displayName": "S", "mailEnabled": false, "mailNickname": "s", "securityEnabled": true });
    assert_eq!(program.post("/v1.0/groups", group).await.status, 403);
    // Later it asks at the tenant itself, or where none is named.
    let mut refresh = tokens["refresh_token"].as_str().unwrap().to_owned();
    for place in [company.tenant.to_string(), "organizations".to_owned()] {
        let sent = [
            ("grant_type", "refresh_token"),
            ("client_id", CLI),
            ("refresh_token", &refresh),
            ("scope", scope),
        ];
        let (status, again) =
            post(&mut t.browser(), &format!("/{place}/oauth2/v2.0/token"), &sent, None).await;
        assert_eq!(status, 200, "{place}: {again}");
        refresh = again["refresh_token"].as_str().unwrap().to_owned();
    }
    // An administrator decides whether it is used: it can be disabled, and isn't deleted, since it would come back.
    let path = format!("/v1.0/servicePrincipals/{principal}");
    assert_ne!(api.delete(&path).await.status, 204);
    assert_eq!(api.patch(&path, json!({ "accountEnabled": false })).await.status, 204);
    assert_eq!(program.get("/v1.0/users").await.status, 401);
    let asked = start(t, "common", CLI, scope).await.1;
    let page = browser.get("/device").await;
    let shut = browser.submit(&page, &[("device_code", asked["user_code"].as_str().unwrap())]).await;
    shut.assert_refused(422, "No device waits");
}

async fn a_request_that_names_no_tenant_is_for_that_of_the_person(t: &mut TestApp) {
    let r = registered(t, json!({ "publicClient": { "redirectUris": ["http://localhost"] } })).await;
    let ben = t.person(r.company.tenant, &r.company.domain, "ben", &[]).await;
    let path = r.authorize(&[]).replace(&r.company.tenant.to_string(), "organizations");
    let page = t.browser().get(&path).await;
    assert_eq!(told(page.location())["next"], path);
    let mut browser = t.signed_in(r.company.tenant, ben).await;
    let own = browser.get(&path).await;
    assert_eq!(own.location(), r.authorize(&[]));
    let code = r.code(&mut browser, &[]).await;
    let sent = [
        ("grant_type", "authorization_code"),
        ("client_id", r.app_id.as_str()),
        ("client_secret", r.secret.as_str()),
        ("code", code.as_str()),
        ("redirect_uri", crate::openid::CALLBACK),
        ("code_verifier", crate::openid::VERIFIER),
    ];
    let (status, tokens) = post(&mut t.browser(), "/common/oauth2/v2.0/token", &sent, None).await;
    assert_eq!(status, 200, "{tokens}");
    let metadata = t.browser().get("/organizations/v2.0/.well-known/openid-configuration").await;
    let metadata: Value = serde_json::from_str(&metadata.body).unwrap();
    assert_eq!(metadata["issuer"], "http://localhost:8080/{tenantid}/v2.0");
    assert_eq!(
        metadata["device_authorization_endpoint"],
        "http://localhost:8080/organizations/oauth2/v2.0/devicecode"
    );
    assert_eq!(t.browser().get("/organizations/discovery/v2.0/keys").await.status, 200);
    // Nobody acts for themselves in no tenant.
    let sent = [
        ("grant_type", "client_credentials"),
        ("client_id", r.app_id.as_str()),
        ("client_secret", r.secret.as_str()),
        ("scope", "https://graph.microsoft.com/.default"),
    ];
    let (status, _) = post(&mut t.browser(), "/organizations/oauth2/v2.0/token", &sent, None).await;
    assert_eq!(status, 400);
}

async fn whatever_is_sent_to_devices_is_answered(t: &mut TestApp) {
    let r = public(t).await;
    let ben = t.person(r.company.tenant, &r.company.domain, "ben", &[]).await;
    let mut browser = t.signed_in(r.company.tenant, ben).await;
    let mut values = hostile::known();
    values.push("x".repeat(10_000));
    let tenant = r.company.tenant.to_string();
    for value in &values {
        for (client, scope) in [(value.as_str(), "openid"), (r.app_id.as_str(), value.as_str())] {
            let (status, _) = start(t, &tenant, client, scope).await;
            assert!(matches!(status.as_u16(), 200 | 400 | 401), "{value:.80?}: {status}");
        }
        let (status, _) = start(t, "organizations", CLI, value).await;
        assert!(matches!(status.as_u16(), 200 | 400), "{value:.80?}: {status}");
        let sent = [("grant_type", DEVICE), ("client_id", CLI), ("device_code", value)];
        let (status, _) = post(&mut t.browser(), &r.at("/oauth2/v2.0/token"), &sent, None).await;
        assert!(matches!(status.as_u16(), 400 | 401), "{value:.80?}: {status}");
        let page = browser.post("/device", &[("device_code", value)]).await;
        assert_eq!(page.status, 422, "{value:.80?}");
        let page = browser.post("/device/answer", &[("device_code", value), ("answer", value)]).await;
        assert_eq!(page.status, 422, "{value:.80?}");
    }
}
