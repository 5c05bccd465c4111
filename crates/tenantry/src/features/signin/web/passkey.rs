//! Passkeys at the sign-in: instead of name and password, or after the password.

use axum::extract::State;
use axum::response::Response;
use http::{HeaderMap, StatusCode};
use model::refusal::{Code, Refusal};

use super::code::{self, CodePage};
use super::name::{NamePage, waiting};
use super::{next_of, onward, start_again, visit, welcome};
use crate::app::App;
use crate::error::Error;
use crate::features::credentials::SecondFactor;
use crate::features::credentials::passkeys::{Purpose, answered, begin_sign_in, begin_with};
use crate::features::signin::ops::{self, Owed, Step};
use crate::transaction;
use crate::web::client::Client;
use crate::web::forms::Fields;
use crate::web::layout::{Page, render};
use crate::web::limits::Limit;
use crate::web::security::on_the_way_to;
use crate::web::who::Enrolling;

pub async fn begin(State(app): State<App>, client: Client) -> Result<Response, Error> {
    app.limits.count(Limit::Check, client.address)?;
    begin_sign_in(&app, &app.moment())
}

pub async fn alone(
    State(app): State<App>,
    page: Page,
    client: Client,
    before: Option<Enrolling>,
    headers: HeaderMap,
    typed: Fields,
) -> Result<Response, Error> {
    app.limits.count(Limit::Sensitive, client.address)?;
    let (moment, next) = (app.moment(), next_of(typed.value("next")));
    let visit = visit(&client, &headers, before);
    let step = match answered(&app, &headers, &typed, Purpose::SignIn, &moment) {
        None => Step::Refused,
        Some(answer) => {
            transaction!(app.db, |scope| ops::prove_passkey(&app, scope, &answer, &visit, &moment).await)?
        }
    };
    if let Step::Done(done) = step {
        return Ok(welcome(&app, &headers, &next, &done, &moment));
    }
    let mut fields = Fields::new();
    fields.refuse(Refusal::new(Code::PasskeyFailed));
    let waiting = waiting(&app, &next, &typed);
    let view = NamePage { page, fields, next, waiting };
    Ok(on_the_way_to(&view.next, render(&view, StatusCode::UNPROCESSABLE_ENTITY)))
}

pub async fn begin_second(
    State(app): State<App>,
    client: Client,
    headers: HeaderMap,
) -> Result<Response, Error> {
    app.limits.count(Limit::Check, client.address)?;
    let moment = app.moment();
    let Some(attempt) = super::attempt_of(&app, &headers, &moment) else {
        return Err(Code::SignInExpired.into());
    };
    let mut scope = app.db.read().await?;
    let found = ops::owed(&mut scope, &attempt).await?;
    let Some((account, proven, Owed::SecondFactor(_))) = found else {
        return Err(Code::SignInExpired.into());
    };
    let mut inside = scope.tenant(account.grant()).await?;
    let purpose = Purpose::SecondFactor(proven.tenant, proven.user);
    begin_with(&app, &mut inside, proven.user, purpose, &moment).await
}

pub async fn second(
    State(app): State<App>,
    page: Page,
    client: Client,
    before: Option<Enrolling>,
    headers: HeaderMap,
    typed: Fields,
) -> Result<Response, Error> {
    app.limits.count(Limit::Sensitive, client.address)?;
    let moment = app.moment();
    let (attempt, factors) = match code::asked(&app, &headers).await? {
        Ok(found) => found,
        Err(elsewhere) => return Ok(elsewhere),
    };
    let Some(proven) = attempt.proven.clone() else { return Ok(start_again()) };
    let visit = visit(&client, &headers, before);
    let purpose = Purpose::SecondFactor(proven.tenant, proven.user);
    let step = match answered(&app, &headers, &typed, purpose, &moment) {
        None => Some(Step::Refused),
        Some(answer) => transaction!(app.db, |scope| {
            let shown = SecondFactor::Passkey(&answer);
            ops::prove_second_factor(&app, scope, &attempt, shown, &visit, &moment).await
        })?,
    };
    match step {
        Some(Step::Refused) => {
            let mut view = CodePage::new(&app, page, &attempt, factors, "");
            view.fields.refuse(Refusal::new(Code::PasskeyFailed));
            Ok(on_the_way_to(&attempt.next, render(&view, StatusCode::UNPROCESSABLE_ENTITY)))
        }
        Some(step) => onward(&app, &headers, attempt, step, &moment).await,
        None => Ok(start_again()),
    }
}
