//! What pages with a new password share: the strength shown while typing.

use askama::Template;
use axum::response::Response;
use http::StatusCode;
use model::refusal::{Code, Refusal};

use super::password::{Context, check_new_password};
use crate::app::App;
use crate::error::Error;
use crate::web::forms::Fields;
use crate::web::layout::{Page, render};

#[derive(Template)]
#[template(path = "credentials/strength.html")]
struct StrengthPart {
    page: Page,
    fields: Fields,
    level: u8,
}

/// The live answer below the field `password`: the first refusal, or how strong it is.
#[must_use]
pub fn strength_of(app: &App, page: Page, typed: &str, names: &Context) -> Response {
    let verdict = check_new_password(app, typed, names);
    let mut fields = Fields::new();
    if !typed.is_empty() {
        fields.refuse_all(verdict.answer.refusals);
    }
    render(&StrengthPart { page, fields, level: verdict.strength.level }, StatusCode::OK)
}

/// The refusals that a form shows beside its fields; anything else stays an error of the whole request.
///
/// # Errors
/// Gives the error back where a refusal speaks of no field.
pub fn only_of_the_form(error: Error) -> Result<Vec<Refusal>, Error> {
    let refusals = error.into_refusals()?;
    if refusals.iter().all(|refusal| refusal.field.is_some() || refusal.code == Code::ChangedSinceShown) {
        Ok(refusals)
    } else {
        Err(Error::Refused(refusals))
    }
}
