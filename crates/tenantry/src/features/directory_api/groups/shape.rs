//! A group as Microsoft Graph shows one.

use model::groups::{TEXTS, security_identifier};
use protocol::odata::Expand;
use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::GROUP;
use crate::access::Actor;
use crate::app::App;
use crate::db::{Slice, TenantScope};
use crate::error::Error;
use crate::features::directory_api::related::expanded;
use crate::features::directory_api::shown_moment;
use crate::features::groups::{GROUPS, Group, count_groups, list_groups};
use crate::graph::query::ObjectQuery;
use crate::graph::{Entity, Resource};
use crate::openapi::{Shape, id, moment, one_of, text, text_of, truth};
use model::groups::{DYNAMIC, MOST_BOUND, UNIFIED};

/// What comes without `$select` (facts §7.1).
pub const USUAL: &[&str] = &[
    "classification",
    "createdDateTime",
    "deletedDateTime",
    "description",
    "displayName",
    "expirationDateTime",
    "groupTypes",
    "id",
    "isAssignableToRole",
    "mail",
    "mailEnabled",
    "mailNickname",
    "membershipRule",
    "membershipRuleProcessingState",
    "onPremisesDomainName",
    "onPremisesLastSyncDateTime",
    "onPremisesNetBiosName",
    "onPremisesProvisioningErrors",
    "onPremisesSamAccountName",
    "onPremisesSecurityIdentifier",
    "onPremisesSyncEnabled",
    "preferredDataLocation",
    "preferredLanguage",
    "proxyAddresses",
    "renewedDateTime",
    "resourceBehaviorOptions",
    "resourceProvisioningOptions",
    "securityEnabled",
    "securityIdentifier",
    "serviceProvisioningErrors",
    "theme",
    "uniqueName",
    "visibility",
];

/// What Graph has and nobody can write here: shown, and refused when sent with a value.
pub const READ_ONLY: &[&str] = &[
    "assignedLabels",
    "assignedLicenses",
    "createdDateTime",
    "deletedDateTime",
    "expirationDateTime",
    "hasMembersWithLicenseErrors",
    "id",
    "isManagementRestricted",
    "licenseProcessingState",
    "mail",
    "onPremisesDomainName",
    "onPremisesLastSyncDateTime",
    "onPremisesNetBiosName",
    "onPremisesProvisioningErrors",
    "onPremisesSamAccountName",
    "onPremisesSecurityIdentifier",
    "onPremisesSyncEnabled",
    "proxyAddresses",
    "renewedDateTime",
    "securityIdentifier",
    "serviceProvisioningErrors",
];

impl Entity for Group {
    const RESOURCE: &'static Resource = &GROUPS;
    const USUAL: &'static [&'static str] = USUAL;

    fn id(&self) -> Uuid {
        self.id.0
    }

    fn version(&self) -> i64 {
        self.version
    }

    fn show(&self) -> Map<String, Value> {
        group(self)
    }

    async fn list(
        scope: &mut TenantScope<'_>,
        actor: &Actor,
        query: &ObjectQuery,
    ) -> Result<Slice<Self>, Error> {
        list_groups(scope, actor, query).await
    }

    async fn count(scope: &mut TenantScope<'_>, actor: &Actor, query: &ObjectQuery) -> Result<i64, Error> {
        count_groups(scope, actor, query).await
    }

    async fn expand(
        &self,
        app: &App,
        scope: &mut TenantScope<'_>,
        actor: &Actor,
        expand: &Expand,
    ) -> Result<Value, Error> {
        expanded(app, scope, actor, (GROUP, self.id.0), expand).await
    }
}

fn group(found: &Group) -> Map<String, Value> {
    let properties = &found.properties;
    let mut object = Map::new();
    let mut put = |name: &str, value: Value| drop(object.insert(name.to_owned(), value));
    for name in READ_ONLY {
        put(name, Value::Null);
    }
    for text in TEXTS {
        put(text.name, json!(properties.text(text.name)));
    }
    put("id", json!(found.id));
    put("createdDateTime", json!(shown_moment(found.created_at)));
    put("renewedDateTime", json!(shown_moment(found.created_at)));
    put("deletedDateTime", json!(found.deleted_at.map(shown_moment)));
    put("displayName", json!(found.display_name));
    put("groupTypes", json!(properties.group_types));
    put("isAssignableToRole", json!(properties.is_assignable_to_role));
    put("mail", json!(properties.mail));
    put("mailEnabled", json!(properties.mail_enabled));
    put("securityEnabled", json!(properties.security_enabled));
    put("securityIdentifier", json!(security_identifier(found.id.0)));
    let addresses = properties.mail.iter().map(|mail| format!("SMTP:{mail}"));
    put("proxyAddresses", json!(addresses.collect::<Vec<_>>()));
    put("resourceBehaviorOptions", json!(properties.resource_behavior_options));
    put("resourceProvisioningOptions", json!(properties.resource_provisioning_options));
    for list in
        ["assignedLabels", "assignedLicenses", "onPremisesProvisioningErrors", "serviceProvisioningErrors"]
    {
        put(list, json!([]));
    }
    properties.extensions.iter().for_each(|(name, value)| put(name, value.clone()));
    object
}

/// What [`group`] shows and what bodies may say.
pub fn described() -> Shape {
    let texts = TEXTS.iter().fold(Shape::new("group"), |shape, text| {
        let schema = if text.values.is_empty() { text_of(text.longest) } else { one_of(text.values) };
        shape.may_have(text.name, schema)
    });
    let entries = || json!({ "type": "array", "items": text() });
    let bound = || json!({ "type": "array", "items": text(), "maxItems": MOST_BOUND });
    texts
        .has("id", id())
        .has("createdDateTime", moment())
        .has("renewedDateTime", moment())
        .may_have("deletedDateTime", moment())
        .has("displayName", text_of(256))
        .has("groupTypes", json!({ "type": "array", "items": one_of(&[UNIFIED, DYNAMIC]) }))
        .may_have("isAssignableToRole", truth())
        .may_have("mail", text())
        .has("mailEnabled", truth())
        .has("securityEnabled", truth())
        .has("securityIdentifier", text())
        .has("proxyAddresses", entries())
        .has("resourceBehaviorOptions", entries())
        .has("resourceProvisioningOptions", entries())
        .takes("members@odata.bind", bound())
        .takes("owners@odata.bind", bound())
        .never_has(
            &[
                "expirationDateTime",
                "hasMembersWithLicenseErrors",
                "isManagementRestricted",
                "licenseProcessingState",
                "onPremisesDomainName",
                "onPremisesLastSyncDateTime",
                "onPremisesNetBiosName",
                "onPremisesSamAccountName",
                "onPremisesSecurityIdentifier",
                "onPremisesSyncEnabled",
            ],
            &[
                "assignedLabels",
                "assignedLicenses",
                "onPremisesProvisioningErrors",
                "serviceProvisioningErrors",
            ],
        )
        .read_only(READ_ONLY)
        .needs(&["displayName", "mailEnabled", "mailNickname", "securityEnabled"])
        .extended()
        .linked(&["members", "transitiveMembers", "owners", "memberOf", "transitiveMemberOf"])
}
