//! The billing account: looked at and corrected.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use http::StatusCode;
use model::organisation::Organisation;
use model::refusal::Code;
use model::roles::Permission;

use super::{address_lines, on, western_lines};
use crate::access::session::SignedIn;
use crate::app::App;
use crate::error::Error;
use crate::features::agreements::{self, Receipt};
use crate::features::billing::organisation_form::{self, OrganisationForm};
use crate::features::billing::{BillingAccount, Card, find, update};
use crate::transaction;
use crate::web::client::Client;
use crate::web::forms::Fields;
use crate::web::layout::{Page, render};
use crate::web::limits::Limit;

const EDIT: &str = "/billing/edit";

#[derive(Template)]
#[template(path = "billing/account.html")]
struct AccountPage {
    page: Page,
    account: BillingAccount,
    cards: Vec<Card>,
    receipts: Vec<Receipt>,
    address: Vec<String>,
    western: Vec<String>,
    may_manage: bool,
}

#[derive(Template)]
#[template(path = "billing/none.html")]
struct NonePage {
    page: Page,
    may_manage: bool,
}

#[derive(Template)]
#[template(path = "billing/edit.html")]
struct EditPage {
    page: Page,
    fields: Fields,
    org: OrganisationForm,
    email: String,
}

pub async fn show(
    State(app): State<App>,
    signed_in: SignedIn,
    page: Page,
    fields: Fields,
) -> Result<Response, Error> {
    let mut page = on(&signed_in, page);
    let actor = &signed_in.actor;
    actor.require(Permission::ReadBilling)?;
    page.toast = match fields.value("done") {
        "saved" => Some(page.l.t("billing-saved")),
        "card-added" => Some(page.l.t("billing-card-added")),
        "card-removed" => Some(page.l.t("billing-card-removed")),
        "card-default" => Some(page.l.t("billing-card-made-default")),
        "set-up" => Some(page.l.t("billing-set-up-done")),
        _ => None,
    };
    let may_manage = actor.may(Permission::ManageBilling);
    let mut scope = app.db.read().await?;
    let mut tenant = scope.tenant(actor.grant()).await?;
    let Some((account, cards)) = find(&mut tenant, actor).await? else {
        return Ok(render(&NonePage { page, may_manage }, StatusCode::OK));
    };
    let receipts = agreements::receipts(&mut tenant, actor).await?;
    let address = address_lines(&page.l, &account.organisation.address);
    let western = western_lines(&page.l, &account.organisation);
    Ok(render(&AccountPage { page, account, cards, receipts, address, western, may_manage }, StatusCode::OK))
}

async fn present(app: &App, signed_in: &SignedIn) -> Result<Organisation, Error> {
    let mut scope = app.db.read().await?;
    let mut tenant = scope.tenant(signed_in.actor.grant()).await?;
    let (account, _) = find(&mut tenant, &signed_in.actor).await?.ok_or(Code::BillingAccountMissing)?;
    Ok(account.organisation)
}

fn edit_page(page: Page, fields: Fields, email: String) -> Response {
    let status = organisation_form::status(&fields);
    let org = organisation_form::view(&page.l, &fields, EDIT);
    render(&EditPage { page, fields, org, email }, status)
}

pub async fn edit(State(app): State<App>, signed_in: SignedIn, page: Page) -> Result<Response, Error> {
    let page = on(&signed_in, page);
    signed_in.actor.require(Permission::ManageBilling)?;
    let organisation = present(&app, &signed_in).await?;
    Ok(edit_page(page, organisation_form::fields_from(&organisation), organisation.contact.email))
}

pub async fn save(
    State(app): State<App>,
    signed_in: SignedIn,
    page: Page,
    mut fields: Fields,
) -> Result<Response, Error> {
    let page = on(&signed_in, page);
    let actor = &signed_in.actor;
    actor.require(Permission::ManageBilling)?;
    // The contact's address was proven; this form doesn't change it.
    let email = present(&app, &signed_in).await?.contact.email;
    if organisation_form::only_refreshes(&fields) {
        return Ok(edit_page(page, fields, email));
    }
    let Some(organisation) = organisation_form::take(&mut fields, &email) else {
        return Ok(edit_page(page, fields, email));
    };
    let moment = app.moment();
    transaction!(app.db, |scope| {
        let mut tenant = scope.tenant(actor.grant()).await?;
        update(&mut tenant, actor, &organisation, &moment).await
    })?;
    Ok(Redirect::to("/billing?done=saved").into_response())
}

/// The live check of one field of the form, here and in the set-up.
pub async fn check(
    State(app): State<App>,
    client: Client,
    _signed_in: SignedIn,
    page: Page,
    field: Path<String>,
    fields: Fields,
) -> Result<Response, Error> {
    app.limits.count(Limit::Check, client.address)?;
    organisation_form::check(page, &fields, field)
}
