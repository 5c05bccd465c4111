//! Tokens bound to a key (RFC 9449): no use to whoever has the token alone, or a proof that was seen.

use aws_lc_rs::digest::{SHA256, digest};
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair as _};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use http::header::AUTHORIZATION;
use http::{Method, StatusCode};
use jiff::SignedDuration;
use serde_json::{Value, json};

use crate::openid::{CALLBACK, Registered, VERIFIER, claims, registered};
use crate::support::TestApp;
use crate::support::browser::form_body;

both_engines!(
    a_bound_token_opens_with_its_key_alone,
    a_proof_counts_once_wherever_it_comes,
    whatever_is_no_proof_is_refused,
);

struct Key(EcdsaKeyPair);

impl Key {
    fn new() -> Self {
        Self(EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).unwrap())
    }

    fn jwk(&self) -> Value {
        let (x, y) = self.0.public_key().as_ref()[1..].split_at(32);
        json!({ "kty": "EC", "crv": "P-256", "x": URL_SAFE_NO_PAD.encode(x), "y": URL_SAFE_NO_PAD.encode(y) })
    }

    fn signed(&self, header: &Value, claims: &Value) -> String {
        let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
        let text = format!("{}.{}", part(header), part(claims));
        let signature = self.0.sign(&SystemRandom::new(), text.as_bytes()).unwrap();
        format!("{text}.{}", URL_SAFE_NO_PAD.encode(signature))
    }

    fn header(&self) -> Value {
        json!({ "typ": "dpop+jwt", "alg": "ES256", "jwk": self.jwk() })
    }

    fn proof(&self, t: &TestApp, method: &str, path: &str, token: Option<&str>) -> String {
        self.signed(&self.header(), &said(t, method, path, token))
    }
}

fn said(t: &TestApp, method: &str, path: &str, token: Option<&str>) -> Value {
    let mut said = json!({
        "jti": t.app.moment().uuid(),
        "htm": method,
        "htu": format!("http://localhost:8080{path}"),
        "iat": t.app.moment().now.as_second(),
    });
    if let Some(token) = token {
        said["ath"] = json!(URL_SAFE_NO_PAD.encode(digest(&SHA256, token.as_bytes())));
    }
    said
}

async fn asked(
    t: &mut TestApp,
    path: &str,
    values: &[(&str, &str)],
    proof: Option<&str>,
) -> (StatusCode, Value) {
    let mut browser = t.browser();
    let mut request = browser.request(Method::POST, path);
    if let Some(proof) = proof {
        request = request.header("dpop", proof);
    }
    let page = browser.send(path, request.body(form_body(values)).unwrap()).await;
    (page.status, serde_json::from_str(&page.body).unwrap_or_default())
}

async fn shown(t: &mut TestApp, path: &str, scheme: &str, token: &str, proof: Option<&str>) -> StatusCode {
    let mut browser = t.browser();
    let mut request = browser.request(Method::GET, path).header(AUTHORIZATION, format!("{scheme} {token}"));
    if let Some(proof) = proof {
        request = request.header("dpop", proof);
    }
    browser.send(path, request.body(axum::body::Body::empty()).unwrap()).await.status
}

/// A program on a device, with a code for it.
async fn on_device(t: &mut TestApp) -> (Registered, String) {
    let more = json!({ "web": { "redirectUris": [] }, "publicClient": { "redirectUris": [CALLBACK] },
        "isFallbackPublicClient": true });
    let r = registered(t, more).await;
    let ben = t.person(r.company.tenant, &r.company.domain, "ben", &[]).await;
    let mut browser = t.signed_in(r.company.tenant, ben).await;
    let code = r.code(&mut browser, &[("scope", "openid offline_access User.Read")]).await;
    (r, code)
}

fn redeemed<'a>(r: &'a Registered, code: &'a str) -> Vec<(&'a str, &'a str)> {
    vec![
        ("grant_type", "authorization_code"),
        ("client_id", &r.app_id),
        ("code", code),
        ("redirect_uri", CALLBACK),
        ("code_verifier", VERIFIER),
    ]
}

