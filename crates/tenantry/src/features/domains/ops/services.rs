//! What a name is meant for, as clients of the directory API write it.

use model::audit::{Activity, Change};
use model::refusal::{Code, Refusal};
use model::roles::Permission;

use super::note::note;
use crate::access::Actor;
use crate::db::TenantScope;
use crate::error::Error;
use crate::features::domains::store;
use crate::moment::Moment;

/// The values that the directory of reference knows (facts §5.1).
const SERVICES: [&str; 10] = [
    "Email",
    "Sharepoint",
    "EmailInternalRelayOnly",
    "OfficeCommunicationsOnline",
    "SharePointDefaultDomain",
    "FullRedelegation",
    "SharePointPublic",
    "OrgIdAuthentication",
    "Yammer",
    "Intune",
];

/// Writes what a verified name is meant for.
///
/// # Errors
/// [`Code::NotAllowed`], [`Code::NotFound`], [`Code::DomainNameNotVerified`], [`Code::PropertyValue`].
pub async fn set_services(
    scope: &mut TenantScope<'_>,
    actor: &Actor,
    name: &str,
    services: &[String],
    moment: &Moment,
) -> Result<(), Error> {
    actor.require(Permission::ManageDomains)?;
    let found = store::find(scope, name).await?.ok_or_else(Error::not_found)?;
    let mut wanted: Vec<String> = Vec::new();
    for service in services {
        let known = SERVICES.iter().find(|known| known.eq_ignore_ascii_case(service));
        let known = known.ok_or_else(|| {
            Refusal::new(Code::PropertyValue).on("supportedServices").with("property", "supportedServices")
        })?;
        if !wanted.iter().any(|service| service == known) {
            wanted.push((*known).to_owned());
        }
    }
    if !found.life.is_held() {
        return Err(Refusal::new(Code::DomainNameNotVerified).with("name", name).into());
    }
    let change =
        Change::between("supportedServices", &found.supported_services.join(", "), &wanted.join(", "));
    if change.is_none() {
        return Ok(());
    }
    store::set_services(scope, name, &wanted).await?;
    note(scope, actor, (Activity::DomainUpdated, name), change, moment).await
}
