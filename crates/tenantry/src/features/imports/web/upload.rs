//! Sending a file.

use askama::Template;
use axum::extract::{Request, State};
use axum::response::{IntoResponse as _, Redirect, Response};
use http::StatusCode;
use jiff::Timestamp;
use model::refusal::{Code, Refusal};
use model::roles::Permission;

use super::csv_file;
use crate::access::session::SignedIn;
use crate::app::App;
use crate::error::Error;
use crate::features::directory;
use crate::features::imports::ops::draft::{Parsed, Upload, draft, megabytes};
use crate::features::imports::ops::read::{Import, ImportState, ImportWay, recent};
use crate::features::imports::ops::results::template_csv;
use crate::transaction;
use crate::web::forms::Fields;
use crate::web::layout::{Page, Section, render};
use crate::web::locale::Locale;
use crate::web::upload;

#[derive(Template)]
#[template(path = "imports/upload.html")]
struct UploadPage {
    page: Page,
    fields: Fields,
    ways: Vec<(String, String, String)>,
    size: String,
    rows: String,
    imports: Vec<Past>,
}

/// An import of before.
struct Past {
    id: String,
    file_name: String,
    at: Timestamp,
    by: String,
    kind: &'static str,
    state: String,
}

/// A state in words, with the kind of its pill.
pub(super) fn state(l: &Locale, import: &Import) -> (&'static str, String) {
    match import.state {
        ImportState::Draft => ("quiet", l.t("imports-state-draft")),
        ImportState::Running => ("warn", l.t("imports-state-running")),
        ImportState::Done => ("good", l.t("imports-state-done")),
        ImportState::Stopped => ("bad", l.t("imports-state-stopped")),
    }
}

impl UploadPage {
    async fn load(app: &App, signed_in: &SignedIn, page: Page, fields: Fields) -> Result<Self, Error> {
        let mut scope = app.db.read().await?;
        let mut tenant = scope.tenant(signed_in.actor.grant()).await?;
        let imports = recent(&mut tenant, &signed_in.actor).await?;
        let past = |import: Import| {
            let (kind, state) = state(&page.l, &import);
            Past {
                id: import.id.to_string(),
                file_name: import.file_name,
                at: import.created_at,
                by: import.started_by_name,
                kind,
                state,
            }
        };
        let way = |way: ImportWay, title, text| (way.as_str().to_owned(), title, text);
        Ok(Self {
            imports: imports.into_iter().map(past).collect(),
            ways: vec![
                way(
                    ImportWay::Password,
                    page.l.t("imports-way-password"),
                    page.l.t("imports-way-password-text"),
                ),
                way(
                    ImportWay::Invitation,
                    page.l.t("imports-way-invitation"),
                    page.l.t("imports-way-invitation-text"),
                ),
            ],
            size: megabytes(app.config.imports.file_bytes),
            rows: app.config.imports.rows.to_string(),
            fields,
            page,
        })
    }
}

pub(super) async fn show(State(app): State<App>, signed_in: SignedIn, page: Page) -> Result<Response, Error> {
    let page = signed_in.on(page).in_section(Section::People);
    signed_in.actor.require(Permission::ManageUsers)?;
    let fields = Fields::new().with("way", ImportWay::Password.as_str());
    let view = UploadPage::load(&app, &signed_in, page, fields).await?;
    Ok(render(&view, StatusCode::OK))
}

pub(super) async fn send(
    State(app): State<App>,
    signed_in: SignedIn,
    page: Page,
    request: Request,
) -> Result<Response, Error> {
    let page = signed_in.on(page).in_section(Section::People);
    let (actor, moment) = (&signed_in.actor, app.moment());
    actor.require(Permission::ManageUsers)?;
    let sent = match upload::read(request, app.config.imports.file_bytes).await {
        Ok(sent) => sent,
        Err(answer) => return Ok(answer),
    };
    let mut fields = sent.fields.clone();
    match parsed(&app, &sent) {
        Ok(parsed) => {
            let id = transaction!(app.db, |scope| {
                let mut tenant = scope.tenant(actor.grant()).await?;
                draft(&app, &mut tenant, actor, (&parsed, &page.l), &moment).await
            })?;
            return Ok(Redirect::to(&format!("/people/imports/{id}")).into_response());
        }
        Err(refusal) => fields.refuse(refusal),
    }
    let view = UploadPage::load(&app, &signed_in, page, fields).await?;
    Ok(render(&view, StatusCode::UNPROCESSABLE_ENTITY))
}

fn parsed(app: &App, sent: &upload::Upload) -> Result<Parsed, Refusal> {
    let way = ImportWay::parse(sent.fields.value("way"));
    let way = way.ok_or_else(|| Refusal::new(Code::FieldRequired).on("way"));
    if sent.too_large {
        let max = megabytes(app.config.imports.file_bytes);
        return Err(Refusal::new(Code::ImportFileTooLarge).on("file").with("max", max));
    }
    let file = sent.file.as_ref().ok_or_else(|| Refusal::new(Code::ImportFileMissing).on("file"))?;
    Upload { file_name: &file.name, bytes: &file.bytes, way: way? }.parse(app)
}

pub(super) async fn template(State(app): State<App>, signed_in: SignedIn) -> Result<Response, Error> {
    signed_in.actor.require(Permission::ManageUsers)?;
    let mut scope = app.db.read().await?;
    let mut tenant = scope.tenant(signed_in.actor.grant()).await?;
    let domains = directory::verified_domains(&mut tenant).await?;
    let text = template_csv(domains.first().map_or("", String::as_str));
    // Without the mark some spreadsheets take UTF-8 for something else.
    Ok(csv_file(format!("\u{feff}{text}"), "attachment; filename=\"people-template.csv\""))
}
