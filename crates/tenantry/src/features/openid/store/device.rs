//! The table `device_request`.

use jiff::Timestamp;
use model::ids::TenantId;
use uuid::Uuid;

use crate::db::{DbError, FromRow, Row, Scope};
use crate::error::Error;
use crate::features::openid::ops::device::{Answer, Asked, DeviceRequest};
use crate::moment::Moment;
use crate::params;

impl FromRow for DeviceRequest {
    fn from_row(row: &Row) -> Result<Self, DbError> {
        let asked: String = row.get("asked")?;
        let answered: Option<Timestamp> = row.get("answered_at")?;
        let given: Option<TenantId> = row.get("answered_tenant")?;
        let grant: Option<Uuid> = row.get("grant_id")?;
        Ok(Self {
            id: row.get("id")?,
            client_id: row.get("client_id")?,
            tenant: row.get("asked_tenant")?,
            asked: serde_json::from_str::<Asked>(&asked)
                .map_err(|error| DbError::Shape(error.to_string()))?,
            ip: row.get("ip")?,
            user_agent: row.get("user_agent")?,
            created_at: row.get("created_at")?,
            expires_at: row.get("expires_at")?,
            polled_at: row.get("polled_at")?,
            wait_seconds: row.get("wait_seconds")?,
            answer: answered.map(|_| match given.zip(grant) {
                Some((tenant, grant)) => Answer::Granted { tenant, grant },
                None => Answer::Refused,
            }),
        })
    }
}

const COLUMNS: &str = "id, client_id, asked_tenant, asked, ip, user_agent, created_at, expires_at, polled_at, wait_seconds, \
    answered_at, answered_tenant, grant_id";

/// Keeps a request, unless another that counts has the same code.
pub async fn insert(scope: &mut Scope, new: &DeviceRequest, hash: Vec<u8>) -> Result<bool, Error> {
    let asked = serde_json::to_string(&new.asked).map_err(Error::internal)?;
    let sql = "INSERT INTO device_request (id, user_code_hash, client_id, asked_tenant, asked, ip, user_agent, created_at, \
               expires_at, wait_seconds) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) ON CONFLICT (user_code_hash) DO NOTHING";
    let params = params![
        new.id,
        hash,
        new.client_id,
        new.tenant,
        asked,
        &new.ip,
        &new.user_agent,
        new.created_at,
        new.expires_at,
        new.wait_seconds
    ];
    Ok(scope.execute(sql, params).await? == 1)
}

pub async fn get(scope: &mut Scope, id: Uuid) -> Result<Option<DeviceRequest>, Error> {
    let sql = format!("SELECT {COLUMNS} FROM device_request WHERE id = $1");
    Ok(scope.optional(&sql, params![id]).await?)
}

pub async fn by_code(scope: &mut Scope, hash: Vec<u8>) -> Result<Option<DeviceRequest>, Error> {
    let sql = format!("SELECT {COLUMNS} FROM device_request WHERE user_code_hash = $1");
    Ok(scope.optional(&sql, params![hash]).await?)
}

pub async fn polled(scope: &mut Scope, id: Uuid, wait: i64, moment: &Moment) -> Result<(), Error> {
    let sql = "UPDATE device_request SET polled_at = $2, wait_seconds = $3 WHERE id = $1";
    scope.execute(sql, params![id, moment.now, wait]).await?;
    Ok(())
}

/// Answers a request, once.
pub async fn answer(scope: &mut Scope, id: Uuid, answer: &Answer, moment: &Moment) -> Result<bool, Error> {
    let (tenant, grant) = match answer {
        Answer::Granted { tenant, grant } => (Some(*tenant), Some(*grant)),
        Answer::Refused => (None, None),
    };
    let sql = "UPDATE device_request SET answered_at = $2, answered_tenant = $3, grant_id = $4 WHERE id = $1 \
               AND answered_at IS NULL AND expires_at > $2";
    Ok(scope.execute(sql, params![id, moment.now, tenant, grant]).await? == 1)
}

pub async fn forget_before(scope: &mut Scope, ended: Timestamp) -> Result<(), Error> {
    scope.execute("DELETE FROM device_request WHERE expires_at < $1", params![ended]).await?;
    Ok(())
}
