//! A file per use case.

mod factors;
mod password;
mod sessions;

pub use factors::{confirm_app, make_codes, remove_app};
pub use password::{change, confirm, names};
pub use sessions::{end_one, end_others, rename};

use model::ids::UserId;

use crate::access::session::SignedIn;
use crate::error::Error;

/// The person who is signed in.
pub fn own_id(who: &SignedIn) -> Result<UserId, Error> {
    who.actor.user_id().ok_or_else(Error::not_found)
}
