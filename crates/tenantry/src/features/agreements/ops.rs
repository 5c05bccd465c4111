//! Accepting, and looking at what was accepted.

use std::sync::Arc;

use model::audit::{Activity, Change, TargetKind};
use model::refusal::{Code, Refusal};
use model::roles::Permission;
use uuid::Uuid;

use super::store::{self, Receipt};
use super::text::Agreement;
use crate::access::Actor;
use crate::app::App;
use crate::db::TenantScope;
use crate::error::Error;
use crate::features::audit::{self, Event};
use crate::mail::{self, Document, Message};
use crate::moment::Moment;

/// Characters of a signatory's name and title.
pub(super) const LONGEST: usize = 100;

/// Who accepts what for whom.
pub struct Acceptance<'a> {
    pub agreement: &'a Agreement,
    /// Legal name.
    pub organisation: &'a str,
    /// Name and title as the signatory typed them.
    pub name: &'a str,
    pub title: &'a str,
    /// Where the receipt goes, and in which language.
    pub email: &'a str,
    pub language: &'a str,
}

impl Acceptance<'_> {
    /// Refuses a name or title that can't stand on a receipt.
    ///
    /// # Errors
    /// A refusal on `signatory_name` or `signatory_title` each.
    pub fn check(&self) -> Result<(), Error> {
        let fields = [(self.name, "signatory_name"), (self.title, "signatory_title")];
        let refusals: Vec<_> = fields.into_iter().filter_map(|(text, field)| refused(text, field)).collect();
        if refusals.is_empty() { Ok(()) } else { Err(Error::Refused(refusals)) }
    }
}

fn refused(text: &str, field: &'static str) -> Option<Refusal> {
    let refusal = if text.trim().is_empty() {
        Refusal::new(Code::FieldRequired)
    } else if text.chars().count() > LONGEST {
        Refusal::new(Code::FieldTooLong).with("max", LONGEST.to_string())
    } else if text.chars().any(char::is_control) {
        Refusal::new(Code::InputInvalid)
    } else {
        return None;
    };
    Some(refusal.on(field))
}

/// The work-account agreement in force for a country (ISO 3166-1 alpha-2) in a language, or the nearest to it.
#[must_use]
pub fn current(app: &App, country: &str, language: &str) -> Arc<Agreement> {
    app.agreements.find(country, language)
}

/// Keeps an acceptance with the exact text, and mails the receipt. Gives the receipt's id.
///
/// # Errors
/// When the name or title can't be, or the engine fails.
pub async fn accept(
    scope: &mut TenantScope<'_>,
    actor: &Actor,
    acceptance: &Acceptance<'_>,
    moment: &Moment,
) -> Result<String, Error> {
    actor.require(Permission::ManageBilling)?;
    acceptance.check()?;
    let agreement = acceptance.agreement;
    let id = moment.uuid();
    store::keep_text(scope.global(), &agreement.hash, &agreement.text()).await?;
    store::insert(scope, actor, id, acceptance, moment).await?;
    let event =
        Event::new(Activity::AgreementAccepted, TargetKind::Agreement, id, &agreement.title).changes([
            Change::set("version", &agreement.version),
            Change::set("hash", &agreement.hash),
            Change::set("signer_name", acceptance.name),
            Change::set("signer_title", acceptance.title),
        ]);
    audit::record(scope, actor, event, moment).await?;
    mail::send(scope.global(), mail_of(actor, id, acceptance, moment), moment).await?;
    Ok(id.to_string())
}

fn mail_of(actor: &Actor, id: Uuid, acceptance: &Acceptance<'_>, moment: &Moment) -> Message {
    let agreement = acceptance.agreement;
    let sections =
        agreement.sections.iter().map(|one| (one.heading.clone(), one.paragraphs.clone())).collect();
    let at = moment.now.strftime("%Y-%m-%d %H:%M:%S UTC").to_string();
    Message::new(acceptance.email, acceptance.language, "agreement-receipt")
        .with("organisation", acceptance.organisation)
        .with("title", &agreement.title)
        .with("version", &agreement.version)
        .with("name", acceptance.name)
        .with("position", acceptance.title)
        .with("at", at)
        .with("ip", &actor.origin.ip)
        .with("hash", &agreement.hash)
        .with("receipt", id.to_string())
        .document(Document { title: agreement.title.clone(), sections })
}

/// A receipt with the text that was accepted.
///
/// # Errors
/// When the actor may not see billing, there is no such receipt in this tenant, or the engine fails.
pub async fn receipt(
    scope: &mut TenantScope<'_>,
    actor: &Actor,
    id: Uuid,
) -> Result<(Receipt, String), Error> {
    actor.require(Permission::ReadBilling)?;
    let receipt = store::find(scope, id).await?.ok_or_else(Error::not_found)?;
    let text = store::text(scope.global(), &receipt.hash).await?;
    Ok((receipt, text))
}

/// All receipts of the tenant, newest first.
///
/// # Errors
/// When the actor may not see billing, or the engine fails.
pub async fn receipts(scope: &mut TenantScope<'_>, actor: &Actor) -> Result<Vec<Receipt>, Error> {
    actor.require(Permission::ReadBilling)?;
    store::all(scope).await
}
