//! The own password: shown again, or changed.

use model::audit::{Activity, PORTAL, SignInResult, TargetKind};
use model::eligibility::password::prepare;
use model::ids::UserId;
use model::refusal::{Code, Refusal};

use super::own_id;
use crate::access::session::{self, SignedIn};
use crate::app::App;
use crate::db::TenantScope;
use crate::error::Error;
use crate::features::account::store;
use crate::features::audit::{self, Event, SignIn};
use crate::features::credentials::{self, Context, Judged, NewPassword, Place, SecondFactor};
use crate::features::directory::require_password_here;
use crate::features::federation::{self, Provider};
use crate::mail::{self, Message};
use crate::moment::Moment;
use crate::secrets::Secret;
use crate::transaction;

/// What a new password of this person must not be made of.
///
/// # Errors
/// When the engine fails.
pub async fn names(scope: &mut TenantScope<'_>, who: &SignedIn) -> Result<Context, Error> {
    let profile = store::profile(scope, own_id(who)?).await?;
    let (user, domain) = who.user_name.rsplit_once('@').unwrap_or((&who.user_name, ""));
    let label = |domain: &str| domain.split('.').next().unwrap_or_default().to_owned();
    let person = [Some(who.display_name.clone()), profile.given_name, profile.surname];
    Ok(Context {
        person: person.into_iter().flatten().collect(),
        user_name: user.to_owned(),
        organization: vec![who.tenant_name.clone(), label(domain), label(&who.primary_domain)],
    })
}

/// Refuses where the person signs in with their organisation's own provider.
///
/// # Errors
/// [`Code::PasswordElsewhere`].
pub async fn require_password(scope: &mut TenantScope<'_>, who: &SignedIn) -> Result<(), Error> {
    require_password_here(scope, domain_of(who)).await
}

fn domain_of(who: &SignedIn) -> &str {
    who.user_name.rsplit_once('@').map_or("", |(_, domain)| domain)
}

/// The provider that the person signs in with, if it isn't this service.
///
/// # Errors
/// When the engine fails.
pub async fn own_provider(scope: &mut TenantScope<'_>, who: &SignedIn) -> Result<Option<Provider>, Error> {
    federation::enforced(scope, domain_of(who)).await
}

/// Asks for the second factor again of somebody who goes on to their own provider.
///
/// # Errors
/// [`Code::SecondFactorWrong`], also while locked.
pub async fn confirm_second(
    app: &App,
    who: &SignedIn,
    second: SecondFactor<'_>,
    place: Place,
    moment: &Moment,
) -> Result<(), Error> {
    let user = own_id(who)?;
    let right = transaction!(app.db, |scope| {
        let mut scope = scope.tenant(who.actor.grant()).await?;
        let used = match credentials::is_locked(&mut scope, user, place, moment).await? {
            true => None,
            false => credentials::verify_second_factor(app, &mut scope, user, second, moment).await?,
        };
        let judged = credentials::judge(&mut scope, user, place, used.is_some(), None, moment).await?;
        let right = used.is_some() && judged == Judged::Admitted;
        if !right {
            let wrong = (user, SignInResult::WrongSecondFactor);
            audit::record_sign_in(&mut scope, &refused(app, who, wrong, place, moment)).await?;
        }
        Ok::<_, Error>(right)
    })?;
    if right { Ok(()) } else { Err(Refusal::new(Code::SecondFactorWrong).on("code").into()) }
}

/// What somebody typed to show again who they are.
#[derive(Clone, Copy)]
pub struct Confirmed<'a> {
    pub password: &'a str,
    /// The field that it stands in.
    pub field: &'static str,
    /// Where more than the password is asked for.
    pub second: Option<SecondFactor<'a>>,
}

