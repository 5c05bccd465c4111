//! Giving a role to somebody found by a search, and taking it away.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;
use http::StatusCode;
use model::objects::ObjectKind;
use model::refusal::Code;
use model::roles::Permission;
use uuid::Uuid;

use super::{done, id_of, on, told_kind};
use crate::access::session::SignedIn;
use crate::app::App;
use crate::error::Error;
use crate::features::roles::ops::assign::{self, assignment};
use crate::features::roles::ops::read::{candidates, find_role};
use crate::web::foreseen::foreseen;
use crate::web::forms::Fields;
use crate::web::fresh::{Kept, stale, stale_form};
use crate::web::layout::{Page, render};
use crate::web::locale::Told;
use crate::{rehearse, transaction};

/// Of each kind that a search shows.
const SHOWN: usize = 10;
/// As many as the form can have ticked; a longer list wasn't made by the page.
const MOST: usize = 3 * SHOWN;

#[derive(Template)]
#[template(path = "roles/assign.html")]
struct AssignPage {
    page: Page,
    id: String,
    name: String,
    search: String,
    /// Id, name, and what else tells them apart.
    choices: Vec<(String, String, String)>,
    /// Which of them are ticked already.
    fields: Fields,
    refused: Vec<Told>,
}

fn form_of(role: Uuid) -> String {
    format!("/roles/{role}/assign")
}

async fn show_with(
    app: &App,
    signed_in: &SignedIn,
    page: Page,
    (id, fields): (Uuid, &Fields),
    refused: Vec<Told>,
) -> Result<Response, Error> {
    let actor = &signed_in.actor;
    for needed in [Permission::ManageRoles, Permission::ReadDirectory] {
        actor.require(needed)?;
    }
    let search = fields.sought("search");
    let mut scope = app.db.read().await?;
    let mut tenant = scope.tenant(actor.grant()).await?;
    let role = find_role(&mut tenant, id).await?;
    let found = candidates(&mut tenant, actor, id, &search, SHOWN).await?;
    let choices = found.into_iter().map(|holder| {
        let detail = match holder.kind {
            ObjectKind::User => holder.sign_in_name,
            kind => told_kind(&page.l, kind, holder.id).0,
        };
        (holder.id.to_string(), holder.name, detail)
    });
    let status = if refused.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let view = AssignPage {
        id: id.to_string(),
        name: role.name.shown(&page.l),
        choices: choices.collect(),
        fields: fields.clone(),
        search,
        refused,
        page,
    };
    Ok(render(&view, status))
}

pub(super) async fn show(
    State(app): State<App>,
    signed_in: SignedIn,
    page: Page,
    Path(id): Path<String>,
    kept: Kept,
    asked: Fields,
) -> Result<Response, Error> {
    let (page, id) = (on(&signed_in, page), id_of(&id)?);
    if let Some(elsewhere) = stale(&signed_in, &form_of(id), &app.moment()) {
        return Ok(elsewhere);
    }
    let (page, fields) = kept.of(&signed_in, page);
    let fields = fields.unwrap_or(asked);
    Ok(kept.shown(show_with(&app, &signed_in, page, (id, &fields), Vec::new()).await?))
}

fn chosen(fields: &Fields) -> Vec<Uuid> {
    fields.all("id").filter_map(|id| id.parse().ok()).take(MOST).collect()
}

pub(super) async fn send(
    State(app): State<App>,
    signed_in: SignedIn,
    page: Page,
    Path(id): Path<String>,
    fields: Fields,
) -> Result<Response, Error> {
    let (page, id) = (on(&signed_in, page), id_of(&id)?);
    let (actor, moment, chosen) = (&signed_in.actor, app.moment(), chosen(&fields));
    let keeps = (&fields, ["search", "id"].as_slice());
    if let Some(elsewhere) = stale_form(&app, &signed_in, &form_of(id), keeps, &moment) {
        return Ok(elsewhere);
    }
    if chosen.is_empty() {
        let refused = page.l.refusals(&[Code::NothingTicked.into()]);
        return show_with(&app, &signed_in, page, (id, &fields), refused).await;
    }
    let given = transaction!(app.db, |scope| {
        let mut tenant = scope.tenant(actor.grant()).await?;
        for holder in &chosen {
            assign::assign(&mut tenant, actor, *holder, id, &moment).await?;
        }
        Ok(())
    });
    match given {
        Ok(()) => Ok(done(id, "assigned")),
        Err(error) => {
            let refused = page.l.refusals(&error.into_form_refusals()?);
            show_with(&app, &signed_in, page, (id, &fields), refused).await
        }
    }
}

#[derive(Template)]
#[template(path = "roles/remove.html")]
struct RemovePage {
    page: Page,
    id: String,
    role: String,
    holder: String,
    name: String,
    /// The sign-in name of a person.
    detail: String,
    effects: Vec<String>,
    /// Why it would be refused.
    refused: Vec<Told>,
}

fn remove_form(role: Uuid, holder: Uuid) -> String {
    format!("/roles/{role}/remove?id={holder}")
}

pub(super) async fn show_remove(
    State(app): State<App>,
    signed_in: SignedIn,
    page: Page,
    Path(id): Path<String>,
    fields: Fields,
) -> Result<Response, Error> {
    let page = on(&signed_in, page);
    let actor = &signed_in.actor;
    actor.require(Permission::ManageRoles)?;
    let (id, holder) = (id_of(&id)?, chosen(&fields).first().copied().ok_or_else(Error::not_found)?);
    let moment = app.moment();
    if let Some(elsewhere) = stale(&signed_in, &remove_form(id, holder), &moment) {
        return Ok(elsewhere);
    }
    let mut scope = app.db.read().await?;
    let mut tenant = scope.tenant(actor.grant()).await?;
    let role = find_role(&mut tenant, id).await?;
    let found = assignment(&mut tenant, actor, holder, id).await?.ok_or_else(Error::not_found)?;
    drop(scope);
    let rehearsed = rehearse!(app.db, |scope| {
        let mut tenant = scope.tenant(actor.grant()).await?;
        assign::remove(&mut tenant, actor, holder, id, &moment).await
    });
    let mut effects = vec![page.l.t("roles-remove-effect")];
    if found.holder.kind == ObjectKind::Group {
        effects.push(page.l.t("roles-remove-effect-group"));
    }
    let view = RemovePage {
        refused: foreseen(&page.l, rehearsed)?,
        id: id.to_string(),
        role: role.name.shown(&page.l),
        holder: holder.to_string(),
        name: found.holder.name,
        detail: found.holder.sign_in_name,
        effects,
        page,
    };
    Ok(render(&view, StatusCode::OK))
}

pub(super) async fn remove(
    State(app): State<App>,
    signed_in: SignedIn,
    Path(id): Path<String>,
    fields: Fields,
) -> Result<Response, Error> {
    let (actor, id, moment) = (&signed_in.actor, id_of(&id)?, app.moment());
    let holder = chosen(&fields).first().copied().ok_or_else(Error::not_found)?;
    if let Some(elsewhere) = stale(&signed_in, &remove_form(id, holder), &moment) {
        return Ok(elsewhere);
    }
    transaction!(app.db, |scope| {
        let mut tenant = scope.tenant(actor.grant()).await?;
        assign::remove(&mut tenant, actor, holder, id, &moment).await
    })?;
    Ok(done(id, "removed"))
}
