//! Token issuers that vouch for an application, in place of a secret.

use model::applications::{Application, FEDERATED_CREDENTIALS, FederatedCredential, check_federated};
use model::audit::{Activity, Change, TargetKind};
use model::ids::ObjectId;
use model::refusal::{Code, Refusal};
use uuid::Uuid;

use super::application::differences;
use super::guard;
use crate::access::Actor;
use crate::db::TenantScope;
use crate::error::Error;
use crate::features::audit::{self, Event};
use crate::features::objects::{self, Object};
use crate::moment::Moment;

fn free(found: &Object<Application>, wanted: &FederatedCredential) -> Result<(), Error> {
    let others = found.properties.federated_credentials.iter().filter(|other| other.id != wanted.id);
    let clashes = |other: &FederatedCredential| {
        other.name == wanted.name || (other.issuer == wanted.issuer && other.subject == wanted.subject)
    };
    if others.clone().any(clashes) { Err(Code::FederatedCredentialTaken.into()) } else { Ok(()) }
}

async fn tell(
    scope: &mut TenantScope<'_>,
    actor: &Actor,
    found: &Object<Application>,
    (activity, changes): (Activity, Vec<Change>),
    moment: &Moment,
) -> Result<(), Error> {
    let event = Event::new(activity, TargetKind::Application, found.id, &found.display_name);
    audit::record(scope, actor, event.changes(changes), moment).await
}

/// Adds one.
///
/// # Errors
/// Not allowed, not there, malformed, taken, or twenty of them.
pub async fn add_federated(
    scope: &mut TenantScope<'_>,
    actor: &Actor,
    id: ObjectId,
    new: FederatedCredential,
    moment: &Moment,
) -> Result<FederatedCredential, Error> {
    let mut found = guard::application(scope, actor, id).await?;
    check_federated(&new).map_err(Error::Refused)?;
    let made = FederatedCredential { id: Some(moment.uuid()), ..new };
    free(&found, &made)?;
    if found.properties.federated_credentials.len() >= FEDERATED_CREDENTIALS {
        let refusal = Refusal::new(Code::PropertyTooMany).on("federatedIdentityCredentials");
        return Err(refusal.with("max", FEDERATED_CREDENTIALS.to_string()).into());
    }
    found.properties.federated_credentials.push(made.clone());
    objects::save(scope, &mut found, moment).await?;
    let changes = vec![
        Change::set("name", &made.name),
        Change::set("issuer", &made.issuer),
        Change::set("subject", &made.subject),
    ];
    tell(scope, actor, &found, (Activity::FederatedCredentialAdded, changes), moment).await?;
    Ok(made)
}

/// Changes one; its name stays.
///
/// # Errors
/// Not allowed, not there, malformed or taken.
pub async fn change_federated(
    scope: &mut TenantScope<'_>,
    actor: &Actor,
    id: ObjectId,
    wanted: FederatedCredential,
    moment: &Moment,
) -> Result<(), Error> {
    let mut found = guard::application(scope, actor, id).await?;
    check_federated(&wanted).map_err(Error::Refused)?;
    free(&found, &wanted)?;
    let mut credentials = found.properties.federated_credentials.iter_mut();
    let own = credentials.find(|own| own.id == wanted.id).ok_or_else(Error::not_found)?;
    let changes = differences(own, &wanted);
    *own = wanted;
    if changes.is_empty() {
        return Ok(());
    }
    objects::save(scope, &mut found, moment).await?;
    tell(scope, actor, &found, (Activity::FederatedCredentialChanged, changes), moment).await
}

/// Removes one.
///
/// # Errors
/// Not allowed, or not there.
pub async fn remove_federated(
    scope: &mut TenantScope<'_>,
    actor: &Actor,
    id: ObjectId,
    credential: Uuid,
    moment: &Moment,
) -> Result<(), Error> {
    let mut found = guard::application(scope, actor, id).await?;
    let credentials = &mut found.properties.federated_credentials;
    let at = credentials.iter().position(|own| own.id == Some(credential)).ok_or_else(Error::not_found)?;
    let removed = credentials.remove(at);
    objects::save(scope, &mut found, moment).await?;
    let changes = vec![Change { property: "name".into(), old: Some(removed.name), new: None }];
    tell(scope, actor, &found, (Activity::FederatedCredentialRemoved, changes), moment).await
}
