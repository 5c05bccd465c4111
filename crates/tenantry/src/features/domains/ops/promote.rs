//! Letting a name below a proven one stand for itself.

use model::audit::{Activity, Change};
use model::refusal::{Code, Refusal};
use model::roles::Permission;

use super::cases;
use super::note::note;
use super::observe::Observation;
use super::verify::{Basis, establish, next_look};
use crate::access::Actor;
use crate::app::App;
use crate::db::TenantScope;
use crate::error::Error;
use crate::features::domains::store;
use crate::moment::Moment;

/// Makes a verified subdomain a root, by its own record, which has to stand in DNS.
///
/// # Errors
/// [`Code::NotAllowed`], [`Code::NotFound`], [`Code::DomainNameIsRoot`], or why the observation proves nothing.
pub async fn promote(
    app: &App,
    scope: &mut TenantScope<'_>,
    actor: &Actor,
    name: &str,
    observation: &Observation,
    moment: &Moment,
) -> Result<(), Error> {
    actor.require(Permission::ManageDomains)?;
    let found = store::find(scope, name).await?.ok_or_else(Error::not_found)?;
    let Some(above) = found.verified_with.as_deref() else {
        return Err(Refusal::new(Code::DomainNameIsRoot).with("name", name).into());
    };
    let Some(proof) = observation.proof_of(&found) else { return Err(observation.refusal().into()) };
    store::stand_alone(scope, name).await?;
    store::set_verified(scope, name, None, moment.now).await?;
    store::held::set_lapsed(scope, name, None).await?;
    cases::kept(scope, name, moment).await?;
    store::held::set_due(scope, name, Some(next_look(app, moment))).await?;
    establish(scope, actor, name, Basis::Record(proof), moment).await?;
    let change = Change { property: "rootDomain".into(), old: Some(above.to_owned()), new: None };
    note(scope, actor, (Activity::DomainPromoted, name), [change], moment).await
}
