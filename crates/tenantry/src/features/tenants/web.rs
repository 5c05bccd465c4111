//! The page of the security defaults.

use askama::Template;
use axum::Router;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use http::StatusCode;
use model::refusal::Code;
use model::roles::Permission;

use super::security::{security_defaults, set_security_defaults};
use crate::access::session::SignedIn;
use crate::app::App;
use crate::error::Error;
use crate::transaction;
use crate::web::forms::Fields;
use crate::web::fresh::stale;
use crate::web::layout::{Page, Section, render};

const PATH: &str = "/roles/security-defaults";

pub fn routes() -> Router<App> {
    Router::new().route("/roles/security-defaults", get(show).post(send))
}

#[derive(Template)]
#[template(path = "roles/security-defaults.html")]
struct DefaultsPage {
    page: Page,
    on: bool,
    may_change: bool,
}

async fn show(
    State(app): State<App>,
    signed_in: SignedIn,
    page: Page,
    asked: Fields,
) -> Result<Response, Error> {
    let mut scope = app.db.read().await?;
    let mut tenant = scope.tenant(signed_in.actor.grant()).await?;
    let on = security_defaults(&mut tenant, &signed_in.actor).await?;
    let mut page = signed_in.on(page).in_section(Section::Roles);
    if asked.has("done") {
        let told = page.l.t(if on { "security-defaults-done-on" } else { "security-defaults-done-off" });
        page = page.with_toast(told);
    }
    let may_change = signed_in.actor.may(Permission::ManageOrganization);
    Ok(render(&DefaultsPage { page, on, may_change }, StatusCode::OK))
}

async fn send(State(app): State<App>, signed_in: SignedIn, typed: Fields) -> Result<Response, Error> {
    let moment = app.moment();
    if let Some(elsewhere) = stale(&signed_in, PATH, &moment) {
        return Ok(elsewhere);
    }
    let on = match typed.value("enabled") {
        "yes" => true,
        "no" => false,
        _ => return Err(Code::InputInvalid.into()),
    };
    transaction!(app.db, |scope| {
        let mut tenant = scope.tenant(signed_in.actor.grant()).await?;
        set_security_defaults(&mut tenant, &signed_in.actor, on, &moment).await
    })?;
    Ok(Redirect::to("/roles/security-defaults?done").into_response())
}
