//! Step 2: the code from the mail.

use askama::Template;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use http::header::RETRY_AFTER;
use http::{HeaderValue, StatusCode};
use model::refusal::Code;
use model::sign_up::code;

use super::current::{Held, find, hand};
use super::ops::{self, Proof, Ticket, Waiting};
use crate::app::App;
use crate::error::Error;
use crate::transaction;
use crate::web::client::Client;
use crate::web::forms::Fields;
use crate::web::layout::{Page, render};
use crate::web::limits::{Limit, Network};

#[derive(Template)]
#[template(path = "signup/code.html")]
struct CodePage {
    page: Page,
    fields: Fields,
    waiting: Waiting,
    minutes: i64,
    /// Mail stays in the local mailbox page.
    local_mail: bool,
}

impl CodePage {
    fn new(app: &App, page: Page, fields: Fields, waiting: Waiting) -> Self {
        let local_mail = app.config.mail.transport == "local";
        Self { page, fields, waiting, minutes: code::VALID_SECONDS / 60, local_mail }
    }
}

pub async fn show(State(app): State<App>, page: Page, Held(ticket): Held) -> Result<Response, Error> {
    let Some(ticket) = ticket else { return Ok(Redirect::to("/sign-up").into_response()) };
    if find(&app, Some(&ticket)).await?.is_some() {
        return Ok(Redirect::to("/sign-up/discovery").into_response());
    }
    match ops::code_of(&app, &mut app.db.read().await?, &ticket).await? {
        Some(waiting) => Ok(render(&CodePage::new(&app, page, Fields::new(), waiting), StatusCode::OK)),
        None => Ok(Redirect::to("/sign-up").into_response()),
    }
}

pub async fn prove(
    State(app): State<App>,
    page: Page,
    client: Client,
    Held(ticket): Held,
    fields: Fields,
) -> Result<Response, Error> {
    app.limits.count(Limit::Sensitive, client.address)?;
    let Some(ticket) = ticket else { return Ok(Redirect::to("/sign-up").into_response()) };
    // Sent twice: the first one proved it.
    if find(&app, Some(&ticket)).await?.is_some() {
        return Ok(Redirect::to("/sign-up/discovery").into_response());
    }
    let moment = app.moment();
    let typed = fields.value("code");
    match transaction!(app.db, |scope| ops::prove(&app, scope, &ticket, typed, &moment).await)? {
        Proof::Proven(ticket) => Ok(hand(&app, &ticket, "/sign-up/discovery")),
        Proof::Refused(refusal) => again(&app, page, &ticket, Error::from(refusal)).await,
    }
}

pub async fn resend(
    State(app): State<App>,
    page: Page,
    client: Client,
    Held(ticket): Held,
) -> Result<Response, Error> {
    app.limits.count(Limit::Sensitive, client.address)?;
    let Some(ticket) = ticket else { return Ok(Redirect::to("/sign-up").into_response()) };
    let (moment, network) = (app.moment(), Network::from(client.address).to_string());
    match transaction!(app.db, |scope| ops::resend(&app, scope, &ticket, &network, &moment).await) {
        Ok(ticket) => Ok(hand(&app, &ticket, "/sign-up/code")),
        Err(error) => again(&app, page, &ticket, error).await,
    }
}

/// The page with what was refused; without a code to wait for, from the start.
async fn again(app: &App, page: Page, ticket: &Ticket, error: Error) -> Result<Response, Error> {
    let refusals = error.into_refusals()?;
    let waiting = ops::code_of(app, &mut app.db.read().await?, ticket).await?;
    let (Some(waiting), Some(first)) = (waiting, refusals.first()) else {
        return Ok(Redirect::to("/sign-up").into_response());
    };
    if first.code == Code::SignUpStartAgain {
        return Ok(Redirect::to("/sign-up").into_response());
    }
    let status = StatusCode::from_u16(first.code.status()).unwrap_or(StatusCode::UNPROCESSABLE_ENTITY);
    let seconds =
        first.arguments.iter().find(|(name, _)| *name == "seconds").map(|(_, seconds)| seconds.clone());
    let mut fields = Fields::new();
    fields.refuse_all(refusals);
    let mut response = render(&CodePage::new(app, page, fields, waiting), status);
    if let Some(value) = seconds.and_then(|seconds| HeaderValue::from_str(&seconds).ok()) {
        response.headers_mut().insert(RETRY_AFTER, value);
    }
    Ok(response)
}
