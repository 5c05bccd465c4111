//! The table `evidence`.

use jiff::Timestamp;
use model::evidence::EvidenceKind;
use model::ids::EvidenceId;

use super::ops::Finding;
use crate::db::{DbError, FromRow, Row, TenantScope};
use crate::error::Error;
use crate::moment::Moment;
use crate::params;

/// One piece of evidence.
#[derive(Clone, Debug)]
pub struct Evidence {
    pub id: EvidenceId,
    pub kind: EvidenceKind,
    pub subject: String,
    pub source: String,
    pub verifier: String,
    pub established_at: Timestamp,
    pub expires_at: Option<Timestamp>,
}

impl FromRow for Evidence {
    fn from_row(row: &Row) -> Result<Self, DbError> {
        let kind: String = row.get("kind")?;
        Ok(Self {
            id: row.get("id")?,
            kind: EvidenceKind::parse(&kind)
                .ok_or_else(|| DbError::Shape(format!("evidence kind {kind}")))?,
            subject: row.get("subject")?,
            source: row.get("source")?,
            verifier: row.get("verifier")?,
            established_at: row.get("established_at")?,
            expires_at: row.get("expires_at")?,
        })
    }
}

pub(super) async fn insert(
    scope: &mut TenantScope<'_>,
    finding: &Finding<'_>,
    expires_at: Option<Timestamp>,
    moment: &Moment,
) -> Result<(), Error> {
    let sql = "INSERT INTO evidence (tenant_id, id, kind, subject, source, verifier, established_at, expires_at, detail) \
               VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)";
    let params = params![
        moment.uuid(),
        finding.kind.as_str(),
        finding.subject,
        finding.source,
        finding.verifier.as_str(),
        moment.now,
        expires_at,
        finding.detail,
    ];
    scope.execute(sql, params).await?;
    Ok(())
}

pub(super) async fn current(scope: &mut TenantScope<'_>, now: Timestamp) -> Result<Vec<Evidence>, Error> {
    let sql = "SELECT id, kind, subject, source, verifier, established_at, expires_at FROM evidence \
               WHERE tenant_id = $1 AND withdrawn_at IS NULL AND (expires_at IS NULL OR expires_at > $2) ORDER BY id DESC";
    Ok(scope.all(sql, params![now]).await?)
}

pub(super) async fn withdraw(
    scope: &mut TenantScope<'_>,
    kind: EvidenceKind,
    subject: &str,
    now: Timestamp,
) -> Result<u64, Error> {
    let sql = "UPDATE evidence SET withdrawn_at = $4 WHERE tenant_id = $1 AND kind = $2 AND subject = $3 AND withdrawn_at IS NULL";
    Ok(scope.execute(sql, params![kind.as_str(), subject, now]).await?)
}

/// Withdraws what was established about mailboxes at a domain name or below it.
pub(super) async fn withdraw_mailboxes(
    scope: &mut TenantScope<'_>,
    domain: &str,
    now: Timestamp,
) -> Result<u64, Error> {
    let sql = "UPDATE evidence SET withdrawn_at = $5 WHERE tenant_id = $1 AND kind = $2 \
               AND (subject LIKE $3 OR subject LIKE $4) AND withdrawn_at IS NULL";
    let kind = EvidenceKind::Mailbox.as_str();
    Ok(scope.execute(sql, params![kind, format!("%@{domain}"), format!("%.{domain}"), now]).await?)
}
