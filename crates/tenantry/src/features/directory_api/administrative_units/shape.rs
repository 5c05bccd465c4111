//! An administrative unit as Microsoft Graph shows one.

use model::administrative_units::{DESCRIPTION, HIDDEN};
use model::objects::ObjectKind;
use protocol::odata::Expand;
use serde_json::{Map, Value, json};
use uuid::Uuid;

use crate::access::Actor;
use crate::app::App;
use crate::db::{Slice, TenantScope};
use crate::error::Error;
use crate::features::administrative_units::{UNITS, Unit, count_units, list_units};
use crate::features::directory_api::object_of;
use crate::features::directory_api::related::expanded;
use crate::graph::query::ObjectQuery;
use crate::graph::{Entity, Resource};
use crate::openapi::{Shape, id, one_of, text_of, truth};

/// What comes without `$select`: everything.
pub const USUAL: &[&str] =
    &["deletedDateTime", "description", "displayName", "id", "isMemberManagementRestricted", "visibility"];

/// What Graph has and nobody can write here.
pub const READ_ONLY: &[&str] = &["deletedDateTime", "id", "isMemberManagementRestricted"];

impl Entity for Unit {
    const RESOURCE: &'static Resource = &UNITS;
    const USUAL: &'static [&'static str] = USUAL;

    fn id(&self) -> Uuid {
        self.id.0
    }

    fn version(&self) -> i64 {
        self.version
    }

    fn show(&self) -> Map<String, Value> {
        object_of(json!({
            "id": self.id,
            "deletedDateTime": null,
            "description": self.properties.description,
            "displayName": self.display_name,
            "isMemberManagementRestricted": false,
            "visibility": self.properties.visibility,
        }))
    }

    async fn list(
        scope: &mut TenantScope<'_>,
        actor: &Actor,
        query: &ObjectQuery,
    ) -> Result<Slice<Self>, Error> {
        list_units(scope, actor, query).await
    }

    async fn count(scope: &mut TenantScope<'_>, actor: &Actor, query: &ObjectQuery) -> Result<i64, Error> {
        count_units(scope, actor, query).await
    }

    async fn expand(
        &self,
        app: &App,
        scope: &mut TenantScope<'_>,
        actor: &Actor,
        expand: &Expand,
    ) -> Result<Value, Error> {
        expanded(app, scope, actor, (ObjectKind::AdministrativeUnit, self.id.0), expand).await
    }
}

/// What is shown and what bodies may say.
pub fn described() -> Shape {
    Shape::new("administrativeUnit")
        .has("id", id())
        .never_has(&["deletedDateTime"], &[])
        .has("displayName", text_of(256))
        .may_have("description", text_of(DESCRIPTION))
        .may_have("visibility", one_of(&["Public", HIDDEN]))
        .has("isMemberManagementRestricted", truth())
        .read_only(READ_ONLY)
        .needs(&["displayName"])
        .linked(&["members"])
}
