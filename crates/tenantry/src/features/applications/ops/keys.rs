//! Certificates added and removed by whoever proves to have the key of one that is there.

use model::applications::KeyCredential;
use model::ids::ObjectId;
use model::refusal::{Code, Refusal};
use uuid::Uuid;

use super::guard;
use crate::access::Actor;
use crate::db::TenantScope;
use crate::error::Error;
use crate::features::applications::resource::Credentialed;
use crate::features::applications::{certificates, proof};
use crate::features::objects::{self, Object};
use crate::moment::Moment;

/// The object, for somebody who may change it and has the key of one of its certificates.
async fn proven<P: Credentialed>(
    scope: &mut TenantScope<'_>,
    actor: &Actor,
    id: ObjectId,
    shown: &str,
    moment: &Moment,
) -> Result<Object<P>, Error> {
    guard::may_change(scope, actor, id).await?;
    let mut found: Object<P> = objects::get(scope, id).await?;
    if proof::holds(shown, id, found.properties.keys(), moment.now) {
        return Ok(found);
    }
    Err(Refusal::new(Code::ProofInvalid).on("proof").into())
}

/// Adds a certificate.
///
/// # Errors
/// Not allowed, not there, [`Code::ProofInvalid`], or a certificate that can't be read.
pub async fn add_key<P: Credentialed>(
    scope: &mut TenantScope<'_>,
    actor: &Actor,
    id: ObjectId,
    (wanted, proof): (KeyCredential, &str),
    moment: &Moment,
) -> Result<KeyCredential, Error> {
    let mut found: Object<P> = proven(scope, actor, id, proof, moment).await?;
    let mut keys = found.properties.keys().clone();
    keys.push(KeyCredential { key_id: None, ..wanted });
    super::secrets::keep(scope, actor, &mut found, (None, Some(keys)), moment).await?;
    objects::save(scope, &mut found, moment).await?;
    let made = found.properties.keys().last().cloned();
    made.ok_or_else(|| Error::internal("a certificate was added"))
}

/// Removes a certificate.
///
/// # Errors
/// Not allowed, not there, [`Code::ProofInvalid`], [`Code::CredentialUnknown`].
pub async fn remove_key<P: Credentialed>(
    scope: &mut TenantScope<'_>,
    actor: &Actor,
    id: ObjectId,
    (key, proof): (Uuid, &str),
    moment: &Moment,
) -> Result<(), Error> {
    let mut found: Object<P> = proven(scope, actor, id, proof, moment).await?;
    let keys = certificates::without(found.properties.keys().clone(), key)?;
    super::secrets::keep(scope, actor, &mut found, (None, Some(keys)), moment).await?;
    objects::save(scope, &mut found, moment).await
}
