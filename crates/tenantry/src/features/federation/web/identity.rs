//! Who a person is at the provider.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::{IntoResponse as _, Redirect, Response};
use http::StatusCode;
use model::ids::UserId;

use crate::access::session::SignedIn;
use crate::app::App;
use crate::error::Error;
use crate::features::federation::ops::who::{Identity, forget as forget_identity, identity_of};
use crate::transaction;
use crate::web::fresh::stale;
use crate::web::layout::{Page, Section, render};

#[derive(Template)]
#[template(path = "federation/identity.html")]
struct IdentityPage {
    page: Page,
    user: String,
    display_name: String,
    identity: Option<Identity>,
}

fn id_of(text: &str) -> Result<UserId, Error> {
    text.parse().map_err(|_| Error::not_found())
}

pub async fn show(
    State(app): State<App>,
    signed_in: SignedIn,
    page: Page,
    Path(id): Path<String>,
) -> Result<Response, Error> {
    let (user, actor) = (id_of(&id)?, &signed_in.actor);
    let mut scope = app.db.read().await?;
    let mut tenant = scope.tenant(actor.grant()).await?;
    let (display_name, identity) = identity_of(&mut tenant, actor, user).await?;
    let page = signed_in.on(page).in_section(Section::People);
    Ok(render(&IdentityPage { page, user: user.to_string(), display_name, identity }, StatusCode::OK))
}

pub async fn forget(
    State(app): State<App>,
    signed_in: SignedIn,
    Path(id): Path<String>,
) -> Result<Response, Error> {
    let (user, actor, moment) = (id_of(&id)?, &signed_in.actor, app.moment());
    if let Some(elsewhere) = stale(&signed_in, &format!("/people/{user}/identity"), &moment) {
        return Ok(elsewhere);
    }
    transaction!(app.db, |scope| {
        let mut tenant = scope.tenant(actor.grant()).await?;
        forget_identity(&mut tenant, actor, user, &moment).await
    })?;
    Ok(Redirect::to(&format!("/people/{user}/identity")).into_response())
}
