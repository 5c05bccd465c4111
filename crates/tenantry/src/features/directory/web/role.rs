//! Granting and taking away roles.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use http::StatusCode;
use model::ids::UserId;
use model::roles::{Permission, Role};

use super::change::{ConfirmPage, load};
use super::create::grantable;
use super::{done, id_of};
use crate::access::session::SignedIn;
use crate::app::App;
use crate::error::Error;
use crate::features::directory::ops::roles::{assign_role, remove_role};
use crate::transaction;
use crate::web::denied::denied;
use crate::web::forms::Fields;
use crate::web::fresh::stale;
use crate::web::layout::{Page, Section, render};
use crate::web::roles;

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
) -> Result<Response, Error> {
    let page = signed_in.on(page).in_section(Section::People);
    if !signed_in.actor.may(Permission::ManageRoles) {
        return Ok(denied(page, Permission::ManageRoles));
    }
    let moment = app.moment();
    if let Some(elsewhere) = stale(&signed_in, &format!("/people/{}/roles", id_of(&id)?), &moment) {
        return Ok(elsewhere);
    }
    let detail = load(&app, &signed_in, &id).await?;
    if detail.person.deleted_at.is_some() {
        return Err(Error::not_found());
    }
    let view = RolePage {
        roles: grantable(&page.l, &signed_in.actor, &detail.roles),
        user: detail.person.id.to_string(),
        display_name: detail.person.display_name,
        fields: Fields::new(),
        page,
    };
    Ok(render(&view, StatusCode::OK))
}

pub(super) async fn assign(
    State(app): State<App>,
    signed_in: SignedIn,
    Path(id): Path<String>,
    fields: Fields,
) -> Result<Response, Error> {
    let (actor, user, moment) = (&signed_in.actor, id_of(&id)?, app.moment());
    if let Some(elsewhere) = stale(&signed_in, &format!("/people/{user}/roles"), &moment) {
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
            assign_role(&mut tenant, actor, user, *role, &moment).await?;
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
    ConfirmPage::show(&app, &signed_in, page, &id, Permission::ManageRoles, |l, detail| {
        let role_name = roles::name(l, role);
        let values = [("name", detail.person.display_name.clone()), ("role", role_name)];
        ConfirmPage {
            title: l.a("people-role-remove-title", &values),
            effects: vec![roles::does(l, role), l.t("people-role-remove-effect")],
            button: l.t("people-role-remove"),
            danger: true,
            hidden: vec![("roles", role.template_id().to_string())],
            action: format!("/people/{}/roles/remove", detail.person.id),
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
            remove_role(&mut tenant, actor, user, *role, &moment).await?;
        }
        Ok(())
    })?;
    Ok(done(user, "roles"))
}

fn remove_form(user: UserId, role: Role) -> String {
    format!("/people/{user}/roles/remove?roles={}", role.template_id())
}

fn chosen(fields: &Fields) -> Vec<Role> {
    fields.all("roles").filter_map(|id| Role::from_template_id(id.parse().ok()?)).collect()
}
