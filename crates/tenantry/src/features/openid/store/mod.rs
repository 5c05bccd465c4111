//! The table `application_grant`; others in files of their own.

pub mod device;
pub mod pushed;
pub mod refusals;

use jiff::Timestamp;
use model::ids::{SessionId, TenantId};
use uuid::Uuid;

use super::ops::grant::Grant;
use crate::db::{DbError, FromRow, Row, Scope, Single, TenantScope};
use crate::error::Error;
use crate::moment::Moment;
use crate::params;

impl FromRow for Grant {
    fn from_row(row: &Row) -> Result<Self, DbError> {
        let asked: String = row.get("asked")?;
        Ok(Self {
            id: row.get("id")?,
            client: row.get("client_id")?,
            user: row.get("user_id")?,
            session: SessionId(row.get("session_id")?),
            asked: serde_json::from_str(&asked).map_err(|error| DbError::Shape(error.to_string()))?,
            code_expires_at: row.get("code_expires_at")?,
            redeemed_at: row.get("redeemed_at")?,
            generation: row.get("generation")?,
            offline_until: row.get("offline_until")?,
        })
    }
}

/// The tenant that an address names: by its id, or by a verified domain name.
pub async fn tenant_of(scope: &mut Scope, named: &str) -> Result<Option<TenantId>, Error> {
    let found: Option<Single<TenantId>> = match named.parse::<Uuid>() {
        Ok(id) => {
            scope.optional("SELECT id FROM tenant WHERE id = $1 AND deleted_at IS NULL", params![id]).await?
        }
        Err(_) => {
            let sql = "SELECT v.tenant_id FROM verified_domain v JOIN tenant t ON t.id = v.tenant_id \
                       WHERE v.name = $1 AND t.deleted_at IS NULL";
            scope.optional(sql, params![named.to_lowercase()]).await?
        }
    };
    Ok(found.map(|Single(id)| id))
}

pub async fn insert(scope: &mut TenantScope<'_>, grant: &Grant, moment: &Moment) -> Result<(), Error> {
    let asked = serde_json::to_string(&grant.asked).map_err(Error::internal)?;
    let sql = "INSERT INTO application_grant (tenant_id, id, client_id, user_id, session_id, asked, created_at, \
               code_expires_at, offline_until) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)";
    let params = params![
        grant.id,
        grant.client,
        grant.user,
        grant.session,
        asked,
        moment.now,
        grant.code_expires_at,
        grant.offline_until
    ];
    scope.execute(sql, params).await?;
    Ok(())
}

/// A grant as it stands now.
pub struct Looked {
    pub grant: Grant,
    /// It wasn't ended, nor what it came of; its person and tenant are alive, and its session is or it outlives that.
    pub counts: bool,
    /// By when its person must have a second factor, where the tenant's security defaults want it.
    pub second_factor_due_at: Option<Timestamp>,
}

impl FromRow for Looked {
    fn from_row(row: &Row) -> Result<Self, DbError> {
        Ok(Self {
            grant: Grant::from_row(row)?,
            counts: row.get("counts")?,
            second_factor_due_at: row.get("second_factor_due_at")?,
        })
    }
}

/// A grant, whether it counts or not.
pub async fn look(scope: &mut TenantScope<'_>, id: Uuid, moment: &Moment) -> Result<Option<Looked>, Error> {
    let sql = "SELECT g.id, g.client_id, g.user_id, g.session_id, g.asked, g.code_expires_at, g.redeemed_at, g.generation, g.offline_until, \
         CASE WHEN t.security_defaults THEN u.second_factor_due_at END AS second_factor_due_at, \
         (g.revoked_at IS NULL AND (s.id IS NOT NULL OR coalesce(g.offline_until > $3, FALSE)) \
         AND u.account_enabled AND u.deleted_at IS NULL AND t.deleted_at IS NULL \
         AND (g.root_id IS NULL OR EXISTS (SELECT 1 FROM application_grant r WHERE r.tenant_id = g.tenant_id \
         AND r.id = g.root_id AND r.revoked_at IS NULL))) AS counts FROM application_grant g \
         JOIN users u ON u.tenant_id = g.tenant_id AND u.id = g.user_id JOIN tenant t ON t.id = g.tenant_id \
         LEFT JOIN session s ON s.tenant_id = g.tenant_id AND s.id = g.session_id AND s.revoked_at IS NULL AND s.expires_at > $3 \
         WHERE g.tenant_id = $1 AND g.id = $2";
    Ok(scope.optional(sql, params![id, moment.now]).await?)
}

/// A grant that counts now.
pub async fn alive(scope: &mut TenantScope<'_>, id: Uuid, moment: &Moment) -> Result<Option<Looked>, Error> {
    Ok(look(scope, id, moment).await?.filter(|looked| looked.counts))
}

/// Uses the code up, once.
pub async fn redeem(scope: &mut TenantScope<'_>, id: Uuid, moment: &Moment) -> Result<bool, Error> {
    let sql = "UPDATE application_grant SET redeemed_at = $3 WHERE tenant_id = $1 AND id = $2 AND redeemed_at IS NULL \
               AND revoked_at IS NULL AND code_expires_at > $3";
    Ok(scope.execute(sql, params![id, moment.now]).await? == 1)
}

/// Counts a refresh, if the token was the latest.
pub async fn next_generation(scope: &mut TenantScope<'_>, id: Uuid, shown: i64) -> Result<bool, Error> {
    let sql = "UPDATE application_grant SET generation = generation + 1 WHERE tenant_id = $1 AND id = $2 \
               AND generation = $3 AND revoked_at IS NULL AND redeemed_at IS NOT NULL";
    Ok(scope.execute(sql, params![id, shown]).await? == 1)
}

/// Keeps which key a grant's tokens are bound to, and whatever else was asked.
pub async fn change(scope: &mut TenantScope<'_>, grant: &Grant) -> Result<(), Error> {
    let asked = serde_json::to_string(&grant.asked).map_err(Error::internal)?;
    let sql = "UPDATE application_grant SET asked = $3 WHERE tenant_id = $1 AND id = $2";
    scope.execute(sql, params![grant.id, asked]).await?;
    Ok(())
}

/// Lets a grant, which comes of another's token, end with that one.
pub async fn descend(
    scope: &mut TenantScope<'_>,
    id: Uuid,
    from: Uuid,
    moment: &Moment,
) -> Result<(), Error> {
    let sql = "UPDATE application_grant SET redeemed_at = $4, root_id = (SELECT coalesce(g.root_id, g.id) \
               FROM application_grant g WHERE g.tenant_id = $1 AND g.id = $3) WHERE tenant_id = $1 AND id = $2";
    scope.execute(sql, params![id, from, moment.now]).await?;
    Ok(())
}

/// Ends a grant; `false` where it had ended.
pub async fn revoke(scope: &mut TenantScope<'_>, id: Uuid, moment: &Moment) -> Result<bool, Error> {
    let sql = "UPDATE application_grant SET revoked_at = $3 WHERE tenant_id = $1 AND id = $2 AND revoked_at IS NULL";
    Ok(scope.execute(sql, params![id, moment.now]).await? == 1)
}
