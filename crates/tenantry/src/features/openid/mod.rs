//! Applications sign people in: every tenant is an OpenID provider (SPEC §9).
//!
//! A browser comes to the authorization endpoint with what a client asks. Who the client is and where answers may go is
//! settled first, for only then can the client be told of anything. Then whatever is owed is asked for: signing in, signing in
//! again, being assigned, consent. At the end stands a row of `application_grant`: its code, its refresh tokens and its access
//! tokens live with it and end with it, with the person, the session, the client and the tenant.
//!
//! The secrets of a grant are made of its id with a key of ours, so the database keeps none; an older refresh token that comes again, or
//! a code that does, is a copy and ends the grant (RFC 6749 §4.1.2, RFC 9700 §4.14).

mod jobs;
mod ops;
mod store;
mod web;

pub use jobs::{FetchLogo, LookAfterKeys, TellApplication, TellSessionEnded};
pub use ops::known::Known;
pub use web::{for_programs, is_for_programs, routes, told_to_programs};
