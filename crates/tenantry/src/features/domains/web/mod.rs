//! The pages of custom domain names. GET asks DNS and shows; only POST verifies.

mod add;
mod detail;
mod force;
mod life;
mod list;
mod live;
mod remove;

use axum::Router;
use axum::routing::{get, post};
use model::eligibility::domain_name;

use crate::app::App;
use crate::error::Error;
use crate::web::locale::Locale;

/// `/domains` and what lies below it.
pub fn routes() -> Router<App> {
    Router::new()
        .route("/domains", get(list::show))
        .route("/domains/add", get(add::show).post(add::add))
        .route("/domains/add/check", post(add::check))
        .route("/domains/{name}", get(detail::show))
        .route("/domains/{name}/dns", get(live::show))
        .route("/domains/{name}/check", post(detail::check))
        .route("/domains/{name}/primary", post(detail::make_primary))
        .route("/domains/{name}/promote", post(detail::promote))
        .route("/domains/{name}/remove", get(remove::ask).post(remove::remove))
        .route("/domains/{name}/force", get(force::ask).post(force::start))
        .route("/domains/{name}/departure", get(force::show))
}

/// The name in an address. What isn't a name answers like a name that the tenant doesn't have.
fn name_of(path: &str) -> Result<String, Error> {
    domain_name::canonical(path).map_err(|_| Error::not_found())
}

/// The name as people read it, and as DNS has it.
fn readable(name: &str) -> String {
    model::eligibility::email::told_domain(name)
}

/// What was just done, told once on the page that follows: a word of this list, nothing that a link could make up.
#[derive(serde::Deserialize)]
struct Done {
    done: Option<String>,
}

impl Done {
    fn text(&self, l: &Locale) -> Option<String> {
        match self.done.as_deref()? {
            "verified" => Some(l.t("domains-done-verified")),
            "confirmed" => Some(l.t("domains-done-confirmed")),
            "primary" => Some(l.t("domains-done-primary")),
            "promoted" => Some(l.t("domains-done-promoted")),
            "removed" => Some(l.t("domains-done-removed")),
            _ => None,
        }
    }
}
