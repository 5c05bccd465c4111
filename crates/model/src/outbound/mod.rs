//! Where the service may connect to when a tenant says so: over https, by name, to public addresses alone (SPEC §3.16).

mod address;
mod target;

#[cfg(test)]
mod tests;

pub use address::is_public;
pub use target::{Host, Rules, Target};
