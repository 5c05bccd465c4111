//! `/roles`: the list, one role with who holds it, and a page for each change; `/account/access`: what oneself may do.

mod access;
mod assign;
mod delete;
mod edit;
mod list;
mod one;

use axum::Router;
use axum::response::{IntoResponse as _, Redirect, Response};
use axum::routing::get;
use model::objects::ObjectKind;
use uuid::Uuid;

use super::RoleDefinition;
use crate::access::session::SignedIn;
use crate::app::App;
use crate::error::Error;
use crate::web::layout::{Page, Section};
use crate::web::locale::Locale;

pub fn routes() -> Router<App> {
    Router::new()
        .route("/account/access", get(access::show))
        .route("/roles", get(list::show))
        .route("/roles/new", get(edit::show_new).post(edit::create))
        .route("/roles/{id}", get(one::show))
        .route("/roles/{id}/edit", get(edit::show).post(edit::send))
        .route("/roles/{id}/delete", get(delete::show).post(delete::send))
        .route("/roles/{id}/assign", get(assign::show).post(assign::send))
        .route("/roles/{id}/remove", get(assign::show_remove).post(assign::remove))
}

/// Roles as value, name and what each does, for a form.
#[must_use]
pub fn choices(l: &Locale, roles: &[RoleDefinition]) -> Vec<(String, String, String)> {
    roles.iter().map(|role| (role.id.to_string(), role.name.shown(l), role.does(l))).collect()
}

fn on(signed_in: &SignedIn, page: Page) -> Page {
    signed_in.on(page).in_section(Section::Roles)
}

/// An id of the address; one that isn't an id is unknown like any other.
fn id_of(text: &str) -> Result<Uuid, Error> {
    text.parse().map_err(|_| Error::not_found())
}

/// Back to a role's page with a word on what was done.
fn done(role: Uuid, what: &str) -> Response {
    Redirect::to(&format!("/roles/{role}?done={what}")).into_response()
}

/// Where somebody's own page is, and what they are.
fn told_kind(l: &Locale, kind: ObjectKind, id: Uuid) -> (String, String) {
    match kind {
        ObjectKind::User => (l.t("roles-kind-person"), format!("/people/{id}")),
        ObjectKind::Group => (l.t("roles-kind-group"), format!("/groups/{id}")),
        // The pages of applications are those of what they stand for.
        // Units hold no roles.
        ObjectKind::Application | ObjectKind::ServicePrincipal | ObjectKind::AdministrativeUnit => {
            (l.t("roles-kind-application"), String::new())
        }
    }
}
