//! What proves who a person is: password, passkeys, authenticator app, recovery codes, and the lockout that guards them all.
//!
//! Other features set passwords and ask what a person has; sign-in, reset and account verify. Nothing here knows HTTP.
//! Secrets of authenticator apps are encrypted and bound to tenant and person; recovery codes and wrong passwords are
//! kept as keyed hashes; one-time things are consumed by one conditional update each, so that two at once can't both win.

mod authenticator;
mod check;
mod lockout;
pub mod passkeys;
mod password;
mod recovery;
mod removal;
mod store;
mod subject;
mod web;

use model::ids::{TenantId, UserId};

pub use authenticator::{
    Enrolment, begin_authenticator, confirm_authenticator, pending_authenticator, remove_authenticator,
};
pub use check::{Factors, SecondFactor, UsedFactor, require_left, second_factors, verify_second_factor};
pub use lockout::{Judged, Place, forget_failures, forget_person, forgive, is_locked, judge, judge_nothing};
pub use password::{Context, NewPassword, check_new_password, fingerprint};
pub use recovery::{CODES, make_recovery_codes};
pub use removal::{remove_second_factors, second_factors_mark};
pub use store::{Password, newest_recovery_code, password_of, set_password, upgrade_hash};
pub use subject::Subject;
pub use web::{only_of_the_form, strength_of};

/// What secrets and hashes of a person are bound to.
fn bound_to(tenant: TenantId, user: UserId) -> Vec<u8> {
    [tenant.0.as_bytes().as_slice(), user.0.as_bytes()].concat()
}
