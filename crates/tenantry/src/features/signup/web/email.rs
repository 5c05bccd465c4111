//! The entry page, and step 1: the work e-mail.

use askama::Template;
use axum::extract::{Query, State};
use axum::response::Response;
use http::StatusCode;
use model::eligibility::email::{self, Address};
use model::refusal::{Code, Refusal};
use model::sign_up::{Goal, State as Stage};
use serde::Deserialize;

use super::current::{Held, find as find_sign_up, hand};
use super::ops::{self, Asked, Ticket};
use super::path;
use crate::access::session::SignedIn;
use crate::app::App;
use crate::error::Error;
use crate::outside::dns::Deliverable;
use crate::transaction;
use crate::web::client::Client;
use crate::web::forms::{Fields, Verdict};
use crate::web::layout::{Page, render};
use crate::web::limits::{Limit, Network};

#[derive(Template)]
#[template(path = "signup/entry.html")]
struct EntryPage {
    page: Page,
}

#[derive(Template)]
#[template(path = "signup/email.html")]
struct EmailPage {
    page: Page,
    fields: Fields,
    /// Where this browser's unfinished sign-up goes on.
    unfinished: Option<&'static str>,
    expired: bool,
}

#[derive(Template)]
#[template(path = "signup/announce.html")]
struct AnnouncePage {
    page: Page,
    address: String,
}

#[derive(Template)]
#[template(path = "signup/find.html")]
struct FindPage {
    page: Page,
    fields: Fields,
    signed_in: bool,
    /// This browser waits for a code that was sent already.
    waiting: bool,
}

/// The three ways in.
pub async fn entry(page: Page, signed_in: Option<SignedIn>) -> Response {
    match signed_in {
        Some(signed_in) => render(&EntryPage { page: signed_in.on(page) }, StatusCode::OK),
        None => render(&EntryPage { page }, StatusCode::OK),
    }
}

#[derive(Deserialize)]
pub struct Arrival {
    #[serde(default)]
    expired: Option<String>,
    #[serde(default)]
    email: Option<String>,
}

pub async fn show(
    State(app): State<App>,
    page: Page,
    Held(ticket): Held,
    Query(arrival): Query<Arrival>,
) -> Result<Response, Error> {
    let unfinished =
        match find_sign_up(&app, ticket.as_ref()).await?.map(|sign_up| (sign_up.state, sign_up.expires_at)) {
            Some((Stage::Open(draft), expires_at)) if expires_at > app.clock.now() => {
                Some(path(draft.next_step()))
            }
            _ if matches!(ticket, Some(Ticket::Code { .. })) => Some("/sign-up/code"),
            _ => None,
        };
    let fields = Fields::new().with("email", arrival.email.unwrap_or_default());
    Ok(render(&EmailPage { page, fields, unfinished, expired: arrival.expired.is_some() }, StatusCode::OK))
}

/// Says what will be set up, before anything is sent.
pub async fn announce(
    State(app): State<App>,
    page: Page,
    client: Client,
    mut fields: Fields,
) -> Result<Response, Error> {
    app.limits.count(Limit::Sensitive, client.address)?;
    match eligible(&app, fields.value("email")).await {
        Ok(address) if !fields.took_suggestion() => {
            Ok(render(&AnnouncePage { page, address: address.as_entered }, StatusCode::OK))
        }
        Ok(_) => Ok(render(&EmailPage { page, fields, unfinished: None, expired: false }, StatusCode::OK)),
        Err(refusal) => {
            fields.refuse(refusal);
            let refused = EmailPage { page, fields, unfinished: None, expired: false };
            Ok(render(&refused, StatusCode::UNPROCESSABLE_ENTITY))
        }
    }
}

/// Sends the code.
pub async fn start(
    State(app): State<App>,
    page: Page,
    client: Client,
    Held(ticket): Held,
    mut fields: Fields,
) -> Result<Response, Error> {
    let unfinished = matches!(ticket, Some(Ticket::Code { .. })).then_some("/sign-up/code");
    match send(&app, &page, &client, &fields, Goal::Create).await {
        Ok(ticket) => Ok(hand(&app, &ticket, "/sign-up/code")),
        Err(error) => {
            let (status, refusals) = refused(error)?;
            fields.refuse_all(refusals);
            Ok(with_retry(render(&EmailPage { page, fields, unfinished, expired: false }, status), status))
        }
    }
}

