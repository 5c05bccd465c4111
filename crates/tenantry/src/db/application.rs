//! What an application that acts for itself rests on: looked at when its token is shown, and again in every transaction that
//! writes. Nothing of it stands in the token, so a removed secret or a permission that was taken back counts at once.

use jiff::Timestamp;
use model::applications::{
    ApiPermission, Application, KeyCredential, OWN_API, PasswordCredential, ServicePrincipal,
};
use model::ids::TenantId;
use model::roles::Permissions;
use uuid::Uuid;

use super::rights::{held, sum};
use super::row::{FromRow, Row, Single};
use super::scope::Scope;
use super::{DbError, Value};

/// An application that is alive, and what it may do by now.
pub(crate) struct Standing {
    pub name: String,
    pub app_id: Uuid,
    /// When the credential begins and ends to count.
    pub from: Timestamp,
    pub until: Timestamp,
    permissions: Vec<&'static ApiPermission>,
    by_roles: Permissions,
}

impl Standing {
    /// All that it may do.
    #[must_use]
    pub fn rights(&self) -> Permissions {
        self.rights_within(|_| true)
    }

    /// What it may do by the permissions that a token names, and by its roles.
    #[must_use]
    pub fn rights_within(&self, named: impl Fn(&ApiPermission) -> bool) -> Permissions {
        let permissions = self.permissions.iter().filter(|permission| named(permission));
        permissions.fold(self.by_roles, |all, permission| all.and(permission.rights()))
    }
}

const LIVING: &str = "SELECT o.display_name, o.properties FROM directory_object o JOIN tenant t ON t.id = o.tenant_id \
    WHERE o.tenant_id = $1 AND o.id = $2 AND o.kind = $3 AND o.deleted_at IS NULL AND t.deleted_at IS NULL";

const ROLES: &str = "SELECT a.app_role_id FROM app_role_assignment a \
    JOIN directory_index i ON i.tenant_id = a.tenant_id AND i.object_id = a.resource_id \
    AND i.property = 'servicePrincipal.appId' AND i.value = $3 \
    JOIN directory_object o ON o.tenant_id = a.tenant_id AND o.id = a.resource_id AND o.deleted_at IS NULL \
    WHERE a.tenant_id = $1 AND a.principal_id = $2";

struct Found<P> {
    name: String,
    properties: P,
}

impl<P: serde::de::DeserializeOwned> FromRow for Found<P> {
    fn from_row(row: &Row) -> Result<Self, DbError> {
        let properties: String = row.get("properties")?;
        let properties =
            serde_json::from_str(&properties).map_err(|error| DbError::Shape(error.to_string()))?;
        Ok(Self { name: row.get("display_name")?, properties })
    }
}

async fn living<P: serde::de::DeserializeOwned>(
    scope: &mut Scope,
    tenant: TenantId,
    id: Uuid,
    kind: &str,
) -> Result<Option<Found<P>>, DbError> {
    scope.optional(LIVING, &[tenant.into(), id.into(), kind.into()]).await
}

/// How an application stands whose service principal this is and which has shown this credential. One that is disabled or
/// deleted, or whose credential was removed, is `None`.
pub(crate) async fn standing(
    scope: &mut Scope,
    (tenant, principal): (TenantId, Uuid),
    credential: Uuid,
) -> Result<Option<Standing>, DbError> {
    let found = living::<ServicePrincipal>(scope, tenant, principal, "servicePrincipal").await?;
    let Some(Found { name, properties: own }) = found else { return Ok(None) };
    let Some(application) = living::<Application>(scope, tenant, own.application, "application").await?
    else {
        return Ok(None);
    };
    let application = application.properties;
    let times = times(credential, (&own.password_credentials, &own.key_credentials))
        .or_else(|| times(credential, (&application.password_credentials, &application.key_credentials)));
    let Some((from, until)) = times.filter(|_| own.settings.account_enabled) else { return Ok(None) };
    let api: Value = OWN_API.to_string().into_bytes().into();
    let roles: Vec<Single<Uuid>> = scope.all(ROLES, &[tenant.into(), principal.into(), api]).await?;
    let held = held!("object_role_assignment", "object_id", "$2");
    let by_roles: Vec<Row> = scope.all(held, &[tenant.into(), principal.into()]).await?;
    Ok(Some(Standing {
        name,
        app_id: own.app_id,
        from,
        until,
        permissions: roles.into_iter().filter_map(|Single(role)| ApiPermission::of_role(role)).collect(),
        by_roles: sum(&by_roles)?,
    }))
}

fn times(
    credential: Uuid,
    (passwords, keys): (&[PasswordCredential], &[KeyCredential]),
) -> Option<(Timestamp, Timestamp)> {
    let passwords = passwords.iter().map(|one| (one.key_id, one.start_date_time, one.end_date_time));
    let keys = keys.iter().map(|one| (one.key_id, one.start_date_time, one.end_date_time));
    let found = passwords.chain(keys).find(|(id, ..)| *id == Some(credential));
    found.and_then(|(_, from, until)| from.zip(until))
}
