//! Step 4: the organisation that the person signs for.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use http::StatusCode;
use model::sign_up::Step;

use super::current::Current;
use super::ops;
use crate::app::App;
use crate::error::Error;
use crate::features::billing::organisation_form::{self, OrganisationForm};
use crate::transaction;
use crate::web::client::Client;
use crate::web::forms::Fields;
use crate::web::layout::{Page, render};
use crate::web::limits::Limit;

#[derive(Template)]
#[template(path = "signup/organisation.html")]
struct OrganisationPage {
    page: Page,
    fields: Fields,
    org: OrganisationForm,
    email: String,
}

fn organisation_page(page: Page, fields: Fields, current: &Current, status: StatusCode) -> Response {
    let org = organisation_form::view(&page.l, &fields, super::path(Step::Organisation));
    let email = current.sign_up.email.clone();
    render(&OrganisationPage { page, fields, org, email }, status)
}

pub async fn show(page: Page, current: Current) -> Response {
    if let Err(redirect) = current.at(Step::Organisation) {
        return redirect.into_response();
    }
    let fields = current.draft.organisation.as_ref().map_or_else(Fields::new, organisation_form::fields_from);
    organisation_page(page, fields, &current, StatusCode::OK)
}

pub async fn save(
    State(app): State<App>,
    page: Page,
    client: Client,
    current: Current,
    mut fields: Fields,
) -> Result<Response, Error> {
    app.limits.count(Limit::Sensitive, client.address)?;
    if let Err(redirect) = current.at(Step::Organisation) {
        return Ok(redirect.into_response());
    }
    if organisation_form::only_refreshes(&fields) {
        return Ok(organisation_page(page, fields, &current, StatusCode::OK));
    }
    let Some(organisation) = organisation_form::take(&mut fields, &current.sign_up.email) else {
        let status = organisation_form::status(&fields);
        return Ok(organisation_page(page, fields, &current, status));
    };
    let (moment, sign_up) = (app.moment(), &current.sign_up);
    transaction!(app.db, |scope| ops::save_organisation(scope, sign_up, &organisation, &moment).await)?;
    Ok(Redirect::to("/sign-up/details").into_response())
}

/// The live verdict under a field.
pub async fn check(
    State(app): State<App>,
    field: Path<String>,
    page: Page,
    client: Client,
    fields: Fields,
) -> Result<Response, Error> {
    app.limits.count(Limit::Check, client.address)?;
    organisation_form::check(page, &fields, field)
}
