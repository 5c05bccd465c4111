//! An application as Microsoft Graph shows one.

use model::applications::{Application, KeyCredential};
use model::objects::ObjectKind;
use protocol::odata::Expand;
use serde::Serialize;
use serde_json::{Map, Value, json};
use uuid::Uuid;

use crate::access::Actor;
use crate::app::App;
use crate::db::{Slice, TenantScope};
use crate::error::Error;
use crate::features::applications::{APPLICATIONS, count_applications, list_applications};
use crate::features::directory_api::related::expanded;
use crate::features::directory_api::shown_moment;
use crate::features::objects::Object;
use crate::graph::query::ObjectQuery;
use crate::graph::{Entity, Resource};
use crate::openapi::{Shape, id, moment, text, text_of};
use model::applications::{ApplicationSettings, DISPLAY_NAME, PasswordCredential};
use model::shape::{Shaped as _, object, or_null};

/// What comes without `$select`: everything (facts §7.1).
const USUAL: &[&str] = &[
    "addIns",
    "api",
    "appId",
    "appRoles",
    "applicationTemplateId",
    "certification",
    "createdDateTime",
    "defaultRedirectUri",
    "deletedDateTime",
    "description",
    "disabledByMicrosoftStatus",
    "displayName",
    "groupMembershipClaims",
    "id",
    "identifierUris",
    "info",
    "isDeviceOnlyAuthSupported",
    "isFallbackPublicClient",
    "keyCredentials",
    "nativeAuthenticationApisEnabled",
    "notes",
    "oauth2RequirePostResponse",
    "optionalClaims",
    "parentalControlSettings",
    "passwordCredentials",
    "publicClient",
    "publisherDomain",
    "requestSignatureVerification",
    "requiredResourceAccess",
    "samlMetadataUrl",
    "serviceManagementReference",
    "servicePrincipalLockConfiguration",
    "signInAudience",
    "spa",
    "tags",
    "tokenEncryptionKeyId",
    "uniqueName",
    "verifiedPublisher",
    "web",
];

/// What Graph has and nobody writes here: accepted as it is, refused when it differs.
pub const READ_ONLY: &[&str] = &[
    "appId",
    "applicationTemplateId",
    "certification",
    "createdDateTime",
    "deletedDateTime",
    "disabledByMicrosoftStatus",
    "id",
    "isDisabled",
    "publisherDomain",
    "verifiedPublisher",
];

impl Entity for Object<Application> {
    const RESOURCE: &'static Resource = &APPLICATIONS;
    const USUAL: &'static [&'static str] = USUAL;

    fn id(&self) -> Uuid {
        self.id.0
    }

    fn version(&self) -> i64 {
        self.version
    }

    fn show(&self) -> Map<String, Value> {
        let mut object = written(&self.properties.settings);
        let mut put = |name: &str, value: Value| drop(object.insert(name.to_owned(), value));
        put("id", json!(self.id));
        put("appId", json!(self.properties.app_id));
        put("displayName", json!(self.display_name));
        put("createdDateTime", json!(shown_moment(self.created_at)));
        put("deletedDateTime", json!(self.deleted_at.map(shown_moment)));
        put("publisherDomain", json!(self.properties.publisher_domain));
        put("passwordCredentials", json!(self.properties.password_credentials));
        put("keyCredentials", keys(&self.properties.key_credentials));
        put("verifiedPublisher", no_publisher());
        for absent in ["applicationTemplateId", "certification", "disabledByMicrosoftStatus"] {
            put(absent, Value::Null);
        }
        object
    }

    async fn list(
        scope: &mut TenantScope<'_>,
        actor: &Actor,
        query: &ObjectQuery,
    ) -> Result<Slice<Self>, Error> {
        list_applications(scope, actor, query).await
    }

    async fn count(scope: &mut TenantScope<'_>, actor: &Actor, query: &ObjectQuery) -> Result<i64, Error> {
        count_applications(scope, actor, query).await
    }

    async fn expand(
        &self,
        app: &App,
        scope: &mut TenantScope<'_>,
        actor: &Actor,
        expand: &Expand,
    ) -> Result<Value, Error> {
        expanded(app, scope, actor, (ObjectKind::Application, self.id.0), expand).await
    }
}

/// The properties of a type, by their names.
pub fn written<T: Serialize>(properties: &T) -> Map<String, Value> {
    match serde_json::to_value(properties) {
        Ok(Value::Object(object)) => object,
        _ => Map::new(),
    }
}

/// Certificates without their content, which Graph shows in no list.
pub fn keys(keys: &[KeyCredential]) -> Value {
    let without = keys.iter().map(|key| KeyCredential { key: None, ..key.clone() });
    json!(without.collect::<Vec<_>>())
}

/// Nobody is a verified publisher here; Graph shows that as an object without values.
pub fn no_publisher() -> Value {
    json!({ "displayName": null, "verifiedPublisherId": null, "addedDateTime": null })
}

/// What an application shows and what bodies may say.
pub fn described() -> Shape {
    Shape::new("application")
        .all_of(&ApplicationSettings::shape())
        .has("id", id())
        .has("appId", id())
        .has("displayName", text_of(DISPLAY_NAME))
        .has("createdDateTime", moment())
        .may_have("deletedDateTime", moment())
        .may_have("publisherDomain", text())
        .has("passwordCredentials", Vec::<PasswordCredential>::shape())
        .has("keyCredentials", Vec::<KeyCredential>::shape())
        .has("verifiedPublisher", publisher())
        .never_has(&["applicationTemplateId", "certification", "disabledByMicrosoftStatus"], &[])
        .read_only(READ_ONLY)
        .needs(&["displayName"])
        .linked(&["owners"])
}

/// The schema of [`no_publisher`].
pub fn publisher() -> Value {
    object(
        ["displayName", "verifiedPublisherId", "addedDateTime"]
            .map(|name| (name.to_owned(), or_null(text()))),
    )
}
