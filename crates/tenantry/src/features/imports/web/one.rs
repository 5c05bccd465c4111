//! One import: its verdicts, its progress, its results.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::{IntoResponse as _, Redirect, Response};
use http::StatusCode;
use model::ids::ImportId;
use model::roles::Permission;

use super::csv_file;
use super::upload::state;
use crate::access::session::SignedIn;
use crate::app::App;
use crate::error::Error;
use crate::features::imports::ops::draft::discard as throw_away;
use crate::features::imports::ops::passwords::{fetch, passwords_csv};
use crate::features::imports::ops::read::{Counts, Import, ImportState, ImportWay, Row, RowState, get, rows};
use crate::features::imports::ops::results::results_csv;
use crate::features::imports::ops::run::is_starter;
use crate::features::imports::ops::start::start as begin;
use crate::transaction;
use crate::web::forms::Fields;
use crate::web::fresh::stale;
use crate::web::layout::{Page, Section, render};
use crate::web::links::{Pages, Query};
use crate::web::locale::Locale;

#[derive(Template)]
#[template(path = "imports/one.html")]
struct OnePage {
    page: Page,
    import: Import,
    counts: Counts,
    pill: (&'static str, String),
    filters: Vec<(String, String, bool)>,
    rows: Vec<Shown>,
    narrowed: bool,
    previous: String,
    next: String,
    /// Initial passwords wait, and this person may have them.
    has_passwords: bool,
}

#[derive(Template)]
#[template(path = "imports/passwords.html")]
struct PasswordsPage {
    page: Page,
    import: Import,
    counts: Counts,
}

struct Shown {
    row: Row,
    kind: &'static str,
    state: String,
}

/// Which rows are shown, by the value of `show`.
const FILTERS: [(&str, &[RowState]); 6] = [
    ("", &[]),
    ("refused", &[RowState::Refused]),
    ("warned", &[RowState::Warned]),
    ("good", &[RowState::Good, RowState::Warned]),
    ("created", &[RowState::Created]),
    ("failed", &[RowState::Failed]),
];

fn filters(l: &Locale, id: ImportId, counts: &Counts, current: &str) -> Vec<(String, String, bool)> {
    let text = |name: &str| match name {
        "refused" => (l.a("imports-filter-refused", &[("count", counts.refused)]), counts.refused),
        "warned" => (l.a("imports-filter-warned", &[("count", counts.warned)]), counts.warned),
        "good" => (l.a("imports-filter-good", &[("count", counts.waiting())]), counts.waiting()),
        "created" => (l.a("imports-filter-created", &[("count", counts.created)]), counts.created),
        "failed" => (l.a("imports-filter-failed", &[("count", counts.failed)]), counts.failed),
        _ => (l.t("imports-filter-all"), 1),
    };
    let some = FILTERS
        .iter()
        .map(|(name, _)| (*name, text(name)))
        .filter(|(name, (_, n))| *n > 0 || *name == current);
    some.map(|(name, (text, _))| {
        (text, Query::default().with("show", name).on(&format!("/people/imports/{id}")), name == current)
    })
    .collect()
}

fn row_state(l: &Locale, state: RowState) -> (&'static str, String) {
    match state {
        RowState::Good => ("good", l.t("imports-row-good")),
        RowState::Warned => ("warn", l.t("imports-row-warned")),
        RowState::Refused => ("bad", l.t("imports-row-refused")),
        RowState::Created => ("good", l.t("imports-row-created")),
        RowState::Failed => ("bad", l.t("imports-row-failed")),
    }
}

fn id_of(text: &str) -> Result<ImportId, Error> {
    text.parse().map_err(|_| Error::not_found())
}

pub(super) async fn show(
    State(app): State<App>,
    signed_in: SignedIn,
    page: Page,
    Path(id): Path<String>,
    fields: Fields,
) -> Result<Response, Error> {
    let page = signed_in.on(page).in_section(Section::People);
    let (actor, id) = (&signed_in.actor, id_of(&id)?);
    actor.require(Permission::ManageUsers)?;
    let shown = FILTERS.iter().find(|(name, _)| *name == fields.value("show"));
    let (name, states) = shown.copied().unwrap_or(FILTERS[0]);
    let query = Query::default().with("show", name);
    let pages = Pages::new(&app, actor.tenant(), format!("/people/imports/{id}"), query);
    let from = pages.start(&fields)?;
    let mut scope = app.db.read().await?;
    let mut tenant = scope.tenant(actor.grant()).await?;
    let (import, counts) = get(&mut tenant, actor, id).await?;
    let slice = rows(&mut tenant, actor, id, states, from.as_ref()).await?;
    let shown = |row: Row| {
        let (kind, state) = row_state(&page.l, row.state);
        Shown { row, kind, state }
    };
    let view = OnePage {
        pill: state(&page.l, &import),
        filters: filters(&page.l, id, &counts, name),
        rows: slice.items.into_iter().map(shown).collect(),
        narrowed: !name.is_empty(),
        previous: pages.link(slice.previous),
        next: pages.link(slice.next),
        has_passwords: counts.passwords > 0 && is_starter(&import, actor),
        import,
        counts,
        page,
    };
    Ok(render(&view, StatusCode::OK))
}

pub(super) async fn start(
    State(app): State<App>,
    signed_in: SignedIn,
    Path(id): Path<String>,
) -> Result<Response, Error> {
    let (actor, id, moment) = (&signed_in.actor, id_of(&id)?, app.moment());
    transaction!(app.db, |scope| {
        let mut tenant = scope.tenant(actor.grant()).await?;
        begin(&mut tenant, actor, id, &moment).await
    })?;
    Ok(Redirect::to(&format!("/people/imports/{id}")).into_response())
}

pub(super) async fn discard(
    State(app): State<App>,
    signed_in: SignedIn,
    Path(id): Path<String>,
) -> Result<Response, Error> {
    let (actor, id) = (&signed_in.actor, id_of(&id)?);
    transaction!(app.db, |scope| {
        let mut tenant = scope.tenant(actor.grant()).await?;
        throw_away(&mut tenant, actor, id).await
    })?;
    Ok(Redirect::to("/people/import").into_response())
}

pub(super) async fn results(
    State(app): State<App>,
    signed_in: SignedIn,
    Path(id): Path<String>,
) -> Result<Response, Error> {
    let (actor, id) = (&signed_in.actor, id_of(&id)?);
    let mut scope = app.db.read().await?;
    let mut tenant = scope.tenant(actor.grant()).await?;
    get(&mut tenant, actor, id).await?;
    let text = results_csv(&mut tenant, actor, id).await?;
    Ok(csv_file(text, "attachment; filename=\"people-import-results.csv\""))
}

fn passwords_form(id: ImportId) -> String {
    format!("/people/imports/{id}/passwords")
}

/// The question before the passwords are given out, once.
pub(super) async fn ask_passwords(
    State(app): State<App>,
    signed_in: SignedIn,
    page: Page,
    Path(id): Path<String>,
) -> Result<Response, Error> {
    let page = signed_in.on(page).in_section(Section::People);
    let (actor, id) = (&signed_in.actor, id_of(&id)?);
    actor.require(Permission::ManageUsers)?;
    if let Some(elsewhere) = stale(&signed_in, &passwords_form(id), &app.moment()) {
        return Ok(elsewhere);
    }
    let mut scope = app.db.read().await?;
    let mut tenant = scope.tenant(actor.grant()).await?;
    let (import, counts) = get(&mut tenant, actor, id).await?;
    if counts.passwords == 0 || !is_starter(&import, actor) || import.state == ImportState::Running {
        return Ok(Redirect::to(&format!("/people/imports/{id}")).into_response());
    }
    Ok(render(&PasswordsPage { page, import, counts }, StatusCode::OK))
}

pub(super) async fn passwords(
    State(app): State<App>,
    signed_in: SignedIn,
    Path(id): Path<String>,
) -> Result<Response, Error> {
    let (actor, id, moment) = (&signed_in.actor, id_of(&id)?, app.moment());
    if let Some(elsewhere) = stale(&signed_in, &passwords_form(id), &moment) {
        return Ok(elsewhere);
    }
    let initial = transaction!(app.db, |scope| {
        let mut tenant = scope.tenant(actor.grant()).await?;
        fetch(&app, &mut tenant, actor, id, &moment).await
    })?;
    let table = passwords_csv(&initial);
    Ok(csv_file(table.expose().to_owned(), "attachment; filename=\"initial-passwords.csv\""))
}
