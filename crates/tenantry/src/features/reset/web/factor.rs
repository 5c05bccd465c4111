//! The second factor, for those who have one: a mailbox alone doesn't open an account that a password alone doesn't.

use askama::Template;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use http::{HeaderMap, StatusCode};
use model::refusal::{Code, Refusal};

use super::{asked_of, page_of, start_again};
use crate::app::App;
use crate::error::Error;
use crate::features::credentials::{Factors, SecondFactor};
use crate::features::reset::ops::{self, Asked, Owed, Visit};
use crate::transaction;
use crate::web::client::Client;
use crate::web::forms::Fields;
use crate::web::layout::{Page, render};
use crate::web::limits::Limit;

#[derive(Template)]
#[template(path = "reset/factor.html")]
struct FactorPage {
    page: Page,
    fields: Fields,
    factors: Factors,
    recovery: bool,
}

impl FactorPage {
    fn new(page: Page, factors: Factors, wish: &str) -> Self {
        let recovery = factors.recovery_codes > 0 && (wish == "recovery" || !factors.authenticator);
        Self { page, fields: Fields::new(), factors, recovery }
    }
}

async fn owed_factor(app: &App, headers: &HeaderMap) -> Result<Result<(Asked, Factors), Response>, Error> {
    let moment = app.moment();
    let Some(asked) = asked_of(app, headers, &moment) else { return Ok(Err(start_again())) };
    Ok(match ops::owed(app, &mut app.db.read().await?, &asked, &moment).await? {
        Some((_, Owed::SecondFactor(factors))) => Ok((asked, factors)),
        Some((_, other)) => Err(Redirect::to(page_of(other)).into_response()),
        None => Err(start_again()),
    })
}

pub async fn show(
    State(app): State<App>,
    page: Page,
    headers: HeaderMap,
    wish: Fields,
) -> Result<Response, Error> {
    Ok(match owed_factor(&app, &headers).await? {
        Ok((_, factors)) => render(&FactorPage::new(page, factors, wish.value("with")), StatusCode::OK),
        Err(elsewhere) => elsewhere,
    })
}

pub async fn send(
    State(app): State<App>,
    page: Page,
    client: Client,
    headers: HeaderMap,
    typed: Fields,
) -> Result<Response, Error> {
    app.limits.count(Limit::Sensitive, client.address)?;
    let moment = app.moment();
    let (asked, factors) = match owed_factor(&app, &headers).await? {
        Ok(found) => found,
        Err(elsewhere) => return Ok(elsewhere),
    };
    let mut view = FactorPage::new(page, factors, typed.value("with"));
    let code = typed.value("code");
    let factor =
        if view.recovery { SecondFactor::RecoveryCode(code) } else { SecondFactor::Authenticator(code) };
    let origin = client.origin();
    let visit = Visit { headers: &headers, origin: &origin };
    let proven = transaction!(app.db, |scope| {
        ops::prove_second_factor(&app, scope, &asked, factor, &visit, &moment).await
    })?;
    match proven {
        Some(true) => Ok(Redirect::to(page_of(Owed::NewPassword)).into_response()),
        Some(false) => {
            view.fields.refuse(Refusal::new(Code::SecondFactorWrong).on("code"));
            Ok(render(&view, StatusCode::UNPROCESSABLE_ENTITY))
        }
        None => Ok(start_again()),
    }
}
