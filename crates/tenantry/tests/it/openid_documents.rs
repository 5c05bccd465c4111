//! What is kept in memory of tenants' providers never outlives what it was made of.

use axum::body::Body;
use http::header::{ACCEPT_ENCODING, CACHE_CONTROL, CONTENT_ENCODING, ETAG, IF_NONE_MATCH};
use http::{Method, StatusCode};
use jiff::SignedDuration;
use serde_json::{Value, json};
use tenantry::access::Actor;
use tenantry::error::Error;
use tenantry::features::applications::{self, Registration};
use tenantry::transaction;

use crate::openid::{Registered, post, registered, registered_in};
use crate::support::TestApp;
use crate::support::browser::Browser;
use crate::support::page::Page;
use crate::support::statements::statements_of;

both_engines!(
    documents_are_kept_until_something_changes(crate::openid_flows::open),
    a_revoked_key_is_shown_no_more,
    a_deleted_tenant_is_shown_no_more,
    a_client_that_knows_a_document_isnt_sent_it_again,
    a_document_is_kept_for_those_who_can_read_it,
    what_is_known_of_a_client_ends_with_its_next_version,
    what_changes_in_one_tenant_leaves_others_alone,
    a_programs_token_ends_with_its_secret,
    a_new_secret_counts_on_every_node_at_once,
    tokens_for_a_program_cost_no_statements,
);

const KEYS: &str = "/discovery/v2.0/keys";
const METADATA: &str = "/v2.0/.well-known/openid-configuration";

/// Longer than another node may show what was changed here.
const SOON: SignedDuration = SignedDuration::from_secs(2);

async fn alter(t: &TestApp, sql: &'static str) {
    let done: Result<u64, Error> = transaction!(t.app.db, |scope| Ok(scope.execute(sql, &[]).await?));
    assert!(done.unwrap() >= 1, "{sql}");
}

/// A document, and whether the database was asked for it.
async fn get(browser: &mut Browser, path: &str) -> (Page, bool) {
    let (page, statements) = statements_of(browser.get(path)).await;
    (page, !statements.is_empty())
}

fn listed(page: &Page) -> usize {
    serde_json::from_str::<Value>(&page.body).unwrap()["keys"].as_array().unwrap().len()
}

async fn documents_are_kept_until_something_changes(t: &mut TestApp) {
    let r = registered(t, json!({})).await;
    let mut browser = t.browser();
    // The first makes the keys.
    browser.get(&r.at(KEYS)).await;
    for path in [KEYS, METADATA] {
        let (first, _) = get(&mut browser, &r.at(path)).await;
        let (second, asked) = get(&mut browser, &r.at(path)).await;
        assert_eq!((second.status, asked), (StatusCode::OK, false), "{path}");
        assert_eq!((&first.body, &first.headers), (&second.body, &second.headers));
        t.advance(SOON);
        assert!(get(&mut browser, &r.at(path)).await.1, "{path} is asked for again");
        // Other ways to name the tenant are answered alike and not kept.
        let tenant = r.company.tenant.to_string();
        for named in [
            tenant.to_uppercase(),
            tenant.replacen(&tenant[..1], &format!("%{:02x}", tenant.as_bytes()[0]), 1),
        ] {
            for _ in 0..2 {
                let (other, asked) = get(&mut browser, &format!("/{named}{path}")).await;
                assert_eq!((&other.body, asked), (&first.body, true), "{named}");
            }
        }
        assert_eq!(browser.post(&r.at(path), &[]).await.status, StatusCode::METHOD_NOT_ALLOWED);
    }
    let metadata = get(&mut browser, &r.at(METADATA)).await.0;
    assert!(!metadata.body.contains("registration_endpoint"));
    let (moment, actor) = (t.app.moment(), Actor::system(r.company.tenant));
    let opened = transaction!(t.app.db, |scope| {
        let mut tenant = scope.tenant(actor.grant()).await?;
        applications::set_registration(&t.app, &mut tenant, &actor, Registration::Open, &moment).await
    });
    opened.unwrap();
    assert!(browser.get(&r.at(METADATA)).await.body.contains("registration_endpoint"));
}

