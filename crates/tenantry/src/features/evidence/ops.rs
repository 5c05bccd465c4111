//! Establishing, reading and withdrawing evidence.

use model::audit::{Activity, Change, TargetKind};
use model::evidence::{EvidenceKind, Verifier};

use super::store::{self, Evidence};
use crate::access::Actor;
use crate::db::TenantScope;
use crate::error::Error;
use crate::features::audit::{self, Event};
use crate::moment::Moment;

/// What a verifier found. Made by the verifier's own code alone, from what it saw: a code that came back, a record in
/// DNS, a kept agreement. No form field or API property becomes one.
pub struct Finding<'a> {
    pub kind: EvidenceKind,
    /// The address, name or person that it is about.
    pub subject: &'a str,
    /// Where it was seen.
    pub source: &'a str,
    pub verifier: Verifier,
    pub detail: &'a str,
}

/// Writes evidence, with its audit event, in the present transaction.
///
/// # Errors
/// When the engine fails.
pub async fn establish(
    scope: &mut TenantScope<'_>,
    actor: &Actor,
    finding: &Finding<'_>,
    moment: &Moment,
) -> Result<(), Error> {
    let expires_at = finding.kind.days_valid().map(|days| moment.after_seconds(days * 86_400));
    store::insert(scope, finding, expires_at, moment).await?;
    let event = Event::new(
        Activity::EvidenceEstablished,
        TargetKind::Evidence,
        finding.kind.as_str(),
        finding.subject,
    )
    .changes([Change::set("source", finding.source), Change::set("verifier", finding.verifier.as_str())]);
    audit::record(scope, actor, event, moment).await
}

/// All evidence that counts now, newest first.
///
/// # Errors
/// When the engine fails.
pub async fn current(scope: &mut TenantScope<'_>, moment: &Moment) -> Result<Vec<Evidence>, Error> {
    store::current(scope, moment.now).await
}

/// Withdraws what was established about a subject, such as a domain that was removed.
///
/// # Errors
/// When the engine fails.
pub async fn withdraw(
    scope: &mut TenantScope<'_>,
    actor: &Actor,
    kind: EvidenceKind,
    subject: &str,
    moment: &Moment,
) -> Result<(), Error> {
    if store::withdraw(scope, kind, subject, moment.now).await? > 0 {
        let event = Event::new(Activity::EvidenceWithdrawn, TargetKind::Evidence, kind.as_str(), subject);
        audit::record(scope, actor, event, moment).await?;
    }
    Ok(())
}

/// Withdraws what was established about mailboxes at a domain name that went to somebody else.
///
/// # Errors
/// When the engine fails.
pub async fn withdraw_mailboxes(
    scope: &mut TenantScope<'_>,
    actor: &Actor,
    domain: &str,
    moment: &Moment,
) -> Result<(), Error> {
    if store::withdraw_mailboxes(scope, domain, moment.now).await? > 0 {
        let (kind, subject) = (EvidenceKind::Mailbox.as_str(), format!("@{domain}"));
        let event = Event::new(Activity::EvidenceWithdrawn, TargetKind::Evidence, kind, subject);
        audit::record(scope, actor, event, moment).await?;
    }
    Ok(())
}
