//! The pages of the billing account.

mod account;
mod cards;
mod existing;
mod set_up;

use axum::Router;
use axum::routing::{get, post};
use model::eligibility::address::{AddressInput, Order, format};
use model::organisation::{Organisation, PostalAddress};

use crate::access::session::SignedIn;
use crate::app::App;
use crate::web::layout::{Page, Section};
use crate::web::locale::Locale;

/// The pages under `/billing`, and `/existing`.
pub fn routes() -> Router<App> {
    Router::new()
        .route("/existing", get(existing::show))
        .route("/billing", get(account::show))
        .route("/billing/edit", get(account::edit).post(account::save))
        .route("/billing/edit/check/{field}", post(account::check))
        .route("/billing/cards/new", post(cards::start))
        .route("/billing/cards/new/{setup}", get(cards::show).post(cards::add))
        .route("/billing/cards/{id}/default", post(cards::make_default))
        .route("/billing/cards/{id}/remove", get(cards::ask_remove).post(cards::remove))
        .route("/billing/set-up", get(set_up::start))
        .route("/billing/set-up/organisation", get(set_up::organisation).post(set_up::save_organisation))
        .route("/billing/set-up/organisation/check/{field}", post(account::check))
        .route("/billing/set-up/payment", get(set_up::payment))
        .route("/billing/set-up/agreement", get(set_up::agreement).post(set_up::sign))
}

fn on(signed_in: &SignedIn, page: Page) -> Page {
    signed_in.on(page).in_section(Section::Billing)
}

/// The lines of a letter, in the country's own order, with the country below.
fn address_lines(l: &Locale, address: &PostalAddress) -> Vec<String> {
    label(l, address, address.lines.clone(), address.city.clone(), Order::Local)
}

/// The same in Western letters, where that differs.
fn western_lines(l: &Locale, organisation: &Organisation) -> Vec<String> {
    let address = &organisation.address;
    let or = |western: &str, entered: &str| {
        if western.is_empty() { entered.to_owned() } else { western.to_owned() }
    };
    let city = or(&address.western_city, &address.city);
    let lines =
        if address.western_lines.is_empty() { address.lines.clone() } else { address.western_lines.clone() };
    let differs = city != address.city
        || lines != address.lines
        || organisation.legal_name_western != organisation.legal_name;
    if !differs {
        return Vec::new();
    }
    let mut all = vec![or(&organisation.legal_name_western, &organisation.legal_name)];
    all.extend(label(l, address, lines, city, Order::Latin));
    all
}

fn label(l: &Locale, address: &PostalAddress, lines: Vec<String>, city: String, order: Order) -> Vec<String> {
    let input = AddressInput {
        country: address.country.clone(),
        address_lines: lines,
        suburb: String::new(),
        city,
        region: address.region.clone(),
        postal_code: address.postal_code.clone(),
    };
    let mut lines = format(&input, "", order);
    lines.push(l.country(&address.country));
    lines
}
