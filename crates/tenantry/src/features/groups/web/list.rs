//! The list.

use askama::Template;
use axum::extract::State;
use axum::response::Response;
use http::StatusCode;
use jiff::Timestamp;
use model::directory::DAYS_KEPT;
use model::groups::{DYNAMIC, UNIFIED};
use model::roles::Permission;
use protocol::odata::{Comparison, Filter, Literal, Path, Search};

use crate::access::session::SignedIn;
use crate::app::App;
use crate::db::Position;
use crate::error::Error;
use crate::features::groups::{GROUPS, Group, list_groups};
use crate::graph::filter::Condition;
use crate::graph::query::{ObjectQuery, Order};
use crate::web::forms::Fields;
use crate::web::layout::{Page, Section, render};
use crate::web::links::{Pages, Query};
use crate::web::locale::Locale;

/// Groups on one page.
const PAGE: usize = 25;

#[derive(Template)]
#[template(path = "groups/list.html")]
struct ListPage {
    page: Page,
    search: String,
    rows: Vec<Row>,
    /// The chosen one.
    filter: &'static str,
    filters: Vec<(String, String, bool)>,
    column: (String, &'static str),
    deleted: bool,
    may_create: bool,
    /// None is there at all, rather than none that matches.
    narrowed: bool,
    previous: String,
    next: String,
}

struct Row {
    id: String,
    name: String,
    description: String,
    kind: String,
    membership: String,
    mail: String,
    days_left: Option<i64>,
}

/// Which groups.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Which {
    All,
    Security,
    Unified,
    Assigned,
    Dynamic,
    Roles,
    Deleted,
}

const FILTERS: [(Which, &str); 7] = [
    (Which::All, ""),
    (Which::Security, "security"),
    (Which::Unified, "together"),
    (Which::Assigned, "assigned"),
    (Which::Dynamic, "rule"),
    (Which::Roles, "roles"),
    (Which::Deleted, "deleted"),
];

/// What the address asks for.
struct Asked {
    search: String,
    which: Which,
    descending: bool,
}

fn path(name: &str) -> Path {
    Path(vec![name.to_owned()])
}

fn is(property: &str, value: Literal) -> Filter {
    Filter::Compare { property: path(property), comparison: Comparison::Equal, value }
}

fn has_type(name: &str) -> Filter {
    let item = ("t".to_owned(), Box::new(is("t", Literal::Text(name.to_owned()))));
    Filter::Any { collection: path("groupTypes"), item: Some(item) }
}

impl Asked {
    fn read(fields: &Fields) -> Self {
        let which = FILTERS.iter().find(|(_, name)| *name == fields.value("filter"));
        Self {
            search: fields.sought("search"),
            which: which.map_or(Which::All, |(which, _)| *which),
            descending: fields.value("sort") == "-name",
        }
    }

    /// The name of the filter in addresses.
    fn filter(&self) -> &'static str {
        FILTERS.iter().find(|(which, _)| *which == self.which).map_or("", |(_, name)| name)
    }

    fn query(&self) -> Query {
        let sort = if self.descending { "-name" } else { "" };
        Query::default().with("filter", self.filter()).with("search", &self.search).with("sort", sort)
    }

    fn object_query(&self, from: Option<Position>) -> Result<ObjectQuery, Error> {
        let mut condition = Condition::default();
        let filter = match self.which {
            Which::All | Which::Deleted => None,
            Which::Security => Some(is("mailEnabled", Literal::Bool(false))),
            Which::Unified => Some(has_type(UNIFIED)),
            Which::Assigned => Some(Filter::Not(Box::new(has_type(DYNAMIC)))),
            Which::Dynamic => Some(has_type(DYNAMIC)),
            Which::Roles => Some(is("isAssignableToRole", Literal::Bool(true))),
        };
        if let Some(filter) = filter {
            condition.of_filter(&GROUPS, &filter)?;
        }
        if !self.search.is_empty() {
            let search = Search::Term { property: None, text: self.search.clone() };
            condition.of_search(&GROUPS, &search)?;
        }
        Ok(ObjectQuery {
            condition,
            deleted: self.which == Which::Deleted,
            order: Order::Text("lower(display_name)"),
            descending: self.descending,
            from,
            limit: PAGE,
        })
    }

    fn filters(&self, l: &Locale) -> Vec<(String, String, bool)> {
        let text = |which| match which {
            Which::All => l.t("groups-filter-all"),
            Which::Security => l.t("groups-filter-security"),
            Which::Unified => l.t("groups-filter-together"),
            Which::Assigned => l.t("groups-filter-assigned"),
            Which::Dynamic => l.t("groups-filter-rule"),
            Which::Roles => l.t("groups-filter-roles"),
            Which::Deleted => l.t("groups-filter-deleted"),
        };
        let item = |(which, name): &(Which, &str)| {
            (text(*which), self.query().with("filter", name).on("/groups"), *which == self.which)
        };
        FILTERS.iter().map(item).collect()
    }
}

