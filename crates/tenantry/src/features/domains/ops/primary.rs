//! Choosing the name that new people get.

use model::audit::{Activity, Change};
use model::refusal::{Code, Refusal};
use model::roles::Permission;

use super::note::note;
use crate::access::Actor;
use crate::db::TenantScope;
use crate::error::Error;
use crate::features::directory::require_open;
use crate::features::domains::store;
use crate::moment::Moment;

/// Makes a verified name the primary one.
///
/// # Errors
/// [`Code::NotAllowed`], [`Code::NotFound`], [`Code::DomainNameNotVerified`], or one that takes nobody new.
pub async fn make_primary(
    scope: &mut TenantScope<'_>,
    actor: &Actor,
    name: &str,
    moment: &Moment,
) -> Result<(), Error> {
    actor.require(Permission::ManageDomains)?;
    let found = store::find(scope, name).await?.ok_or_else(Error::not_found)?;
    if !found.life.is_held() {
        return Err(Refusal::new(Code::DomainNameNotVerified).with("name", name).into());
    }
    require_open(scope, name).await?;
    if found.is_primary {
        return Ok(());
    }
    change(scope, actor, name, moment).await
}

/// New people get the initial name where a name that is primary takes nobody any more.
pub(super) async fn fall_back(
    scope: &mut TenantScope<'_>,
    actor: &Actor,
    name: &str,
    moment: &Moment,
) -> Result<(), Error> {
    if store::primary(scope).await?.as_deref() != Some(name) {
        return Ok(());
    }
    let initial = store::initial(scope).await?;
    change(scope, actor, &initial, moment).await
}

async fn change(
    scope: &mut TenantScope<'_>,
    actor: &Actor,
    name: &str,
    moment: &Moment,
) -> Result<(), Error> {
    let before = store::primary(scope).await?.unwrap_or_default();
    store::set_primary(scope, name).await?;
    let change = Change::between("primaryDomain", &before, name);
    note(scope, actor, (Activity::DomainMadePrimary, name), change, moment).await
}
