//! Applications sign people in: the code flow with its refusals, refresh with copies found out, clients that act for themselves.

mod browsers;
mod disabled;
mod noted;
mod people;
mod shown;

use aws_lc_rs::digest::{SHA256, digest};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use http::header::{AUTHORIZATION, CONTENT_TYPE};
use http::{Method, StatusCode};
use jiff::SignedDuration;
use serde_json::{Value, json};

use crate::input::hostile;
use crate::support::TestApp;
use crate::support::browser::{Browser, encode, form_body};
use crate::support::client::Client;
use crate::support::people::Company;

both_engines!(
    a_person_signs_in_to_an_application,
    a_request_that_names_no_client_of_the_tenant_leads_nowhere,
    a_client_is_told_what_it_did_wrong,
    a_client_gets_the_sign_in_that_it_wants,
    the_token_endpoint_says_what_is_wrong,
    a_copied_code_or_refresh_token_ends_the_grant,
    a_grant_ends_with_everything_that_it_rests_on,
    a_client_acts_for_itself,
    an_application_lets_in_whom_it_is_assigned_to,
    what_is_for_administrators_only_they_agree_to,
    an_application_acts_for_a_person_within_what_both_may,
    whatever_is_sent_is_answered(crate::input::unlimited),
    whatever_a_browser_brings_is_answered(crate::input::unlimited),
);

pub const CALLBACK: &str = "https://shop.example/signed-in?from=tenantry";
pub const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";

pub struct Registered {
    pub company: Company,
    pub api: Client,
    pub app_id: String,
    pub object: String,
    pub principal: String,
    pub secret: String,
}

pub async fn registered(t: &TestApp, more: Value) -> Registered {
    registered_in(t, "contoso", more).await
}

pub async fn registered_in(t: &TestApp, prefix: &str, more: Value) -> Registered {
    let company = t.company(prefix).await;
    let api = t.client(company.tenant, company.ana).await;
    let mut body =
        json!({ "displayName": "Shop", "web": { "redirectUris": [CALLBACK, "https://shop.example/other"] } });
    body.as_object_mut().unwrap().extend(more.as_object().cloned().unwrap_or_default());
    let made = api.post("/v1.0/applications", body).await;
    assert_eq!(made.status, 201, "{}", made.body);
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let (app_id, object) = (text(&made.body["appId"]), text(&made.body["id"]));
    let principal = api.post("/v1.0/servicePrincipals", json!({ "appId": app_id })).await;
    let secret = api.post(&format!("/v1.0/applications/{object}/addPassword"), json!({})).await;
    let (principal, secret) = (text(&principal.body["id"]), text(&secret.body["secretText"]));
    Registered { company, api, app_id, object, principal, secret }
}

pub fn challenge() -> String {
    URL_SAFE_NO_PAD.encode(digest(&SHA256, VERIFIER.as_bytes()))
}

impl Registered {
    pub fn at(&self, path: &str) -> String {
        format!("/{}{path}", self.company.tenant)
    }

    pub fn authorize(&self, more: &[(&str, &str)]) -> String {
        let challenge = challenge();
        let usual = [
            ("client_id", self.app_id.as_str()),
            ("redirect_uri", CALLBACK),
            ("response_type", "code"),
            ("scope", "openid profile offline_access"),
            ("state", "a state"),
            ("nonce", "n-1"),
            ("code_challenge", &challenge),
            ("code_challenge_method", "S256"),
        ];
        let kept = usual.into_iter().filter(|(name, _)| !more.iter().any(|(other, _)| other == name));
        let all: Vec<_> = kept.chain(more.iter().copied()).filter(|(_, value)| !value.is_empty()).collect();
        self.at(&format!("/oauth2/v2.0/authorize?{}", encode(&all)))
    }

    /// What the token endpoint says to a form.
    pub async fn token(&self, t: &mut TestApp, values: &[(&str, &str)]) -> (StatusCode, Value) {
        let path = self.at("/oauth2/v2.0/token");
        post(&mut t.browser(), &path, values, None).await
    }

    /// Tokens for a code.
    pub async fn redeem(&self, t: &mut TestApp, code: &str) -> (StatusCode, Value) {
        self.token(
            t,
            &[
                ("grant_type", "authorization_code"),
                ("client_id", &self.app_id),
                ("client_secret", &self.secret),
                ("code", code),
                ("redirect_uri", CALLBACK),
                ("code_verifier", VERIFIER),
            ],
        )
        .await
    }

    pub async fn refresh(&self, t: &mut TestApp, token: &str) -> (StatusCode, Value) {
        let named = [("client_id", self.app_id.as_str()), ("client_secret", self.secret.as_str())];
        self.token(t, &[&named[..], &[("grant_type", "refresh_token"), ("refresh_token", token)]].concat())
            .await
    }

