//! Roles that an application defines (Microsoft Graph, appRole): its tokens name those that somebody is assigned.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;
use http::StatusCode;
use model::applications::{AppRole, ApplicationSettings};
use uuid::Uuid;

use super::offered::{Form, answered, ask, known, require, rewrite, text};
use super::{Found, done, on};
use crate::access::session::SignedIn;
use crate::app::App;
use crate::error::Error;
use crate::web::forms::Fields;
use crate::web::layout::{Page, render};
use crate::web::locale::Locale;

#[derive(Template)]
#[template(path = "applications/role.html")]
struct AppRolePage {
    page: Page,
    fields: Fields,
    form: Form,
    members: Vec<(String, String, String)>,
}

impl AppRolePage {
    fn new(page: Page, found: &Found, role: Option<&AppRole>, fields: Fields) -> Self {
        let action = role.map_or_else(|| "roles/new".to_owned(), |role| format!("roles/{}", role.id));
        let form = Form {
            id: found.application.id.to_string(),
            name: found.application.display_name.clone(),
            remove: role.map_or_else(String::new, |_| format!("{action}/remove")),
            title: role.map_or_else(
                || page.l.t("applications-role-add"),
                |role| page.l.a("applications-role-edit-title", &[("name", name(role))]),
            ),
            action,
        };
        Self { members: members(&page.l), form, fields, page }
    }
}

fn list(settings: &mut ApplicationSettings) -> &mut Vec<AppRole> {
    &mut settings.app_roles
}

fn name(role: &AppRole) -> &str {
    role.display_name.as_deref().unwrap_or_default()
}

fn members(l: &Locale) -> Vec<(String, String, String)> {
    let choice = |value: &str, word: &str| (value.to_owned(), l.t(word), String::new());
    vec![
        choice("User", "applications-role-people"),
        choice("Application", "applications-role-programs"),
        choice("User,Application", "applications-role-both"),
    ]
}

fn filled(role: &AppRole) -> Fields {
    let text = |value: &Option<String>| value.clone().unwrap_or_default();
    // In one order, whatever order they stand in.
    let kinds = ["User", "Application"]
        .into_iter()
        .filter(|kind| role.allowed_member_types.iter().any(|own| own == kind));
    let fields = Fields::new()
        .with("displayName", text(&role.display_name))
        .with("value", text(&role.value))
        .with("description", text(&role.description))
        .with("allowedMemberTypes", kinds.collect::<Vec<_>>().join(","));
    if role.is_enabled { fields.with("isEnabled", "yes") } else { fields }
}

fn read(fields: &Fields, role: AppRole) -> AppRole {
    AppRole {
        display_name: text(fields, "displayName"),
        value: text(fields, "value"),
        description: text(fields, "description"),
        allowed_member_types: fields.value("allowedMemberTypes").split(',').map(str::to_owned).collect(),
        is_enabled: fields.has("isEnabled"),
        ..role
    }
}

pub(super) async fn show_new(
    State(app): State<App>,
    signed_in: SignedIn,
    page: Page,
    Path(id): Path<String>,
) -> Result<Response, Error> {
    let page = on(&signed_in, page);
    let found = Found::to_change(&app, &signed_in, &id, false).await?;
    let fields = filled(&AppRole::default());
    Ok(render(&AppRolePage::new(page, &found, None, fields), StatusCode::OK))
}

pub(super) async fn add(
    State(app): State<App>,
    signed_in: SignedIn,
    page: Page,
    Path(id): Path<String>,
    mut fields: Fields,
) -> Result<Response, Error> {
    let page = on(&signed_in, page);
    let found = Found::to_change(&app, &signed_in, &id, false).await?;
    require(&mut fields, &["displayName", "value", "allowedMemberTypes"]);
    if !fields.is_refused() {
        let new = read(&fields, AppRole { id: app.moment().uuid(), ..AppRole::default() });
        let written = rewrite(&app, &signed_in, &found, |settings| {
            list(settings).push(new.clone());
            Ok(())
        });
        if let Some(answer) = answered(&found, &mut fields, written.await)? {
            return Ok(answer);
        }
    }
    Ok(render(&AppRolePage::new(page, &found, None, fields), StatusCode::UNPROCESSABLE_ENTITY))
}

fn of(found: &Found, id: &str) -> Result<AppRole, Error> {
    let id = known(id)?;
    let mut settings = found.application.properties.settings.clone();
    list(&mut settings).iter().find(|one| one.id == id).cloned().ok_or_else(Error::not_found)
}

pub(super) async fn show(
    State(app): State<App>,
    signed_in: SignedIn,
    page: Page,
    Path((id, which)): Path<(String, String)>,
) -> Result<Response, Error> {
    let page = on(&signed_in, page);
    let found = Found::to_change(&app, &signed_in, &id, false).await?;
    let role = of(&found, &which)?;
    let fields = filled(&role).showing(&filled(&role));
    Ok(render(&AppRolePage::new(page, &found, Some(&role), fields), StatusCode::OK))
}

pub(super) async fn send(
    State(app): State<App>,
    signed_in: SignedIn,
    page: Page,
    Path((id, which)): Path<(String, String)>,
    mut fields: Fields,
) -> Result<Response, Error> {
    let page = on(&signed_in, page);
    let found = Found::to_change(&app, &signed_in, &id, false).await?;
    let role = of(&found, &which)?;
    require(&mut fields, &["displayName", "value", "allowedMemberTypes"]);
    if !fields.is_refused() {
        let written = rewrite(&app, &signed_in, &found, |settings| {
            let stored =
                list(settings).iter_mut().find(|one| one.id == role.id).ok_or_else(Error::not_found)?;
            fields.require_unchanged(&filled(stored))?;
            *stored = read(&fields, stored.clone());
            Ok(())
        });
        let written = written.await;
        if let Some(answer) = answered(&found, &mut fields, written)? {
            return Ok(answer);
        }
    }
    Ok(render(&AppRolePage::new(page, &found, Some(&role), fields), StatusCode::UNPROCESSABLE_ENTITY))
}

fn take_away(settings: &mut ApplicationSettings, id: Uuid) {
    list(settings).retain(|one| one.id != id);
}

pub(super) async fn show_remove(
    State(app): State<App>,
    signed_in: SignedIn,
    page: Page,
    Path((id, which)): Path<(String, String)>,
) -> Result<Response, Error> {
    let page = on(&signed_in, page);
    let found = Found::to_change(&app, &signed_in, &id, false).await?;
    let role = of(&found, &which)?;
    let words = (
        format!("roles/{}/remove", role.id),
        page.l.a("applications-role-remove-title", &[("name", name(&role))]),
        page.l.t("applications-role-remove-effect"),
    );
    ask((&app, &signed_in), page, &found, words, |settings| take_away(settings, role.id)).await
}

pub(super) async fn remove(
    State(app): State<App>,
    signed_in: SignedIn,
    Path((id, which)): Path<(String, String)>,
) -> Result<Response, Error> {
    let found = Found::to_change(&app, &signed_in, &id, false).await?;
    let role = of(&found, &which)?;
    rewrite(&app, &signed_in, &found, |settings| {
        take_away(settings, role.id);
        Ok(())
    })
    .await?;
    Ok(done(found.application.id, "updated"))
}
