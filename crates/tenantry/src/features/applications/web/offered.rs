//! What an application offers to others: roles that people and programs are assigned, permissions that programs ask for.

use axum::response::Response;
use http::StatusCode;
use model::applications::ApplicationSettings;
use model::refusal::{Code, Refusal};
use uuid::Uuid;

use super::ask::Confirm;
use super::{Found, done};
use crate::access::session::SignedIn;
use crate::app::App;
use crate::error::Error;
use crate::features::applications::ops::application::{ApplicationUpdate, get_application, update};
use crate::features::credentials::only_of_the_form;
use crate::web::foreseen::foreseen;
use crate::web::forms::Fields;
use crate::web::layout::{Page, render};
use crate::{rehearse, transaction};

/// What the form of one is for.
pub(super) struct Form {
    pub id: String,
    pub name: String,
    /// Below the application.
    pub action: String,
    pub title: String,
    /// Where it can be removed; empty for a new one.
    pub remove: String,
}

/// Writes settings that are made of those that stand when they are written.
pub(super) async fn rewrite(
    app: &App,
    signed_in: &SignedIn,
    found: &Found,
    change: impl Fn(&mut ApplicationSettings) -> Result<(), Error> + Sync,
) -> Result<(), Error> {
    let (actor, id, moment) = (&signed_in.actor, found.application.id, app.moment());
    transaction!(app.db, |scope| {
        let mut tenant = scope.tenant(actor.grant()).await?;
        let mut settings = get_application(&mut tenant, actor, id).await?.properties.settings;
        change(&mut settings)?;
        let change = ApplicationUpdate { settings: Some(settings), ..ApplicationUpdate::default() };
        update(&mut tenant, actor, id, change, &moment).await
    })
}

/// Back to the application, or the refusals of the form, those of a list beside the value that it has there.
pub(super) fn answered(
    found: &Found,
    fields: &mut Fields,
    written: Result<(), Error>,
) -> Result<Option<Response>, Error> {
    let Err(error) = written else { return Ok(Some(done(found.application.id, "updated"))) };
    fields.refuse_all(only_of_the_form(error)?.into_iter().map(|refusal| match refusal.field {
        Some("appRoles" | "oauth2PermissionScopes") => refusal.on("value"),
        _ => refusal,
    }));
    Ok(None)
}

/// Refuses fields that are empty.
pub(super) fn require(fields: &mut Fields, names: &[&'static str]) {
    for name in names {
        if fields.value(name).trim().is_empty() {
            fields.refuse(Refusal::new(Code::FieldRequired).on(name));
        }
    }
}

/// What was typed, or nothing.
pub(super) fn text(fields: &Fields, name: &str) -> Option<String> {
    Some(fields.value(name).trim().to_owned()).filter(|value| !value.is_empty())
}

/// One that there is, by the id of the address.
pub(super) fn known(id: &str) -> Result<Uuid, Error> {
    id.parse().map_err(|_| Error::not_found())
}

/// The question before one is removed, with why it would be refused.
pub(super) async fn ask(
    (app, signed_in): (&App, &SignedIn),
    page: Page,
    found: &Found,
    (action, title, effect): (String, String, String),
    change: impl Fn(&mut ApplicationSettings),
) -> Result<Response, Error> {
    let (actor, id, moment) = (&signed_in.actor, found.application.id, app.moment());
    let rehearsed = rehearse!(app.db, |scope| {
        let mut tenant = scope.tenant(actor.grant()).await?;
        let mut settings = get_application(&mut tenant, actor, id).await?.properties.settings;
        change(&mut settings);
        let change = ApplicationUpdate { settings: Some(settings), ..ApplicationUpdate::default() };
        update(&mut tenant, actor, id, change, &moment).await
    });
    let view = Confirm {
        refused: foreseen(&page.l, rehearsed)?,
        title,
        effects: vec![effect],
        button: page.l.t("applications-remove"),
        danger: true,
        ..Confirm::new(page.clone(), found, action)
    };
    Ok(render(&view, StatusCode::OK))
}
