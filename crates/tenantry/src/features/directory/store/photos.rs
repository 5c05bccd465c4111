//! The table `user_photo`.

use model::ids::UserId;

use crate::db::{DbError, FromRow, Row, TenantScope};
use crate::error::Error;
use crate::features::directory::ops::photo::{Photo, PhotoFacts};
use crate::params;

impl FromRow for PhotoFacts {
    fn from_row(row: &Row) -> Result<Self, DbError> {
        Ok(Self {
            content_type: row.get("content_type")?,
            width: row.get("width")?,
            height: row.get("height")?,
            etag: row.get("etag")?,
        })
    }
}

impl FromRow for Photo {
    fn from_row(row: &Row) -> Result<Self, DbError> {
        Ok(Self { facts: PhotoFacts::from_row(row)?, image: row.get("image")? })
    }
}

pub async fn photo_facts(scope: &mut TenantScope<'_>, user: UserId) -> Result<Option<PhotoFacts>, Error> {
    let sql =
        "SELECT content_type, width, height, etag FROM user_photo WHERE tenant_id = $1 AND user_id = $2";
    Ok(scope.optional(sql, params![user]).await?)
}

pub async fn photo(scope: &mut TenantScope<'_>, user: UserId) -> Result<Option<Photo>, Error> {
    let sql = "SELECT content_type, width, height, etag, image FROM user_photo WHERE tenant_id = $1 AND user_id = $2";
    Ok(scope.optional(sql, params![user]).await?)
}

pub async fn write_photo(
    scope: &mut TenantScope<'_>,
    user: UserId,
    facts: &PhotoFacts,
    image: Vec<u8>,
) -> Result<(), Error> {
    let sql = "INSERT INTO user_photo (tenant_id, user_id, content_type, width, height, etag, image) \
               VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (tenant_id, user_id) \
               DO UPDATE SET content_type = $3, width = $4, height = $5, etag = $6, image = $7";
    let params = params![user, &facts.content_type, facts.width, facts.height, &facts.etag, image];
    scope.execute(sql, params).await?;
    Ok(())
}

pub async fn delete_photo(scope: &mut TenantScope<'_>, user: UserId) -> Result<(), Error> {
    scope.execute("DELETE FROM user_photo WHERE tenant_id = $1 AND user_id = $2", params![user]).await?;
    Ok(())
}
