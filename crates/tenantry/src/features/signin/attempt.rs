//! What a browser carries between the steps of one sign-in.

use jiff::Timestamp;
use model::authentication::Methods;
use model::ids::{TenantId, UserId};
use serde::{Deserialize, Serialize};

/// Seconds until an unfinished sign-in is over, counted from its latest step.
pub const LASTS: i64 = 10 * 60;

/// One sign-in under way.
#[derive(Clone, Serialize, Deserialize)]
pub struct Attempt {
    /// As typed, in lower case.
    pub user_name: String,
    /// The path on this site to go to at the end.
    pub next: String,
    /// Present once the password was right.
    pub proven: Option<Proven>,
}

/// Somebody who has shown the password of an account.
#[derive(Clone, Serialize, Deserialize)]
pub struct Proven {
    pub tenant: TenantId,
    pub user: UserId,
    /// The password that was shown is the one set then; a later one ends the attempt.
    pub password_of: Timestamp,
    pub remember: bool,
    pub second_factor: bool,
    /// What was shown until now.
    pub methods: Methods,
}
