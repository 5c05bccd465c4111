//! What comes back through the browser beside a code, and requests that lie at an address of the client.

use aws_lc_rs::digest::{SHA256, digest};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use http::Method;
use jiff::SignedDuration;
use serde_json::{Value, json};
use tenantry::features::applications::Registration;
use tenantry::outside::http::{Answer, SendError};

use crate::openid::{CALLBACK, Registered, claims, registered, told};
use crate::openid_flows::{Own, client, send, set, turn};
use crate::support::TestApp;
use crate::support::browser::Browser;

both_engines!(
    tokens_come_without_a_code_where_the_application_is_set_so,
    what_came_without_a_code_ends_with_the_session,
    an_application_that_registers_itself_says_what_it_is_given(crate::openid_flows::open),
    a_request_may_lie_at_an_address_that_is_registered,
    no_address_is_asked_that_is_not_registered,
    a_request_at_an_address_is_refused_in_words,
    a_refused_request_object_says_how_it_is_answered,
);

/// What stands behind `#`, where no server sees it.
fn fragment(address: &str) -> std::collections::HashMap<String, String> {
    let (before, after) = address.split_once('#').unwrap_or_else(|| panic!("no fragment in {address}"));
    assert_eq!(before, CALLBACK);
    told(&format!("#{after}"))
}

fn half(text: &str) -> String {
    URL_SAFE_NO_PAD.encode(&digest(&SHA256, text.as_bytes()).as_ref()[..16])
}

async fn allow(r: &Registered, id_tokens: bool, access_tokens: bool) {
    let implicit = json!({ "enableIdTokenIssuance": id_tokens, "enableAccessTokenIssuance": access_tokens });
    let web = json!({ "redirectUris": [CALLBACK], "implicitGrantSettings": implicit });
    let path = format!("/v1.0/applications/{}", r.object);
    assert_eq!(r.api.patch(&path, json!({ "web": web })).await.status, 204);
}

/// The browser of somebody who agreed to the application before.
async fn known(t: &mut TestApp, r: &Registered, name: &str) -> Browser {
    let person = t.person(r.company.tenant, &r.company.domain, name, &[]).await;
    let mut browser = t.signed_in(r.company.tenant, person).await;
    r.code(&mut browser, &[]).await;
    browser
}

async fn tokens_come_without_a_code_where_the_application_is_set_so(t: &mut TestApp) {
    let r = registered(t, json!({})).await;
    let mut ben = known(t, &r, "ben").await;
    let ask =
        |kind: &'static str| [("response_type", kind), ("code_challenge", ""), ("code_challenge_method", "")];
    for kind in ["id_token", "code id_token", "id_token token", "token id_token"] {
        let back = fragment(ben.get(&r.authorize(&ask(kind))).await.location());
        assert_eq!(
            (back["error"].as_str(), back["state"].as_str()),
            ("unauthorized_client", "a state"),
            "{kind}"
        );
    }
    allow(&r, true, false).await;
    let back = fragment(ben.get(&r.authorize(&ask("id_token"))).await.location());
    let told_of = claims(&back["id_token"]);
    assert_eq!((&told_of["nonce"], &told_of["name"]), (&json!("n-1"), &json!("BEN")), "{told_of}");
    assert!(told_of.get("at_hash").is_none() && told_of.get("c_hash").is_none(), "{told_of}");
    assert_eq!(back.len(), 3, "{back:?}");
    assert_eq!((back["state"].as_str(), back["iss"].as_str()), ("a state", told_of["iss"].as_str().unwrap()));

    let back = fragment(ben.get(&r.authorize(&[("response_type", "id_token code")])).await.location());
    assert_eq!(claims(&back["id_token"])["c_hash"], half(&back["code"]));
    let (status, tokens) = r.redeem(t, &back["code"]).await;
    assert_eq!(status, 200, "{tokens}");
    assert_eq!(claims(tokens["id_token"].as_str().unwrap())["sub"], claims(&back["id_token"])["sub"]);

    let back = fragment(ben.get(&r.authorize(&ask("id_token token"))).await.location());
    assert_eq!(back["error"], "unauthorized_client", "not yet");
    allow(&r, true, true).await;
    let back = fragment(ben.get(&r.authorize(&ask("id_token token"))).await.location());
    assert_eq!(claims(&back["id_token"])["at_hash"], half(&back["access_token"]));
    assert_eq!((back["token_type"].as_str(), back["expires_in"].as_str()), ("Bearer", "3600"));
    assert_eq!(back["scope"], "openid profile", "nothing to refresh");
    assert!(!back.contains_key("code") && !back.contains_key("refresh_token"), "{back:?}");
    assert_eq!(r.userinfo(t, &back["access_token"]).await.0, 200);

    let form = ben.get(&r.authorize(&[("response_type", "id_token"), ("response_mode", "form_post")])).await;
    assert!(form.form_to(CALLBACK).values.iter().any(|(name, _)| name == "id_token"), "{}", form.body);
    for (more, error) in [
        (("response_mode", "query"), "invalid_request"),
        (("nonce", ""), "invalid_request"),
        (("scope", "profile"), "invalid_scope"),
        (("prompt", "none login"), "invalid_request"),
        (("response_type", "token"), "unsupported_response_type"),
        (("response_type", "id_token id_token"), "unsupported_response_type"),
        (("response_type", "none"), "unsupported_response_type"),
    ] {
        let asked: Vec<_> =
            ask("id_token token").into_iter().filter(|(name, _)| *name != more.0).chain([more]).collect();
        let back = fragment(ben.get(&r.authorize(&asked)).await.location());
        assert_eq!(back["error"], error, "{more:?}");
    }
}

