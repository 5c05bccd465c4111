//! The page that leads to a provider, and the one for an answer that doesn't count.

use askama::Template;
use axum::response::Response;
use http::{HeaderMap, StatusCode};
use model::refusal::Refusal;

use crate::app::App;
use crate::error::Error;
use crate::features::federation::ops::trip::{LASTS, Trip};
use crate::moment::Moment;
use crate::web::layout::{Page, render};
use crate::web::locale::Told;
use crate::web::{cookies, sealed};

/// Browsers hold each step of a form's way against `form-action`, so no form leads to a provider: this page does.
#[derive(Template)]
#[template(path = "federation/lead.html")]
struct LeadPage {
    page: Page,
    address: String,
    host: String,
    elsewhere: String,
    instead: &'static str,
}

/// Where somebody goes who doesn't go on to the provider.
pub enum Instead {
    /// To the first step, with another account.
    AnotherAccount(String),
    /// To where they came from.
    Back(String),
}

/// Leads the browser on to a provider; it carries the trip meanwhile.
///
/// # Errors
/// When the trip can't be encrypted.
pub fn lead_on(
    app: &App,
    page: Page,
    trip: &Trip,
    (address, instead): (String, Instead),
    moment: &Moment,
) -> Result<Response, Error> {
    let rest = address.split_once("://").map_or(address.as_str(), |(_, rest)| rest);
    let host = rest.split(['/', '?']).next().unwrap_or_default().to_owned();
    let (elsewhere, instead) = match instead {
        Instead::AnotherAccount(first) => (first, "federation-lead-another"),
        Instead::Back(from) => (from, "federation-lead-back"),
    };
    let mut response = render(&LeadPage { page, address, host, elsewhere, instead }, StatusCode::OK);
    sealed::put(app, response.headers_mut(), cookies::PROVIDER, trip, LASTS, moment)?;
    Ok(response)
}

/// The trip that a browser is on.
#[must_use]
pub fn trip_of(app: &App, headers: &HeaderMap, moment: &Moment) -> Option<Trip> {
    sealed::get(app, headers, cookies::PROVIDER, moment)
}

#[derive(Template)]
#[template(path = "federation/refused.html")]
struct RefusedPage {
    page: Page,
    told: Vec<Told>,
    again: String,
}

/// Says what is wrong with what a provider answered, and how to try again.
#[must_use]
pub fn refused(page: Page, refusals: &[Refusal], again: String) -> Response {
    let told = page.l.refusals(refusals);
    render(&RefusedPage { page, told, again }, StatusCode::UNPROCESSABLE_ENTITY)
}
