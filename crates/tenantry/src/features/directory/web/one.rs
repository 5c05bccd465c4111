//! One person.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;
use http::StatusCode;
use model::directory::may_manage;
use model::roles::{Permission, Role};

use super::id_of;
use crate::access::Actor;
use crate::access::session::SignedIn;
use crate::app::App;
use crate::error::Error;
use crate::features::audit::{self, Told};
use crate::features::directory::ops::lookup::{PersonDetail, get};
use crate::features::roles::Held;
use crate::web::denied::denied;
use crate::web::forms::Fields;
use crate::web::layout::{Page, Section, render};
use crate::web::locale::Locale;
use crate::web::roles;

#[derive(Template)]
#[template(path = "people/one.html")]
struct OnePage {
    page: Page,
    user: String,
    detail: PersonDetail,
    roles: Vec<RoleRow>,
    events: Option<Vec<Told>>,
    rights: Rights,
    days_left: Option<i64>,
}

struct RoleRow {
    id: String,
    name: String,
    does: String,
    /// Groups that give it, by address and name.
    groups: Vec<(String, String)>,
    directly: bool,
    enabled: bool,
    removable: bool,
}

/// What the person who looks may do here, and why not.
struct Rights {
    own_account: bool,
    manage: bool,
    reset: bool,
    roles: bool,
    /// What isn't allowed, with the roles that would allow it and the permission.
    why: Vec<(String, String, &'static str)>,
}

impl Rights {
    fn new(l: &Locale, actor: &Actor, detail: &PersonDetail) -> Self {
        let within = may_manage(actor.rights(), detail.rights);
        let may = |permission| within && actor.may(permission);
        let mut why = Vec::new();
        let own_account = actor.user_id() == Some(detail.person.id);
        let asked = [
            (Permission::ManageUsers, l.t("people-why-manage")),
            (Permission::ResetPasswords, l.t("people-why-reset")),
            (Permission::ManageRoles, l.t("people-why-roles")),
        ];
        for (permission, text) in asked {
            if !may(permission) {
                let roles =
                    Role::that_allow(permission).filter(|role| may_manage(role.permissions(), detail.rights));
                let names: Vec<_> = roles.map(|role| roles::name(l, role)).collect();
                why.push((text, names.join(", "), permission.as_str()));
            }
        }
        Self {
            own_account,
            manage: may(Permission::ManageUsers),
            reset: may(Permission::ResetPasswords),
            roles: may(Permission::ManageRoles),
            why,
        }
    }
}

pub(super) async fn show(
    State(app): State<App>,
    signed_in: SignedIn,
    page: Page,
    Path(id): Path<String>,
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
    let (user, now) = (id_of(&id)?, app.moment().now);
    let mut scope = app.db.read().await?;
    let mut tenant = scope.tenant(actor.grant()).await?;
    let detail = get(&mut tenant, actor, user, now).await?;
    let events = if actor.may(Permission::ReadAudit) {
        let entries = audit::latest(&mut tenant, actor, Some(user), 8).await?;
        Some(entries.iter().map(|entry| audit::told(&page.l, entry)).collect())
    } else {
        None
    };
    let rights = Rights::new(&page.l, actor, &detail);
    let row = |held: &Held| RoleRow {
        id: held.role.id.to_string(),
        name: held.role.name.shown(&page.l),
        does: held.role.does(&page.l),
        groups: held.groups.iter().map(|(id, name)| (format!("/groups/{id}"), name.clone())).collect(),
        directly: held.directly,
        enabled: held.role.is_enabled,
        removable: held.directly && rights.roles && actor.rights().covers(held.role.permissions),
    };
    let view = OnePage {
        user: user.to_string(),
        roles: detail.roles.iter().map(row).collect(),
        days_left: detail.person.deleted_at.map(|deleted_at| super::list::days_left(deleted_at, now)),
        detail,
        events,
        rights,
        page,
    };
    Ok(render(&view, StatusCode::OK))
}

fn word(l: &Locale, done: &str) -> Option<String> {
    Some(match done {
        "disabled" => l.t("people-done-disabled"),
        "enabled" => l.t("people-done-enabled"),
        "restored" => l.t("people-done-restored"),
        "updated" => l.t("people-done-updated"),
        "roles" => l.t("people-done-roles"),
        "sessions" => l.t("people-done-sessions"),
        _ => return None,
    })
}
