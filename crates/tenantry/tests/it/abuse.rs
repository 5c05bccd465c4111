//! What somebody tries who has no business here, each with the answer that it gets: guesses, copies at the same instant on two
//! nodes, addresses that are bent, tokens that are made up.

use aws_lc_rs::hmac;
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair as _};
use axum::body::Body;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use http::Request;
use http::header::{CONTENT_TYPE, RETRY_AFTER};
use serde_json::{Value, json};

use crate::openid::{CALLBACK, Registered, VERIFIER, claims, post, registered, told};
use crate::support::TestApp;
use crate::support::browser::Browser;
use crate::support::page::Page;

both_engines!(
    one_password_for_many_names_is_stopped_by_its_network,
    codes_and_tokens_are_not_guessed,
    a_code_sent_to_two_nodes_at_once_gives_tokens_once_at_most,
    a_refresh_token_sent_to_two_nodes_at_once_gives_tokens_once_at_most,
    a_code_of_one_provider_is_worth_nothing_at_another,
    addresses_to_go_back_to_cant_be_bent,
    tokens_cant_be_made_up,
    deep_and_large_parameters_are_refused,
);

async fn one_password_for_many_names_is_stopped_by_its_network(t: &mut TestApp) {
    let company = t.company("contoso").await;
    let mut names = Vec::new();
    for number in 0..12 {
        let name = format!("p{number}");
        t.person(company.tenant, &company.domain, &name, &[]).await;
        names.push(format!("{name}@{}", company.domain));
    }
    names.extend((0..80).map(|number| format!("nobody{number}@{}", company.domain)));
    let mut browser = t.browser();
    let mut answers = Vec::new();
    for name in &names {
        let mut fresh = browser.clone();
        fresh.post("/sign-in", &[("username", name)]).await;
        let answer = fresh.post("/sign-in/password", &[("password", "Spring2026!")]).await;
        let wait: u64 = answer.header(RETRY_AFTER.as_str()).parse().unwrap_or_default();
        answers.push((answer.status.as_u16(), wait > 0));
    }
    let stopped = answers.iter().position(|answer| *answer == (429, true)).unwrap();
    let tried = answers[..stopped].iter().filter(|answer| **answer == (422, false)).count();
    assert_eq!(tried, stopped, "all before look alike, whether there is such a person or not: {answers:?}");
    // The limit goes by the real clock: on a slow machine some of the later ones fit into it again.
    let later = &answers[stopped..];
    let again = later.iter().filter(|answer| **answer == (422, false)).count();
    let others = later.iter().filter(|answer| **answer == (429, true)).count();
    assert!(again + others == later.len() && again * 4 < others, "{answers:?}");
    // Whoever comes from elsewhere isn't kept out by it.
    browser = t.browser();
    browser.post("/sign-in", &[("username", &names[0])]).await;
    let answer = browser.post("/sign-in/password", &[("password", "Spring2026!")]).await;
    assert_eq!(answer.status.as_u16(), 422);
}

async fn codes_and_tokens_are_not_guessed(t: &mut TestApp) {
    let r = registered(t, json!({})).await;
    let named = [("client_id", r.app_id.as_str()), ("client_secret", r.secret.as_str())];
    for (kind, name) in [("authorization_code", "code"), ("refresh_token", "refresh_token")] {
        let mut program = t.browser();
        let mut last = json!(null);
        for number in 0..200_u32 {
            let guess = URL_SAFE_NO_PAD.encode(number.to_be_bytes().repeat(12));
            let asked = [
                &named[..],
                &[
                    ("grant_type", kind),
                    (name, &guess),
                    ("redirect_uri", CALLBACK),
                    ("code_verifier", VERIFIER),
                ],
            ]
            .concat();
            let (status, answer) = post(&mut program, &r.at("/oauth2/v2.0/token"), &asked, None).await;
            last = answer;
            if status == 429 {
                break;
            }
            assert_eq!((status.as_u16(), &last["error"]), (400, &json!("invalid_grant")));
        }
        assert_eq!(last["error"], "temporarily_unavailable", "{kind}: no network guesses for long");
    }
}

