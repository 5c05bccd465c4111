//! A new password for somebody.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;
use http::StatusCode;
use model::ids::UserId;
use model::roles::Permission;

use super::change::ConfirmPage;
use super::id_of;
use crate::access::Actor;
use crate::access::session::SignedIn;
use crate::app::App;
use crate::db::TenantScope;
use crate::error::Error;
use crate::features::directory::ops::directory_user::get_user;
use crate::features::directory::ops::lookup::get;
use crate::features::directory::ops::password::{reset_password, temporary_password};
use crate::secrets::Secret;
use crate::web::forms::Fields;
use crate::web::fresh::stale;
use crate::web::layout::{Page, Section, render};
use crate::{rehearse, transaction};

/// The one page that shows a temporary password, where there is one. It is the answer to a post, so no address leads back to it.
#[derive(Template)]
#[template(path = "people/password.html")]
pub(super) struct ShownPage {
    pub page: Page,
    pub user: String,
    pub lead: String,
    pub name: String,
    pub password: Option<Secret>,
}

impl ShownPage {
    fn title(&self) -> &'static str {
        if self.password.is_some() { "people-password-title" } else { "people-created-title" }
    }
}

/// What a new password changes, so that a page that is sent again makes no second one.
async fn state(scope: &mut TenantScope<'_>, actor: &Actor, user: UserId) -> Result<Fields, Error> {
    let changed_at = get_user(scope, actor, user).await?.password_changed_at;
    Ok(Fields::new().with("password", changed_at.map_or_else(String::new, |at| at.to_string())))
}

fn form_of(user: UserId) -> String {
    format!("/people/{user}/reset-password")
}

pub(super) async fn show(
    State(app): State<App>,
    signed_in: SignedIn,
    page: Page,
    Path(id): Path<String>,
) -> Result<Response, Error> {
    let (actor, user, moment) = (&signed_in.actor, id_of(&id)?, app.moment());
    if let Some(elsewhere) = stale(&signed_in, &form_of(user), &moment) {
        return Ok(elsewhere);
    }
    actor.require(Permission::ResetPasswords)?;
    let rehearsed = async {
        rehearse!(app.db, |scope| {
            let mut tenant = scope.tenant(actor.grant()).await?;
            reset_password(&mut tenant, actor, user, "", &moment).await
        })
    };
    let seen = {
        let mut scope = app.db.read().await?;
        let mut tenant = scope.tenant(actor.grant()).await?;
        Fields::new().showing(&state(&mut tenant, actor, user).await?)
    };
    ConfirmPage::show(&app, &signed_in, page, &id, rehearsed, |l, detail| {
        let name = detail.person.display_name.as_str();
        ConfirmPage {
            title: l.a("people-reset-title", &[("name", name)]),
            effects: vec![
                l.t("people-reset-effect-new"),
                l.a("people-effect-sessions", &[("count", detail.sessions)]),
            ],
            button: l.t("people-reset"),
            danger: false,
            hidden: seen.pairs().collect(),
            ..ConfirmPage::default()
        }
    })
    .await
}

pub(super) async fn send(
    State(app): State<App>,
    signed_in: SignedIn,
    page: Page,
    Path(id): Path<String>,
    fields: Fields,
) -> Result<Response, Error> {
    let page = signed_in.on(page).in_section(Section::People);
    let actor = &signed_in.actor;
    actor.require(Permission::ResetPasswords)?;
    let (user, moment) = (id_of(&id)?, app.moment());
    if let Some(elsewhere) = stale(&signed_in, &form_of(user), &moment) {
        return Ok(elsewhere);
    }
    let (password, hash) = temporary_password(&app, &moment).await?;
    let detail = transaction!(app.db, |scope| {
        let mut tenant = scope.tenant(actor.grant()).await?;
        fields.require_unchanged(&state(&mut tenant, actor, user).await?)?;
        reset_password(&mut tenant, actor, user, &hash, &moment).await?;
        get(&mut tenant, actor, user, moment.now).await
    })?;
    let lead = page.l.a("people-password-lead", &[("name", &detail.person.display_name)]);
    let name = detail.person.sign_in_name();
    let view = ShownPage { page, user: user.to_string(), lead, name, password: Some(password) };
    Ok(render(&view, StatusCode::OK))
}
