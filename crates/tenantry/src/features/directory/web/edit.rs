//! Changing names and contact address.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;
use http::StatusCode;
use model::roles::Permission;

use super::{check, done, fields, id_of};
use crate::access::session::SignedIn;
use crate::app::App;
use crate::error::Error;
use crate::features::credentials::only_of_the_form;
use crate::features::directory::ops::directory_user::{get_user, update};
use crate::features::directory::ops::lookup::{get, verified_domains};
use crate::transaction;
use crate::web::forms::Fields;
use crate::web::layout::{Page, Section, render};

#[derive(Template)]
#[template(path = "people/edit.html")]
struct EditPage {
    page: Page,
    fields: Fields,
    user: String,
    live: String,
    display_name: String,
    domains: Vec<(String, String)>,
}

impl EditPage {
    async fn load(
        app: &App,
        signed_in: &SignedIn,
        page: Page,
        id: &str,
        fields: Option<Fields>,
    ) -> Result<Self, Error> {
        let user = id_of(id)?;
        let mut scope = app.db.read().await?;
        let mut tenant = scope.tenant(signed_in.actor.grant()).await?;
        let person = get(&mut tenant, &signed_in.actor, user, app.moment().now).await?.person;
        if person.deleted_at.is_some() {
            return Err(Error::not_found());
        }
        let properties = get_user(&mut tenant, &signed_in.actor, user).await?.properties;
        let mut domains = verified_domains(&mut tenant).await?;
        // Whoever has a name under one that takes nobody new keeps it.
        if !domains.contains(&person.domain_name) {
            domains.insert(0, person.domain_name.clone());
        }
        Ok(Self {
            fields: fields
                .unwrap_or_else(|| fields::with_texts(fields::filled(&person), &properties).showing_itself()),
            user: user.to_string(),
            live: check::path(user),
            domains: domains.into_iter().map(|name| (name.clone(), format!("@{name}"))).collect(),
            display_name: person.display_name,
            page,
        })
    }
}

pub(super) async fn show(
    State(app): State<App>,
    signed_in: SignedIn,
    page: Page,
    Path(id): Path<String>,
) -> Result<Response, Error> {
    let page = signed_in.on(page).in_section(Section::People);
    signed_in.actor.require(Permission::ManageUsers)?;
    let view = EditPage::load(&app, &signed_in, page, &id, None).await?;
    Ok(render(&view, StatusCode::OK))
}

pub(super) async fn send(
    State(app): State<App>,
    signed_in: SignedIn,
    page: Page,
    Path(id): Path<String>,
    mut fields: Fields,
) -> Result<Response, Error> {
    let page = signed_in.on(page).in_section(Section::People);
    let (actor, user, moment) = (&signed_in.actor, id_of(&id)?, app.moment());
    actor.require(Permission::ManageUsers)?;
    let suggested = fields.took_suggestion();
    let (profile, texts) = (fields::read(&app, &mut fields), fields::texts(&mut fields));
    if let Some((profile, texts)) = profile.zip(texts).filter(|_| !suggested) {
        let change = fields::change(profile, texts);
        let updated = transaction!(app.db, |scope| {
            let mut tenant = scope.tenant(actor.grant()).await?;
            let found = get_user(&mut tenant, actor, user).await?;
            let stored = fields::with_texts(fields::filled(&found.person), &found.properties);
            fields.require_unchanged(&stored)?;
            update(&mut tenant, actor, &found, &change, None, &moment).await
        });
        match updated {
            Ok(()) => return Ok(done(user, "updated")),
            Err(error) => fields.refuse_all(only_of_the_form(error)?),
        }
    }
    let view = EditPage::load(&app, &signed_in, page, &id, Some(fields)).await?;
    Ok(render(&view, StatusCode::UNPROCESSABLE_ENTITY))
}