/// Two browsers, each of another node of the service.
async fn on_two_nodes(t: &mut TestApp) -> [Browser; 2] {
    let other = t.node().await;
    let here = t.browser();
    let there = t.browser().of(other);
    [here, there]
}

async fn both(r: &Registered, programs: &mut [Browser; 2], more: &[(&str, &str)]) -> [(u16, Value); 2] {
    let asked = [&[("client_id", r.app_id.as_str()), ("client_secret", r.secret.as_str())], more].concat();
    let (path, [here, there]) = (r.at("/oauth2/v2.0/token"), programs);
    let answers = tokio::join!(post(here, &path, &asked, None), post(there, &path, &asked, None));
    [answers.0, answers.1].map(|(status, body)| (status.as_u16(), body))
}

fn successes(answers: &[(u16, Value); 2]) -> usize {
    answers.iter().filter(|(status, _)| *status == 200).count()
}

async fn a_code_sent_to_two_nodes_at_once_gives_tokens_once_at_most(t: &mut TestApp) {
    let r = registered(t, json!({})).await;
    let ben = t.person(r.company.tenant, &r.company.domain, "ben", &[]).await;
    let mut browser = t.signed_in(r.company.tenant, ben).await;
    let mut programs = on_two_nodes(t).await;
    for _ in 0..5 {
        let code = r.code(&mut browser, &[]).await;
        let asked = [
            ("grant_type", "authorization_code"),
            ("code", code.as_str()),
            ("redirect_uri", CALLBACK),
            ("code_verifier", VERIFIER),
        ];
        let answers = both(&r, &mut programs, &asked).await;
        assert_eq!(successes(&answers), 1, "{answers:?}");
        // The copy ended what the code had given, on both nodes.
        let given = answers.iter().find_map(|(_, body)| body["refresh_token"].as_str()).unwrap();
        assert_eq!(r.refresh(t, given).await.1["error"], "invalid_grant");
    }
}

async fn a_refresh_token_sent_to_two_nodes_at_once_gives_tokens_once_at_most(t: &mut TestApp) {
    let r = registered(t, json!({})).await;
    let ben = t.person(r.company.tenant, &r.company.domain, "ben", &[]).await;
    let mut browser = t.signed_in(r.company.tenant, ben).await;
    let mut programs = on_two_nodes(t).await;
    for _ in 0..5 {
        let code = r.code(&mut browser, &[]).await;
        let first = r.redeem(t, &code).await.1["refresh_token"].as_str().unwrap().to_owned();
        let asked = [("grant_type", "refresh_token"), ("refresh_token", first.as_str())];
        let answers = both(&r, &mut programs, &asked).await;
        assert_eq!(successes(&answers), 1, "{answers:?}");
        let given = answers.iter().find_map(|(_, body)| body["access_token"].as_str()).unwrap();
        assert_eq!(r.userinfo(t, given).await.0, 401, "the copy ended the grant");
    }
}

async fn a_code_of_one_provider_is_worth_nothing_at_another(t: &mut TestApp) {
    let mut r = registered(t, json!({})).await;
    let ben = t.person(r.company.tenant, &r.company.domain, "ben", &[]).await;
    let mut browser = t.signed_in(r.company.tenant, ben).await;
    let code = r.code(&mut browser, &[]).await;
    let own = r.company.tenant;
    let elsewhere = t.company("fabrikam").await;
    let api = t.client(elsewhere.tenant, elsewhere.ana).await;
    let web = json!({ "redirectUris": [CALLBACK] });
    let other = api.post("/v1.0/applications", json!({ "displayName": "Shop", "web": web })).await;
    let id = other.body["id"].as_str().unwrap();
    api.post("/v1.0/servicePrincipals", json!({ "appId": other.body["appId"] })).await;
    let secret = api.post(&format!("/v1.0/applications/{id}/addPassword"), json!({})).await;
    let (app_id, usual) = (r.app_id.clone(), r.secret.clone());

    // The client of this tenant at the other one, the other one's client at both, and the right one in the end.
    r.company.tenant = elsewhere.tenant;
    assert_eq!(r.redeem(t, &code).await.1["error"], "invalid_client");
    r.app_id = other.body["appId"].as_str().unwrap().to_owned();
    r.secret = secret.body["secretText"].as_str().unwrap().to_owned();
    assert_eq!(r.redeem(t, &code).await.1["error"], "invalid_grant");
    r.company.tenant = own;
    assert_eq!(r.redeem(t, &code).await.1["error"], "invalid_client");
    (r.app_id, r.secret) = (app_id, usual);
    let (status, tokens) = r.redeem(t, &code).await;
    assert_eq!(status, 200, "{tokens}");
    // What it gave is of this tenant alone.
    r.company.tenant = elsewhere.tenant;
    assert_eq!(r.userinfo(t, tokens["access_token"].as_str().unwrap()).await.0, 401);
}

