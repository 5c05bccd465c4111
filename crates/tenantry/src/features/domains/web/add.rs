//! Adding a name.

use askama::Template;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use http::StatusCode;
use model::refusal::Refusal;
use model::roles::Permission;

use crate::access::session::SignedIn;
use crate::app::App;
use crate::error::Error;
use crate::features::domains::{NewName, add as add_name};
use crate::transaction;
use crate::web::client::Client;
use crate::web::forms::{Fields, Verdict};
use crate::web::layout::{Page, Section, render};
use crate::web::limits::Limit;

#[derive(Template)]
#[template(path = "domains/add.html")]
struct AddPage {
    page: Page,
    fields: Fields,
}

pub async fn show(signed_in: SignedIn, page: Page) -> Result<Response, Error> {
    signed_in.actor.require(Permission::ManageDomains)?;
    let page = signed_in.on(page).in_section(Section::Domains);
    Ok(render(&AddPage { page, fields: Fields::new() }, StatusCode::OK))
}

pub async fn add(
    State(app): State<App>,
    signed_in: SignedIn,
    page: Page,
    mut fields: Fields,
) -> Result<Response, Error> {
    let actor = &signed_in.actor;
    actor.require(Permission::ManageDomains)?;
    let page = signed_in.on(page).in_section(Section::Domains);
    if fields.took_suggestion() {
        return Ok(render(&AddPage { page, fields }, StatusCode::OK));
    }
    let refusals = match try_to_add(&app, &signed_in, fields.value("domain")).await {
        Ok(name) => return Ok(Redirect::to(&format!("/domains/{name}")).into_response()),
        Err(error) => error.into_refusals()?,
    };
    let status = status_of(&refusals);
    fields.refuse_all(refusals);
    Ok(render(&AddPage { page, fields }, status))
}

async fn try_to_add(app: &App, signed_in: &SignedIn, entered: &str) -> Result<String, Error> {
    let (actor, new) = (&signed_in.actor, NewName::parse(app, entered)?);
    let moment = app.moment();
    transaction!(app.db, |scope| {
        let mut scope = scope.tenant(actor.grant()).await?;
        add_name(app, &mut scope, actor, &new, &moment).await
    })
}

/// What stands below the field while somebody types.
pub async fn check(
    State(app): State<App>,
    signed_in: SignedIn,
    client: Client,
    page: Page,
    mut fields: Fields,
) -> Result<Response, Error> {
    signed_in.actor.require(Permission::ManageDomains)?;
    app.limits.count(Limit::Check, client.address)?;
    if !fields.value("domain").trim().is_empty()
        && let Err(error) = NewName::parse(&app, fields.value("domain"))
    {
        fields.refuse_all(error.into_refusals()?);
    }
    Ok(render(&Verdict { page, fields, name: "domain", good: String::new() }, StatusCode::OK))
}

/// The status of a page that shows these refusals.
pub(super) fn status_of(refusals: &[Refusal]) -> StatusCode {
    let status = refusals.first().map_or(422, |refusal| refusal.code.status());
    StatusCode::from_u16(status).unwrap_or(StatusCode::UNPROCESSABLE_ENTITY)
}
