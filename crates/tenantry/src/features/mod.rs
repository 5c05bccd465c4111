//! One folder a feature.

pub mod access_requests;
pub mod account;
pub mod agreements;
pub mod applications;
pub mod audit;
pub mod billing;
pub mod bulk;
pub mod credentials;
pub mod dev;
pub mod directory;
pub mod directory_api;
pub mod domains;
pub mod eligibility;
pub mod evidence;
pub mod groups;
pub mod imports;
pub mod membership;
pub mod objects;
pub mod operator;
pub mod overview;
pub mod reset;
pub mod retention;
pub mod sandbox;
pub mod signin;
pub mod signup;
pub mod tenants;
