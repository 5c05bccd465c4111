//! One folder a feature.

pub mod access_requests;
pub mod audit;
pub mod dev;
pub mod directory;
pub mod evidence;
pub mod tenants;
