//! What a client may know of a person (OpenID Connect Core §5).

use serde_json::{Map, Value, json};

use crate::features::directory::DirectoryUser;

/// Every claim about the person that there is, for what was granted and what was asked by name.
#[must_use]
pub fn claims(user: &DirectoryUser, scope: &[String], named: &[String]) -> Map<String, Value> {
    let has = |name: &str| scope.iter().any(|granted| granted == name);
    let asked = |name: &str| named.iter().any(|asked| asked == name);
    all(user)
        .into_iter()
        .filter(|(of, name, value)| !value.is_null() && (has(of) || asked(name)))
        .map(|(_, name, value)| (name.to_owned(), value))
        .collect()
}

/// Claims with the scope that each belongs to (§5.4).
fn all(user: &DirectoryUser) -> Vec<(&'static str, &'static str, Value)> {
    let text = |name: &str| user.properties.text(name).map_or(Value::Null, |text| json!(text));
    let person = &user.person;
    let phone = user.properties.business_phones.first().cloned();
    let phone = user.properties.text("mobilePhone").map(str::to_owned).or(phone);
    vec![
        ("profile", "name", json!(person.display_name)),
        ("profile", "given_name", json!(person.given_name)),
        ("profile", "family_name", json!(person.surname)),
        ("profile", "preferred_username", json!(person.sign_in_name())),
        ("profile", "locale", text("preferredLanguage")),
        ("email", "email", text("mail")),
        // Nobody has shown that they read it: it is contact data that the tenant wrote (SPEC §3.4).
        ("email", "email_verified", if text("mail").is_null() { Value::Null } else { json!(false) }),
        ("phone", "phone_number", json!(phone)),
        ("address", "address", address(user)),
    ]
}

fn address(user: &DirectoryUser) -> Value {
    let parts = [
        ("street_address", "streetAddress"),
        ("locality", "city"),
        ("region", "state"),
        ("postal_code", "postalCode"),
        ("country", "country"),
    ];
    let known: Map<String, Value> = parts
        .into_iter()
        .filter_map(|(claim, name)| Some((claim.to_owned(), json!(user.properties.text(name)?))))
        .collect();
    if known.is_empty() { Value::Null } else { Value::Object(known) }
}
