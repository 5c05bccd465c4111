//! The list.

use askama::Template;
use axum::extract::State;
use axum::response::Response;
use http::StatusCode;
use jiff::{SignedDuration, Timestamp};
use model::applications::Application;
use model::directory::DAYS_KEPT;
use model::roles::Permission;
use protocol::odata::Search;

use super::on;
use crate::access::session::SignedIn;
use crate::app::App;
use crate::error::Error;
use crate::features::applications::ops::application::list_applications;
use crate::features::applications::ops::registration::{only_registered, registered_among};
use crate::features::applications::resource::{APPLICATIONS, ENDS};
use crate::features::objects::Object;
use crate::graph::filter::Condition;
use crate::graph::index::is_below;
use crate::graph::query::{ObjectQuery, Order};
use crate::web::forms::Fields;
use crate::web::layout::{Page, render};
use crate::web::links::{Pages, Query};

/// The filter of those that registered themselves.
const REGISTERED: &str = "registered";

/// Applications on a page.
const SIZE: usize = 50;

#[derive(Template)]
#[template(path = "applications/list.html")]
struct ListPage {
    page: Page,
    search: String,
    rows: Vec<Row>,
    /// The chosen one.
    filter: &'static str,
    filters: Vec<(String, String, bool)>,
    narrowed: bool,
    deleted: bool,
    /// Those alone that registered themselves.
    registered: bool,
    may_manage: bool,
    next: String,
}

struct Row {
    id: String,
    name: String,
    client_id: String,
    created_at: Timestamp,
    self_registered: bool,
    /// When the first of its secrets and certificates ends.
    expires: Option<Timestamp>,
    expired: bool,
    soon: bool,
    days_left: Option<i64>,
}

impl Row {
    fn new(found: &Object<Application>, self_registered: bool, now: Timestamp) -> Self {
        let expires = found.properties.first_end();
        Self {
            id: found.id.to_string(),
            name: found.display_name.clone(),
            client_id: found.properties.app_id.to_string(),
            created_at: found.created_at,
            self_registered,
            expires,
            expired: expires.is_some_and(|expires| expires <= now),
            soon: expires.is_some_and(|expires| expires <= soon(now)),
            days_left: found.deleted_at.map(|deleted_at| days_left(deleted_at, now)),
        }
    }
}

/// Hours ahead of which an end is soon: thirty days.
const SOON: i64 = 30 * 24;

fn soon(now: Timestamp) -> Timestamp {
    now.checked_add(SignedDuration::from_hours(SOON)).unwrap_or(now)
}

/// Whole days until a deleted application is removed for good.
pub(super) fn days_left(deleted_at: Timestamp, now: Timestamp) -> i64 {
    (DAYS_KEPT - now.duration_since(deleted_at).as_hours() / 24).max(0)
}

pub(super) async fn show(
    State(app): State<App>,
    signed_in: SignedIn,
    page: Page,
    fields: Fields,
) -> Result<Response, Error> {
    let mut page = on(&signed_in, page);
    let actor = &signed_in.actor;
    actor.require(Permission::ReadDirectory)?;
    if fields.value("done") == "deleted" {
        let word = page.l.t("applications-done-deleted");
        page = page.with_toast(word);
    }
    let search = fields.sought("search");
    let now = app.moment().now;
    let which = ["deleted", "expiring", REGISTERED].into_iter().find(|name| *name == fields.value("filter"));
    let deleted = which == Some("deleted");
    let query = Query::default().with("filter", which.unwrap_or_default()).with("search", &search);
    let pages = Pages::new(&app, actor.tenant(), "/applications", query);
    let mut wanted = ObjectQuery { deleted, ..ObjectQuery::of(Condition::default(), SIZE) };
    wanted.order = Order::Text("lower(display_name)");
    if !search.is_empty() {
        let term = Search::Term { property: None, text: search.clone() };
        wanted.condition.of_search(&APPLICATIONS, &term)?;
    }
    if which == Some("expiring") {
        is_below(&mut wanted.condition, &APPLICATIONS, ENDS, &soon(now).to_string());
    }
    if which == Some(REGISTERED) {
        only_registered(&mut wanted.condition);
    }
    wanted.from = pages.start(&fields)?;
    let mut scope = app.db.read().await?;
    let mut tenant = scope.tenant(actor.grant()).await?;
    let slice = list_applications(&mut tenant, actor, &wanted).await?;
    let listed: Vec<_> = slice.items.iter().map(|found| found.id).collect();
    let registered = registered_among(&mut tenant, &listed).await?;
    let row = |found: &Object<Application>| Row::new(found, registered.contains(&found.id), now);
    let filtered =
        |name: &str| Query::default().with("filter", name).with("search", &search).on("/applications");
    let view = ListPage {
        rows: slice.items.iter().map(row).collect(),
        filter: which.unwrap_or_default(),
        filters: vec![
            (page.l.t("applications-filter-all"), filtered(""), which.is_none()),
            (page.l.t("applications-filter-expiring"), filtered("expiring"), which == Some("expiring")),
            (page.l.t("applications-filter-registered"), filtered(REGISTERED), which == Some(REGISTERED)),
            (page.l.t("applications-filter-deleted"), filtered("deleted"), deleted),
        ],
        registered: which == Some(REGISTERED),
        narrowed: which.is_some() || !search.is_empty(),
        deleted,
        may_manage: actor.may(Permission::ManageApplications),
        next: pages.link(slice.next),
        search,
        page,
    };
    Ok(render(&view, StatusCode::OK))
}
