//! Proofs that an operator can run: what the service promises, tried on the program as it is.
//!
//! `tenantry prove isolation` builds two companies in a database of their own and asks every route of pages and API as the
//! one with the ids of the other. It starts from the router itself, so no route can be left out.

mod asking;
mod isolation;
pub mod paths;
mod scene;

pub use isolation::{Line, Report, isolation};
