//! The activity log of a tenant: append-only, written in the transaction of the change that it tells of.

mod ops;
mod store;

pub use ops::{Event, record};
pub use store::Entry;
