//! What was done: the list, one event, and the files.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;
use http::StatusCode;
use jiff::Timestamp;
use model::audit::{Activity, Category};
use model::ids::{AuditEventId, UserId};
use model::roles::Permission;

use super::{DAYS, days, file, query_of, results, succeeded, tabs};
use crate::access::session::SignedIn;
use crate::app::App;
use crate::error::Error;
use crate::features::audit::export::{Format, Wanted};
use crate::features::audit::ops::read::{self, Filter, Log, PAGE};
use crate::features::audit::store::Entry;
use crate::web::chart::Chart;
use crate::web::forms::Fields;
use crate::web::layout::{Page, Section, render};
use crate::web::links::Pages;
use crate::web::locale::Locale;

/// An event in the words of a page.
#[derive(Clone, Debug)]
pub struct Told {
    pub id: String,
    pub at: Timestamp,
    pub who: String,
    pub did: String,
    /// What it was done to; empty where the words say it all.
    pub what: String,
    /// Where that is shown; empty where no page shows it.
    pub what_href: String,
    /// Whom or what else it is about, and where that is shown.
    pub other: Option<(String, String)>,
    pub refused: bool,
    pub ip: String,
}

/// The page of something that an event names. Of a service principal none is known by its id.
fn href(kind: &str, id: &str) -> String {
    match kind {
        "user" => format!("/people/{id}"),
        "group" => format!("/groups/{id}"),
        "application" => format!("/applications/{id}"),
        "role" => format!("/roles/{id}"),
        _ => String::new(),
    }
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
        what_href: href(&entry.target_kind, &entry.target_id),
        other: entry.other.as_ref().map(|other| (other.name.clone(), href(&other.kind, &other.id))),
        what: if own { String::new() } else { entry.target_name.clone() },
        refused: entry.result != "success",
        ip: entry.ip.clone(),
    }
}

