//! One role: what it allows, and who holds it.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;
use http::StatusCode;
use model::objects::ObjectKind;
use model::roles::Permission;

use super::{id_of, on, told_kind};
use crate::access::Actor;
use crate::access::session::SignedIn;
use crate::app::App;
use crate::error::Error;
use crate::features::roles::ops::assign::assignments;
use crate::features::roles::ops::read::{find_role, holder_counts};
use crate::features::roles::ops::types::{Assignment, RoleDefinition};
use crate::web::forms::Fields;
use crate::web::layout::{Page, render};
use crate::web::links::{Pages, Query};
use crate::web::locale::Locale;
use crate::web::roles::{allowed, permission};

/// Holders on one page.
const PAGE: usize = 25;

#[derive(Template)]
#[template(path = "roles/one.html")]
struct OnePage {
    page: Page,
    id: String,
    name: String,
    does: String,
    role: RoleDefinition,
    allows: Vec<String>,
    /// What it lacks to be of use by itself.
    lacks: Option<String>,
    holders: Vec<Row>,
    count: i64,
    first: String,
    next: String,
    may_grant: bool,
    may_change: bool,
    /// Why not, and the permission that somebody else could give.
    why: Option<(String, &'static str)>,
}

struct Row {
    id: String,
    name: String,
    detail: String,
    kind: String,
    href: String,
    is_group: bool,
    by: String,
    at: jiff::Timestamp,
}

impl Row {
    fn new(l: &Locale, found: &Assignment) -> Self {
        let holder = &found.holder;
        let (kind, href) = told_kind(l, holder.kind, holder.id);
        Self {
            id: holder.id.to_string(),
            name: holder.name.clone(),
            detail: holder.sign_in_name.clone(),
            is_group: holder.kind == ObjectKind::Group,
            by: found.by.clone(),
            at: found.at,
            kind,
            href,
        }
    }
}

fn why(l: &Locale, actor: &Actor, role: &RoleDefinition) -> Option<(String, &'static str)> {
    if !actor.may(Permission::ManageRoles) {
        let words = permission(l, Permission::ManageRoles);
        return Some((l.a("denied-title", &[("permission", words)]), Permission::ManageRoles.as_str()));
    }
    let beyond = role.permissions.iter().find(|allowed| !actor.may(*allowed));
    beyond.map(|beyond| (l.t("roles-why-beyond"), beyond.as_str()))
}

fn word(l: &Locale, done: &str) -> Option<String> {
    Some(match done {
        "made" => l.t("roles-made"),
        "updated" => l.t("roles-done-updated"),
        "assigned" => l.t("roles-done-assigned"),
        "removed" => l.t("roles-done-removed"),
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
    let mut page = on(&signed_in, page);
    let actor = &signed_in.actor;
    actor.require(Permission::ReadDirectory)?;
    if let Some(word) = word(&page.l, fields.value("done")) {
        page = page.with_toast(word);
    }
    let id = id_of(&id)?;
    let address = format!("/roles/{id}");
    let pages = Pages::new(&app, actor.tenant(), address.as_str(), Query::default());
    let from = pages.start(&fields)?;
    let mut scope = app.db.read().await?;
    let mut tenant = scope.tenant(actor.grant()).await?;
    let role = find_role(&mut tenant, id).await?;
    let is_first = from.is_none();
    let found = assignments(&mut tenant, actor, (None, Some(id)), from, PAGE).await?;
    let within = actor.may(Permission::ManageRoles) && actor.rights().covers(role.permissions);
    let view = OnePage {
        id: id.to_string(),
        name: role.name.shown(&page.l),
        does: role.does(&page.l),
        allows: allowed(&page.l, role.permissions),
        lacks: role.permissions.are_blind().then(|| permission(&page.l, Permission::ReadDirectory)),
        holders: found.items.iter().map(|found| Row::new(&page.l, found)).collect(),
        count: holder_counts(&mut tenant, actor).await?.of(id),
        first: if is_first { String::new() } else { address },
        next: pages.link(found.next),
        may_grant: within,
        may_change: within && !role.is_built_in(),
        why: why(&page.l, actor, &role),
        role,
        page,
    };
    Ok(render(&view, StatusCode::OK))
}
