//! Postal address: is it complete, and do country, region, city and postal code agree?
//!
//! What a country asks for is data (`crates/model/data/address`), one line a country, read when that country is
//! first asked about. [`rules`] tells a form which fields to show and in which order; [`check`] answers with the
//! address in the country's usual writing, with every reason to refuse, and with a Western form of what name
//! checking couldn't read; [`format()`] writes the lines of a label.

mod check;
mod countries;
mod layout;
mod postal;
mod regions;

use serde::{Deserialize, Serialize};

pub use check::check;
pub use countries::{City, CountryRules, Field, Subdivision, countries, rules};
pub use layout::{Order, format};

use super::western::Western;
use crate::refusal::Refusal;

/// An address as a person or program entered it. Absent fields are empty.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct AddressInput {
    /// ISO 3166-1 alpha-2, any case.
    pub country: String,
    /// Street, house number, floor, post office box: as many lines as there are.
    pub address_lines: Vec<String>,
    pub suburb: String,
    pub city: String,
    /// ISO 3166-2 id (`US-CA`), its second half, or the name in a local or the Latin writing.
    pub region: String,
    pub postal_code: String,
}

/// The answer of [`check`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct AddressVerdict {
    /// True when there is no refusal.
    pub valid: bool,
    /// Spaces and case tidied, postal code as the country writes it, region by its id where it is a known one.
    pub normalised: AddressInput,
    pub refusals: Vec<Refusal>,
    /// A Western form for each field that isn't in Western European characters, for the person to confirm.
    pub western: Vec<FieldProposal>,
}

/// A Western form proposed for one field.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct FieldProposal {
    pub field: &'static str,
    /// Which of the address lines, counted from 0; 0 for all other fields.
    pub line: usize,
    #[serde(flatten)]
    pub proposal: Western,
}

#[cfg(test)]
mod tests;