    /// A code for somebody who is signed in and agrees to what is asked.
    pub async fn code(&self, browser: &mut Browser, more: &[(&str, &str)]) -> String {
        let mut page = browser.get(&self.authorize(more)).await;
        if page.status == 200 {
            page = browser.submit(&page, &[("answer", "accept")]).await;
        }
        let told = told(page.location());
        told.get("code").unwrap_or_else(|| panic!("{told:?} {}", page.text())).clone()
    }

    pub async fn userinfo(&self, t: &mut TestApp, token: &str) -> (StatusCode, Value) {
        let (mut browser, path) = (t.browser(), self.at("/openid/userinfo"));
        let request = browser.request(Method::GET, &path).header(AUTHORIZATION, format!("Bearer {token}"));
        let page = browser.send(&path, request.body(axum::body::Body::empty()).unwrap()).await;
        (page.status, serde_json::from_str(&page.body).unwrap_or_default())
    }
}

pub async fn post(
    browser: &mut Browser,
    path: &str,
    values: &[(&str, &str)],
    authorization: Option<&str>,
) -> (StatusCode, Value) {
    let mut request = browser.request(Method::POST, path).header("origin", "https://spa.example");
    if let Some(value) = authorization {
        request = request.header(AUTHORIZATION, value);
    }
    let page = browser.send(path, request.body(form_body(values)).unwrap()).await;
    assert_eq!(page.header("cache-control"), "no-store");
    assert_eq!(page.header(CONTENT_TYPE.as_str()), "application/json");
    (page.status, serde_json::from_str(&page.body).unwrap_or_default())
}

/// The parameters that an address carries.
pub fn told(address: &str) -> std::collections::HashMap<String, String> {
    let (_, query) = address.split_once(['?', '#']).unwrap_or_default();
    let decoded = |text: &str| percent_encoding::percent_decode_str(text).decode_utf8().unwrap().into_owned();
    let pairs = query.split('&').filter_map(|pair| pair.split_once('='));
    pairs.map(|(name, value)| (decoded(name), decoded(value))).collect()
}

pub fn claims(token: &str) -> Value {
    let part = token.split('.').nth(1).unwrap();
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part).unwrap()).unwrap()
}

async fn leads_through_the_sign_in(r: &Registered, stranger: &mut Browser) {
    // Nobody is signed in: the way leads through the sign-in and comes back here.
    let page = stranger.get(&r.authorize(&[("login_hint", "ben@contoso.com")])).await;
    let asked = told(page.location());
    assert!(page.location().starts_with("/sign-in?"), "{}", page.location());
    assert!(
        asked["next"].starts_with(&r.at("/oauth2/v2.0/authorize?")) && asked["username"] == "ben@contoso.com"
    );
    let form = stranger.get(page.location()).await;
    form.assert_shows(&["With your work account, to go on to Shop (shop.example)."]);
    // A name that nobody vouched for, or on the way elsewhere, is none.
    let vouched = told(page.location())["for"].clone();
    let other = format!("U2hvcHM.{}", vouched.split_once('.').unwrap().1);
    for link in [page.location().replace(&vouched, &other), format!("/sign-in?next=%2Faccount&for={vouched}")]
    {
        stranger.get(&link).await.assert_shows(&["With your work account."]);
    }
    let unnamed = stranger.submit(&form, &[("username", "ben")]).await;
    unnamed.assert_refused(422, "to go on to Shop (");
    let password = stranger.submit_and_follow(&form, &[("username", "ben@contoso.com")]).await;
    password.assert_shows(&["To go on to Shop (shop.example)."]);
    let wrong = stranger.submit_to(&password, "/sign-in/password", &[("password", "not hers")]).await;
    wrong.assert_refused(422, "To go on to Shop (shop.example).");
    // Somebody else's account, or a passkey that doesn't open one, is on the same way.
    let others = password.attributes("p.lead a", "href").remove(0);
    stranger.get(&others).await.assert_shows(&["to go on to Shop (shop.example)."]);
    let kept = password.form_to("/sign-in/passkey");
    let failed = stranger.send_form(kept, &[]).await;
    failed.assert_refused(422, "to go on to Shop (shop.example).");
    // What is on its way to no application names none.
    let mut plain = stranger.clone();
    let form = plain.get("/sign-in").await;
    let page = plain.submit_and_follow(&form, &[("username", "ben@contoso.com")]).await;
    assert!(!page.text().contains("To go on to"), "{}", page.text());
    assert_eq!(page.attributes("p.lead a", "href"), ["/sign-in"]);
    assert!(password.header("content-security-policy").contains("form-action 'self' https://shop.example;"));
}

async fn are_signed_with_shown_keys(r: &Registered, stranger: &mut Browser, tokens: &Value) {
    // Both tokens are signed with keys that the tenant shows.
    let keys = stranger.get(&r.at("/discovery/v2.0/keys")).await;
    let keys: Value = serde_json::from_str(&keys.body).unwrap();
    for (name, algorithm) in [("id_token", "RS256"), ("access_token", "EdDSA")] {
        let header = tokens[name].as_str().unwrap().split('.').next().unwrap();
        let header: Value = serde_json::from_slice(&URL_SAFE_NO_PAD.decode(header).unwrap()).unwrap();
        assert_eq!(header["alg"], algorithm);
        assert!(
            keys["keys"]
                .as_array()
                .unwrap()
                .iter()
                .any(|key| key["kid"] == header["kid"] && key["alg"] == algorithm)
        );
    }
}