async fn addresses_to_go_back_to_cant_be_bent(t: &mut TestApp) {
    let native = json!({ "publicClient": { "redirectUris": ["http://localhost", "myapp://signed-in"] } });
    let r = registered(t, native).await;
    let ben = t.person(r.company.tenant, &r.company.domain, "ben", &[]).await;
    let mut browser = t.signed_in(r.company.tenant, ben).await;
    for bent in [
        "https://shop.example/signed-in%3Ffrom=tenantry",
        "https://shop.example/signed-in?from=tenantry%26x=y",
        "https://shop.example/signed-in?from=tenantry&",
        "https://shop.example/signed-in?from=tenantry%00",
        "https://shop.example/signed-in/?from=tenantry",
        "https://shop.example//signed-in?from=tenantry",
        "https://shop.example/./signed-in?from=tenantry",
        "https://shop.example/%2e%2e/signed-in?from=tenantry",
        "https://shop.example:443/signed-in?from=tenantry",
        "https://shop.example:8443/signed-in?from=tenantry",
        "https://user@shop.example/signed-in?from=tenantry",
        "https://shop.example:x@evil.example/signed-in?from=tenantry",
        "https://shop.example\\@evil.example/signed-in?from=tenantry",
        "https://shop.example.evil.example/signed-in?from=tenantry",
        "https://shop.example%2eevil.example/signed-in?from=tenantry",
        "https://sh\u{43e}p.example/signed-in?from=tenantry",
        "http://shop.example/signed-in?from=tenantry",
        "//shop.example/signed-in?from=tenantry",
        "javascript:alert(1)//https://shop.example/signed-in?from=tenantry",
        "data:text/html,x",
        "http://localhost.evil.example",
        "http://localhost@evil.example",
        "http://localhost#x",
        "http://LOCALHOST",
        "http://localhost/other",
        "http://127.0.0.1.evil.example",
        "http://127.1",
        "http://[::1]",
        "https://localhost",
        "http://localhost:x",
        "http://localhost:80@evil.example",
        "http://localhost:99999",
        "myapp://signed-in/x",
        "myapp://signed-in@evil",
        "MYAPP://signed-in",
    ] {
        let page = browser.get(&r.authorize(&[("redirect_uri", bent)])).await;
        page.assert_refused(400, "isn't registered");
        assert!(page.header("location").is_empty(), "{bent}");
    }
    // A program of this machine gets any port, and nothing else.
    let page = browser.get(&r.authorize(&[("redirect_uri", "http://localhost:51234")])).await;
    assert_eq!(page.status, 200, "{}", page.text());
}

fn part(value: &Value) -> String {
    URL_SAFE_NO_PAD.encode(value.to_string())
}

/// A token with other parts, its signature made by `sign`.
fn forged(header: &Value, body: &Value, sign: impl Fn(&[u8]) -> Vec<u8>) -> String {
    let signed = format!("{}.{}", part(header), part(body));
    let signature = URL_SAFE_NO_PAD.encode(sign(signed.as_bytes()));
    format!("{signed}.{signature}")
}

