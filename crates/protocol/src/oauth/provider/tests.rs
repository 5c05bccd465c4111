use proptest::prelude::*;
use serde_json::json;

use super::*;

const NOW: i64 = 1_800_000_000;

fn claims() -> Value {
    json!({ "iss": "https://id.example", "aud": "us", "exp": NOW + 300, "iat": NOW, "nonce": "n", "sub": "s" })
}

fn check(claims: &Value, since: Option<i64>) -> Result<String, TokenFault> {
    let expected =
        Expected { issuer: "https://id.example", client_id: "us", nonce: "n", authenticated_since: since };
    expected.check(claims, NOW)
}

#[test]
fn a_token_counts_for_whom_it_was_made_and_when() {
    assert_eq!(check(&claims(), None), Ok("s".to_owned()));
    let cases = [
        ("iss", json!("https://id.example/"), TokenFault::Issuer),
        ("iss", json!(null), TokenFault::Issuer),
        ("aud", json!("them"), TokenFault::Audience),
        ("aud", json!([]), TokenFault::Audience),
        ("aud", json!(["us", "them"]), TokenFault::Audience),
        ("azp", json!("them"), TokenFault::Audience),
        ("exp", json!(NOW - SKEW), TokenFault::Expired),
        ("exp", json!("soon"), TokenFault::Expired),
        ("iat", json!(NOW + SKEW + 1), TokenFault::Early),
        ("iat", json!(NOW - OLDEST - SKEW - 1), TokenFault::Expired),
        ("iat", json!(null), TokenFault::Expired),
        ("nbf", json!(NOW + SKEW + 1), TokenFault::Early),
        ("nonce", json!("m"), TokenFault::Nonce),
        ("nonce", json!(null), TokenFault::Nonce),
        ("sub", json!(""), TokenFault::Subject),
        ("sub", json!("x".repeat(256)), TokenFault::Subject),
        ("sub", json!(7), TokenFault::Subject),
    ];
    for (name, value, fault) in cases {
        let mut changed = claims();
        changed[name] = value.clone();
        assert_eq!(check(&changed, None), Err(fault), "{name}: {value}");
    }
    for (name, value) in [("aud", json!(["us"])), ("azp", json!("us")), ("exp", json!(NOW as f64 + 0.5))] {
        let mut changed = claims();
        changed[name] = value.clone();
        assert!(check(&changed, None).is_ok(), "{name}: {value}");
    }
    let mut both = claims();
    both["aud"] = json!(["them", "us"]);
    both["azp"] = json!("us");
    assert!(check(&both, None).is_ok());
}

#[test]
fn who_must_have_signed_in_anew_says_when() {
    assert_eq!(check(&claims(), Some(NOW)), Err(TokenFault::NotFresh));
    let at = |at: i64| {
        let mut claims = claims();
        claims["auth_time"] = json!(at);
        check(&claims, Some(NOW))
    };
    assert_eq!(at(NOW - SKEW - 1), Err(TokenFault::NotFresh));
    assert!(at(NOW).is_ok());
}

#[test]
fn a_document_is_of_the_issuer_that_was_asked() {
    let document = json!({
        "issuer": "https://id.example",
        "authorization_endpoint": "https://id.example/authorize",
        "token_endpoint": "https://id.example/token",
        "jwks_uri": "https://id.example/keys",
    });
    let parse =
        |document: &Value| ProviderMetadata::parse(document.to_string().as_bytes(), "https://id.example");
    assert_eq!(parse(&document).unwrap().authenticates_by, ClientMethod::SecretBasic);
    let cases = [
        ("issuer", json!("https://id.example/"), MetadataFault::OtherIssuer),
        ("issuer", json!("https://login.example/{tenantid}"), MetadataFault::OtherIssuer),
        ("jwks_uri", json!(null), MetadataFault::NoEndpoint),
        ("response_types_supported", json!(["id_token"]), MetadataFault::NoCode),
        ("code_challenge_methods_supported", json!(["plain"]), MetadataFault::NoChallenge),
        ("token_endpoint_auth_methods_supported", json!(["private_key_jwt"]), MetadataFault::NoSecret),
    ];
    for (name, value, fault) in cases {
        let mut changed = document.clone();
        changed[name] = value.clone();
        assert_eq!(parse(&changed), Err(fault), "{name}: {value}");
    }
    let mut post = document.clone();
    post["token_endpoint_auth_methods_supported"] = json!(["client_secret_post"]);
    assert_eq!(parse(&post).unwrap().authenticates_by, ClientMethod::SecretPost);
    assert_eq!(ProviderMetadata::parse(b"[]", ""), Err(MetadataFault::NoDocument));
    assert_eq!(
        ProviderMetadata::address("https://id.example/a/"),
        "https://id.example/a/.well-known/openid-configuration"
    );
}

#[test]
fn more_is_told_of_the_same_subject_alone() {
    let mut claims = json!({ "sub": "s", "name": "Ana" });
    complete(&mut claims, br#"{"sub":"other","email":"a@b.example"}"#);
    complete(&mut claims, br#"{"email":"a@b.example"}"#);
    complete(&mut claims, b"eyJhbGciOiJub25lIn0.e30.");
    assert_eq!(claims, json!({ "sub": "s", "name": "Ana" }));
    complete(&mut claims, br#"{"sub":"s","name":"Max","email":"a@b.example"}"#);
    assert_eq!(claims, json!({ "sub": "s", "name": "Ana", "email": "a@b.example" }));
    assert_eq!(Tokens::parse(b"{}"), None);
}

#[test]
fn parameters_join_an_endpoint() {
    assert_eq!(address_with("https://id.example/a", &[("b", "c d&e")]), "https://id.example/a?b=c%20d%26e");
    assert_eq!(address_with("https://id.example/a?p=1", &[("b", "c")]), "https://id.example/a?p=1&b=c");
    assert_eq!(basic("a:b", "c"), format!("Basic {}", STANDARD.encode("a%3Ab:c")));
    assert_eq!(error_word("access_denied<script>"), "access_deniedscript");
}

proptest! {
    #[test]
    fn no_claims_break_the_check(name in "iss|aud|azp|exp|iat|nbf|nonce|sub|auth_time", text in ".{0,40}", number in any::<f64>()) {
        for value in [json!(text), json!(number), json!([text]), json!({ "a": number })] {
            let mut claims = claims();
            claims[&name] = value;
            let _ = check(&claims, Some(NOW));
        }
    }
}
