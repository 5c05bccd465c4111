//! Somebody to own an application, or to use it.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;
use http::StatusCode;
use model::applications::Application;
use model::objects::ObjectKind;
use model::refusal::{Code, Refusal};
use model::roles::Permission;
use uuid::Uuid;

use super::{Found, done, on};
use crate::access::session::SignedIn;
use crate::app::App;
use crate::db::TenantScope;
use crate::error::Error;
use crate::features::applications::ops::assignments::{self, NewAssignment};
use crate::features::applications::ops::owners;
use crate::features::applications::store;
use crate::features::directory::find_meant;
use crate::transaction;
use crate::web::forms::Fields;
use crate::web::layout::{Page, render};
use crate::web::locale::Locale;

#[derive(Template)]
#[template(path = "applications/who.html")]
struct WhoPage {
    page: Page,
    fields: Fields,
    id: String,
    name: String,
    title: String,
    lead: String,
    button: String,
    /// Where the form goes, below the application.
    action: &'static str,
    /// Roles to choose from; none where somebody becomes an owner.
    roles: Vec<(String, String)>,
    search: String,
    /// Whom the search finds: id, name, and what else tells them apart. `None` for an owner who may not look around.
    choices: Option<Vec<(String, String, String)>>,
    /// What the box for anybody else is called.
    other: String,
}

/// Of each kind that a search shows.
const SHOWN: usize = 10;
/// As many as the form can have ticked; a longer list wasn't made by the page.
const MOST: usize = 3 * SHOWN;

const OWNERS: [ObjectKind; 2] = [ObjectKind::User, ObjectKind::ServicePrincipal];
const ASSIGNED: [ObjectKind; 3] = [ObjectKind::User, ObjectKind::Group, ObjectKind::ServicePrincipal];

/// Whom a search finds of these kinds.
async fn choices(
    app: &App,
    signed_in: &SignedIn,
    l: &Locale,
    kinds: &[ObjectKind],
    search: &str,
) -> Result<Option<Vec<(String, String, String)>>, Error> {
    if !signed_in.actor.may(Permission::ReadDirectory) {
        return Ok(None);
    }
    let mut scope = app.db.read().await?;
    let mut tenant = scope.tenant(signed_in.actor.grant()).await?;
    let mut choices = Vec::new();
    for kind in kinds {
        for (id, name, detail) in store::assignments::candidates(&mut tenant, *kind, search, SHOWN).await? {
            let detail = match kind {
                ObjectKind::User => detail,
                ObjectKind::Group => l.t("groups-member-group"),
                ObjectKind::Application | ObjectKind::ServicePrincipal | ObjectKind::AdministrativeUnit => {
                    l.t("groups-member-application")
                }
            };
            choices.push((id.to_string(), name, detail));
        }
    }
    Ok(Some(choices))
}

impl WhoPage {
    fn owner(page: Page, found: &Found, fields: Fields) -> Self {
        let name = found.application.display_name.as_str();
        Self {
            title: page.l.a("applications-owner-title", &[("name", name)]),
            lead: page.l.t("applications-owner-lead"),
            button: page.l.t("applications-owner-add"),
            action: "owners/new",
            ..Self::blank(page, found, fields)
        }
    }

    fn assignment(page: Page, found: &Found, fields: Fields) -> Self {
        let name = found.application.display_name.as_str();
        let mut roles = vec![(Uuid::nil().to_string(), page.l.t("applications-default-access"))];
        let own = found.application.properties.settings.app_roles.iter().filter(|role| role.is_enabled);
        roles.extend(own.map(|role| (role.id.to_string(), role.display_name.clone().unwrap_or_default())));
        Self {
            title: page.l.a("applications-assign-title", &[("name", name)]),
            lead: page.l.t("applications-assign-lead"),
            button: page.l.t("applications-assign"),
            action: "assignments/new",
            roles,
            ..Self::blank(page, found, fields)
        }
    }

    fn blank(page: Page, found: &Found, fields: Fields) -> Self {
        Self {
            id: found.application.id.to_string(),
            name: found.application.display_name.clone(),
            title: String::new(),
            lead: String::new(),
            button: String::new(),
            action: "",
            roles: Vec::new(),
            search: fields.sought("search"),
            choices: None,
            other: page.l.t("applications-principal"),
            fields,
            page,
        }
    }
}

impl WhoPage {
    /// With what the search finds of these kinds.
    async fn choosing(
        mut self,
        app: &App,
        signed_in: &SignedIn,
        kinds: &[ObjectKind],
    ) -> Result<Self, Error> {
        self.choices = choices(app, signed_in, &self.page.l, kinds, &self.search).await?;
        if self.choices.as_ref().is_some_and(|choices| !choices.is_empty()) {
            self.other = self.page.l.t("applications-principal-other");
        }
        Ok(self)
    }
}

