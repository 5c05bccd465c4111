//! What a browser carries between the steps of one sign-in.

use jiff::Timestamp;
use model::authentication::Methods;
use model::ids::{TenantId, UserId};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::web::going_on::Waiting;

/// Seconds until an unfinished sign-in is over, counted from its latest step.
pub const LASTS: i64 = 10 * 60;

/// One sign-in under way.
#[derive(Clone, Serialize, Deserialize)]
pub struct Attempt {
    /// As typed, in lower case.
    pub user_name: String,
    /// The path on this site to go to at the end.
    pub next: String,
    /// The application that waits there, as it was vouched for.
    #[serde(default)]
    pub application: Option<Waiting>,
    /// Present once the password was right, or their own provider said who it is.
    pub proven: Option<Proven>,
}

/// Somebody who has shown that an account is theirs.
#[derive(Clone, Serialize, Deserialize)]
pub struct Proven {
    pub tenant: TenantId,
    pub user: UserId,
    pub by: FirstFactor,
    pub remember: bool,
    pub second_factor: bool,
    /// What was shown until now.
    pub methods: Methods,
    /// When they were asked last, where that was before: a provider may know somebody for hours.
    pub authenticated_at: Option<Timestamp>,
}

/// What was shown first. The attempt ends once it counts no more.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum FirstFactor {
    /// The password that was set then.
    Password(Timestamp),
    /// The provider of the account's domain name, in this revision.
    Provider(Uuid),
    Passkey,
}
