//! What the operator does at the command line: make a tenant, look at the tenants, see how sign-ups go.
//!
//! Lists show global tables alone. Whatever is done inside a tenant stands in its activity log as the operator's.

mod ops;
mod store;

pub use ops::{CheckedTenant, MadeTenant, NewTenant, check, create_tenant, find};
pub use store::{FunnelStep, Overview, funnel, list};
