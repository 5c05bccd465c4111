use model::applications::ExtensionProperty;
use model::ids::ObjectId;
use uuid::Uuid;

use crate::db::{DbError, FromRow, Row, Single, TenantScope};
use crate::error::Error;
use crate::params;

impl FromRow for ExtensionProperty {
    fn from_row(row: &Row) -> Result<Self, DbError> {
        let (kind, targets): (String, String) = (row.get("data_type")?, row.get("target_objects")?);
        Ok(Self {
            id: row.get("id")?,
            application: row.get("application_id")?,
            name: row.get("name")?,
            data_type: kind.parse().map_err(|_| DbError::Shape(format!("{kind} in extension_property")))?,
            target_objects: targets.split(' ').map(str::to_owned).collect(),
            is_multi_valued: row.get("is_multi_valued")?,
        })
    }
}

const COLUMNS: &str = "id, application_id, name, data_type, target_objects, is_multi_valued";

pub async fn insert(scope: &mut TenantScope<'_>, new: &ExtensionProperty) -> Result<bool, Error> {
    let sql = "INSERT INTO extension_property (tenant_id, id, application_id, name, data_type, target_objects, is_multi_valued) \
               VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT DO NOTHING";
    let params = params![
        new.id,
        new.application,
        &new.name,
        new.data_type.as_str(),
        new.target_objects.join(" "),
        new.is_multi_valued,
    ];
    Ok(scope.execute(sql, params).await? > 0)
}

pub async fn of_application(
    scope: &mut TenantScope<'_>,
    application: ObjectId,
) -> Result<Vec<ExtensionProperty>, Error> {
    let sql = format!(
        "SELECT {COLUMNS} FROM extension_property WHERE tenant_id = $1 AND application_id = $2 ORDER BY id"
    );
    Ok(scope.all(&sql, params![application]).await?)
}

pub async fn named(scope: &mut TenantScope<'_>, name: &str) -> Result<Option<ExtensionProperty>, Error> {
    let sql = format!("SELECT {COLUMNS} FROM extension_property WHERE tenant_id = $1 AND name = $2");
    Ok(scope.optional(&sql, params![name]).await?)
}

pub async fn delete(scope: &mut TenantScope<'_>, id: Uuid) -> Result<(), Error> {
    scope.execute("DELETE FROM extension_property WHERE tenant_id = $1 AND id = $2", params![id]).await?;
    Ok(())
}

pub async fn insert_logo(
    scope: &mut TenantScope<'_>,
    application: ObjectId,
    content_type: &str,
    image: Vec<u8>,
) -> Result<(), Error> {
    let sql = "INSERT INTO application_logo (tenant_id, application_id, content_type, image) VALUES ($1, $2, $3, $4) \
               ON CONFLICT (tenant_id, application_id) DO UPDATE SET content_type = $3, image = $4";
    scope.execute(sql, params![application, content_type, image]).await?;
    Ok(())
}

pub async fn delete_logo(scope: &mut TenantScope<'_>, application: ObjectId) -> Result<bool, Error> {
    let sql = "DELETE FROM application_logo WHERE tenant_id = $1 AND application_id = $2";
    Ok(scope.execute(sql, params![application]).await? > 0)
}

/// A picture with its type.
pub struct Logo {
    pub content_type: String,
    pub image: Vec<u8>,
}

impl FromRow for Logo {
    fn from_row(row: &Row) -> Result<Self, DbError> {
        Ok(Self { content_type: row.get("content_type")?, image: row.get("image")? })
    }
}

pub async fn logo(scope: &mut TenantScope<'_>, application: ObjectId) -> Result<Option<Logo>, Error> {
    let sql = "SELECT content_type, image FROM application_logo WHERE tenant_id = $1 AND application_id = $2";
    Ok(scope.optional(sql, params![application]).await?)
}

pub async fn insert_signing_key(
    scope: &mut TenantScope<'_>,
    object: ObjectId,
    key: Uuid,
    private_key: Vec<u8>,
) -> Result<(), Error> {
    let sql = "INSERT INTO signing_key (tenant_id, object_id, key_id, private_key) VALUES ($1, $2, $3, $4)";
    scope.execute(sql, params![object, key, private_key]).await?;
    Ok(())
}

/// Which of an object's certificates have a private key here.
pub async fn signing_keys(scope: &mut TenantScope<'_>, object: ObjectId) -> Result<Vec<Uuid>, Error> {
    let sql = "SELECT key_id FROM signing_key WHERE tenant_id = $1 AND object_id = $2";
    let rows: Vec<Single<Uuid>> = scope.all(sql, params![object]).await?;
    Ok(rows.into_iter().map(|Single(key)| key).collect())
}

pub async fn delete_signing_key(
    scope: &mut TenantScope<'_>,
    object: ObjectId,
    key: Uuid,
) -> Result<(), Error> {
    let sql = "DELETE FROM signing_key WHERE tenant_id = $1 AND object_id = $2 AND key_id = $3";
    scope.execute(sql, params![object, key]).await?;
    Ok(())
}