async fn a_person_signs_in_to_an_application(t: &mut TestApp) {
    let r = registered(t, json!({})).await;
    let ben = t.person(r.company.tenant, &r.company.domain, "ben", &[]).await;
    let mut stranger = t.browser();

    let metadata = stranger.get(&r.at("/v2.0/.well-known/openid-configuration")).await;
    let metadata: Value = serde_json::from_str(&metadata.body).unwrap();
    let issuer = format!("http://localhost:8080/{}/v2.0", r.company.tenant);
    assert_eq!(metadata["issuer"], issuer);
    let by_name = stranger.get(&format!("/{}/v2.0/.well-known/openid-configuration", r.company.domain)).await;
    assert_eq!(serde_json::from_str::<Value>(&by_name.body).unwrap(), metadata);

    leads_through_the_sign_in(&r, &mut stranger).await;

    let mut browser = t.signed_in(r.company.tenant, ben).await;
    let consent = browser.get(&r.authorize(&[])).await;
    consent.assert_shows(&["Shop wants to use your account", "shop.example", "See your name and user name"]);
    let answer = browser.submit(&consent, &[("answer", "accept")]).await;
    assert!(answer.location().starts_with("https://shop.example/signed-in?from=tenantry&code="));
    let back = told(answer.location());
    assert_eq!((back["state"].as_str(), back["iss"].as_str()), ("a state", issuer.as_str()));

    let (status, tokens) = r.redeem(t, &back["code"]).await;
    assert_eq!(status, 200, "{tokens}");
    assert_eq!(
        (&tokens["token_type"], &tokens["scope"]),
        (&json!("Bearer"), &json!("openid profile offline_access"))
    );
    let identity = claims(tokens["id_token"].as_str().unwrap());
    assert_eq!(
        (&identity["iss"], &identity["aud"], &identity["nonce"]),
        (&json!(issuer), &json!(r.app_id), &json!("n-1"))
    );
    assert_eq!((&identity["sub"], &identity["name"]), (&json!(ben.to_string()), &json!("BEN")));
    assert_eq!(identity["preferred_username"], format!("ben@{}", r.company.domain));

    are_signed_with_shown_keys(&r, &mut stranger, &tokens).await;
    let access = tokens["access_token"].as_str().unwrap();
    let (status, person) = r.userinfo(t, access).await;
    assert_eq!((status.as_u16(), &person["sub"], &person["name"]), (200, &identity["sub"], &json!("BEN")));
    assert!(person.get("email").is_none());

    // Agreed once is agreed: the next time leads straight back, without a page too.
    for more in [&[][..], &[("prompt", "none")]] {
        let again = browser.get(&r.authorize(more)).await;
        assert!(told(again.location()).contains_key("code"), "{}", again.location());
    }
    let posted = browser.get(&r.authorize(&[("response_mode", "form_post")])).await;
    assert_eq!(posted.attributes("form[data-send-now]", "action"), [CALLBACK]);
    let (status, refreshed) = r.refresh(t, tokens["refresh_token"].as_str().unwrap()).await;
    assert_eq!(status, 200, "{refreshed}");
    assert_eq!(claims(refreshed["id_token"].as_str().unwrap())["sub"], ben.to_string());
}

async fn a_request_that_names_no_client_of_the_tenant_leads_nowhere(t: &mut TestApp) {
    let r = registered(t, json!({})).await;
    let other = t.company("fabrikam").await;
    let mut browser = t.browser();
    for (more, reason) in [
        (("client_id", "00000000-0000-0000-0000-000000000001"), "isn't known in this organisation"),
        (("client_id", "nonsense"), "isn't known in this organisation"),
        (("redirect_uri", "https://evil.example/"), "isn't registered"),
        (("redirect_uri", "https://shop.example/signed-in"), "isn't registered"),
        (("redirect_uri", "https://shop.example/signed-in?from=tenantry&x=y"), "isn't registered"),
        (("redirect_uri", "https://shop.example/signed-in?from=tenantry#x"), "isn't registered"),
        (("redirect_uri", "https://shop.example@evil.example/signed-in?from=tenantry"), "isn't registered"),
        (("redirect_uri", "https://shop.example/x/../signed-in?from=tenantry"), "isn't registered"),
        (("redirect_uri", "https://SHOP.example/signed-in?from=tenantry"), "isn't registered"),
    ] {
        browser.get(&r.authorize(&[more])).await.assert_refused(400, reason);
    }
    // Twice the same parameter: nobody can tell which one the client meant.
    let twice = format!("{}&state=b", r.authorize(&[]));
    browser.get(&twice).await.assert_refused(400, "can't be read");
    // The client of another tenant is unknown here, and a tenant that isn't there is no page.
    let elsewhere = r.authorize(&[]).replace(&r.company.tenant.to_string(), &other.tenant.to_string());
    browser.get(&elsewhere).await.assert_refused(400, "isn't known in this organisation");
    let nowhere = r.authorize(&[]).replace(&r.company.tenant.to_string(), "nowhere.example");
    assert_eq!(browser.get(&nowhere).await.status, 404);
}

