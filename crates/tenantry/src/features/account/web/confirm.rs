//! The password again, before a change to sign-in methods.

use askama::Template;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use http::{HeaderMap, StatusCode};

use super::mine;
use crate::access::session::SignedIn;
use crate::app::App;
use crate::error::Error;
use crate::features::account::ops;
use crate::features::credentials::{Place, only_of_the_form};
use crate::features::signin::place_of;
use crate::web::client::Client;
use crate::web::forms::Fields;
use crate::web::layout::{Page, render};
use crate::web::limits::Limit;
use crate::web::security::on_the_way_to;
use crate::web::theme::own_path;
use crate::web::who::Enrolling;

#[derive(Template)]
#[template(path = "account/confirm.html")]
struct ConfirmPage {
    page: Page,
    fields: Fields,
    user_name: String,
    next: String,
}

pub(super) fn place(app: &App, headers: &HeaderMap, who: &SignedIn) -> Result<Place, Error> {
    Ok(place_of(app, headers, who.actor.tenant(), ops::own_id(who)?))
}

pub async fn show(Enrolling(who): Enrolling, page: Page, asked: Fields) -> Response {
    let next = own_path(asked.value("next")).to_owned();
    let view =
        ConfirmPage { page: mine(page, &who), fields: Fields::new(), user_name: who.user_name.clone(), next };
    on_the_way_to(&view.next, render(&view, StatusCode::OK))
}

pub async fn send(
    State(app): State<App>,
    Enrolling(who): Enrolling,
    page: Page,
    client: Client,
    headers: HeaderMap,
    typed: Fields,
) -> Result<Response, Error> {
    app.limits.count(Limit::Sensitive, client.address)?;
    let place = place(&app, &headers, &who)?;
    let next = own_path(typed.value("next")).to_owned();
    match ops::confirm(&app, &who, typed.value("password"), "password", place, &app.moment()).await {
        Ok(()) => Ok(Redirect::to(&next).into_response()),
        Err(error) => {
            let mut fields = Fields::new();
            fields.refuse_all(only_of_the_form(error)?);
            let user_name = who.user_name.clone();
            let view = ConfirmPage { page: mine(page, &who), fields, user_name, next };
            Ok(on_the_way_to(&view.next, render(&view, StatusCode::UNPROCESSABLE_ENTITY)))
        }
    }
}
