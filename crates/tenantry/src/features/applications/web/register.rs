//! Registering an application, with its service principal, so that it can be used at once.

use askama::Template;
use axum::extract::State;
use axum::response::Response;
use http::StatusCode;
use model::applications::{ApplicationSettings, ServicePrincipalSettings};
use model::refusal::{Code, Refusal};
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
    /// Where the program may run, the usual first.
    platforms: Vec<(String, String)>,
}

impl NewPage {
    fn new(page: Page, fields: Fields) -> Self {
        let platforms = vec![
            (WEB.to_owned(), page.l.t("applications-platform-web")),
            (SPA.to_owned(), page.l.t("applications-platform-spa")),
            (DEVICE.to_owned(), page.l.t("applications-platform-device")),
        ];
        Self { platforms, page, fields }
    }
}

/// The platforms by the names that Graph has for them.
const WEB: &str = "web";
const SPA: &str = "spa";
const DEVICE: &str = "publicClient";

const REDIRECTS: &str = "redirectUris";

/// The settings of a new application: its redirect URIs decide what it must show.
fn read(fields: &Fields) -> Result<ApplicationSettings, Refusal> {
    let mut settings = ApplicationSettings::default();
    let uris = match fields.value("platform") {
        "" | WEB => &mut settings.web.redirect_uris,
        SPA => &mut settings.spa.redirect_uris,
        DEVICE => &mut settings.public_client.redirect_uris,
        _ => return Err(Refusal::new(Code::PropertyChoice).on("platform")),
    };
    *uris = lines(fields.value(REDIRECTS));
    Ok(settings)
}

pub(super) async fn show(signed_in: SignedIn, page: Page) -> Result<Response, Error> {
    let page = on(&signed_in, page);
    signed_in.actor.require(Permission::ManageApplications)?;
    Ok(render(&NewPage::new(page, Fields::new()), StatusCode::OK))
}

pub(super) async fn send(
    State(app): State<App>,
    signed_in: SignedIn,
    page: Page,
    mut fields: Fields,
) -> Result<Response, Error> {
    let (actor, moment) = (&signed_in.actor, app.moment());
    actor.require(Permission::ManageApplications)?;
    let display_name = fields.value("displayName").to_owned();
    let settings = match read(&fields) {
        Ok(settings) => settings,
        Err(refusal) => {
            fields.refuse(refusal);
            let view = NewPage::new(on(&signed_in, page), fields);
            return Ok(render(&view, StatusCode::UNPROCESSABLE_ENTITY));
        }
    };
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
            fields.refuse_all(only_of_the_form(error)?.into_iter().map(|refusal| match refusal.field {
                Some(field) if field.ends_with(REDIRECTS) => refusal.on(REDIRECTS),
                _ => refusal,
            }));
            Ok(render(&NewPage::new(on(&signed_in, page), fields), StatusCode::UNPROCESSABLE_ENTITY))
        }
    }
}