/// The page "Does my company have one?".
pub async fn find(page: Page, Held(ticket): Held, signed_in: Option<SignedIn>) -> Response {
    let waiting = matches!(ticket, Some(Ticket::Code { .. }));
    let page = match &signed_in {
        Some(signed_in) => signed_in.on(page),
        None => page,
    };
    render(&FindPage { page, fields: Fields::new(), signed_in: signed_in.is_some(), waiting }, StatusCode::OK)
}

/// Sends the code that proves the mailbox before anything is told.
pub async fn start_find(
    State(app): State<App>,
    page: Page,
    client: Client,
    Held(ticket): Held,
    mut fields: Fields,
) -> Result<Response, Error> {
    let waiting = matches!(ticket, Some(Ticket::Code { .. }));
    if !fields.took_suggestion() {
        match send(&app, &page, &client, &fields, Goal::Find).await {
            Ok(ticket) => return Ok(hand(&app, &ticket, "/sign-up/code")),
            Err(error) => {
                let (status, refusals) = refused(error)?;
                fields.refuse_all(refusals);
                return Ok(with_retry(
                    render(&FindPage { page, fields, signed_in: false, waiting }, status),
                    status,
                ));
            }
        }
    }
    Ok(render(&FindPage { page, fields, signed_in: false, waiting }, StatusCode::OK))
}

/// The live verdict under the field.
pub async fn check(
    State(app): State<App>,
    page: Page,
    client: Client,
    mut fields: Fields,
) -> Result<Response, Error> {
    app.limits.count(Limit::Check, client.address)?;
    let verdict = email::check(&app.email_rules, fields.value("email"));
    let good = if verdict.refusals.is_empty() { page.l.t("sign-up-email-good") } else { String::new() };
    fields.refuse_all(verdict.refusals);
    Ok(render(&Verdict { page, fields, name: "email", good }, StatusCode::OK))
}

async fn send(app: &App, page: &Page, client: &Client, fields: &Fields, goal: Goal) -> Result<Ticket, Error> {
    app.limits.count(Limit::Sensitive, client.address)?;
    let address = eligible(app, fields.value("email")).await?;
    let (moment, network) = (app.moment(), Network::from(client.address).to_string());
    let asked = Asked { goal, address: &address, language: page.l.lang(), network: &network };
    transaction!(app.db, |scope| ops::send_code(app, scope, &asked, &moment).await)
}

/// May this address create a work account, and does its domain receive mail as far as DNS tells?
async fn eligible(app: &App, typed: &str) -> Result<Address, Refusal> {
    let verdict = email::check(&app.email_rules, typed);
    if let Some(refusal) = verdict.refusals.into_iter().next() {
        return Err(refusal);
    }
    let address = verdict.address.ok_or(Refusal::new(Code::FieldRequired).on("email"))?;
    // Names reserved for tests aren't in DNS; whoever allowed them knows.
    let in_dns = !email::is_test_name(&address.domain);
    if in_dns && app.outside.dns.deliverable(&address.domain).await == Deliverable::No {
        return Err(Refusal::new(Code::EmailUndeliverable).on("email").with("domain", address.domain));
    }
    Ok(address)
}

/// Refusals that the form can show, with the status of the first; other failures go on.
fn refused(error: Error) -> Result<(StatusCode, Vec<Refusal>), Error> {
    let refusals = error.into_refusals()?;
    let on_form =
        !refusals.iter().any(|refusal| matches!(refusal.code, Code::TooManyRequests | Code::Overloaded));
    if !on_form {
        return Err(Error::Refused(refusals));
    }
    let status = refusals.first().map_or(422, |refusal| refusal.code.status());
    Ok((StatusCode::from_u16(status).unwrap_or(StatusCode::UNPROCESSABLE_ENTITY), refusals))
}

fn with_retry(mut response: Response, status: StatusCode) -> Response {
    if status == StatusCode::TOO_MANY_REQUESTS {
        response.headers_mut().insert(http::header::RETRY_AFTER, http::HeaderValue::from_static("60"));
    }
    response
}