/// Tokens like this one that nobody here signed.
#[expect(clippy::too_many_lines, reason = "a list reads best in one piece")]
fn forgeries(token: &str, keys: &Value) -> Vec<(&'static str, String)> {
    let header: Value =
        serde_json::from_slice(&URL_SAFE_NO_PAD.decode(token.split('.').next().unwrap()).unwrap()).unwrap();
    let body = claims(token);
    let with = |changes: Value| {
        let mut changed = header.clone();
        changed.as_object_mut().unwrap().extend(changes.as_object().unwrap().clone());
        changed
    };
    let own = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).unwrap();
    let point = own.public_key().as_ref();
    let jwk = json!({ "kty": "EC", "crv": "P-256", "x": URL_SAFE_NO_PAD.encode(&point[1..33]), "y": URL_SAFE_NO_PAD.encode(&point[33..]) });
    let by_own = |signed: &[u8]| own.sign(&SystemRandom::new(), signed).unwrap().as_ref().to_vec();
    let by_secret = |secret: Vec<u8>| {
        move |signed: &[u8]| hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, &secret), signed).as_ref().to_vec()
    };
    let shown = keys["keys"].as_array().unwrap().iter().find(|key| key["kid"] == header["kid"]).unwrap();
    let other = keys["keys"].as_array().unwrap().iter().find(|key| key["kid"] != header["kid"]).unwrap();
    let coordinate = shown["x"].as_str().or(shown["n"].as_str()).unwrap();
    let raw = URL_SAFE_NO_PAD.decode(coordinate).unwrap();
    let (signed, signature) = token.rsplit_once('.').unwrap();
    let mut longer = body.clone();
    longer["exp"] = json!(4_000_000_000_i64);
    let mut all = vec![
        ("by nobody", forged(&with(json!({ "alg": "none" })), &body, |_| Vec::new())),
        ("by nobody, written otherwise", forged(&with(json!({ "alg": "nOnE" })), &body, |_| Vec::new())),
        ("no algorithm", forged(&json!({ "typ": "at+jwt", "kid": header["kid"] }), &body, by_own)),
        ("by the shown key as a secret", forged(&with(json!({ "alg": "HS256" })), &body, by_secret(raw))),
        (
            "by its text",
            forged(&with(json!({ "alg": "HS256" })), &body, by_secret(coordinate.as_bytes().to_vec())),
        ),
        (
            "by the whole key",
            forged(&with(json!({ "alg": "HS256" })), &body, by_secret(shown.to_string().into_bytes())),
        ),
        ("by a key that it brings", forged(&with(json!({ "alg": "ES256", "jwk": jwk })), &body, by_own)),
        ("by another key of the name", forged(&with(json!({ "alg": "ES256" })), &body, by_own)),
        (
            "by a key of no name",
            forged(&with(json!({ "alg": "ES256", "kid": "../../dev/null" })), &body, by_own),
        ),
        ("by an address", forged(&with(json!({ "jku": "https://evil.example/keys" })), &body, by_own)),
        (
            "named as another key's",
            forged(&with(json!({ "kid": other["kid"], "alg": other["alg"] })), &body, |_| {
                URL_SAFE_NO_PAD.decode(signature).unwrap()
            }),
        ),
        ("longer", format!("{}.{}.{signature}", part(&header), part(&longer))),
        ("with zeros for a signature", format!("{signed}.{}", URL_SAFE_NO_PAD.encode([0; 64]))),
        ("without a signature", format!("{signed}.")),
        ("in two parts", signed.to_owned()),
        ("in four parts", format!("{token}.x")),
        (
            "with what must be understood",
            forged(&with(json!({ "crit": ["b64"], "b64": false })), &body, by_own),
        ),
    ];
    for name in ["tid", "oid", "sub", "aud", "iss", "scp"] {
        let mut changed = body.clone();
        changed[name] = json!("00000000-0000-0000-0000-000000000001");
        all.push(("with another claim", format!("{}.{}.{signature}", part(&header), part(&changed))));
    }
    all
}