async fn a_bound_token_opens_with_its_key_alone(t: &mut TestApp) {
    let (r, code) = on_device(t).await;
    let (own, other) = (Key::new(), Key::new());
    let path = r.at("/oauth2/v2.0/token");
    let proof = own.proof(t, "POST", &path, None);
    let (status, tokens) = asked(t, &path, &redeemed(&r, &code), Some(&proof)).await;
    assert_eq!(status, 200, "{tokens}");
    assert_eq!(tokens["token_type"], "DPoP");
    let token = tokens["access_token"].as_str().unwrap().to_owned();
    assert!(claims(&token)["cnf"]["jkt"].is_string());
    for path in ["/v1.0/me".to_owned(), "/v1.0/me?$select=id".to_owned()] {
        let bare = path.split('?').next().unwrap();
        let proof = own.proof(t, "GET", bare, Some(&token));
        assert_eq!(shown(t, &path, "DPoP", &token, Some(&proof)).await, 200, "{path}");
    }
    let own_token = token.clone();
    for place in ["/v1.0/me".to_owned(), r.at("/openid/userinfo")] {
        let right = own.proof(t, "GET", &place, Some(&own_token));
        let fresh =
            |key: &Key, method: &str, path: &str, token: Option<&str>| key.proof(t, method, path, token);
        let wrong = [
            ("Bearer", None),
            ("DPoP", None),
            ("DPoP", Some(fresh(&other, "GET", &place, Some(&own_token)))),
            ("DPoP", Some(fresh(&own, "POST", &place, Some(&own_token)))),
            ("DPoP", Some(fresh(&own, "GET", "/v1.0/users", Some(&own_token)))),
            ("DPoP", Some(fresh(&own, "GET", &place, None))),
            ("DPoP", Some(fresh(&own, "GET", &place, Some("another")))),
        ];
        // Beside a proof that would do, a bound token is none of the other kind.
        assert_eq!(shown(t, &place, "Bearer", &own_token, Some(&right)).await, 401, "{place}");
        for (scheme, proof) in wrong {
            let status = shown(t, &place, scheme, &own_token, proof.as_deref()).await;
            assert_eq!(status, 401, "{place} {scheme} {proof:?}");
        }
        assert_eq!(shown(t, &place, "DPoP", &own_token, Some(&right)).await, 200, "{place}");
    }
    // A token that is bound to none isn't taken for one that is.
    let unbound = r.api.token.clone();
    let proof = own.proof(t, "GET", "/v1.0/me", Some(&unbound));
    assert_eq!(shown(t, "/v1.0/me", "DPoP", &unbound, Some(&proof)).await, 401);

    // The refresh token of a client that keeps no secret is as bound.
    let refresh = [
        ("grant_type", "refresh_token"),
        ("client_id", r.app_id.as_str()),
        ("refresh_token", tokens["refresh_token"].as_str().unwrap()),
    ];
    assert_eq!(asked(t, &path, &refresh, None).await.1["error"], "invalid_dpop_proof");
    let foreign = other.proof(t, "POST", &path, None);
    assert_eq!(asked(t, &path, &refresh, Some(&foreign)).await.1["error"], "invalid_dpop_proof");
    let proof = own.proof(t, "POST", &path, None);
    let (status, again) = asked(t, &path, &refresh, Some(&proof)).await;
    assert_eq!((status.as_u16(), &again["token_type"]), (200, &json!("DPoP")), "{again}");
}

