//! How somebody with a proven mailbox and no account gets into a tenant: they ask, an administrator approves or
//! refuses, both are told by mail. Or an administrator invites them by their address, without being asked.
//!
//! Either makes the account and mails a link with which its owner, and nobody else, chooses a password. The link
//! works once, for seven days, unless an administrator takes it back or sends another; opening it only shows the form, so that mail scanners use up nothing.

mod jobs;
mod ops;
mod store;
mod web;

pub use jobs::ExpireAccessRequest;
pub use ops::decide::{Approval, approve, refuse};
pub use ops::invitation::{Invited, Invitee, Opened, accept, open};
pub use ops::invite::{Invite, invite};
pub use ops::list::{AccessRequest, State, get, list, open_count};
pub use ops::renew::{
    Invitation, InvitationState, invitation_of, invitation_to, resend, resend_to, revoke, revoke_of,
    send_invitation,
};
pub use ops::request::{NewRequest, request};
pub use ops::void::void_under;
pub use web::routes;
