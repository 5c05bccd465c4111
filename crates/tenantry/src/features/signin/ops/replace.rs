//! The new-password step, owed after an administrator set a temporary one.

use model::audit::{Activity, TargetKind};
use model::eligibility::password::prepare;
use model::refusal::{Code, Refusal};
use model::roles::Permissions;

use super::finish::{go_on, owed};
use super::{Owed, Step, Visit};
use crate::access::Actor;
use crate::app::App;
use crate::error::Error;
use crate::features::audit::{self, Event};
use crate::features::credentials::{self, Context, NewPassword};
use crate::features::signin::account::find;
use crate::features::signin::attempt::{Attempt, FirstFactor, Proven};
use crate::moment::Moment;
use crate::secrets::Secret;
use crate::transaction;

/// What the new password must not be made of; `None` where none is owed.
///
/// # Errors
/// When the engine fails.
pub async fn names(app: &App, attempt: &Attempt) -> Result<Option<Context>, Error> {
    Ok(match owed(&mut app.db.read().await?, attempt).await? {
        Some((account, _, Owed::NewPassword)) => Some(account.names()),
        _ => None,
    })
}

/// Sets the new password and goes on. `None` where none is owed.
///
/// # Errors
/// The refusals of the password; [`Code::PasswordUnchanged`].
pub async fn replace_password(
    app: &App,
    attempt: &Attempt,
    typed: &str,
    visit: &Visit,
    moment: &Moment,
) -> Result<Option<Step>, Error> {
    let found = owed(&mut app.db.read().await?, attempt).await?;
    let Some((account, _, Owed::NewPassword)) = found else { return Ok(None) };
    let stored = account.password.as_ref().map(|password| password.hash.clone());
    if app.passwords.check(&Secret::new(prepare(typed)), stored).await?.matches {
        return Err(Refusal::new(Code::PasswordUnchanged).on("password").into());
    }
    let new = NewPassword::make(app, typed, &account.names(), moment).await?;
    transaction!(app.db, |scope| {
        let found = owed(scope, attempt).await?;
        let Some((account, proven, Owed::NewPassword)) = found else { return Ok(None) };
        let mut inside = scope.tenant(account.grant()).await?;
        credentials::set_password(&mut inside, proven.user, &new.hash, false, moment).await?;
        let name = &account.person.display_name;
        let actor =
            Actor::user(proven.tenant, proven.user, name, Permissions::default(), visit.origin.clone());
        let event = Event::new(Activity::PasswordChanged, TargetKind::User, proven.user, account.user_name());
        audit::record(&mut inside, &actor, event, moment).await?;
        let account = find(scope, &attempt.user_name).await?.ok_or_else(Error::not_found)?;
        let set_at = account.password.as_ref().map_or(moment.now, |password| password.changed_at);
        let proven = Proven { by: FirstFactor::Password(set_at), ..proven };
        go_on(app, scope, &account, proven, visit, moment).await.map(Some)
    })
}
