//! Signing in and out: user name, password, second factor where there is one, a new password where it must be changed.
//!
//! The first step looks the same for every name. Unknown names, wrong passwords, disabled, deleted and locked accounts
//! get one answer after the same work: a look-up, a password hash, and one transaction that runs the very same statements
//! for all: it looks again, reads and writes the counts of guesses (those of the person, or of the slot that stands for a
//! name that nobody has) and enqueues one encrypted job. What only a person can have, an entry in the log of
//! their tenant, that job writes; for nobody it does nothing. Between the steps the browser carries an encrypted
//! [`attempt`], and each step asks the database again what is still owed, so no address skips one.

mod account;
mod attempt;
mod ops;
mod place;
mod record;
mod refused;
mod store;
mod web;

pub use account::{Account, enter_for, find, subject_of, typed_name};
pub use ops::sign_out;
pub use place::place_of;
pub use record::note_sign_in;
pub use refused::{RecordRefusal, refuse, require_room};
pub use web::routes;
