//! One folder a feature.

pub mod access_requests;
pub mod audit;
pub mod credentials;
pub mod dev;
pub mod directory;
pub mod domains;
pub mod evidence;
pub mod signin;
pub mod tenants;
pub mod agreements;
pub mod audit;
pub mod billing;
pub mod dev;
pub mod directory;
pub mod evidence;
pub mod sandbox;