impl Row {
    fn new(l: &Locale, group: &Group, now: Timestamp) -> Self {
        Self {
            id: group.id.to_string(),
            name: group.display_name.clone(),
            description: group.properties.text("description").unwrap_or_default().to_owned(),
            kind: kind(l, group),
            membership: membership(l, group),
            mail: group.properties.mail.clone().unwrap_or_default(),
            days_left: group.deleted_at.map(|deleted_at| days_left(deleted_at, now)),
        }
    }
}

/// What kind of group it is, in words.
pub(super) fn kind(l: &Locale, group: &Group) -> String {
    if group.properties.is_unified() { l.t("groups-kind-together") } else { l.t("groups-kind-security") }
}

/// How its members come to be, in words.
pub(super) fn membership(l: &Locale, group: &Group) -> String {
    if group.properties.is_dynamic() {
        l.t("groups-membership-rule")
    } else {
        l.t("groups-membership-assigned")
    }
}

/// Whole days until a deleted group is removed for good.
pub(super) fn days_left(deleted_at: Timestamp, now: Timestamp) -> i64 {
    (DAYS_KEPT - now.duration_since(deleted_at).as_hours() / 24).max(0)
}

pub(super) async fn show(
    State(app): State<App>,
    signed_in: SignedIn,
    page: Page,
    fields: Fields,
) -> Result<Response, Error> {
    let mut page = signed_in.on(page).in_section(Section::Groups);
    let actor = &signed_in.actor;
    actor.require(Permission::ReadDirectory)?;
    if fields.value("done") == "deleted" {
        let word = page.l.t("groups-done-deleted");
        page = page.with_toast(word);
    }
    let asked = Asked::read(&fields);
    let pages = Pages::new(&app, actor.tenant(), "/groups", asked.query());
    let from = pages.start(&fields)?;
    let mut scope = app.db.read().await?;
    let mut tenant = scope.tenant(actor.grant()).await?;
    let slice = list_groups(&mut tenant, actor, &asked.object_query(from)?).await?;
    let now = app.moment().now;
    let sort = if asked.descending { "" } else { "-name" };
    let view = ListPage {
        rows: slice.items.iter().map(|group| Row::new(&page.l, group, now)).collect(),
        filter: asked.filter(),
        filters: asked.filters(&page.l),
        column: (
            asked.query().with("sort", sort).on("/groups"),
            if asked.descending { "descending" } else { "ascending" },
        ),
        deleted: asked.which == Which::Deleted,
        may_create: actor.may(Permission::ManageGroups) || actor.may(Permission::ManageRoles),
        narrowed: !asked.search.is_empty() || asked.which != Which::All,
        previous: pages.link(slice.previous),
        next: pages.link(slice.next),
        search: asked.search,
        page,
    };
    Ok(render(&view, StatusCode::OK))
}
