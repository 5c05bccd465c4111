//! A file per step.

mod finish;
mod password;
mod replace;
mod second_factor;

pub use finish::{Done, Owed, owed, sign_out};
pub use password::prove_password;
pub use replace::{names, replace_password};
pub use second_factor::prove_second_factor;

use http::HeaderMap;

use super::account::Account;
use super::attempt::Proven;
use crate::access::session::SignedIn;
use crate::access::{Actor, Origin};
use crate::db::TenantScope;
use crate::error::Error;
use crate::features::audit::{self, Event};
use crate::moment::Moment;
use model::audit::{Activity, TargetKind};

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

async fn record_refused(
    scope: &mut TenantScope<'_>,
    account: &Account,
    origin: &Origin,
    why: &str,
    moment: &Moment,
) -> Result<(), Error> {
    let person = &account.person;
    let actor = Actor::user(account.tenant, person.id, &person.display_name, Vec::new(), origin.clone());
    let event =
        Event::new(Activity::SignInRefused, TargetKind::User, person.id, account.user_name()).refused(why);
    audit::record(scope, &actor, event, moment).await
}
