//! The check endpoints. "No" is an answer here, with status 200; only a request that can't be answered fails.

use axum::body::Bytes;
use axum::extract::State;
use axum::routing::post;
use axum::{Json, Router};
use model::refusal::Code;

use crate::app::App;
use crate::eligibility::{Answer, Judge, Kind, Question};
use crate::error::Error;
use crate::web::client::Client;
use crate::web::layout::Page;
use crate::web::limits::Limit;

const KINDS: [(&str, Kind); 5] = [
    ("/v1.0/check/email", Kind::Email),
    ("/v1.0/check/organization", Kind::Organization),
    ("/v1.0/check/address", Kind::Address),
    ("/v1.0/check/password", Kind::Password),
    ("/v1.0/check/transliterate", Kind::Transliterate),
];

/// The check endpoints.
pub fn routes() -> Router<App> {
    KINDS.into_iter().fold(Router::new(), |router, (path, kind)| {
        let handler = async move |State(app): State<App>, client: Client, page: Page, body: Bytes| {
            answer(&app, kind, &client, &page, &body)
        };
        router.route(path, post(handler))
    })
}

fn answer(app: &App, kind: Kind, client: &Client, page: &Page, body: &[u8]) -> Result<Json<Answer>, Error> {
    app.limits.count(Limit::Check, client.address)?;
    let question = Question::from_json(kind, body).map_err(|_| Error::from(Code::InputInvalid))?;
    let judge = Judge { rules: &app.email_rules, locale: &page.l, product: &app.config.product.name };
    Ok(Json(judge.answer(&question)))
}
