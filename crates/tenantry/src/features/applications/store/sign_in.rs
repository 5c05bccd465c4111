use jiff::Timestamp;
use model::applications::SignInSettings;
use model::ids::ObjectId;

use crate::db::{DbError, FromRow, Row, Single, TenantScope, Value};
use crate::error::Error;
use crate::features::applications::ops::sign_in::{SignIn, Standing};
use crate::graph::filter::Condition;
use crate::moment::Moment;
use crate::params;

impl FromRow for SignIn {
    fn from_row(row: &Row) -> Result<Self, DbError> {
        let settings: String = row.get("settings")?;
        Ok(Self {
            settings: serde_json::from_str(&settings).map_err(|error| DbError::Shape(error.to_string()))?,
            registered_at: row.get("registered_at")?,
        })
    }
}

pub async fn find(scope: &mut TenantScope<'_>, application: ObjectId) -> Result<Option<SignIn>, Error> {
    let sql = "SELECT settings, registered_at FROM application_sign_in WHERE tenant_id = $1 AND application_id = $2";
    Ok(scope.optional(sql, params![application]).await?)
}

impl FromRow for Standing {
    fn from_row(row: &Row) -> Result<Self, DbError> {
        Ok(Self {
            principal: row.get("principal")?,
            version: row.get("version")?,
            settings: row.get("settings")?,
            registered_at: row.get("registered_at")?,
        })
    }
}

pub async fn standing(
    scope: &mut TenantScope<'_>,
    application: ObjectId,
    principal: ObjectId,
) -> Result<Standing, Error> {
    let sql = "SELECT (SELECT p.version FROM directory_object p WHERE p.tenant_id = $1 AND p.id = $3 AND p.kind = 'servicePrincipal' \
               AND p.deleted_at IS NULL) AS principal, \
               (SELECT o.version FROM directory_object o WHERE o.tenant_id = $1 AND o.id = $2 AND o.kind = 'application' \
               AND o.deleted_at IS NULL) AS version, \
               (SELECT s.settings FROM application_sign_in s WHERE s.tenant_id = $1 AND s.application_id = $2) AS settings, \
               (SELECT s.registered_at FROM application_sign_in s WHERE s.tenant_id = $1 AND s.application_id = $2) AS registered_at";
    Ok(scope.one(sql, params![application, principal]).await?)
}

pub async fn put(
    scope: &mut TenantScope<'_>,
    application: ObjectId,
    settings: &SignInSettings,
) -> Result<(), Error> {
    let settings = serde_json::to_string(settings).map_err(Error::internal)?;
    let sql = "INSERT INTO application_sign_in (tenant_id, application_id, settings) VALUES ($1, $2, $3) \
               ON CONFLICT (tenant_id, application_id) DO UPDATE SET settings = excluded.settings";
    scope.execute(sql, params![application, settings]).await?;
    Ok(())
}

pub async fn mark_registered(
    scope: &mut TenantScope<'_>,
    application: ObjectId,
    at: Timestamp,
) -> Result<(), Error> {
    let sql =
        "UPDATE application_sign_in SET registered_at = $3 WHERE tenant_id = $1 AND application_id = $2";
    scope.execute(sql, params![application, at]).await?;
    Ok(())
}

/// Applications that registered themselves, the deleted ones too, as far as `most`.
pub async fn registered(scope: &mut TenantScope<'_>, most: i64) -> Result<i64, Error> {
    let sql = "SELECT count(*) FROM (SELECT 1 FROM application_sign_in WHERE tenant_id = $1 \
               AND registered_at IS NOT NULL LIMIT $2) AS registered";
    let Single(count): Single<i64> = scope.one(sql, params![most]).await?;
    Ok(count)
}

/// Narrows a list to the applications that registered themselves.
pub fn narrow_to_registered(condition: &mut Condition) {
    condition.and(
        "id IN (SELECT application_id FROM application_sign_in WHERE tenant_id = $1 AND registered_at IS NOT NULL)",
    );
}

/// Those of some applications that registered themselves.
pub async fn registered_among(
    scope: &mut TenantScope<'_>,
    applications: &[ObjectId],
) -> Result<Vec<ObjectId>, Error> {
    if applications.is_empty() {
        return Ok(Vec::new());
    }
    let places: Vec<String> = (0..applications.len()).map(|number| format!("${}", number + 2)).collect();
    let sql = format!(
        "SELECT application_id FROM application_sign_in WHERE tenant_id = $1 AND registered_at IS NOT NULL \
         AND application_id IN ({})",
        places.join(", ")
    );
    let params: Vec<Value> = applications.iter().map(|id| Value::from(*id)).collect();
    let rows: Vec<Single<ObjectId>> = scope.all(&sql, &params).await?;
    Ok(rows.into_iter().map(|Single(id)| id).collect())
}

/// Whether applications may register themselves, and the hash of the token that they need, if they do.
pub async fn open(scope: &mut TenantScope<'_>) -> Result<Option<Option<Vec<u8>>>, Error> {
    let sql = "SELECT token_hash FROM client_registration WHERE tenant_id = $1";
    let found: Option<Single<Option<Vec<u8>>>> = scope.optional(sql, params![]).await?;
    Ok(found.map(|Single(hash)| hash))
}

pub async fn set_open(
    scope: &mut TenantScope<'_>,
    token: Option<Vec<u8>>,
    moment: &Moment,
) -> Result<(), Error> {
    let sql = "INSERT INTO client_registration (tenant_id, token_hash, changed_at) VALUES ($1, $2, $3) \
               ON CONFLICT (tenant_id) DO UPDATE SET token_hash = excluded.token_hash, changed_at = excluded.changed_at";
    scope.execute(sql, params![token, moment.now]).await?;
    Ok(())
}

pub async fn close(scope: &mut TenantScope<'_>) -> Result<bool, Error> {
    Ok(scope.execute("DELETE FROM client_registration WHERE tenant_id = $1", params![]).await? > 0)
}
