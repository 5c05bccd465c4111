//! What a person lets a client do.

use model::ids::UserId;
use model::refusal::{Code, Refusal};
use model::roles::Permission;

use super::Refused;
use super::authorize::{Identified, Owed};
use super::scopes;
use crate::access::Actor;
use crate::app::App;
use crate::db::TenantScope;
use crate::error::Error;
use crate::features::applications;
use crate::moment::Moment;

/// Whom consent is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum For {
    Oneself(UserId),
    /// Everybody of the tenant, by an administrator.
    Everybody,
}

/// Keeps that consent was given to all that is owed.
///
/// # Errors
/// A permission that an administrator must give, or not allowed for everybody.
pub async fn give(
    app: &App,
    scope: &mut TenantScope<'_>,
    actor: &Actor,
    identified: &Identified,
    owed: &Owed,
    (whom, moment): (For, &Moment),
) -> Result<(), Refused> {
    let person = match whom {
        For::Oneself(user) => Some(user),
        For::Everybody => None,
    };
    if owed.consent.needs_administrator() && person.is_some() && !actor.may(Permission::ManageApplications) {
        let refusal = Refusal::new(Code::SignInAdministratorConsent);
        return Err(Error::from(refusal.with("application", identified.client.name().to_owned())).into());
    }
    let principal = &identified.client.principal;
    if !owed.consent.identity.is_empty() {
        let own = scopes::identity_resource(app, scope, &identified.client).await?;
        applications::consent(scope, actor, (principal, own), (&owed.consent.identity, person), moment)
            .await?;
    }
    if let Some(resource) = owed.wanted.resource.as_ref().filter(|_| !owed.consent.permissions.is_empty()) {
        let names: Vec<String> =
            owed.consent.permissions.iter().filter_map(|permission| permission.value.clone()).collect();
        applications::consent(scope, actor, (principal, resource.id.0), (&names, person), moment).await?;
    }
    Ok(())
}
