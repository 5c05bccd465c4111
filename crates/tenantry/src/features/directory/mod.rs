//! The people of a tenant: created, changed, disabled, deleted and restored, and the roles that they hold.
//!
//! A person is identified by (tenant, user id); the name they sign in with, `user_name@domain_name`, may change. Who may
//! act on whom is `model::directory`'s to say. The last Global administrator who can sign in is never taken away: each
//! operation that could do so asks in its own transaction.

mod ops;
mod store;

pub use ops::create::{ContactEmail, NewUser, create_user};
pub use ops::lookup::{SignInAccount, find_for_sign_in};
