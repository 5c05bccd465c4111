//! The password step.

use model::eligibility::password::prepare;

use super::finish::go_on;
use super::{Step, Visit, record_refused};
use crate::app::App;
use crate::db::Scope;
use crate::error::Error;
use crate::features::credentials::{self, Judged};
use crate::features::signin::account::{Account, find};
use crate::features::signin::attempt::Proven;
use crate::features::signin::place_of;
use crate::moment::Moment;
use crate::secrets::Secret;
use crate::transaction;

/// Checks the password of a name that somebody typed. Whoever it is and whatever is wrong: one look-up, one hash, one
/// durable write.
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
    let (Some(account), Some(stored)) = (account, stored) else {
        return transaction!(app.db, |scope| {
            credentials::waste_an_attempt(app, scope, user_name, moment).await?;
            Ok(Step::Refused)
        });
    };
    let shown = Shown { app, account: &account, password: &password, right: checked.matches, remember };
    let step = transaction!(app.db, |scope| shown.judge(scope, visit, moment).await)?;
    if checked.outdated && !matches!(step, Step::Refused) {
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
    account: &'a Account,
    password: &'a Secret,
    right: bool,
    remember: bool,
}

impl Shown<'_> {
    async fn judge(&self, scope: &mut Scope, visit: &Visit, moment: &Moment) -> Result<Step, Error> {
        // Read again within the transaction: the account may have been disabled or its password changed meanwhile.
        let before = self.account.password.as_ref();
        let user_name = self.account.user_name();
        let now = find(scope, &user_name).await?.filter(|now| now.person.id == self.account.person.id);
        let Some(now) = now else {
            credentials::waste_an_attempt(self.app, scope, &user_name, moment).await?;
            return Ok(Step::Refused);
        };
        let same = now.password.as_ref().map(|it| it.changed_at) == before.map(|it| it.changed_at);
        let (tenant, user) = (now.tenant, now.person.id);
        let mut inside = scope.tenant(now.grant()).await?;
        let right = self.right && same && now.person.account_enabled;
        let fingerprint = credentials::fingerprint(self.app, tenant, user, self.password.expose());
        let place = place_of(self.app, &visit.headers, tenant, user);
        let judged = credentials::judge(&mut inside, user, place, right, Some(fingerprint), moment).await?;
        let why = match judged {
            Judged::Admitted => {
                let password_of = before.map_or(moment.now, |it| it.changed_at);
                let proven =
                    Proven { tenant, user, password_of, remember: self.remember, second_factor: false };
                return go_on(self.app, scope, &now, proven, visit, moment).await;
            }
            Judged::Locked => "locked",
            Judged::Failed if !now.person.account_enabled => "disabled",
            Judged::Failed => "wrong-password",
        };
        record_refused(&mut inside, &now, &visit.origin, why, moment).await?;
        Ok(Step::Refused)
    }
}
