//! The second factor, for those who have one: a mailbox alone doesn't open an account that a password alone doesn't.

use askama::Template;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use http::{HeaderMap, StatusCode};
use model::refusal::{Code, Refusal};

use super::{asked_of, page_of, start_again};
use crate::app::App;
use crate::error::Error;
use crate::features::credentials::passkeys::{Purpose, answered, begin_with};
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
    /// There is a code to type at all.
    typed: bool,
}

impl FactorPage {
    fn new(page: Page, factors: Factors, wish: &str) -> Self {
        let recovery = factors.recovery_codes > 0 && (wish == "recovery" || !factors.authenticator);
        let typed = factors.authenticator || factors.recovery_codes > 0;
        Self { page, fields: Fields::new(), factors, recovery, typed }
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
    let wrong = Refusal::new(Code::SecondFactorWrong).on("code");
    view.fields.refuse_all(Some(wrong).filter(|_| proven == Some(false)));
    Ok(onward(&view, proven))
}

fn onward(view: &FactorPage, proven: Option<bool>) -> Response {
    match proven {
        Some(true) => Redirect::to(page_of(Owed::NewPassword)).into_response(),
        Some(false) => render(view, StatusCode::UNPROCESSABLE_ENTITY),
        None => start_again(),
    }
}

pub async fn begin_passkey(
    State(app): State<App>,
    client: Client,
    headers: HeaderMap,
) -> Result<Response, Error> {
    app.limits.count(Limit::Check, client.address)?;
    let moment = app.moment();
    let asked = asked_of(&app, &headers, &moment).ok_or_else(|| Error::from(Code::ResetExpired))?;
    let mut scope = app.db.read().await?;
    let found = ops::owed(&app, &mut scope, &asked, &moment).await?;
    let Some((account, Owed::SecondFactor(_))) = found else { return Err(Code::ResetExpired.into()) };
    let mut inside = scope.tenant(account.grant()).await?;
    begin_with(&app, &mut inside, account.person.id, Purpose::Reset(asked.reset), &moment).await
}

pub async fn passkey(
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
    let origin = client.origin();
    let visit = Visit { headers: &headers, origin: &origin };
    let proven = match answered(&app, &headers, &typed, Purpose::Reset(asked.reset), &moment) {
        None => Some(false),
        Some(answer) => transaction!(app.db, |scope| {
            let shown = SecondFactor::Passkey(&answer);
            ops::prove_second_factor(&app, scope, &asked, shown, &visit, &moment).await
        })?,
    };
    let mut view = FactorPage::new(page, factors, "");
    let wrong = Refusal::new(Code::PasskeyFailed);
    view.fields.refuse_all(Some(wrong).filter(|_| proven == Some(false)));
    Ok(onward(&view, proven))
}
