//! The third step, for those who have a second factor: a code of the app, or a recovery code.

use askama::Template;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use http::{HeaderMap, StatusCode};
use model::refusal::{Code, Refusal};

use super::{attempt_of, first_step, onward, page_of, start_again, visit, waiting_for};
use crate::app::App;
use crate::error::Error;
use crate::features::credentials::{Factors, SecondFactor};
use crate::features::signin::attempt::Attempt;
use crate::features::signin::ops::{self, Owed, Step};
use crate::transaction;
use crate::web::client::Client;
use crate::web::forms::Fields;
use crate::web::going_on::Waiting;
use crate::web::layout::{Page, render};
use crate::web::limits::Limit;
use crate::web::security::on_the_way_to;
use crate::web::who::Enrolling;

#[derive(Template)]
#[template(path = "signin/code.html")]
pub(super) struct CodePage {
    page: Page,
    pub fields: Fields,
    user_name: String,
    waiting: Option<(Waiting, String)>,
    not_you: String,
    factors: Factors,
    /// A recovery code is asked for, not the code of the app.
    recovery: bool,
    /// There is a code to type at all.
    typed: bool,
}

impl CodePage {
    pub fn new(app: &App, page: Page, attempt: &Attempt, factors: Factors, wish: &str) -> Self {
        let recovery = factors.recovery_codes > 0 && (wish == "recovery" || !factors.authenticator);
        let typed = factors.authenticator || factors.recovery_codes > 0;
        let waiting = waiting_for(app, attempt);
        Self {
            page,
            fields: Fields::new(),
            user_name: attempt.user_name.clone(),
            not_you: first_step(&attempt.next, waiting.as_ref()),
            waiting,
            factors,
            recovery,
            typed,
        }
    }
}

/// The attempt of this browser with the factors it may choose from, or where to go instead.
pub(super) async fn asked(
    app: &App,
    headers: &HeaderMap,
) -> Result<Result<(Attempt, Factors), Response>, Error> {
    let Some(attempt) = attempt_of(app, headers, &app.moment()) else { return Ok(Err(start_again())) };
    Ok(match ops::owed(&mut app.db.read().await?, &attempt).await? {
        Some((_, _, Owed::SecondFactor(factors))) => Ok((attempt, factors)),
        Some((_, _, other)) => Err(Redirect::to(page_of(other)).into_response()),
        None => Err(start_again()),
    })
}

pub async fn show(
    State(app): State<App>,
    page: Page,
    headers: HeaderMap,
    wish: Fields,
) -> Result<Response, Error> {
    Ok(match asked(&app, &headers).await? {
        Ok((attempt, factors)) => {
            let view = CodePage::new(&app, page, &attempt, factors, wish.value("with"));
            on_the_way_to(&attempt.next, render(&view, StatusCode::OK))
        }
        Err(elsewhere) => elsewhere,
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
    let (attempt, factors) = match asked(&app, &headers).await? {
        Ok(found) => found,
        Err(elsewhere) => return Ok(elsewhere),
    };
    let mut view = CodePage::new(&app, page, &attempt, factors, typed.value("with"));
    let code = typed.value("code");
    if code.trim().is_empty() {
        view.fields.refuse(Refusal::new(Code::FieldRequired).on("code"));
        return Ok(on_the_way_to(&attempt.next, render(&view, StatusCode::UNPROCESSABLE_ENTITY)));
    }
    let factor =
        if view.recovery { SecondFactor::RecoveryCode(code) } else { SecondFactor::Authenticator(code) };
    let visit = visit(&client, &headers, before);
    let step = transaction!(app.db, |scope| {
        ops::prove_second_factor(&app, scope, &attempt, factor, &visit, &moment).await
    })?;
    match step {
        Some(Step::Refused) => {
            view.fields.refuse(Refusal::new(Code::SecondFactorWrong).on("code"));
            Ok(on_the_way_to(&attempt.next, render(&view, StatusCode::UNPROCESSABLE_ENTITY)))
        }
        Some(step) => onward(&app, &headers, attempt, step, &moment).await,
        None => Ok(start_again()),
    }
}