/// Asks for the password again, with a code where there is one, and counts wrong ones with all other failures. The sign-in is
/// fresh afterwards.
///
/// # Errors
/// [`Code::CurrentPasswordWrong`] on its field, [`Code::SecondFactorWrong`], also while locked.
pub async fn confirm(
    app: &App,
    who: &SignedIn,
    typed: Confirmed<'_>,
    place: Place,
    moment: &Moment,
) -> Result<(), Error> {
    let user = own_id(who)?;
    let stored = {
        let mut scope = app.db.read().await?;
        let mut scope = scope.tenant(who.actor.grant()).await?;
        require_password(&mut scope, who).await?;
        credentials::password_of(&mut scope, user).await?
    };
    let password = Secret::new(prepare(&typed.password.chars().take(1024).collect::<String>()));
    let checked = app.passwords.check(&password, stored.map(|stored| stored.hash)).await?;
    let judged = transaction!(app.db, |scope| {
        let mut scope = scope.tenant(who.actor.grant()).await?;
        let fingerprint = credentials::fingerprint(app, who.actor.tenant(), user, password.expose());
        let locked = credentials::is_locked(&mut scope, user, place, moment).await?;
        let used = match typed.second.filter(|_| checked.matches && !locked) {
            Some(second) => credentials::verify_second_factor(app, &mut scope, user, second, moment).await?,
            None => None,
        };
        let right = checked.matches && (typed.second.is_none() || used.is_some());
        let fingerprint = Some(fingerprint).filter(|_| !checked.matches);
        let judged = credentials::judge(&mut scope, user, place, right, fingerprint, moment).await?;
        if judged == Judged::Admitted {
            session::proven_again(&mut scope, who.session, moment).await?;
            if let Some(used) = used {
                session::second_factor_shown(&mut scope, who, used.method(), moment).await?;
            }
        } else {
            let wrong =
                if checked.matches { SignInResult::WrongSecondFactor } else { SignInResult::WrongPassword };
            audit::record_sign_in(&mut scope, &refused(app, who, (user, wrong), place, moment)).await?;
        }
        Ok(judged)
    })?;
    match judged {
        Judged::Admitted => Ok(()),
        Judged::Failed if checked.matches => Err(Refusal::new(Code::SecondFactorWrong).on("code").into()),
        Judged::Failed | Judged::Locked => {
            Err(Refusal::new(Code::CurrentPasswordWrong).on(typed.field).into())
        }
    }
}

/// A failed try in the log.
pub(super) fn refused(
    app: &App,
    who: &SignedIn,
    (user, why): (UserId, SignInResult),
    place: Place,
    moment: &Moment,
) -> SignIn {
    SignIn {
        id: moment.uuid(),
        at: moment.now,
        user,
        user_name: who.user_name.clone(),
        display_name: who.display_name.clone(),
        application: PORTAL,
        application_name: app.config.product.name.clone(),
        ip: who.actor.origin.ip.clone(),
        user_agent: who.actor.origin.user_agent.clone(),
        result: why.as_str().to_owned(),
        second_factor: false,
        familiar: place == Place::Familiar,
        correlation: who.actor.origin.request,
    }
}

/// Changes the own password, ends all other sessions and writes to the person. The present one was confirmed before.
///
/// # Errors
/// The refusals of the password; [`Code::PasswordUnchanged`].
pub async fn change(
    app: &App,
    who: &SignedIn,
    current: &str,
    typed: &str,
    language: &str,
    moment: &Moment,
) -> Result<(), Error> {
    let user = own_id(who)?;
    if prepare(current) == prepare(typed) {
        return Err(Refusal::new(Code::PasswordUnchanged).on("password").into());
    }
    let names = {
        let mut scope = app.db.read().await?;
        names(&mut scope.tenant(who.actor.grant()).await?, who).await?
    };
    let new = NewPassword::make(app, typed, &names, moment).await?;
    transaction!(app.db, |scope| {
        let mut scope = scope.tenant(who.actor.grant()).await?;
        require_password(&mut scope, who).await?;
        credentials::set_password(&mut scope, user, &new.hash, false, moment).await?;
        session::revoke_all(&mut scope, user, Some(who.session), moment).await?;
        let event = Event::new(Activity::PasswordChanged, TargetKind::User, user, &who.user_name);
        audit::record(&mut scope, &who.actor, event, moment).await?;
        if let Some(address) = store::profile(&mut scope, user).await?.contact_email {
            let message = Message::new(address, language, "mail-password-changed")
                .with("name", &who.user_name)
                .action("mail-password-not-me", app.link("/reset"));
            mail::send(scope.global(), message, moment).await?;
        }
        Ok(())
    })
}
