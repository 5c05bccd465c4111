//! The list, or what webhooks are.

use askama::Template;
use axum::extract::State;
use axum::response::Response;
use http::StatusCode;

use super::{allowed, state};
use crate::access::session::SignedIn;
use crate::app::App;
use crate::error::Error;
use crate::features::webhooks::ops::manage;
use crate::web::forms::Fields;
use crate::web::layout::{Page, render};

#[derive(Template)]
#[template(path = "webhooks/list.html")]
struct ListPage {
    page: Page,
    rows: Vec<Row>,
}

struct Row {
    id: String,
    place: String,
    description: String,
    events: String,
    state: (&'static str, String),
}

pub(super) async fn show(
    State(app): State<App>,
    signed_in: SignedIn,
    page: Page,
    fields: Fields,
) -> Result<Response, Error> {
    let mut page = allowed(&signed_in, page)?;
    if fields.value("done") == "deleted" {
        let word = page.l.t("webhooks-done-deleted");
        page = page.with_toast(word);
    }
    let mut scope = app.db.read().await?;
    let mut tenant = scope.tenant(signed_in.actor.grant()).await?;
    let found = manage::list(&mut tenant, &signed_in.actor).await?;
    let rows = found.iter().map(|webhook| Row {
        id: webhook.id.to_string(),
        place: webhook.place(),
        description: webhook.description.clone(),
        events: webhook.events.names().collect::<Vec<_>>().join(", "),
        state: state(&page.l, webhook),
    });
    Ok(render(&ListPage { rows: rows.collect(), page }, StatusCode::OK))
}
