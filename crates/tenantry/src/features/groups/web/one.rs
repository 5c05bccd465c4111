//! One group: what it is, who is in it, who owns it, what it is in.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;
use http::StatusCode;
use model::groups::PAUSED;
use model::ids::ObjectId;
use model::objects::{ObjectKind, Relation};
use model::roles::{Permission, Role};

use super::id_of;
use super::list::{self, days_left, kind};
use crate::access::Actor;
use crate::access::session::SignedIn;
use crate::app::App;
use crate::db::TenantScope;
use crate::error::Error;
use crate::features::audit::{self, Told};
use crate::features::groups::{Group, find_group, may_change, may_read, needed, referenced, sees_members};
use crate::features::membership;
use crate::features::objects::{self, Linked};
use crate::web::forms::Fields;
use crate::web::layout::{Page, Section, render};
use crate::web::links::{Pages, Query};
use crate::web::locale::Locale;
use crate::web::roles;

/// Members on one page.
const PAGE: usize = 25;
const OWNERS: usize = 100;

#[derive(Template)]
#[template(path = "groups/one.html")]
struct OnePage {
    page: Page,
    id: String,
    group: Group,
    kind: String,
    membership: String,
    rule: Option<String>,
    paused: bool,
    /// The rule isn't asked of everybody yet.
    evaluating: bool,
    members: Option<Members>,
    owners: Vec<Row>,
    holders: Vec<Row>,
    may_change: bool,
    /// The roles that would allow a change, where the person's own don't.
    why: String,
    needed: &'static str,
    days_left: Option<i64>,
    events: Option<Vec<Told>>,
}

struct Members {
    rows: Vec<Row>,
    count: i64,
    first: String,
    next: String,
}

struct Row {
    id: String,
    name: String,
    kind: String,
    /// The sign-in name of a person.
    detail: String,
    href: String,
}

impl Row {
    /// What a button says of it aloud: two people may have the same name.
    fn told(&self) -> String {
        if self.detail.is_empty() { self.name.clone() } else { format!("{}, {}", self.name, self.detail) }
    }
}

/// Those of a page that shows all, by their names.
fn by_name(mut rows: Vec<Row>) -> Vec<Row> {
    rows.sort_by_cached_key(|row| (row.name.to_lowercase(), row.id.clone()));
    rows
}

/// Names lead to pages that whoever looks may open, and nowhere else.
async fn rows(
    scope: &mut TenantScope<'_>,
    (l, actor): (&Locale, &Actor),
    linked: &[Linked],
) -> Result<Vec<Row>, Error> {
    let shows_names = actor.may(Permission::ReadDirectory);
    let mut rows = Vec::with_capacity(linked.len());
    for found in linked {
        let (name, detail) = match referenced(scope, found.id).await? {
            Some(found) => (found.name, found.sign_in_name.filter(|_| shows_names).unwrap_or_default()),
            None => Default::default(),
        };
        let (kind, href) = match found.kind {
            ObjectKind::User => (l.t("groups-member-person"), format!("/people/{}", found.id)),
            ObjectKind::Group => (l.t("groups-member-group"), format!("/groups/{}", found.id)),
            ObjectKind::Application | ObjectKind::ServicePrincipal | ObjectKind::AdministrativeUnit => {
                (l.t("groups-member-application"), String::new())
            }
        };
        let opens = shows_names
            || found.kind == ObjectKind::Group && may_read(scope, actor, ObjectId(found.id)).await?;
        let href = if opens { href } else { String::new() };
        rows.push(Row { id: found.id.to_string(), name, kind, detail, href });
    }
    Ok(rows)
}

async fn members(
    app: &App,
    scope: &mut TenantScope<'_>,
    looks: (&Locale, &Actor),
    group: &Group,
    fields: &Fields,
) -> Result<Members, Error> {
    let address = format!("/groups/{}", group.id);
    let pages = Pages::new(app, scope.tenant(), address.as_str(), Query::default());
    let from = pages.start(fields)?;
    let found = objects::linked(scope, group.id, Relation::Member, from.as_ref(), PAGE).await?;
    let shown = rows(scope, looks, &found.items).await?;
    Ok(Members {
        rows: if from.is_none() && found.next.is_none() { by_name(shown) } else { shown },
        count: objects::count_linked(scope, group.id, Relation::Member, None).await?,
        first: if from.is_some() { address } else { String::new() },
        next: pages.link(found.next),
    })
}

fn word(l: &Locale, done: &str) -> Option<String> {
    Some(match done {
        "created" => l.t("groups-done-created"),
        "updated" => l.t("groups-done-updated"),
        "restored" => l.t("groups-done-restored"),
        "added" => l.t("groups-done-added"),
        "removed" => l.t("groups-done-removed"),
        _ => return None,
    })
}

pub(super) async fn show(
    State(app): State<App>,
    signed_in: SignedIn,
    page: Page,
    Path(id): Path<String>,
    fields: Fields,
) -> Result<Response, Error> {
    let mut page = signed_in.on(page).in_section(Section::Groups);
    let (actor, now) = (&signed_in.actor, app.moment().now);
    if let Some(word) = word(&page.l, fields.value("done")) {
        page = page.with_toast(word);
    }
    let mut scope = app.db.read().await?;
    let mut tenant = scope.tenant(actor.grant()).await?;
    let group = find_group(&mut tenant, actor, id_of(&id)?).await?;
    let may_change = may_change(&mut tenant, actor, &group).await?;
    let looks = (&page.l, actor);
    let members = if sees_members(&mut tenant, actor, &group).await? {
        Some(members(&app, &mut tenant, looks, &group, &fields).await?)
    } else {
        None
    };
    let owners = objects::linked_all(&mut tenant, group.id, Relation::Owner, OWNERS).await?;
    let holders = objects::holders_of(&mut tenant, group.id.0, Relation::Member, None, PAGE).await?;
    let events = if actor.may(Permission::ReadAudit) {
        let entries = audit::latest_about(&mut tenant, actor, group.id.0, 8).await?;
        Some(entries.iter().map(|entry| audit::told(&page.l, entry)).collect())
    } else {
        None
    };
    let needed = needed(&group.properties);
    let why: Vec<String> = Role::that_allow(needed).map(|role| roles::name(&page.l, role)).collect();
    let view = OnePage {
        id: group.id.to_string(),
        kind: kind(&page.l, &group),
        membership: list::membership(&page.l, &group),
        rule: group.properties.text("membershipRule").map(str::to_owned),
        paused: group.properties.text("membershipRuleProcessingState") == Some(PAUSED),
        evaluating: membership::is_evaluating(&mut tenant, group.id).await?,
        members,
        owners: by_name(rows(&mut tenant, looks, &owners).await?),
        holders: by_name(rows(&mut tenant, looks, &holders.items).await?),
        may_change,
        why: why.join(", "),
        needed: needed.as_str(),
        days_left: group.deleted_at.map(|deleted_at| days_left(deleted_at, now)),
        events,
        group,
        page,
    };
    Ok(render(&view, StatusCode::OK))
}
