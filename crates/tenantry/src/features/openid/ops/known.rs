//! Clients and resources as they were read last, so that their properties needn't be read again with every request.
//!
//! A transaction asks the database each time whether they are of the same version still. What only reads takes what was read
//! within the last second ([`recent`](crate::recent)): so a client's own token costs no look at the database.

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::{Arc, PoisonError, RwLock};

use model::applications::{OWN_API, ServicePrincipal};
use model::ids::{ObjectId, TenantId};
use uuid::Uuid;

use super::authorize;
use super::client::{self, Client};
use super::program::{self, Program};
use crate::app::App;
use crate::db::TenantScope;
use crate::error::Error;
use crate::features::applications::{Standing, find_service_principal_named};
use crate::features::objects::{self, Object};
use crate::recent::Recent;

/// Clients, and resources, that are remembered. Each is some kilobytes.
const MOST: usize = 1000;

/// What this process remembers.
pub struct Known {
    /// The tenants that addresses name.
    pub(super) tenants: Recent<String, TenantId>,
    pub(super) recent_clients: Recent<(TenantId, Uuid), Arc<Client>>,
    pub(super) programs: Recent<program::Request, Arc<Program>>,
    /// By their `client_id`.
    pub(super) clients: Memory<(TenantId, Uuid), (Standing, Arc<Client>)>,
    /// By a name of theirs.
    named: Memory<(TenantId, String), Arc<Object<ServicePrincipal>>>,
    resources: Memory<(TenantId, ObjectId), Arc<Object<ServicePrincipal>>>,
}

impl Default for Known {
    fn default() -> Self {
        Self {
            tenants: Recent::at_most(MOST),
            recent_clients: Recent::at_most(MOST),
            programs: Recent::at_most(MOST),
            clients: Memory::default(),
            named: Memory::default(),
            resources: Memory::default(),
        }
    }
}

pub(super) struct Memory<K, V>(RwLock<HashMap<K, V>>);

impl<K, V> Default for Memory<K, V> {
    fn default() -> Self {
        Self(RwLock::default())
    }
}

impl<K: Eq + Hash, V: Clone> Memory<K, V> {
    pub(super) fn get(&self, place: &K) -> Option<V> {
        self.0.read().unwrap_or_else(PoisonError::into_inner).get(place).cloned()
    }

    /// Remembers what was read. What a transaction sees that may still be undone isn't remembered.
    pub(super) fn put(&self, scope: &TenantScope<'_>, place: K, value: V) {
        if scope.writes() {
            return;
        }
        let mut known = self.0.write().unwrap_or_else(PoisonError::into_inner);
        if known.len() >= MOST && !known.contains_key(&place) {
            // One of eight goes, whichever they are: most aren't asked for again.
            let mut number = 0_usize;
            known.retain(|_, _| {
                number += 1;
                !number.is_multiple_of(8)
            });
        }
        known.insert(place, value);
    }
}

/// Has what a writing transaction will look up read before, since what that reads isn't remembered. Gives the tenant of the
/// address, which must be looked at again where nothing of the transaction asks whether it is alive.
///
/// # Errors
/// No such tenant, or the engine fails.
pub async fn prepare(app: &App, named: &str, client_id: Option<&str>) -> Result<TenantId, Error> {
    let client_id = client_id.and_then(|id| id.parse::<Uuid>().ok());
    let directory = OWN_API.to_string();
    if let Some((_, tenant)) = authorize::known(app, named)
        && client_id.is_none_or(|id| app.known.clients.get(&(tenant, id)).is_some())
        && app.known.named.get(&(tenant, directory.clone())).is_some()
    {
        return Ok(tenant);
    }
    let mut view = app.db.read().await?;
    let mut inside = authorize::enter(app, &mut view, named).await?;
    if let Some(id) = client_id {
        client::current(app, &mut inside, id).await?;
    }
    resource_named(app, &mut inside, &directory).await?;
    Ok(inside.tenant())
}

/// The resource with a name, alive and enabled.
///
/// # Errors
/// When the engine fails.
pub async fn resource_named(
    app: &App,
    scope: &mut TenantScope<'_>,
    name: &str,
) -> Result<Option<Arc<Object<ServicePrincipal>>>, Error> {
    let place = (scope.tenant(), name.to_owned());
    if let Some(known) = app.known.named.get(&place)
        && objects::version(scope, known.id).await? == Some(known.version)
    {
        return Ok(Some(known));
    }
    let found = find_service_principal_named(scope, name).await?.map(Arc::new);
    if let Some(found) = &found {
        app.known.named.put(scope, place, Arc::clone(found));
    }
    Ok(found)
}

/// The resource of a grant, alive and enabled.
///
/// # Errors
/// When the engine fails.
pub async fn resource(
    app: &App,
    scope: &mut TenantScope<'_>,
    id: ObjectId,
) -> Result<Option<Arc<Object<ServicePrincipal>>>, Error> {
    let Some(version) = objects::version(scope, id).await? else { return Ok(None) };
    let known = app.known.resources.get(&(scope.tenant(), id)).filter(|known| known.version == version);
    let found = match known {
        Some(known) => Some(known),
        None => objects::find::<ServicePrincipal>(scope, id).await?.map(Arc::new),
    };
    let found = found.filter(|found| found.deleted_at.is_none() && found.properties.settings.account_enabled);
    if let Some(found) = &found {
        app.known.resources.put(scope, (scope.tenant(), id), Arc::clone(found));
    }
    Ok(found)
}
