//! The step that is owed after an administrator set a temporary password.

use askama::Template;
use axum::extract::State;
use axum::response::Response;
use http::{HeaderMap, StatusCode};

use super::{attempt_of, onward, start_again, visit};
use crate::app::App;
use crate::error::Error;
use crate::features::credentials;
use crate::features::signin::ops;
use crate::web::client::Client;
use crate::web::forms::Fields;
use crate::web::layout::{Page, render};
use crate::web::limits::Limit;
use crate::web::security::on_the_way_to;
use crate::web::who::Enrolling;

#[derive(Template)]
#[template(path = "signin/new-password.html")]
struct NewPasswordPage {
    page: Page,
    fields: Fields,
    user_name: String,
}

pub async fn show(State(app): State<App>, page: Page, headers: HeaderMap) -> Result<Response, Error> {
    let Some(attempt) = attempt_of(&app, &headers, &app.moment()) else { return Ok(start_again()) };
    Ok(match ops::names(&app, &attempt).await? {
        Some(_) => {
            let view = NewPasswordPage { page, fields: Fields::new(), user_name: attempt.user_name };
            on_the_way_to(&attempt.next, render(&view, StatusCode::OK))
        }
        None => start_again(),
    })
}

/// The live check while somebody types.
pub async fn check(
    State(app): State<App>,
    page: Page,
    client: Client,
    headers: HeaderMap,
    typed: Fields,
) -> Result<Response, Error> {
    app.limits.count(Limit::Check, client.address)?;
    let Some(attempt) = attempt_of(&app, &headers, &app.moment()) else { return Ok(start_again()) };
    let Some(names) = ops::names(&app, &attempt).await? else { return Ok(start_again()) };
    Ok(credentials::strength_of(&app, page, typed.value("password"), &names))
}

pub async fn send(
    State(app): State<App>,
    page: Page,
    client: Client,
    before: Option<Enrolling>,
    headers: HeaderMap,
    typed: Fields,
) -> Result<Response, Error> {
    app.limits.count(Limit::Sensitive, client.address)?;
    let moment = app.moment();
    let Some(attempt) = attempt_of(&app, &headers, &moment) else { return Ok(start_again()) };
    let visit = visit(&client, &headers, before);
    match ops::replace_password(&app, &attempt, typed.value("password"), &visit, &moment).await {
        Ok(Some(step)) => onward(&app, &headers, attempt, step, &moment).await,
        Ok(None) => Ok(start_again()),
        Err(error) => {
            let mut fields = Fields::new();
            fields.refuse_all(credentials::only_of_the_form(error)?);
            let view = NewPasswordPage { page, fields, user_name: attempt.user_name };
            Ok(on_the_way_to(&attempt.next, render(&view, StatusCode::UNPROCESSABLE_ENTITY)))
        }
    }
}
