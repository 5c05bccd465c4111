//! The pages of sign-up, a file per step.

mod agreement;
mod code;
mod current;
mod details;
mod discovery;
mod email;
mod organisation;
mod payment;

use axum::Router;
use axum::routing::{get, post};
use model::sign_up::Step;

use super::ops;
use crate::app::App;
use crate::web::locale::Locale;

/// All routes of sign-up and the entry page.
pub fn routes() -> Router<App> {
    Router::new()
        .route("/", get(email::entry))
        .route("/sign-up", get(email::show).post(email::announce))
        .route("/sign-up/start", post(email::start))
        .route("/sign-up/email/check", post(email::check))
        .route("/find", get(email::find).post(email::start_find))
        .route("/sign-up/code", get(code::show).post(code::prove))
        .route("/sign-up/code/resend", post(code::resend))
        .route("/sign-up/discovery", get(discovery::show).post(discovery::choose))
        .route("/sign-up/asked", get(discovery::asked))
        .route("/sign-up/organisation", get(organisation::show).post(organisation::save))
        .route("/sign-up/organisation/check/{field}", post(organisation::check))
        .route("/sign-up/details", get(details::show).post(details::save))
        .route("/sign-up/details/check/{field}", post(details::check))
        .route("/sign-up/payment", get(payment::show))
        .route("/sign-up/agreement", get(agreement::show).post(agreement::sign))
}

/// Where a step's page is.
fn path(step: Step) -> &'static str {
    match step {
        Step::Discovery => "/sign-up/discovery",
        Step::Organisation => "/sign-up/organisation",
        Step::Details => "/sign-up/details",
        Step::Payment => "/sign-up/payment",
        Step::Agreement => "/sign-up/agreement",
    }
}

/// The step indicator: text and, where it can be gone back to, address.
fn steps(l: &Locale) -> [(String, &'static str); 6] {
    [
        (l.t("sign-up-step-email"), ""),
        (l.t("sign-up-step-code"), ""),
        (l.t("sign-up-step-organisation"), path(Step::Organisation)),
        (l.t("sign-up-step-details"), path(Step::Details)),
        (l.t("sign-up-step-payment"), path(Step::Payment)),
        (l.t("sign-up-step-agreement"), path(Step::Agreement)),
    ]
}
