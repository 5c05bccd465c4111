//! The steps of a reset.

use http::HeaderMap;
use model::audit::{Activity, SignInResult, TargetKind};
use model::reset::Guard;
use model::roles::Permissions;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::job::SendResetCode;
use super::store::{self, Reset};
use crate::access::{Actor, Origin, session};
use crate::app::App;
use crate::db::Scope;
use crate::error::Error;
use crate::features::audit::{self, Event};
use crate::features::credentials::{self, Context, Factors, NewPassword, SecondFactor, Subject};
use crate::features::signin::{Account, enter_for, find, place_of, refuse, require_room, subject_of};
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
/// [`Code::Overloaded`](model::refusal::Code::Overloaded) for every name while too many wait.
pub async fn ask(
    scope: &mut Scope,
    user_name: String,
    language: &str,
    moment: &Moment,
) -> Result<Asked, Error> {
    jobs::require_room::<SendResetCode>(scope).await?;
    let reset = moment.uuid();
    let job = SendResetCode { user_name: user_name.clone(), reset, language: language.to_owned() };
    jobs::enqueue(scope, &job, moment).await?;
    Ok(Asked { user_name, reset })
}

/// The browser that tries.
pub struct Visit<'a> {
    /// Its cookies tell familiar from unfamiliar places.
    pub headers: &'a HeaderMap,
    pub origin: &'a Origin,
}

/// Whom the name is about, and the account with its reset where both are there and the reset still runs.
async fn running(
    app: &App,
    scope: &mut Scope,
    asked: &Asked,
    moment: &Moment,
) -> Result<(Subject, Option<(Account, Reset)>), Error> {
    let account = find(scope, &asked.user_name).await?;
    let subject = subject_of(app, account.as_ref(), &asked.user_name);
    let mut inside = scope.tenant(enter_for(&subject)).await?;
    let reset = store::find(&mut inside, subject.user, asked.reset).await?;
    let found = account.zip(reset).filter(|(account, reset)| {
        !reset.used
            && moment.now < reset.ends_at
            && account.person.account_enabled
            && account.provider.is_none()
    });
    Ok((subject, found))
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
    visit: &Visit<'_>,
    moment: &Moment,
) -> Result<bool, Error> {
    require_room(scope).await?;
    let (subject, found) = running(app, scope, asked, moment).await?;
    let digits: String = typed.chars().take(64).filter(char::is_ascii_digit).collect();
    let hash = code_hash(app, asked.reset, &digits);
    let (stored, until) =
        found.as_ref().map_or((&[][..], moment.now), |(_, reset)| (&reset.code_hash, reset.code_until));
    let matches: bool = subtle::ConstantTimeEq::ct_eq(hash.as_slice(), stored).into();
    let mut inside = scope.tenant(enter_for(&subject)).await?;
    let guard = store::guard(&mut inside, subject.user, moment.now).await?;
    let right = matches && !guard.is_shut(moment.now) && moment.now < until;
    if right && store::prove_code(&mut inside, asked.reset, moment.now).await? {
        return Ok(true);
    }
    let attempt = Attempt { subject, user_name: &asked.user_name, guard, counts: found.is_some() };
    attempt.failed(app, scope, visit, SignInResult::WrongResetCode, moment).await?;
    Ok(false)
}

/// A try that wasn't right.
struct Attempt<'a> {
    subject: Subject,
    user_name: &'a str,
    guard: Guard,
    /// There was something to guess. Where there wasn't, the same is written and nothing counted.
    counts: bool,
}

impl Attempt<'_> {
    async fn failed(
        &self,
        app: &App,
        scope: &mut Scope,
        visit: &Visit<'_>,
        why: SignInResult,
        moment: &Moment,
    ) -> Result<(), Error> {
        let Subject { tenant, user } = self.subject;
        let place = place_of(app, visit.headers, tenant, user);
        let mut inside = scope.tenant(enter_for(&self.subject)).await?;
        if self.counts {
            store::put_guard(&mut inside, user, self.guard.fail(moment.now), moment.now).await?;
            credentials::judge(&mut inside, user, place, false, None, moment).await?;
        } else {
            store::put_guard(&mut inside, user, self.guard, moment.now).await?;
            credentials::judge_nothing(&mut inside, user, place).await?;
        }
        refuse(scope, self.subject, self.user_name, (visit.origin, place), why, moment).await
    }
}

/// What a reset whose code was right still owes; `None` where it counts no more.
///
/// # Errors
/// When the engine fails.
pub async fn owed(
    app: &App,
    scope: &mut Scope,
    asked: &Asked,
    moment: &Moment,
) -> Result<Option<(Account, Owed)>, Error> {
    let (_, Some((account, reset))) = running(app, scope, asked, moment).await? else { return Ok(None) };
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
    visit: &Visit<'_>,
    moment: &Moment,
) -> Result<Option<bool>, Error> {
    require_room(scope).await?;
    let found = owed(app, scope, asked, moment).await?;
    let Some((account, Owed::SecondFactor(_))) = found else { return Ok(None) };
    let user = account.person.id;
    let mut inside = scope.tenant(account.grant()).await?;
    let guard = store::guard(&mut inside, user, moment.now).await?;
    let used = if guard.is_shut(moment.now) {
        None
    } else {
        credentials::verify_second_factor(app, &mut inside, user, factor, moment).await?
    };
    if used.is_some() {
        store::prove_second_factor(&mut inside, asked.reset, moment.now).await?;
        return Ok(Some(true));
    }
    let subject = Subject { tenant: account.tenant, user };
    let attempt = Attempt { subject, user_name: &asked.user_name, guard, counts: true };
    attempt.failed(app, scope, visit, SignInResult::WrongSecondFactor, moment).await?;
    Ok(Some(false))
}

/// What the new password must not be made of; `None` where none is owed.
///
/// # Errors
/// When the engine fails.
pub async fn names(app: &App, asked: &Asked, moment: &Moment) -> Result<Option<Context>, Error> {
    Ok(match owed(app, &mut app.db.read().await?, asked, moment).await? {
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
        let Some((account, Owed::NewPassword)) = owed(app, scope, asked, moment).await? else {
            return Ok(false);
        };
        let (user, person) = (account.person.id, &account.person);
        let mut inside = scope.tenant(account.grant()).await?;
        if !store::consume(&mut inside, asked.reset, moment.now).await? {
            return Ok(false);
        }
        credentials::set_password(&mut inside, user, &new.hash, false, moment).await?;
        session::revoke_all(&mut inside, user, None, moment).await?;
        credentials::forgive(&mut inside, user).await?;
        store::forget_guard(&mut inside, user).await?;
        let actor =
            Actor::user(account.tenant, user, &person.display_name, Permissions::default(), origin.clone());
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
