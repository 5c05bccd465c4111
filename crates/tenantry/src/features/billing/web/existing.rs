use askama::Template;
use axum::response::Response;
use http::StatusCode;

use crate::access::session::SignedIn;
use crate::web::layout::{Page, render};

#[derive(Template)]
#[template(path = "billing/existing.html")]
struct ExistingPage {
    page: Page,
}

/// What using an existing work account means, for somebody who comes from the entry page.
pub async fn show(signed_in: Option<SignedIn>, page: Page) -> Response {
    let page = match signed_in {
        Some(signed_in) => signed_in.on(page),
        None => page,
    };
    render(&ExistingPage { page }, StatusCode::OK)
}