async fn a_client_is_told_what_it_did_wrong(t: &mut TestApp) {
    let r = registered(t, json!({})).await;
    let ben = t.person(r.company.tenant, &r.company.domain, "ben", &[]).await;
    let (mut nobody, mut browser) = (t.browser(), t.signed_in(r.company.tenant, ben).await);
    for (more, error) in [
        (("response_type", ""), "invalid_request"),
        (("response_type", "code code"), "unsupported_response_type"),
        (("response_mode", "pigeon"), "invalid_request"),
        (("scope", ""), "invalid_scope"),
        (("scope", "openid api://nobody/Read"), "invalid_target"),
        (("code_challenge_method", "plain"), "invalid_request"),
        (("request", "a.b.c"), "invalid_request_object"),
        (("request_uri", "https://shop.example/r"), "invalid_request_uri"),
        (("prompt", "none login"), "invalid_request"),
        (("prompt", "none"), "consent_required"),
    ] {
        let page = browser.get(&r.authorize(&[more])).await;
        let back = told(page.location());
        assert_eq!((back["error"].as_str(), back["state"].as_str()), (error, "a state"), "{more:?}");
        assert!(page.location().starts_with("https://shop.example/signed-in?from=tenantry&"));
    }
    let page = nobody.get(&r.authorize(&[("prompt", "none")])).await;
    assert_eq!(told(page.location())["error"], "login_required");
    let consent = browser.get(&r.authorize(&[])).await;
    let denied = browser.submit(&consent, &[("answer", "deny")]).await;
    assert_eq!(told(denied.location())["error"], "access_denied");
}

async fn a_client_gets_the_sign_in_that_it_wants(t: &mut TestApp) {
    let r = registered(t, json!({})).await;
    let ben = t.person(r.company.tenant, &r.company.domain, "ben", &[]).await;
    let mut browser = t.signed_in(r.company.tenant, ben).await;
    // A sign-in that is too old, or isn't the one that the client means, is asked for again.
    let code = r.code(&mut browser, &[]).await;
    let (_, tokens) = r.redeem(t, &code).await;
    t.advance(SignedDuration::from_mins(10));
    for (more, old) in [(("max_age", "60"), true), (("max_age", "3600"), false), (("prompt", "login"), true)]
    {
        let page = browser.get(&r.authorize(&[more])).await;
        assert_eq!(
            page.location().starts_with("/account/confirm?next="),
            old,
            "{more:?}: {}",
            page.location()
        );
    }
    let page = browser.get(&r.authorize(&[("max_age", "60"), ("prompt", "none")])).await;
    assert_eq!(told(page.location())["error"], "login_required");
    let mut anas = t.signed_in(r.company.tenant, r.company.ana).await;
    let hint = tokens["id_token"].as_str().unwrap();
    let page = anas.get(&r.authorize(&[("prompt", "none"), ("id_token_hint", hint)])).await;
    assert_eq!(told(page.location())["error"], "login_required");
    let page = browser.get(&r.authorize(&[("prompt", "none"), ("id_token_hint", hint)])).await;
    assert!(told(page.location()).contains_key("code"));
}

