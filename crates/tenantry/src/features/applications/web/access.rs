//! Whether people may use an application, and whether they need an assignment.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;
use http::StatusCode;
use model::applications::ServicePrincipal;
use model::refusal::{Code, Refusal};

use super::{Found, done, on};
use crate::access::session::SignedIn;
use crate::app::App;
use crate::error::Error;
use crate::features::applications::ops::principals::{
    ServicePrincipalUpdate, get_service_principal, update_service_principal,
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

fn filled(principal: &Object<ServicePrincipal>) -> Fields {
    let settings = &principal.properties.settings;
    let word = |truth: bool| if truth { "yes" } else { "no" };
    Fields::new()
        .with(NAMES[0], word(settings.account_enabled))
        .with(NAMES[1], word(settings.app_role_assignment_required))
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
    let stored = filled(found.principal.as_ref().ok_or_else(Error::not_found)?);
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
    let principal = found.principal.as_ref().ok_or_else(Error::not_found)?;
    for name in NAMES {
        if !matches!(fields.value(name), "yes" | "no") {
            fields.refuse(Refusal::new(Code::FieldRequired).on(name));
        }
    }
    if fields.is_refused() {
        return Ok(render(&AccessPage::new(page, &found, fields), StatusCode::UNPROCESSABLE_ENTITY));
    }
    let (actor, moment, id) = (&signed_in.actor, app.moment(), principal.id);
    let mut settings = principal.properties.settings.clone();
    settings.account_enabled = fields.value(NAMES[0]) == "yes";
    settings.app_role_assignment_required = fields.value(NAMES[1]) == "yes";
    let change = ServicePrincipalUpdate { settings: Some(settings), ..ServicePrincipalUpdate::default() };
    let changed = transaction!(app.db, |scope| {
        let mut tenant = scope.tenant(actor.grant()).await?;
        fields.require_unchanged(&filled(&get_service_principal(&mut tenant, actor, id).await?))?;
        update_service_principal(&mut tenant, actor, id, change.clone(), &moment).await
    });
    match changed {
        Ok(()) => Ok(done(found.application.id, "access")),
        Err(error) => {
            fields.refuse_all(only_of_the_form(error)?);
            Ok(render(&AccessPage::new(page, &found, fields), StatusCode::UNPROCESSABLE_ENTITY))
        }
    }
}
