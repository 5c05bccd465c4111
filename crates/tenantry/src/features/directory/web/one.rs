//! One person.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;
use http::StatusCode;
use model::directory::may_manage;
use model::ids::{ObjectId, UserId};
use model::objects::{ObjectKind, Relation};
use model::properties::Properties;
use model::roles::{Permission, Role};

use super::factors::told;
use super::id_of;
use super::photo::Portrait;
use crate::access::Actor;
use crate::access::session::SignedIn;
use crate::app::App;
use crate::db::TenantScope;
use crate::error::Error;
use crate::features::audit::{self, Told};
use crate::features::directory::ops::directory_user::{DirectoryUser, get_user};
use crate::features::directory::ops::factors::second_factors;
use crate::features::directory::ops::lookup::{Person, PersonDetail, get};
use crate::features::directory::ops::manager::line_of;
use crate::features::directory::ops::sessions::{OpenSession, open_sessions};
use crate::features::objects;
use crate::features::roles::Held;
use crate::web::forms::Fields;
use crate::web::layout::{Page, Section, render};
use crate::web::links::{Pages, Query};
use crate::web::locale::Locale;
use crate::web::roles;

#[derive(Template)]
#[template(path = "people/one.html")]
struct OnePage {
    page: Page,
    user: String,
    portrait: Portrait,
    detail: PersonDetail,
    roles: Vec<RoleRow>,
    tabs: Vec<(String, String, bool)>,
    tab: Tab,
    user_type: String,
    properties: Properties,
    manager: Option<Person>,
    reports: Vec<Person>,
    linked: Vec<LinkedRow>,
    next: String,
    sessions: Vec<OpenSession>,
    events: Option<Vec<Told>>,
    rights: Rights,
    /// In words, for whoever may take them away.
    factors: Option<Vec<String>>,
    days_left: Option<i64>,
}

/// What of a person is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Tab {
    Account,
    Groups,
    Owned,
    Sessions,
    Activity,
}

const TABS: [(Tab, &str); 5] = [
    (Tab::Account, ""),
    (Tab::Groups, "groups"),
    (Tab::Owned, "owned"),
    (Tab::Sessions, "sessions"),
    (Tab::Activity, "activity"),
];

/// A group that the person is in, or something that they own.
struct LinkedRow {
    name: String,
    kind: String,
    href: String,
}

/// Groups, or owned objects, on one page.
const LINKED: usize = 50;

impl Tab {
    fn read(fields: &Fields) -> Self {
        TABS.iter().find(|(_, name)| *name == fields.value("show")).map_or(Self::Account, |(tab, _)| *tab)
    }

    /// Whether the person who looks may see it.
    fn open_to(self, actor: &Actor) -> bool {
        match self {
            Self::Account | Self::Groups | Self::Owned => true,
            Self::Sessions => actor.may(Permission::ManageUsers),
            Self::Activity => actor.may(Permission::ReadAudit),
        }
    }

    fn all(l: &Locale, actor: &Actor, user: UserId, current: Self) -> Vec<(String, String, bool)> {
        let text = |tab| match tab {
            Self::Account => l.t("people-tab-account"),
            Self::Groups => l.t("people-tab-groups"),
            Self::Owned => l.t("people-tab-owned"),
            Self::Sessions => l.t("people-tab-sessions"),
            Self::Activity => l.t("people-tab-activity"),
        };
        let open = TABS.iter().filter(|(tab, _)| tab.open_to(actor));
        open.map(|(tab, name)| {
            let href = Query::default().with("show", name).on(&format!("/people/{user}"));
            (text(*tab), href, *tab == current)
        })
        .collect()
    }
}