async fn the_token_endpoint_says_what_is_wrong(t: &mut TestApp) {
    let r = registered(t, json!({})).await;
    let ben = t.person(r.company.tenant, &r.company.domain, "ben", &[]).await;
    let mut browser = t.signed_in(r.company.tenant, ben).await;
    let id = ("client_id", r.app_id.as_str());
    let secret = ("client_secret", r.secret.as_str());
    let code = r.code(&mut browser, &[]).await;
    let redirect = ("redirect_uri", CALLBACK);
    for (values, error) in [
        (vec![("grant_type", "password"), id, secret], "unsupported_grant_type"),
        (vec![id, secret], "invalid_request"),
        (vec![("grant_type", "authorization_code"), id, secret], "invalid_request"),
        (
            vec![("grant_type", "authorization_code"), id, ("client_secret", "wrong"), ("code", &code)],
            "invalid_client",
        ),
        (
            vec![
                ("grant_type", "authorization_code"),
                id,
                ("code", &code),
                redirect,
                ("code_verifier", VERIFIER),
            ],
            "invalid_client",
        ),
        (vec![("grant_type", "authorization_code"), id, secret, ("code", &code), redirect], "invalid_grant"),
        (
            vec![
                ("grant_type", "authorization_code"),
                id,
                secret,
                ("code", &code),
                ("code_verifier", VERIFIER),
            ],
            "invalid_grant",
        ),
        (vec![("grant_type", "authorization_code"), id, secret, ("code", "x"), redirect], "invalid_grant"),
        (vec![("grant_type", "refresh_token"), id, secret, ("refresh_token", &code)], "invalid_grant"),
    ] {
        let (status, answer) = r.token(t, &values).await;
        assert_eq!(answer["error"], error, "{values:?}: {answer}");
        assert_eq!(status.as_u16(), if error == "invalid_client" { 401 } else { 400 });
    }
    let basic = format!("Basic {}", STANDARD.encode(format!("{}:{}", r.app_id, r.secret)));
    let values =
        [("grant_type", "authorization_code"), ("code", &code), redirect, ("code_verifier", VERIFIER)];
    let (status, answer) = post(&mut t.browser(), &r.at("/oauth2/v2.0/token"), &values, Some(&basic)).await;
    assert_eq!(status, 200, "{answer}");
    // After two minutes a code is worth nothing.
    let code = r.code(&mut browser, &[]).await;
    t.advance(SignedDuration::from_secs(121));
    assert_eq!(r.redeem(t, &code).await.1["error"], "invalid_grant");
}

async fn a_copied_code_or_refresh_token_ends_the_grant(t: &mut TestApp) {
    let r = registered(t, json!({})).await;
    let ben = t.person(r.company.tenant, &r.company.domain, "ben", &[]).await;
    let mut browser = t.signed_in(r.company.tenant, ben).await;
    let code = r.code(&mut browser, &[]).await;
    let (_, tokens) = r.redeem(t, &code).await;
    assert_eq!(r.redeem(t, &code).await.1["error"], "invalid_grant");
    let (access, refresh) =
        (tokens["access_token"].as_str().unwrap(), tokens["refresh_token"].as_str().unwrap());
    assert_eq!(r.userinfo(t, access).await.0, 401);
    assert_eq!(r.refresh(t, refresh).await.1["error"], "invalid_grant");

    let code = r.code(&mut browser, &[]).await;
    let first = r.redeem(t, &code).await.1["refresh_token"].as_str().unwrap().to_owned();
    let second = r.refresh(t, &first).await.1["refresh_token"].as_str().unwrap().to_owned();
    let third = r.refresh(t, &second).await.1;
    assert_eq!(r.userinfo(t, third["access_token"].as_str().unwrap()).await.0, 200);
    assert_eq!(r.refresh(t, &first).await.1["error"], "invalid_grant");
    assert_eq!(r.refresh(t, third["refresh_token"].as_str().unwrap()).await.1["error"], "invalid_grant");
    assert_eq!(r.userinfo(t, third["access_token"].as_str().unwrap()).await.0, 401);

    // Ended by its client.
    let code = r.code(&mut browser, &[]).await;
    let tokens = r.redeem(t, &code).await.1;
    let refresh = tokens["refresh_token"].as_str().unwrap().to_owned();
    let named = [("client_id", r.app_id.as_str()), ("client_secret", r.secret.as_str())];
    let asked = [&named[..], &[("token", refresh.as_str())]].concat();
    let introspect = r.at("/oauth2/v2.0/introspect");
    let mut program = t.browser();
    assert_eq!(post(&mut program, &introspect, &asked, None).await.1["active"], true);
    assert_eq!(post(&mut program, &r.at("/oauth2/v2.0/revoke"), &asked, None).await.0, 200);
    assert_eq!(post(&mut program, &introspect, &asked, None).await.1, json!({ "active": false }));
    let access = [&named[..], &[("token", tokens["access_token"].as_str().unwrap())]].concat();
    assert_eq!(post(&mut program, &introspect, &access, None).await.1, json!({ "active": false }));
}

