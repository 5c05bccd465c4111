//! A person as Microsoft Graph shows one.

use model::objects::ObjectKind;
use model::properties::TEXTS;
use protocol::odata::Expand;
use serde_json::{Map, Value, json};
use uuid::Uuid;

use crate::access::Actor;
use crate::app::App;
use crate::db::{Slice, TenantScope};
use crate::error::Error;
use crate::features::directory::{DirectoryUser, USERS, count_users, list_users};
use crate::features::directory_api::related::expanded;
use crate::features::directory_api::shown_moment;
use crate::graph::query::ObjectQuery;
use crate::graph::{Entity, Resource};
use crate::openapi::{Shape, id, moment, one_of, reference, text, text_of, truth};
use model::properties::{LIST, LIST_TEXT};
use model::shape::{object, or_null};

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

impl Entity for DirectoryUser {
    const RESOURCE: &'static Resource = &USERS;
    const USUAL: &'static [&'static str] = USUAL;

    fn id(&self) -> Uuid {
        self.person.id.0
    }

    fn version(&self) -> i64 {
        self.version
    }

    fn show(&self) -> Map<String, Value> {
        user(self)
    }

    async fn list(
        scope: &mut TenantScope<'_>,
        actor: &Actor,
        query: &ObjectQuery,
    ) -> Result<Slice<Self>, Error> {
        list_users(scope, actor, query).await
    }

    async fn count(scope: &mut TenantScope<'_>, actor: &Actor, query: &ObjectQuery) -> Result<i64, Error> {
        count_users(scope, actor, query).await
    }

    async fn expand(
        &self,
        app: &App,
        scope: &mut TenantScope<'_>,
        actor: &Actor,
        expand: &Expand,
    ) -> Result<Value, Error> {
        expanded(app, scope, actor, (ObjectKind::User, self.id()), expand).await
    }
}

fn user(found: &DirectoryUser) -> Map<String, Value> {
    let person = &found.person;
    let mut object = Map::new();
    let mut put = |name: &str, value: Value| drop(object.insert(name.to_owned(), value));
    for property in TEXTS {
        put(property.name, json!(found.properties.text(property.name)));
    }
    put("id", json!(person.id));
    put("accountEnabled", json!(person.account_enabled));
    put("businessPhones", json!(found.properties.business_phones));
    put("createdDateTime", json!(shown_moment(person.created_at)));
    put("deletedDateTime", json!(person.deleted_at.map(shown_moment)));
    put("displayName", json!(person.display_name));
    put("employeeHireDate", json!(found.properties.employee_hire_date.map(shown_moment)));
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
    put("lastPasswordChangeDateTime", json!(found.password_changed_at.map(shown_moment)));
    found.properties.extensions.iter().for_each(|(name, value)| put(name, value.clone()));
    object
}

/// What [`user`] shows and what bodies may say.
pub fn described() -> Shape {
    let profile = object([
        ("password".to_owned(), text()),
        ("forceChangePasswordNextSignIn".to_owned(), or_null(truth())),
        ("forceChangePasswordNextSignInWithMfa".to_owned(), or_null(truth())),
    ]);
    let texts = TEXTS
        .iter()
        .fold(Shape::new("user"), |shape, property| shape.may_have(property.name, text_of(property.longest)));
    let entries = || json!({ "type": "array", "items": text_of(LIST_TEXT), "maxItems": LIST });
    texts
        .has("id", id())
        .has("accountEnabled", truth())
        .has("businessPhones", entries())
        .has("createdDateTime", moment())
        .may_have("deletedDateTime", moment())
        .has("displayName", text_of(256))
        .may_have("employeeHireDate", moment())
        .may_have("givenName", text_of(64))
        .may_have("mail", text_of(320))
        .has("otherMails", entries())
        .may_have("surname", text_of(64))
        .has("userPrincipalName", text())
        .may_have("userType", one_of(&["Member", "Guest"]))
        .may_have("lastPasswordChangeDateTime", moment())
        .takes("passwordProfile", profile)
        .never_has(
            &["creationType", "onPremisesSyncEnabled", "signInSessionsValidFromDateTime"],
            &["assignedLicenses", "assignedPlans", "identities", "imAddresses", "proxyAddresses"],
        )
        .read_only(READ_ONLY)
        .needs(&["accountEnabled", "displayName", "passwordProfile", "userPrincipalName"])
        .linked(&["directReports", "memberOf", "transitiveMemberOf", "ownedObjects"])
        .may_have("manager", reference("directoryObject"))
        .read_only(&["manager"])
        .extended()
}