async fn what_came_without_a_code_ends_with_the_session(t: &mut TestApp) {
    let r = registered(t, json!({})).await;
    allow(&r, true, true).await;
    let mut ben = known(t, &r, "ben").await;
    let asked = [("response_type", "id_token token"), ("scope", "openid profile")];
    let back = fragment(ben.get(&r.authorize(&asked)).await.location());
    // Later than a code would have counted.
    t.advance(SignedDuration::from_mins(10));
    assert_eq!(r.userinfo(t, &back["access_token"]).await.0, 200);
    let page = ben.get("/account").await;
    ben.submit_to(&page, "/sign-out", &[]).await;
    assert_eq!(r.userinfo(t, &back["access_token"]).await.0, 401);
    // It stands in the log of sign-ins like every other.
    let path = format!("/v1.0/auditLogs/signIns?$filter=appId eq '{}'", r.app_id);
    assert_eq!(r.api.get(&path).await.each("id").len(), 2);
}

async fn an_application_that_registers_itself_says_what_it_is_given(t: &mut TestApp) {
    let r = registered(t, json!({})).await;
    turn(t, &r, Registration::Open).await;
    let path = r.at("/oauth2/v2.0/register");
    let with = |types: Value, grants: Value| {
        let mut asked = client();
        (asked["response_types"], asked["grant_types"]) = (types, grants);
        asked
    };
    for (types, grants) in [
        (json!(["id_token"]), json!(["authorization_code"])),
        (json!(["code"]), json!(["implicit"])),
        (json!(["token"]), json!(["implicit"])),
    ] {
        let (status, answer) = send(t, Method::POST, &path, None, &with(types, grants)).await;
        assert_eq!((status.as_u16(), &answer["error"]), (400, &json!("invalid_client_metadata")), "{answer}");
    }
    let good = with(json!(["code", "token id_token"]), json!(["authorization_code", "implicit"]));
    let (status, made) = send(t, Method::POST, &path, None, &good).await;
    assert_eq!((status.as_u16(), &made["response_types"]), (201, &good["response_types"]), "{made}");
    let filter = format!("/v1.0/applications?$filter=appId eq '{}'", made["client_id"].as_str().unwrap());
    let kept = &r.api.get(&filter).await.body["value"][0]["web"]["implicitGrantSettings"];
    assert_eq!(kept["enableAccessTokenIssuance"], json!(true));
    let metadata = t.browser().get(&r.at("/v2.0/.well-known/openid-configuration")).await;
    let metadata: Value = serde_json::from_str(&metadata.body).unwrap();
    assert_eq!(
        metadata["response_types_supported"],
        json!(["code", "id_token", "code id_token", "id_token token"])
    );
    assert_eq!(metadata["request_uri_parameter_supported"], json!(true));
}

const THERE: &str = "https://requests.example/r/1";

fn lies(t: &TestApp, token: &str) {
    let answer = Answer { status: 200, body: format!("{token}\n").into_bytes(), ..Answer::default() };
    t.http.put("requests.example", Ok(answer));
}

fn unsigned(asked: &Value) -> String {
    let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
    format!("{}.{}.", part(&json!({ "alg": "none" })), part(asked))
}

async fn a_request_may_lie_at_an_address_that_is_registered(t: &mut TestApp) {
    let r = registered(t, json!({})).await;
    let own = Own::new("k1");
    let with_fragment = format!("{THERE}#v2");
    set(t, &r, |settings| {
        settings.jwks = Some(own.set());
        settings.request_uris = vec![THERE.into(), with_fragment.clone()];
    })
    .await;
    let ben = t.person(r.company.tenant, &r.company.domain, "ben", &[]).await;
    let asked = json!({ "state": "there", "nonce": "n-2", "scope": "openid", "response_mode": "fragment" });
    for (index, (token, address)) in
        [(own.sign(&asked), THERE), (unsigned(&asked), THERE), (own.sign(&asked), &with_fragment)]
            .into_iter()
            .enumerate()
    {
        lies(t, &token);
        // Through the sign-in, the consent and back: it is read once.
        let mut browser = t.signed_in(r.company.tenant, ben).await;
        let page = browser.get(&r.authorize(&[("request_uri", address)])).await;
        assert!(page.location().contains("pushed="), "{}", page.location());
        t.http.put("requests.example", Err(SendError::Unreachable));
        let mut page = browser.get(page.location()).await;
        if index == 0 {
            page = browser.submit(&page, &[("answer", "accept")]).await;
        }
        let back = fragment(page.location());
        assert_eq!(back["state"], "there", "{back:?}");
        assert_eq!(t.http.asked(), [THERE]);
        let (status, tokens) = r.redeem(t, &back["code"]).await;
        assert_eq!(status, 200, "{tokens}");
        assert_eq!(claims(tokens["id_token"].as_str().unwrap())["nonce"], "n-2");
    }
}

