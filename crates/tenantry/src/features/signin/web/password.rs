//! The second step: the password.

use askama::Template;
use axum::extract::State;
use axum::response::{IntoResponse as _, Redirect, Response};
use http::{HeaderMap, StatusCode};
use model::refusal::{Code, Refusal};

use super::{attempt_of, onward, provider, start_again, visit};
use crate::app::App;
use crate::error::Error;
use crate::features::signin::attempt::Attempt;
use crate::features::signin::ops::{self, Step};
use crate::web::client::Client;
use crate::web::forms::Fields;
use crate::web::layout::{Page, render};
use crate::web::limits::Limit;
use crate::web::security::on_the_way_to;
use crate::web::who::Enrolling;

#[derive(Template)]
#[template(path = "signin/password.html")]
struct PasswordPage {
    page: Page,
    fields: Fields,
    user_name: String,
    next: String,
    days: i64,
}

fn view(page: Page, fields: Fields, attempt: Attempt, days: i64) -> PasswordPage {
    PasswordPage { page, fields, user_name: attempt.user_name, next: attempt.next, days }
}

pub async fn show(State(app): State<App>, page: Page, headers: HeaderMap) -> Result<Response, Error> {
    Ok(match attempt_of(&app, &headers, &app.moment()) {
        Some(attempt) if provider::is_elsewhere(&app, &attempt.user_name).await? => {
            Redirect::to(provider::LEAD).into_response()
        }
        Some(attempt) => {
            let days = app.config.sessions.remembered_days;
            let view = view(page, Fields::new(), attempt, days);
            on_the_way_to(&view.next, render(&view, StatusCode::OK))
        }
        None => start_again(),
    })
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
    let mut fields = Fields::new();
    if typed.has("remember") {
        fields.set("remember", "yes");
    }
    if typed.value("password").is_empty() {
        fields.refuse(Refusal::new(Code::FieldRequired).on("password"));
    } else {
        let visit = visit(&client, &headers, before);
        let (name, password) = (&attempt.user_name, typed.value("password"));
        match ops::prove_password(&app, name, password, typed.has("remember"), &visit, &moment).await? {
            Step::Refused => fields.refuse(Refusal::new(Code::SignInFailed).on("password")),
            step => return onward(&app, &headers, attempt, step, &moment).await,
        }
    }
    let days = app.config.sessions.remembered_days;
    let view = view(page, fields, attempt, days);
    Ok(on_the_way_to(&view.next, render(&view, StatusCode::UNPROCESSABLE_ENTITY)))
}
