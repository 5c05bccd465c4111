//! Step 3: does the company have a work account already?

use askama::Template;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use http::StatusCode;
use model::refusal::{Code, Refusal};
use model::sign_up::{Goal, State as Stage, Step};

use super::current::{Current, Held, find};
use super::ops::{self, Answer};
use super::path;
use crate::app::App;
use crate::error::Error;
use crate::transaction;
use crate::web::client::Client;
use crate::web::forms::Fields;
use crate::web::layout::{Page, render};
use crate::web::limits::Limit;

#[derive(Template)]
#[template(path = "signup/discovery.html")]
struct DiscoveryPage {
    page: Page,
    fields: Fields,
    answer: Answer,
    email: String,
    domain: String,
}

#[derive(Template)]
#[template(path = "signup/asked.html")]
struct AskedPage {
    page: Page,
    email: String,
}

/// The answer, or on to the next step where there is nothing to decide.
pub async fn show(State(app): State<App>, page: Page, current: Current) -> Result<Response, Error> {
    if current.draft.discovery_settled && current.sign_up.goal == Goal::Create {
        return Ok(Redirect::to(path(current.draft.next_step())).into_response());
    }
    answered(&app, page, current, Fields::new(), StatusCode::OK).await
}

async fn answered(
    app: &App,
    page: Page,
    current: Current,
    fields: Fields,
    status: StatusCode,
) -> Result<Response, Error> {
    let answer = ops::discover(&mut app.db.read().await?, &current.sign_up, &app.moment()).await?;
    let (email, domain) = (current.sign_up.email, current.sign_up.email_domain);
    Ok(render(&DiscoveryPage { page, fields, answer, email, domain }, status))
}

pub async fn choose(
    State(app): State<App>,
    page: Page,
    client: Client,
    current: Current,
    mut fields: Fields,
) -> Result<Response, Error> {
    app.limits.count(Limit::Sensitive, client.address)?;
    let moment = app.moment();
    let sign_up = &current.sign_up;
    let result = match fields.value("way") {
        "separate" => transaction!(app.db, |scope| ops::settle(scope, sign_up, &moment).await)
            .map(|()| path(Step::Organisation)),
        "access" => {
            let asker = (fields.value("name"), fields.value("message"), client.origin());
            transaction!(app.db, |scope| ops::ask_for_access(&app, scope, sign_up, &asker, &moment).await)
                .map(|_| "/sign-up/asked")
        }
        "follow" => {
            let name = fields.value("name");
            transaction!(app.db, |scope| ops::follow_colleague(scope, sign_up, name, &moment).await)
                .map(|()| "/sign-up/asked")
        }
        _ => Err(Refusal::new(Code::FieldRequired).on("way").into()),
    };
    match result {
        Ok(to) => Ok(Redirect::to(to).into_response()),
        Err(error) => {
            fields.refuse_all(error.into_refusals()?);
            answered(&app, page, current, fields, StatusCode::UNPROCESSABLE_ENTITY).await
        }
    }
}

/// What happens after asking for access.
pub async fn asked(State(app): State<App>, page: Page, Held(ticket): Held) -> Result<Response, Error> {
    match find(&app, ticket.as_ref()).await? {
        Some(sign_up) if sign_up.state == Stage::AccessRequested => {
            Ok(render(&AskedPage { page, email: sign_up.email }, StatusCode::OK))
        }
        _ => Ok(Redirect::to("/sign-up").into_response()),
    }
}
