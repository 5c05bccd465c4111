//! What a client may know of a person (OpenID Connect Core §5).

use serde_json::{Map, Value, json};

use crate::features::directory::DirectoryUser;

/// The claims about a person with the scope that each belongs to (Core §5.4).
const OF: [(&str, &str); 10] = [
    ("profile", "name"),
    ("profile", "given_name"),
    ("profile", "family_name"),
    ("profile", "preferred_username"),
    ("profile", "locale"),
    ("email", "email"),
    ("email", "email_verified"),
    ("phone", "phone_number"),
    ("phone", "phone_number_verified"),
    ("address", "address"),
];

/// The scopes that these claims belong to, each once. Claims that aren't about the person belong to none.
#[must_use]
pub fn scopes_of<'a>(names: impl Iterator<Item = &'a str>) -> Vec<String> {
    let mut scopes: Vec<String> = Vec::new();
    for name in names {
        let of = OF.iter().find(|(_, known)| *known == name).map(|(of, _)| (*of).to_owned());
        scopes.extend(of.filter(|of| !scopes.contains(of)));
    }
    scopes
}

/// Every claim about the person that there is, for what was granted and what was asked by name.
#[must_use]
pub fn claims(user: &DirectoryUser, scope: &[String], named: &[String]) -> Map<String, Value> {
    let has = |name: &str| scope.iter().any(|granted| granted == name);
    let asked = |name: &str| named.iter().any(|asked| asked == name);
    OF.iter()
        .filter(|(of, name)| has(of) || asked(name))
        .map(|(_, name)| ((*name).to_owned(), claim(user, name)))
        .filter(|(_, value)| !value.is_null())
        .collect()
}

fn claim(user: &DirectoryUser, name: &str) -> Value {
    let text = |name: &str| user.properties.text(name).map_or(Value::Null, |text| json!(text));
    let person = &user.person;
    let mail = person.contact.as_ref().map_or(Value::Null, |contact| json!(contact.address));
    let of_work = user.properties.business_phones.first().cloned();
    let phone = json!(user.properties.text("mobilePhone").map(str::to_owned).or(of_work));
    match name {
        "name" => json!(person.display_name),
        "given_name" => json!(person.given_name),
        "family_name" => json!(person.surname),
        "preferred_username" => json!(person.sign_in_name()),
        "locale" => text("preferredLanguage"),
        "email" => mail,
        // Nobody has shown that they read it: it is contact data that the tenant wrote (SPEC §3.4).
        "email_verified" if mail.is_null() => Value::Null,
        "email_verified" => json!(false),
        "phone_number" => phone,
        "phone_number_verified" if phone.is_null() => Value::Null,
        "phone_number_verified" => json!(false),
        "address" => address(user),
        _ => Value::Null,
    }
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
