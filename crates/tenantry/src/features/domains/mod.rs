//! Custom domain names: added, proven by a record in DNS, made primary, proven again daily, contested, removed.
//!
//! Adding a name claims nothing that others could notice: several tenants may have it unproven, and none is told of
//! another. Who publishes the record of their claim first has the name: one row of the global table
//! `verified_domain`, written in the transaction of the proof. [`ops::observe`] asks DNS and changes nothing, so a page
//! may look as often as it likes; [`ops::verify`] takes what was seen, and it alone verifies. Names below a proven one
//! are verified with it, in the same tenant; in another they need a record of their own.
//!
//! A held name is proven again daily ([`jobs`]); its life is `model::domains::life`'s to say. A lapsed one may be proven by
//! another tenant: that opens a case ([`ops::cases`]), which its holder ends by proving it in time, and which is decided
//! otherwise ([`ops::decide`]). Whatever way a name goes ([`ops::depart`]), its people keep their accounts under the
//! initial name, and what was begun under it counts no more.

mod jobs;
mod notices;
mod ops;
mod store;
mod web;

pub use jobs::{
    DecideDueCases, EndEpoch, FollowDeparture, LookAfterNames, ProveDueNames, RemoveByForce, TellTenant,
};
pub use notices::Notice;
pub use ops::add::{NewName, add};
pub use ops::force::{MOST, Plan, departure, force_remove, plan};
pub use ops::look::{Names, changed_hands_since, get, list, troubled};
pub use ops::observe::{Observation, Proof, Says, glance, observe};
pub use ops::primary::make_primary;
pub use ops::promote::promote;
pub use ops::remove::remove;
pub use ops::services::set_services;
pub use ops::uses::{Use, narrow_to_references, uses};
pub use ops::verify::{Check, verify};
pub use store::departures::{Departure, Rename};
pub use store::{Listed, Name, primary};
pub use web::routes;
