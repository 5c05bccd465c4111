//! Custom domain names: added, proven by a record in DNS, made primary, removed.
//!
//! Adding a name claims nothing that others could notice: several tenants may have it unproven, and none is told of
//! another. Who publishes the record of their claim first has the name: one row of the global table
//! `verified_domain`, written in the transaction of the proof. [`ops::observe`] asks DNS and changes nothing, so a page
//! may look as often as it likes; [`ops::verify`] takes what was seen, and it alone verifies. Names below a proven one
//! are verified with it, in the same tenant; in another they need a record of their own.

mod ops;
mod store;
mod web;

pub use ops::add::{NewName, add};
pub use ops::look::{Names, get, list};
pub use ops::observe::{Observation, Proof, observe};
pub use ops::primary::make_primary;
pub use ops::remove::{Use, remove, uses};
pub use ops::verify::{Check, verify};
pub use store::{Listed, Name, primary};
pub use web::routes;
