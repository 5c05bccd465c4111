//! The second-factor step.

use model::audit::{Activity, SignInResult, TargetKind};
use model::roles::Permissions;

use super::finish::{go_on, owed};
use super::{Owed, Step, Visit};
use crate::access::Actor;
use crate::app::App;
use crate::db::Scope;
use crate::error::Error;
use crate::features::audit::{self, Event};
use crate::features::credentials::{self, Judged, SecondFactor, Subject, UsedFactor};
use crate::features::signin::attempt::{Attempt, Proven};
use crate::features::signin::{place_of, refuse};
use crate::moment::Moment;

/// Checks and consumes a code. `None` where the attempt counts no more or owes no second factor.
///
/// # Errors
/// When the engine fails.
pub async fn prove_second_factor(
    app: &App,
    scope: &mut Scope,
    attempt: &Attempt,
    factor: SecondFactor<'_>,
    visit: &Visit,
    moment: &Moment,
) -> Result<Option<Step>, Error> {
    let Some((account, proven, Owed::SecondFactor(_))) = owed(scope, attempt).await? else { return Ok(None) };
    let (tenant, user) = (proven.tenant, proven.user);
    let mut inside = scope.tenant(account.grant()).await?;
    let place = place_of(app, &visit.headers, tenant, user);
    // Nothing is judged while locked, so nothing may be used up either.
    let used = match credentials::is_locked(&mut inside, user, place, moment).await? {
        true => None,
        false => credentials::verify_second_factor(app, &mut inside, user, factor, moment).await?,
    };
    let judged = credentials::judge(&mut inside, user, place, used.is_some(), None, moment).await?;
    let Some(used) = used.filter(|_| judged == Judged::Admitted) else {
        let locked = judged == Judged::Locked;
        let why = if locked { SignInResult::Locked } else { SignInResult::WrongSecondFactor };
        let subject = Subject { tenant, user };
        refuse(scope, subject, &account.user_name(), (&visit.origin, place), why, moment).await?;
        return Ok(Some(Step::Refused));
    };
    if used == UsedFactor::RecoveryCode {
        let actor = Actor::user(
            tenant,
            user,
            &account.person.display_name,
            Permissions::default(),
            visit.origin.clone(),
        );
        let event = Event::new(Activity::RecoveryCodeUsed, TargetKind::User, user, account.user_name());
        audit::record(&mut inside, &actor, event, moment).await?;
    }
    let methods = proven.methods.clone().and(used.method());
    let proven = Proven { second_factor: true, methods, ..proven };
    go_on(app, scope, &account, proven, visit, moment).await.map(Some)
}
