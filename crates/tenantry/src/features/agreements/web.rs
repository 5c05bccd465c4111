use askama::Template;
use axum::Router;
use axum::extract::{Path, State};
use axum::response::Response;
use axum::routing::get;
use http::StatusCode;
use uuid::Uuid;

use super::ops::LONGEST;
use super::{Agreement, Receipt, receipt};
use crate::access::session::SignedIn;
use crate::app::App;
use crate::error::Error;
use crate::web::forms::Fields;
use crate::web::layout::{Page, Section, render};
use model::eligibility::organization::check_person;
use model::eligibility::tidy;
use model::refusal::{Code, Refusal};

pub fn routes() -> Router<App> {
    Router::new().route("/billing/agreements/{id}", get(show))
}

#[derive(Template)]
#[template(path = "agreements/receipt.html")]
struct ReceiptPage {
    page: Page,
    receipt: Receipt,
    /// Title, headings and paragraphs, in the order of the text.
    paragraphs: Vec<String>,
}

/// Name and title as typed under the text that was shown: the fields `signatory_name`, `signatory_title`, the tick
/// `authority` and the hidden hash `agreement` of the page.
///
/// # Errors
/// With a refusal for each that won't do, and when the agreement in force isn't the one that was shown.
pub fn signature(fields: &Fields, agreement: &Agreement) -> Result<(String, String), Error> {
    let mut refusals = Vec::new();
    let name = check_person(fields.value("signatory_name"), "signatory_name");
    refusals.extend(name.answer.refusals);
    let title =
        tidy::line(fields.value("signatory_title"), "signatory_title", LONGEST).unwrap_or_else(|refusal| {
            refusals.push(refusal);
            String::new()
        });
    if !fields.has("authority") {
        refusals.push(Refusal::new(Code::AgreementNotAccepted).on("authority"));
    }
    if fields.value("agreement") != agreement.hash {
        refusals.push(Refusal::new(Code::AgreementChanged));
    }
    if refusals.is_empty() { Ok((name.name, title)) } else { Err(Error::Refused(refusals)) }
}

async fn show(
    State(app): State<App>,
    signed_in: SignedIn,
    page: Page,
    Path(id): Path<String>,
) -> Result<Response, Error> {
    let id: Uuid = id.parse().map_err(|_| Error::not_found())?;
    let mut scope = app.db.read().await?;
    let mut tenant = scope.tenant(signed_in.actor.grant()).await?;
    let (receipt, text) = receipt(&mut tenant, &signed_in.actor, id).await?;
    let page = signed_in.on(page).in_section(Section::Billing);
    let paragraphs = text.split("\n\n").map(str::to_owned).collect();
    Ok(render(&ReceiptPage { page, receipt, paragraphs }, StatusCode::OK))
}
