//! The second step: the password.

use askama::Template;
use axum::extract::State;
use axum::response::{IntoResponse as _, Redirect, Response};
use http::{HeaderMap, StatusCode};
use model::refusal::{Code, Refusal};

use super::{attempt_of, first_step, onward, provider, start_again, visit, waiting_for};
use crate::app::App;
use crate::error::Error;
use crate::features::signin::attempt::Attempt;
use crate::features::signin::ops::{self, Step};
use crate::web::client::Client;
use crate::web::forms::Fields;
use crate::web::going_on::Waiting;
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
    waiting: Option<(Waiting, String)>,
    not_you: String,
    days: i64,
}

impl PasswordPage {
    fn told(&self) -> &str {
        self.waiting.as_ref().map(|(_, told)| told.as_str()).unwrap_or_default()
    }
}

fn view(app: &App, page: Page, fields: Fields, attempt: Attempt) -> PasswordPage {
    let waiting = waiting_for(app, &attempt);
    PasswordPage {
        page,
        fields,
        not_you: first_step(&attempt.next, waiting.as_ref()),
        waiting,
        user_name: attempt.user_name,
        next: attempt.next,
        days: app.config.sessions.remembered_days,
    }
}

pub async fn show(State(app): State<App>, page: Page, headers: HeaderMap) -> Result<Response, Error> {
    Ok(match attempt_of(&app, &headers, &app.moment()) {
        Some(attempt) if provider::is_elsewhere(&app, &attempt.user_name).await? => {
            Redirect::to(provider::LEAD).into_response()
        }
        Some(attempt) => {
            let view = view(&app, page, Fields::new(), attempt);
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
    let view = view(&app, page, fields, attempt);
    Ok(on_the_way_to(&view.next, render(&view, StatusCode::UNPROCESSABLE_ENTITY)))
}
