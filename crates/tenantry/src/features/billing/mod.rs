//! The billing account of a tenant, type Organization: who pays, how, and under which agreement.
//!
//! A sign-up makes one with its tenant ([`create`]); a tenant without one sets it up here in the same steps. Whoever
//! may manage billing can correct it and look after its cards; each change stands in the activity log with old and new.

mod jobs;
mod ops;
pub mod organisation_form;
mod store;
mod web;

pub use jobs::ForgetSetUp;
pub use ops::{NewBillingAccount, add_card, create, find, make_default, remove_card, update};
pub use store::{BillingAccount, Card};
pub use web::routes;
