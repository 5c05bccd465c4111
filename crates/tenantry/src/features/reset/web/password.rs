//! The new password.

use askama::Template;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use http::{HeaderMap, StatusCode};

use super::{asked_of, start_again};
use crate::app::App;
use crate::error::Error;
use crate::features::credentials::{only_of_the_form, strength_of};
use crate::features::reset::ops;
use crate::web::client::Client;
use crate::web::cookies;
use crate::web::forms::Fields;
use crate::web::layout::{Page, render};
use crate::web::limits::Limit;

#[derive(Template)]
#[template(path = "reset/password.html")]
struct PasswordPage {
    page: Page,
    fields: Fields,
    user_name: String,
}

pub async fn show(State(app): State<App>, page: Page, headers: HeaderMap) -> Result<Response, Error> {
    let moment = app.moment();
    let Some(asked) = asked_of(&app, &headers, &moment) else { return Ok(start_again()) };
    Ok(match ops::names(&app, &asked, &moment).await? {
        Some(_) => {
            let view = PasswordPage { page, fields: Fields::new(), user_name: asked.user_name };
            render(&view, StatusCode::OK)
        }
        None => start_again(),
    })
}

pub async fn check(
    State(app): State<App>,
    page: Page,
    client: Client,
    headers: HeaderMap,
    typed: Fields,
) -> Result<Response, Error> {
    app.limits.count(Limit::Check, client.address)?;
    let moment = app.moment();
    let Some(asked) = asked_of(&app, &headers, &moment) else { return Ok(start_again()) };
    let Some(names) = ops::names(&app, &asked, &moment).await? else { return Ok(start_again()) };
    Ok(strength_of(&app, page, typed.value("password"), &names))
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
    let Some(asked) = asked_of(&app, &headers, &moment) else { return Ok(start_again()) };
    let (new, language) = (typed.value("password"), page.l.lang().to_owned());
    match ops::replace(&app, &asked, new, &language, &client.origin(), &moment).await {
        Ok(true) => {
            let mut response = Redirect::to("/sign-in?password-changed").into_response();
            cookies::clear(&app, response.headers_mut(), cookies::RESET);
            cookies::clear(&app, response.headers_mut(), cookies::SESSION);
            Ok(response)
        }
        Ok(false) => Ok(start_again()),
        Err(error) => {
            let mut fields = Fields::new();
            fields.refuse_all(only_of_the_form(error)?);
            let view = PasswordPage { page, fields, user_name: asked.user_name };
            Ok(render(&view, StatusCode::UNPROCESSABLE_ENTITY))
        }
    }
}
