//! The provider's page below a domain name, somebody's identity below a person, and the pages on the way there and back.

mod decide;
mod edit;
mod identity;
mod show;
mod way;

use axum::Router;
use axum::response::{IntoResponse as _, Redirect, Response};
use axum::routing::{get, post};
use model::eligibility::domain_name;

pub use show::tested;
pub use way::{Instead, lead_on, refused, trip_of};

use super::ops::settings::{View, view};
use crate::access::session::SignedIn;
use crate::app::App;
use crate::error::Error;
use crate::web::layout::{Page, Section};

/// `/domains/{name}/identity-provider` and `/people/{id}/identity`.
pub fn routes() -> Router<App> {
    Router::new()
        .route("/domains/{name}/identity-provider", get(show::show))
        .route("/domains/{name}/identity-provider/edit", get(edit::show).post(edit::save))
        .route("/domains/{name}/identity-provider/test", post(decide::test))
        .route("/domains/{name}/identity-provider/enforce", get(decide::ask_enforce).post(decide::enforce))
        .route(
            "/domains/{name}/identity-provider/switch-off",
            get(decide::ask_switch_off).post(decide::switch_off),
        )
        .route("/people/{id}/identity", get(identity::show).post(identity::forget))
}

/// The name in an address. What isn't a name answers like a name that the tenant doesn't have.
fn name_of(path: &str) -> Result<String, Error> {
    domain_name::canonical(path).map_err(|_| Error::not_found())
}

fn readable(name: &str) -> String {
    model::eligibility::email::told_domain(name)
}

fn path(name: &str) -> String {
    format!("/domains/{name}/identity-provider")
}

fn done(name: &str, what: &str) -> Response {
    Redirect::to(&format!("{}?done={what}", path(name))).into_response()
}

fn inside(signed_in: &SignedIn, page: Page) -> Page {
    signed_in.on(page).in_section(Section::Domains)
}

async fn load(app: &App, signed_in: &SignedIn, name: &str) -> Result<View, Error> {
    let mut scope = app.db.read().await?;
    let mut tenant = scope.tenant(signed_in.actor.grant()).await?;
    view(&mut tenant, &signed_in.actor, name).await
}
