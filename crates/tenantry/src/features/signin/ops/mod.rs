//! A file per step.

mod finish;
mod passkey;
mod password;
mod provider;
mod replace;
mod second_factor;

pub use finish::{Done, Owed, owed, sign_out};
pub use passkey::prove_passkey;
pub use password::prove_password;
pub use provider::{confirm_at_provider, note_test, prove_at_provider};
pub use replace::{names, replace_password};
pub use second_factor::prove_second_factor;

use http::HeaderMap;

use super::attempt::Proven;
use crate::access::Origin;
use crate::access::session::SignedIn;

/// The browser that asks.
pub struct Visit {
    pub origin: Origin,
    /// Its cookies tell familiar from unfamiliar places.
    pub headers: HeaderMap,
    /// Who was signed in here before; that session ends with a new sign-in.
    pub before: Option<SignedIn>,
}

/// How a step ended.
pub enum Step {
    /// One answer for everything that isn't right.
    Refused,
    /// Right, and something is still owed.
    Onward(Proven),
    Done(Done),
}
