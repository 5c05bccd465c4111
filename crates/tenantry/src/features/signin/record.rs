//! The entry that a session leaves in the log of sign-ins.

use model::audit::{PORTAL, SignInResult};
use model::ids::UserId;

use super::store;
use crate::access::Origin;
use crate::app::App;
use crate::db::TenantScope;
use crate::error::Error;
use crate::features::audit::{self, SignIn};
use crate::features::directory;
use crate::moment::Moment;

/// Somebody whom a session was made for.
pub(super) struct Entering<'a> {
    pub user: UserId,
    pub user_name: String,
    pub display_name: String,
    pub second_factor: bool,
    /// Whether they had signed in from this browser before.
    pub familiar: bool,
    pub origin: &'a Origin,
}

/// Keeps that somebody signed in: in the log, and with the person.
pub(super) async fn entered(
    app: &App,
    scope: &mut TenantScope<'_>,
    who: Entering<'_>,
    moment: &Moment,
) -> Result<(), Error> {
    store::note_sign_in(scope, who.user, moment).await?;
    let done = SignIn {
        id: moment.uuid(),
        at: moment.now,
        user: who.user,
        user_name: who.user_name,
        display_name: who.display_name,
        application: PORTAL,
        application_name: app.config.product.name.clone(),
        ip: who.origin.ip.clone(),
        user_agent: who.origin.user_agent.clone(),
        result: SignInResult::Success.as_str().to_owned(),
        second_factor: who.second_factor,
        familiar: who.familiar,
        correlation: who.origin.request,
    };
    audit::record_sign_in(scope, &done).await
}

/// The same for a session that no password was asked for: that of a sign-up.
///
/// # Errors
/// Nobody has this id, or the engine fails.
pub async fn note_sign_in(
    app: &App,
    scope: &mut TenantScope<'_>,
    (user, origin): (UserId, &Origin),
    moment: &Moment,
) -> Result<(), Error> {
    let person = directory::find_person(scope, user).await?.ok_or_else(Error::not_found)?;
    let who = Entering {
        user,
        user_name: person.sign_in_name(),
        display_name: person.display_name,
        second_factor: false,
        familiar: false,
        origin,
    };
    entered(app, scope, who, moment).await
}
