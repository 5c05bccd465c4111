//! Step 5: user name, initial domain and password.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use http::StatusCode;
use model::eligibility::username;
use model::organisation::Organisation;
use model::sign_up::Step;

use super::current::Current;
use super::ops::{self, Availability, DetailsInput};
use crate::app::App;
use crate::error::Error;
use crate::features::credentials::{self, NewPassword};
use crate::features::tenants;
use crate::transaction;
use crate::web::client::Client;
use crate::web::forms::{Fields, Verdict};
use crate::web::layout::{Page, render};
use crate::web::limits::Limit;

#[derive(Template)]
#[template(path = "signup/details.html")]
struct DetailsPage {
    page: Page,
    fields: Fields,
    account_domain: String,
    /// A password was accepted before; it isn't shown again and must be typed to be changed.
    password_kept: bool,
}

fn details_page(app: &App, page: Page, fields: Fields, current: &Current, status: StatusCode) -> Response {
    let account_domain = format!(".{}", app.config.accounts.account_domain);
    let password_kept = current.draft.details.is_some();
    render(&DetailsPage { page, fields, account_domain, password_kept }, status)
}

fn typed(fields: &Fields) -> DetailsInput<'_> {
    DetailsInput {
        username: fields.value("username"),
        prefix: fields.value("prefix"),
        display_name: fields.value("display_name"),
        password: fields.value("password"),
        password_again: fields.value("password_again"),
    }
}

pub async fn show(State(app): State<App>, page: Page, current: Current) -> Result<Response, Error> {
    if let Err(redirect) = current.at(Step::Details) {
        return Ok(redirect.into_response());
    }
    let mut scope = app.db.read().await?;
    let (username, prefix, display_name) =
        ops::suggestions(&mut scope, &current.sign_up, &current.draft, &app.moment()).await?;
    let fields =
        Fields::new().with("username", username).with("prefix", prefix).with("display_name", display_name);
    Ok(details_page(&app, page, fields, &current, StatusCode::OK))
}

pub async fn save(
    State(app): State<App>,
    page: Page,
    client: Client,
    current: Current,
    mut fields: Fields,
) -> Result<Response, Error> {
    app.limits.count(Limit::Sensitive, client.address)?;
    if let Err(redirect) = current.at(Step::Details) {
        return Ok(redirect.into_response());
    }
    let Some(organisation) = &current.draft.organisation else {
        return Ok(Redirect::to("/sign-up").into_response());
    };
    if fields.took_suggestion() {
        return Ok(details_page(&app, page, without_passwords(fields), &current, StatusCode::OK));
    }
    match keep(&app, &current, organisation, &fields).await {
        Ok(()) => Ok(Redirect::to("/sign-up/payment").into_response()),
        Err(error) => {
            fields.refuse_all(error.into_refusals()?);
            let fields = without_passwords(fields);
            Ok(details_page(&app, page, fields, &current, StatusCode::UNPROCESSABLE_ENTITY))
        }
    }
}

// A password never travels back to the page.
fn without_passwords(mut fields: Fields) -> Fields {
    fields.set("password", "");
    fields.set("password_again", "");
    fields
}

async fn keep(
    app: &App,
    current: &Current,
    organisation: &Organisation,
    fields: &Fields,
) -> Result<(), Error> {
    let moment = app.moment();
    let checked = ops::check_details(app, organisation, &typed(fields))?;
    let context = ops::password_context(organisation, &typed(fields));
    let password = NewPassword::make(app, fields.value("password"), &context, &moment).await?;
    let setup = app.outside.payment.create_setup(app, &current.sign_up.id.to_string(), &moment).await?;
    let (sign_up, hash) = (&current.sign_up, &password.hash);
    transaction!(app.db, |scope| ops::save_details(scope, sign_up, &checked, (hash, &setup), &moment).await)
}

/// The live verdict under a field.
pub async fn check(
    State(app): State<App>,
    Path(field): Path<String>,
    page: Page,
    client: Client,
    current: Current,
    mut fields: Fields,
) -> Result<Response, Error> {
    app.limits.count(Limit::Check, client.address)?;
    let Some(organisation) = &current.draft.organisation else { return Err(Error::not_found()) };
    match field.as_str() {
        "username" => {
            let domain = tenants::initial_domain(&app, fields.value("prefix"));
            let verdict = username::check(fields.value("username"), &domain);
            let good = if verdict.answer.valid { page.l.t("sign-up-username-good") } else { String::new() };
            fields.refuse_all(verdict.answer.refusals);
            Ok(render(&Verdict { page, fields, name: "username", good }, StatusCode::OK))
        }
        "prefix" => {
            let mut scope = app.db.read().await?;
            let prefix = fields.value("prefix").to_owned();
            let free =
                ops::prefix_availability(&app, &mut scope, &current.sign_up, &prefix, &app.moment()).await?;
            let good = match free {
                Availability::Free => page.l.t("sign-up-prefix-free"),
                Availability::Refused(refusal) => {
                    fields.refuse(refusal);
                    String::new()
                }
            };
            Ok(render(&Verdict { page, fields, name: "prefix", good }, StatusCode::OK))
        }
        "password" => {
            let context = ops::password_context(organisation, &typed(&fields));
            Ok(credentials::strength_of(&app, page, fields.value("password"), &context))
        }
        _ => Err(Error::not_found()),
    }
}
