//! `/applications`: the list, one application, and a page for each change that says what will happen.

mod access;
mod app_role;
mod ask;
mod certificate;
mod edit;
mod grant;
mod granted;
mod list;
mod mine;
mod offered;
mod one;
mod permission;
mod register;
mod registration;
mod secret;
mod sign_in;
mod who;

use axum::Router;
use axum::response::{IntoResponse as _, Redirect, Response};
use axum::routing::{get, post};
use model::applications::{AppRole, Application, PermissionScope, ServicePrincipal};
use model::ids::{ObjectId, UserId};
use model::refusal::Refusal;
use model::roles::Permission;
use uuid::Uuid;

use super::ops::application::get_application;
use super::ops::guard::may_change;
use super::ops::principals::find_service_principal_of;
use crate::access::Actor;
use crate::access::session::SignedIn;
use crate::app::App;
use crate::db::TenantScope;
use crate::error::Error;
use crate::features::directory::find_person;
use crate::features::objects::Object;
use crate::web::layout::{Page, Section};

pub fn routes() -> Router<App> {
    Router::new()
        .route("/my-applications", get(mine::show))
        .route("/my-applications/take-back", post(mine::send_back))
        .route("/my-applications/{id}/logo", get(mine::logo))
        .route("/applications", get(list::show))
        .route("/applications/new", get(register::show).post(register::send))
        .route("/applications/{id}", get(one::show))
        .route("/applications/{id}/edit", get(edit::show).post(edit::send))
        .route("/applications/registration", get(registration::show).post(registration::send))
        .route("/applications/{id}/sign-in", get(sign_in::show).post(sign_in::send))
        .route(
            "/applications/{id}/roles/new",
            get(offered::show_new::<AppRole>).post(offered::add::<AppRole>),
        )
        .route(
            "/applications/{id}/roles/{role}",
            get(offered::show::<AppRole>).post(offered::send::<AppRole>),
        )
        .route(
            "/applications/{id}/roles/{role}/remove",
            get(offered::show_remove::<AppRole>).post(offered::remove::<AppRole>),
        )
        .route(
            "/applications/{id}/permissions/new",
            get(offered::show_new::<PermissionScope>).post(offered::add::<PermissionScope>),
        )
        .route(
            "/applications/{id}/permissions/{permission}",
            get(offered::show::<PermissionScope>).post(offered::send::<PermissionScope>),
        )
        .route(
            "/applications/{id}/permissions/{permission}/remove",
            get(offered::show_remove::<PermissionScope>).post(offered::remove::<PermissionScope>),
        )
        .route("/applications/{id}/access", get(access::show).post(access::send))
        .route("/applications/{id}/secrets/new", get(secret::show).post(secret::send))
        .route("/applications/{id}/secrets/remove", get(ask::show_secret).post(ask::remove_secret))
        .route("/applications/{id}/certificates/new", get(certificate::show).post(certificate::send))
        .route(
            "/applications/{id}/certificates/remove",
            get(certificate::show_remove).post(certificate::remove),
        )
        .route("/applications/{id}/api-permissions/new", get(grant::show).post(grant::send))
        .route("/applications/{id}/api-permissions/remove", get(granted::show_remove).post(granted::remove))
        .route("/applications/{id}/owners/new", get(who::show_owner).post(who::add_owner))
        .route("/applications/{id}/owners/remove", get(ask::show_owner).post(ask::remove_owner))
        .route("/applications/{id}/assignments/new", get(who::show_assignment).post(who::assign))
        .route(
            "/applications/{id}/assignments/remove",
            get(ask::show_assignment).post(ask::remove_assignment),
        )
        .route("/applications/{id}/delete", get(ask::show_delete).post(ask::delete))
        .route("/applications/{id}/restore", get(ask::show_restore).post(ask::restore))
}

/// An id of the address; one that isn't an id is unknown like any other.
fn id_of(text: &str) -> Result<ObjectId, Error> {
    text.parse().map_err(|_| Error::not_found())
}

/// The sign-in name where it is a person, since two may have the same name; to those alone who may look at people.
async fn sign_in_name(scope: &mut TenantScope<'_>, actor: &Actor, principal: Uuid) -> Result<String, Error> {
    if !actor.may(Permission::ReadDirectory) {
        return Ok(String::new());
    }
    let person = find_person(scope, UserId(principal)).await?;
    Ok(person.map(|person| person.sign_in_name()).unwrap_or_default())
}

/// Back to the application's page with a word on what was done.
fn done(id: ObjectId, what: &str) -> Response {
    Redirect::to(&format!("/applications/{id}?done={what}")).into_response()
}

/// An application with its service principal, for somebody who may read them.
struct Found {
    application: Object<Application>,
    principal: Option<Object<ServicePrincipal>>,
    /// Why the person may not change them.
    refused: Option<Vec<Refusal>>,
}

impl Found {
    async fn load(app: &App, signed_in: &SignedIn, id: &str) -> Result<Self, Error> {
        let (id, actor) = (id_of(id)?, &signed_in.actor);
        let mut scope = app.db.read().await?;
        let mut tenant = scope.tenant(actor.grant()).await?;
        let application = get_application(&mut tenant, actor, id).await?;
        let principal = find_service_principal_of(&mut tenant, application.properties.app_id).await?;
        let refused = match may_change(&mut tenant, actor, id).await {
            Ok(()) => None,
            Err(error) => Some(error.into_refusals()?),
        };
        Ok(Self { application, principal, refused })
    }

    /// The application, deleted or not as asked, for somebody who may change it.
    async fn to_change(app: &App, signed_in: &SignedIn, id: &str, deleted: bool) -> Result<Self, Error> {
        let mut found = Self::load(app, signed_in, id).await?;
        if let Some(refusals) = found.refused.take() {
            return Err(Error::Refused(refusals));
        }
        if found.application.deleted_at.is_some() != deleted {
            return Err(Error::not_found());
        }
        Ok(found)
    }
}

fn on(signed_in: &SignedIn, page: Page) -> Page {
    signed_in.on(page).in_section(Section::Applications)
}
