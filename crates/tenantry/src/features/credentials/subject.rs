//! Whom an attempt is about, whether or not there is such a person.

use model::ids::{TenantId, UserId};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::app::App;

/// Under which rows an attempt is counted: those of a person, or of the slot that stands for a name that nobody has.
/// Slots are few, so that guessed names can't fill the disk; they belong to the nil tenant, which never exists.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Subject {
    pub tenant: TenantId,
    pub user: UserId,
}

const SLOTS: u128 = 4096;

impl Subject {
    /// The slot of a name. Its keyed hash chooses it, so that nobody can tell which names share one.
    #[must_use]
    pub fn nobody(app: &App, name: &str) -> Self {
        let hash = app.keys.hash("unknown name", &[], name);
        let number = hash.iter().take(8).fold(0_u128, |number, byte| number << 8 | u128::from(*byte));
        Self { tenant: TenantId(Uuid::nil()), user: UserId(Uuid::from_u128(number % SLOTS + 1)) }
    }

    #[must_use]
    pub fn is_somebody(&self) -> bool {
        !self.tenant.0.is_nil()
    }
}
