//! Registering an application, with its service principal, so that it can be used at once.

use askama::Template;
use axum::extract::State;
use axum::response::Response;
use http::StatusCode;
use model::applications::{ApplicationSettings, ServicePrincipalSettings};
use model::roles::Permission;

use super::edit::lines;
use super::{done, on};
use crate::access::session::SignedIn;
use crate::app::App;
use crate::error::Error;
use crate::features::applications::ops::application::{NewApplication, create};
use crate::features::applications::ops::principals::create_service_principal;
use crate::features::credentials::only_of_the_form;
use crate::transaction;
use crate::web::forms::Fields;
use crate::web::layout::{Page, render};

#[derive(Template)]
#[template(path = "applications/new.html")]
struct NewPage {
    page: Page,
    fields: Fields,
}

pub(super) async fn show(signed_in: SignedIn, page: Page) -> Result<Response, Error> {
    let page = on(&signed_in, page);
    signed_in.actor.require(Permission::ManageApplications)?;
    Ok(render(&NewPage { page, fields: Fields::new() }, StatusCode::OK))
}

pub(super) async fn send(
    State(app): State<App>,
    signed_in: SignedIn,
    page: Page,
    mut fields: Fields,
) -> Result<Response, Error> {
    let (actor, moment) = (&signed_in.actor, app.moment());
    actor.require(Permission::ManageApplications)?;
    let mut settings = ApplicationSettings::default();
    settings.web.redirect_uris = lines(fields.value("web.redirectUris"));
    let display_name = fields.value("displayName").to_owned();
    let new = NewApplication { display_name, settings, ..NewApplication::default() };
    let made = transaction!(app.db, |scope| {
        let mut tenant = scope.tenant(actor.grant()).await?;
        let made = create(&mut tenant, actor, new.clone(), &moment).await?;
        let settings = ServicePrincipalSettings::default();
        create_service_principal(&mut tenant, actor, made.properties.app_id, settings, &moment).await?;
        Ok::<_, Error>(made.id)
    });
    match made {
        Ok(id) => Ok(done(id, "registered")),
        Err(error) => {
            fields.refuse_all(only_of_the_form(error)?);
            Ok(render(&NewPage { page: on(&signed_in, page), fields }, StatusCode::UNPROCESSABLE_ENTITY))
        }
    }
}
