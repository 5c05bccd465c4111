//! What is kept of domain names: those of a tenant, who holds which, cases between tenants, and names that go.

pub mod cases;
pub mod departures;
pub mod held;
mod names;
pub mod uses;

pub use names::*;
