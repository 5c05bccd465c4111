//! What programs ask beside the objects themselves: invitations, and certificates added by proof.

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use model::roles::Role;
use rcgen::{CertificateParams, KeyPair};
use serde_json::{Value, json};

use crate::support::TestApp;
use crate::support::client::Client;

both_engines!(
    somebody_is_invited_and_hands_the_link_over,
    an_invitation_by_mail_tells_nobody_else_its_link,
    what_an_invitation_cant_do_is_refused,
    a_certificate_is_added_and_removed_by_proof,
);

async fn contoso(t: &TestApp) -> Client {
    let company = t.company("contoso").await;
    t.client(company.tenant, company.ana).await
}

fn wanted() -> Value {
    json!({
        "invitedUserEmailAddress": "cleo.ray@fabrikam.test",
        "inviteRedirectUrl": "https://portal.contoso.test/",
        "invitedUserDisplayName": "Cleo Ray",
        "invitedUserMessageInfo": { "messageLanguage": "en-US", "ccRecipients": [], "customizedMessageBody": null },
    })
}

async fn somebody_is_invited_and_hands_the_link_over(t: &mut TestApp) {
    let client = contoso(t).await;
    let made = client.post("/v1.0/invitations", wanted()).await;
    assert_eq!(made.status.as_u16(), 201, "{}", made.body);
    assert_eq!(
        (&made.body["status"], &made.body["invitedUserType"]),
        (&json!("PendingAcceptance"), &json!("Guest"))
    );
    let user = made.body["invitedUser"]["id"].as_str().unwrap();
    let person = client.get(&format!("/v1.0/users/{user}?$select=displayName,userType,mail")).await.body;
    assert_eq!((&person["displayName"], &person["userType"]), (&json!("Cleo Ray"), &json!("Guest")));
    assert_eq!(person["mail"], "cleo.ray@fabrikam.test");
    let link = made.body["inviteRedeemUrl"].as_str().unwrap().strip_prefix("http://localhost:8080").unwrap();
    let mut browser = t.browser();
    let page = browser.get(link).await;
    assert_eq!(page.status.as_u16(), 200);
    assert!(t.mails_to("cleo.ray@fabrikam.test").await.is_empty());
    client.post("/v1.0/invitations", wanted()).await.assert_refused(
        400,
        "Request_BadRequest",
        "invite-already-here",
    );
}

async fn an_invitation_by_mail_tells_nobody_else_its_link(t: &mut TestApp) {
    let client = contoso(t).await;
    let mut wanted = wanted();
    wanted["sendInvitationMessage"] = json!(true);
    wanted["invitedUserType"] = json!("Member");
    let made = client.post("/v1.0/invitations", wanted).await;
    assert_eq!((made.status.as_u16(), &made.body["inviteRedeemUrl"]), (201, &Value::Null), "{}", made.body);
    let link = t.mail_to("cleo.ray@fabrikam.test").await.link();
    let mut browser = t.browser();
    assert_eq!(browser.get(&link).await.status.as_u16(), 200);
}

async fn what_an_invitation_cant_do_is_refused(t: &mut TestApp) {
    let company = t.company("contoso").await;
    let client = t.client(company.tenant, company.ana).await;
    let with = |name: &str, value: Value| {
        let mut body = wanted();
        body[name] = value;
        body
    };
    for (body, code) in [
        (with("invitedUserEmailAddress", Value::Null), "field-required"),
        (with("invitedUserEmailAddress", json!("cleo")), "email-no-at"),
        (with("inviteRedirectUrl", json!("javascript:alert(1)")), "web-address-invalid"),
        (with("inviteRedirectUrl", Value::Null), "field-required"),
        (with("invitedUserType", json!("Alien")), "property-choice"),
        (with("resetRedemption", json!(true)), "property-value"),
        (with("invitedUserMessageInfo", json!({ "customizedMessageBody": "Pay here" })), "property-value"),
        (with("status", json!("Completed")), "property-read-only"),
        (with("colour", json!("red")), "property-unknown"),
    ] {
        let answer = client.post("/v1.0/invitations", body).await;
        assert_eq!((answer.status.as_u16(), answer.codes().1), (400, code), "{}", answer.body);
    }
    let ben = t.person(company.tenant, &company.domain, "ben", &[Role::GlobalReader]).await;
    let ben = t.client(company.tenant, ben).await;
    ben.post("/v1.0/invitations", wanted()).await.assert_refused(
        403,
        "Authorization_RequestDenied",
        "not-allowed",
    );
}