/// The error that the client is told, or what the page says instead.
async fn error_of(r: &Registered, browser: &mut Browser, more: &[(&str, &str)]) -> String {
    let page = browser.get(&r.authorize(more)).await;
    told(page.location()).get("error").cloned().unwrap_or_else(|| page.text())
}

async fn no_address_is_asked_that_is_not_registered(t: &mut TestApp) {
    let r = registered(t, json!({})).await;
    let own = Own::new("k1");
    lies(t, &own.sign(&json!({ "scope": "openid" })));
    let mut nobody = t.browser();
    let there = [("request_uri", THERE)];
    assert_eq!(error_of(&r, &mut nobody, &there).await, "invalid_request_uri", "not registered");
    set(t, &r, |settings| {
        settings.jwks = Some(own.set());
        settings.request_uris = vec![THERE.into()];
    })
    .await;
    for near in [
        "https://requests.example/r/1/",
        "https://requests.example/r/1#x",
        "https://requests.example/r/1?",
        "https://requests.example:443/r/1",
        "https://REQUESTS.example/r/1",
        "http://requests.example/r/1",
        "https://requests.example/r/../r/1",
        "https://127.0.0.1/r/1",
        "urn:ietf:params:oauth:request_uri:x",
    ] {
        let page = nobody.get(&r.authorize(&[("request_uri", near)])).await;
        let is_told = page.header("location").contains("error=invalid_request_uri");
        assert!(is_told || page.status == 400, "{near}: {}", page.text());
    }
    let both = [("request_uri", THERE), ("request", "a.b.c")];
    assert_eq!(error_of(&r, &mut nobody, &both).await, "invalid_request");
    assert!(t.http.asked().is_empty(), "nothing but what is registered is asked for");
}

async fn a_request_at_an_address_is_refused_in_words(t: &mut TestApp) {
    let r = registered(t, json!({})).await;
    let (own, other) = (Own::new("k1"), Own::new("k1"));
    let asked = json!({ "state": "there", "scope": "openid" });
    let mut nobody = t.browser();
    let there = [("request_uri", THERE)];
    set(t, &r, |settings| {
        settings.jwks = Some(own.set());
        settings.request_uris = vec![THERE.into()];
    })
    .await;
    lies(t, &other.sign(&asked));
    assert_eq!(error_of(&r, &mut nobody, &there).await, "invalid_request_object");
    lies(t, "<html>");
    assert_eq!(error_of(&r, &mut nobody, &there).await, "invalid_request_object");
    for answer in [
        Err(SendError::Timeout),
        Ok(Answer { status: 404, ..Answer::default() }),
        Ok(Answer { status: 200, body: vec![0xff, 0xfe], ..Answer::default() }),
    ] {
        t.http.put("requests.example", answer);
        assert_eq!(error_of(&r, &mut nobody, &there).await, "invalid_request_uri");
    }
    lies(t, &own.sign(&json!({ "redirect_uri": "https://evil.example/", "scope": "openid" })));
    let page = nobody.get(&r.authorize(&there)).await;
    nobody.get(page.location()).await.assert_refused(400, "isn't registered");
    // Registered for objects with a signature, it takes no others; and one that must push names no address.
    lies(t, &unsigned(&asked));
    let keys = own.set();
    set(t, &r, |settings| {
        settings.jwks = Some(keys.clone());
        settings.request_uris = vec![THERE.into()];
        settings.request_object_signing_alg = Some("ES256".into());
    })
    .await;
    assert_eq!(error_of(&r, &mut nobody, &there).await, "request_not_supported");
    lies(t, &own.sign(&asked));
    set(t, &r, |settings| {
        settings.jwks = Some(keys);
        settings.request_uris = vec![THERE.into()];
        settings.require_pushed_authorization_requests = true;
    })
    .await;
    assert_eq!(error_of(&r, &mut nobody, &there).await, "request_uri_not_supported");
}

async fn a_refused_request_object_says_how_it_is_answered(t: &mut TestApp) {
    let r = registered(t, json!({})).await;
    let ben = t.person(r.company.tenant, &r.company.domain, "ben", &[]).await;
    let mut browser = t.signed_in(r.company.tenant, ben).await;
    let asked =
        json!({ "response_mode": "form_post", "state": "inside", "redirect_uri": "https://evil.example/" });
    let sent = [("request", unsigned(&asked)), ("state", String::new())];
    let sent: Vec<_> = sent.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let page = browser.get(&r.authorize(&sent)).await;
    let values = page.form_to(CALLBACK).values;
    let value = |name: &str| values.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str());
    assert_eq!(
        (value("error"), value("state")),
        (Some("request_not_supported"), Some("inside")),
        "{values:?}"
    );
}
