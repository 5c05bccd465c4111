use askama::Template;
use axum::Router;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use http::StatusCode;

use crate::app::App;
use crate::error::Error;
use crate::outside::payment::sandbox::{self, Card};
use crate::outside::payment::{CardForm, may_return_to};
use crate::secrets::Secret;
use crate::web::client::Client;
use crate::web::forms::Fields;
use crate::web::layout::{Page, render};
use crate::web::limits::Limit;

pub fn routes() -> Router<App> {
    Router::new().route("/sandbox/setups/{id}", get(show).post(take))
}

#[derive(Template)]
#[template(path = "sandbox/card.html")]
struct CardPage {
    page: Page,
    fields: Fields,
    card_form: CardForm,
}

async fn show(
    State(app): State<App>,
    page: Page,
    Path(id): Path<String>,
    fields: Fields,
) -> Result<Response, Error> {
    let return_path = return_path(&fields)?;
    app.outside.payment.exists(&app, &id).await?;
    let card_form = app.outside.payment.form(&id, &return_path);
    Ok(render(&CardPage { page, fields: Fields::new(), card_form }, StatusCode::OK))
}

async fn take(
    State(app): State<App>,
    client: Client,
    page: Page,
    Path(id): Path<String>,
    mut fields: Fields,
) -> Result<Response, Error> {
    app.limits.count(Limit::Sensitive, client.address)?;
    let return_path = return_path(&fields)?;
    let number = Secret::new(fields.value("card_number"));
    let cvc = Secret::new(fields.value("card_cvc"));
    let card = Card {
        number: &number,
        cvc: &cvc,
        expiry: fields.value("card_expiry"),
        name: fields.value("card_name"),
    };
    match sandbox::take(&app, &id, &card, &app.moment()).await {
        Ok(()) => Ok(Redirect::to(&return_path).into_response()),
        Err(error) => {
            fields.refuse_all(refusals_of_fields(error)?);
            // Shown again they would stand in the page and its caches.
            fields.set("card_number", "");
            fields.set("card_cvc", "");
            let card_form = app.outside.payment.form(&id, &return_path);
            Ok(render(&CardPage { page, fields, card_form }, StatusCode::UNPROCESSABLE_ENTITY))
        }
    }
}

fn return_path(fields: &Fields) -> Result<String, Error> {
    let path = fields.value("return_path");
    if may_return_to(path) { Ok(path.to_owned()) } else { Err(Error::not_found()) }
}

fn refusals_of_fields(error: Error) -> Result<Vec<model::refusal::Refusal>, Error> {
    let refusals = error.into_refusals()?;
    if refusals.iter().all(|refusal| refusal.field.is_some()) {
        Ok(refusals)
    } else {
        Err(Error::Refused(refusals))
    }
}
