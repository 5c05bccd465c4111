//! What applications ask beyond a plain sign-in: signing out and hearing of it, requests that are pushed or signed, other
//! algorithms, and registering themselves.

use axum::body::Body;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use http::header::{AUTHORIZATION, CONTENT_TYPE};
use http::{Method, StatusCode};
use jiff::SignedDuration;
use model::applications::SignInSettings;
use model::ids::ObjectId;
use serde_json::{Value, json};
use tenantry::access::Actor;
use tenantry::error::Error;
use tenantry::features::applications::{self, Registration};
use tenantry::outside::http::Answer;
use tenantry::transaction;

use crate::openid::{CALLBACK, Registered, claims, post, registered, told};
use crate::support::TestApp;
use crate::support::browser::{Browser, encode, form_body};

both_engines!(
    a_person_signs_out_at_an_applications_wish,
    a_wish_that_isnt_right_leads_nowhere,
    applications_hear_that_a_session_ended,
    the_browser_tells_applications_too,
    a_request_is_pushed_and_counts_once,
    a_request_is_signed_by_the_application_alone,
    id_tokens_are_signed_as_the_application_wants,
    nobody_registers_where_it_is_off,
    an_application_registers_and_manages_itself(super::open),
    keys_of_an_application_are_fetched_from_public_addresses_alone(super::open),
    registration_has_limits(super::few),
);

pub fn open(config: &mut tenantry::config::Config) {
    crate::input::unlimited(config);
    config.registration.enabled = true;
}

pub fn few(config: &mut tenantry::config::Config) {
    open(config);
    config.registration.per_tenant = 2;
}

const OUT: &str = "https://shop.example/out";

/// Settings of the registered application, by the operation that its page uses.
async fn set(t: &TestApp, r: &Registered, change: impl FnOnce(&mut SignInSettings)) {
    let mut settings = SignInSettings::default();
    change(&mut settings);
    let (app, moment, actor) = (t.app.clone(), t.app.moment(), Actor::system(r.company.tenant));
    let id: ObjectId = r.object.parse().unwrap();
    let done: Result<(), Error> = transaction!(app.db, |scope| {
        let mut tenant = scope.tenant(actor.grant()).await?;
        applications::set_sign_in(&app, &mut tenant, &actor, (id, &settings), &moment).await
    });
    done.unwrap();
}

async fn signed_in(t: &mut TestApp, r: &Registered, name: &str) -> (Browser, Value) {
    let person = t.person(r.company.tenant, &r.company.domain, name, &[]).await;
    let mut browser = t.signed_in(r.company.tenant, person).await;
    let code = r.code(&mut browser, &[]).await;
    let (status, tokens) = r.redeem(t, &code).await;
    assert_eq!(status, 200, "{tokens}");
    (browser, tokens)
}

fn logout(r: &Registered, values: &[(&str, &str)]) -> String {
    r.at(&format!("/oauth2/v2.0/logout?{}", encode(values)))
}

async fn is_signed_in(r: &Registered, browser: &mut Browser) -> bool {
    told(browser.get(&r.authorize(&[("prompt", "none")])).await.location()).contains_key("code")
}

async fn a_person_signs_out_at_an_applications_wish(t: &mut TestApp) {
    let r = registered(t, json!({})).await;
    set(t, &r, |settings| settings.post_logout_redirect_uris = vec![OUT.into()]).await;
    let (mut browser, tokens) = signed_in(t, &r, "ben").await;
    let hint = tokens["id_token"].as_str().unwrap();
    // One that has ended is fine.
    t.advance(SignedDuration::from_hours(3));
    let wish = [("id_token_hint", hint), ("post_logout_redirect_uri", OUT), ("state", "a & b")];
    let page = browser.get(&logout(&r, &wish)).await;
    page.assert_shows(&["Shop asks to sign you out"]);
    assert!(page.text_of("#submit").is_some());
    assert!(is_signed_in(&r, &mut browser).await, "an address alone ends nothing");

    // A form of the application's own site leads to the same page, and ends nothing either.
    let request = browser.request(Method::POST, &r.at("/oauth2/v2.0/logout"));
    let request = request.header("origin", "https://shop.example").header("sec-fetch-site", "cross-site");
    let posted = browser.send(&r.at("/oauth2/v2.0/logout"), request.body(form_body(&wish)).unwrap()).await;
    assert_eq!(posted.status, 303);
    let page = browser.follow(&posted).await;
    assert!(is_signed_in(&r, &mut browser).await);
    // What the person's click sends can't be sent from elsewhere.
    let path = r.at("/oauth2/v2.0/sign-out");
    let request = browser.request(Method::POST, &path).header("sec-fetch-site", "cross-site");
    browser.send(&path, request.body(form_body(&wish)).unwrap()).await.assert_refused(403, "another site");
    assert!(is_signed_in(&r, &mut browser).await);

    let gone = browser.submit(&page, &[]).await;
    assert_eq!(gone.location(), format!("{OUT}?state=a%20%26%20b"));
    assert!(!is_signed_in(&r, &mut browser).await);
    // Whoever is signed out already is sent back at once; without an address, to a page of ours.
    assert!(browser.get(&logout(&r, &wish)).await.location().starts_with(OUT));
    assert_eq!(browser.get(&logout(&r, &[])).await.location(), "/sign-in?signed-out");
}