/// Those who are ticked, and whoever is typed beside.
async fn chosen(scope: &mut TenantScope<'_>, fields: &Fields) -> Result<Vec<Uuid>, Error> {
    let mut ids: Vec<Uuid> = fields.all("id").filter_map(|id| id.parse().ok()).take(MOST).collect();
    let typed = fields.value("principal");
    if ids.is_empty() || !typed.trim().is_empty() {
        ids.push(meant(scope, typed).await?);
    }
    ids.sort_unstable();
    ids.dedup();
    Ok(ids)
}

/// Whom somebody means by a sign-in name or an object id.
async fn meant(scope: &mut TenantScope<'_>, typed: &str) -> Result<Uuid, Error> {
    let typed = typed.trim();
    let found = match find_meant(scope, typed).await? {
        Some(id) => store::assignments::principal(scope, id).await?.map(|_| id),
        None => None,
    };
    let code = if typed.is_empty() { Code::FieldRequired } else { Code::PrincipalUnknown };
    found.ok_or_else(|| Refusal::new(code).on("principal").into())
}

/// What was refused, each beside the field that it is about.
fn beside(error: Error, fields: &mut Fields) -> Result<(), Error> {
    fields.refuse_all(error.into_form_refusals()?.into_iter().map(|refusal| match refusal.field {
        Some("principal" | "appRoleId") => refusal,
        _ => refusal.on("principal"),
    }));
    Ok(())
}

pub(super) async fn show_owner(
    State(app): State<App>,
    signed_in: SignedIn,
    page: Page,
    Path(id): Path<String>,
    fields: Fields,
) -> Result<Response, Error> {
    let found = Found::to_change(&app, &signed_in, &id, false).await?;
    let view = WhoPage::owner(on(&signed_in, page), &found, fields);
    Ok(render(&view.choosing(&app, &signed_in, &OWNERS).await?, StatusCode::OK))
}

pub(super) async fn show_assignment(
    State(app): State<App>,
    signed_in: SignedIn,
    page: Page,
    Path(id): Path<String>,
    fields: Fields,
) -> Result<Response, Error> {
    let found = Found::to_change(&app, &signed_in, &id, false).await?;
    let view = WhoPage::assignment(on(&signed_in, page), &found, fields);
    Ok(render(&view.choosing(&app, &signed_in, &ASSIGNED).await?, StatusCode::OK))
}

pub(super) async fn add_owner(
    State(app): State<App>,
    signed_in: SignedIn,
    page: Page,
    Path(id): Path<String>,
    mut fields: Fields,
) -> Result<Response, Error> {
    let page = on(&signed_in, page);
    let found = Found::to_change(&app, &signed_in, &id, false).await?;
    let (actor, moment, id) = (&signed_in.actor, app.moment(), found.application.id);
    let added = transaction!(app.db, |scope| {
        let mut tenant = scope.tenant(actor.grant()).await?;
        for owner in chosen(&mut tenant, &fields).await? {
            owners::add_owner::<Application>(&mut tenant, actor, id, owner, &moment).await?;
        }
        Ok(())
    });
    match added {
        Ok(()) => Ok(done(id, "owners")),
        Err(error) => {
            beside(error, &mut fields)?;
            let view = WhoPage::owner(page, &found, fields).choosing(&app, &signed_in, &OWNERS).await?;
            Ok(render(&view, StatusCode::UNPROCESSABLE_ENTITY))
        }
    }
}

pub(super) async fn assign(
    State(app): State<App>,
    signed_in: SignedIn,
    page: Page,
    Path(id): Path<String>,
    mut fields: Fields,
) -> Result<Response, Error> {
    let page = on(&signed_in, page);
    let found = Found::to_change(&app, &signed_in, &id, false).await?;
    let resource = found.principal.as_ref().ok_or_else(Error::not_found)?.id;
    let (actor, moment) = (&signed_in.actor, app.moment());
    let role = fields.value("appRoleId").parse();
    let made = transaction!(app.db, |scope| {
        let mut tenant = scope.tenant(actor.grant()).await?;
        let app_role = role.clone().map_err(|_| Refusal::new(Code::AppRoleUnknown).on("appRoleId"))?;
        for principal in chosen(&mut tenant, &fields).await? {
            let new = NewAssignment { resource, principal, app_role };
            assignments::assign(&mut tenant, actor, new, &moment).await?;
        }
        Ok(())
    });
    match made {
        Ok(()) => Ok(done(found.application.id, "assigned")),
        Err(error) => {
            beside(error, &mut fields)?;
            let view =
                WhoPage::assignment(page, &found, fields).choosing(&app, &signed_in, &ASSIGNED).await?;
            Ok(render(&view, StatusCode::UNPROCESSABLE_ENTITY))
        }
    }
}
