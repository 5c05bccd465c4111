//! A sign-up: from a proven mailbox to a tenant, in one transaction at the end (SPEC §5).
//!
//! The draft holds what is known so far; which step comes next, and which may be visited, follows from it alone. No
//! step can be skipped by address, and each may be gone back to until the agreement is accepted.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::ids::{TenantId, UserId};
use crate::organisation::Organisation;

/// Numbers of the mailbox proof (SPEC §5).
pub mod code {
    /// Decimal digits of a code.
    pub const DIGITS: u32 = 6;
    /// Seconds that a code is valid.
    pub const VALID_SECONDS: i64 = 600;
    /// Tries that a code allows.
    pub const TRIES: u32 = 5;
    /// Seconds until another code may be asked for.
    pub const RESEND_SECONDS: i64 = 60;
}

/// Seconds after completion in which the browser that signed up is signed in without a password, so that a lost answer
/// or a second tab doesn't lock its person out.
pub const SIGNED_IN_SECONDS: i64 = 900;

/// Why the mailbox is being proven.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Goal {
    /// To create a work account.
    Create,
    /// To learn whether the company has one.
    Find,
}

impl Goal {
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Create => "create",
            Self::Find => "find",
        }
    }

    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Create, Self::Find].into_iter().find(|goal| goal.as_str() == text)
    }
}

/// How the first administrator will sign in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Details {
    pub username: String,
    /// Of the initial domain; held for this sign-up.
    pub prefix: String,
    pub display_name: String,
    pub password_hash: String,
}

/// The steps that follow the mailbox proof.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Step {
    Discovery,
    Organisation,
    Details,
    Payment,
    Agreement,
}

/// What an open sign-up knows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Draft {
    /// Nothing was found to join, or the person chose a separate tenant.
    pub discovery_settled: bool,
    pub organisation: Option<Organisation>,
    pub details: Option<Details>,
    /// The payment provider's setup; its state is asked of the provider.
    pub payment_setup: Option<String>,
}

impl Draft {
    /// The first step that lacks something. Payment is never lacking here: whether it may be skipped is the operator's
    /// setting and whether it is done the provider's word.
    #[must_use]
    pub fn next_step(&self) -> Step {
        if !self.discovery_settled {
            Step::Discovery
        } else if self.organisation.is_none() {
            Step::Organisation
        } else if self.details.is_none() {
            Step::Details
        } else {
            Step::Payment
        }
    }

    /// May this step's page be shown? Those before the next one may be gone back to; the agreement needs all others.
    #[must_use]
    pub fn allows(&self, step: Step) -> bool {
        step <= self.next_step() || (step == Step::Agreement && self.next_step() == Step::Payment)
    }

    /// Everything that the last transaction needs, if it is there.
    #[must_use]
    pub fn complete(&self) -> Option<(&Organisation, &Details)> {
        if !self.discovery_settled {
            return None;
        }
        Some((self.organisation.as_ref()?, self.details.as_ref()?))
    }
}

/// Where a sign-up stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum State {
    Open(Box<Draft>),
    /// The tenant exists.
    Completed {
        tenant: TenantId,
        user: UserId,
        at: Timestamp,
    },
    /// The person asked an existing tenant for access instead.
    AccessRequested,
    /// Seven days went by; what was entered is gone.
    Expired,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::organisation::{Contact, PostalAddress};

    fn draft() -> Draft {
        Draft { discovery_settled: false, organisation: None, details: None, payment_setup: None }
    }

    fn organisation() -> Organisation {
        let address = PostalAddress {
            country: "GR".into(),
            lines: vec!["Ermou 12".into()],
            city: "Athens".into(),
            region: String::new(),
            postal_code: "105 57".into(),
            western_lines: vec![],
            western_city: String::new(),
        };
        let contact = Contact {
            given_name: "Ana".into(),
            surname: "Torres".into(),
            email: "ana@contoso.com".into(),
            phone: "+302101234567".into(),
        };
        Organisation {
            legal_name: "Contoso".into(),
            legal_name_western: "Contoso".into(),
            address,
            contact,
            website: None,
            registration_id: None,
        }
    }

    #[test]
    fn steps_open_one_after_the_other_and_stay_open() {
        let mut draft = draft();
        assert_eq!(draft.next_step(), Step::Discovery);
        assert!(!draft.allows(Step::Organisation) && !draft.allows(Step::Agreement));
        draft.discovery_settled = true;
        assert_eq!(draft.next_step(), Step::Organisation);
        draft.organisation = Some(organisation());
        assert_eq!(draft.next_step(), Step::Details);
        assert!(
            draft.allows(Step::Organisation) && !draft.allows(Step::Payment) && draft.complete().is_none()
        );
        draft.details = Some(Details {
            username: "ana".into(),
            prefix: "contoso".into(),
            display_name: "Ana Torres".into(),
            password_hash: "$argon2id$".into(),
        });
        assert!(
            [Step::Discovery, Step::Organisation, Step::Details, Step::Payment, Step::Agreement]
                .iter()
                .all(|step| draft.allows(*step))
        );
        assert!(draft.complete().is_some());
    }
}
