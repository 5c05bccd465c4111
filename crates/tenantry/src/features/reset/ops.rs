//! The steps of a reset.

use model::audit::{Activity, TargetKind};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::job::SendResetCode;
use super::store::{self, Reset};
use crate::access::{Actor, Origin, session};
use crate::app::App;
use crate::db::{Scope, TenantScope};
use crate::error::Error;
use crate::features::audit::{self, Event};
use crate::features::credentials::{self, Context, Factors, NewPassword, Place, SecondFactor};
use crate::features::signin::{Account, find};
use crate::jobs;
use crate::mail::{self, Message};
use crate::moment::Moment;
use crate::transaction;

/// What the browser carries.
#[derive(Clone, Serialize, Deserialize)]
pub struct Asked {
    pub user_name: String,
    pub reset: Uuid,
}

/// What is still owed after the code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Owed {
    SecondFactor(Factors),
    NewPassword,
}

/// The keyed hash under which a code is kept.
pub(super) fn code_hash(app: &App, reset: Uuid, code: &str) -> Vec<u8> {
    app.keys.hash("reset code", reset.as_bytes(), code)
}

/// Asks for a code. The same for every name.
///
/// # Errors
/// When the engine fails.
pub async fn ask(
    scope: &mut Scope,
    user_name: String,
    language: &str,
    moment: &Moment,
) -> Result<Asked, Error> {
    let reset = moment.uuid();
    let job = SendResetCode { user_name: user_name.clone(), reset, language: language.to_owned() };
    jobs::enqueue(scope, &job, moment).await?;
    Ok(Asked { user_name, reset })
}

/// The account and the reset, where both are there and the reset still runs.
async fn running(
    scope: &mut Scope,
    asked: &Asked,
    moment: &Moment,
) -> Result<Option<(Account, Reset)>, Error> {
    let Some(account) = find(scope, &asked.user_name).await? else { return Ok(None) };
    let mut inside = scope.tenant(account.grant()).await?;
    let reset = store::find(&mut inside, account.person.id, asked.reset).await?;
    let alive = |reset: &Reset| !reset.used && moment.now < reset.ends_at && account.person.account_enabled;
    Ok(reset.filter(alive).map(|reset| (account, reset)))
}

/// Checks the code of the mail. Gives whether it was right, and remembers it when it wasn't: the caller commits both.
///
/// # Errors
/// When the engine fails.
pub async fn prove_code(
    app: &App,
    scope: &mut Scope,
    asked: &Asked,
    typed: &str,
    (place, origin): (Place, &Origin),
    moment: &Moment,
) -> Result<bool, Error> {
    let found = running(scope, asked, moment).await?;
    let digits: String = typed.chars().take(64).filter(char::is_ascii_digit).collect();
    let hash = code_hash(app, asked.reset, &digits);
    let Some((account, reset)) = found else {
        credentials::waste_an_attempt(app, scope, &asked.user_name, moment).await?;
        return Ok(false);
    };
    let mut inside = scope.tenant(account.grant()).await?;
    let shut = store::guard(&mut inside, account.person.id, moment.now).await?.is_shut(moment.now);
    let matches: bool = subtle::ConstantTimeEq::ct_eq(hash.as_slice(), reset.code_hash.as_slice()).into();
    let right = matches && !shut && moment.now < reset.code_until;
    if right && store::prove_code(&mut inside, asked.reset, moment.now).await? {
        return Ok(true);
    }
    failed(&mut inside, &account, (place, origin), "wrong-reset-code", moment).await?;
    Ok(false)
}

async fn failed(
    scope: &mut TenantScope<'_>,
    account: &Account,
    (place, origin): (Place, &Origin),
    why: &str,
    moment: &Moment,
) -> Result<(), Error> {
    let user = account.person.id;
    let guard = store::guard(scope, user, moment.now).await?.fail(moment.now);
    store::put_guard(scope, user, guard, moment.now).await?;
    credentials::judge(scope, user, place, false, None, moment).await?;
    let actor = Actor::user(account.tenant, user, &account.person.display_name, Vec::new(), origin.clone());
    let event = Event::new(Activity::SignInRefused, TargetKind::User, user, account.user_name()).refused(why);
    audit::record(scope, &actor, event, moment).await
}