async fn a_wish_that_isnt_right_leads_nowhere(t: &mut TestApp) {
    let r = registered(t, json!({})).await;
    set(t, &r, |settings| settings.post_logout_redirect_uris = vec![OUT.into()]).await;
    let (mut browser, tokens) = signed_in(t, &r, "ben").await;
    let hint = tokens["id_token"].as_str().unwrap().to_owned();
    let (signed, _) = hint.rsplit_once('.').unwrap();
    let unsigned = {
        let claims = hint.split('.').nth(1).unwrap();
        format!("{}.{claims}.", URL_SAFE_NO_PAD.encode(r#"{"alg":"none","typ":"JWT"}"#))
    };
    let forged = format!("{signed}.{}", URL_SAFE_NO_PAD.encode([0; 256]));
    for bad in [forged.as_str(), &unsigned, "nonsense", tokens["access_token"].as_str().unwrap()] {
        let page =
            browser.get(&logout(&r, &[("id_token_hint", bad), ("post_logout_redirect_uri", OUT)])).await;
        page.assert_refused(400, "didn't give it");
    }
    for uri in
        ["https://shop.example/out?x=y", "https://evil.example/", CALLBACK, "https://shop.example/out/"]
    {
        let page =
            browser.get(&logout(&r, &[("id_token_hint", &hint), ("post_logout_redirect_uri", uri)])).await;
        page.assert_refused(400, "isn't registered for it");
        let path = r.at("/oauth2/v2.0/sign-out");
        let sent = [("client_id", r.app_id.as_str()), ("post_logout_redirect_uri", uri)];
        browser.post(&path, &sent).await.assert_refused(400, "isn't registered for it");
    }
    let unknown = "00000000-0000-0000-0000-000000000001";
    browser
        .get(&logout(&r, &[("client_id", unknown), ("post_logout_redirect_uri", OUT)]))
        .await
        .assert_refused(400, "isn't registered");
    let other = [("id_token_hint", hint.as_str()), ("client_id", unknown)];
    browser.get(&logout(&r, &other)).await.assert_refused(400, "didn't give it");
    // The hint of one tenant says nothing in another.
    let fabrikam = t.company("fabrikam").await;
    let path = format!("/{}/oauth2/v2.0/logout?{}", fabrikam.tenant, encode(&[("id_token_hint", &hint)]));
    browser.get(&path).await.assert_refused(400, "didn't give it");
    assert!(is_signed_in(&r, &mut browser).await);
    // Nobody says which application asks: the person is asked, signed out, and led to no address.
    let nameless = logout(&r, &[("post_logout_redirect_uri", OUT), ("state", "s")]);
    let page = browser.get(&nameless).await;
    assert!(!page.header("content-security-policy").contains("shop.example"));
    assert!(is_signed_in(&r, &mut browser).await);
    assert_eq!(browser.submit(&page, &[]).await.location(), "/sign-in?signed-out");
    assert!(!is_signed_in(&r, &mut browser).await);
    assert_eq!(browser.get(&nameless).await.location(), "/sign-in?signed-out");
}

/// The logout tokens that were sent to a host since, verified with the tenant's keys.
async fn logout_tokens(t: &mut TestApp, r: &Registered, algorithm: &str) -> Vec<Value> {
    tenantry::jobs::run_due(&t.app).await.unwrap();
    let keys = t.browser().get(&r.at("/discovery/v2.0/keys")).await;
    let keys: Value = serde_json::from_str(&keys.body).unwrap();
    let mut read = Vec::new();
    for sent in t.http.sent() {
        let body = String::from_utf8(sent.body).unwrap();
        let token = body.strip_prefix("logout_token=").unwrap();
        let header = token.split('.').next().unwrap();
        let header: Value = serde_json::from_slice(&URL_SAFE_NO_PAD.decode(header).unwrap()).unwrap();
        assert_eq!((&header["typ"], &header["alg"]), (&json!("logout+jwt"), &json!(algorithm)));
        let signed = tenantry::signing::Signed::read(token).unwrap();
        assert!(signed.by_one_of(keys["keys"].as_array().unwrap()));
        read.push(claims(token));
    }
    read
}

async fn applications_hear_that_a_session_ended(t: &mut TestApp) {
    let r = registered(t, json!({})).await;
    t.http.put("hear.shop.example", Ok(Answer { status: 200, ..Answer::default() }));
    let uri = Some("https://hear.shop.example/backchannel".to_owned());
    set(t, &r, |settings| {
        settings.backchannel_logout_uri.clone_from(&uri);
        settings.id_token_signed_response_alg = Some("ES256".into());
    })
    .await;
    for (index, how) in ["sign-out", "sessions", "disabled", "elsewhere"].into_iter().enumerate() {
        let name = format!("p{index}");
        let (mut browser, tokens) = signed_in(t, &r, &name).await;
        let identity = claims(tokens["id_token"].as_str().unwrap());
        let again = r.code(&mut browser, &[]).await;
        let again = r.redeem(t, &again).await.1;
        assert_eq!(
            claims(again["id_token"].as_str().unwrap())["sid"],
            identity["sid"],
            "one session, one sid"
        );
        let user = format!("/v1.0/users/{}", identity["sub"].as_str().unwrap());
        match how {
            "sign-out" => drop(browser.post("/sign-out", &[]).await),
            "sessions" => drop(r.api.post(&format!("{user}/revokeSignInSessions"), json!({})).await),
            "disabled" => drop(r.api.patch(&user, json!({ "accountEnabled": false })).await),
            _ => {
                let page = browser.get(&logout(&r, &[])).await;
                browser.submit(&page, &[]).await;
            }
        }
        let told = logout_tokens(t, &r, "ES256").await;
        assert_eq!(told.len(), 1, "{how}: {told:?}");
        let told = &told[0];
        for name in ["iss", "aud", "sub", "sid"] {
            assert_eq!(told[name], identity[name], "{how}: {name}");
        }
        assert_eq!(told["events"], json!({ "http://schemas.openid.net/event/backchannel-logout": {} }));
        assert!(told["jti"].is_string() && told.get("nonce").is_none());
        assert!(told["exp"].as_i64().unwrap() - told["iat"].as_i64().unwrap() <= 120);
    }
    // One that doesn't answer is told again.
    t.http.put("hear.shop.example", Ok(Answer { status: 503, ..Answer::default() }));
    let (mut browser, _) = signed_in(t, &r, "late").await;
    browser.post("/sign-out", &[]).await;
    assert_eq!(logout_tokens(t, &r, "ES256").await.len(), 1);
    t.http.put("hear.shop.example", Ok(Answer { status: 204, ..Answer::default() }));
    t.advance(SignedDuration::from_secs(6));
    assert_eq!(logout_tokens(t, &r, "ES256").await.len(), 1);
    t.advance(SignedDuration::from_hours(1));
    assert_eq!(logout_tokens(t, &r, "ES256").await.len(), 0);
}

async fn the_browser_tells_applications_too(t: &mut TestApp) {
    let logout_url = "https://front.shop.example/out?x=y";
    let r = registered(t, json!({ "web": { "redirectUris": [CALLBACK, "https://shop.example/other"], "logoutUrl": logout_url } })).await;
    set(t, &r, |settings| settings.post_logout_redirect_uris = vec![OUT.into()]).await;
    let (mut browser, tokens) = signed_in(t, &r, "ben").await;
    let identity = claims(tokens["id_token"].as_str().unwrap());
    let wish = [("client_id", r.app_id.as_str()), ("post_logout_redirect_uri", OUT), ("state", "s")];
    let page = browser.get(&logout(&r, &wish)).await;
    let page = browser.submit(&page, &[]).await;
    assert_eq!(page.status, 200);
    let frames = page.attributes("iframe", "src");
    assert_eq!(frames.len(), 1, "{frames:?}");
    assert!(frames[0].starts_with("https://front.shop.example/out?x=y&iss="), "{frames:?}");
    let sent = told(&frames[0]);
    assert_eq!((&json!(sent["iss"]), &json!(sent["sid"])), (&identity["iss"], &identity["sid"]));
    assert!(page.header("content-security-policy").ends_with("; frame-src https://front.shop.example"));
    assert_eq!(page.attributes("#submit", "href"), [format!("{OUT}?state=s")]);
    assert_eq!(page.header("refresh"), format!("2;url={OUT}?state=s"));
    assert!(!is_signed_in(&r, &mut browser).await);
}

async fn push(t: &mut TestApp, r: &Registered, more: &[(&str, &str)]) -> (StatusCode, Value) {
    let challenge = crate::openid::challenge();
    let usual = [
        ("client_id", r.app_id.as_str()),
        ("client_secret", r.secret.as_str()),
        ("redirect_uri", CALLBACK),
        ("response_type", "code"),
        ("scope", "openid"),
        ("state", "pushed"),
        ("code_challenge", &challenge),
        ("code_challenge_method", "S256"),
    ];
    let kept = usual.into_iter().filter(|(name, _)| !more.iter().any(|(other, _)| other == name));
    let all: Vec<_> = kept.chain(more.iter().copied()).collect();
    post(&mut t.browser(), &r.at("/oauth2/v2.0/par"), &all, None).await
}

fn by_name(r: &Registered, client: &str, name: &str) -> String {
    r.at(&format!("/oauth2/v2.0/authorize?{}", encode(&[("client_id", client), ("request_uri", name)])))
}

async fn a_request_is_pushed_and_counts_once(t: &mut TestApp) {
    let r = registered(t, json!({})).await;
    set(t, &r, |settings| settings.require_pushed_authorization_requests = true).await;
    let (status, pushed) = push(t, &r, &[]).await;
    assert_eq!((status.as_u16(), &pushed["expires_in"]), (201, &json!(60)), "{pushed}");
    let name = pushed["request_uri"].as_str().unwrap().to_owned();
    let ben = t.person(r.company.tenant, &r.company.domain, "ben", &[]).await;
    let mut browser = t.signed_in(r.company.tenant, ben).await;
    // Only pushed requests are answered, and only this client's.
    assert_eq!(told(browser.get(&r.authorize(&[])).await.location())["error"], "invalid_request");
    let other = r
        .api
        .post("/v1.0/applications", json!({ "displayName": "Other", "web": { "redirectUris": [CALLBACK] } }))
        .await;
    let other = other.body["appId"].as_str().unwrap().to_owned();
    r.api.post("/v1.0/servicePrincipals", json!({ "appId": other })).await;
    browser.get(&by_name(&r, &other, &name)).await.assert_refused(400, "used before, or has ended");

    let first = browser.get(&by_name(&r, &r.app_id, &name)).await;
    let way = first.location().to_owned();
    assert!(told(&way).contains_key("pushed") && !way.contains("openid"), "{way}");
    browser.get(&by_name(&r, &r.app_id, &name)).await.assert_refused(400, "used before, or has ended");
    // The person takes longer than the name lasts, and what stands beside it in the address counts for nothing.
    t.advance(SignedDuration::from_secs(300));
    let consent = browser.get(&format!("{way}&state=mine&scope=openid%20email&nonce=mine")).await;
    let answer = browser.submit(&consent, &[("answer", "accept")]).await;
    let back = told(answer.location());
    assert_eq!(back["state"], "pushed");
    let (status, tokens) = r.redeem(t, &back["code"]).await;
    assert_eq!((status.as_u16(), &tokens["scope"]), (200, &json!("openid")), "{tokens}");
    assert!(claims(tokens["id_token"].as_str().unwrap()).get("nonce").is_none());
    // Answered is answered.
    browser.get(&way).await.assert_refused(400, "used before, or has ended");

    let (_, late) = push(t, &r, &[]).await;
    t.advance(SignedDuration::from_secs(61));
    browser
        .get(&by_name(&r, &r.app_id, late["request_uri"].as_str().unwrap()))
        .await
        .assert_refused(400, "has ended");
    for (more, error) in [
        (("client_secret", "wrong"), "invalid_client"),
        (("redirect_uri", "https://evil.example/"), "invalid_request"),
        (("request_uri", name.as_str()), "invalid_request"),
        (("response_type", "token"), "unsupported_response_type"),
        (("scope", ""), "invalid_scope"),
    ] {
        let (status, answer) = push(t, &r, &[more]).await;
        assert_eq!(answer["error"], error, "{more:?}: {status}");
    }
}

/// A key of an application, and what it signs.
struct Own(tenantry::signing::SigningKey);

impl Own {
    fn new(id: &str) -> Self {
        let algorithm = tenantry::signing::Algorithm::Es256;
        let pkcs8 = tenantry::signing::generate(algorithm).unwrap();
        Self(tenantry::signing::SigningKey::from_pkcs8(id.into(), algorithm, &pkcs8).unwrap())
    }

    fn set(&self) -> Value {
        json!({ "keys": [self.0.public().unwrap()] })
    }

    fn sign(&self, claims: &Value) -> String {
        self.0.sign("JWT", claims).unwrap()
    }
}

async fn a_request_is_signed_by_the_application_alone(t: &mut TestApp) {
    let r = registered(t, json!({})).await;
    let (own, other) = (Own::new("k1"), Own::new("k1"));
    set(t, &r, |settings| settings.jwks = Some(own.set())).await;
    let ben = t.person(r.company.tenant, &r.company.domain, "ben", &[]).await;
    let mut browser = t.signed_in(r.company.tenant, ben).await;
    let issuer = format!("http://localhost:8080/{}/v2.0", r.company.tenant);
    let now = t.app.moment().now.as_second();
    let asked = json!({ "iss": r.app_id, "aud": issuer, "client_id": r.app_id, "exp": now + 300, "state": "inside", "nonce": "n-2", "scope": "openid" });
    let page = browser.get(&r.authorize(&[("request", &own.sign(&asked))])).await;
    let page = browser.submit(&page, &[("answer", "accept")]).await;
    let back = told(page.location());
    assert_eq!(back["state"], "inside", "{back:?}");
    let tokens = r.redeem(t, &back["code"]).await.1;
    assert_eq!(claims(tokens["id_token"].as_str().unwrap())["nonce"], "n-2");

    let part = |value: Value| URL_SAFE_NO_PAD.encode(value.to_string());
    let unsigned = format!("{}.{}.", part(json!({ "alg": "none" })), part(asked.clone()));
    let with = |name: &str, value: Value| {
        let mut changed = asked.clone();
        changed[name] = value;
        own.sign(&changed)
    };
    for (request, error) in [
        (other.sign(&asked), "invalid_request_object"),
        (with("exp", json!(now - 1)), "invalid_request_object"),
        (with("aud", json!("https://other.example")), "invalid_request_object"),
        (with("client_id", json!("00000000-0000-0000-0000-000000000001")), "invalid_request_object"),
        (with("sub", json!(r.app_id)), "invalid_request_object"),
        (with("request_uri", json!("https://x.example")), "invalid_request_object"),
        (with("response_type", json!("token")), "invalid_request_object"),
        (unsigned.clone(), "request_not_supported"),
    ] {
        let page = browser.get(&r.authorize(&[("request", &request)])).await;
        assert_eq!(told(page.location())["error"], error);
    }
    // A redirect URI that isn't registered is no better for being signed.
    let evil = with("redirect_uri", json!("https://evil.example/"));
    browser.get(&r.authorize(&[("request", &evil)])).await.assert_refused(400, "isn't registered");
    set(t, &r, |settings| settings.request_object_signing_alg = Some("none".into())).await;
    let page = browser.get(&r.authorize(&[("request", &unsigned)])).await;
    assert_eq!(told(page.location())["state"], "inside");
}

async fn id_tokens_are_signed_as_the_application_wants(t: &mut TestApp) {
    let r = registered(t, json!({})).await;
    let keys = t.browser().get(&r.at("/discovery/v2.0/keys")).await;
    let keys: Value = serde_json::from_str(&keys.body).unwrap();
    for (index, algorithm) in ["EdDSA", "ES256", "RS256"].into_iter().enumerate() {
        set(t, &r, |settings| {
            settings.id_token_signed_response_alg = Some(algorithm.into());
            settings.userinfo_signed_response_alg = Some(algorithm.into());
        })
        .await;
        let (_, tokens) = signed_in(t, &r, &format!("p{index}")).await;
        let path = r.at("/openid/userinfo");
        let mut browser = t.browser();
        let request = browser.request(Method::POST, &path);
        let body = form_body(&[("access_token", tokens["access_token"].as_str().unwrap())]);
        let told = browser.send(&path, request.body(body).unwrap()).await;
        assert_eq!(told.header(CONTENT_TYPE.as_str()), "application/jwt");
        for token in [tokens["id_token"].as_str().unwrap(), told.body.trim()] {
            let signed = tenantry::signing::Signed::read(token).unwrap();
            assert_eq!(signed.algorithm, algorithm);
            assert!(signed.by_one_of(keys["keys"].as_array().unwrap()));
            assert_eq!(signed.claims["aud"], r.app_id);
        }
    }
}

pub async fn send(
    t: &mut TestApp,
    method: Method,
    path: &str,
    token: Option<&str>,
    body: &Value,
) -> (StatusCode, Value) {
    let mut browser = t.browser();
    let mut request = browser.request(method, path).header(CONTENT_TYPE, "application/json");
    if let Some(token) = token {
        request = request.header(AUTHORIZATION, format!("Bearer {token}"));
    }
    let body = if body.is_null() { Body::empty() } else { Body::from(body.to_string()) };
    let page = browser.send(path, request.body(body).unwrap()).await;
    (page.status, serde_json::from_str(&page.body).unwrap_or_default())
}

pub async fn turn(t: &mut TestApp, r: &Registered, wanted: Registration) -> Option<String> {
    let (app, moment, actor) = (t.app.clone(), t.app.moment(), Actor::system(r.company.tenant));
    let token = transaction!(app.db, |scope| {
        let mut tenant = scope.tenant(actor.grant()).await?;
        applications::set_registration(&app, &mut tenant, &actor, wanted, &moment).await
    });
    token.unwrap().map(|token| token.expose().to_owned())
}

pub fn client() -> Value {
    json!({ "client_name": "Self made", "redirect_uris": ["https://self.example/cb"], "contacts": ["ops@self.example"] })
}

async fn nobody_registers_where_it_is_off(t: &mut TestApp) {
    let r = registered(t, json!({})).await;
    let (path, metadata) = (r.at("/oauth2/v2.0/register"), r.at("/v2.0/.well-known/openid-configuration"));
    assert_eq!(send(t, Method::POST, &path, None, &client()).await.0, 403);
    let page = t.browser().get(&metadata).await;
    assert!(!page.body.contains("registration_endpoint"));
    let mut anas = t.signed_in(r.company.tenant, r.company.ana).await;
    anas.get("/applications/registration").await.assert_shows(&["The operator of this service has it off"]);
}

#[expect(clippy::too_many_lines, reason = "a walk reads best in one piece")]
async fn an_application_registers_and_manages_itself(t: &mut TestApp) {
    let r = registered(t, json!({})).await;
    let path = r.at("/oauth2/v2.0/register");
    assert_eq!(send(t, Method::POST, &path, None, &client()).await.0, 403, "the tenant has it off");
    // An administrator turns it on, on the page.
    let mut anas = t.signed_in(r.company.tenant, r.company.ana).await;
    anas.get("/applications?filter=registered").await.assert_shows(&["No application has registered itself"]);
    let page = anas.get("/applications/registration").await;
    let shown = anas.submit(&page, &[("registration", "token")]).await;
    shown.assert_shows(&["Whoever has it can register"]);
    let token = turn(t, &r, Registration::WithToken).await.unwrap();
    for wrong in [None, Some("wrong"), Some("")] {
        assert_eq!(send(t, Method::POST, &path, wrong, &client()).await.0, 401);
    }
    let (status, made) = send(t, Method::POST, &path, Some(&token), &client()).await;
    assert_eq!(status, 201, "{made}");
    assert_eq!(
        (&made["client_name"], &made["token_endpoint_auth_method"]),
        (&json!("Self made"), &json!("client_secret_basic"))
    );
    let text = |name: &str| made[name].as_str().unwrap().to_owned();
    let (id, secret, own) = (text("client_id"), text("client_secret"), text("registration_access_token"));
    let at = text("registration_client_uri");
    let at = at.strip_prefix("http://localhost:8080").unwrap().to_owned();

    // It is an application like any other, and marked.
    let listed = anas.get("/applications").await;
    listed.assert_shows(&["Self made"]);
    let names = listed.attributes("td a", "href");
    let mut marked = 0;
    for name in &names {
        marked += usize::from(anas.get(name).await.text().contains("Registered itself"));
    }
    assert_eq!((names.len(), marked), (2, 1));
    assert_eq!(listed.text().matches("Registered itself").count(), 1);
    let alone = anas.get("/applications?filter=registered").await;
    alone.assert_shows(&["Self made", "Registered itself"]);
    assert_eq!(alone.attributes("td a", "href").len(), 1);
    assert_eq!(
        anas.get("/applications?filter=registered&search=self").await.attributes("td a", "href").len(),
        1
    );
    anas.get("/applications?filter=registered&search=shop").await.assert_shows(&["Nothing matches"]);
    let form = [("grant_type", "client_credentials"), ("scope", &*format!("{}/.default", r.app_id))];
    let basic = |secret: &str| {
        use base64::engine::general_purpose::STANDARD;
        format!("Basic {}", STANDARD.encode(format!("{id}:{secret}")))
    };
    let token_path = r.at("/oauth2/v2.0/token");
    assert_eq!(post(&mut t.browser(), &token_path, &form, Some(&basic(&secret))).await.0, 200);
    let posted = [&form[..], &[("client_id", id.as_str()), ("client_secret", secret.as_str())]].concat();
    assert_eq!(
        post(&mut t.browser(), &token_path, &posted, None).await.0,
        401,
        "only in the way that it registered"
    );

    let (status, read) = send(t, Method::GET, &at, Some(&own), &Value::Null).await;
    assert_eq!((status.as_u16(), &read["redirect_uris"]), (200, &json!(["https://self.example/cb"])));
    assert!(read.get("client_secret").is_none());
    // Neither another's token nor another's client, and not in another tenant.
    let (_, second) = send(t, Method::POST, &path, Some(&token), &client()).await;
    let others = second["registration_access_token"].as_str().unwrap().to_owned();
    let fabrikam = t.company("fabrikam").await;
    let elsewhere = at.replace(&r.company.tenant.to_string(), &fabrikam.tenant.to_string());
    let ordinary = r.at(&format!("/oauth2/v2.0/register/{}", r.app_id));
    for (path, token) in
        [(&at, Some(&*others)), (&at, None), (&elsewhere, Some(&*own)), (&ordinary, Some(&*own))]
    {
        for method in [Method::GET, Method::PUT, Method::DELETE] {
            let body = if method == Method::PUT { client() } else { Value::Null };
            assert_eq!(send(t, method.clone(), path, token, &body).await.0, 401, "{method} {path}");
        }
    }
    let mut changed = client();
    changed["client_id"] = json!(id);
    changed["redirect_uris"] = json!(["https://self.example/new"]);
    changed["id_token_signed_response_alg"] = json!("ES256");
    let (status, read) = send(t, Method::PUT, &at, Some(&own), &changed).await;
    assert_eq!(
        (status.as_u16(), &read["redirect_uris"]),
        (200, &json!(["https://self.example/new"])),
        "{read}"
    );
    assert_eq!(
        (&read["id_token_signed_response_alg"], read.get("contacts").is_some()),
        (&json!("ES256"), true)
    );
    assert_eq!(send(t, Method::DELETE, &at, Some(&own), &Value::Null).await.0, 204);
    assert_eq!(send(t, Method::GET, &at, Some(&own), &Value::Null).await.0, 401);
    assert_eq!(post(&mut t.browser(), &token_path, &form, Some(&basic(&secret))).await.0, 401);
    for (name, value, error) in [
        ("redirect_uris", json!([]), "invalid_redirect_uri"),
        ("redirect_uris", json!(["javascript:x"]), "invalid_redirect_uri"),
        ("redirect_uris", json!(["http://self.example/cb"]), "invalid_redirect_uri"),
        ("response_types", json!(["token"]), "invalid_client_metadata"),
        ("id_token_signed_response_alg", json!("none"), "invalid_client_metadata"),
        ("token_endpoint_auth_method", json!("private_key_jwt"), "invalid_client_metadata"),
        ("jwks_uri", json!("https://127.0.0.1/keys"), "invalid_client_metadata"),
        ("backchannel_logout_uri", json!("https://169.254.169.254/"), "invalid_client_metadata"),
        ("client_name", json!(["a"]), "invalid_client_metadata"),
    ] {
        let mut bad = client();
        bad[name] = value;
        let (status, answer) = send(t, Method::POST, &path, Some(&token), &bad).await;
        assert_eq!((status.as_u16(), answer["error"].as_str()), (400, Some(error)), "{bad}");
    }
    turn(t, &r, Registration::Off).await;
    assert_eq!(send(t, Method::POST, &path, Some(&token), &client()).await.0, 403);
}

async fn keys_of_an_application_are_fetched_from_public_addresses_alone(t: &mut TestApp) {
    let r = registered(t, json!({})).await;
    turn(t, &r, Registration::Open).await;
    let own = Own::new("first");
    t.http.put(
        "keys.example",
        Ok(Answer { status: 200, body: own.set().to_string().into_bytes(), ..Answer::default() }),
    );
    let mut asked = client();
    asked["token_endpoint_auth_method"] = json!("private_key_jwt");
    asked["jwks_uri"] = json!("https://keys.example/jwks");
    let (status, made) = send(t, Method::POST, &r.at("/oauth2/v2.0/register"), None, &asked).await;
    assert_eq!(status, 201, "{made}");
    assert!(made.get("client_secret").is_none());
    let id = made["client_id"].as_str().unwrap().to_owned();
    let path = r.at("/oauth2/v2.0/token");
    let shown = |t: &TestApp, key: &Own, audience: &str| {
        let now = t.app.moment().now.as_second();
        key.sign(&json!({ "iss": id, "sub": id, "aud": audience, "exp": now + 60, "jti": "j" }))
    };
    let scope = format!("{}/.default", r.app_id);
    let form = |assertion: &str| {
        vec![
            ("grant_type", "client_credentials".to_owned()),
            ("scope", scope.clone()),
            ("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer".to_owned()),
            ("client_assertion", assertion.to_owned()),
        ]
    };
    let endpoint = format!("http://localhost:8080{path}");
    async fn ask(t: &mut TestApp, path: &str, form: &[(&str, String)]) -> StatusCode {
        let form: Vec<_> = form.iter().map(|(name, value)| (*name, value.as_str())).collect();
        post(&mut t.browser(), path, &form, None).await.0
    }
    let good = form(&shown(t, &own, &endpoint));
    assert_eq!(ask(t, &path, &good).await, 200);
    assert_eq!(ask(t, &path, &good).await, 200);
    assert_eq!(t.http.asked(), ["https://keys.example/jwks"], "asked once");
    let mixed_up = form(&shown(t, &own, "https://other.example/token"));
    assert_eq!(ask(t, &path, &mixed_up).await, 401);
    let forged = form(&shown(t, &Own::new("first"), &endpoint));
    assert_eq!(ask(t, &path, &forged).await, 401);
    // A new key is fetched when it is first used.
    let next = Own::new("second");
    t.http.put(
        "keys.example",
        Ok(Answer { status: 200, body: next.set().to_string().into_bytes(), ..Answer::default() }),
    );
    t.advance(SignedDuration::from_secs(3));
    let rotated = form(&shown(t, &next, &endpoint));
    assert_eq!(ask(t, &path, &rotated).await, 200);
}

async fn registration_has_limits(t: &mut TestApp) {
    let r = registered(t, json!({})).await;
    turn(t, &r, Registration::Open).await;
    let path = r.at("/oauth2/v2.0/register");
    let (_, first) = send(t, Method::POST, &path, None, &client()).await;
    assert_eq!(send(t, Method::POST, &path, None, &client()).await.0, 201);
    assert_eq!(send(t, Method::POST, &path, None, &client()).await.0, 403);
    let at =
        first["registration_client_uri"].as_str().unwrap().strip_prefix("http://localhost:8080").unwrap();
    let own = first["registration_access_token"].as_str();
    assert_eq!(send(t, Method::DELETE, at, own, &Value::Null).await.0, 204);
    assert_eq!(send(t, Method::POST, &path, None, &client()).await.0, 201, "what is gone leaves room");
    let metadata = t.browser().get(&r.at("/v2.0/.well-known/openid-configuration")).await;
    let metadata: Value = serde_json::from_str(&metadata.body).unwrap();
    assert_eq!(metadata["registration_endpoint"], format!("http://localhost:8080{path}"));
}
