//! Signing in with a passkey alone: it is something that the person has, and asked for something that they know or are.

use model::audit::SignInResult;
use model::authentication::Methods;

use super::finish::complete;
use super::{Step, Visit};
use crate::app::App;
use crate::db::Scope;
use crate::error::Error;
use crate::features::credentials::passkeys::{self, Answer};
use crate::features::credentials::{self, Judged, SecondFactor, Subject};
use crate::features::signin::account::find_by_id;
use crate::features::signin::attempt::{FirstFactor, Proven};
use crate::features::signin::{place_of, refuse};
use crate::moment::Moment;

/// Checks the passkey of whom it says it is. Nobody's, a wrong one, a disabled and a locked account get one answer.
///
/// # Errors
/// When the engine fails.
pub async fn prove_passkey(
    app: &App,
    scope: &mut Scope,
    answer: &Answer,
    visit: &Visit,
    moment: &Moment,
) -> Result<Step, Error> {
    let Some(named) = passkeys::named(answer) else { return Ok(Step::Refused) };
    let Some(account) = find_by_id(scope, named).await? else { return Ok(Step::Refused) };
    let (tenant, user) = named;
    let mut inside = scope.tenant(account.grant()).await?;
    let place = place_of(app, &visit.headers, tenant, user);
    let enabled = account.person.account_enabled;
    let elsewhere = account.provider.is_some();
    // Nothing is judged while locked, so nothing may be used up either.
    let used =
        match enabled && !elsewhere && !credentials::is_locked(&mut inside, user, place, moment).await? {
            true => {
                let shown = SecondFactor::Passkey(answer);
                credentials::verify_second_factor(app, &mut inside, user, shown, moment).await?
            }
            false => None,
        };
    let judged = if elsewhere {
        credentials::judge_nothing(&mut inside, user, place).await?;
        Judged::Failed
    } else {
        credentials::judge(&mut inside, user, place, used.is_some(), None, moment).await?
    };
    let Some(used) = used.filter(|_| judged == Judged::Admitted) else {
        let why = match judged {
            Judged::Locked => SignInResult::Locked,
            _ if !enabled => SignInResult::Disabled,
            _ if elsewhere => SignInResult::NoPasswordHere,
            _ => SignInResult::WrongPasskey,
        };
        let subject = Subject { tenant, user };
        refuse(scope, subject, &account.user_name(), (&visit.origin, place), why, moment).await?;
        return Ok(Step::Refused);
    };
    let proven = Proven {
        tenant,
        user,
        by: FirstFactor::Passkey,
        remember: false,
        second_factor: true,
        methods: Methods::of(used.method()),
        authenticated_at: None,
    };
    complete(app, scope, (&account, &proven), visit, moment).await
}
