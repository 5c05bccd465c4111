//! The tables `agreement_acceptance` and `agreement_text`.

use jiff::Timestamp;
use uuid::Uuid;

use super::ops::Acceptance;
use crate::access::Actor;
use crate::db::{DbError, FromRow, Row, Scope, TenantScope};
use crate::error::Error;
use crate::moment::Moment;
use crate::params;

/// What was accepted, by whom, when and from where.
#[derive(Clone, Debug)]
pub struct Receipt {
    pub id: Uuid,
    pub version: String,
    pub language: String,
    pub country: String,
    pub title: String,
    pub hash: String,
    pub organisation: String,
    pub signer_name: String,
    pub signer_title: String,
    pub signer_email: String,
    pub accepted_at: Timestamp,
    pub ip: String,
    pub user_agent: String,
}

impl FromRow for Receipt {
    fn from_row(row: &Row) -> Result<Self, DbError> {
        Ok(Self {
            id: row.get("id")?,
            version: row.get("version")?,
            language: row.get("language")?,
            country: row.get("country")?,
            title: row.get("title")?,
            hash: row.get("text_hash")?,
            organisation: row.get("organisation")?,
            signer_name: row.get("signer_name")?,
            signer_title: row.get("signer_title")?,
            signer_email: row.get("signer_email")?,
            accepted_at: row.get("accepted_at")?,
            ip: row.get("ip")?,
            user_agent: row.get("user_agent")?,
        })
    }
}

const COLUMNS: &str = "id, version, language, country, title, text_hash, organisation, signer_name, signer_title, \
                       signer_email, accepted_at, ip, user_agent";

pub(super) async fn insert(
    scope: &mut TenantScope<'_>,
    actor: &Actor,
    id: Uuid,
    acceptance: &Acceptance<'_>,
    moment: &Moment,
) -> Result<(), Error> {
    let agreement = acceptance.agreement;
    let sql = "INSERT INTO agreement_acceptance (tenant_id, id, user_id, version, language, country, title, text_hash, organisation, \
               signer_name, signer_title, signer_email, accepted_at, ip, user_agent) \
               VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)";
    scope
        .execute(
            sql,
            params![
                id,
                actor.user_id(),
                &agreement.version,
                &agreement.language,
                &agreement.country,
                &agreement.title,
                &agreement.hash,
                acceptance.organisation,
                acceptance.name,
                acceptance.title,
                acceptance.email,
                moment.now,
                &actor.origin.ip,
                actor.origin.user_agent.chars().take(300).collect::<String>(),
            ],
        )
        .await?;
    Ok(())
}

/// Texts are kept once, under their hash: every receipt can show its own for good.
pub(super) async fn keep_text(scope: &mut Scope, hash: &str, text: &str) -> Result<(), Error> {
    let sql = "INSERT INTO agreement_text (hash, text) VALUES ($1, $2) ON CONFLICT (hash) DO NOTHING";
    scope.execute(sql, params![hash, text]).await?;
    Ok(())
}

pub(super) async fn text(scope: &mut Scope, hash: &str) -> Result<String, Error> {
    let row: Row = scope.one("SELECT text FROM agreement_text WHERE hash = $1", params![hash]).await?;
    Ok(row.get("text")?)
}

pub(super) async fn find(scope: &mut TenantScope<'_>, id: Uuid) -> Result<Option<Receipt>, Error> {
    let sql = format!("SELECT {COLUMNS} FROM agreement_acceptance WHERE tenant_id = $1 AND id = $2");
    Ok(scope.optional(&sql, params![id]).await?)
}

pub(super) async fn all(scope: &mut TenantScope<'_>) -> Result<Vec<Receipt>, Error> {
    let sql =
        format!("SELECT {COLUMNS} FROM agreement_acceptance WHERE tenant_id = $1 ORDER BY id DESC LIMIT 100");
    Ok(scope.all(&sql, params![]).await?)
}
