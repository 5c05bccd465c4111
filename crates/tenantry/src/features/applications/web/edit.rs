//! Changing what an application is.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;
use http::StatusCode;
use model::applications::{Application, ApplicationSettings};

use super::{Found, done, id_of, on};
use crate::access::session::SignedIn;
use crate::app::App;
use crate::error::Error;
use crate::features::applications::ops::application::{ApplicationUpdate, get_application, update};
use crate::features::credentials::only_of_the_form;
use crate::features::objects::Object;
use crate::transaction;
use crate::web::forms::Fields;
use crate::web::layout::{Page, render};

#[derive(Template)]
#[template(path = "applications/edit.html")]
struct EditPage {
    page: Page,
    fields: Fields,
    id: String,
    name: String,
}

/// It runs where no secret can be kept: devices without a browser may ask for it (Graph's name).
const PUBLIC: &str = "isFallbackPublicClient";

/// One entry a line.
pub(super) fn lines(typed: &str) -> Vec<String> {
    typed.lines().map(str::trim).filter(|line| !line.is_empty()).map(str::to_owned).collect()
}

fn filled(application: &Object<Application>) -> Fields {
    let settings = &application.properties.settings;
    let text = |value: &Option<String>| value.clone().unwrap_or_default();
    let ticked = match settings.is_fallback_public_client {
        Some(true) => Fields::new().with(PUBLIC, "yes"),
        _ => Fields::new(),
    };
    ticked
        .with("displayName", &application.display_name)
        .with("description", text(&settings.description))
        .with("homePageUrl", text(&settings.web.home_page_url))
        .with("web.redirectUris", settings.web.redirect_uris.join("\n"))
        .with("spa.redirectUris", settings.spa.redirect_uris.join("\n"))
        .with("publicClient.redirectUris", settings.public_client.redirect_uris.join("\n"))
        .with("identifierUris", settings.identifier_uris.join("\n"))
        .with("notes", text(&settings.notes))
}

fn read(fields: &Fields, current: &ApplicationSettings) -> ApplicationSettings {
    let text = |name: &str| Some(fields.value(name).trim().to_owned()).filter(|value| !value.is_empty());
    let mut settings = current.clone();
    settings.description = text("description");
    settings.notes = text("notes");
    settings.web.home_page_url = text("homePageUrl");
    settings.web.redirect_uris = lines(fields.value("web.redirectUris"));
    settings.spa.redirect_uris = lines(fields.value("spa.redirectUris"));
    settings.public_client.redirect_uris = lines(fields.value("publicClient.redirectUris"));
    settings.identifier_uris = lines(fields.value("identifierUris"));
    settings.is_fallback_public_client = match (fields.has(PUBLIC), current.is_fallback_public_client) {
        (true, _) => Some(true),
        (false, Some(true)) => Some(false),
        (false, unsaid) => unsaid,
    };
    settings
}

pub(super) async fn show(
    State(app): State<App>,
    signed_in: SignedIn,
    page: Page,
    Path(id): Path<String>,
) -> Result<Response, Error> {
    let page = on(&signed_in, page);
    let found = Found::to_change(&app, &signed_in, &id, false).await?;
    let name = found.application.display_name.clone();
    let fields = filled(&found.application).showing_itself();
    Ok(render(&EditPage { fields, id: id_of(&id)?.to_string(), name, page }, StatusCode::OK))
}

pub(super) async fn send(
    State(app): State<App>,
    signed_in: SignedIn,
    page: Page,
    Path(id): Path<String>,
    mut fields: Fields,
) -> Result<Response, Error> {
    let page = on(&signed_in, page);
    let found = Found::to_change(&app, &signed_in, &id, false).await?;
    let (actor, id, moment) = (&signed_in.actor, found.application.id, app.moment());
    let change = ApplicationUpdate {
        display_name: Some(fields.value("displayName").to_owned()),
        settings: Some(read(&fields, &found.application.properties.settings)),
        ..ApplicationUpdate::default()
    };
    let updated = transaction!(app.db, |scope| {
        let mut tenant = scope.tenant(actor.grant()).await?;
        fields.require_unchanged(&filled(&get_application(&mut tenant, actor, id).await?))?;
        update(&mut tenant, actor, id, change.clone(), &moment).await
    });
    match updated {
        Ok(()) => Ok(done(id, "updated")),
        Err(error) => {
            fields.refuse_all(only_of_the_form(error)?);
            let name = found.application.display_name;
            let view = EditPage { page, fields, id: id.to_string(), name };
            Ok(render(&view, StatusCode::UNPROCESSABLE_ENTITY))
        }
    }
}