async fn tokens_cant_be_made_up(t: &mut TestApp) {
    let r = registered(t, json!({})).await;
    let mut anas = t.signed_in(r.company.tenant, r.company.ana).await;
    let code = r.code(&mut anas, &[("scope", "openid offline_access User.Read")]).await;
    let (status, tokens) = r.redeem(t, &code).await;
    assert_eq!(status, 200, "{tokens}");
    let text = |name: &str| tokens[name].as_str().unwrap().to_owned();
    let (access, identity, refresh) = (text("access_token"), text("id_token"), text("refresh_token"));
    let keys = anas.get(&r.at("/discovery/v2.0/keys")).await;
    let keys: Value = serde_json::from_str(&keys.body).unwrap();
    assert_eq!(r.api.with_token(&access).get("/v1.0/me").await.status, 200, "the true one is taken");

    let mut made_up = forgeries(&access, &keys);
    made_up.extend([
        ("an ID token", identity.clone()),
        ("a refresh token", refresh.clone()),
        ("a code", code),
    ]);
    let mut program = t.browser();
    for (what, token) in &made_up {
        assert_eq!(r.userinfo(t, token).await.0, 401, "userinfo, {what}");
        assert_eq!(r.api.with_token(token).get("/v1.0/me").await.status, 401, "the API, {what}");
        if *what == "a refresh token" {
            continue;
        }
        let asked = [
            ("client_id", r.app_id.as_str()),
            ("client_secret", r.secret.as_str()),
            ("token", token.as_str()),
        ];
        let (status, answer) = post(&mut program, &r.at("/oauth2/v2.0/introspect"), &asked, None).await;
        assert_eq!((status.as_u16(), answer), (200, json!({ "active": false })), "introspection, {what}");
    }
    // A hint that isn't ours counts for nobody.
    for (what, token) in forgeries(&identity, &keys) {
        let page = anas.get(&r.authorize(&[("prompt", "none"), ("id_token_hint", &token)])).await;
        let back = told(page.location());
        assert!(!back.contains_key("code"), "{what}: {back:?}");
    }
    // The session of a browser is no token, and a token is no session.
    let cookie = anas.cookie("session").unwrap();
    assert_eq!(r.api.with_token(cookie).get("/v1.0/me").await.status, 401);
    let mut thief = t.browser();
    thief.set_cookie("session", &access);
    assert!(thief.get("/overview").await.location().starts_with("/sign-in"));
    assert_eq!(r.refresh(t, &refresh).await.0, 200, "none of this ended the grant");
}

async fn deep_and_large_parameters_are_refused(t: &mut TestApp) {
    let r = registered(t, json!({})).await;
    let mut browser = t.signed_in(r.company.tenant, r.company.ana).await;
    let deep = format!("{}{}", "{\"a\":".repeat(3_000), "}".repeat(3_000));
    let many = format!(
        "{{\"id_token\":{{{}}}}}",
        (0..200).map(|n| format!("\"c{n}\":null")).collect::<Vec<_>>().join(",")
    );
    for claims in [deep.as_str(), many.as_str(), "[]", "null", "{\"id_token\":[]}"] {
        let page = browser.get(&r.authorize(&[("claims", claims)])).await;
        assert_eq!(told(page.location())["error"], "invalid_request", "{claims:.60}");
    }
    let (long, token) = ("x".repeat(100_000), r.at("/oauth2/v2.0/token"));
    for name in ["code", "refresh_token", "client_assertion", "scope"] {
        let asked = [("grant_type", "authorization_code"), ("client_id", r.app_id.as_str()), (name, &long)];
        let answer = t.browser().post(&token, &asked).await;
        assert_eq!(answer.status.as_u16(), 413, "{name}: {}", answer.text());
        assert_told_to_a_program(&answer);
    }
    // Bytes that no text has, and the address as Azure's clients write it.
    let request = Request::post(&token).header(CONTENT_TYPE, "application/x-www-form-urlencoded");
    let answer = t.browser().send(&token, request.body(Body::from("grant_type=%ff")).unwrap()).await;
    assert_eq!(answer.status.as_u16(), 422, "{}", answer.text());
    assert_told_to_a_program(&answer);
    let answer = t.browser().post(&format!("/{token}"), &[("grant_type", "none")]).await;
    assert_told_to_a_program(&answer);
}

/// A program reads its failures as JSON, and they are protected as every answer is.
fn assert_told_to_a_program(answer: &Page) {
    let told: Value = serde_json::from_str(&answer.body).unwrap();
    assert!(told["error"].is_string(), "{told}");
    assert_eq!(answer.header("x-content-type-options"), "nosniff");
    assert_eq!(answer.header("cache-control"), "no-store");
}
