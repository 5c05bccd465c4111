//! My groups: those that somebody is in or owns. Whoever has no role finds them here alone.

use askama::Template;
use axum::extract::State;
use axum::response::Response;
use http::StatusCode;
use model::objects::Relation;
use protocol::odata::Search;

use super::list::{days_left, kind};
use crate::access::session::SignedIn;
use crate::app::App;
use crate::db::{Position, TenantScope};
use crate::error::Error;
use crate::features::groups::ops::read::{Own, own_groups};
use crate::features::groups::{GROUPS, Group};
use crate::features::objects;
use crate::graph::filter::Condition;
use crate::graph::query::{ObjectQuery, Order};
use crate::web::forms::Fields;
use crate::web::layout::{Page, Section, render};
use crate::web::links::{Pages, Query};
use crate::web::locale::Locale;

/// Groups on one page.
const PAGE: usize = 25;
const PATH: &str = "/my-groups";

#[derive(Template)]
#[template(path = "groups/mine.html")]
struct MinePage {
    page: Page,
    search: String,
    /// The chosen one.
    filter: &'static str,
    filters: Vec<(String, String, bool)>,
    /// None is there at all, rather than none that matches.
    narrowed: bool,
    rows: Vec<Row>,
    previous: String,
    next: String,
}

struct Row {
    id: String,
    name: String,
    description: String,
    kind: String,
    owns: bool,
    is_in: bool,
    days_left: Option<i64>,
}

/// What the address asks for.
struct Asked {
    search: String,
    /// Owned alone, and those of them that are deleted: only an owner brings one back.
    filter: &'static str,
}

impl Asked {
    fn read(fields: &Fields) -> Self {
        let filter = match fields.value("filter") {
            "owned" => "owned",
            "deleted" => "deleted",
            _ => "",
        };
        Self { search: fields.sought("search"), filter }
    }

    fn query(&self) -> Query {
        Query::default().with("filter", self.filter).with("search", &self.search)
    }

    fn own(&self) -> Own {
        if self.filter.is_empty() { Own::All } else { Own::Owned }
    }

    fn object_query(&self, from: Option<Position>) -> Result<ObjectQuery, Error> {
        let mut condition = Condition::default();
        if !self.search.is_empty() {
            let search = Search::Term { property: None, text: self.search.clone() };
            condition.of_search(&GROUPS, &search)?;
        }
        Ok(ObjectQuery {
            condition,
            deleted: self.filter == "deleted",
            order: Order::Text("lower(display_name)"),
            descending: false,
            from,
            limit: PAGE,
        })
    }

    fn filters(&self, l: &Locale) -> Vec<(String, String, bool)> {
        let item = |name: &str, text: String| {
            (text, self.query().with("filter", name).on(PATH), name == self.filter)
        };
        vec![
            item("", l.t("groups-filter-all")),
            item("owned", l.t("my-groups-filter-owned")),
            item("deleted", l.t("groups-filter-deleted")),
        ]
    }
}

async fn rows(
    app: &App,
    l: &Locale,
    scope: &mut TenantScope<'_>,
    signed_in: &SignedIn,
    groups: &[Group],
) -> Result<Vec<Row>, Error> {
    let (user, now) = (signed_in.actor.person()?, app.moment().now);
    let mut rows = Vec::with_capacity(groups.len());
    for group in groups {
        rows.push(Row {
            id: group.id.to_string(),
            name: group.display_name.clone(),
            description: group.properties.text("description").unwrap_or_default().to_owned(),
            kind: kind(l, group),
            owns: objects::is_linked(scope, group.id, Relation::Owner, user.0).await?,
            is_in: objects::is_linked(scope, group.id, Relation::Member, user.0).await?,
            days_left: group.deleted_at.map(|deleted_at| days_left(deleted_at, now)),
        });
    }
    Ok(rows)
}

pub(super) async fn show(
    State(app): State<App>,
    signed_in: SignedIn,
    page: Page,
    fields: Fields,
) -> Result<Response, Error> {
    let mut page = signed_in.on(page).in_section(Section::MyGroups);
    if fields.value("done") == "deleted" {
        let word = page.l.t("groups-done-deleted");
        page = page.with_toast(word);
    }
    let (actor, asked) = (&signed_in.actor, Asked::read(&fields));
    let pages = Pages::new(&app, actor.tenant(), PATH, asked.query());
    let from = pages.start(&fields)?;
    let mut scope = app.db.read().await?;
    let mut tenant = scope.tenant(actor.grant()).await?;
    let slice = own_groups(&mut tenant, actor, asked.own(), asked.object_query(from)?).await?;
    let view = MinePage {
        rows: rows(&app, &page.l, &mut tenant, &signed_in, &slice.items).await?,
        filter: asked.filter,
        filters: asked.filters(&page.l),
        narrowed: !asked.query().is_empty(),
        previous: pages.link(slice.previous),
        next: pages.link(slice.next),
        search: asked.search,
        page,
    };
    Ok(render(&view, StatusCode::OK))
}
