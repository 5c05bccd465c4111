//! How people are searched, and the rows that they are found by.

use model::objects::ObjectKind;

use super::ops::directory_user::DirectoryUser;
use crate::graph::index::IndexRows;
use crate::graph::query::Order;
use crate::graph::{By, Indexed, Resource, Searchable};

/// How people are searched. Texts that no index holds are refused by name.
pub static USERS: Resource = Resource {
    kind: ObjectKind::User,
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
    orders: &[
        ("id", Order::Id),
        ("displayName", Order::Text("lower(display_name)")),
        ("userPrincipalName", Order::Text("user_name")),
        ("createdDateTime", Order::Moment("created_at")),
    ],
};

/// What a person is found by.
pub(super) fn rows(found: &DirectoryUser) -> IndexRows {
    let (person, properties) = (&found.person, &found.properties);
    let name = person.sign_in_name();
    let mail = person.contact.as_ref().map(|contact| contact.address.as_str());
    let mut rows = IndexRows::of(&USERS);
    for (property, value) in &properties.texts {
        rows.put(property, value);
    }
    rows.put_extensions(&properties.extensions);
    rows.put("displayName", &person.display_name);
    rows.put("userPrincipalName", &name);
    rows.put("userType", &found.user_type);
    rows.put_some("givenName", person.given_name.as_deref());
    rows.put_some("surname", person.surname.as_deref());
    rows.put_some("mail", mail);
    rows.put_all("businessPhones", &properties.business_phones);
    rows.put_all("otherMails", &properties.other_mails);
    for text in [person.display_name.as_str(), &name, mail.unwrap_or_default()] {
        rows.words(text);
    }
    rows
}
