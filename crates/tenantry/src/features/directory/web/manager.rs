//! Whom somebody reports to, chosen from a search.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;
use http::StatusCode;
use model::ids::UserId;
use model::roles::Permission;

use super::{done, id_of};
use crate::access::session::SignedIn;
use crate::app::App;
use crate::error::Error;
use crate::features::credentials::only_of_the_form;
use crate::features::directory::ops::list::{Filter, ListQuery, list};
use crate::features::directory::ops::lookup::get;
use crate::features::directory::ops::manager::{line_of, set_manager};
use crate::transaction;
use crate::web::forms::Fields;
use crate::web::layout::{Page, Section, render};

#[derive(Template)]
#[template(path = "people/manager.html")]
struct ManagerPage {
    page: Page,
    fields: Fields,
    user: String,
    display_name: String,
    search: String,
    /// The present manager's name.
    present: Option<String>,
    choices: Vec<(String, String, String)>,
}

impl ManagerPage {
    async fn load(
        app: &App,
        signed_in: &SignedIn,
        page: Page,
        id: &str,
        fields: Fields,
    ) -> Result<Self, Error> {
        let (user, actor) = (id_of(id)?, &signed_in.actor);
        let mut scope = app.db.read().await?;
        let mut tenant = scope.tenant(actor.grant()).await?;
        let person = get(&mut tenant, actor, user, app.moment().now).await?.person;
        if person.deleted_at.is_some() {
            return Err(Error::not_found());
        }
        let (present, _) = line_of(&mut tenant, actor, user).await?;
        let search = fields.sought("search");
        let query = ListQuery { search: search.clone(), filter: Filter::Everyone, ..ListQuery::default() };
        let found = list(&mut tenant, actor, &query).await?.items.into_iter().map(|listed| listed.person);
        let others = found.filter(|other| other.id != user);
        Ok(Self {
            choices: others
                .map(|other| (other.id.to_string(), other.display_name.clone(), other.sign_in_name()))
                .collect(),
            user: user.to_string(),
            display_name: person.display_name,
            present: present.map(|manager| manager.display_name),
            search,
            fields,
            page,
        })
    }
}

pub(super) async fn show(
    State(app): State<App>,
    signed_in: SignedIn,
    page: Page,
    Path(id): Path<String>,
    fields: Fields,
) -> Result<Response, Error> {
    let page = signed_in.on(page).in_section(Section::People);
    signed_in.actor.require(Permission::ManageUsers)?;
    let view = ManagerPage::load(&app, &signed_in, page, &id, fields).await?;
    Ok(render(&view, StatusCode::OK))
}

/// An empty choice is nobody.
pub(super) async fn send(
    State(app): State<App>,
    signed_in: SignedIn,
    page: Page,
    Path(id): Path<String>,
    mut fields: Fields,
) -> Result<Response, Error> {
    let page = signed_in.on(page).in_section(Section::People);
    let (actor, user, moment) = (&signed_in.actor, id_of(&id)?, app.moment());
    let manager: Option<UserId> = match fields.value("manager") {
        "" => None,
        chosen => Some(id_of(chosen)?),
    };
    let set = transaction!(app.db, |scope| {
        let mut tenant = scope.tenant(actor.grant()).await?;
        set_manager(&mut tenant, actor, user, manager, &moment).await
    });
    match set {
        Ok(()) => Ok(done(user, "manager")),
        Err(error) => {
            fields.refuse_all(only_of_the_form(error)?);
            let view = ManagerPage::load(&app, &signed_in, page, &id, fields).await?;
            Ok(render(&view, StatusCode::UNPROCESSABLE_ENTITY))
        }
    }
}
