//! How much an answer says of itself (OData JSON 4.01 §3.1): with `Accept: application/json;odata.metadata=full` each
//! object names its type and its address, with `none` the context is left out. What nobody asks for is usual.

use axum::body::{Body, to_bytes};
use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use http::header::{ACCEPT, CONTENT_LENGTH, CONTENT_TYPE};
use http::{HeaderMap, HeaderValue};
use serde_json::{Map, Value, json};

use crate::app::App;
use crate::error::Error;

/// Bytes of an answer of ours: 999 objects of the largest kind stay far below.
const LONGEST: usize = 256 * 1024 * 1024;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Detail {
    Minimal,
    Full,
    None,
}

/// Collections whose objects have an address, and the type of these objects.
const TYPES: [(&str, &str); 13] = [
    ("administrativeUnits", "administrativeUnit"),
    ("applications", "application"),
    ("directoryObjects", "directoryObject"),
    ("directoryRoles", "directoryRole"),
    ("directoryRoleTemplates", "directoryRoleTemplate"),
    ("domains", "domain"),
    ("groups", "group"),
    ("oauth2PermissionGrants", "oAuth2PermissionGrant"),
    ("organization", "organization"),
    ("policies/claimsMappingPolicies", "claimsMappingPolicy"),
    ("policies/tokenIssuancePolicies", "tokenIssuancePolicy"),
    ("servicePrincipals", "servicePrincipal"),
    ("users", "user"),
];

fn asked(headers: &HeaderMap) -> Detail {
    let accept = headers.get(ACCEPT).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let accept = accept.to_ascii_lowercase().replace(' ', "");
    let says = |detail: &str| {
        ["odata.metadata=", ";metadata="].iter().any(|name| accept.contains(&format!("{name}{detail}")))
    };
    match () {
        () if says("full") => Detail::Full,
        () if says("none") => Detail::None,
        () => Detail::Minimal,
    }
}

/// The layer that does it.
pub async fn told(State(app): State<App>, request: Request, next: Next) -> Response {
    let ours = request.uri().path().starts_with("/v1.0/");
    let detail = if ours { asked(request.headers()) } else { Detail::Minimal };
    let answer = next.run(request).await;
    let is_json = answer.headers().get(CONTENT_TYPE).is_some_and(|kind| kind == "application/json");
    if detail == Detail::Minimal || !is_json || !answer.status().is_success() {
        return answer;
    }
    let (mut parts, body) = answer.into_parts();
    let Ok(bytes) = to_bytes(body, LONGEST).await else {
        return Error::internal("an answer that can't be read").into_response();
    };
    let told = match serde_json::from_slice(&bytes) {
        Ok(Value::Object(object)) => rewritten(object, detail, &app.link("/v1.0")).to_string(),
        _ => String::from_utf8_lossy(&bytes).into_owned(),
    };
    parts.headers.remove(CONTENT_LENGTH);
    let kind = match detail {
        Detail::Full => "application/json;odata.metadata=full",
        _ => "application/json;odata.metadata=none",
    };
    parts.headers.insert(CONTENT_TYPE, HeaderValue::from_static(kind));
    Response::from_parts(parts, Body::from(told))
}

fn rewritten(mut answer: Map<String, Value>, detail: Detail, base: &str) -> Value {
    if detail == Detail::None {
        answer.remove("@odata.context");
        return Value::Object(answer);
    }
    let context = answer.get("@odata.context").and_then(Value::as_str).unwrap_or_default();
    let of = context.split_once('#').map(|(_, of)| of).unwrap_or_default();
    let of = of.trim_end_matches("/$entity");
    // Behind a key stands what an object has, which is no object of the collection: users('…')/photo.
    let of = if of.ends_with(')') { of.split('(').next().unwrap_or_default() } else { of }.to_owned();
    match answer.get_mut("value") {
        Some(Value::Array(found)) => {
            found.iter_mut().filter_map(Value::as_object_mut).for_each(|object| annotate(object, &of, base));
        }
        _ => annotate(&mut answer, &of, base),
    }
    Value::Object(answer)
}

fn annotate(object: &mut Map<String, Value>, of: &str, base: &str) {
    let Some(id) = object.get("id").and_then(Value::as_str).map(str::to_owned) else { return };
    let Some((collection, kind)) = TYPES.iter().find(|(collection, _)| *collection == of) else { return };
    let kind = object.entry("@odata.type").or_insert_with(|| json!(format!("#microsoft.graph.{kind}")));
    let named = kind.as_str().and_then(|kind| kind.rsplit('.').next()).unwrap_or_default().to_owned();
    let is_directory_object = [
        "user",
        "group",
        "application",
        "servicePrincipal",
        "directoryRole",
        "administrativeUnit",
        "directoryObject",
    ]
    .contains(&named.as_str());
    let own = TYPES.iter().find(|(_, kind)| *kind == named).map_or(*collection, |(own, _)| *own);
    let place = if is_directory_object { "directoryObjects" } else { own };
    object.insert("@odata.id".into(), json!(format!("{base}/{place}/{id}")));
    object.insert("@odata.editLink".into(), json!(format!("{own}/{id}")));
}

#[cfg(test)]
mod tests {
    use super::*;

    fn full(answer: Value) -> Value {
        let Value::Object(answer) = answer else { panic!("an object") };
        rewritten(answer, Detail::Full, "https://t.test/v1.0")
    }

    #[test]
    fn each_object_names_its_type_and_address() {
        let context = "https://t.test/v1.0/$metadata#directoryObjects";
        let mixed = full(json!({
            "@odata.context": context,
            "value": [{ "@odata.type": "#microsoft.graph.group", "id": "1" }, { "id": "2" }]
        }));
        assert_eq!(mixed["value"][0]["@odata.editLink"], "groups/1");
        assert_eq!(mixed["value"][1]["@odata.id"], "https://t.test/v1.0/directoryObjects/2");
        let one = full(json!({ "@odata.context": "https://t.test/v1.0/$metadata#users/$entity", "id": "3" }));
        assert_eq!(one["@odata.type"], "#microsoft.graph.user");
        let context = "https://t.test/v1.0/$metadata#users('3')/photo/$entity";
        let part = json!({ "@odata.context": context, "id": "240x240" });
        assert_eq!(full(part.clone()), part);
        let no_object =
            json!({ "@odata.context": "https://t.test/v1.0/$metadata#Edm.Boolean", "value": true });
        assert_eq!(full(no_object.clone()), no_object);
    }

    #[test]
    fn clients_ask_in_several_spellings() {
        for (accept, detail) in [
            ("application/json; odata.metadata=full", Detail::Full),
            ("application/json;odata.metadata=none,*/*", Detail::None),
            ("application/json;odata.metadata=minimal;odata.streaming=true", Detail::Minimal),
            ("*/*", Detail::Minimal),
        ] {
            let headers = HeaderMap::from_iter([(ACCEPT, HeaderValue::from_static(accept))]);
            assert_eq!(asked(&headers), detail, "{accept}");
        }
    }
}
