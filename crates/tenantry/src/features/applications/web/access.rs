//! Whether people may use an application, and whether they need an assignment. One without a service principal, which
//! nobody can use, gets one here, or gets back the one that was deleted.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;
use http::StatusCode;
use model::applications::{ServicePrincipal, ServicePrincipalSettings};
use model::refusal::{Code, Refusal};

use super::{Found, done, on};
use crate::access::session::SignedIn;
use crate::app::App;
use crate::error::Error;
use crate::features::applications::ops::delete::restore_service_principal;
use crate::features::applications::ops::principals::{
    ServicePrincipalUpdate, create_service_principal, find_last_service_principal_of,
    update_service_principal,
};
use crate::features::credentials::only_of_the_form;
use crate::features::objects::Object;
use crate::transaction;
use crate::web::forms::Fields;
use crate::web::layout::{Page, render};
use crate::web::locale::Locale;

#[derive(Template)]
#[template(path = "applications/access.html")]
struct AccessPage {
    page: Page,
    fields: Fields,
    id: String,
    name: String,
    enabled: Vec<(String, String, String)>,
    required: Vec<(String, String, String)>,
}

const NAMES: [&str; 2] = ["accountEnabled", "appRoleAssignmentRequired"];

impl AccessPage {
    fn new(page: Page, found: &Found, fields: Fields) -> Self {
        let l = &page.l;
        let choice = |value: &str, title: String, text: String| (value.to_owned(), title, text);
        Self {
            enabled: vec![
                choice("yes", l.t("applications-enabled"), l.t("applications-enabled-text")),
                choice("no", l.t("applications-disabled"), l.t("applications-disabled-text")),
            ],
            required: required(l),
            id: found.application.id.to_string(),
            name: found.application.display_name.clone(),
            fields,
            page,
        }
    }
}

/// What the page shows, and in which state the service principal is that it shows it of.
fn filled(principal: Option<&Object<ServicePrincipal>>) -> Fields {
    let settings = settings_of(principal);
    let state = match principal {
        None => "none",
        Some(found) if found.deleted_at.is_some() => "deleted",
        Some(_) => "there",
    };
    let word = |truth: bool| if truth { "yes" } else { "no" };
    Fields::new()
        .with(NAMES[0], word(settings.account_enabled))
        .with(NAMES[1], word(settings.app_role_assignment_required))
        .with("state", state)
}

/// Of one that isn't there yet, how it would be made.
fn settings_of(principal: Option<&Object<ServicePrincipal>>) -> ServicePrincipalSettings {
    principal.map(|principal| principal.properties.settings.clone()).unwrap_or_default()
}

fn required(l: &Locale) -> Vec<(String, String, String)> {
    vec![
        ("no".into(), l.t("applications-open"), l.t("applications-open-text")),
        ("yes".into(), l.t("applications-required"), l.t("applications-required-text")),
    ]
}

pub(super) async fn show(
    State(app): State<App>,
    signed_in: SignedIn,
    page: Page,
    Path(id): Path<String>,
) -> Result<Response, Error> {
    let page = on(&signed_in, page);
    let found = Found::to_change(&app, &signed_in, &id, false).await?;
    let actor = &signed_in.actor;
    let mut scope = app.db.read().await?;
    let mut tenant = scope.tenant(actor.grant()).await?;
    let principal = find_last_service_principal_of(&mut tenant, found.application.properties.app_id).await?;
    let stored = filled(principal.as_ref());
    Ok(render(&AccessPage::new(page, &found, stored.showing_itself()), StatusCode::OK))
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
    for name in NAMES {
        if !matches!(fields.value(name), "yes" | "no") {
            fields.refuse(Refusal::new(Code::FieldRequired).on(name));
        }
    }
    if fields.is_refused() {
        return Ok(render(&AccessPage::new(page, &found, fields), StatusCode::UNPROCESSABLE_ENTITY));
    }
    let (actor, moment) = (&signed_in.actor, app.moment());
    let app_id = found.application.properties.app_id;
    let changed = transaction!(app.db, |scope| {
        let mut tenant = scope.tenant(actor.grant()).await?;
        let last = find_last_service_principal_of(&mut tenant, app_id).await?;
        fields.require_unchanged(&filled(last.as_ref()))?;
        let mut settings = settings_of(last.as_ref());
        settings.account_enabled = fields.value(NAMES[0]) == "yes";
        settings.app_role_assignment_required = fields.value(NAMES[1]) == "yes";
        let Some(last) = last else {
            return create_service_principal(&mut tenant, actor, app_id, settings, &moment).await.map(drop);
        };
        if last.deleted_at.is_some() {
            restore_service_principal(&mut tenant, actor, last.id, &moment).await?;
        }
        let change = ServicePrincipalUpdate { settings: Some(settings), ..ServicePrincipalUpdate::default() };
        update_service_principal(&mut tenant, actor, last.id, change, &moment).await
    });
    match changed {
        Ok(()) => Ok(done(found.application.id, "access")),
        Err(error) => {
            fields.refuse_all(only_of_the_form(error)?);
            Ok(render(&AccessPage::new(page, &found, fields), StatusCode::UNPROCESSABLE_ENTITY))
        }
    }
}
