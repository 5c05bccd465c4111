//! Tenants: made in one piece with their initial domain, found by id.

mod ops;
mod store;

pub use ops::{NewTenant, create, initial_domain, set_contacts};
pub use store::{Tenant, after, find};
