//! What somebody's own provider says of them.

use model::audit::{Activity, SignInResult, TargetKind};
use model::authentication::{Method, Methods};
use model::refusal::{Code, Refusal};

use super::finish::go_on;
use super::{Step, Visit};
use crate::access::session::{self, SignedIn};
use crate::app::App;
use crate::db::{Scope, TenantScope};
use crate::error::Error;
use crate::features::audit::{self, Event};
use crate::features::credentials::Subject;
use crate::features::federation::{self, Asserted, Provider, Tested, Trip, person_of};
use crate::features::signin::account::{Account, enter_after, find};
use crate::features::signin::attempt::{FirstFactor, Proven};
use crate::features::signin::{place_of, refuse};
use crate::moment::Moment;

/// Admits whom a provider speaks of; gives the account with the step.
///
/// # Errors
/// Whoever it is isn't anybody here, or not the one who has the name; the provider doesn't count any more.
pub async fn prove_at_provider(
    app: &App,
    scope: &mut Scope,
    (trip, provider, asserted): (&Trip, &Provider, &Asserted),
    visit: &Visit,
    moment: &Moment,
) -> Result<(Account, Step), Error> {
    let mut inside = scope.tenant(enter_after(trip)).await?;
    let person = person_of(app, &mut inside, (provider, asserted), &visit.origin, moment).await?;
    let name = format!("{}@{}", person.user_name, person.domain_name);
    let account = find(scope, &name).await?;
    let account = account
        .filter(|account| account.tenant == trip.tenant && account.provider == Some(provider.revision));
    let account = account.ok_or_else(|| Error::from(Code::SignInExpired))?;
    if !account.person.account_enabled {
        let place = place_of(app, &visit.headers, account.tenant, account.person.id);
        let subject = Subject { tenant: account.tenant, user: account.person.id };
        refuse(scope, subject, &name, (&visit.origin, place), SignInResult::Disabled, moment).await?;
        return Ok((account, Step::Refused));
    }
    let proven = Proven {
        tenant: account.tenant,
        user: account.person.id,
        by: FirstFactor::Provider(provider.revision),
        remember: false,
        second_factor: asserted.second_factor,
        methods: Methods::of(Method::Federated),
        authenticated_at: asserted.authenticated_at,
    };
    let step = go_on(app, scope, &account, proven, visit, moment).await?;
    Ok((account, step))
}

/// Somebody who is signed in has shown again who they are, to their own provider.
///
/// # Errors
/// It was somebody else.
pub async fn confirm_at_provider(
    app: &App,
    scope: &mut TenantScope<'_>,
    who: &SignedIn,
    (provider, asserted): (&Provider, &Asserted),
    moment: &Moment,
) -> Result<(), Error> {
    let person = person_of(app, scope, (provider, asserted), &who.actor.origin, moment).await?;
    if who.actor.user_id() != Some(person.id) {
        return Err(Refusal::new(Code::IdentityProviderOtherIdentity).with("name", &who.user_name).into());
    }
    session::proven_again(scope, who.session, moment).await?;
    if asserted.second_factor {
        session::second_factor_shown(scope, who, Method::Federated, moment).await?;
    }
    Ok(())
}

/// Keeps what a test of a draft brought.
///
/// # Errors
/// No name of the domain was asserted; the draft was changed meanwhile.
pub async fn note_test(
    scope: &mut TenantScope<'_>,
    who: &SignedIn,
    (provider, asserted): (&Provider, &Asserted),
    moment: &Moment,
) -> Result<(), Error> {
    let domain = provider.domain.as_str();
    let tested = Tested {
        at: moment.now,
        name: format!("{}@{domain}", asserted.name.clone()?),
        subject: asserted.subject.clone(),
        second_factor: asserted.second_factor,
    };
    federation::set_tested(scope, &who.actor, provider, &tested).await?;
    let event = Event::new(Activity::IdentityProviderTested, TargetKind::Domain, domain, domain);
    audit::record(scope, &who.actor, event, moment).await
}
