use askama::Template;
use axum::Router;
use axum::extract::{Path, State};
use axum::response::Response;
use axum::routing::get;
use http::StatusCode;
use uuid::Uuid;

use super::{Receipt, receipt};
use crate::access::session::SignedIn;
use crate::app::App;
use crate::error::Error;
use crate::web::layout::{Page, Section, render};

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
