//! Deleting and restoring.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use http::StatusCode;
use model::directory::DAYS_KEPT;
use model::objects::Relation;
use model::roles::Permission;

use super::{done, id_of};
use crate::access::session::SignedIn;
use crate::app::App;
use crate::error::Error;
use crate::features::groups::{self, get_group, require_to_change};
use crate::features::objects;
use crate::web::foreseen::foreseen;
use crate::web::layout::{Page, Section, render};
use crate::web::locale::Told;
use crate::{rehearse, transaction};

#[derive(Template)]
#[template(path = "groups/delete.html")]
struct DeletePage {
    page: Page,
    id: String,
    name: String,
    effects: Vec<String>,
    /// Why it would be refused.
    refused: Vec<Told>,
}

pub(super) async fn show_delete(
    State(app): State<App>,
    signed_in: SignedIn,
    page: Page,
    Path(id): Path<String>,
) -> Result<Response, Error> {
    let page = signed_in.on(page).in_section(Section::Groups);
    let actor = &signed_in.actor;
    let mut scope = app.db.read().await?;
    let mut tenant = scope.tenant(actor.grant()).await?;
    let group = get_group(&mut tenant, actor, id_of(&id)?).await?;
    require_to_change(&mut tenant, actor, &group).await?;
    let members = objects::count_linked(&mut tenant, group.id, Relation::Member, None).await?;
    drop(scope);
    let moment = app.moment();
    let rehearsed = rehearse!(app.db, |scope| {
        let mut tenant = scope.tenant(actor.grant()).await?;
        groups::delete(&mut tenant, actor, group.id, &moment).await
    });
    let view = DeletePage {
        refused: foreseen(&page.l, rehearsed)?,
        effects: vec![
            page.l.a("groups-delete-effect-members", &[("count", members)]),
            page.l.a("groups-delete-effect-days", &[("days", DAYS_KEPT)]),
        ],
        id: group.id.to_string(),
        name: group.display_name,
        page,
    };
    Ok(render(&view, StatusCode::OK))
}

pub(super) async fn delete(
    State(app): State<App>,
    signed_in: SignedIn,
    Path(id): Path<String>,
) -> Result<Response, Error> {
    let (actor, group, moment) = (&signed_in.actor, id_of(&id)?, app.moment());
    transaction!(app.db, |scope| {
        let mut tenant = scope.tenant(actor.grant()).await?;
        groups::delete(&mut tenant, actor, group, &moment).await
    })?;
    let list = if actor.may(Permission::ReadDirectory) { "/groups" } else { "/my-groups" };
    Ok(Redirect::to(&format!("{list}?done=deleted")).into_response())
}

pub(super) async fn restore(
    State(app): State<App>,
    signed_in: SignedIn,
    Path(id): Path<String>,
) -> Result<Response, Error> {
    let (actor, group, moment) = (&signed_in.actor, id_of(&id)?, app.moment());
    transaction!(app.db, |scope| {
        let mut tenant = scope.tenant(actor.grant()).await?;
        groups::restore(&app, &mut tenant, actor, group, &moment).await
    })?;
    Ok(done(group, "restored"))
}
