//! The password step.

use model::audit::SignInResult;
use model::authentication::{Method, Methods};
use model::eligibility::password::prepare;

use super::finish::go_on;
use super::{Step, Visit};
use crate::app::App;
use crate::db::Scope;
use crate::error::Error;
use crate::features::credentials::{self, Judged};
use crate::features::signin::account::{Account, enter_for, find, subject_of};
use crate::features::signin::attempt::{FirstFactor, Proven};
use crate::features::signin::{place_of, refuse};
use crate::moment::Moment;
use crate::secrets::Secret;
use crate::transaction;

/// Checks the password of a name that somebody typed. Whoever it is and whatever is wrong: one look-up, one hash, one
/// transaction of the same statements.
///
/// # Errors
/// [`model::refusal::Code::Overloaded`], or when the engine fails.
pub async fn prove_password(
    app: &App,
    user_name: &str,
    typed: &str,
    remember: bool,
    visit: &Visit,
    moment: &Moment,
) -> Result<Step, Error> {
    let account = find(&mut app.db.read().await?, user_name).await?;
    let stored = account.as_ref().and_then(|account| account.password.clone());
    let password = Secret::new(prepare(&typed.chars().take(1024).collect::<String>()));
    let checked = app.passwords.check(&password, stored.as_ref().map(|stored| stored.hash.clone())).await?;
    let shown = Shown {
        app,
        user_name,
        account: account.as_ref(),
        password: &password,
        right: checked.matches,
        remember,
    };
    let step = transaction!(app.db, |scope| shown.judge(scope, visit, moment).await)?;
    if let (Some(account), Some(stored)) = (&account, &stored)
        && checked.outdated
        && !matches!(step, Step::Refused)
    {
        let upgraded = app.passwords.hash(&password, moment).await?;
        transaction!(app.db, |scope| {
            let mut scope = scope.tenant(account.grant()).await?;
            credentials::upgrade_hash(&mut scope, account.person.id, &stored.hash, &upgraded).await
        })?;
    }
    Ok(step)
}

struct Shown<'a> {
    app: &'a App,
    /// As typed, in lower case.
    user_name: &'a str,
    /// As it was when the password was checked.
    account: Option<&'a Account>,
    password: &'a Secret,
    right: bool,
    remember: bool,
}

impl Shown<'_> {
    async fn judge(&self, scope: &mut Scope, visit: &Visit, moment: &Moment) -> Result<Step, Error> {
        // Read again within the transaction: the account may have been disabled or its password changed meanwhile.
        let now = find(scope, self.user_name).await?;
        let subject = subject_of(self.app, now.as_ref(), self.user_name);
        let enabled = now.as_ref().is_some_and(|now| now.person.account_enabled);
        let elsewhere = now.as_ref().is_some_and(|now| now.provider.is_some());
        let right =
            self.right && enabled && !elsewhere && now.as_ref().is_some_and(|now| self.is_unchanged(now));
        let mut inside = scope.tenant(enter_for(&subject)).await?;
        let fingerprint =
            credentials::fingerprint(self.app, subject.tenant, subject.user, self.password.expose());
        let place = place_of(self.app, &visit.headers, subject.tenant, subject.user);
        let judged = if elsewhere {
            // Nothing can be guessed, so nothing is counted against whoever comes by their provider.
            credentials::judge_nothing(&mut inside, subject.user, place).await?;
            Judged::Failed
        } else {
            credentials::judge(&mut inside, subject.user, place, right, Some(fingerprint), moment).await?
        };
        let why = match (judged, &now) {
            (Judged::Admitted, Some(now)) => return self.admit(scope, now, visit, moment).await,
            (Judged::Locked, _) => SignInResult::Locked,
            (_, Some(_)) if !enabled => SignInResult::Disabled,
            (_, Some(_)) if elsewhere => SignInResult::NoPasswordHere,
            _ => SignInResult::WrongPassword,
        };
        refuse(scope, subject, self.user_name, (&visit.origin, place), why, moment).await?;
        Ok(Step::Refused)
    }

    fn is_unchanged(&self, now: &Account) -> bool {
        let set_at = |account: &Account| account.password.as_ref().map(|password| password.changed_at);
        self.account.is_some_and(|before| before.person.id == now.person.id && set_at(before) == set_at(now))
    }

    async fn admit(
        &self,
        scope: &mut Scope,
        account: &Account,
        visit: &Visit,
        moment: &Moment,
    ) -> Result<Step, Error> {
        let set_at = account.password.as_ref().map_or(moment.now, |password| password.changed_at);
        let proven = Proven {
            tenant: account.tenant,
            user: account.person.id,
            by: FirstFactor::Password(set_at),
            remember: self.remember,
            second_factor: false,
            methods: Methods::of(Method::Password),
            authenticated_at: None,
        };
        go_on(self.app, scope, account, proven, visit, moment).await
    }
}