async fn a_grant_ends_with_everything_that_it_rests_on(t: &mut TestApp) {
    let mut r = registered(t, json!({})).await;
    let user = |path: &str| format!("/v1.0/users/{path}");
    for what in ["session without offline_access", "sessions", "user", "principal", "secret", "application"] {
        let name = format!("p{}", what.len());
        let person = t.person(r.company.tenant, &r.company.domain, &name, &[]).await;
        let mut browser = t.signed_in(r.company.tenant, person).await;
        let scope = if what.starts_with("session ") { "openid" } else { "openid offline_access" };
        let code = r.code(&mut browser, &[("scope", scope)]).await;
        let (status, tokens) = r.redeem(t, &code).await;
        assert_eq!(status, 200, "{what}: {tokens}");
        let access = tokens["access_token"].as_str().unwrap();
        assert_eq!(r.userinfo(t, access).await.0, 200, "{what}");
        match what {
            "sessions" => drop(r.api.post(&user(&format!("{person}/revokeSignInSessions")), json!({})).await),
            "user" => drop(r.api.patch(&user(&person.to_string()), json!({ "accountEnabled": false })).await),
            "principal" => {
                let path = format!("/v1.0/servicePrincipals/{}", r.principal);
                r.api.patch(&path, json!({ "accountEnabled": false })).await;
            }
            "secret" => {
                let keys = r.api.get(&format!("/v1.0/applications/{}", r.object)).await;
                let key = keys.body["passwordCredentials"][0]["keyId"].clone();
                let path = format!("/v1.0/applications/{}/removePassword", r.object);
                r.api.post(&path, json!({ "keyId": key })).await;
            }
            "application" => drop(r.api.delete(&format!("/v1.0/applications/{}", r.object)).await),
            _ => drop(browser.post("/sign-out", &[]).await),
        }
        // A secret opens the token endpoint; the person's own access stays.
        if what != "secret" {
            assert_eq!(r.userinfo(t, access).await.0, 401, "{what}");
        }
        if let Some(refresh) = tokens["refresh_token"].as_str() {
            assert_ne!(r.refresh(t, refresh).await.0, 200, "{what}");
        }
        if what == "secret" {
            let path = format!("/v1.0/applications/{}/addPassword", r.object);
            r.secret = r.api.post(&path, json!({})).await.body["secretText"].as_str().unwrap().to_owned();
        }
        if what == "principal" {
            browser.get(&r.authorize(&[])).await.assert_refused(400, "isn't known in this organisation");
            let path = format!("/v1.0/servicePrincipals/{}", r.principal);
            r.api.patch(&path, json!({ "accountEnabled": true })).await;
        }
    }
}

async fn a_client_acts_for_itself(t: &mut TestApp) {
    let r = registered(t, json!({})).await;
    let role = json!({
        "allowedMemberTypes": ["Application"], "description": "Read orders", "displayName": "Read orders",
        "id": "0f6a52d1-57cf-4f0b-8a42-9b0ad0d2a001", "isEnabled": true, "value": "Orders.Read",
    });
    let api = r.api.post("/v1.0/applications", json!({ "displayName": "Orders", "appRoles": [role] })).await;
    let app_id = api.body["appId"].as_str().unwrap().to_owned();
    let orders = r.api.post("/v1.0/servicePrincipals", json!({ "appId": app_id })).await.body["id"].clone();
    let scope = format!("{app_id}/.default");
    let asked = [
        ("grant_type", "client_credentials"),
        ("client_id", r.app_id.as_str()),
        ("client_secret", r.secret.as_str()),
        ("scope", scope.as_str()),
    ];
    let (status, answer) = r.token(t, &asked).await;
    assert_eq!(status, 200, "{answer}");
    assert_eq!(claims(answer["access_token"].as_str().unwrap())["roles"], json!([]));
    let given = json!({ "principalId": r.principal, "resourceId": orders, "appRoleId": "0f6a52d1-57cf-4f0b-8a42-9b0ad0d2a001" });
    let path = format!("/v1.0/servicePrincipals/{}/appRoleAssignments", r.principal);
    assert_eq!(r.api.post(&path, given).await.status, 201);
    let token = claims(r.token(t, &asked).await.1["access_token"].as_str().unwrap());
    assert_eq!((&token["roles"], &token["aud"]), (&json!(["Orders.Read"]), &json!(app_id)));
    assert_eq!((&token["idtyp"], &token["sub"]), (&json!("app"), &json!(r.principal)));
    for (name, value, error) in [
        ("scope", "openid", "invalid_scope"),
        ("scope", "", "invalid_scope"),
        ("client_secret", "wrong", "invalid_client"),
        ("client_secret", "", "invalid_client"),
    ] {
        let values: Vec<_> =
            asked.iter().map(|pair| if pair.0 == name { (name, value) } else { *pair }).collect();
        assert_eq!(r.token(t, &values).await.1["error"], error, "{name}={value}");
    }
}

async fn an_application_lets_in_whom_it_is_assigned_to(t: &mut TestApp) {
    let r = registered(t, json!({})).await;
    let ben = t.person(r.company.tenant, &r.company.domain, "ben", &[]).await;
    let path = format!("/v1.0/servicePrincipals/{}", r.principal);
    r.api.patch(&path, json!({ "appRoleAssignmentRequired": true })).await;
    let mut browser = t.signed_in(r.company.tenant, ben).await;
    browser.get(&r.authorize(&[])).await.assert_refused(403, "isn't assigned to Shop");
    let page = browser.get(&r.authorize(&[("prompt", "none")])).await;
    assert_eq!(told(page.location())["error"], "access_denied");
    let group = json!({ "displayName": "Sales", "mailEnabled": false, "mailNickname": "sales", "securityEnabled": true });
    let group = r.api.post("/v1.0/groups", group).await.body["id"].clone();
    let member = json!({ "@odata.id": format!("http://localhost:8080/v1.0/directoryObjects/{ben}") });
    r.api.post(&format!("/v1.0/groups/{}/members/$ref", group.as_str().unwrap()), member).await;
    let given = json!({ "principalId": group, "resourceId": r.principal, "appRoleId": uuid::Uuid::nil() });
    assert_eq!(r.api.post(&format!("{path}/appRoleAssignedTo"), given).await.status, 201);
    r.code(&mut browser, &[]).await;
}

