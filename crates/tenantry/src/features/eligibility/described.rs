//! What the checks take and answer.

use model::shape::{object, or_null};
use serde_json::{Value, json};

use crate::openapi::{Answer, Described, Operation, list_of, one_of, text};

fn texts(names: &[&str], needed: &[&str]) -> Value {
    let properties: serde_json::Map<String, Value> =
        names.iter().map(|name| ((*name).to_owned(), or_null(text()))).collect();
    json!({ "type": "object", "properties": properties, "required": needed })
}

fn findings() -> Vec<(String, Value)> {
    let named = |name: &str, schema: Value| (name.to_owned(), schema);
    let told = ["field", "code", "reason", "remedy", "suggestion"].map(|name| named(name, or_null(text())));
    let finding = object(told);
    vec![
        named("code", or_null(text())),
        named("reason", or_null(text())),
        named("remedy", or_null(text())),
        named("suggestion", or_null(text())),
        named("reasons", list_of(text())),
        named("problems", list_of(finding.clone())),
        named("warnings", list_of(finding)),
    ]
}

fn check(what: &str, summary: &str, body: Value, about: Vec<(&str, Value)>) -> Operation {
    let about = about.into_iter().map(|(name, schema)| (name.to_owned(), schema));
    let answer = object(about.chain(findings()));
    let mut operation = Operation::post(format!("/v1.0/check/{what}"), summary)
        .takes(body)
        .answers(200, Answer::Json(answer));
    operation.refusals = vec![413, 422, 429, 503];
    operation.is_open = true;
    operation.tells_problems = true;
    operation
}

pub fn described() -> Described {
    let verdict = || ("verdict", one_of(&["valid", "invalid"]));
    let free = || json!({ "type": ["object", "null"] });
    let lists = |name: &str| (name.to_owned(), list_of(text()));
    let mut address = texts(
        &[
            "country",
            "postal_code",
            "region",
            "city",
            "suburb",
            "address_line1",
            "address_line2",
            "address_line3",
        ],
        &["country"],
    );
    address["properties"]["address_lines"] = or_null(list_of(text()));
    let mut password = object([("password".to_owned(), text()), lists("names"), lists("organizations")]);
    password["additionalProperties"] = true.into();
    Described::of([
        check(
            "email",
            "May this address open a work account?",
            texts(&["email"], &["email"]),
            vec![("class", text()), ("canonical", or_null(text()))],
        ),
        check(
            "organization",
            "May an organisation be called this?",
            texts(&["name", "country", "lang"], &["name"]),
            vec![verdict(), ("name", text()), ("western", free())],
        ),
        check(
            "address",
            "Is there such a place?",
            address,
            vec![
                verdict(),
                ("normalised", json!({ "type": "object" })),
                ("western", list_of(json!({ "type": "object" }))),
            ],
        ),
        check("password", "May this be a password?", password, vec![verdict(), ("strength", json!({}))]),
        check(
            "transliterate",
            "How is this written in Western European characters?",
            texts(&["text", "country", "lang"], &["text"]),
            vec![("western", text()), ("alternatives", list_of(json!({}))), ("source", text())],
        ),
    ])
}
