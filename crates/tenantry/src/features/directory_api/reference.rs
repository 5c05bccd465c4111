//! References to objects in bodies: `@odata.id` and `…@odata.bind` name them by addresses.
//!
//! Only the id at the end is used: an address may begin as the client likes, and nothing is ever fetched from it.

use model::applications::PolicyKind;
use model::refusal::{Code, Refusal};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::app::App;
use crate::error::Error;
use crate::graph::Body;

const COLLECTIONS: [&str; 5] = ["directoryObjects", "users", "groups", "applications", "servicePrincipals"];

/// The id that an address ends in: `…/users/{id}`, or `…/users('{id}')`.
///
/// # Errors
/// [`Code::ReferenceInvalid`].
pub(super) fn referred(address: &str) -> Result<Uuid, Refusal> {
    among(address, &COLLECTIONS)
}

fn among(address: &str, collections: &[&str]) -> Result<Uuid, Refusal> {
    let refused = || Refusal::new(Code::ReferenceInvalid).on("@odata.id");
    let path = address.split(['?', '#']).next().unwrap_or_default();
    // Graph's own addresses may end in the type of the object.
    let path = path.rsplit_once("/Microsoft.DirectoryServices.").map_or(path, |(path, _)| path);
    let mut parts = path.rsplit(['/', '(', ')', '\'']).filter(|part| !part.is_empty());
    let (Some(id), Some(collection)) = (parts.next(), parts.next()) else { return Err(refused()) };
    if !collections.iter().any(|known| known.eq_ignore_ascii_case(collection)) {
        return Err(refused());
    }
    id.parse().map_err(|_| refused())
}

/// The object that a body names, which says nothing else.
///
/// # Errors
/// No reference, one that names no object, or more than a reference.
pub(super) fn reference(body: Body) -> Result<Uuid, Error> {
    named(body, &COLLECTIONS)
}

/// The policy that a body names.
///
/// # Errors
/// As [`reference`].
pub(super) fn referred_policy(body: Body, kind: PolicyKind) -> Result<Uuid, Error> {
    named(body, &[kind.collection(), "directoryObjects"])
}

fn named(mut body: Body, collections: &[&str]) -> Result<Uuid, Error> {
    let address = body.text("@odata.id")?.given().ok_or(Refusal::new(Code::FieldRequired).on("@odata.id"))?;
    body.end(&[])?;
    Ok(among(&address, collections)?)
}

/// The address that refers to an object.
pub(super) fn address(app: &App, object: &Value) -> Value {
    let id = object["id"].as_str().unwrap_or_default();
    json!(app.link(&format!("/v1.0/directoryObjects/{id}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_id_at_the_end_counts() {
        let id = Uuid::from_u128(7);
        for address in [
            format!("https://graph.example/v1.0/directoryObjects/{id}"),
            format!("https://graph.example/v1.0/contoso/users/{id}"),
            format!("http://169.254.169.254/groups/{id}?x=1"),
            format!("/v1.0/servicePrincipals/{id}"),
            format!("https://graph.example/v1.0/users('{id}')"),
        ] {
            assert_eq!(referred(&address).unwrap(), id);
        }
        for address in [
            "",
            "x",
            "/",
            "directoryObjects",
            "/v1.0/domains/contoso.test",
            "/v1.0/users/ana",
            &id.to_string(),
        ] {
            assert_eq!(referred(address).unwrap_err().code, Code::ReferenceInvalid, "{address}");
        }
    }
}
