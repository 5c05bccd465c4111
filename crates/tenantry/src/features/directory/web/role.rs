//! Granting and taking away roles.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use http::StatusCode;
use model::ids::UserId;
use model::roles::Permission;
use uuid::Uuid;

use super::change::{ConfirmPage, load};
use super::{done, id_of};
use crate::access::session::SignedIn;
use crate::app::App;
use crate::error::Error;
use crate::features::roles::{self, RoleDefinition};
use crate::web::forms::Fields;
use crate::web::fresh::{Kept, stale, stale_form};
use crate::web::layout::{Page, Section, render};
use crate::{rehearse, transaction};

#[derive(Template)]
#[template(path = "people/role.html")]
struct RolePage {
    page: Page,
    fields: Fields,
    user: String,
    display_name: String,
    roles: Vec<(String, String, String)>,
}

pub(super) async fn show(
    State(app): State<App>,
    signed_in: SignedIn,
    page: Page,
    Path(id): Path<String>,
    kept: Kept,
) -> Result<Response, Error> {
    let page = signed_in.on(page).in_section(Section::People);
    signed_in.actor.require(Permission::ManageRoles)?;
    let moment = app.moment();
    if let Some(elsewhere) = stale(&signed_in, &format!("/people/{}/roles", id_of(&id)?), &moment) {
        return Ok(elsewhere);
    }
    let detail = load(&app, &signed_in, &id).await?;
    if detail.person.deleted_at.is_some() {
        return Err(Error::not_found());
    }
    let held = |id: Uuid| detail.roles.iter().any(|held| held.directly && held.role.id == id);
    let grantable = grantable(&app, &signed_in).await?;
    let grantable: Vec<_> = grantable.into_iter().filter(|role| !held(role.id)).collect();
    let (page, fields) = kept.of(&signed_in, page);
    let view = RolePage {
        roles: roles::choices(&page.l, &grantable),
        user: detail.person.id.to_string(),
        display_name: detail.person.display_name,
        fields: fields.unwrap_or_default(),
        page,
    };
    Ok(kept.shown(render(&view, StatusCode::OK)))
}

async fn grantable(app: &App, signed_in: &SignedIn) -> Result<Vec<RoleDefinition>, Error> {
    let mut scope = app.db.read().await?;
    let mut tenant = scope.tenant(signed_in.actor.grant()).await?;
    roles::grantable(&mut tenant, &signed_in.actor).await
}

pub(super) async fn assign(
    State(app): State<App>,
    signed_in: SignedIn,
    Path(id): Path<String>,
    fields: Fields,
) -> Result<Response, Error> {
    let (actor, user, moment) = (&signed_in.actor, id_of(&id)?, app.moment());
    let (form, keeps) = (format!("/people/{user}/roles"), (&fields, ["roles"].as_slice()));
    if let Some(elsewhere) = stale_form(&app, &signed_in, &form, keeps, &moment) {
        return Ok(elsewhere);
    }
    let chosen = chosen(&fields);
    if chosen.is_empty() {
        load(&app, &signed_in, &id).await?;
        return Ok(Redirect::to(&format!("/people/{user}/roles")).into_response());
    }
    transaction!(app.db, |scope| {
        let mut tenant = scope.tenant(actor.grant()).await?;
        for role in &chosen {
            roles::assign(&mut tenant, actor, user.0, *role, &moment).await?;
        }
        Ok(())
    })?;
    Ok(done(user, "roles"))
}

pub(super) async fn show_remove(
    State(app): State<App>,
    signed_in: SignedIn,
    page: Page,
    Path(id): Path<String>,
    fields: Fields,
) -> Result<Response, Error> {
    let role = chosen(&fields).first().copied().ok_or_else(Error::not_found)?;
    let form = remove_form(id_of(&id)?, role);
    if let Some(elsewhere) = stale(&signed_in, &form, &app.moment()) {
        return Ok(elsewhere);
    }
    let detail = load(&app, &signed_in, &id).await?;
    if !detail.roles.iter().any(|held| held.directly && held.role.id == role) {
        return Err(Error::not_found());
    }
    let (actor, user, moment) = (&signed_in.actor, detail.person.id, app.moment());
    actor.require(Permission::ManageRoles)?;
    let rehearsed = async {
        rehearse!(app.db, |scope| {
            let mut tenant = scope.tenant(actor.grant()).await?;
            roles::remove(&mut tenant, actor, user.0, role, &moment).await
        })
    };
    ConfirmPage::show(&app, &signed_in, page, &id, rehearsed, |l, detail| {
        let held = detail.roles.iter().find(|held| held.role.id == role).map(|held| &held.role);
        let role_name = held.map_or_else(String::new, |role| role.name.shown(l));
        let values = [("name", detail.person.display_name.clone()), ("role", role_name)];
        ConfirmPage {
            title: l.a("people-role-remove-title", &values),
            effects: held
                .map(|role| role.does(l))
                .filter(|does| !does.is_empty())
                .into_iter()
                .chain([l.t("people-role-remove-effect")])
                .collect(),
            button: l.t("people-role-remove"),
            danger: true,
            hidden: vec![("roles".to_owned(), role.to_string())],
            action: format!("/people/{}/roles/remove", detail.person.id),
            refused: Vec::new(),
        }
    })
    .await
}

pub(super) async fn remove(
    State(app): State<App>,
    signed_in: SignedIn,
    Path(id): Path<String>,
    fields: Fields,
) -> Result<Response, Error> {
    let (actor, user, moment) = (&signed_in.actor, id_of(&id)?, app.moment());
    let chosen = chosen(&fields);
    let Some(first) = chosen.first() else { return Err(Error::not_found()) };
    if let Some(elsewhere) = stale(&signed_in, &remove_form(user, *first), &moment) {
        return Ok(elsewhere);
    }
    transaction!(app.db, |scope| {
        let mut tenant = scope.tenant(actor.grant()).await?;
        for role in &chosen {
            roles::remove(&mut tenant, actor, user.0, *role, &moment).await?;
        }
        Ok(())
    })?;
    Ok(done(user, "roles"))
}

fn remove_form(user: UserId, role: Uuid) -> String {
    format!("/people/{user}/roles/remove?roles={role}")
}

/// As many as a form has; a longer list wasn't made by the page.
fn chosen(fields: &Fields) -> Vec<Uuid> {
    fields.all("roles").filter_map(|id| id.parse().ok()).take(150).collect()
}
