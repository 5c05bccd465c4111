//! Permissions that an application defines (Microsoft Graph, permissionScope): programs ask for them on behalf of people.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;
use http::StatusCode;
use model::applications::{ApplicationSettings, PermissionScope};
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
#[template(path = "applications/permission.html")]
struct PermissionPage {
    page: Page,
    fields: Fields,
    form: Form,
    consenters: Vec<(String, String, String)>,
}

impl PermissionPage {
    fn new(page: Page, found: &Found, permission: Option<&PermissionScope>, fields: Fields) -> Self {
        let action = permission.map_or_else(
            || "permissions/new".to_owned(),
            |permission| format!("permissions/{}", permission.id),
        );
        let form = Form {
            id: found.application.id.to_string(),
            name: found.application.display_name.clone(),
            remove: permission.map_or_else(String::new, |_| format!("{action}/remove")),
            title: permission.map_or_else(
                || page.l.t("applications-permission-add"),
                |permission| page.l.a("applications-permission-edit-title", &[("name", name(permission))]),
            ),
            action,
        };
        Self { consenters: consenters(&page.l), form, fields, page }
    }
}

fn list(settings: &mut ApplicationSettings) -> &mut Vec<PermissionScope> {
    &mut settings.api.oauth2_permission_scopes
}

fn name(permission: &PermissionScope) -> &str {
    permission.value.as_deref().unwrap_or_default()
}

fn consenters(l: &Locale) -> Vec<(String, String, String)> {
    let choice = |value: &str, word: &str| (value.to_owned(), l.t(word), String::new());
    vec![
        choice("User", "applications-permission-everybody"),
        choice("Admin", "applications-permission-administrators"),
    ]
}

const TEXTS: [&str; 5] = [
    "value",
    "adminConsentDisplayName",
    "adminConsentDescription",
    "userConsentDisplayName",
    "userConsentDescription",
];

fn filled(permission: &PermissionScope) -> Fields {
    let texts = [
        &permission.value,
        &permission.admin_consent_display_name,
        &permission.admin_consent_description,
        &permission.user_consent_display_name,
        &permission.user_consent_description,
    ];
    let fields = Fields::new().with("type", &permission.r#type);
    let fields = TEXTS
        .into_iter()
        .zip(texts)
        .fold(fields, |fields, (name, text)| fields.with(name, text.clone().unwrap_or_default()));
    if permission.is_enabled { fields.with("isEnabled", "yes") } else { fields }
}

fn read(fields: &Fields, permission: PermissionScope) -> PermissionScope {
    PermissionScope {
        value: text(fields, "value"),
        admin_consent_display_name: text(fields, "adminConsentDisplayName"),
        admin_consent_description: text(fields, "adminConsentDescription"),
        user_consent_display_name: text(fields, "userConsentDisplayName"),
        user_consent_description: text(fields, "userConsentDescription"),
        r#type: fields.value("type").to_owned(),
        is_enabled: fields.has("isEnabled"),
        ..permission
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
    let fields = filled(&PermissionScope::default());
    Ok(render(&PermissionPage::new(page, &found, None, fields), StatusCode::OK))
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
    require(&mut fields, &["value", "type", "adminConsentDisplayName", "adminConsentDescription"]);
    if !fields.is_refused() {
        let new = read(&fields, PermissionScope { id: app.moment().uuid(), ..PermissionScope::default() });
        let written = rewrite(&app, &signed_in, &found, |settings| {
            list(settings).push(new.clone());
            Ok(())
        });
        if let Some(answer) = answered(&found, &mut fields, written.await)? {
            return Ok(answer);
        }
    }
    Ok(render(&PermissionPage::new(page, &found, None, fields), StatusCode::UNPROCESSABLE_ENTITY))
}

fn of(found: &Found, id: &str) -> Result<PermissionScope, Error> {
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
    let permission = of(&found, &which)?;
    let fields = filled(&permission).showing(&filled(&permission));
    Ok(render(&PermissionPage::new(page, &found, Some(&permission), fields), StatusCode::OK))
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
    let permission = of(&found, &which)?;
    require(&mut fields, &["value", "type", "adminConsentDisplayName", "adminConsentDescription"]);
    if !fields.is_refused() {
        let written = rewrite(&app, &signed_in, &found, |settings| {
            let stored =
                list(settings).iter_mut().find(|one| one.id == permission.id).ok_or_else(Error::not_found)?;
            fields.require_unchanged(&filled(stored))?;
            *stored = read(&fields, stored.clone());
            Ok(())
        });
        let written = written.await;
        if let Some(answer) = answered(&found, &mut fields, written)? {
            return Ok(answer);
        }
    }
    Ok(render(
        &PermissionPage::new(page, &found, Some(&permission), fields),
        StatusCode::UNPROCESSABLE_ENTITY,
    ))
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
    let permission = of(&found, &which)?;
    let words = (
        format!("permissions/{}/remove", permission.id),
        page.l.a("applications-permission-remove-title", &[("name", name(&permission))]),
        page.l.t("applications-permission-remove-effect"),
    );
    ask((&app, &signed_in), page, &found, words, |settings| take_away(settings, permission.id)).await
}

pub(super) async fn remove(
    State(app): State<App>,
    signed_in: SignedIn,
    Path((id, which)): Path<(String, String)>,
) -> Result<Response, Error> {
    let found = Found::to_change(&app, &signed_in, &id, false).await?;
    let permission = of(&found, &which)?;
    rewrite(&app, &signed_in, &found, |settings| {
        take_away(settings, permission.id);
        Ok(())
    })
    .await?;
    Ok(done(found.application.id, "updated"))
}
