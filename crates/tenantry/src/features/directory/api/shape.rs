//! A person as Microsoft Graph shows one.

use jiff::Timestamp;
use model::properties::TEXTS;
use serde_json::{Map, Value, json};

use crate::features::directory::ops::directory_user::DirectoryUser;
use crate::graph::{By, Indexed, Resource, Searchable};

/// What comes without `$select` (facts §7.1).
pub const USUAL: &[&str] = &[
    "businessPhones",
    "displayName",
    "givenName",
    "id",
    "jobTitle",
    "mail",
    "mobilePhone",
    "officeLocation",
    "preferredLanguage",
    "surname",
    "userPrincipalName",
];

/// What Graph has and nobody can write here: shown, and refused when sent.
pub const READ_ONLY: &[&str] = &[
    "assignedLicenses",
    "assignedPlans",
    "createdDateTime",
    "creationType",
    "deletedDateTime",
    "id",
    "identities",
    "imAddresses",
    "lastPasswordChangeDateTime",
    "onPremisesSyncEnabled",
    "proxyAddresses",
    "signInSessionsValidFromDateTime",
    "userType",
];

/// How people are searched. Texts that no index holds are refused by name.
pub const USERS: Resource = Resource {
    kind: "user",
    searchable: &[
        Searchable { name: "accountEnabled", by: By::Truth("account_enabled") },
        Searchable { name: "businessPhones", by: By::Index(Indexed::Texts) },
        Searchable { name: "city", by: By::Index(Indexed::Text) },
        Searchable { name: "companyName", by: By::Index(Indexed::Text) },
        Searchable { name: "country", by: By::Index(Indexed::Text) },
        Searchable { name: "createdDateTime", by: By::Moment("created_at") },
        Searchable { name: "department", by: By::Index(Indexed::Text) },
        Searchable { name: "displayName", by: By::Index(Indexed::Text) },
        Searchable { name: "employeeId", by: By::Index(Indexed::Text) },
        Searchable { name: "employeeType", by: By::Index(Indexed::Text) },
        Searchable { name: "faxNumber", by: By::Index(Indexed::Text) },
        Searchable { name: "givenName", by: By::Index(Indexed::Text) },
        Searchable { name: "id", by: By::Id },
        Searchable { name: "jobTitle", by: By::Index(Indexed::Text) },
        Searchable { name: "mail", by: By::Index(Indexed::TextAndEnd) },
        Searchable { name: "mailNickname", by: By::Index(Indexed::Text) },
        Searchable { name: "mobilePhone", by: By::Index(Indexed::Text) },
        Searchable { name: "officeLocation", by: By::Index(Indexed::Text) },
        Searchable { name: "otherMails", by: By::Index(Indexed::TextsAndEnd) },
        Searchable { name: "postalCode", by: By::Index(Indexed::Text) },
        Searchable { name: "preferredLanguage", by: By::Index(Indexed::Text) },
        Searchable { name: "state", by: By::Index(Indexed::Text) },
        Searchable { name: "streetAddress", by: By::Index(Indexed::Text) },
        Searchable { name: "surname", by: By::Index(Indexed::Text) },
        Searchable { name: "usageLocation", by: By::Index(Indexed::Text) },
        Searchable { name: "userPrincipalName", by: By::Index(Indexed::TextAndEnd) },
        Searchable { name: "userType", by: By::Index(Indexed::Text) },
    ],
};

/// Every property, those without a value as `null` or an empty list.
pub fn user(found: &DirectoryUser) -> Map<String, Value> {
    let person = &found.person;
    let mut object = Map::new();
    let mut put = |name: &str, value: Value| drop(object.insert(name.to_owned(), value));
    for property in TEXTS {
        put(property.name, json!(found.properties.text(property.name)));
    }
    put("id", json!(person.id));
    put("accountEnabled", json!(person.account_enabled));
    put("businessPhones", json!(found.properties.business_phones));
    put("createdDateTime", json!(shown(person.created_at)));
    put("deletedDateTime", json!(person.deleted_at.map(shown)));
    put("displayName", json!(person.display_name));
    put("employeeHireDate", json!(found.properties.employee_hire_date.map(shown)));
    put("givenName", json!(person.given_name));
    put("mail", json!(person.contact.as_ref().map(|contact| &contact.address)));
    put("otherMails", json!(found.properties.other_mails));
    put("surname", json!(person.surname));
    put("userPrincipalName", json!(person.sign_in_name()));
    put("userType", json!(found.user_type));
    for list in ["assignedLicenses", "assignedPlans", "identities", "imAddresses", "proxyAddresses"] {
        put(list, json!([]));
    }
    for absent in ["creationType", "onPremisesSyncEnabled", "signInSessionsValidFromDateTime"] {
        put(absent, Value::Null);
    }
    put("lastPasswordChangeDateTime", json!(found.password_changed_at.map(shown)));
    object
}

/// To the second, as Graph writes moments.
fn shown(moment: Timestamp) -> String {
    moment.strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}
