//! My access: what somebody holds and from where, what it allows, and who could give them what they lack.

use askama::Template;
use axum::extract::State;
use axum::response::Response;
use http::StatusCode;
use model::ids::{ObjectId, UserId};
use model::objects::{ObjectKind, Relation};
use model::roles::{Area, Permission};

use crate::access::Actor;
use crate::access::session::SignedIn;
use crate::app::App;
use crate::db::TenantScope;
use crate::error::Error;
use crate::features::objects;
use crate::features::roles::ops::held::{Held, held_by};
use crate::features::roles::ops::read::list_roles;
use crate::features::roles::ops::types::RoleDefinition;
use crate::features::roles::ops::who::Grantors;
use crate::web::forms::Fields;
use crate::web::layout::{Page, Section, render};
use crate::web::locale::Locale;
use crate::web::roles::{allowed, area, permission};

/// People whom one answer names.
const SHOWN: usize = 10;
/// Groups and applications that the page names.
const OWNED: usize = 100;

#[derive(Template)]
#[template(path = "roles/access.html")]
struct AccessPage {
    page: Page,
    organisation: String,
    held: Vec<HeldRow>,
    /// Name and page of what the person looks after without a role.
    owned: Vec<(String, String)>,
    /// By what it is about: what it is, and whether it is allowed.
    areas: Vec<(String, Vec<Allowed>)>,
    /// What isn't allowed, to choose from.
    lacking: Vec<(String, String)>,
    fields: Fields,
    asked: Option<Answer>,
}

struct HeldRow {
    name: String,
    does: String,
    enabled: bool,
    directly: bool,
    groups: Vec<String>,
    allows: Vec<String>,
}

/// Groups and applications that somebody owns.
async fn owned(scope: &mut TenantScope<'_>, user: UserId) -> Result<Vec<(String, String)>, Error> {
    let mut owned = Vec::new();
    for held in objects::holders_of(scope, user.0, Relation::Owner, None, OWNED).await?.items {
        let room = match held.kind {
            ObjectKind::Group => "groups",
            ObjectKind::Application => "applications",
            ObjectKind::ServicePrincipal | ObjectKind::User | ObjectKind::AdministrativeUnit => continue,
        };
        if let Some(brief) = objects::brief(scope, ObjectId(held.id)).await? {
            owned.push((brief.display_name, format!("/{room}/{}", held.id)));
        }
    }
    Ok(owned)
}

/// Who can give what is asked for.
struct Answer {
    words: String,
    has: bool,
    roles: Vec<(String, String)>,
    people: Vec<(String, String)>,
}

impl HeldRow {
    fn new(l: &Locale, held: &Held) -> Self {
        Self {
            name: held.role.name.shown(l),
            does: held.role.does(l),
            enabled: held.role.is_enabled,
            directly: held.directly,
            groups: held.groups.iter().map(|(_, name)| name.clone()).collect(),
            allows: allowed(l, held.role.permissions),
        }
    }
}

/// The roles that allow it, those that allow least first, and the people who can give one of them.
async fn answer(
    scope: &mut TenantScope<'_>,
    l: &Locale,
    actor: &Actor,
    wanted: Permission,
) -> Result<Answer, Error> {
    let mut roles: Vec<RoleDefinition> = list_roles(scope).await?;
    roles.retain(|role| role.is_enabled && role.permissions.contains(wanted));
    roles.sort_by_key(|role| role.permissions.iter().count());
    let grantors = Grantors::load(scope).await?;
    let people = grantors.of(&roles, actor.user_id(), SHOWN);
    Ok(Answer {
        words: permission(l, wanted),
        has: actor.may(wanted),
        people: people
            .map(|contact| (contact.display_name.clone(), contact.contact_email.clone().unwrap_or_default()))
            .collect(),
        roles: roles.iter().map(|role| (role.name.shown(l), role.does(l))).collect(),
    })
}

/// What it is in words, the permission's name, and whether the person has it.
type Allowed = (String, &'static str, bool);

fn areas(l: &Locale, actor: &Actor) -> Vec<(String, Vec<Allowed>)> {
    let of = |wanted: Area| {
        let all = Permission::ALL.iter().filter(|known| known.area() == wanted);
        all.map(|known| (permission(l, *known), known.as_str(), actor.may(*known))).collect()
    };
    Area::ALL.into_iter().map(|wanted| (area(l, wanted), of(wanted))).collect()
}

pub(super) async fn show(
    State(app): State<App>,
    signed_in: SignedIn,
    page: Page,
    fields: Fields,
) -> Result<Response, Error> {
    let page = signed_in.on(page).in_section(Section::Account);
    let actor = &signed_in.actor;
    let user = actor.user_id().ok_or_else(Error::not_found)?;
    let mut scope = app.db.read().await?;
    let mut tenant = scope.tenant(actor.grant()).await?;
    let held = held_by(&mut tenant, user).await?;
    let owned = owned(&mut tenant, user).await?;
    let asked = match fields.value("permission").parse::<Permission>() {
        Ok(wanted) => Some(answer(&mut tenant, &page.l, actor, wanted).await?),
        Err(_) => None,
    };
    let lacking = Permission::ALL.iter().filter(|known| !actor.may(**known));
    let view = AccessPage {
        organisation: signed_in.tenant_name.clone(),
        held: held.iter().map(|held| HeldRow::new(&page.l, held)).collect(),
        areas: areas(&page.l, actor),
        owned,
        lacking: lacking.map(|known| (known.as_str().to_owned(), permission(&page.l, *known))).collect(),
        fields,
        asked,
        page,
    };
    Ok(render(&view, StatusCode::OK))
}
