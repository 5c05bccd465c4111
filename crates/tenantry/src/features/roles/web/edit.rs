//! Making a role of one's own, and changing it.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;
use http::StatusCode;
use model::roles::custom::RoleDraft;
use model::roles::{Area, Permission, Permissions};

use super::{done, id_of, on};
use crate::access::Actor;
use crate::access::session::SignedIn;
use crate::app::App;
use crate::error::Error;
use crate::features::roles::ops::define;
use crate::features::roles::ops::read::find_role;
use crate::features::roles::ops::types::RoleDefinition;
use crate::transaction;
use crate::web::forms::Fields;
use crate::web::fresh::{Kept, stale, stale_form};
use crate::web::layout::{Page, render};
use crate::web::locale::Locale;
use crate::web::roles::{area, permission};

const NEW: &str = "/roles/new";
/// What waits while somebody shows again that it is them.
const KEPT: [&str; 5] = ["displayName", "description", "isEnabled", "permissions", "seen"];

#[derive(Template)]
#[template(path = "roles/edit.html")]
struct EditPage {
    page: Page,
    fields: Fields,
    /// Id and name of a role that is there already.
    role: Option<(String, String)>,
    /// What the actor may do, by what it is about: name and words of each.
    areas: Vec<(String, Vec<(&'static str, String)>)>,
}

fn areas(l: &Locale, actor: &Actor) -> Vec<(String, Vec<(&'static str, String)>)> {
    let of = |wanted: Area| {
        let own = actor.rights().iter().filter(|permission| permission.area() == wanted);
        own.map(|own| (own.as_str(), permission(l, own))).collect::<Vec<_>>()
    };
    let all = Area::ALL.into_iter().map(|wanted| (area(l, wanted), of(wanted)));
    all.filter(|(_, offered)| !offered.is_empty()).collect()
}

impl EditPage {
    fn new(page: Page, actor: &Actor, fields: Fields, role: Option<&RoleDefinition>) -> Self {
        Self {
            areas: areas(&page.l, actor),
            role: role.map(|role| (role.id.to_string(), role.name.plain().to_owned())),
            fields,
            page,
        }
    }
}

/// What the form says; the actions of a role that allows the same as before stay as a program wrote them.
fn draft(fields: &Fields, old: Option<&RoleDefinition>) -> RoleDraft {
    let permissions: Permissions =
        fields.all("permissions").filter_map(|name| name.parse::<Permission>().ok()).collect();
    let same = old.filter(|old| old.permissions == permissions);
    RoleDraft {
        display_name: fields.value("displayName").to_owned(),
        description: fields.value("description").to_owned(),
        is_enabled: fields.has("isEnabled"),
        version: old.and_then(|old| old.version.clone()),
        blocks: same.map_or_else(|| RoleDraft::block(permissions), |old| old.blocks.clone()),
    }
}

fn filled(role: &RoleDefinition) -> Fields {
    let fields = Fields::new().with("displayName", role.name.plain()).with("description", &role.description);
    let fields = if role.is_enabled { fields.with("isEnabled", "yes") } else { fields };
    role.permissions.iter().fold(fields, |fields, permission| fields.also("permissions", permission.as_str()))
}

fn refused(fields: &mut Fields, error: Error) -> Result<(), Error> {
    let refusals = error.into_form_refusals()?;
    fields.refuse_all(refusals.into_iter().map(|refusal| match refusal.field {
        Some("rolePermissions") => refusal.on("permissions"),
        _ => refusal,
    }));
    Ok(())
}

pub(super) async fn show_new(
    State(app): State<App>,
    signed_in: SignedIn,
    page: Page,
    kept: Kept,
) -> Result<Response, Error> {
    let page = on(&signed_in, page);
    let actor = &signed_in.actor;
    actor.require(Permission::ManageRoles)?;
    if let Some(elsewhere) = stale(&signed_in, NEW, &app.moment()) {
        return Ok(elsewhere);
    }
    let (page, fields) = kept.of(&signed_in, page);
    let fields = fields.unwrap_or_else(|| Fields::new().with("isEnabled", "yes"));
    Ok(kept.shown(render(&EditPage::new(page, actor, fields, None), StatusCode::OK)))
}

pub(super) async fn create(
    State(app): State<App>,
    signed_in: SignedIn,
    page: Page,
    mut fields: Fields,
) -> Result<Response, Error> {
    let page = on(&signed_in, page);
    let (actor, moment) = (&signed_in.actor, app.moment());
    actor.require(Permission::ManageRoles)?;
    if let Some(elsewhere) = stale_form(&app, &signed_in, NEW, (&fields, &KEPT), &moment) {
        return Ok(elsewhere);
    }
    let new = draft(&fields, None);
    let made = transaction!(app.db, |scope| {
        let mut tenant = scope.tenant(actor.grant()).await?;
        define::create(&app, &mut tenant, actor, (new.clone(), None), &moment).await
    });
    match made {
        Ok(role) => Ok(done(role.id, "made")),
        Err(error) => {
            refused(&mut fields, error)?;
            Ok(render(&EditPage::new(page, actor, fields, None), StatusCode::UNPROCESSABLE_ENTITY))
        }
    }
}

async fn load(app: &App, signed_in: &SignedIn, id: &str) -> Result<RoleDefinition, Error> {
    let id = id_of(id)?;
    let mut scope = app.db.read().await?;
    let mut tenant = scope.tenant(signed_in.actor.grant()).await?;
    let role = find_role(&mut tenant, id).await?;
    if role.is_built_in() { Err(Error::not_found()) } else { Ok(role) }
}

pub(super) async fn show(
    State(app): State<App>,
    signed_in: SignedIn,
    page: Page,
    Path(id): Path<String>,
    kept: Kept,
) -> Result<Response, Error> {
    let page = on(&signed_in, page);
    let actor = &signed_in.actor;
    actor.require(Permission::ManageRoles)?;
    let role = load(&app, &signed_in, &id).await?;
    if let Some(elsewhere) = stale(&signed_in, &format!("/roles/{}/edit", role.id), &app.moment()) {
        return Ok(elsewhere);
    }
    actor.require_to_cover(role.permissions, role.name.plain())?;
    let (page, fields) = kept.of(&signed_in, page);
    let fields = fields.unwrap_or_else(|| filled(&role).showing_itself());
    Ok(kept.shown(render(&EditPage::new(page, actor, fields, Some(&role)), StatusCode::OK)))
}

pub(super) async fn send(
    State(app): State<App>,
    signed_in: SignedIn,
    page: Page,
    Path(id): Path<String>,
    mut fields: Fields,
) -> Result<Response, Error> {
    let page = on(&signed_in, page);
    let (actor, moment) = (&signed_in.actor, app.moment());
    actor.require(Permission::ManageRoles)?;
    let role = load(&app, &signed_in, &id).await?;
    let form = format!("/roles/{}/edit", role.id);
    if let Some(elsewhere) = stale_form(&app, &signed_in, &form, (&fields, &KEPT), &moment) {
        return Ok(elsewhere);
    }
    let sent = draft(&fields, Some(&role));
    let changed = transaction!(app.db, |scope| {
        let mut tenant = scope.tenant(actor.grant()).await?;
        fields.require_unchanged(&filled(&find_role(&mut tenant, role.id).await?))?;
        define::update(&mut tenant, actor, role.id, sent.clone(), &moment).await
    });
    match changed {
        Ok(role) => Ok(done(role.id, "updated")),
        Err(error) => {
            refused(&mut fields, error)?;
            let view = EditPage::new(page, actor, fields, Some(&role));
            Ok(render(&view, StatusCode::UNPROCESSABLE_ENTITY))
        }
    }
}