/// The groups that a person is in, or what they own, and the address of the next page.
async fn linked(
    app: &App,
    scope: &mut TenantScope<'_>,
    (actor, l): (&Actor, &Locale),
    (user, tab): (UserId, Tab),
    fields: &Fields,
) -> Result<(Vec<LinkedRow>, String), Error> {
    let (relation, name) = match tab {
        Tab::Groups => (Relation::Member, "groups"),
        Tab::Owned => (Relation::Owner, "owned"),
        Tab::Account | Tab::Sessions | Tab::Activity => return Ok((Vec::new(), String::new())),
    };
    let query = Query::default().with("show", name);
    let pages = Pages::new(app, scope.tenant(), format!("/people/{user}"), query);
    let from = pages.start(fields)?;
    let slice = objects::holders_of(scope, user.0, relation, from.as_ref(), LINKED).await?;
    let mut rows = Vec::with_capacity(slice.items.len());
    for found in slice.items {
        if relation == Relation::Member && !objects::sees_members(scope, actor, ObjectId(found.id)).await? {
            continue;
        }
        let brief = objects::brief(scope, ObjectId(found.id)).await?;
        let (kind, href) = match found.kind {
            ObjectKind::Group => (l.t("groups-member-group"), format!("/groups/{}", found.id)),
            ObjectKind::Application => {
                (l.t("groups-member-application"), format!("/applications/{}", found.id))
            }
            // They have no page of their own, nor do people belong to people; units are another relation.
            ObjectKind::ServicePrincipal | ObjectKind::User | ObjectKind::AdministrativeUnit => {
                (l.t("people-service-principal"), String::new())
            }
        };
        rows.push(LinkedRow { name: brief.map(|brief| brief.display_name).unwrap_or_default(), kind, href });
    }
    Ok((rows, pages.link(slice.next)))
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

impl RoleRow {
    fn of(l: &Locale, held: &Held, actor: &Actor, rights: &Rights) -> Self {
        Self {
            id: held.role.id.to_string(),
            name: held.role.name.shown(l),
            does: held.role.does(l),
            groups: held.groups.iter().map(|(id, name)| (format!("/groups/{id}"), name.clone())).collect(),
            directly: held.directly,
            enabled: held.role.is_enabled,
            removable: held.directly && rights.roles && actor.rights().covers(held.role.permissions),
        }
    }
}

/// What the person who looks may do here, and why not.
struct Rights {
    own_account: bool,
    manage: bool,
    reset: bool,
    roles: bool,
    /// Sees the page of the provider that signs them in.
    domains: bool,
    /// What isn't allowed, with the roles that would allow it and the permission.
    why: Vec<(String, String, &'static str)>,
}

/// Properties that the page shows, in their order.
const TEXTS: [&str; 8] = [
    "jobTitle",
    "department",
    "companyName",
    "employeeId",
    "officeLocation",
    "mobilePhone",
    "city",
    "usageLocation",
];

impl OnePage {
    /// What is known of them, by the names of the properties.
    fn texts(&self) -> impl Iterator<Item = (&'static str, &str)> {
        TEXTS.iter().filter_map(|name| Some((*name, self.properties.text(name)?)))
    }
}

impl Rights {
    fn new(l: &Locale, actor: &Actor, detail: &PersonDetail) -> Self {
        let within = may_manage(actor.rights(), detail.rights);
        let may = |permission| within && actor.may(permission);
        let mut why = Vec::new();
        let own_account = actor.user_id() == Some(detail.person.id);
        let credentials = match detail.elsewhere {
            Some(_) => l.t("people-why-factors"),
            None => l.t("people-why-reset"),
        };
        let asked = [
            (Permission::ManageUsers, l.t("people-why-manage")),
            (Permission::ResetPasswords, credentials),
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
            domains: actor.may(Permission::ManageDomains),
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
    actor.require(Permission::ReadDirectory)?;
    if let Some(word) = word(&page.l, fields.value("done")) {
        page = page.with_toast(word);
    }
    let (user, now) = (id_of(&id)?, app.moment().now);
    let mut scope = app.db.read().await?;
    let mut tenant = scope.tenant(actor.grant()).await?;
    let detail = get(&mut tenant, actor, user, now).await?;
    let asked = Tab::read(&fields);
    let tab = if asked.open_to(actor) { asked } else { Tab::Account };
    let DirectoryUser { properties, user_type, .. } = get_user(&mut tenant, actor, user).await?;
    let (manager, reports) = line_of(&mut tenant, actor, user).await?;
    let (linked, next) = linked(&app, &mut tenant, (actor, &page.l), (user, tab), &fields).await?;
    let sessions = match tab {
        Tab::Sessions => open_sessions(&mut tenant, actor, user, now).await?,
        _ => Vec::new(),
    };
    let events = if actor.may(Permission::ReadAudit) {
        let most = if tab == Tab::Activity { 50 } else { 5 };
        let entries = audit::latest(&mut tenant, actor, Some(user), most).await?;
        Some(entries.iter().map(|entry| audit::told(&page.l, entry)).collect())
    } else {
        None
    };
    let base = format!("/people/{user}");
    let named = (user, detail.person.display_name.as_str());
    let portrait = Portrait::of(&mut tenant, actor, named, &base).await?;
    let rights = Rights::new(&page.l, actor, &detail);
    let factors = if rights.reset && detail.person.deleted_at.is_none() {
        Some(told(&page.l, second_factors(&mut tenant, actor, user).await?.0))
    } else {
        None
    };
    let view = OnePage {
        user: user.to_string(),
        portrait,
        roles: detail.roles.iter().map(|held| RoleRow::of(&page.l, held, actor, &rights)).collect(),
        days_left: detail.person.deleted_at.map(|deleted_at| super::list::days_left(deleted_at, now)),
        tabs: Tab::all(&page.l, actor, user, tab),
        tab,
        user_type,
        properties,
        manager,
        reports,
        linked,
        next,
        sessions,
        detail,
        events,
        rights,
        factors,
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
        "factors" => l.t("people-done-factors"),
        "no-factors" => l.t("people-done-no-factors"),
        "sessions" => l.t("people-done-sessions"),
        "session" => l.t("people-done-session"),
        "manager" => l.t("people-done-manager"),
        "photo" => l.t("people-done-photo"),
        "photo-removed" => l.t("people-done-photo-removed"),
        _ => return None,
    })
}
