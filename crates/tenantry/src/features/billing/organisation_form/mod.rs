//! The form of an organisation, for sign-up and for the billing account: the fields that its country asks for, in the
//! country's order and words, with Western forms where name checking can't read what was entered.
//!
//! A handler calls [`take`]: it gives the organisation, or puts refusals and proposals into the fields, and the page is
//! shown again with [`view`]. The template's part is `pieces/organisation.html`.

mod view;

use axum::extract::Path;
use axum::response::Response;
use http::StatusCode;
use model::eligibility::{organization, western::is_western};
use model::organisation::{Checked, Organisation, OrganisationInput, check as check_organisation};

use crate::error::Error;
use crate::web::forms::{Fields, Verdict};
use crate::web::layout::{Page, render};

pub use view::{AddressField, OrganisationForm, view};

/// Says that Western forms were proposed and wait for a word; never sent by the page.
const PROPOSED: &str = "western_proposed";

/// Fields with a Western form: the field, its form, and the hidden field that says what the form was made of.
const WESTERN: [(&str, &str, &str); 3] = [
    ("legal_name", "legal_name_western", "legal_name_western_of"),
    ("address_lines", "address_lines_western", "address_lines_western_of"),
    ("city", "city_western", "city_western_of"),
];

/// Fields that are checked while they are typed.
const LIVE: [&str; 8] =
    ["legal_name", "city", "postal_code", "given_name", "surname", "phone", "website", "registration_id"];

/// Whether the person only wants the fields of another country, or took a suggestion: show the page again with 200.
#[must_use]
pub fn only_refreshes(fields: &Fields) -> bool {
    fields.has("refresh") || fields.took_suggestion()
}

/// The form as the rules of [`model::organisation`] take it.
#[must_use]
pub fn input(fields: &Fields) -> OrganisationInput {
    let value = |name: &str| fields.value(name).to_owned();
    let western = |(of, name, made_of): (&str, &str, &str)| {
        // What was entered has changed since: its old Western form says nothing about it.
        let stale = fields.has(made_of) && !same_lines(fields.value(made_of), fields.value(of));
        if stale { String::new() } else { value(name) }
    };
    OrganisationInput {
        legal_name: value("legal_name"),
        legal_name_western: western(WESTERN[0]),
        country: value("country"),
        address_lines: value("address_lines"),
        address_lines_western: western(WESTERN[1]),
        city: value("city"),
        city_western: western(WESTERN[2]),
        region: value("region"),
        postal_code: value("postal_code"),
        given_name: value("given_name"),
        surname: value("surname"),
        phone: value("phone"),
        website: value("website"),
        registration_id: value("registration_id"),
    }
}

fn same_lines(left: &str, right: &str) -> bool {
    left.lines().map(str::trim).eq(right.lines().map(str::trim))
}

/// Checks the form. `None` means that it must be shown again: with refusals, or with Western forms to confirm.
/// `email` is the proven mailbox of the contact.
#[must_use]
pub fn take(fields: &mut Fields, email: &str) -> Option<Organisation> {
    let input = input(fields);
    for (name, typed) in [
        ("legal_name_western", &input.legal_name_western),
        ("address_lines_western", &input.address_lines_western),
        ("city_western", &input.city_western),
    ] {
        fields.set(name, typed.clone());
    }
    match check_organisation(&input, email) {
        Checked::Accepted { organisation, .. } => Some(*organisation),
        Checked::Refused(refusals) => {
            fields.refuse_all(refusals);
            None
        }
        Checked::Confirm(proposals) => {
            for to_confirm in proposals {
                fields.set(to_confirm.field, to_confirm.proposal);
            }
            fields.set(PROPOSED, "yes");
            None
        }
    }
}

/// The status of a page that is shown again.
#[must_use]
pub fn status(fields: &Fields) -> StatusCode {
    if fields.is_refused() || fields.has(PROPOSED) {
        StatusCode::UNPROCESSABLE_ENTITY
    } else {
        StatusCode::OK
    }
}

/// The form filled with what is kept.
#[must_use]
pub fn fields_from(organisation: &Organisation) -> Fields {
    let Organisation { address, contact, .. } = organisation;
    let western = |western: String, entered: &str| if is_western(entered) { String::new() } else { western };
    let lines = address.lines.join("\n");
    Fields::new()
        .with("legal_name", &organisation.legal_name)
        .with(
            "legal_name_western",
            western(organisation.legal_name_western.clone(), &organisation.legal_name),
        )
        .with("country", &address.country)
        .with("address_lines_western", western(address.western_lines.join("\n"), &lines))
        .with("address_lines", lines)
        .with("city", &address.city)
        .with("city_western", western(address.western_city.clone(), &address.city))
        .with("region", &address.region)
        .with("postal_code", &address.postal_code)
        .with("given_name", &contact.given_name)
        .with("surname", &contact.surname)
        .with("phone", &contact.phone)
        .with("website", organisation.website.clone().unwrap_or_default())
        .with("registration_id", organisation.registration_id.clone().unwrap_or_default())
}

/// Answers the live check of one field: route a post of `…/check/{field}` to it, counted as [`Limit::Check`].
///
/// # Errors
/// When the form has no such field.
///
/// [`Limit::Check`]: crate::web::limits::Limit::Check
pub fn check(page: Page, fields: &Fields, Path(field): Path<String>) -> Result<Response, Error> {
    let name = LIVE.into_iter().find(|known| *known == field).ok_or_else(Error::not_found)?;
    let input = input(fields);
    let mut shown = Fields::new().with(name, fields.value(name));
    if fields.value(name).trim().is_empty() {
        // Left empty for now: the whole form says so when it is sent.
    } else if let Checked::Refused(refusals) = check_organisation(&input, "") {
        shown.refuse_all(refusals.into_iter().filter(|refusal| refusal.field == Some(name)));
    }
    if name == "legal_name" && !shown.is_refused() {
        let warnings = organization::check(&input.legal_name).answer.warnings;
        shown.refuse_all(warnings.into_iter().map(|warning| warning.on("legal_name")));
    }
    Ok(render(&Verdict { page, fields: shown, name, good: String::new() }, StatusCode::OK))
}

#[cfg(test)]
mod tests;
