//! Deleting a role that nobody holds.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::{IntoResponse as _, Redirect, Response};
use http::StatusCode;
use model::roles::Permission;
use uuid::Uuid;

use super::{id_of, on};
use crate::access::session::SignedIn;
use crate::app::App;
use crate::error::Error;
use crate::features::roles::ops::define;
use crate::features::roles::ops::read::{find_role, holder_counts};
use crate::transaction;
use crate::web::fresh::stale;
use crate::web::layout::{Page, render};

#[derive(Template)]
#[template(path = "roles/delete.html")]
struct DeletePage {
    page: Page,
    id: String,
    name: String,
    holders: i64,
}

fn form_of(role: Uuid) -> String {
    format!("/roles/{role}/delete")
}

pub(super) async fn show(
    State(app): State<App>,
    signed_in: SignedIn,
    page: Page,
    Path(id): Path<String>,
) -> Result<Response, Error> {
    let page = on(&signed_in, page);
    let actor = &signed_in.actor;
    actor.require(Permission::ManageRoles)?;
    let id = id_of(&id)?;
    let mut scope = app.db.read().await?;
    let mut tenant = scope.tenant(actor.grant()).await?;
    let role = find_role(&mut tenant, id).await?;
    if role.is_built_in() {
        return Err(Error::not_found());
    }
    if let Some(elsewhere) = stale(&signed_in, &form_of(id), &app.moment()) {
        return Ok(elsewhere);
    }
    let view = DeletePage {
        id: id.to_string(),
        name: role.name.shown(&page.l),
        holders: holder_counts(&mut tenant, actor).await?.of(id),
        page,
    };
    Ok(render(&view, StatusCode::OK))
}

pub(super) async fn send(
    State(app): State<App>,
    signed_in: SignedIn,
    Path(id): Path<String>,
) -> Result<Response, Error> {
    let (actor, id, moment) = (&signed_in.actor, id_of(&id)?, app.moment());
    if let Some(elsewhere) = stale(&signed_in, &form_of(id), &moment) {
        return Ok(elsewhere);
    }
    transaction!(app.db, |scope| {
        let mut tenant = scope.tenant(actor.grant()).await?;
        define::delete(&mut tenant, actor, id, &moment).await
    })?;
    Ok(Redirect::to("/roles?done=deleted").into_response())
}