#[derive(Template)]
#[template(path = "activity/list.html")]
struct ListPage {
    page: Page,
    tabs: Vec<(String, &'static str, bool)>,
    fields: Fields,
    events: Vec<Told>,
    /// By the part of the portal.
    activities: Vec<(String, Choices)>,
    categories: Choices,
    results: Vec<(String, String)>,
    /// On the first page of the whole list.
    chart: Option<Chart>,
    filtered: bool,
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

const FIELDS: [&str; 7] = ["activity", "category", "person", "name", "result", "since", "until"];

fn filter_of(fields: &Fields) -> Filter {
    let (since, until) = days(fields);
    let category = Category::ALL.into_iter().find(|category| category.as_str() == fields.value("category"));
    let activity = fields.value("activity").parse::<Activity>().ok();
    let all = Activity::ALL.iter().copied();
    let wanted = all.filter(|one| category.is_none_or(|category| one.category() == category));
    let wanted = wanted.filter(|one| activity.is_none_or(|activity| *one == activity));
    Filter {
        activities: (category.is_some() || activity.is_some()).then(|| wanted.collect()),
        person: fields.value("person").parse::<UserId>().ok(),
        name: fields.sought("name"),
        succeeded: succeeded(fields),
        since,
        until,
        ..Filter::default()
    }
}

/// What a list of a form offers: values with their words.
type Choices = Vec<(String, String)>;

/// Where an activity stands in the list: the parts of the portal, by how its stable name begins. What fits none of them is
/// the organisation's.
fn parts(l: &Locale) -> [(String, &'static [&'static str]); 7] {
    [
        (l.t("nav-domains"), &["domain-", "identity-"]),
        (l.t("nav-billing"), &["billing-", "payment-", "agreement-"]),
        (l.t("nav-webhooks"), &["webhook-"]),
        (l.t("nav-groups"), &["group-"]),
        (l.t("nav-roles"), &["role-"]),
        (
            l.t("nav-applications"),
            &["application", "service-", "app-", "permission-", "federated-", "policy-"],
        ),
        (
            l.t("nav-people"),
            &[
                "user-",
                "people-",
                "password",
                "initial-",
                "passkey-",
                "second-",
                "recovery-",
                "sign",
                "session",
                "invitation-",
                "access-",
                "manager-",
            ],
        ),
    ]
}

/// Activities by the part of the portal that they are about, each in the order of its words.
fn activities(l: &Locale) -> Vec<(String, Choices)> {
    let mut rest: Choices = Activity::ALL
        .iter()
        .map(|activity| {
            let name = activity.as_str();
            (name.to_owned(), l.message(&format!("activity-{name}"), &[]))
        })
        .collect();
    rest.sort_by(|one, other| one.1.cmp(&other.1));
    let mut parted = Vec::new();
    for (title, beginnings) in parts(l) {
        let (those, others) =
            rest.into_iter().partition(|(name, _)| beginnings.iter().any(|begins| name.starts_with(begins)));
        rest = others;
        parted.push((title, those));
    }
    parted.push((l.t("activity-part-organisation"), rest));
    parted.sort_by(|one, other| one.0.cmp(&other.0));
    parted
}

fn categories(l: &Locale) -> Choices {
    let all = Category::ALL.iter().map(|category| {
        let name = category.as_str();
        (name.to_owned(), l.message(&format!("activity-category-{name}"), &[]))
    });
    std::iter::once((String::new(), l.t("activity-category-any"))).chain(all).collect()
}

pub(super) async fn list(
    State(app): State<App>,
    signed_in: SignedIn,
    page: Page,
    fields: Fields,
) -> Result<Response, Error> {
    let page = signed_in.on(page).in_section(Section::Activity);
    let actor = &signed_in.actor;
    actor.require(Permission::ReadAudit)?;
    let query = query_of(&fields, &FIELDS);
    let pages = Pages::new(&app, actor.tenant(), "/activity", query.clone());
    let from = pages.start(&fields)?;
    let mut scope = app.db.read().await?;
    let mut tenant = scope.tenant(actor.grant()).await?;
    let slice = read::list(&mut tenant, actor, &filter_of(&fields), from.as_ref(), PAGE).await?;
    let chart = match query.is_empty() && from.is_none() {
        true => Chart::new(&read::by_day(&mut tenant, actor, Log::Events, DAYS, app.moment().now).await?),
        false => None,
    };
    let view = ListPage {
        tabs: tabs(&page.l, false),
        events: slice.items.iter().map(|entry| told(&page.l, entry)).collect(),
        activities: activities(&page.l),
        categories: categories(&page.l),
        results: results(&page.l),
        chart,
        filtered: !query.is_empty(),
        csv: query.on("/activity/export.csv"),
        json_lines: query.on("/activity/export.jsonl"),
        previous: pages.link(slice.previous),
        next: pages.link(slice.next),
        page,
        fields,
    };
    Ok(render(&view, StatusCode::OK))
}

pub(super) async fn one(
    State(app): State<App>,
    signed_in: SignedIn,
    page: Page,
    Path(id): Path<String>,
) -> Result<Response, Error> {
    let page = signed_in.on(page).in_section(Section::Activity);
    signed_in.actor.require(Permission::ReadAudit)?;
    let id: AuditEventId = id.parse().map_err(|_| Error::not_found())?;
    let mut scope = app.db.read().await?;
    let mut tenant = scope.tenant(signed_in.actor.grant()).await?;
    let entry = read::get(&mut tenant, &signed_in.actor, id).await?;
    Ok(render(&OnePage { event: told(&page.l, &entry), entry, page }, StatusCode::OK))
}

pub(super) async fn csv(
    State(app): State<App>,
    signed_in: SignedIn,
    fields: Fields,
) -> Result<Response, Error> {
    let wanted = Wanted::Events(filter_of(&fields));
    file(&app, &signed_in.actor, wanted, Format::Csv, "attachment; filename=\"activity.csv\"").await
}

pub(super) async fn json_lines(
    State(app): State<App>,
    signed_in: SignedIn,
    fields: Fields,
) -> Result<Response, Error> {
    let wanted = Wanted::Events(filter_of(&fields));
    file(&app, &signed_in.actor, wanted, Format::JsonLines, "attachment; filename=\"activity.jsonl\"").await
}