async fn a_revoked_key_is_shown_no_more(t: &mut TestApp) {
    let r = registered(t, json!({})).await;
    let mut here = t.browser();
    let mut elsewhere = t.browser().of(t.node().await);
    here.get(&r.at(KEYS)).await;
    for browser in [&mut here, &mut elsewhere] {
        browser.get(&r.at(KEYS)).await;
        let (keys, asked) = get(browser, &r.at(KEYS)).await;
        assert_eq!((listed(&keys), asked), (3, false));
    }
    alter(t, "UPDATE token_key SET revoked_at = 1 WHERE algorithm = 'EdDSA'").await;
    let old = here.get(&r.at(KEYS)).await;
    let kids = |page: &Page| -> Vec<Value> {
        let keys: Value = serde_json::from_str(&page.body).unwrap();
        keys["keys"].as_array().unwrap().iter().map(|key| key["kid"].clone()).collect()
    };
    let before = kids(&elsewhere.get(&r.at(KEYS)).await);
    // One that follows it was made at once.
    assert_eq!(kids(&old).iter().filter(|kid| before.contains(kid)).count(), 2);
    t.advance(SOON);
    assert_eq!(kids(&elsewhere.get(&r.at(KEYS)).await), kids(&old));
}

async fn a_deleted_tenant_is_shown_no_more(t: &mut TestApp) {
    let r = registered(t, json!({})).await;
    let mut here = t.browser();
    let mut elsewhere = t.browser().of(t.node().await);
    for path in [KEYS, METADATA] {
        for browser in [&mut here, &mut elsewhere] {
            for _ in 0..2 {
                assert_eq!(browser.get(&r.at(path)).await.status, StatusCode::OK);
            }
        }
    }
    alter(t, "UPDATE tenant SET deleted_at = 1").await;
    for path in [KEYS, METADATA] {
        assert_eq!(here.get(&r.at(path)).await.status, StatusCode::NOT_FOUND, "{path}");
        assert_eq!(here.get(&format!("/{}{path}", r.company.domain)).await.status, StatusCode::NOT_FOUND);
    }
    t.advance(SOON);
    for path in [KEYS, METADATA] {
        assert_eq!(elsewhere.get(&r.at(path)).await.status, StatusCode::NOT_FOUND, "{path}");
    }
}

async fn a_client_that_knows_a_document_isnt_sent_it_again(t: &mut TestApp) {
    let r = registered(t, json!({})).await;
    let mut browser = t.browser();
    browser.get(&r.at(KEYS)).await;
    for path in [r.at(KEYS), r.at(METADATA)] {
        let first = browser.get(&path).await;
        let tag = first.header(ETAG.as_str()).to_owned();
        // The one that is kept, and one that is made.
        for seconds in [0, 2] {
            t.advance(SignedDuration::from_secs(seconds));
            for (known, status) in [(tag.clone(), 304), (format!("\"x\", {tag}"), 304), ("\"x\"".into(), 200)]
            {
                let request = browser.request(Method::GET, &path).header(IF_NONE_MATCH, &known);
                let page = browser.send(&path, request.body(Body::empty()).unwrap()).await;
                assert_eq!((page.status.as_u16(), page.body.is_empty()), (status, status == 304), "{known}");
                assert_eq!(page.header(ETAG.as_str()), tag);
                assert_eq!(page.header(CACHE_CONTROL.as_str()), "public, max-age=3600");
            }
        }
    }
}

async fn a_document_is_kept_for_those_who_can_read_it(t: &mut TestApp) {
    let r = registered(t, json!({})).await;
    let mut browser = t.browser();
    browser.get(&r.at(KEYS)).await;
    let path = r.at(METADATA);
    for accepted in [&["", "gzip"][..], &["identity", "gzip"], &["gzip"], &[], &["identity"]] {
        for _ in 0..2 {
            let mut request = browser.request(Method::GET, &path);
            for encoding in accepted {
                request = request.header(ACCEPT_ENCODING, *encoding);
            }
            let page = browser.send(&path, request.body(Body::empty()).unwrap()).await;
            let compressed = page.headers.get(CONTENT_ENCODING).is_some();
            assert_eq!(compressed, accepted.contains(&"gzip"), "{accepted:?}");
            assert!(page.header("vary").contains("accept-encoding"), "{accepted:?}");
        }
    }
}

