//! Removing a name that nothing uses.

use model::audit::Activity;
use model::evidence::EvidenceKind;
use model::roles::Permission;

use super::cases;
use super::note::note;
use super::uses::uses_of;
use crate::access::Actor;
use crate::app::App;
use crate::db::TenantScope;
use crate::error::Error;
use crate::features::access_requests;
use crate::features::directory;
use crate::features::domains::store;
use crate::features::evidence;
use crate::features::federation;
use crate::moment::Moment;

/// Removes a name with its evidence. It is free for any tenant from then on, in a new epoch.
///
/// # Errors
/// Not allowed, not there, and all that [`super::uses::Use::refusals`] gives.
pub async fn remove(
    app: &App,
    scope: &mut TenantScope<'_>,
    actor: &Actor,
    name: &str,
    moment: &Moment,
) -> Result<(), Error> {
    actor.require(Permission::ManageDomains)?;
    let found = store::find(scope, name).await?.ok_or_else(Error::not_found)?;
    let refusals = uses_of(scope, &found).await?.refusals(name);
    if !refusals.is_empty() {
        return Err(Error::Refused(refusals));
    }
    if found.life.is_held() {
        federation::require_to_end(scope, actor, name).await?;
        give_up(scope, actor, name, moment).await?;
    } else {
        cases::leave(app, scope, name, moment).await?;
    }
    store::delete(scope, name).await?;
    note(scope, actor, (Activity::DomainRemoved, name), [], moment).await
}

/// Lets a held name go that no living person uses: nothing that was begun under it counts any more, and whoever has
/// proven it gets it.
pub(super) async fn give_up(
    scope: &mut TenantScope<'_>,
    actor: &Actor,
    name: &str,
    moment: &Moment,
) -> Result<(), Error> {
    access_requests::void_under(scope, actor, name, moment).await?;
    let initial = store::initial(scope).await?;
    directory::rehome_deleted(scope, name, &initial, moment).await?;
    federation::end(scope, actor, name, moment).await?;
    store::held::release(scope, name).await?;
    store::cases::hasten(scope.global(), name, moment.now).await?;
    evidence::withdraw(scope, actor, EvidenceKind::Domain, name, moment).await
}
