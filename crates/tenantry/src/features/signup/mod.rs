//! Sign-up: from a work e-mail to a tenant with its first administrator (SPEC §5).
//!
//! The way: e-mail → code → discovery → organisation → sign-in details → payment → agreement → done. Before the code
//! comes back nothing depends on who has an account. Each step is stored before it is answered, so any device that
//! proves the mailbox again goes on where the last one stopped; nothing of a tenant exists until the last step makes
//! all of it in one transaction. What a browser may continue hangs on a random ticket in its cookie.

mod ops;
mod store;
mod web;

pub use ops::ExpireSignUps;
pub use web::routes;
