//! A forgotten password: a code to the contact address, the second factor where there is one, a new password.
//!
//! Asking answers the same for every name, after the same work: it enqueues [`SendResetCode`], and only that job looks
//! whether there is an account. Until a code was right, each page and post runs the same statements for every name: the
//! counts of a name that nobody has stand under its [`Subject`](crate::features::credentials::Subject). The browser
//! carries the name and the reset's id, encrypted; what was proven so far stands in the reset's row, so no address skips
//! a step.

mod job;
mod ops;
mod store;
mod web;

pub use job::SendResetCode;
pub use web::routes;
