//! Tenants: made in one piece with their initial domain, found by id, with the switch that makes second factors a duty.

mod ops;
mod security;
mod store;
mod web;

pub use ops::{NewTenant, create, initial_domain, set_contacts};
pub use security::{NAME as SECURITY_DEFAULTS, security_defaults, set_security_defaults};
pub use store::{Tenant, after, find};
pub use web::routes;
