//! Questions before something is taken away, and the answer yes.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::{IntoResponse as _, Redirect, Response};
use http::StatusCode;
use model::applications::Application;
use model::directory::DAYS_KEPT;
use model::objects::Relation;
use uuid::Uuid;

use super::{Found, done, id_of, on, sign_in_name};
use crate::access::session::SignedIn;
use crate::app::App;
use crate::error::Error;
use crate::features::applications::ops::assignments::{self, AssignmentSide};
use crate::features::applications::ops::{delete as deletion, owners, secrets};
use crate::features::applications::store;
use crate::features::objects;
use crate::web::foreseen::foreseen;
use crate::web::forms::Fields;
use crate::web::fresh::stale;
use crate::web::layout::{Page, render};
use crate::web::locale::Told;
use crate::{rehearse, transaction};

#[derive(Template)]
#[template(path = "applications/confirm.html")]
pub(super) struct Confirm {
    pub page: Page,
    pub id: String,
    pub name: String,
    pub title: String,
    /// What tells whom it is about from others of the same name.
    pub detail: String,
    pub effects: Vec<String>,
    pub button: String,
    pub danger: bool,
    /// What the form sends on: what is meant, where there are several.
    pub hidden: Vec<(&'static str, String)>,
    /// Where the form goes, below the application.
    pub action: String,
    /// Why it would be refused.
    pub refused: Vec<Told>,
}

impl Confirm {
    pub(super) fn new(page: Page, found: &Found, action: impl Into<String>) -> Self {
        Self {
            id: found.application.id.to_string(),
            name: found.application.display_name.clone(),
            title: String::new(),
            detail: String::new(),
            effects: Vec::new(),
            button: String::new(),
            danger: false,
            hidden: Vec::new(),
            refused: Vec::new(),
            action: action.into(),
            page,
        }
    }
}

/// The id of what is meant, in the query of a question and in the form of its answer.
pub(super) fn meant(fields: &Fields, name: &str) -> Result<Uuid, Error> {
    fields.value(name).parse().map_err(|_| Error::not_found())
}

pub(super) async fn show_secret(
    State(app): State<App>,
    signed_in: SignedIn,
    page: Page,
    Path(id): Path<String>,
    fields: Fields,
) -> Result<Response, Error> {
    let page = on(&signed_in, page);
    let found = Found::to_change(&app, &signed_in, &id, false).await?;
    let key = meant(&fields, "key")?;
    let secrets = &found.application.properties.password_credentials;
    let secret = secrets.iter().find(|secret| secret.key_id == Some(key)).ok_or_else(Error::not_found)?;
    let shown = secret.display_name.clone().or_else(|| secret.hint.clone()).unwrap_or_default();
    let view = Confirm {
        title: page.l.a("applications-secret-remove-title", &[("secret", shown)]),
        effects: vec![page.l.t("applications-secret-remove-effect")],
        button: page.l.t("applications-remove"),
        danger: true,
        hidden: vec![("key", key.to_string())],
        ..Confirm::new(page.clone(), &found, "secrets/remove")
    };
    Ok(render(&view, StatusCode::OK))
}

pub(super) async fn remove_secret(
    State(app): State<App>,
    signed_in: SignedIn,
    Path(id): Path<String>,
    fields: Fields,
) -> Result<Response, Error> {
    let (id, key, actor, moment) = (id_of(&id)?, meant(&fields, "key")?, &signed_in.actor, app.moment());
    transaction!(app.db, |scope| {
        let mut tenant = scope.tenant(actor.grant()).await?;
        secrets::remove_secret::<Application>(&mut tenant, actor, id, key, &moment).await
    })?;
    Ok(done(id, "secret-removed"))
}

pub(super) async fn show_owner(
    State(app): State<App>,
    signed_in: SignedIn,
    page: Page,
    Path(id): Path<String>,
    fields: Fields,
) -> Result<Response, Error> {
    let page = on(&signed_in, page);
    let found = Found::to_change(&app, &signed_in, &id, false).await?;
    let owner = meant(&fields, "owner")?;
    let mut scope = app.db.read().await?;
    let mut tenant = scope.tenant(signed_in.actor.grant()).await?;
    if !objects::is_linked(&mut tenant, found.application.id, Relation::Owner, owner).await? {
        return Err(Error::not_found());
    }
    let (_, shown) = store::assignments::principal(&mut tenant, owner).await?.ok_or_else(Error::not_found)?;
    let view = Confirm {
        title: page.l.a("applications-owner-remove-title", &[("owner", shown)]),
        detail: sign_in_name(&mut tenant, &signed_in.actor, owner).await?,
        effects: vec![page.l.t("applications-owner-remove-effect")],
        button: page.l.t("applications-remove"),
        hidden: vec![("owner", owner.to_string())],
        ..Confirm::new(page.clone(), &found, "owners/remove")
    };
    Ok(render(&view, StatusCode::OK))
}

pub(super) async fn remove_owner(
    State(app): State<App>,
    signed_in: SignedIn,
    Path(id): Path<String>,
    fields: Fields,
) -> Result<Response, Error> {
    let (id, owner, actor, moment) = (id_of(&id)?, meant(&fields, "owner")?, &signed_in.actor, app.moment());
    transaction!(app.db, |scope| {
        let mut tenant = scope.tenant(actor.grant()).await?;
        owners::remove_owner::<Application>(&mut tenant, actor, id, owner, &moment).await
    })?;
    Ok(done(id, "owners"))
}

pub(super) async fn show_assignment(
    State(app): State<App>,
    signed_in: SignedIn,
    page: Page,
    Path(id): Path<String>,
    fields: Fields,
) -> Result<Response, Error> {
    let page = on(&signed_in, page);
    let found = Found::to_change(&app, &signed_in, &id, false).await?;
    let (actor, assignment) = (&signed_in.actor, meant(&fields, "assignment")?);
    let resource = found.principal.as_ref().ok_or_else(Error::not_found)?.id.0;
    let mut scope = app.db.read().await?;
    let mut tenant = scope.tenant(actor.grant()).await?;
    let side = AssignmentSide::Resource(resource);
    let shown = assignments::assignment(&mut tenant, actor, side, assignment).await?;
    let view = Confirm {
        title: page.l.a("applications-unassign-title", &[("principal", shown.principal_name)]),
        detail: sign_in_name(&mut tenant, actor, shown.principal_id).await?,
        effects: vec![page.l.t("applications-unassign-effect")],
        button: page.l.t("applications-remove"),
        hidden: vec![("assignment", assignment.to_string())],
        ..Confirm::new(page.clone(), &found, "assignments/remove")
    };
    Ok(render(&view, StatusCode::OK))
}

pub(super) async fn remove_assignment(
    State(app): State<App>,
    signed_in: SignedIn,
    Path(id): Path<String>,
    fields: Fields,
) -> Result<Response, Error> {
    let found = Found::to_change(&app, &signed_in, &id, false).await?;
    let (actor, moment) = (&signed_in.actor, app.moment());
    let assignment = meant(&fields, "assignment")?;
    let resource = found.principal.as_ref().ok_or_else(Error::not_found)?.id.0;
    transaction!(app.db, |scope| {
        let mut tenant = scope.tenant(actor.grant()).await?;
        let side = AssignmentSide::Resource(resource);
        assignments::remove_assignment(&mut tenant, actor, side, assignment, &moment).await
    })?;
    Ok(done(found.application.id, "unassigned"))
}

pub(super) async fn show_delete(
    State(app): State<App>,
    signed_in: SignedIn,
    page: Page,
    Path(id): Path<String>,
) -> Result<Response, Error> {
    let page = on(&signed_in, page);
    let found = Found::to_change(&app, &signed_in, &id, false).await?;
    if let Some(elsewhere) = stale(&signed_in, &delete_form(&id)?, &app.moment()) {
        return Ok(elsewhere);
    }
    let (actor, id, moment) = (&signed_in.actor, found.application.id, app.moment());
    let rehearsed = rehearse!(app.db, |scope| {
        let mut tenant = scope.tenant(actor.grant()).await?;
        deletion::delete(&mut tenant, actor, id, &moment).await
    });
    let view = Confirm {
        refused: foreseen(&page.l, rehearsed)?,
        title: page.l.a("applications-delete-title", &[("name", found.application.display_name.as_str())]),
        effects: vec![
            page.l.t("applications-delete-effect-use"),
            page.l.a("applications-delete-effect-days", &[("days", DAYS_KEPT)]),
        ],
        button: page.l.t("applications-delete"),
        danger: true,
        ..Confirm::new(page.clone(), &found, "delete")
    };
    Ok(render(&view, StatusCode::OK))
}

fn delete_form(id: &str) -> Result<String, Error> {
    Ok(format!("/applications/{}/delete", id_of(id)?))
}

pub(super) async fn delete(
    State(app): State<App>,
    signed_in: SignedIn,
    Path(id): Path<String>,
) -> Result<Response, Error> {
    let (actor, moment) = (&signed_in.actor, app.moment());
    if let Some(elsewhere) = stale(&signed_in, &delete_form(&id)?, &moment) {
        return Ok(elsewhere);
    }
    let id = id_of(&id)?;
    transaction!(app.db, |scope| {
        let mut tenant = scope.tenant(actor.grant()).await?;
        deletion::delete(&mut tenant, actor, id, &moment).await
    })?;
    Ok(Redirect::to("/applications?done=deleted").into_response())
}

pub(super) async fn show_restore(
    State(app): State<App>,
    signed_in: SignedIn,
    page: Page,
    Path(id): Path<String>,
) -> Result<Response, Error> {
    let page = on(&signed_in, page);
    let found = Found::to_change(&app, &signed_in, &id, true).await?;
    let (actor, id, moment) = (&signed_in.actor, found.application.id, app.moment());
    let rehearsed = rehearse!(app.db, |scope| {
        let mut tenant = scope.tenant(actor.grant()).await?;
        deletion::restore(&mut tenant, actor, id, &moment).await
    });
    let view = Confirm {
        refused: foreseen(&page.l, rehearsed)?,
        title: page.l.a("applications-restore-title", &[("name", found.application.display_name.as_str())]),
        effects: vec![page.l.t("applications-restore-effect")],
        button: page.l.t("applications-restore"),
        ..Confirm::new(page.clone(), &found, "restore")
    };
    Ok(render(&view, StatusCode::OK))
}

pub(super) async fn restore(
    State(app): State<App>,
    signed_in: SignedIn,
    Path(id): Path<String>,
) -> Result<Response, Error> {
    let (id, actor, moment) = (id_of(&id)?, &signed_in.actor, app.moment());
    transaction!(app.db, |scope| {
        let mut tenant = scope.tenant(actor.grant()).await?;
        deletion::restore(&mut tenant, actor, id, &moment).await
    })?;
    Ok(done(id, "restored"))
}
