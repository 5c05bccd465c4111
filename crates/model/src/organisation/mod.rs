//! An organisation as its billing account holds it: name, address, contact, registration.
//!
//! Name and address are kept as entered and, where other letters are used, in a Western form that the person
//! confirmed (SPEC §4).

mod check;
mod contacts;

use serde::{Deserialize, Serialize};

pub use check::{Checked, OrganisationInput, ToConfirm, check};
pub use contacts::{CONTACTS, Contacts};

/// A legal entity with the person to speak to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Organisation {
    pub legal_name: String,
    /// The confirmed Western form; the same as `legal_name` where that is Western already.
    pub legal_name_western: String,
    pub address: PostalAddress,
    pub contact: Contact,
    /// An https or http address, or nothing.
    pub website: Option<String>,
    /// Tax or registration number in its normalised form.
    pub registration_id: Option<String>,
}

/// A postal address as entered, with its Western form.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PostalAddress {
    /// ISO 3166-1 alpha-2.
    pub country: String,
    pub lines: Vec<String>,
    pub city: String,
    /// The subdivision's id of the country's rules, or text where the country has no list.
    pub region: String,
    pub postal_code: String,
    /// Lines and city in Western letters, where they differ.
    pub western_lines: Vec<String>,
    pub western_city: String,
}

/// The Primary contact.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Contact {
    pub given_name: String,
    pub surname: String,
    pub email: String,
    /// E.164.
    pub phone: String,
}
