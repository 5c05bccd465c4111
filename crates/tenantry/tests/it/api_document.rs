//! The description of the API against the routes, and its page.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};
use tenantry::features::api_document::{api, entity_model};
use tenantry::routes;

use crate::support::TestApp;
use crate::support::database::Engine;

both_engines!(what_is_shown_whole_is_what_is_described, the_document_and_its_page_are_open_to_everybody);

#[tokio::test]
async fn every_route_is_described_and_nothing_else() {
    let t = TestApp::start(Engine::Sqlite, &[]).await;
    let (_, features) = routes::both(t.app.clone());
    let mut routed = BTreeSet::new();
    for route in tenantry::prove::paths::all(&features).await {
        if route.path.starts_with("/v1.0/") {
            routed.extend(route.methods.iter().map(|method| format!("{method} {}", route.path)));
        }
    }
    let mut described = BTreeSet::new();
    let mut names = BTreeSet::new();
    for (path, methods) in api()["paths"].as_object().unwrap() {
        for (method, operation) in methods.as_object().unwrap() {
            described.insert(format!("{} {path}", method.to_uppercase()));
            assert!(names.insert(operation["operationId"].to_string()), "{}", operation["operationId"]);
        }
    }
    let without: Vec<_> = routed.difference(&described).collect();
    let nowhere: Vec<_> = described.difference(&routed).collect();
    assert!(without.is_empty(), "add these to described() beside their routes(): {without:#?}");
    assert!(nowhere.is_empty(), "described, and no route: {nowhere:#?}");
    t.finish().await;
}

#[test]
fn every_reference_leads_to_a_schema() {
    fn walk(value: &Value) {
        match value {
            Value::Object(object) => {
                if let Some(reference) = object.get("$ref").and_then(Value::as_str) {
                    assert!(!api().pointer(&reference[1..]).unwrap_or(&Value::Null).is_null(), "{reference}");
                }
                object.values().for_each(walk);
            }
            Value::Array(items) => items.iter().for_each(walk),
            _ => {}
        }
    }
    walk(api());
}

/// The properties of each type, by its name.
fn model(text: &str) -> BTreeMap<&str, BTreeSet<&str>> {
    let mut types = BTreeMap::new();
    for line in
        text.lines().filter(|line| line.starts_with("<EntityType ") || line.starts_with("<ComplexType "))
    {
        let names: Vec<&str> =
            line.split(" Name=\"").skip(1).filter_map(|part| part.split('"').next()).collect();
        // The key of the common type is each one's.
        let key = line.contains(" BaseType=").then_some("id");
        types.insert(names[0], names[1..].iter().copied().chain(key).collect());
    }
    types
}

#[test]
fn the_entity_model_says_the_same() {
    let text = entity_model();
    let types = model(text);
    let schemas = api()["components"]["schemas"].as_object().unwrap();
    let mut compared = 0;
    for (name, properties) in &types {
        let Some(schema) = schemas.get(*name).filter(|schema| schema["properties"].is_object()) else {
            continue;
        };
        let described = schema["properties"].as_object().unwrap().keys().map(String::as_str);
        let described: BTreeSet<&str> = described.filter(|name| !name.contains('@')).collect();
        assert_eq!(*properties, described, "{name}");
        compared += 1;
    }
    assert!(compared > 15, "{compared}");
    for name in ["user", "group", "application", "servicePrincipal", "domain", "organization"] {
        assert!(types.contains_key(name), "{name}");
    }
    // Every type that is named is there.
    for used in text.split("graph.").skip(1).filter(|part| !part.starts_with("microsoft")) {
        let name: String = used.chars().take_while(char::is_ascii_alphanumeric).collect();
        assert!(types.contains_key(name.as_str()) || used.starts_with('"'), "{name}");
    }
    assert!(text.contains("<EntitySet Name=\"users\" EntityType=\"graph.user\"/>"), "{text}");
    assert!(text.contains("<Singleton Name=\"me\" Type=\"graph.user\"/>"), "{text}");
}

async fn what_is_shown_whole_is_what_is_described(t: &mut TestApp) {
    let company = t.company("contoso").await;
    let client = t.client(company.tenant, company.ana).await;
    let group = json!({ "displayName": "Sales", "mailEnabled": false, "mailNickname": "sales", "securityEnabled": true });
    let group = client.post("/v1.0/groups", group).await.body["id"].as_str().unwrap().to_owned();
    let made = client.post("/v1.0/applications", json!({ "displayName": "Portal" })).await.body;
    let principal = client.post("/v1.0/servicePrincipals", json!({ "appId": made["appId"] })).await.body;
    for (path, name) in [
        (format!("users/{}", company.ana), "user"),
        (format!("groups/{group}"), "group"),
        (format!("applications/{}", made["id"].as_str().unwrap()), "application"),
        (format!("servicePrincipals/{}", principal["id"].as_str().unwrap()), "servicePrincipal"),
        (format!("domains/{}", company.domain), "domain"),
        (format!("organization/{}", company.tenant), "organization"),
    ] {
        let shown = client.get(&format!("/v1.0/{path}?$select=*")).await;
        assert_eq!(shown.status.as_u16(), 200, "{path}: {}", shown.body);
        let shown: BTreeSet<&str> = shown
            .body
            .as_object()
            .unwrap()
            .keys()
            .map(String::as_str)
            .filter(|key| !key.contains('@'))
            .collect();
        let described = api()["components"]["schemas"][name]["properties"].as_object().unwrap();
        let any = "#/components/schemas/directoryObject";
        let is_relation =
            |schema: &Value| schema["items"]["$ref"] == any || schema["anyOf"][0]["$ref"] == any;
        let described: BTreeSet<&str> = described
            .iter()
            .filter(|(key, schema)| !key.contains('@') && !is_relation(schema))
            .map(|(key, _)| key.as_str())
            .collect();
        assert_eq!(shown, described, "{name}");
    }
}

async fn the_document_and_its_page_are_open_to_everybody(t: &mut TestApp) {
    let mut browser = t.browser();
    let file = browser.get("/v1.0/openapi.json").await;
    assert_eq!(file.header("content-type"), "application/json");
    let document: Value = serde_json::from_str(&file.body).unwrap();
    assert_eq!((&document["openapi"], &document), (&json!("3.1.0"), api()));
    let tag = file.header("etag").to_owned();
    let request = browser.request(http::Method::GET, "/v1.0/openapi.json").header("if-none-match", tag);
    let again = browser.send("/v1.0/openapi.json", request.body(axum::body::Body::empty()).unwrap()).await;
    assert_eq!(again.status.as_u16(), 304);
    let model = browser.get("/v1.0/$metadata").await;
    assert_eq!((model.header("content-type"), model.body.as_str()), ("application/xml", entity_model()));
    browser.get("/docs/api").await.assert_shows(&["/v1.0/users/{id}", "signIn", "If-Match"]);
    let page = browser.get("/docs/api?search=count+groups").await;
    page.assert_shows(&["/v1.0/groups/$count"]);
    assert!(!page.text().contains("/v1.0/applications"), "{}", page.text());
}
