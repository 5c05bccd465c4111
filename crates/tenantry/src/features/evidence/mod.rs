//! Evidence of a tenant: written by verifiers, read by requirements and pages.

mod ops;
mod store;

pub use ops::{Finding, current, establish, withdraw, withdraw_mailboxes};
pub use store::Evidence;