async fn what_is_for_administrators_only_they_agree_to(t: &mut TestApp) {
    let permission = |id: u8, value: &str, kind: &str| {
        json!({
            "id": format!("0f6a52d1-57cf-4f0b-8a42-9b0ad0d2b0{id:02}"), "value": value, "type": kind, "isEnabled": true,
            "adminConsentDisplayName": format!("{value} of everybody"), "adminConsentDescription": "For administrators",
            "userConsentDisplayName": format!("{value} of yours"), "userConsentDescription": "For you",
        })
    };
    let permissions = [permission(1, "Read", "User"), permission(2, "Manage", "Admin")];
    let r = registered(t, json!({ "api": { "oauth2PermissionScopes": permissions } })).await;
    let ben = t.person(r.company.tenant, &r.company.domain, "ben", &[]).await;
    let mut browser = t.signed_in(r.company.tenant, ben).await;
    let scope = |names: &str| {
        names.split(' ').map(|name| format!("{}/{name}", r.app_id)).collect::<Vec<_>>().join(" ")
    };
    let (read, manage) = (scope("Read"), scope("Read Manage"));
    let consent = browser.get(&r.authorize(&[("scope", &manage)])).await;
    consent.assert_shows(&["Read of yours", "Manage of yours", "Only an administrator can agree to this"]);
    assert!(consent.text_of("#accept").is_none());
    let sent = [
        ("answer", "accept"),
        ("client_id", &r.app_id),
        ("redirect_uri", CALLBACK),
        ("response_type", "code"),
        ("scope", &manage),
    ];
    let forced = browser.post(&r.at("/oauth2/v2.0/consent"), &sent).await;
    forced.assert_refused(403, "only an administrator can give");
    let code = r.code(&mut browser, &[("scope", &read)]).await;
    let token = claims(r.redeem(t, &code).await.1["access_token"].as_str().unwrap());
    assert_eq!((&token["scp"], &token["aud"]), (&json!("Read"), &json!(r.app_id)));

    let mut anas = t.signed_in(r.company.tenant, r.company.ana).await;
    let consent = anas.get(&r.authorize(&[("scope", &manage)])).await;
    anas.submit(&consent, &[("answer", "accept"), ("for_everybody", "yes")]).await;
    let page = browser.get(&r.authorize(&[("scope", &manage)])).await;
    let code = told(page.location())["code"].clone();
    let token = claims(r.redeem(t, &code).await.1["access_token"].as_str().unwrap());
    assert_eq!(token["scp"], "Read Manage");
}

async fn an_application_acts_for_a_person_within_what_both_may(t: &mut TestApp) {
    let r = registered(t, json!({})).await;
    let ben = t.person(r.company.tenant, &r.company.domain, "ben", &[]).await;
    let mut anas = t.signed_in(r.company.tenant, r.company.ana).await;
    let scope = "openid User.Read https://graph.example/User.Read";
    let page = anas.get(&r.authorize(&[("scope", scope)])).await;
    assert_eq!(told(page.location())["error"], "invalid_scope");
    let group =
        json!({ "displayName": "Sales", "mailEnabled": false, "mailNickname": "s", "securityEnabled": true });
    for (scope, reads, writes) in [
        ("openid profile", false, false),
        ("User.Read", false, false),
        ("User.Read.All openid", true, false),
        ("http://localhost:8080/Group.ReadWrite.All", true, true),
    ] {
        let code = r.code(&mut anas, &[("scope", scope)]).await;
        let (status, tokens) = r.redeem(t, &code).await;
        assert_eq!(status, 200, "{scope}: {tokens}");
        let program = r.api.with_token(tokens["access_token"].as_str().unwrap());
        let me = program.get("/v1.0/me").await.status;
        assert_eq!(me.as_u16(), if scope == "openid profile" { 401 } else { 200 }, "{scope}");
        assert_eq!(program.get(&format!("/v1.0/users/{ben}")).await.status == 200, reads, "{scope}");
        assert_eq!(program.post("/v1.0/groups", group.clone()).await.status == 201, writes, "{scope}");
        if writes {
            let session = format!("/v1.0/users/{}/revokeSignInSessions", r.company.ana);
            r.api.post(&session, json!({})).await;
            assert_eq!(program.get("/v1.0/me").await.status, 401);
        }
    }
    // What somebody may not do, no application does for them: only an administrator agrees to this, and Ben has no roles.
    let mut bens = t.signed_in(r.company.tenant, ben).await;
    let everybody = r.api.get("/v1.0/me").await;
    assert_eq!(everybody.status, 401, "her tokens ended with her sessions");
    let api = t.client(r.company.tenant, r.company.ana).await;
    let own =
        api.get("/v1.0/servicePrincipals?$filter=appId eq '00000003-0000-0000-c000-000000000000'").await;
    let own = own.body["value"][0]["id"].clone();
    let grant = json!({ "clientId": r.principal, "resourceId": own, "consentType": "AllPrincipals", "scope": "User.Read.All openid" });
    assert_eq!(api.post("/v1.0/oauth2PermissionGrants", grant).await.status, 201);
    let code = r.code(&mut bens, &[("scope", "User.Read.All")]).await;
    let token = r.redeem(t, &code).await.1["access_token"].as_str().unwrap().to_owned();
    let program = r.api.with_token(&token);
    assert_eq!(program.get("/v1.0/me").await.status, 200);
    assert_eq!(program.get(&format!("/v1.0/users/{}", r.company.ana)).await.status, 403);
}

