//! Creating a group and changing one, with a trial of the rule that says who is in it.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;
use http::StatusCode;
use model::roles::Permission;

use super::{done, form, id_of};
use crate::access::Actor;
use crate::access::session::SignedIn;
use crate::app::App;
use crate::error::Error;
use crate::features::credentials::only_of_the_form;
use crate::features::groups::{self, Group, NewGroup, get_group, require_to_change};
use crate::features::membership::{Preview, preview};
use crate::transaction;
use crate::web::forms::Fields;
use crate::web::layout::{Page, Section, render};

#[derive(Template)]
#[template(path = "groups/edit.html")]
struct EditPage {
    page: Page,
    fields: Fields,
    /// Id and name of a group that is there already.
    group: Option<(String, String)>,
    may_grant: bool,
    is_role_assignable: bool,
    preview: Option<Preview>,
}

impl EditPage {
    fn new(page: Page, signed_in: &SignedIn, fields: Fields, group: Option<&Group>) -> Self {
        Self {
            group: group.map(|group| (group.id.to_string(), group.display_name.clone())),
            may_grant: signed_in.actor.may(Permission::ManageRoles),
            is_role_assignable: group.is_some_and(|group| group.properties.is_role_assignable()),
            preview: None,
            page,
            fields,
        }
    }

    /// Asks the typed rule of people, without storing anything.
    async fn with_trial(mut self, app: &App, signed_in: &SignedIn) -> Result<Self, Error> {
        let rule = self.fields.value("membershipRule").to_owned();
        match preview(app, &signed_in.actor, &rule, app.moment().now).await {
            Ok(found) => self.preview = Some(found),
            Err(error) => self.fields.refuse_all(only_of_the_form(error)?),
        }
        Ok(self)
    }

    fn answer(&self) -> Response {
        let status = if self.fields.is_refused() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
        render(self, status)
    }
}

/// Whoever manages groups makes groups; whoever grants roles makes those for roles.
fn require_to_make(actor: &Actor) -> Result<(), Error> {
    if actor.may(Permission::ManageRoles) { Ok(()) } else { actor.require(Permission::ManageGroups) }
}

pub(super) async fn show_new(signed_in: SignedIn, page: Page) -> Result<Response, Error> {
    let page = signed_in.on(page).in_section(Section::Groups);
    require_to_make(&signed_in.actor)?;
    Ok(EditPage::new(page, &signed_in, form::empty(), None).answer())
}

pub(super) async fn create(
    State(app): State<App>,
    signed_in: SignedIn,
    page: Page,
    mut fields: Fields,
) -> Result<Response, Error> {
    let page = signed_in.on(page).in_section(Section::Groups);
    let (actor, moment) = (&signed_in.actor, app.moment());
    require_to_make(actor)?;
    if fields.has("try") {
        return Ok(EditPage::new(page, &signed_in, fields, None)
            .with_trial(&app, &signed_in)
            .await?
            .answer());
    }
    if let Some((display_name, properties)) = form::read(&mut fields, None) {
        let new = NewGroup { display_name, properties, ..NewGroup::default() };
        let created = transaction!(app.db, |scope| {
            let mut tenant = scope.tenant(actor.grant()).await?;
            groups::create(&app, &mut tenant, actor, &new, &moment).await
        });
        match created {
            Ok(group) => return Ok(done(group.id, "created")),
            Err(error) => fields.refuse_all(only_of_the_form(error)?),
        }
    }
    Ok(EditPage::new(page, &signed_in, fields, None).answer())
}

/// The group, where whoever looks may change it.
async fn load(app: &App, signed_in: &SignedIn, id: &str) -> Result<Group, Error> {
    let mut scope = app.db.read().await?;
    let mut tenant = scope.tenant(signed_in.actor.grant()).await?;
    let group = get_group(&mut tenant, &signed_in.actor, id_of(id)?).await?;
    require_to_change(&mut tenant, &signed_in.actor, &group).await?;
    Ok(group)
}

pub(super) async fn show(
    State(app): State<App>,
    signed_in: SignedIn,
    page: Page,
    Path(id): Path<String>,
) -> Result<Response, Error> {
    let page = signed_in.on(page).in_section(Section::Groups);
    let group = load(&app, &signed_in, &id).await?;
    Ok(EditPage::new(page, &signed_in, form::filled(&group).showing_itself(), Some(&group)).answer())
}

pub(super) async fn send(
    State(app): State<App>,
    signed_in: SignedIn,
    page: Page,
    Path(id): Path<String>,
    mut fields: Fields,
) -> Result<Response, Error> {
    let page = signed_in.on(page).in_section(Section::Groups);
    let (actor, moment) = (&signed_in.actor, app.moment());
    let group = load(&app, &signed_in, &id).await?;
    if fields.has("try") {
        let view = EditPage::new(page, &signed_in, fields, Some(&group));
        return Ok(view.with_trial(&app, &signed_in).await?.answer());
    }
    if let Some((name, properties)) = form::read(&mut fields, Some(&group)) {
        let updated = transaction!(app.db, |scope| {
            let mut tenant = scope.tenant(actor.grant()).await?;
            fields.require_unchanged(&form::filled(&get_group(&mut tenant, actor, group.id).await?))?;
            groups::update(&app, &mut tenant, actor, (group.id, &name, &properties), &moment).await
        });
        match updated {
            Ok(_) => return Ok(done(group.id, "updated")),
            Err(error) => fields.refuse_all(only_of_the_form(error)?),
        }
    }
    Ok(EditPage::new(page, &signed_in, fields, Some(&group)).answer())
}
