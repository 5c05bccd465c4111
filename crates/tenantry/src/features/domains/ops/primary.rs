//! Choosing the name that new people get.

use model::audit::{Activity, Change, TargetKind};
use model::refusal::{Code, Refusal};
use model::roles::Permission;

use crate::access::Actor;
use crate::db::TenantScope;
use crate::error::Error;
use crate::features::audit::{self, Event};
use crate::features::domains::store;
use crate::moment::Moment;

/// Makes a verified name the primary one.
///
/// # Errors
/// [`Code::NotAllowed`], [`Code::NotFound`], [`Code::DomainNameNotVerified`].
pub async fn make_primary(
    scope: &mut TenantScope<'_>,
    actor: &Actor,
    name: &str,
    moment: &Moment,
) -> Result<(), Error> {
    actor.require(Permission::ManageDomains)?;
    let found = store::find(scope, name).await?.ok_or_else(Error::not_found)?;
    if found.verified_at.is_none() {
        return Err(Refusal::new(Code::DomainNameNotVerified).with("name", name).into());
    }
    if found.is_primary {
        return Ok(());
    }
    let before = store::primary(scope).await?.unwrap_or_default();
    store::set_primary(scope, name).await?;
    let event = Event::new(Activity::DomainMadePrimary, TargetKind::Domain, name, name)
        .changes(Change::between("primaryDomain", &before, name));
    audit::record(scope, actor, event, moment).await
}