/// Every endpoint with its usual request, of which one part at a time is spoilt.
async fn whatever_is_sent_is_answered(t: &mut TestApp) {
    let r = registered(t, json!({})).await;
    let ben = t.person(r.company.tenant, &r.company.domain, "ben", &[]).await;
    let mut browser = t.signed_in(r.company.tenant, ben).await;
    let code = r.code(&mut browser, &[]).await;
    let tokens = r.redeem(t, &code).await.1;
    let refresh = tokens["refresh_token"].as_str().unwrap().to_owned();
    let mut values = hostile::known();
    values.push("x".repeat(10_000));
    let client = [("client_id", r.app_id.as_str()), ("client_secret", r.secret.as_str())];
    let requests: [(&str, Vec<(&str, &str)>); 5] = [
        (
            "/oauth2/v2.0/token",
            vec![("grant_type", "refresh_token"), ("refresh_token", "x"), ("scope", "openid")],
        ),
        (
            "/oauth2/v2.0/token",
            vec![("grant_type", "authorization_code"), ("code", "x"), ("code_verifier", VERIFIER)],
        ),
        (
            "/oauth2/v2.0/token",
            vec![("grant_type", "client_credentials"), ("scope", "api://x/.default"), ("resource", "")],
        ),
        ("/oauth2/v2.0/introspect", vec![("token", "x"), ("token_type_hint", "access_token")]),
        ("/oauth2/v2.0/revoke", vec![("token", "x")]),
    ];
    let mut program = t.browser();
    for (path, usual) in &requests {
        let all = [&client[..], usual].concat();
        for (index, (name, _)) in all.iter().enumerate() {
            for value in &values {
                let mut sent = all.clone();
                sent[index].1 = value;
                let (status, _) = post(&mut program, &r.at(path), &sent, None).await;
                assert!(matches!(status.as_u16(), 200 | 400 | 401), "{path} {name}={value:.80?}: {status}");
            }
        }
    }
    for header in &values {
        if http::HeaderValue::from_str(header).is_ok() {
            let (status, _) =
                post(&mut program, &r.at("/oauth2/v2.0/token"), &requests[0].1, Some(header)).await;
            assert!(matches!(status.as_u16(), 400 | 401), "{header:.80?}: {status}");
        }
    }
    // Nothing of all this touched the grant.
    assert_eq!(r.refresh(t, &refresh).await.0, 200);
}

/// The same of the pages, and of the tenant's name in the address.
async fn whatever_a_browser_brings_is_answered(t: &mut TestApp) {
    let r = registered(t, json!({})).await;
    let ben = t.person(r.company.tenant, &r.company.domain, "ben", &[]).await;
    let mut browser = t.signed_in(r.company.tenant, ben).await;
    let mut program = t.browser();
    let mut values = hostile::known();
    values.push("x".repeat(10_000));
    for name in [
        "client_id",
        "redirect_uri",
        "scope",
        "state",
        "nonce",
        "prompt",
        "max_age",
        "claims",
        "id_token_hint",
    ] {
        for value in &values {
            let page = browser.get(&r.authorize(&[(name, value)])).await;
            assert!(matches!(page.status.as_u16(), 200 | 303 | 400), "{name}={value:.80?}: {}", page.status);
            let sent = [("answer", "accept"), ("client_id", &r.app_id), (name, value)];
            let page = browser.post(&r.at("/oauth2/v2.0/consent"), &sent).await;
            assert!(matches!(page.status.as_u16(), 303 | 400 | 403), "{name}={value:.80?}: {}", page.status);
        }
    }
    for tenant in &values {
        let tenant =
            percent_encoding::utf8_percent_encode(tenant, percent_encoding::NON_ALPHANUMERIC).to_string();
        for path in ["v2.0/.well-known/openid-configuration", "discovery/v2.0/keys", "oauth2/v2.0/authorize"]
        {
            let page = program.get(&format!("/{tenant}/{path}")).await;
            assert!(matches!(page.status.as_u16(), 400 | 404 | 422), "{tenant:.80}: {}", page.status);
        }
    }
}
