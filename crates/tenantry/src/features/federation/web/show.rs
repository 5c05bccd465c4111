//! What there is for a domain name, and what a test brought.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;
use http::StatusCode;
use model::refusal::Refusal;
use model::roles::Role;

use super::{inside, load, name_of, readable};
use crate::access::session::SignedIn;
use crate::app::App;
use crate::error::Error;
use crate::features::federation::Tested;
use crate::features::federation::ops::settings::View;
use crate::features::federation::ops::trip::redirect_uri;
use crate::web::forms::Fields;
use crate::web::layout::{Page, render};
use crate::web::locale::{Locale, Told};

#[derive(Template)]
#[template(path = "federation/show.html")]
struct ShowPage {
    page: Page,
    name: String,
    readable: String,
    redirect_uri: String,
    has_news: bool,
    view: View,
    told: Vec<Told>,
    /// May let it count, and end that.
    may_decide: bool,
}

impl ShowPage {
    fn tested(&self) -> Option<&Tested> {
        self.view.draft.as_ref()?.tested.as_ref()
    }

    fn yes_no(&self, yes: &bool) -> String {
        if *yes { self.page.l.t("federation-yes") } else { self.page.l.t("federation-no") }
    }
}

/// What was just done: a word of this list, nothing that a link could make up.
fn done_text(l: &Locale, word: &str) -> Option<String> {
    match word {
        "saved" => Some(l.t("federation-done-saved")),
        "tested" => Some(l.t("federation-done-tested")),
        "enforced" => Some(l.t("federation-done-enforced")),
        "switched-off" => Some(l.t("federation-done-switched-off")),
        _ => None,
    }
}

pub async fn show(
    State(app): State<App>,
    signed_in: SignedIn,
    page: Page,
    Path(name): Path<String>,
    asked: Fields,
) -> Result<Response, Error> {
    let name = name_of(&name)?;
    let toast = done_text(&page.l, asked.value("done"));
    let page = match toast {
        Some(toast) => page.with_toast(toast),
        None => page,
    };
    with(&app, &signed_in, page, &name, &[]).await
}

/// The page with what is wrong.
pub(super) async fn with(
    app: &App,
    signed_in: &SignedIn,
    page: Page,
    name: &str,
    refusals: &[Refusal],
) -> Result<Response, Error> {
    let view = load(app, signed_in, name).await?;
    let shown = ShowPage {
        readable: readable(name),
        redirect_uri: redirect_uri(app, name),
        told: page.l.refusals(refusals),
        may_decide: signed_in.actor.rights().covers(Role::GlobalAdministrator.permissions()),
        has_news: view.has_news(),
        page: inside(signed_in, page),
        name: name.to_owned(),
        view,
    };
    let status = if refusals.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    Ok(render(&shown, status))
}

/// The end of a test: back to the page with what was found, or what is wrong with it.
///
/// # Errors
/// Not allowed, or the engine fails.
pub async fn tested(
    app: &App,
    signed_in: &SignedIn,
    page: Page,
    name: &str,
    refusals: &[Refusal],
) -> Result<Response, Error> {
    if refusals.is_empty() {
        return Ok(super::done(name, "tested"));
    }
    with(app, signed_in, page, name, refusals).await
}
