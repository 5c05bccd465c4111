//! The list.

use askama::Template;
use axum::extract::State;
use axum::response::Response;
use http::StatusCode;
use jiff::Timestamp;
use model::directory::DAYS_KEPT;
use model::roles::{Permission, Role};

use super::asked::{Asked, Column};
use crate::access::session::SignedIn;
use crate::app::App;
use crate::error::Error;
use crate::features::directory::ops::list::{Filter, Listed, UserType, list};
use crate::features::directory::ops::lookup::verified_domains;
use crate::web::forms::Fields;
use crate::web::layout::{Page, Section, render};
use crate::web::links::Pages;
use crate::web::locale::Locale;
use crate::web::roles;

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
    /// The form of further filters, filled in, with what it offers.
    fields: Fields,
    choices: Choices,
    /// What the form of the export sends.
    kept: Vec<(&'static str, String)>,
    /// Nobody is there at all, rather than nobody who matches.
    narrowed: bool,
    previous: String,
    next: String,
}

struct Row {
    id: String,
    display_name: String,
    sign_in_name: String,
    about: String,
    guest: bool,
    roles: String,
    enabled: bool,
    invited: bool,
    last_sign_in_at: Option<Timestamp>,
    days_left: Option<i64>,
}

/// What further filters offer.
struct Choices {
    types: Vec<(String, String)>,
    roles: Vec<(String, String)>,
    domains: Vec<(String, String)>,
}

impl Choices {
    fn new(l: &Locale, domains: Vec<String>) -> Self {
        let any = |text| (String::new(), text);
        let role = |role: &Role| (role.template_id().to_string(), roles::name(l, *role));
        let kind = |kind: UserType, text| (kind.as_str().to_owned(), text);
        Self {
            types: vec![
                any(l.t("people-any-type")),
                kind(UserType::Member, l.t("people-type-member")),
                kind(UserType::Guest, l.t("people-type-guest")),
            ],
            roles: std::iter::once(any(l.t("people-any-role"))).chain(Role::ALL.iter().map(role)).collect(),
            domains: std::iter::once(any(l.t("people-any-domain")))
                .chain(domains.into_iter().map(|name| (name.clone(), name)))
                .collect(),
        }
    }
}

pub(super) async fn show(
    State(app): State<App>,
    signed_in: SignedIn,
    page: Page,
    fields: Fields,
) -> Result<Response, Error> {
    let mut page = signed_in.on(page).in_section(Section::People);
    let actor = &signed_in.actor;
    actor.require(Permission::ReadDirectory)?;
    if let Some(word) = word(&page.l, fields.value("done")) {
        page = page.with_toast(word);
    }
    let asked = Asked::read(&fields);
    let shown = asked.shown();
    let pages = Pages::new(&app, actor.tenant(), "/people", asked.query());
    let from = pages.start(&fields)?;
    let mut scope = app.db.read().await?;
    let mut tenant = scope.tenant(actor.grant()).await?;
    let slice = list(&mut tenant, actor, &asked.list_query(from)).await?;
    let now = app.moment().now;
    let domains = verified_domains(&mut tenant).await?;
    let view = ListPage {
        rows: slice.items.iter().map(|listed| Row::new(&page.l, listed, now)).collect(),
        filters: asked.filters(&page.l),
        columns: asked.columns(&page.l),
        deleted: asked.filter == Filter::Deleted,
        may_manage: actor.may(Permission::ManageUsers),
        choices: Choices::new(&page.l, domains),
        kept: asked.pairs(),
        fields: shown,
        narrowed: asked.narrows(),
        previous: pages.link(slice.previous),
        next: pages.link(slice.next),
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

impl Row {
    fn new(l: &Locale, listed: &Listed, now: Timestamp) -> Self {
        let person = &listed.person;
        let roles: Vec<String> = listed.roles.iter().map(|role| role.shown(l)).collect();
        Self {
            id: person.id.to_string(),
            display_name: person.display_name.clone(),
            sign_in_name: person.sign_in_name(),
            about: about(listed),
            guest: listed.user_type == UserType::Guest.as_str(),
            roles: roles.join(", "),
            enabled: person.account_enabled,
            invited: listed.invited,
            last_sign_in_at: person.last_sign_in_at,
            days_left: person.deleted_at.map(|deleted_at| days_left(deleted_at, now)),
        }
    }
}

/// Title and department, where they are known.
fn about(listed: &Listed) -> String {
    let text = |name| listed.properties.text(name);
    [text("jobTitle"), text("department")].into_iter().flatten().collect::<Vec<_>>().join(", ")
}

/// Whole days until a deleted person is removed for good.
pub(super) fn days_left(deleted_at: Timestamp, now: Timestamp) -> i64 {
    (DAYS_KEPT - now.duration_since(deleted_at).as_hours() / 24).max(0)
}
