//! My account: what a person sees and changes about themselves. Profile facts, password, second factor, sessions.
//!
//! Changes to sign-in methods want a fresh sign-in: older than fifteen minutes, the password is asked for again. An
//! administrator without a second factor reaches [`crate::web::who::FIRST_SECOND_FACTOR`] and nothing else.

mod ops;
mod store;
mod web;

pub use web::routes;
