//! The list.

use askama::Template;
use axum::extract::State;
use axum::response::Response;
use http::StatusCode;
use jiff::Timestamp;
use model::directory::DAYS_KEPT;
use model::roles::Permission;

use crate::access::session::SignedIn;
use crate::app::App;
use crate::db::Position;
use crate::error::Error;
use crate::features::directory::ops::list::{Filter, ListQuery, Listed, Sort, list};
use crate::web::denied::denied;
use crate::web::forms::Fields;
use crate::web::layout::{Page, Section, render};
use crate::web::links::Query;
use crate::web::locale::Locale;

#[derive(Template)]
#[template(path = "people/list.html")]
struct ListPage {
    page: Page,
    search: String,
    rows: Vec<Row>,
    filters: Vec<(String, String, bool)>,
    columns: Vec<Column>,
    deleted: bool,
    may_manage: bool,
    /// Nobody is there at all, rather than nobody who matches.
    narrowed: bool,
    previous: String,
    next: String,
}

struct Row {
    id: String,
    display_name: String,
    sign_in_name: String,
    roles: String,
    enabled: bool,
    last_sign_in_at: Option<Timestamp>,
    days_left: Option<i64>,
}

struct Column {
    text: String,
    href: String,
    direction: &'static str,
}

pub(super) async fn show(
    State(app): State<App>,
    signed_in: SignedIn,
    page: Page,
    fields: Fields,
) -> Result<Response, Error> {
    let mut page = signed_in.on(page).in_section(Section::People);
    let actor = &signed_in.actor;
    if !actor.may(Permission::ReadDirectory) {
        return Ok(denied(page, Permission::ReadDirectory));
    }
    if let Some(word) = word(&page.l, fields.value("done")) {
        page = page.with_toast(word);
    }
    let asked = Asked::read(&fields);
    let bound = format!("people?{}", asked.query());
    let from = match fields.value("page") {
        "" => None,
        cursor => Some(Position::open(&app.keys, actor.tenant(), &bound, cursor)?),
    };
    let mut scope = app.db.read().await?;
    let mut tenant = scope.tenant(actor.grant()).await?;
    let slice = list(&mut tenant, actor, &asked.list_query(from)).await?;
    let link = |position: Option<Position>| {
        position.map_or_else(String::new, |position| {
            asked.query().with("page", &position.seal(&app.keys, actor.tenant(), &bound)).on("/people")
        })
    };
    let now = app.moment().now;
    let view = ListPage {
        rows: slice.items.iter().map(|listed| Row::new(&page.l, listed, now)).collect(),
        filters: asked.filters(&page.l),
        columns: asked.columns(&page.l),
        deleted: asked.filter == Filter::Deleted,
        may_manage: actor.may(Permission::ManageUsers),
        narrowed: !asked.search.is_empty() || asked.filter != Filter::Everyone,
        previous: link(slice.previous),
        next: link(slice.next),
        search: asked.search,
        page,
    };
    Ok(render(&view, StatusCode::OK))
}

fn word(l: &Locale, done: &str) -> Option<String> {
    match done {
        "deleted" => Some(l.t("people-done-deleted")),
        _ => None,
    }
}

/// What the address asks for.
struct Asked {
    search: String,
    filter: Filter,
    sort: Sort,
    descending: bool,
}

const FILTERS: [(Filter, &str); 5] = [
    (Filter::Everyone, ""),
    (Filter::Enabled, "enabled"),
    (Filter::Disabled, "disabled"),
    (Filter::WithRoles, "roles"),
    (Filter::Deleted, "deleted"),
];
const SORTS: [(Sort, &str); 3] =
    [(Sort::Name, "name"), (Sort::UserName, "username"), (Sort::Created, "created")];

impl Asked {
    fn read(fields: &Fields) -> Self {
        let sort = fields.value("sort");
        let (descending, sort) = sort.strip_prefix('-').map_or((false, sort), |rest| (true, rest));
        let search = fields.value("search").trim();
        Self {
            search: search.chars().filter(|char| !char.is_control()).take(100).collect(),
            filter: FILTERS
                .iter()
                .find(|(_, name)| *name == fields.value("filter"))
                .map_or_else(Filter::default, |(filter, _)| *filter),
            sort: SORTS.iter().find(|(_, name)| *name == sort).map_or_else(Sort::default, |(sort, _)| *sort),
            descending,
        }
    }

    fn query(&self) -> Query {
        let filter = FILTERS.iter().find(|(filter, _)| *filter == self.filter).map_or("", |(_, name)| name);
        Query::default().with("filter", filter).with("search", &self.search).with("sort", &self.sort_name())
    }

    fn sort_name(&self) -> String {
        let name = SORTS.iter().find(|(sort, _)| *sort == self.sort).map_or("name", |(_, name)| name);
        match (name, self.descending) {
            ("name", false) => String::new(),
            (name, false) => name.to_owned(),
            (name, true) => format!("-{name}"),
        }
    }

    fn list_query(&self, from: Option<Position>) -> ListQuery {
        ListQuery {
            search: self.search.clone(),
            filter: self.filter,
            sort: self.sort,
            descending: self.descending,
            from,
        }
    }

    fn filters(&self, l: &Locale) -> Vec<(String, String, bool)> {
        let text = |filter| match filter {
            Filter::Everyone => l.t("people-filter-everyone"),
            Filter::Enabled => l.t("people-filter-enabled"),
            Filter::Disabled => l.t("people-filter-disabled"),
            Filter::WithRoles => l.t("people-filter-roles"),
            Filter::Deleted => l.t("people-filter-deleted"),
        };
        let item = |(filter, name): &(Filter, &str)| {
            (text(*filter), self.query().with("filter", name).on("/people"), *filter == self.filter)
        };
        FILTERS.iter().map(item).collect()
    }

    fn columns(&self, l: &Locale) -> Vec<Column> {
        [
            (Sort::Name, "name", l.t("people-column-name")),
            (Sort::Created, "created", l.t("people-column-created")),
        ]
        .into_iter()
        .map(|(sort, name, text)| {
            let current = sort == self.sort;
            let to = if current && !self.descending { format!("-{name}") } else { name.to_owned() };
            let direction = match (current, self.descending) {
                (false, _) => "",
                (true, false) => "ascending",
                (true, true) => "descending",
            };
            Column { text, href: self.query().with("sort", &to).on("/people"), direction }
        })
        .collect()
    }
}

impl Row {
    fn new(l: &Locale, listed: &Listed, now: Timestamp) -> Self {
        let person = &listed.person;
        let roles: Vec<String> = listed.roles.iter().map(|role| role.shown(l)).collect();
        Self {
            id: person.id.to_string(),
            display_name: person.display_name.clone(),
            sign_in_name: person.sign_in_name(),
            roles: roles.join(", "),
            enabled: person.account_enabled,
            last_sign_in_at: person.last_sign_in_at,
            days_left: person.deleted_at.map(|deleted_at| days_left(deleted_at, now)),
        }
    }
}

/// Whole days until a deleted person is removed for good.
pub(super) fn days_left(deleted_at: Timestamp, now: Timestamp) -> i64 {
    (DAYS_KEPT - now.duration_since(deleted_at).as_hours() / 24).max(0)
}
