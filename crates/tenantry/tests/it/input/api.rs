//! The check endpoints: a question that can't be read is refused in the shape of the API, any other is answered.

use axum::body::Body;
use http::Method;
use proptest::prelude::*;
use serde_json::{Value, json};

use super::hostile;
use super::routes::routes;
use super::store::Store;
use crate::support::TestApp;
use crate::support::browser::Browser;
use crate::support::page::Page;

both_engines!(questions_are_answered_or_refused(crate::input::unlimited));

/// The fields of all questions: each endpoint passes over those that are not its own.
const FIELDS: [&str; 14] = [
    "email",
    "name",
    "country",
    "lang",
    "postal_code",
    "region",
    "city",
    "suburb",
    "address_lines",
    "address_line1",
    "password",
    "names",
    "organizations",
    "text",
];

async fn ask(browser: &mut Browser, path: &str, body: Vec<u8>) -> Page {
    let request = browser.request(Method::POST, path).header("content-type", "application/json");
    browser.send(path, request.body(Body::from(body)).unwrap()).await
}

/// One JSON object for an answer; for a refusal a problem with its code, reason and remedy.
fn assert_told(answer: &Page, statuses: &[u16], asked: &str) {
    let asked: String = asked.chars().take(80).collect();
    assert!(statuses.contains(&answer.status.as_u16()), "{} {asked:?}: {}", answer.path, answer.status);
    let body: Value = serde_json::from_str(&answer.body).unwrap();
    assert!(body.is_object(), "{} {asked:?}: {body}", answer.path);
    for header in ["content-security-policy", "x-content-type-options", "cache-control"] {
        assert!(!answer.header(header).is_empty(), "{} {asked:?} lacks {header}", answer.path);
    }
    if answer.status.is_client_error() {
        assert_eq!(answer.header("content-type"), "application/problem+json", "{asked:?}");
        assert_eq!(body["status"], answer.status.as_u16());
        for part in ["code", "title", "detail", "instance"] {
            assert!(
                !body[part].as_str().unwrap().is_empty(),
                "{} {asked:?}: no {part} in {body}",
                answer.path
            );
        }
    }
}

fn unreadable() -> Vec<Vec<u8>> {
    let deep = |open: &str, close: &str| format!("{{\"name\":{}{}}}", open.repeat(10_000), close.repeat(100));
    let mut bodies: Vec<Vec<u8>> =
        ["", "null", "[]", "[{}]", "\"x\"", "7", "{", "{}}", "{\"email\"", "{'a':1}", "\u{feff}"]
            .map(|text| text.as_bytes().to_vec())
            .to_vec();
    bodies.push(deep("[", "]").into_bytes());
    bodies.push(deep("{\"a\":", "}").into_bytes());
    bodies.push(b"{\"name\":\"\xff\xfe\"}".to_vec());
    bodies.push(b"\0{\"name\":\"x\"}".to_vec());
    bodies
}

async fn questions_are_answered_or_refused(t: &mut TestApp) {
    let store = Store::open(t).await;
    let before = store.dump().await;
    let mut browser = t.browser();
    let routes = routes();
    let paths: Vec<_> =
        routes.iter().filter(|route| route.begins("/v1.0/check")).map(|route| &route.path).collect();
    assert_eq!(paths.len(), 5);
    for path in paths {
        for body in unreadable() {
            let asked = String::from_utf8_lossy(&body).into_owned();
            assert_told(&ask(&mut browser, path, body).await, &[422], &asked);
        }
        for length in [t.app.config.server.body_limit + 1, 1_000_000] {
            assert_told(&ask(&mut browser, path, vec![b' '; length]).await, &[413], "too much");
        }
        for field in FIELDS {
            for value in [
                json!(7),
                json!(true),
                json!(1e300),
                json!({"a": 1}),
                json!([7]),
                json!([["a"]]),
                Value::Null,
            ] {
                let question = json!({ field: value }).to_string();
                assert_told(
                    &ask(&mut browser, path, question.clone().into_bytes()).await,
                    &[200, 422],
                    &question,
                );
            }
            let twice = format!("{{\"{field}\":\"a\",\"{field}\":\"b\"}}");
            assert_told(&ask(&mut browser, path, twice.clone().into_bytes()).await, &[200, 422], &twice);
            let mut values = hostile::known();
            values.push("x".repeat(t.app.config.server.body_limit - 100));
            values.extend(hostile::drawn(field.len() as u64, "ana@contoso.com", 6));
            for value in values {
                for value in [json!(value), json!([value])] {
                    let question = json!({ field: value }).to_string();
                    let answer = ask(&mut browser, path, question.clone().into_bytes()).await;
                    // Escapes make some of them longer than a body may be.
                    assert_told(&answer, &[200, 413, 422], &question);
                }
            }
        }
        let answer = browser.get(path).await;
        assert_told(&answer, &[405], "GET");
    }
    assert!(before.differences(&store.dump().await).is_empty(), "a question changes nothing");
}

/// Any JSON value, some levels deep.
pub fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        any::<String>().prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 16, 4, |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            proptest::collection::vec((proptest::sample::select(&FIELDS[..]), inner), 0..4)
                .prop_map(|pairs| pairs.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_json_is_read_or_refused(value in any_json(), kind in 0..5_usize) {
        use tenantry::eligibility::{Kind, Question};
        let kind = [Kind::Email, Kind::Organization, Kind::Address, Kind::Password, Kind::Transliterate][kind];
        let _ = Question::from_json(kind, value.to_string().as_bytes());
    }
}
