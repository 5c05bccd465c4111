//! The code of the mail, if one was sent.

use askama::Template;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use http::{HeaderMap, StatusCode};
use model::refusal::{Code, Refusal};

use super::{asked_of, page_of, start_again};
use crate::app::App;
use crate::error::Error;
use crate::features::reset::ops::{self, Visit};
use crate::transaction;
use crate::web::client::Client;
use crate::web::forms::Fields;
use crate::web::layout::{Page, render};
use crate::web::limits::Limit;

#[derive(Template)]
#[template(path = "reset/code.html")]
struct CodePage {
    page: Page,
    fields: Fields,
    user_name: String,
}

pub async fn show(State(app): State<App>, page: Page, headers: HeaderMap) -> Response {
    match asked_of(&app, &headers, &app.moment()) {
        Some(asked) => {
            let view = CodePage { page, fields: Fields::new(), user_name: asked.user_name };
            render(&view, StatusCode::OK)
        }
        None => start_again(),
    }
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
    let origin = client.origin();
    let visit = Visit { headers: &headers, origin: &origin };
    let code = typed.value("code");
    let right =
        transaction!(app.db, |scope| ops::prove_code(&app, scope, &asked, code, &visit, &moment).await)?;
    if right {
        let owed = ops::owed(&app, &mut app.db.read().await?, &asked, &moment).await?;
        return Ok(owed.map_or_else(start_again, |(_, owed)| Redirect::to(page_of(owed)).into_response()));
    }
    let mut fields = Fields::new();
    fields.refuse(Refusal::new(Code::ResetCodeWrong).on("code"));
    let view = CodePage { page, fields, user_name: asked.user_name };
    Ok(render(&view, StatusCode::UNPROCESSABLE_ENTITY))
}
