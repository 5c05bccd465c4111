//! Creating a person; the temporary password is shown once, in the answer.

use askama::Template;
use axum::extract::State;
use axum::response::Response;
use http::StatusCode;
use model::roles::Permission;

use super::fields;
use super::password::ShownPage;
use crate::access::session::SignedIn;
use crate::app::App;
use crate::error::Error;
use crate::features::directory::ops::create::{NewUser, create_user};
use crate::features::directory::ops::lookup::verified_domains;
use crate::features::directory::ops::password::first_password;
use crate::features::roles;
use crate::transaction;
use crate::web::forms::Fields;
use crate::web::fresh::{Kept, stale, stale_form};
use crate::web::layout::{Page, Section, render};

const FORM: &str = "/people/new";
/// What waits while somebody shows again that it is them.
const KEPT: [&str; 7] =
    ["username", "domain", "givenName", "surname", "displayName", "contactEmail", "roles"];

#[derive(Template)]
#[template(path = "people/new.html")]
struct NewPage {
    page: Page,
    fields: Fields,
    domains: Vec<(String, String)>,
    roles: Vec<(String, String, String)>,
}

impl NewPage {
    async fn load(app: &App, signed_in: &SignedIn, page: Page, fields: Fields) -> Result<Self, Error> {
        let mut scope = app.db.read().await?;
        let mut tenant = scope.tenant(signed_in.actor.grant()).await?;
        let domains = verified_domains(&mut tenant).await?;
        let grantable = roles::grantable(&mut tenant, &signed_in.actor).await?;
        Ok(Self {
            domains: domains.into_iter().map(|name| (name.clone(), format!("@{name}"))).collect(),
            roles: roles::choices(&page.l, &grantable),
            page,
            fields,
        })
    }
}

pub(super) async fn show(
    State(app): State<App>,
    signed_in: SignedIn,
    page: Page,
    kept: Kept,
) -> Result<Response, Error> {
    let page = signed_in.on(page).in_section(Section::People);
    signed_in.actor.require(Permission::ManageUsers)?;
    // Who may grant roles is asked before the form is filled in, not after.
    if signed_in.actor.may(Permission::ManageRoles)
        && let Some(elsewhere) = stale(&signed_in, FORM, &app.moment())
    {
        return Ok(elsewhere);
    }
    let (page, fields) = kept.of(&signed_in, page);
    let view = NewPage::load(&app, &signed_in, page, fields.unwrap_or_default()).await?;
    Ok(kept.shown(render(&view, StatusCode::OK)))
}

pub(super) async fn send(
    State(app): State<App>,
    signed_in: SignedIn,
    page: Page,
    mut fields: Fields,
) -> Result<Response, Error> {
    let page = signed_in.on(page).in_section(Section::People);
    let actor = &signed_in.actor;
    actor.require(Permission::ManageUsers)?;
    if fields.has("roles")
        && let Some(elsewhere) = stale_form(&app, &signed_in, FORM, (&fields, &KEPT), &app.moment())
    {
        return Ok(elsewhere);
    }
    let suggested = fields.took_suggestion();
    let profile = fields::read(&app, &mut fields).filter(|_| !suggested);
    if let Some(profile) = profile {
        let moment = app.moment();
        let (password, hash) = first_password(&app, actor, &profile.name.domain, &moment).await?.unzip();
        let chosen = fields.all("roles").filter_map(|id| id.parse().ok());
        let new = NewUser {
            user_name: profile.name.user.clone(),
            domain_name: profile.name.domain.clone(),
            display_name: profile.display_name,
            given_name: profile.given_name,
            surname: profile.surname,
            contact_email: profile.contact,
            password: hash.map(|hash| (hash, true)),
            roles: chosen.collect(),
        };
        let created = transaction!(app.db, |scope| {
            let mut tenant = scope.tenant(actor.grant()).await?;
            create_user(&app, &mut tenant, actor, &new, &moment).await
        });
        match created.map_err(Error::into_refusals) {
            Ok(user) => {
                let lead = match password {
                    Some(_) => page.l.a("people-created-lead", &[("name", &new.display_name)]),
                    None => page.l.a("people-created-elsewhere", &[("name", &new.display_name)]),
                };
                let name = profile.name.to_string();
                let view = ShownPage { page, user: user.to_string(), lead, name, password };
                return Ok(render(&view, StatusCode::OK));
            }
            Err(refusals) => fields.refuse_all(refusals?),
        }
    }
    let view = NewPage::load(&app, &signed_in, page, fields).await?;
    Ok(render(&view, StatusCode::UNPROCESSABLE_ENTITY))
}