fn program(r: &Registered) -> [(&'static str, String); 4] {
    [
        ("grant_type", "client_credentials".to_owned()),
        ("client_id", r.app_id.clone()),
        ("client_secret", r.secret.clone()),
        ("scope", format!("{}/.default", r.app_id)),
    ]
}

async fn asks(browser: &mut Browser, r: &Registered) -> (StatusCode, Value) {
    let values = program(r);
    let values: Vec<_> = values.iter().map(|(name, value)| (*name, value.as_str())).collect();
    post(browser, &r.at("/oauth2/v2.0/token"), &values, None).await
}

async fn what_is_known_of_a_client_ends_with_its_next_version(t: &mut TestApp) {
    let r = registered(t, json!({})).await;
    let mut browsers = [t.browser(), t.browser().of(t.node().await)];
    for browser in &mut browsers {
        for _ in 0..2 {
            assert_eq!(asks(browser, &r).await.0, StatusCode::OK);
        }
    }
    let path = format!("/v1.0/servicePrincipals/{}", r.principal);
    for (enabled, status) in [(false, StatusCode::UNAUTHORIZED), (true, StatusCode::OK)] {
        assert_eq!(r.api.patch(&path, json!({ "accountEnabled": enabled })).await.status, 204);
        for browser in &mut browsers {
            assert_eq!(asks(browser, &r).await.0, status, "enabled: {enabled}");
            // The other node may not know for a second.
            t.advance(SOON);
        }
    }
    let application = format!("/v1.0/applications/{}", r.object);
    assert_eq!(r.api.delete(&application).await.status, 204);
    for browser in &mut browsers {
        assert_eq!(asks(browser, &r).await.0, StatusCode::UNAUTHORIZED, "deleted");
        t.advance(SOON);
    }
}

async fn what_changes_in_one_tenant_leaves_others_alone(t: &mut TestApp) {
    let (one, other) = (registered_in(t, "one", json!({})).await, registered_in(t, "other", json!({})).await);
    let mut browser = t.browser();
    for r in [&one, &other] {
        asks(&mut browser, r).await;
    }
    let path = format!("/v1.0/applications/{}", one.object);
    assert_eq!(one.api.patch(&path, json!({ "displayName": "Another" })).await.status, 204);
    let (answer, statements) = statements_of(asks(&mut browser, &other)).await;
    assert_eq!((answer.0, statements.len()), (StatusCode::OK, 0), "{statements:#?}");
    let (answer, statements) = statements_of(asks(&mut browser, &one)).await;
    assert_eq!(answer.0, StatusCode::OK);
    assert!(!statements.is_empty());
}

async fn a_programs_token_ends_with_its_secret(t: &mut TestApp) {
    let r = registered(t, json!({})).await;
    let path = format!("/v1.0/applications/{}", r.object);
    let first = r.api.get(&path).await.body["passwordCredentials"][0]["keyId"].clone();
    let second = r.api.post(&format!("{path}/addPassword"), json!({})).await.body["secretText"].clone();
    let mut browser = t.browser();
    let token = asks(&mut browser, &r).await.1["access_token"].as_str().unwrap().to_owned();
    for (secret, active) in [(r.secret.as_str(), true), (second.as_str().unwrap(), true)] {
        assert_eq!(introspects(&mut browser, &r, secret, &token).await.1["active"], active);
    }
    r.api.post(&format!("{path}/removePassword"), json!({ "keyId": first })).await;
    // As it is read, and as it is kept.
    for _ in 0..2 {
        let (status, told) = introspects(&mut browser, &r, second.as_str().unwrap(), &token).await;
        assert_eq!((status, told), (StatusCode::OK, json!({ "active": false })));
    }
    assert_eq!(introspects(&mut browser, &r, &r.secret, &token).await.0, StatusCode::UNAUTHORIZED);
}

async fn a_new_secret_counts_on_every_node_at_once(t: &mut TestApp) {
    let mut r = registered(t, json!({})).await;
    let mut elsewhere = t.browser().of(t.node().await);
    for _ in 0..2 {
        assert_eq!(asks(&mut elsewhere, &r).await.0, StatusCode::OK);
    }
    let path = format!("/v1.0/applications/{}/addPassword", r.object);
    r.secret = r.api.post(&path, json!({})).await.body["secretText"].as_str().unwrap().to_owned();
    assert_eq!(asks(&mut elsewhere, &r).await.0, StatusCode::OK);
}

async fn introspects(
    browser: &mut Browser,
    r: &Registered,
    secret: &str,
    token: &str,
) -> (StatusCode, Value) {
    let asked = [("client_id", r.app_id.as_str()), ("client_secret", secret), ("token", token)];
    post(browser, &r.at("/oauth2/v2.0/introspect"), &asked, None).await
}

async fn tokens_for_a_program_cost_no_statements(t: &mut TestApp) {
    let r = registered(t, json!({})).await;
    let mut browser = t.browser();
    // The first makes the key.
    for _ in 0..2 {
        asks(&mut browser, &r).await;
    }
    let ((status, token), statements) = statements_of(asks(&mut browser, &r)).await;
    assert_eq!(status, StatusCode::OK);
    assert!(statements.is_empty(), "{statements:#?}");
    let token = token["access_token"].as_str().unwrap().to_owned();
    let (told, statements) = statements_of(introspects(&mut browser, &r, &r.secret, &token)).await;
    assert_eq!(told.1["active"], true);
    assert!(statements.is_empty(), "{statements:#?}");
    t.advance(SOON);
    let (_, statements) = statements_of(asks(&mut browser, &r)).await;
    // One view; tenant, keys, client and its settings, resource and roles are each asked for once.
    assert!((1..=9).contains(&statements.len()), "{statements:#?}");
}