/// A certificate in base64 with the key that signs for it.
pub fn certificate(name: &str) -> (String, EcdsaKeyPair) {
    let key = KeyPair::generate().unwrap();
    let made = CertificateParams::new([name.to_owned()]).unwrap().self_signed(&key).unwrap();
    let pair = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &key.serialize_der()).unwrap();
    (STANDARD.encode(made.der()), pair)
}

pub fn proof(header: &Value, claims: &Value, key: &EcdsaKeyPair) -> String {
    let encode = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
    let signed = format!("{}.{}", encode(header), encode(claims));
    let signature = key.sign(&SystemRandom::new(), signed.as_bytes()).unwrap();
    format!("{signed}.{}", URL_SAFE_NO_PAD.encode(signature.as_ref()))
}

/// What is wrong with each is one thing.
fn bad_proofs(claims: &Value, key: &EcdsaKeyPair, other: &EcdsaKeyPair) -> Vec<String> {
    let es256 = json!({ "alg": "ES256", "typ": "JWT" });
    let now = claims["nbf"].as_i64().unwrap();
    let with = |name: &str, value: Value| {
        let mut claims = claims.clone();
        claims[name] = value;
        proof(&es256, &claims, key)
    };
    let good = proof(&es256, claims, key);
    vec![
        "a.b.c".to_owned(),
        good[..good.len() - 8].to_owned(),
        proof(&es256, claims, other),
        proof(&json!({ "alg": "none" }), claims, key),
        proof(&json!({ "alg": "RS256" }), claims, key),
        proof(&json!({ "alg": "ES256", "crit": ["b64"] }), claims, key),
        with("iss", json!("00000000-0000-0000-0000-00000000000a")),
        with("aud", json!("00000003-0000-0000-c000-000000000000")),
        with("exp", json!(now + 601)),
        with("exp", json!(now)),
        with("nbf", json!(now + 120)),
    ]
}

async fn a_certificate_is_added_and_removed_by_proof(t: &mut TestApp) {
    let client = contoso(t).await;
    let application = client.post("/v1.0/applications", json!({ "displayName": "Program" })).await.body;
    let principal =
        client.post("/v1.0/servicePrincipals", json!({ "appId": application["appId"] })).await.body;
    for (collection, object) in [("applications", application), ("servicePrincipals", principal)] {
        let id = object["id"].as_str().unwrap();
        let path = format!("/v1.0/{collection}/{id}");
        let ((first, key), (second, other)) = (certificate("first.test"), certificate("second.test"));
        let now = t.app.moment().now.as_second();
        let es256 = json!({ "alg": "ES256", "typ": "JWT" });
        let claims =
            json!({ "aud": "00000002-0000-0000-c000-000000000000", "iss": id, "nbf": now, "exp": now + 600 });
        let good = proof(&es256, &claims, &key);
        let wanted = |proof: &str| {
            json!({
                "keyCredential": { "type": "AsymmetricX509Cert", "usage": "Verify", "key": second },
                "passwordCredential": null,
                "proof": proof,
            })
        };
        let add = format!("{path}/addKey");
        let refused = |answer: &crate::support::client::Answer| {
            answer.assert_refused(403, "Authorization_RequestDenied", "proof-invalid");
        };
        refused(&client.post(&add, wanted(&good)).await);
        let keys =
            json!({ "keyCredentials": [{ "type": "AsymmetricX509Cert", "usage": "Verify", "key": first }] });
        assert_eq!(client.patch(&path, keys).await.status.as_u16(), 204);

        for bad in bad_proofs(&claims, &key, &other) {
            refused(&client.post(&add, wanted(&bad)).await);
        }
        let made = client.post(&add, wanted(&good)).await;
        assert_eq!((made.status.as_u16(), &made.body["usage"]), (200, &json!("Verify")), "{}", made.body);
        let count = async || client.get(&path).await.body["keyCredentials"].as_array().unwrap().len();
        assert_eq!(count().await, 2);
        let remove = format!("{path}/removeKey");
        let unknown = json!({ "keyId": id, "proof": good });
        assert_eq!(client.post(&remove, unknown).await.codes().1, "credential-unknown");
        let old = json!({ "keyId": made.body["keyId"], "proof": proof(&es256, &claims, &other) });
        assert_eq!(client.post(&remove, old.clone()).await.status.as_u16(), 204);
        assert_eq!(count().await, 1);
        refused(&client.post(&remove, old).await);
    }
}
