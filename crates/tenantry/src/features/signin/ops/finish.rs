//! What is still owed after a step, and the end: a session.

use jiff::Timestamp;
use model::audit::{Activity, TargetKind};
use model::ids::{TenantId, UserId};

use super::{Step, Visit};
use crate::access::session::{self, NewSession, SignedIn};
use crate::app::App;
use crate::db::{Scope, TenantScope};
use crate::error::Error;
use crate::features::audit::{self, Event};
use crate::features::credentials::{self, Factors, Place};
use crate::features::signin::account::{Account, find};
use crate::features::signin::attempt::{Attempt, FirstFactor, Proven};
use crate::features::signin::record::{Entering, entered};
use crate::features::signin::{place_of, store};
use crate::moment::Moment;
use crate::secrets::Secret;

/// Days in which everybody sets up a second factor, where the tenant wants it (facts §5.9).
const DAYS_TO_ENROL: i64 = 14;

/// A sign-in that is complete.
pub struct Done {
    pub person: (TenantId, UserId),
    pub cookie: Secret,
    pub expires_at: Timestamp,
    pub remembered: bool,
}

/// What somebody with the right password still owes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Owed {
    SecondFactor(Factors),
    NewPassword,
    Nothing,
}

/// The account of an attempt and what it owes now; `None` where the attempt counts no more.
///
/// # Errors
/// When the engine fails.
pub async fn owed(scope: &mut Scope, attempt: &Attempt) -> Result<Option<(Account, Proven, Owed)>, Error> {
    let Some(proven) = attempt.proven.clone() else { return Ok(None) };
    let Some(account) = find(scope, &attempt.user_name).await? else { return Ok(None) };
    let alive = account.person.account_enabled
        && account.tenant == proven.tenant
        && account.person.id == proven.user
        && holds(&account, proven.by);
    if !alive {
        return Ok(None);
    }
    let mut inside = scope.tenant(account.grant()).await?;
    let owed = owed_by(&mut inside, &account, &proven).await?;
    Ok(Some((account, proven, owed)))
}

/// Whether what was shown first counts still.
fn holds(account: &Account, shown: FirstFactor) -> bool {
    match shown {
        FirstFactor::Password(set_at) => {
            account.provider.is_none()
                && account.password.as_ref().is_some_and(|password| password.changed_at == set_at)
        }
        FirstFactor::Provider(revision) => account.provider == Some(revision),
        // Both factors in one: nothing is left to be asked after it.
        FirstFactor::Passkey => false,
    }
}

async fn owed_by(scope: &mut TenantScope<'_>, account: &Account, proven: &Proven) -> Result<Owed, Error> {
    let factors = credentials::second_factors(scope, proven.user).await?;
    Ok(if factors.any() && !proven.second_factor {
        Owed::SecondFactor(factors)
    } else if matches!(proven.by, FirstFactor::Password(_))
        && account.password.as_ref().is_some_and(|password| password.must_change)
    {
        Owed::NewPassword
    } else {
        Owed::Nothing
    })
}

/// Goes on from a step that was right: to what is still owed, or to a session.
pub(super) async fn go_on(
    app: &App,
    scope: &mut Scope,
    account: &Account,
    proven: Proven,
    visit: &Visit,
    moment: &Moment,
) -> Result<Step, Error> {
    let mut inside = scope.tenant(account.grant()).await?;
    if owed_by(&mut inside, account, &proven).await? != Owed::Nothing {
        return Ok(Step::Onward(proven));
    }
    complete(app, scope, (account, &proven), visit, moment).await
}

/// Makes the session of somebody who owes nothing more.
pub(super) async fn complete(
    app: &App,
    scope: &mut Scope,
    (account, proven): (&Account, &Proven),
    visit: &Visit,
    moment: &Moment,
) -> Result<Step, Error> {
    let mut inside = scope.tenant(account.grant()).await?;
    let new = NewSession {
        user: proven.user,
        remembered: proven.remember,
        second_factor: proven.second_factor,
        methods: proven.methods.clone(),
        authenticated_at: proven.authenticated_at,
        origin: &visit.origin,
    };
    let (cookie, expires_at) = session::create(app, &mut inside, &new, moment).await?;
    let place = place_of(app, &visit.headers, proven.tenant, proven.user);
    credentials::forget_failures(&mut inside, proven.user, place).await?;
    let who = Entering {
        user: proven.user,
        user_name: account.user_name(),
        display_name: account.person.display_name.clone(),
        second_factor: proven.second_factor,
        familiar: place == Place::Familiar,
        origin: &visit.origin,
    };
    entered(app, &mut inside, who, moment).await?;
    if !proven.second_factor {
        let due = moment.after_seconds(DAYS_TO_ENROL * 86_400);
        store::ask_for_second_factor(&mut inside, proven.user, due).await?;
    }
    if let Some(before) = &visit.before {
        let mut inside = scope.tenant(before.actor.grant()).await?;
        end(&mut inside, before, moment).await?;
    }
    let person = (proven.tenant, proven.user);
    Ok(Step::Done(Done { person, cookie, expires_at, remembered: proven.remember }))
}

/// Ends the session that somebody sits in.
///
/// # Errors
/// When the engine fails.
pub async fn sign_out(scope: &mut Scope, who: &SignedIn, moment: &Moment) -> Result<(), Error> {
    let mut inside = scope.tenant(who.actor.grant()).await?;
    end(&mut inside, who, moment).await
}

async fn end(scope: &mut TenantScope<'_>, who: &SignedIn, moment: &Moment) -> Result<(), Error> {
    let Some(user) = who.actor.user_id() else { return Ok(()) };
    if session::leave(scope, user, who.session, moment).await? {
        let event = Event::new(Activity::SignedOut, TargetKind::User, user, &who.user_name);
        audit::record(scope, &who.actor, event, moment).await?;
    }
    Ok(())
}
