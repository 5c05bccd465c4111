//! The activity log of a tenant: append-only, written in the transaction of the change that it tells of, read and
//! exported by those who may.

mod export;
mod ops;
mod store;
mod web;

pub use ops::read::{Filter, get, latest, latest_about, list, sign_ins_by_day};
pub use ops::record::{Event, record, record_once};
pub use store::Entry;
pub use web::{Told, routes, told};
