//! The pages of signing in, and signing out.

mod code;
mod name;
mod new_password;
mod passkey;
mod password;
mod provider;

use axum::Router;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use http::{HeaderMap, StatusCode};

use super::attempt::{self, Attempt};
use super::ops::{self, Done, Owed, Step, Visit};
use super::place;
use crate::access::session::SignedIn;
use crate::app::App;
use crate::error::Error;
use crate::moment::Moment;
use crate::transaction;
use crate::web::client::Client;
use crate::web::forms::Fields;
use crate::web::going_on::Waiting;
use crate::web::links::Query;
use crate::web::who::Enrolling;
use crate::web::{cookies, going_on, sealed, theme};

/// `/sign-in` with its steps, and `/sign-out`.
pub fn routes() -> Router<App> {
    Router::new()
        .route("/sign-in", get(name::show).post(name::send))
        .route(provider::LEAD, get(provider::lead))
        .route("/sign-in/provider/{name}/answer", get(provider::answer))
        .route("/sign-in/passkey", post(passkey::alone))
        .route("/sign-in/passkey/begin", post(passkey::begin))
        .route("/sign-in/password", get(password::show).post(password::send))
        .route("/sign-in/code", get(code::show).post(code::send))
        .route("/sign-in/code/passkey", post(passkey::second))
        .route("/sign-in/code/passkey/begin", post(passkey::begin_second))
        .route("/sign-in/new-password", get(new_password::show).post(new_password::send))
        .route("/sign-in/new-password/check", post(new_password::check))
        .route("/sign-out", post(sign_out))
}

async fn sign_out(State(app): State<App>, who: Option<Enrolling>, asked: Fields) -> Result<Response, Error> {
    let moment = app.moment();
    if let Some(Enrolling(who)) = who {
        transaction!(app.db, |scope| ops::sign_out(scope, &who, &moment).await)?;
    }
    // To another account, where an application waits for one.
    let next = percent_encoding::utf8_percent_encode(asked.value("next"), percent_encoding::NON_ALPHANUMERIC);
    let mut response = match asked.has("next") {
        true => Redirect::to(&format!("/sign-in?next={next}")).into_response(),
        false => Redirect::to("/sign-in?signed-out").into_response(),
    };
    cookies::clear(&app, response.headers_mut(), cookies::SESSION);
    cookies::clear(&app, response.headers_mut(), cookies::SIGN_IN);
    cookies::clear(&app, response.headers_mut(), cookies::SIGN_UP);
    Ok(response)
}

/// Characters of a path that a cookie can carry through a sign-in.
const LONGEST: usize = 2600;

/// A path on this site to go on to: what was asked for, or the overview.
fn next_of(asked: &str) -> String {
    match theme::own_path(asked) {
        "/" => "/overview".to_owned(),
        path if path.len() > LONGEST || path.starts_with("/sign-in") || path.starts_with("/sign-out") => {
            "/overview".to_owned()
        }
        path => path.to_owned(),
    }
}

fn attempt_of(app: &App, headers: &HeaderMap, moment: &Moment) -> Option<Attempt> {
    sealed::get(app, headers, cookies::SIGN_IN, moment)
}

/// The application that waits for the end of an attempt, and the proof that it does.
fn waiting_for(app: &App, attempt: &Attempt) -> Option<(Waiting, String)> {
    let waiting = attempt.application.clone()?;
    let told = going_on::vouch(app, &attempt.next, &waiting);
    Some((waiting, told))
}

/// The first step again, for another account on the same way.
fn first_step(next: &str, waiting: Option<&(Waiting, String)>) -> String {
    let told = waiting.map(|(_, told)| told.as_str()).unwrap_or_default();
    let next = if next == "/overview" { "" } else { next };
    Query::default().with("next", next).with("for", told).on("/sign-in")
}

fn visit(client: &Client, headers: &HeaderMap, before: Option<Enrolling>) -> Visit {
    let before: Option<SignedIn> = before.map(|Enrolling(who)| who);
    Visit { origin: client.origin(), headers: headers.clone(), before }
}

/// To the first step, where an attempt counts no more.
fn start_again() -> Response {
    Redirect::to("/sign-in?expired").into_response()
}

/// The page of what is owed, where it isn't this one.
fn page_of(owed: Owed) -> &'static str {
    match owed {
        Owed::SecondFactor(_) => "/sign-in/code",
        Owed::NewPassword => "/sign-in/new-password",
        Owed::Nothing => "/sign-in",
    }
}

/// Answers a step that was right: the next one, or the session's cookies and the way on.
async fn onward(
    app: &App,
    headers: &HeaderMap,
    attempt: Attempt,
    step: Step,
    moment: &Moment,
) -> Result<Response, Error> {
    match step {
        Step::Refused => Ok(StatusCode::UNPROCESSABLE_ENTITY.into_response()),
        Step::Onward(proven) => {
            let attempt = Attempt { proven: Some(proven), ..attempt };
            let owed = ops::owed(&mut app.db.read().await?, &attempt).await?;
            let Some((_, _, owed)) = owed else { return Ok(start_again()) };
            let mut response = Redirect::to(page_of(owed)).into_response();
            sealed::put(app, response.headers_mut(), cookies::SIGN_IN, attempt, attempt::LASTS, moment)?;
            Ok(response)
        }
        Step::Done(done) => Ok(welcome(app, headers, &attempt.next, &done, moment)),
    }
}

fn welcome(app: &App, asked: &HeaderMap, next: &str, done: &Done, moment: &Moment) -> Response {
    let mut response = Redirect::to(next).into_response();
    let headers = response.headers_mut();
    let seconds = done.expires_at.duration_since(moment.now).as_secs();
    cookies::set(app, headers, cookies::SESSION, done.cookie.expose(), done.remembered.then_some(seconds));
    cookies::clear(app, headers, cookies::SIGN_IN);
    cookies::clear(app, headers, cookies::PASSKEY);
    place::mark(app, asked, headers, done.person, moment);
    response
}

#[cfg(test)]
mod tests {
    use super::next_of;

    #[test]
    fn the_way_on_stays_on_this_site() {
        assert_eq!(next_of("/people?page=2"), "/people?page=2");
        for away in [
            "",
            "/",
            "//evil.example",
            "https://evil.example",
            "/\\evil.example",
            "\\\\evil",
            "javascript:alert(1)",
        ] {
            assert_eq!(next_of(away), "/overview", "{away:?}");
        }
        for odd in ["/\tevil.example", "/a\r\nSet-Cookie: b", "/ä", "/sign-in", "/sign-out"] {
            assert_eq!(next_of(odd), "/overview", "{odd:?}");
        }
        assert_eq!(next_of(&format!("/{}", "a".repeat(3000))), "/overview");
    }
}