async fn a_proof_counts_once_wherever_it_comes(t: &mut TestApp) {
    let r = registered(t, json!({})).await;
    let key = Key::new();
    let path = r.at("/oauth2/v2.0/token");
    let sent = [
        ("grant_type", "client_credentials"),
        ("client_id", r.app_id.as_str()),
        ("client_secret", r.secret.as_str()),
        ("scope", "https://graph.microsoft.com/.default"),
    ];
    let proof = key.proof(t, "POST", &path, None);
    let mut browsers = [t.browser(), t.browser(), t.browser()];
    let asked = browsers.iter_mut().map(|browser| {
        let request = browser.request(Method::POST, &path).header("dpop", &proof);
        let request = request.body(form_body(&sent)).unwrap();
        async { browser.send("token", request).await }
    });
    let answers = futures_util::future::join_all(asked).await;
    let got: Vec<_> = answers.iter().filter(|page| page.status == 200).collect();
    assert_eq!(got.len(), 1);
    assert!(answers.iter().filter(|page| page.status != 200).all(|page| page.body.contains("came before")));
    let token: Value = serde_json::from_str(&got[0].body).unwrap();
    assert_eq!(token["token_type"], "DPoP");
    let token = token["access_token"].as_str().unwrap();
    // It may do nothing there, and is let in to be told so, once.
    let proof = key.proof(t, "GET", "/v1.0/users", Some(token));
    assert_eq!(shown(t, "/v1.0/users", "DPoP", token, Some(&proof)).await, 403);
    assert_eq!(shown(t, "/v1.0/users", "DPoP", token, Some(&proof)).await, 401);
    assert_eq!(shown(t, "/v1.0/users", "Bearer", token, None).await, 401);
}

#[expect(clippy::too_many_lines, reason = "a walk reads best in one piece")]
async fn whatever_is_no_proof_is_refused(t: &mut TestApp) {
    let r = registered(t, json!({})).await;
    let (key, other) = (Key::new(), Key::new());
    let path = r.at("/oauth2/v2.0/token");
    let sent = [
        ("grant_type", "client_credentials"),
        ("client_id", r.app_id.as_str()),
        ("client_secret", r.secret.as_str()),
        ("scope", "https://graph.microsoft.com/.default"),
    ];
    let right = || said(t, "POST", &path, None);
    let headed = |name: &str, value: Value| {
        let mut header = key.header();
        header[name] = value;
        key.signed(&header, &right())
    };
    let saying = |name: &str, value: Value| {
        let mut claims = right();
        claims[name] = value;
        key.signed(&key.header(), &claims)
    };
    let now = t.app.moment().now.as_second();
    let mut private = key.jwk();
    private["d"] = json!("AAAA");
    let secret = json!({ "kty": "oct", "k": "AAAA" });
    let whole = key.proof(t, "POST", &path, None);
    let unsigned = whole.rsplit_once('.').unwrap().0;
    let wrong = [
        headed("typ", json!("JWT")),
        headed("alg", json!("none")),
        headed("alg", json!("HS256")),
        headed("alg", json!("RS256")),
        headed("alg", json!("EdDSA")),
        headed("jwk", other.jwk()),
        headed("jwk", private),
        headed("jwk", secret),
        headed("jwk", json!("x")),
        headed("crit", json!(["b64"])),
        saying("htm", json!("GET")),
        saying("htu", json!("http://localhost:8080/v1.0/me")),
        saying("htu", json!(format!("https://localhost:8080{path}"))),
        saying("iat", json!(now - 301)),
        saying("iat", json!(now + 120)),
        saying("iat", json!("now")),
        saying("iat", json!(null)),
        saying("jti", json!("")),
        saying("jti", json!("x".repeat(300))),
        saying("jti", json!(7)),
        format!("{unsigned}."),
        unsigned.to_owned(),
        format!("{whole}x"),
        "x".repeat(10_000),
        "a.b.c".to_owned(),
    ];
    for proof in &wrong {
        let (status, answer) = asked(t, &path, &sent, Some(proof)).await;
        let got = (status.as_u16(), answer["error"].as_str());
        assert_eq!(got, (400, Some("invalid_dpop_proof")), "{proof:.300}");
    }
    // Of two nobody knows which was meant.
    let mut browser = t.browser();
    let two = [key.proof(t, "POST", &path, None), key.proof(t, "POST", &path, None)];
    let request = browser.request(Method::POST, &path).header("dpop", &two[0]).header("dpop", &two[1]);
    let page = browser.send(&path, request.body(form_body(&sent)).unwrap()).await;
    assert_eq!(page.status, 400);
    // A clock may be a little off, and a proof is good for minutes.
    let proof = key.proof(t, "POST", &path, None);
    t.advance(SignedDuration::from_secs(290));
    assert_eq!(asked(t, &path, &sent, Some(&proof)).await.0, 200);
}
