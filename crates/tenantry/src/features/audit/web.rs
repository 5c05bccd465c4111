//! `/activity`: the list, one event, and the files.

use askama::Template;
use axum::Router;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use http::{HeaderValue, StatusCode};
use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Span, Timestamp};
use model::audit::Activity;
use model::ids::{AuditEventId, UserId};
use model::roles::Permission;

use super::export;
use super::ops::read::{self, EXPORT, Filter};
use super::store::Entry;
use crate::access::session::SignedIn;
use crate::app::App;
use crate::db::Position;
use crate::error::Error;
use crate::web::denied::denied;
use crate::web::forms::Fields;
use crate::web::layout::{Page, Section, render};
use crate::web::links::Query;
use crate::web::locale::Locale;

pub fn routes() -> Router<App> {
    Router::new()
        .route("/activity", get(list))
        .route("/activity/export.csv", get(csv))
        .route("/activity/export.jsonl", get(json_lines))
        .route("/activity/{id}", get(one))
}

/// An event in the words of a page.
#[derive(Clone, Debug)]
pub struct Told {
    pub id: String,
    pub at: Timestamp,
    pub who: String,
    pub did: String,
    /// What it was done to; empty where the words say it all.
    pub what: String,
    pub refused: bool,
    pub ip: String,
}

/// Puts an event into words.
#[must_use]
pub fn told(l: &Locale, entry: &Entry) -> Told {
    let own = entry.actor_id.is_some_and(|id| id.to_string() == entry.target_id);
    Told {
        id: entry.id.to_string(),
        at: entry.at,
        who: entry.actor_name.clone(),
        did: l.message(&format!("activity-{}", entry.activity), &[]),
        what: if own { String::new() } else { entry.target_name.clone() },
        refused: entry.result != "success",
        ip: entry.ip.clone(),
    }
}

#[derive(Template)]
#[template(path = "activity/list.html")]
struct ListPage {
    page: Page,
    fields: Fields,
    events: Vec<Told>,
    activities: Vec<(String, String)>,
    filtered: bool,
    limit: usize,
    csv: String,
    json_lines: String,
    previous: String,
    next: String,
}

#[derive(Template)]
#[template(path = "activity/one.html")]
struct OnePage {
    page: Page,
    event: Told,
    entry: Entry,
}

async fn list(
    State(app): State<App>,
    signed_in: SignedIn,
    page: Page,
    fields: Fields,
) -> Result<Response, Error> {
    let page = signed_in.on(page).in_section(Section::Activity);
    let actor = &signed_in.actor;
    if !actor.may(Permission::ReadAudit) {
        return Ok(denied(page, Permission::ReadAudit));
    }
    let query = query_of(&fields);
    let bound = query.to_string();
    let from = match fields.value("page") {
        "" => None,
        cursor => Some(Position::open(&app.keys, actor.tenant(), &bound, cursor)?),
    };
    let mut scope = app.db.read().await?;
    let mut tenant = scope.tenant(actor.grant()).await?;
    let slice = read::list(&mut tenant, actor, &filter_of(&fields), from.as_ref()).await?;
    let link = |position: Option<Position>| {
        position.map_or_else(String::new, |position| {
            query.clone().with("page", &position.seal(&app.keys, actor.tenant(), &bound)).on("/activity")
        })
    };
    let mut activities = vec![(String::new(), page.l.t("activity-any"))];
    activities.extend(Activity::ALL.iter().map(|activity| {
        (activity.as_str().to_owned(), page.l.message(&format!("activity-{}", activity.as_str()), &[]))
    }));
    let view = ListPage {
        events: slice.items.iter().map(|entry| told(&page.l, entry)).collect(),
        activities,
        filtered: !bound.is_empty(),
        limit: EXPORT,
        csv: query.on("/activity/export.csv"),
        json_lines: query.on("/activity/export.jsonl"),
        previous: link(slice.previous),
        next: link(slice.next),
        page,
        fields,
    };
    Ok(render(&view, StatusCode::OK))
}

async fn one(
    State(app): State<App>,
    signed_in: SignedIn,
    page: Page,
    Path(id): Path<String>,
) -> Result<Response, Error> {
    let page = signed_in.on(page).in_section(Section::Activity);
    if !signed_in.actor.may(Permission::ReadAudit) {
        return Ok(denied(page, Permission::ReadAudit));
    }
    let id: AuditEventId = id.parse().map_err(|_| Error::not_found())?;
    let mut scope = app.db.read().await?;
    let mut tenant = scope.tenant(signed_in.actor.grant()).await?;
    let entry = read::get(&mut tenant, &signed_in.actor, id).await?;
    Ok(render(&OnePage { event: told(&page.l, &entry), entry, page }, StatusCode::OK))
}

async fn csv(State(app): State<App>, signed_in: SignedIn, fields: Fields) -> Result<Response, Error> {
    let entries = exported(&app, &signed_in, &fields).await?;
    Ok(file(export::csv(&entries), "text/csv; charset=utf-8", "attachment; filename=\"activity.csv\""))
}

async fn json_lines(State(app): State<App>, signed_in: SignedIn, fields: Fields) -> Result<Response, Error> {
    let entries = exported(&app, &signed_in, &fields).await?;
    let text = export::json_lines(&entries);
    Ok(file(text, "application/jsonl; charset=utf-8", "attachment; filename=\"activity.jsonl\""))
}

async fn exported(app: &App, signed_in: &SignedIn, fields: &Fields) -> Result<Vec<Entry>, Error> {
    let mut scope = app.db.read().await?;
    let mut tenant = scope.tenant(signed_in.actor.grant()).await?;
    read::export(&mut tenant, &signed_in.actor, &filter_of(fields)).await
}

fn file(text: String, kind: &'static str, name: &'static str) -> Response {
    let headers = [
        (CONTENT_TYPE, HeaderValue::from_static(kind)),
        (CONTENT_DISPOSITION, HeaderValue::from_static(name)),
    ];
    (headers, text).into_response()
}

const FIELDS: [&str; 5] = ["activity", "person", "name", "since", "until"];

fn query_of(fields: &Fields) -> Query {
    FIELDS.iter().fold(Query::default(), |query, name| query.with(name, fields.value(name)))
}

/// Days are days in UTC; what can't be read filters nothing.
fn filter_of(fields: &Fields) -> Filter {
    let day = |name: &str| fields.value(name).parse::<Date>().ok();
    let start = |date: Date| date.to_zoned(TimeZone::UTC).ok().map(|zoned| zoned.timestamp());
    let after = |date: Date| date.checked_add(Span::new().days(1)).ok();
    Filter {
        activity: fields.value("activity").parse().ok(),
        person: fields.value("person").parse::<UserId>().ok(),
        name: fields.value("name").trim().chars().filter(|char| !char.is_control()).take(100).collect(),
        since: day("since").and_then(start),
        until: day("until").and_then(after).and_then(start),
    }
}