/// What a reset whose code was right still owes; `None` where it counts no more.
///
/// # Errors
/// When the engine fails.
pub async fn owed(
    scope: &mut Scope,
    asked: &Asked,
    moment: &Moment,
) -> Result<Option<(Account, Owed)>, Error> {
    let Some((account, reset)) = running(scope, asked, moment).await? else { return Ok(None) };
    if !reset.code_proven {
        return Ok(None);
    }
    let mut inside = scope.tenant(account.grant()).await?;
    let factors = credentials::second_factors(&mut inside, account.person.id).await?;
    let owed =
        if factors.any() && !reset.second_factor { Owed::SecondFactor(factors) } else { Owed::NewPassword };
    Ok(Some((account, owed)))
}

/// Checks and consumes the second factor. `None` where none is owed (any more).
///
/// # Errors
/// When the engine fails.
pub async fn prove_second_factor(
    app: &App,
    scope: &mut Scope,
    asked: &Asked,
    factor: SecondFactor<'_>,
    (place, origin): (Place, &Origin),
    moment: &Moment,
) -> Result<Option<bool>, Error> {
    let found = owed(scope, asked, moment).await?;
    let Some((account, Owed::SecondFactor(_))) = found else { return Ok(None) };
    let user = account.person.id;
    let mut inside = scope.tenant(account.grant()).await?;
    let shut = store::guard(&mut inside, user, moment.now).await?.is_shut(moment.now);
    let used = if shut {
        None
    } else {
        credentials::verify_second_factor(app, &mut inside, user, factor, moment).await?
    };
    if used.is_some() {
        store::prove_second_factor(&mut inside, asked.reset, moment.now).await?;
        return Ok(Some(true));
    }
    failed(&mut inside, &account, (place, origin), "wrong-second-factor", moment).await?;
    Ok(Some(false))
}

/// What the new password must not be made of; `None` where none is owed.
///
/// # Errors
/// When the engine fails.
pub async fn names(app: &App, asked: &Asked, moment: &Moment) -> Result<Option<Context>, Error> {
    Ok(match owed(&mut app.db.read().await?, asked, moment).await? {
        Some((account, Owed::NewPassword)) => Some(account.names()),
        _ => None,
    })
}

/// Sets the new password, ends every session and forgives earlier failures. `false` where the reset counts no more.
///
/// # Errors
/// The refusals of the password.
pub async fn replace(
    app: &App,
    asked: &Asked,
    typed: &str,
    language: &str,
    origin: &Origin,
    moment: &Moment,
) -> Result<bool, Error> {
    let Some(names) = names(app, asked, moment).await? else { return Ok(false) };
    let new = NewPassword::make(app, typed, &names, moment).await?;
    transaction!(app.db, |scope| {
        let Some((account, Owed::NewPassword)) = owed(scope, asked, moment).await? else { return Ok(false) };
        let (user, person) = (account.person.id, &account.person);
        let mut inside = scope.tenant(account.grant()).await?;
        if !store::consume(&mut inside, asked.reset, moment.now).await? {
            return Ok(false);
        }
        credentials::set_password(&mut inside, user, &new.hash, false, moment).await?;
        session::revoke_all(&mut inside, user, None, moment).await?;
        credentials::forgive(&mut inside, user).await?;
        store::forget_guard(&mut inside, user).await?;
        let actor = Actor::user(account.tenant, user, &person.display_name, Vec::new(), origin.clone());
        let event = Event::new(Activity::PasswordResetBySelf, TargetKind::User, user, account.user_name());
        audit::record(&mut inside, &actor, event, moment).await?;
        if let Some(address) = &person.contact_email {
            let message = Message::new(address, language, "mail-password-changed")
                .with("name", account.user_name())
                .action("mail-password-not-me", app.link("/reset"));
            mail::send(inside.global(), message, moment).await?;
        }
        Ok(true)
    })
}
