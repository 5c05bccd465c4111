//! Step 6: a card, collected by the payment provider; nothing is charged.

use askama::Template;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use http::StatusCode;
use model::sign_up::Step;

use super::current::Current;
use super::path;
use crate::app::App;
use crate::error::Error;
use crate::outside::payment::{CardForm, PaymentMethod, SetupState, declined};
use crate::web::forms::Fields;
use crate::web::layout::{Page, render};

#[derive(Template)]
#[template(path = "signup/payment.html")]
struct PaymentPage {
    page: Page,
    fields: Fields,
    form: CardForm,
    card: Option<PaymentMethod>,
    optional: bool,
}

pub async fn show(State(app): State<App>, page: Page, current: Current) -> Result<Response, Error> {
    let Some(setup) = current.draft.payment_setup.as_deref().filter(|_| current.at(Step::Payment).is_ok())
    else {
        return Ok(Redirect::to(path(current.draft.next_step())).into_response());
    };
    let mut fields = Fields::new();
    let mut card = None;
    match app.outside.payment.setup(&app, setup, &current.sign_up.id.to_string()).await? {
        SetupState::Succeeded(method) => card = Some(method),
        SetupState::Declined(reason) => fields.refuse(declined(&reason)),
        SetupState::RequiresPaymentMethod => {}
    }
    let form = app.outside.payment.form(setup, path(Step::Payment));
    let status = if fields.is_refused() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    Ok(render(
        &PaymentPage { page, fields, form, card, optional: app.config.sign_up.payment_optional },
        status,
    ))
}
