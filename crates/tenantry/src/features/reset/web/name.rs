//! Whose password? The answer is the same for every name.

use askama::Template;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use http::StatusCode;
use model::refusal::{Code, Refusal};
use model::reset::RESET_LASTS;

use crate::app::App;
use crate::error::Error;
use crate::features::reset::ops;
use crate::features::signin::typed_name;
use crate::transaction;
use crate::web::client::Client;
use crate::web::forms::Fields;
use crate::web::layout::{Page, render};
use crate::web::limits::Limit;
use crate::web::{cookies, sealed};

#[derive(Template)]
#[template(path = "reset/name.html")]
struct NamePage {
    page: Page,
    fields: Fields,
}

pub async fn show(page: Page, asked: Fields) -> Response {
    let mut fields = Fields::new().with("username", asked.value("username"));
    if asked.has("expired") {
        fields.refuse(Refusal::new(Code::ResetExpired));
    }
    render(&NamePage { page, fields }, StatusCode::OK)
}

pub async fn send(
    State(app): State<App>,
    page: Page,
    client: Client,
    mut fields: Fields,
) -> Result<Response, Error> {
    app.limits.count(Limit::Sensitive, client.address)?;
    let user_name = match typed_name(fields.value("username")) {
        Ok(user_name) => user_name,
        Err(refusal) => {
            fields.refuse(refusal);
            return Ok(render(&NamePage { page, fields }, StatusCode::UNPROCESSABLE_ENTITY));
        }
    };
    let moment = app.moment();
    let asked =
        transaction!(app.db, |scope| ops::ask(scope, user_name.clone(), page.l.lang(), &moment).await)?;
    let mut response = Redirect::to("/reset/code").into_response();
    sealed::put(&app, response.headers_mut(), cookies::RESET, asked, RESET_LASTS, &moment)?;
    Ok(response)
}
