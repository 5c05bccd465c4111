//! A service principal as Microsoft Graph shows one.

use model::applications::ServicePrincipal;
use model::objects::ObjectKind;
use protocol::odata::Expand;
use serde_json::{Map, Value, json};
use uuid::Uuid;

use crate::access::Actor;
use crate::app::App;
use crate::db::{Slice, TenantScope};
use crate::error::Error;
use crate::features::applications::{SERVICE_PRINCIPALS, count_service_principals, list_service_principals};
use crate::features::directory_api::applications::shape::publisher;
use crate::features::directory_api::applications::shape::{keys, no_publisher, written};
use crate::features::directory_api::related::expanded;
use crate::features::directory_api::shown_moment;
use crate::features::objects::Object;
use crate::graph::query::ObjectQuery;
use crate::graph::{Entity, Resource};
use crate::openapi::{Shape, id, list_of, moment, one_of, text};
use model::applications::{
    AppRole, Info, KeyCredential, PasswordCredential, PermissionScope, ServicePrincipalSettings,
    SignInAudience,
};
use model::shape::Shaped as _;

/// What comes without `$select`: everything (facts §7.1).
const USUAL: &[&str] = &[
    "accountEnabled",
    "addIns",
    "alternativeNames",
    "appDescription",
    "appDisplayName",
    "appId",
    "appOwnerOrganizationId",
    "appRoleAssignmentRequired",
    "appRoles",
    "applicationTemplateId",
    "createdDateTime",
    "deletedDateTime",
    "description",
    "disabledByMicrosoftStatus",
    "displayName",
    "homepage",
    "id",
    "info",
    "keyCredentials",
    "loginUrl",
    "logoutUrl",
    "notes",
    "notificationEmailAddresses",
    "oauth2PermissionScopes",
    "passwordCredentials",
    "preferredSingleSignOnMode",
    "preferredTokenSigningKeyThumbprint",
    "replyUrls",
    "resourceSpecificApplicationPermissions",
    "samlSingleSignOnSettings",
    "servicePrincipalNames",
    "servicePrincipalType",
    "signInAudience",
    "tags",
    "tokenEncryptionKeyId",
    "verifiedPublisher",
];

/// What follows from the application, and what nobody writes: accepted as it is, refused when it differs.
pub const READ_ONLY: &[&str] = &[
    "appDescription",
    "appDisplayName",
    "appId",
    "appOwnerOrganizationId",
    "appRoles",
    "applicationTemplateId",
    "createdDateTime",
    "deletedDateTime",
    "disabledByMicrosoftStatus",
    "displayName",
    "homepage",
    "id",
    "info",
    "isDisabled",
    "logoutUrl",
    "oauth2PermissionScopes",
    "replyUrls",
    "resourceSpecificApplicationPermissions",
    "servicePrincipalNames",
    "servicePrincipalType",
    "signInAudience",
    "verifiedPublisher",
];

impl Entity for Object<ServicePrincipal> {
    const RESOURCE: &'static Resource = &SERVICE_PRINCIPALS;
    const USUAL: &'static [&'static str] = USUAL;

    fn id(&self) -> Uuid {
        self.id.0
    }

    fn version(&self) -> i64 {
        self.version
    }

    fn show(&self) -> Map<String, Value> {
        let (properties, from) = (&self.properties, &self.properties.from_application);
        let mut object = written(&properties.settings);
        let mut put = |name: &str, value: Value| drop(object.insert(name.to_owned(), value));
        put("id", json!(self.id));
        put("appId", json!(properties.app_id));
        put("displayName", json!(self.display_name));
        put("appDisplayName", json!(from.display_name));
        put("appDescription", json!(from.description));
        put("appOwnerOrganizationId", json!(properties.home_tenant));
        put("appRoles", json!(from.app_roles));
        put("createdDateTime", json!(shown_moment(self.created_at)));
        put("deletedDateTime", json!(self.deleted_at.map(shown_moment)));
        put("homepage", json!(from.homepage));
        put("info", json!(from.info));
        put("keyCredentials", keys(&properties.key_credentials));
        put("logoutUrl", json!(from.logout_url));
        put("oauth2PermissionScopes", json!(from.oauth2_permission_scopes));
        put("passwordCredentials", json!(properties.password_credentials));
        put("replyUrls", json!(from.reply_urls));
        put("resourceSpecificApplicationPermissions", json!([]));
        put("servicePrincipalNames", json!(properties.names()));
        put("servicePrincipalType", json!("Application"));
        put("signInAudience", json!(from.sign_in_audience));
        put("verifiedPublisher", no_publisher());
        for absent in ["applicationTemplateId", "disabledByMicrosoftStatus"] {
            put(absent, Value::Null);
        }
        object
    }

    async fn list(
        scope: &mut TenantScope<'_>,
        actor: &Actor,
        query: &ObjectQuery,
    ) -> Result<Slice<Self>, Error> {
        list_service_principals(scope, actor, query).await
    }

    async fn count(scope: &mut TenantScope<'_>, actor: &Actor, query: &ObjectQuery) -> Result<i64, Error> {
        count_service_principals(scope, actor, query).await
    }

    async fn expand(
        &self,
        app: &App,
        scope: &mut TenantScope<'_>,
        actor: &Actor,
        expand: &Expand,
    ) -> Result<Value, Error> {
        expanded(app, scope, actor, (ObjectKind::ServicePrincipal, self.id.0), expand).await
    }
}

/// What a service principal shows and what bodies may say.
pub fn described() -> Shape {
    Shape::new("servicePrincipal")
        .all_of(&ServicePrincipalSettings::shape())
        .has("id", id())
        .has("displayName", text())
        .has("appDisplayName", text())
        .may_have("appDescription", text())
        .has("appOwnerOrganizationId", id())
        .has("appRoles", Vec::<AppRole>::shape())
        .has("createdDateTime", moment())
        .may_have("deletedDateTime", moment())
        .may_have("homepage", text())
        .has("info", Info::shape())
        .has("keyCredentials", Vec::<KeyCredential>::shape())
        .may_have("logoutUrl", text())
        .has("oauth2PermissionScopes", Vec::<PermissionScope>::shape())
        .has("passwordCredentials", Vec::<PasswordCredential>::shape())
        .has("replyUrls", list_of(text()))
        .has("servicePrincipalNames", list_of(text()))
        .has("servicePrincipalType", one_of(&["Application"]))
        .has("signInAudience", SignInAudience::shape())
        .has("verifiedPublisher", publisher())
        .never_has(
            &["applicationTemplateId", "disabledByMicrosoftStatus"],
            &["resourceSpecificApplicationPermissions"],
        )
        .read_only(READ_ONLY)
        // Named once, when it is added.
        .has("appId", id())
        .needs(&["appId"])
        .linked(&["owners", "memberOf", "transitiveMemberOf", "ownedObjects"])
}
