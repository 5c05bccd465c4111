//! Identifiers as types: a user id can't be passed where a tenant id is meant.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub Uuid);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl FromStr for $name {
            type Err = uuid::Error;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                Uuid::parse_str(text).map(Self)
            }
        }
    )*};
}

ids! {
    /// A tenant: a GUID that never changes and is never reused (SPEC §2).
    TenantId
    /// A user of a tenant; identity is the pair (tenant, user id) (SPEC §3.4).
    UserId
    /// A group, an application or a service principal.
    ObjectId
    /// One sign-up, from the proven mailbox to the tenant it makes.
    SignUpId
    /// A signed-in browser session.
    SessionId
    /// A billing account of a tenant.
    BillingAccountId
    /// One event of the audit log.
    AuditEventId
    /// One piece of evidence.
    EvidenceId
    /// A request of an outsider with a proven mailbox to be let into a tenant.
    AccessRequestId
    /// A file of people, from its dry run to its results.
    ImportId
    /// A token for the API that the operator handed out.
    AccessTokenId
    /// An address that a tenant's changes are told to.
    WebhookId
    /// One event for one webhook; what its receiver knows it by.
    DeliveryId
    /// A unit of work that runs after the transaction that enqueued it.
    JobId
}
