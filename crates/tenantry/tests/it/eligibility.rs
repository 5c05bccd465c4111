//! The check endpoints, and that page, API and command say the same.

use axum::body::Body;
use http::Method;
use http::header::CONTENT_TYPE;
use serde_json::{Value, json};
use tenantry::eligibility::{Judge, Kind, Question};

use crate::support::TestApp;
use crate::support::browser::Browser;
use crate::support::page::Page;

both_engines!(
    the_api_and_the_command_say_the_same,
    what_cannot_be_answered_is_a_problem,
    checks_are_limited(|config| config.limits.checks_per_minute = 2),
);

async fn ask(browser: &mut Browser, kind: &str, body: impl Into<Body>) -> Page {
    let path = format!("/v1.0/check/{kind}");
    let request = browser.request(Method::POST, &path).header(CONTENT_TYPE, "application/json");
    browser.send(&path, request.body(body.into()).unwrap()).await
}

fn json(page: &Page) -> Value {
    serde_json::from_str(&page.body).unwrap_or_else(|_| panic!("no JSON: {page:?}"))
}

async fn the_api_and_the_command_say_the_same(t: &mut TestApp) {
    let questions = [
        ("email", Kind::Email, json!({"email": "ana@contoso.test"})),
        ("email", Kind::Email, json!({"email": "ana@gmail.com"})),
        ("email", Kind::Email, json!({"email": "info2@contoso.com"})),
        ("email", Kind::Email, json!({"email": "ana@gmai1.com"})),
        ("email", Kind::Email, json!({"email": "ana\r\nBcc: ben@contoso.com"})),
        ("organization", Kind::Organization, json!({"name": "GmbH"})),
        ("organization", Kind::Organization, json!({"name": "Contoso.com Ltd", "country": "GB"})),
        ("organization", Kind::Organization, json!({"name": "Ελληνικά Λιμάνια Α.Ε.", "country": "GR"})),
        (
            "address",
            Kind::Address,
            json!({"country": "US", "postal_code": "10001", "region": "CA", "city": "Oakland"}),
        ),
        ("address", Kind::Address, json!({"country": "de", "postal_code": "D-10117", "city": "Berlin"})),
        ("password", Kind::Password, json!({"password": "Passw0rd"})),
        ("password", Kind::Password, json!({"password": "lively torres orchard", "names": ["Ana Torres"]})),
        ("transliterate", Kind::Transliterate, json!({"text": "東京", "country": "JP", "lang": "ja"})),
        ("transliterate", Kind::Transliterate, json!({"text": ""})),
    ];
    let mut program = t.browser();
    let locale = t.app.locales.english();
    for (path, kind, question) in questions {
        let judge = Judge { rules: &t.app.email_rules, locale: &locale, product: &t.app.config.product.name };
        let by_command = judge.answer(&Question::from_json(kind, question.to_string().as_bytes()).unwrap());
        let page = ask(&mut program, path, question.to_string()).await;
        assert_eq!(page.status.as_u16(), 200, "{question}");
        assert_eq!(json(&page), serde_json::to_value(&by_command).unwrap(), "{question}");
    }
}

async fn what_cannot_be_answered_is_a_problem(t: &mut TestApp) {
    let mut program = t.browser();
    for body in ["", "null", "[]", "{\"email\":", "{\"email\": 7}"] {
        let page = ask(&mut program, "email", body).await;
        assert_eq!((page.status.as_u16(), page.header("content-type")), (422, "application/problem+json"));
        assert_eq!(json(&page)["code"], "input-invalid", "{body}");
    }
    let page = ask(&mut program, "email", vec![b'x'; 1 << 20]).await;
    assert_eq!((page.status.as_u16(), json(&page)["code"].as_str()), (413, Some("input-too-large")));
    assert_eq!(ask(&mut program, "everything", "{}").await.status.as_u16(), 404);
    assert_eq!(program.get("/v1.0/check/email").await.status.as_u16(), 405);
}

async fn checks_are_limited(t: &mut TestApp) {
    let mut program = t.browser();
    for _ in 0..2 {
        assert_eq!(ask(&mut program, "email", "{}").await.status.as_u16(), 200);
    }
    let page = ask(&mut program, "email", "{}").await;
    assert_eq!((page.status.as_u16(), json(&page)["code"].as_str()), (429, Some("too-many-requests")));
    assert!(page.header("retry-after").parse::<u64>().is_ok());
}
