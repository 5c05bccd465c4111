//! Signing in and out: user name, password, second factor where there is one, a new password where it must be changed.
//!
//! The first step looks the same for every name. Unknown names, wrong passwords, disabled, deleted and locked accounts
//! get one answer after the same work: one look-up, one password hash, one durable write. Between the steps the browser
//! carries an encrypted [`attempt`], and each step asks the database again what is still owed, so no address skips one.

mod account;
mod attempt;
mod ops;
mod place;
mod store;
mod web;

pub use account::{Account, find, typed_name};
pub use place::place_of;
pub use web::routes;
